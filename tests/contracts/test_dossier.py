"""202: weights by party, the credit code on drafts and contracts, a changed account, the power of attorney, what sending asks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from boothline.contracts.agreement import Term, edit_version
from boothline.contracts.dossier import (
    ENOUGH,
    asks_attorney,
    buyer,
    completeness,
    confirm_bank,
    dossier_of,
    edit_dossier,
    file_paper,
    gaps,
    known_numbers,
    parts,
)
from boothline.contracts.establishment import send
from boothline.contracts.models import Dossier, Version
from boothline.contracts.paper import _data
from boothline.contracts.takeover import named, offered
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.card import Person, add_people, edit_contact, edit_customer
from boothline.customers.models import Contact, Customer
from boothline.files.attachments import Received
from boothline.followups.models import NextStep
from boothline.orders.models import GoodsItem
from boothline.timeline.models import Event
from tests.world import credit_code

pytestmark = pytest.mark.django_db
SCAN = Received(b"%PDF-1.4 scan", "scan.pdf", "paper")
GOOD = "91350100M000100Y43"


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def customer(world) -> Customer:
    return world.take()


def fill(customer, by, **values):
    """As somebody who has the page open."""
    return edit_dossier(customer, by=by, revision=dossier_of(customer).revision, values=values)


def titled(customer, by) -> Contact:
    contact = customer.contacts.first()
    kept = Person(emails=["zhang.wei@guangsu.example"], phones=["13900002046"])
    return edit_contact(contact, by=by, revision=contact.revision, values={"title": "Director"}, points=kept)


def weights(customer):
    return {part.code: part.weight for part in parts(dossier_of(customer))}


def test_the_weights_of_a_company_at_home(world, customer):
    assert weights(customer) == {
        "name": 15, "code": 20, "address": 10, "representative": 5, "bank": 15, "invoice": 5, "signatory": 10, "licence": 10, "delivery": 10
    }  # fmt: skip
    assert completeness(dossier_of(customer)) == 0
    fill(
        customer,
        world.mei,
        legal_name="光速贸易有限公司",
        code=GOOD,
        registered_address="福州",
        representative="张伟",
        bank="B",
        bank_account="6222",
    )
    assert completeness(dossier_of(customer)) == 65
    fill(
        customer, world.mei, invoice_address="福州", invoice_phone="0591-1", signatory=titled(customer, world.mei), delivery_address="福州"
    )
    file_paper(customer, by=world.mei, kind="licence", received=SCAN)
    assert completeness(dossier_of(customer)) == 100 and gaps(dossier_of(customer)) == []


def test_the_weights_of_a_company_abroad_and_of_a_person(world, customer):
    customer = edit_customer(customer, by=world.mei, revision=customer.revision, values={"country": "Germany"})
    assert weights(customer) == {
        "name": 15, "tax": 15, "country": 5, "address": 10, "bank": 15, "consignee": 10, "signatory": 15, "licence": 10, "delivery": 5
    }  # fmt: skip
    fill(customer, world.mei, legal_name="Nordlicht GmbH", tax_number="DE1", bank="B", bank_account="DE89 3704 0044 0532 0130 00")
    assert "consignee and notify party missing" in gaps(dossier_of(customer))
    fill(customer, world.mei, consignee="Nordlicht GmbH")
    assert [gap for gap in gaps(dossier_of(customer)) if "party" in gap] == ["notify party missing"]
    assert completeness(dossier_of(customer)) == 35 and "bank, SWIFT/BIC or account missing" in gaps(dossier_of(customer))
    fill(customer, world.mei, bic="deutdeff")
    assert completeness(dossier_of(customer)) == 50
    assert (dossier_of(customer).bic, dossier_of(customer).bank_account) == ("DEUTDEFF", "DE89370400440532013000")
    Customer.objects.filter(pk=customer.pk).update(kind="person")
    customer.refresh_from_db()
    assert weights(customer) == {"name": 30, "phone": 30, "delivery": 30, "email": 10}
    assert completeness(dossier_of(customer)) == 70
    fill(customer, world.mei, delivery_address="Hamburg")
    assert completeness(dossier_of(customer)) == 100


def test_a_wrong_code_is_said_and_kept_only_as_unverified(world, customer):
    with pytest.raises(Refused, match="Character 18 is wrong") as refused:
        fill(customer, world.mei, code="91350100M000100Y34")
    assert refused.value.field == "code" and not Dossier.objects.exists()
    with pytest.raises(Refused, match="old licence number of 15 digits"):
        edit_dossier(customer, by=world.mei, revision=1, values={"code": "350100400012345"}, keeps_wrong_code=True)
    kept = edit_dossier(customer, by=world.mei, revision=1, values={"code": "91350100MO00100Y43"}, keeps_wrong_code=True)
    assert kept.has_wrong_code and completeness(kept) == 0
    right = fill(customer, world.mei, code="9135 0100 m000 100y 43")
    assert right.code == GOOD and completeness(right) == 20


def test_a_wrong_code_never_stands_on_a_sent_contract(world, customer):
    contract = world.contract(customer)
    dossier = dossier_of(customer)
    edit_dossier(customer, by=world.mei, revision=dossier.revision, values={"code": "91350100M000100Y34"}, keeps_wrong_code=True)
    assert _data(contract.newest, "en")["buyer"]["tax"] == ""
    with pytest.raises(Refused, match="not verified: Character 18 is wrong"):
        send(contract.newest, by=world.heyuan, override_reason="the customer is known well")
    fill(customer, world.mei, code=GOOD)
    send(contract.newest, by=world.mei)
    assert _data(Version.objects.get(), "en")["buyer"] == {
        "name": customer.name,
        "address": "深圳市福田区示例大道 1 号",
        "tax": GOOD,
        "person": "张伟",
    }


def test_a_contract_is_sent_from_60(world, customer):
    contract = world.contract(customer)
    assert completeness(dossier_of(customer)) == 65 and ENOUGH.value == 60
    fill(customer, world.mei, registered_address="")
    with pytest.raises(Refused, match="dossier only 55 of 100") as refused:
        send(contract.newest, by=world.mei)
    assert refused.value.code == "incomplete"
    assert send(contract.newest, by=world.heyuan, override_reason="the address follows tomorrow").state == "sent"


def test_at_60_it_goes_without_anybodys_reason(world, customer):
    contract = world.contract(customer)
    fill(customer, world.mei, registered_address="", invoice_address="福州", invoice_phone="0591-1")
    assert completeness(dossier_of(customer)) == 60
    assert send(contract.newest, by=world.mei).state == "sent"


def test_every_value_is_kept_with_its_days(world, customer):
    long_ago = clock.today() - timedelta(days=400)
    edit_dossier(customer, by=world.mei, revision=1, values={"representative": "王一"}, since=long_ago)
    fill(customer, world.mei, representative="李二")
    facts = [(f.field, f.value, f.since, f.until) for f in dossier_of(customer).facts.all()]
    assert facts == [("representative", "李二", clock.today(), None), ("representative", "王一", long_ago, clock.today())]
    event = Event.objects.filter(kind="contracts.dossier_edited").latest("id")
    assert event.changes["representative"] == ["王一", "李二"]
    with pytest.raises(Refused, match="in force only later"):
        edit_dossier(customer, by=world.mei, revision=2, values={"representative": "x"}, since=clock.today() + timedelta(days=1))
    with pytest.raises(Stale):
        edit_dossier(customer, by=world.mei, revision=1, values={"representative": "x"})
    yesterday = clock.today() - timedelta(days=1)
    for held in ("李二", ""):  # no value ends before it began, nor begins before the last one ended
        seen = fill(customer, world.mei, representative=held).revision
        with pytest.raises(Refused, match="began later"):
            edit_dossier(customer, by=world.mei, revision=seen, values={"representative": "王三"}, since=yesterday)


def test_a_changed_account_is_asked_for_by_a_number_known_before(world, customer):
    first = fill(customer, world.mei, bank="B", bank_account="6222 0001")
    assert not first.bank_waits
    changed = fill(customer, world.mei, bank_account="6222 9999")
    assert changed.bank_waits and "changed account not confirmed by a call" in gaps(changed)
    step = NextStep.objects.open().get(what__startswith="ask by a number known before")
    assert step.owner == world.users["mei"]
    contact = customer.contacts.first()
    edit_contact(contact, by=world.mei, revision=contact.revision, values={}, points=Person(phones=["13988887777"]))  # the caller's own
    with pytest.raises(Refused, match="known before the account changed"):
        confirm_bank(changed, by=world.mei, through="13988887777", words="he says it is right")
    with pytest.raises(Refused, match="whom you asked"):
        confirm_bank(changed, by=world.mei, through="13900002046", words="ok")
    confirm_bank(changed, by=world.mei, through="13900002046", words="Mr Zhang read it to me")
    assert not dossier_of(customer).bank_waits
    confirm_bank(changed, by=world.heyuan, through="in_person", words="again, in person")
    assert dossier_of(customer).bank_confirmed_words == "Mr Zhang read it to me"
    assert not fill(customer, world.mei, bank="", bank_account="").bank_waits
    again = fill(customer, world.mei, bank="B", bank_account="6222 7777")  # emptied first, then another
    assert again.bank_waits and "13988887777" in known_numbers(again)
    add_people([Person(name="新人", phones=["13677778888"], customer=customer)], by=world.mei)
    assert "13677778888" not in known_numbers(fill(customer, world.mei, bank_account="6222 8888")), "it came after the first change"


@pytest.mark.parametrize(
    ("field", "value", "words"), [("bank_account", "DE88 3704 0044 0532 0130 00", "IBAN"), ("bic", "DEUTDE", "SWIFT/BIC")]
)
def test_iban_and_bic_are_checked(world, customer, field, value, words):
    with pytest.raises(Refused, match=words) as refused:
        fill(customer, world.mei, **{field: value})
    assert refused.value.field == field


def test_a_private_person_needs_no_power_of_attorney_for_themselves(world):
    customer = world.take(company="", name="张伟")
    assert customer.kind == "person"
    assert not asks_attorney(customer, customer.contacts.get(), Decimal(120_000), "CNY")
    (other,) = add_people([Person(name="李强", customer=customer)], by=world.mei)
    assert asks_attorney(customer, other, Decimal(120_000), "CNY"), "somebody else signs for them"


def test_the_power_of_attorney(world, customer):
    contract = world.contract(customer)
    signatory = contract.newest.signatory
    fill(customer, world.mei, representative="王总")
    high, limit = Decimal("100000.01"), Decimal(100_000)
    assert asks_attorney(customer, signatory, high, "CNY")
    assert not asks_attorney(customer, signatory, limit, "CNY") and not asks_attorney(customer, signatory, high, "JPY")
    assert asks_attorney(customer, signatory, Decimal(20_000), "EUR"), "156,000 CNY"
    with pytest.raises(Refused, match="who holds the power"):
        file_paper(customer, by=world.mei, kind="attorney", received=SCAN)
    version = contract.newest
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(2000), Decimal(100))])
    assert send(Version.objects.get(), by=world.mei).attorney_asked
    file_paper(customer, by=world.mei, kind="attorney", received=SCAN, contact=signatory, valid_until=clock.today())
    assert not asks_attorney(customer, signatory, high, "CNY")
    fill(customer, world.mei, representative=signatory.name)
    assert not asks_attorney(customer, signatory, high, "CNY")


def test_the_same_code_at_two_customers_is_told(world, customer):
    fill(customer, world.mei, code=credit_code(1))
    twin = world.take(company="光速（香港）", name="别人", emails=["x@other.example"], phones=["13511112222"])
    fill(twin, world.mei, code=credit_code(1))
    event = Event.objects.get(kind="contracts.same_code")
    assert event.sentence == "The same credit code stands at 光速贸易有限公司: one firm twice?"


def test_papers_count_until_their_last_day(world, customer):
    with pytest.raises(Refused, match="out of date"):
        file_paper(customer, by=world.mei, kind="licence", received=SCAN, valid_until=clock.today() - timedelta(days=1))
    with pytest.raises(Refused, match="scan or photo"):
        file_paper(customer, by=world.mei, kind="licence", received=None)
    paper = file_paper(customer, by=world.mei, kind="licence", received=SCAN, valid_until=clock.today())
    assert completeness(dossier_of(customer)) == 10
    type(paper).objects.update(valid_until=clock.today() - timedelta(days=1))
    assert completeness(dossier_of(customer)) == 0


def test_who_may(world, customer):
    for by in (world.kevin, world.xiaoyu, world.admin):
        with pytest.raises(NotAllowed):
            fill(customer, by, legal_name="x")
    fill(customer, world.haoran, legal_name="光速贸易有限公司")


def test_what_the_contract_says_is_taken_over_by_one_press(world, customer, client_of):
    contract = world.contract(customer)
    fill(customer, world.mei, legal_name="", code="", delivery_address="")
    Version.objects.filter(contract=contract).update(invoice_title=f"光速贸易有限公司 {GOOD}", delivery_address="中山市古镇 1 号")
    client, address = client_of(world.users["mei"]), f"/customers/{customer.pk}/dossier/"
    before = completeness(dossier_of(customer))
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Take over from the contract" in page
    form = client.get(f"{address}edit/").content.decode()
    assert "中山市古镇 1 号" in form and GOOD in form, "an empty field begins with it"
    assert client.post(f"{address}takeover/").status_code == 302
    kept = dossier_of(customer)
    assert (kept.legal_name, kept.code, kept.delivery_address) == ("光速贸易有限公司", GOOD, "中山市古镇 1 号")
    assert completeness(kept) >= before + 45 and offered(kept) == {}
    assert client.post(f"{address}takeover/").status_code == 302 and dossier_of(customer).revision == kept.revision, "the second is quiet"


def test_pressed_on_the_contract_it_leads_back_there_and_names_what_the_signatory_lacks(world, customer, client_of):
    contract = world.contract(customer)
    Version.objects.filter(contract=contract).update(delivery_address="中山市古镇 1 号", signatory=customer.contacts.get())
    at, address = f"/contracts/{contract.number}/", f"/customers/{customer.pk}/dossier/"
    pressed = client_of(world.users["mei"]).post(f"{address}takeover/", HTTP_REFERER=f"http://testserver{at}")
    assert pressed.url.endswith(at)
    lacking = dossier_of(customer)
    assert lacking.signatory and [gap for gap in gaps(lacking) if "签约人" in gap or "signatory" in gap] == ["签约人张伟缺：职务"]


def test_the_contract_lists_what_is_missing_once(world, customer, client_of):
    contract = world.contract(customer)
    fill(customer, world.mei, legal_name="", code="", registered_address="")
    page = client_of(world.users["mei"]).get(f"/contracts/{contract.number}/", headers={"accept-language": "en"}).content.decode()
    assert "In the dossier (" in page and "Customer dossier only" not in page


def test_an_english_paper_names_the_buyer_in_english(world, customer):
    assert buyer(customer, "en")["name"] == "光速贸易有限公司"
    named = {"name_latin": "Lightspeed Trading Co., Ltd."}
    customer = edit_customer(customer, by=world.mei, revision=customer.revision, values=named)
    assert buyer(customer, "en")["name"] == "Lightspeed Trading Co., Ltd."
    assert buyer(customer, "zh-hans")["name"] == buyer(customer)["name"] == "光速贸易有限公司"
    fill(customer, world.mei, legal_name="Lightspeed Holding Ltd.")
    assert buyer(customer, "en")["name"] == "Lightspeed Holding Ltd."


@pytest.mark.parametrize(
    ("phones", "country", "is_foreign"),
    [(["+49 30 1234567"], "", True), (["+49 30 1234567", "13900002046"], "", False), ([], "", False), (["13900002046"], "DE", True)],
)
def test_home_or_abroad_has_one_answer(world, phones, country, is_foreign):
    customer = world.take("Nordlicht GmbH", "Anna", emails=["anna@nordlicht.example"], phones=phones, country=country)
    order = world.opened(customer)
    asked = set(GoodsItem.objects.filter(line__order=order).values_list("kind", flat=True))
    said = dossier_of(customer).party == "foreign", order.contract.kind == "proforma", "hs_code" in asked
    assert said == (is_foreign,) * 3


@pytest.mark.parametrize("title, party, said", [
    ("Harbour Lights Ltd, BR 5567788", "foreign", {"legal_name": "Harbour Lights Ltd", "tax_number": "5567788"}),
    ("Nordlicht GmbH (VAT ID: DE123456789)", "foreign", {"legal_name": "Nordlicht GmbH", "tax_number": "DE123456789"}),
    ("Nordlicht GmbH DE123456789", "foreign", {"legal_name": "Nordlicht GmbH", "tax_number": "DE123456789"}),
    (f"光速贸易有限公司 税号：{GOOD}", "chinese", {"legal_name": "光速贸易有限公司", "code": GOOD}),
    (GOOD, "chinese", {"code": GOOD}), ("Lamp Bros., Harbour Road 12", "foreign", {"legal_name": "Lamp Bros., Harbour Road 12"}),
])  # fmt: skip
def test_an_invoice_title_is_a_name_and_a_number(title, party, said):
    assert named(title, party) == said

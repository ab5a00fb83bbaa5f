"""6.4 before the order: charges, order discount and tax from the collection (303) over quotation and contract to what the customer reads."""

from __future__ import annotations

import re
from decimal import Decimal as D
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.utils import timezone
from django.utils.translation import override

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.catalogue.products import edit_variant
from boothline.contracts.agreement import Term, edit_version, new_version, prepare
from boothline.contracts.clearance import ask_approval, asks, is_approved, said_of
from boothline.contracts.difference import difference
from boothline.contracts.dossier import Dossier
from boothline.contracts.establishment import send
from boothline.contracts.models import Version
from boothline.contracts.paper import print_version
from boothline.contracts.signed import print_signed
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import Person, edit_contact
from boothline.documents.press import LANGUAGES
from boothline.files.models import Attachment
from boothline.followups.steps import Plan
from boothline.intentions.collection import collect, collection_of
from boothline.intentions.models import Intention, Quotation
from boothline.intentions.products import Wish, add_line, edit_line, lose_line
from boothline.intentions.quotation import below_floor, quote, send_quotation
from boothline.links.grants import mint
from boothline.orders.models import Order
from boothline.timeline.models import Event
from tests.portal.guest import Guest, link_of
from tests.refusals import refused
from tests.suites.paper import filled, form_with
from tests.world import credit_code, fill_dossier

pytestmark = pytest.mark.django_db
WORKED = {"freight": D("120.00"), "order_discount": D("50.00"), "tax_rate": D("13.00")}


@pytest.fixture
def intention(world) -> Intention:
    """10 x 100.00 and 5 x 40.00: goods of 1,200.00."""
    return world.intend(world.take())


def charge(world, intention: Intention, **values) -> None:
    collect(intention, by=world.mei, revision=collection_of(intention).revision, values=values)


def said_in(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)).replace("\r", "").replace("\u00a0", " ")


def edit(world, version: Version, **values) -> Version:
    terms = values.pop("terms", [])
    return edit_version(version, by=world.mei, revision=version.revision, values=values, terms=terms)


def test_collected_on_the_page_with_the_sum_as_it_grows(world, intention, client_of):
    """Goods 1,200.00 + freight 120.00 + inspection 30.00 - discount 50.00 = 1,300.00; 13 % = 169.00; 1,469.00."""
    mei = client_of(world.users["mei"])
    mei.cookies["django_language"] = "en"
    address = f"/intentions/{intention.pk}/collection/"
    page = mei.get(address + "").content.decode()
    assert 'data-goods="1200.00"' in page and "CN¥1,200.00" in page
    form = form_with(page, "freight")
    typed = {"freight": "120", "other_charge": "30", "order_discount": "50", "tax_rate": "13"}
    again = mei.post(address, filled(form, **typed))
    assert again.status_code == 422 and "Say what the other charge is for" in again.content.decode()
    assert mei.post(address, filled(form, **typed, other_words="验货费")).status_code == 302
    assert collection_of(intention).costs().total == D("1469.00")
    page = mei.get(f"/intentions/{intention.pk}/").content.decode()
    assert all(words in page for words in ("验货费", "CN¥120.00", "−CN¥50.00", "Tax 13%", "CN¥169.00", "CN¥1,469.00"))
    kept = form_with(mei.get(address).content, "freight").fields
    assert (kept["freight"], kept["insurance"], kept["tax_rate"]) == (["120.00"], [""], ["13.00"])


@pytest.mark.parametrize(
    ("values", "field"),
    [({"freight": D("-1.00")}, "freight"), ({"order_discount": D("1200.00")}, "order_discount"), ({"tax_rate": D("101")}, "tax_rate")],
)
def test_what_cannot_be_is_refused(world, intention, values, field):
    with refused(field=field):
        charge(world, intention, **values)


def test_a_discount_waits_for_the_goods_to_be_known(world):
    """Before every line has a price nobody knows what the goods cost; the contract asks again."""
    intention = world.intend(world.take())
    add_line(intention, by=world.mei, wish=Wish(special="定制支架"))
    intention = Intention.objects.get(pk=intention.pk)
    charge(world, intention, order_discount=D("1500.00"))
    lose_line(intention.lines.last(), by=world.mei, reason="不做了")
    with refused(field="order_discount"):
        prepare(Intention.objects.get(pk=intention.pk), by=world.mei)
    with refused(field="order_discount"):
        quote(Intention.objects.get(pk=intention.pk), by=world.mei)


def test_papers_name_who_reads_them_and_whom_they_may_ask(world, intention):
    """The buyer's person, their address and tax number where they are known; our salesperson with phone and e-mail. In both languages."""
    world.users["mei"].phone, world.users["mei"].email = "13800001111", "mei@boothline.example"
    world.users["mei"].save()
    fill_dossier(intention.customer)
    made = quote(intention, by=world.mei)
    version = prepare(Intention.objects.get(pk=intention.pk), by=world.mei).newest
    kept = {file.name: file for file in Attachment.objects.of(made)}
    for code, attn, ours in (("en", "Attn.", "Your contact"), ("zh-hans", "联系人", "联系人")):
        quoted = said_in(kept[f"{made.number} {LANGUAGES[code]}.pdf"].content.open("rb").read())
        for paper in (quoted, said_in(print_version(version, code))):
            assert f"{attn} 张伟\n" in paper and f"{ours} Mei\n13800001111 · mei@boothline.example\n" in paper
            assert "深圳市福田区示例大道 1 号" in paper and credit_code(intention.customer.pk) in paper
    assert "价格以人民币计" in quoted
    Dossier.objects.filter(customer=intention.customer).update(registered_address="")
    assert "买方\n光速贸易有限公司\n联系人 张伟\n税号" in said_in(print_version(version, "zh-hans")), (
        "no empty line where nobody knows the address"
    )
    contact = intention.customer.contacts.get()
    edit_contact(contact, by=world.mei, revision=contact.revision, values={"name": "李雷"}, points=Person(name="李雷"))
    assert quote(Intention.objects.get(pk=intention.pk), by=world.mei) != made, "it is for somebody else now"


def test_the_quotation_prints_each_and_the_total_and_the_customer_reads_them(world, intention):
    charge(world, intention, **WORKED)
    made = quote(intention, by=world.mei)
    assert (made.goods, made.total) == (D("1200.00"), D("1435.10"))  # 1,270.00 + 165.10
    files = {file.name: file for file in Attachment.objects.of(made)}
    english = said_in(files[f"{made.number} English.pdf"].content.open("rb").read())
    assert all(
        words in english for words in ("Freight", "CNY 120.00", "Order discount", "−CNY 50.00", "Tax 13%", "CNY 165.10", "CNY 1,435.10")
    )
    chinese = said_in(files[f"{made.number} 中文.pdf"].content.open("rb").read())
    assert all(words in chinese for words in ("货款", "运费", "整单优惠", "税额（13%）", "¥1,435.10", "壹仟肆佰叁拾伍元壹角"))
    assert quote(intention, by=world.mei) == made
    step = Plan(intention.customer, "问报价单", clock.today())
    send_quotation(made, by=world.mei, contact=intention.customer.contacts.first(), channel="wechat", next_step=step)
    guest = Guest(urlsplit(mint(Quotation.objects.get(pk=made.pk).grant, by=SYSTEM)).path)
    assert all(words in guest.text for words in ("运费", "¥120.00", "−¥50.00", "¥165.10", "¥1,435.10"))
    charge(world, intention, freight=D("130.00"))
    assert quote(intention, by=world.mei) != made  # another sum is another quotation


def test_the_contract_carries_them_and_its_documents_say_each(world, intention):
    charge(world, intention, **WORKED)
    version = prepare(intention, by=world.mei).newest
    assert (version.total, version.price_terms().columns()["freight"]) == (D("1435.10"), D("120.00"))
    assert [amount for _kind, amount in version.payments()] == [D("430.53"), D("1004.57")]
    english, chinese = (said_in(print_version(version, language)) for language in ("en", "zh-hans"))
    assert all(words in english for words in ("Goods", "Freight", "Order discount", "Tax 13%", "CNY 1,435.10"))
    assert all(words in chinese for words in ("货款", "运费", "整单优惠", "税额（13%）", "壹仟肆佰叁拾伍元壹角"))


def test_the_customer_reads_each_row_and_the_order_costs_what_they_confirm(world, intention):
    charge(world, intention, **WORKED)
    request = send(prepare(intention, by=world.mei).newest, by=world.mei)
    guest = Guest(link_of(request))
    guest.send("opening")
    assert all(words in guest.text for words in ("运费", "整单优惠", "税额（13%）", "¥165.10", "¥1,435.10", "壹仟肆佰叁拾伍元壹角"))
    world.confirm(request)
    assert Order.objects.get().total == D("1435.10")


def test_what_is_charged_is_frozen_and_part_of_what_was_approved(world, intention):
    version = prepare(intention, by=world.mei).newest
    plain = version.fingerprint()
    version = edit(world, version, order_discount=D("240.00"))
    ask_approval(version, by=world.mei)
    approve(Approval.objects.get(state="open"), by=world.heyuan)
    assert is_approved(version) and version.fingerprint() != plain
    assert not is_approved(edit(world, version, order_discount=D("241.00")))
    assert edit(world, Version.objects.get(pk=version.pk), order_discount=D(0)).fingerprint() == plain


@pytest.mark.parametrize(("discount", "line", "is_asked"), [("120.00", "0", False), ("120.01", "0", True), ("70.00", "6", True)])
def test_an_order_discount_counts_as_a_discount(world, intention, discount, line, is_asked):
    """Up to 10 % of the goods' value, with the discounts of the lines: 6 % of 1,000.00 and 70.00 are 130.00 of 1,200.00."""
    version = prepare(intention, by=world.mei).newest
    version = edit(world, version, order_discount=D(discount), terms=[Term(1, D(10), D(100), D(line))])
    with override("en"):
        assert any("with the order discount" in words for words in said_of(asks(version))) is is_asked


def test_limits_in_cny_hold_in_other_currencies(world, intention):
    """A floor of 60 CNY is 8.45 USD; 500,000 CNY are 70,422.54 USD, and more than ten million yen."""
    version = prepare(intention, by=world.mei).newest
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"floor": D(60)}, steps=[])

    def asked(currency: str, quantity: int, price: str) -> list[str]:
        Version.objects.filter(pk=version.pk).update(currency=currency)
        now = Version.objects.get(pk=version.pk)
        with override("en"):
            return said_of(asks(edit(world, now, terms=[Term(1, D(quantity), D(price)), Term(2, D(1), D(22))])))

    assert asked("USD", 10, "8.46") == []
    assert asked("USD", 10, "8.44") == ["Unit price of TR20-1 below its floor price: US$8.44"]
    assert asked("USD", 4_000, "17.60") == []
    assert asked("USD", 4_000, "17.61") == ["Value of US$70,462.00, above 70,423"]
    assert asked("JPY", 1_000, "10000") == []


def test_an_order_discount_lowers_each_price_towards_its_floor(world, intention):
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"floor": D(66)}, steps=[])
    version = edit(world, prepare(intention, by=world.mei).newest, terms=[Term(1, D(10), D(68))])
    assert not asks(version)
    with override("en"):  # 5 % of 880.00: 64.60 a piece
        assert said_of(asks(edit(world, version, order_discount=D("44.00")))) == ["Unit price of TR20-1 below its floor price: CN¥64.60"]


def test_a_quotation_of_which_a_line_has_no_price_yet_is_asked_about_as_well(world, intention):
    """68.00 a piece, floor 66; 44 off 880.00 leaves 64.60, whatever the special line will cost."""
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"floor": D(66)}, steps=[])
    line = intention.standing[0]
    edit_line(line, by=world.mei, revision=line.revision, values={"price": D(68)})
    add_line(intention, by=world.mei, wish=Wish(special="定制支架"))
    charge(world, Intention.objects.get(pk=intention.pk), order_discount=D("44.00"))
    made = quote(Intention.objects.get(pk=intention.pk), by=world.mei)
    assert made.total is None
    with override("en"):
        assert said_of(below_floor(made)) == ["Unit price of TR20-1 below its floor price: CN¥64.60"]


def test_a_discount_of_all_goods_is_refused_in_a_draft(world, intention):
    version = prepare(intention, by=world.mei).newest
    with refused(field="order_discount"):
        edit(world, version, order_discount=D("1200.00"))
    version = edit(world, Version.objects.get(pk=version.pk), order_discount=D("250.00"))
    with refused(field="order_discount"):  # a line taken out leaves less than is taken off
        edit(world, version, terms=[Term(1, D(10), D(100), is_removed=True)])


def test_the_difference_of_two_versions_shows_each(world, intention):
    request = send(prepare(intention, by=world.mei).newest, by=world.mei)
    old = request.version
    newer = edit(world, new_version(old.contract, by=world.mei), **WORKED)
    with override("en"):
        found = difference(old, newer)
        plain = found.summary.replace("−", "-").replace("–", "-").replace("→", "->")
        assert plain == "freight +120.00, order discount -50.00, tax 13% +165.10, tax added, % changed, total +235.10"
        assert found.count == 3  # freight, discount, and that tax is added
    sent = send(Version.objects.get(pk=newer.pk), by=world.mei)
    guest = Guest(link_of(sent))
    guest.send("opening")
    told = re.sub(r"<[^>]+>|\s+", " ", guest.text.split('class="diffs"', 1)[1].split("</div>", 1)[0])
    assert "运费" in told and "¥120.00" in told and "−¥50.00" in told
    same = difference(newer, newer)
    assert (same.parts, same.count) == ([], 0)


def test_the_draft_and_its_page_take_them(world, intention, client_of):
    contract = prepare(intention, by=world.mei)
    mei = client_of(world.users["mei"])
    mei.cookies["django_language"] = "en"
    form = form_with(mei.get(f"/contracts/{contract.number}/draft/").content, "packing")
    assert mei.post(form.action or f"/contracts/{contract.number}/draft/", filled(form, packing="15.50", tax_rate="0")).status_code == 302
    assert contract.newest.total == D("1215.50")
    page = mei.get(f"/contracts/{contract.number}/").content.decode()
    assert "Packing" in page and "CN¥15.50" in page and "Tax 0%" in page


def test_the_signed_paper_says_when_each_side_spoke(world):
    """Who confirmed, when and how; and when we sent it: our side is not left blank."""
    sent = world.sent(world.take())
    confirmation = world.confirm(sent)
    print_signed(Event.objects.get(kind="contracts.confirmed", under_id=sent.version.contract.customer_id))
    kept = {file.name.rsplit(" ", 2)[1]: said_in(file.content.open("rb").read()) for file in Attachment.objects.of(sent.version)}
    at, signed = (f"{timezone.localtime(moment):%H:%M}" for moment in (sent.sent_at, confirmation.confirmed_at))
    assert f"{at} 发出，请对方确认" in kept["已签"] and f" {signed}，" in kept["已签"]
    assert re.search(rf"sent for confirmation on .* {at}", kept["signed"])

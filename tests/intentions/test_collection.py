"""303: completeness is a sum of weights; what is missing is named; what blocks a contract blocks it."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from boothline.contracts.agreement import prepare
from boothline.contracts.models import Contract
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.core.models import RuleSetting
from boothline.intentions.collection import Collection, blocking, collect, collection_of, completeness, gaps, parts
from boothline.intentions.products import Intention, IntentionLine, Wish, open_intention
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def test_a_figure_that_is_a_mistake_keeps_nobody_from_the_page_that_mends_it(world, client_of):
    """A billion pieces at a billion each: no contract can be made of that, and the intention's page still opens."""
    variant = world.products["TR20"].variants.first()
    made = open_intention(world.take(), by=world.mei, wishes=[Wish(variant=variant, quantity=Decimal(10**9), price=Decimal(10**9))])
    mei = client_of(world.users["mei"])
    for address in (f"/intentions/{made.pk}/", f"/intentions/{made.pk}/collection/"):
        assert mei.get(address).status_code == 200


def wishes(world, prices):
    variant = world.products["TR20"].variants.first()
    return [Wish(variant=variant, quantity=Decimal(1), price=price) for price in prices]


@pytest.fixture
def intention(world):
    """Three lines, two of them priced; everything else is there."""
    made = open_intention(world.take(), by=world.mei, wishes=wishes(world, [Decimal(100), Decimal(90), None]))
    world.collect(made)
    return Intention.objects.get(pk=made.pk)


def test_the_worked_example_is_88(world, intention, client_of):
    """2 of 3 lines priced, no consignee, no signatory, rest there: 15+15+10+12+8+7+10+8+0+3+0 = 88, make contract refused."""
    collected = collection_of(intention)
    collect(intention, by=world.mei, revision=collected.revision, values={"consignee": "", "signatory": None})
    collected = collection_of(intention)
    order = ["variant", "quantity", "price", "requirements", "term", "date", "payment", "address", "consignee", "invoice", "signatory"]
    scored = {part.code: part.weight * part.share for part in parts(collected)}
    assert [round(scored[code], 6) for code in order] == [15, 15, 10, 12, 8, 7, 10, 8, 0, 3, 0]
    assert completeness(collected) == 88
    assert gaps(collected) == [
        "price missing on line 3", "consignee or their phone missing", "signatory missing, or their e-mail and phone",
    ]  # fmt: skip
    with pytest.raises(Refused, match="price missing on line 3") as refused:
        prepare(intention, by=world.mei)
    assert refused.value.code == "incomplete"
    assert not Contract.objects.exists() and Intention.objects.get().state == "open"
    page = client_of(world.users["mei"]).get(f"/intentions/{intention.pk}/?language=en").content.decode()
    assert "88%" in page and 'value="88"' in page


def test_with_its_price_the_contract_is_made_and_the_rest_goes_along_as_gaps(world, intention):
    collected = collection_of(intention)
    collect(intention, by=world.mei, revision=collected.revision, values={"consignee": "", "signatory": None})
    IntentionLine.objects.filter(intention=intention, position=3).update(price=Decimal(80))
    contract = prepare(Intention.objects.get(pk=intention.pk), by=world.mei)
    assert contract.newest.total == Decimal("270.00")
    assert contract.newest.gaps() == ["consignee or their phone missing", "signatory missing, or their e-mail and phone"]
    event = Event.objects.get(kind="contracts.prepared")
    assert event.values["completeness"] == 93
    assert Intention.objects.get().state == "in_contract"


def test_weights_add_up_to_100(world, intention):
    assert sum(part.weight for part in parts(collection_of(intention))) == 100
    IntentionLine.objects.update(price=Decimal(80))
    assert completeness(collection_of(Intention.objects.get())) == 100
    assert gaps(collection_of(Intention.objects.get())) == []


def test_every_share_is_rounded_down_from_the_exact_figure():
    """A third and two thirds of 15 are 5 and 10, not 4.99; 98 means everything but the signatory."""
    said = {
        "delivery_term": "home",
        "wanted_on": clock.today(),
        "deposit_percent": Decimal(30),
        "balance": "documents",
        "consignee": "张伟",
    }
    for count, priced in ((n, k) for n in range(1, 12) for k in range(n + 1)):
        made = Intention(pk=1)
        lines = [IntentionLine(variant_id=1, quantity=Decimal(1), price=Decimal(9) if i < priced else None) for i in range(count)]
        made._prefetched_objects_cache = {"lines": lines}
        collected = Collection(intention=made, delivery_address="深圳", consignee_phone="139", invoice_title="光速贸易", **said)
        exact = 83 + 15 * Fraction(priced, count)
        assert completeness(collected) == exact.numerator // exact.denominator, (count, priced)


@pytest.mark.parametrize(
    ("wish", "gap"),
    [
        ({"quantity": Decimal(1), "price": Decimal(9), "special": "定制灯"}, "variant missing on line 2"),
        ({"price": Decimal(9)}, "quantity missing on line 2"),
        ({"quantity": Decimal(1)}, "price missing on line 2"),
    ],
)
def test_what_no_contract_is_made_without_costs_its_share_of_15(world, wish, gap):
    """Products with variant 15, quantity 15, unit price and currency 15: by the share of lines that have them."""
    variant = world.products["TR20"].variants.get()
    rest = wish if "special" in wish else {"variant": variant, **wish}
    made = open_intention(world.take(), by=world.mei, wishes=[*wishes(world, [Decimal(9)]), Wish(**rest)])
    world.collect(made)
    collected = collection_of(Intention.objects.get())
    assert (completeness(collected), gaps(collected), blocking(collected)) == (92, [gap], [gap])
    with pytest.raises(Refused, match=gap):
        prepare(made, by=world.mei)


@pytest.mark.parametrize(
    ("values", "weight", "gap"),
    [
        ({"delivery_term": ""}, 8, "delivery term missing"), ({"delivery_place": ""}, 8, "delivery term missing"),
        ({"wanted_on": None}, 7, "wanted shipping date missing"), ({"deposit_percent": None}, 10, "payment terms missing"),
        ({"balance": ""}, 10, "payment terms missing"), ({"delivery_address": ""}, 8, "delivery address missing"),
        ({"consignee_phone": ""}, 5, "consignee or their phone missing"), ({"invoice_title": ""}, 3, "bill-to name or tax number missing"),
        ({"signatory": None}, 2, "signatory missing, or their e-mail and phone"),
    ],
)  # fmt: skip
def test_each_gap_costs_its_weight(world, values, weight, gap):
    made = world.intend(world.take())
    collected = collection_of(made)
    assert completeness(collected) == 100
    collect(made, by=world.mei, revision=collected.revision, values=values)
    collected = collection_of(made)
    assert (completeness(collected), gaps(collected), blocking(collected)) == (100 - weight, [gap], [])


def test_home_delivery_needs_no_port(world):
    made = world.intend(world.take())
    collect(made, by=world.mei, revision=collection_of(made).revision, values={"delivery_term": "home", "delivery_place": ""})
    assert completeness(collection_of(made)) == 100


@pytest.mark.no_recount
def test_a_signatory_nobody_can_reach_is_a_gap(world):
    made = world.intend(world.take())
    made.customer.contacts.first().points.all().delete()
    assert gaps(collection_of(Intention.objects.get(pk=made.pk))) == ["signatory missing, or their e-mail and phone"]


def test_nothing_collected_is_not_stored_and_lacks_all(world):
    made = world.intend(world.take(), complete=False)
    collected = collection_of(made)
    assert collected.pk is None
    assert completeness(collected) == 45 + 12


def test_collected_by_whom_it_belongs_to_and_by_what_they_saw(world):
    made = world.intend(world.take(), complete=False)
    with pytest.raises(NotAllowed):
        collect(made, by=world.kevin, revision=1, values={"po_number": "PO-9"})
    with pytest.raises(NotAllowed):
        collect(made, by=world.haoran, revision=1, values={"po_number": "PO-9"})
    collect(made, by=world.mei, revision=1, values={"po_number": "PO-1"})
    event = Event.objects.get(kind="intentions.collected")
    assert event.changes == {"po_number": ["", "PO-1"]} and event.values == {"completeness": 57}
    with pytest.raises(Stale) as stale:
        collect(made, by=world.heyuan, revision=1, values={"po_number": "PO-2"})
    assert stale.value.fields == [("po_number", "PO-1", "PO-2")]
    collect(made, by=world.heyuan, revision=2, values={"po_number": "PO-1"})  # the same again is no event
    assert Event.objects.filter(kind="intentions.collected").count() == 1


def test_every_fault_of_the_order_details_is_named_at_once(world, client_of):
    """What a field reads by itself and what rules say of the others, in the order of the page; nothing is kept."""
    made = open_intention(world.take(), by=world.mei, wishes=wishes(world, [Decimal(100)]))
    client, address = client_of(world.users["mei"]), f"/intentions/{made.pk}/collection/"

    def faulty(**typed: str) -> list[str]:
        answer = client.post(address, {"revision": "1", **typed})
        assert answer.status_code == 422
        return list(re.findall(r'<br><a href="#id_(\w+)"', answer.content.decode()))

    assert faulty(deposit_percent="150", consignee_phone="phone", tax_rate="190") == ["deposit_percent", "consignee_phone", "tax_rate"]
    wrong = faulty(wanted_on="2999-01-01", freight="-1", other_charge="5", order_discount="99999999")
    assert wrong == ["wanted_on", "freight", "other_words", "order_discount"]
    both = faulty(deposit_percent="150", tax_rate="190", wanted_on="2999-01-01", order_discount="99999999")
    assert both == ["wanted_on", "deposit_percent", "order_discount", "tax_rate"]
    assert not Collection.objects.exists()


def test_a_deposit_of_30_percent_is_proposed_until_somebody_says_otherwise(world, client_of):
    made = open_intention(world.take(), by=world.mei, wishes=wishes(world, [Decimal(100)]))
    client, address = client_of(world.users["mei"]), f"/intentions/{made.pk}/collection/"

    def proposed() -> str:
        found = re.search(r'name="deposit_percent" value="([\d.]+)"', client.get(address).content.decode())
        return found.group(1) if found else ""

    assert proposed() == "30"
    RuleSetting.objects.create(code="intentions.deposit_percent", value="20")
    assert proposed() == "20"
    collect(made, by=world.mei, revision=1, values={"deposit_percent": None, "delivery_term": "FOB"})
    assert proposed() == ""


def test_a_second_order_begins_with_where_the_last_one_went(world, client_of):
    customer, client = world.take(), client_of(world.users["mei"])
    first = world.intend(customer, complete=False)
    where = {
        "delivery_address": "厦门市思明区示例大道 20 号",
        "consignee": "王珂",
        "consignee_phone": "13700001111",
        "invoice_title": "海蓝工程",
    }
    collect(first, by=world.mei, revision=1, values=where | {"po_number": "PO-1"})
    second = world.intend(customer, complete=False)
    page = client.get(f"/intentions/{second.pk}/collection/").content.decode()
    assert all(f'value="{said}"' in page for said in (where["delivery_address"], "王珂", "海蓝工程")) and "PO-1" not in page
    assert not Collection.objects.filter(intention=second).exists(), "proposed, not stored"
    stranger = world.intend(world.take(company="新月灯饰", name="李娜", emails=["li@x.example"], phones=["13900003001"]), complete=False)
    assert "王珂" not in client.get(f"/intentions/{stranger.pk}/collection/").content.decode()


def test_a_total_that_goods_without_a_price_would_leave_below_nothing_is_not_known(world, client_of):
    customer = world.take()
    intention = open_intention(customer, by=world.mei, wishes=[Wish(variant=world.products["TR20"].variants.first(), quantity=Decimal(2))])
    collect(intention, by=world.mei, revision=collection_of(intention).revision, values={"order_discount": Decimal(50)})
    form = client_of(world.users["mei"]).get(f"/intentions/{intention.pk}/collection/").content.decode()
    assert re.search(r'data-part="total">([^<]*)<', form)[1] == "–"
    page = client_of(world.users["mei"]).get(f"/intentions/{intention.pk}/").content.decode()
    assert re.search(r'class="t"><dt>[^<]*</dt><dd>([^<]*)<', page)[1] == "–"

"""303: completeness is a sum of weights; what is missing is named; what blocks a contract blocks it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from boothline.contracts.agreement import prepare
from boothline.contracts.models import Contract
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.intentions.collection import blocking, collect, collection_of, completeness, gaps, parts
from boothline.intentions.products import Intention, IntentionLine, Wish, open_intention
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def wishes(world, prices):
    variant = world.products["TR20"].variants.first()
    return [Wish(variant=variant, quantity=Decimal(1), price=price) for price in prices]


@pytest.fixture
def intention(world):
    """Three lines, two of them priced; everything else is there."""
    made = open_intention(world.take(), by=world.mei, wishes=wishes(world, [Decimal(100), Decimal(90), None]))
    world.collect(made)
    return Intention.objects.get(pk=made.pk)


def test_the_worked_example(world, intention):
    """2 of 3 lines priced, no consignee, no signatory, the rest there: 88, and no contract."""
    collected = collection_of(intention)
    collect(intention, by=world.mei, revision=collected.revision, values={"consignee": "", "signatory": None})
    collected = collection_of(intention)
    assert completeness(collected) == 88
    assert gaps(collected) == [
        "price missing on line 3", "consignee or their phone missing", "signatory with e-mail or phone missing",
    ]  # fmt: skip
    with pytest.raises(Refused, match="price missing on line 3") as refused:
        prepare(intention, by=world.mei)
    assert refused.value.code == "incomplete"
    assert not Contract.objects.exists() and Intention.objects.get().state == "open"


def test_with_its_price_the_contract_is_made_and_the_rest_goes_along_as_gaps(world, intention):
    collected = collection_of(intention)
    collect(intention, by=world.mei, revision=collected.revision, values={"consignee": "", "signatory": None})
    IntentionLine.objects.filter(intention=intention, position=3).update(price=Decimal(80))
    contract = prepare(Intention.objects.get(pk=intention.pk), by=world.mei)
    assert contract.newest.total == Decimal("270.00")
    assert contract.newest.gaps() == ["consignee or their phone missing", "signatory with e-mail or phone missing"]
    event = Event.objects.get(kind="contracts.prepared")
    assert event.values["completeness"] == 93
    assert Intention.objects.get().state == "in_contract"


def test_weights_add_up_to_100(world, intention):
    assert sum(part.weight for part in parts(collection_of(intention))) == 100
    IntentionLine.objects.update(price=Decimal(80))
    assert completeness(collection_of(Intention.objects.get())) == 100
    assert gaps(collection_of(Intention.objects.get())) == []


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("priced", range(12))
def test_every_share_is_rounded_down_from_the_exact_figure(world, count, priced):
    """A third and two thirds of 15 are 5 and 10, not 4.99; 100 means everything."""
    if priced > count:
        return
    made = open_intention(world.take(), by=world.mei, wishes=wishes(world, [Decimal(9) if i < priced else None for i in range(count)]))
    world.collect(made)
    exact = 85 + 15 * Fraction(priced, count)
    assert completeness(collection_of(Intention.objects.get(pk=made.pk))) == exact.numerator // exact.denominator


@pytest.mark.parametrize(
    ("values", "weight", "gap"),
    [
        ({"delivery_term": ""}, 8, "delivery term missing"), ({"delivery_place": ""}, 8, "delivery term missing"),
        ({"wanted_on": None}, 7, "wanted date missing"), ({"deposit_percent": None}, 10, "payment terms missing"),
        ({"balance": ""}, 10, "payment terms missing"), ({"delivery_address": ""}, 8, "delivery address missing"),
        ({"consignee_phone": ""}, 5, "consignee or their phone missing"), ({"invoice_title": ""}, 3, "invoice title or tax number missing"),
        ({"signatory": None}, 2, "signatory with e-mail or phone missing"),
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
    assert gaps(collection_of(Intention.objects.get(pk=made.pk))) == ["signatory with e-mail or phone missing"]


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

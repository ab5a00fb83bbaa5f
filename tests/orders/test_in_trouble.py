"""An order in trouble: whoever owns the customer knows of it, its page has a next action, the row of a shortage says what is short."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils.translation import override

from boothline.contracts.agreement import Contract
from boothline.contracts.milestones import MilestonePlan
from boothline.contracts.progress import for_customer, panel
from boothline.core import clock
from boothline.followups.today import Asked
from boothline.orders.arrivals import Count, sign
from boothline.orders.models import Order, Problem
from boothline.orders.problems import take
from boothline.orders.shipments import leaving, plan
from boothline.orders.supply import rest_leaves_on
from boothline.orders.today import waiting, with_others

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def order(world) -> Order:
    return world.ordered(world.take())


@pytest.fixture
def faulty(world, order, sent, guest) -> Order:
    """Ten of a line left; 2 came short and 3 damaged, as the customer wrote."""
    shipment = sent(order, 10, 5)
    part = shipment.lines.first()
    count = {part.line_id: Count(part.quantity - 2, D(3))}
    sign(shipment, by=guest(order), counted=count, signed_by="张伟", words="3 tubes broken")
    return Order.objects.get(pk=order.pk)


def page(client_of, world, who: str, address: str) -> str:
    client = client_of(world.users[who])
    return " ".join(client.get(address, headers={"accept-language": "en"}).content.decode().split())


def test_the_owner_of_the_customer_sees_who_is_at_a_problem(world, faulty, client_of):
    """Minor ones: the clerk works on them; the seller reads it on Today and in the head, and the clerk has no second row of it."""
    short = Problem.objects.get(kind="shortage")
    for one in Problem.objects.all():
        take(one, by=world.haoran)
    rows = with_others(Asked(world.mei))
    assert {row.why for row in rows} >= {f"Problem {short.number} with order {faulty.number}: shortage (with Haoran)"}
    assert len(rows) == 2 and with_others(Asked(world.haoran)) == [] == with_others(Asked(world.kevin))
    assert "with Haoran" in page(client_of, world, "mei", "/today/")
    head = page(client_of, world, "mei", reverse("customer", args=[faulty.customer_id]))
    assert f"{faulty.number}" in head and "with Haoran" in head.split('class="acts below')[0] and "and 1 more" in head
    for one in Problem.objects.all():
        take(one, by=world.mei)
    assert with_others(Asked(world.mei)) == [], "they are her own work now"
    assert "with Haoran" not in page(client_of, world, "mei", reverse("customer", args=[faulty.customer_id]))


def test_the_row_of_a_shortage_says_what_is_short_and_whose_words_it_quotes(world, faulty):
    said = {row.why.split(":")[1].split()[0]: row.say for row in waiting(Asked(world.haoran, "all"))}
    sku = faulty.lines.first().sku
    assert said["shortage"] == [f'2 × {sku} short (said at the arrival: "3 tubes broken")']
    assert said["damage"][0].startswith(f"3 × {sku} damaged")


def test_an_order_in_transit_and_in_trouble_has_its_next_action(world, order, sent, guest, client_of):
    """First that somebody signs for it; then the problem that waits."""
    shipment = sent(order, 10, 5)
    address = reverse("order", args=[order.number])
    there = f'<a class="btn go" href="{reverse("shipment-arrival", args=[shipment.number])}">'
    assert there in page(client_of, world, "haoran", address) and there not in page(client_of, world, "mei", address)
    part = shipment.lines.first()
    sign(shipment, by=guest(order), counted={part.line_id: Count(D(8))}, signed_by="张伟", words="少了")
    problem = Problem.objects.get()
    take(problem, by=world.haoran)
    asked = page(client_of, world, "haoran", address)
    assert there not in asked and f'<a class="btn go" href="/problems/{problem.number}/' in asked


def test_of_domestic_delivery_no_country_is_missed(world, client_of):
    order = world.opened(delivery_term="home", delivery_place="佛山仓")
    assert order.customer.country == ""
    made = plan(order, by=world.haoran, quantities={order.lines.first().pk: D(10)}, planned_on=order.promised_on)
    for address in (reverse("shipment-new", args=[order.number]), reverse("shipment", args=[made.number])):
        assert "country is missing" not in page(client_of, world, "haoran", address)
    abroad = world.opened(world.take("Nordlicht", "Anna", emails=["anna@nordlicht.example"]), delivery_term="FOB", delivery_place="宁波")
    asked = page(client_of, world, "haoran", reverse("shipment-new", args=[abroad.number]))
    assert "Mei can enter it." in asked and reverse("customer-edit", args=[abroad.customer_id]) not in asked
    assert reverse("customer-edit", args=[abroad.customer_id]) in page(
        client_of, world, "heyuan", reverse("shipment-new", args=[abroad.number])
    )


def test_the_customer_reads_no_day_of_making_behind_the_day_on_which_the_rest_leaves(world, order, sent, client_of):
    """100 of 300, as it were: a part has left, the rest is planned for in 3 days; the plan speaks of the end of production in 20."""
    plan_ = MilestonePlan.objects.get(contract=order.contract_id)
    ends = clock.today() + timedelta(days=20)
    plan_.milestones.create(code="production_end", position=30, plan_on=ends)
    sent(order, 4, 2)
    order.refresh_from_db()

    def read() -> tuple[str, set[str]]:
        contract = Contract.objects.get(pk=order.contract_id)
        told = for_customer(contract, rest_leaves_on(contract), **leaving(contract))
        return " ".join(told["notices"]), {bar.milestone.code for bar in told["chart"].bars}

    words, codes = read()
    assert "The dates that are still open are for the rest" in words and "production_end" in codes
    day = clock.today() + timedelta(days=3)
    rest = {line.pk: line.due - line.shipped for line in order.lines.all()}
    plan(order, by=world.haoran, quantities=rest, planned_on=day)
    words, codes = read()
    assert words == f"Part of the goods has been shipped. The rest is planned to leave on {clock.day_words(day)}."
    assert not {"production_end", "packed", "booked"} & codes


def test_once_all_goods_have_left_nothing_is_called_done_that_nobody_noted(world, order, sent):
    sent(order, *(line.due for line in order.lines.all()))
    bars = panel(order.contract, world.haoran)["chart"].bars
    words = {bar.state_words for bar in bars if bar.state == "passed"}
    assert words == {"not noted; the goods have left"}

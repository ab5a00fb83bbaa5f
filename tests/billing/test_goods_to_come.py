"""A shipment planned before its goods can be there: asked about once; until they can leave, the customer is asked for the schedule alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from boothline.billing import gates, schedule
from boothline.billing.deliveries import deliveries, money_in, with_money
from boothline.billing.panel import asked_of_contact
from boothline.billing.schedule import ASKING
from boothline.catalogue.models import Variant
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.contracts.milestones import Milestone, MilestonePlan, keep, set_family
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.followups.models import NextStep
from boothline.orders.holds import Hold
from boothline.orders.models import Order
from boothline.orders.purchases import Bought, add_purchase, arrive, expect
from boothline.orders.shipments import Shipment, plan, replan
from boothline.portal.home import payment_words
from boothline.radar.models import Risk
from boothline.radar.watch import look
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_day_is_a_workday(monkeypatch):
    for module in (schedule, gates):
        monkeypatch.setattr(module, "add_workdays", lambda day, n: day + timedelta(days=n))


def day(n: int) -> date:
    return clock.today() + timedelta(days=n)


def travel(n: int):
    return time_machine.travel(timezone.now() + timedelta(days=n), tick=False)


def stocked(world, n: int) -> Variant:
    variant = Variant.objects.get(product=world.products["TR20"])
    variant = keep_stock(variant, by=world.haoran, revision=variant.revision, kind="counted")
    return count_stock(variant, by=world.haoran, counted=D(n)) and Variant.objects.get(pk=variant.pk)


def buy(world, n: int, on: date):
    return add_purchase(
        by=world.haoran, supplier="东方灯具配件厂", lines=[Bought(Variant.objects.get(product=world.products["TR20"]), D(n), on)]
    )


@pytest.fixture
def order(world) -> Order:
    """500 for 33,000.00, a deposit of 6,600.00 and D in 44 days; 458 are on hand, 42 come in 19 days."""
    stocked(world, 458)
    found = world.opened(lines="500x66", days=44, deposit_percent=D(20))
    buy(world, 42, day(19))
    return Order.objects.get(pk=found.pk)


def planned(world, order: Order, n: int, on: date) -> Shipment:
    return plan(order, by=world.haoran, quantities={order.lines.get().pk: D(n)}, planned_on=on)


def asked(order: Order) -> list[tuple[D, date | None]]:
    return [(one.amount, one.due_on) for one in asked_of_contact(order.confirmation.contact)]


def test_a_shipment_whose_goods_come_later_asks_for_nothing_before_its_time(world, order):
    """Planned in 4 days; the last 42 come in 19: the deposit is due by its own day, and the whole price a week before the goods are there."""
    made = planned(world, order, 500, day(4))
    gates.run_daily()
    look([order.pk], by=SYSTEM)
    assert asked(order) == [(D("6600.00"), day(3))]
    assert not Hold.objects.exists() and not NextStep.objects.filter(what__in=ASKING).exists()
    assert not Risk.objects.filter(code="balance").exists() and not Event.objects.filter(kind="billing.asked_for").exists()
    waits = gates.awaited(made)
    assert (waits.amount, waits.leaves_on, waits.due_on, waits.is_asked) == (33_000, day(19), day(12), False)
    (row,) = with_money(deliveries(world.haoran), world.haoran)
    assert money_in(row) == "due"


def test_a_week_before_they_are_there_everybody_says_one_sum_and_one_day(world, order):
    made = planned(world, order, 500, day(4))
    due, leaves = day(12), day(19)
    with travel(6):  # 14 days before
        gates.run_daily()
        asked_for = Event.objects.get(kind="billing.asked_for").values
        assert (asked_for["amount"], asked_for["due"], asked_for["leaves"]) == ("33,000.00", str(due), str(leaves))
        assert asked_for["kind"] == "shipment", "it is not the balance: the deposit is part of it"
        (step,) = NextStep.objects.filter(what__in=ASKING)
        assert clock.day_words(due) in step.words and clock.day_words(leaves) in step.words and "¥33,000.00" in step.words
    with travel(12):
        gates.run_daily()
        look([order.pk], by=SYSTEM)
        hold = Hold.objects.open().get()
        assert (hold.shipment, hold.values["amount"], hold.day("due"), hold.day("leaves")) == (made, "33,000.00", due, leaves)
        assert asked(order) == [(D("33000.00"), due)]
        assert Risk.objects.standing().get(code="balance", about=made.number).colour == "red"


def test_what_is_there_and_planned_at_short_notice_is_due_at_once_and_red_on_its_day(world, order, monkeypatch):
    """The 458 on hand are planned for in 4 days: due at once, on a free day by the next workday; amber until then."""
    monkeypatch.setattr(schedule, "add_workdays", lambda on, n: on + timedelta(days=2))
    made = planned(world, order, 458, day(4))
    look([order.pk], by=SYSTEM)
    assert Hold.objects.open().get().day("due") == day(2)
    (one,) = asked_of_contact(order.confirmation.contact)
    assert (one.amount, one.due_on, one.leaves_on) == (D("30228.00"), day(2), day(4)) and "等您付款" in payment_words(one)
    risk = Risk.objects.standing().get(code="balance", about=made.number)
    assert risk.colour == "amber"
    due = day(2)
    with travel(2):
        gates.run_daily()
        look([order.pk], by=SYSTEM)
        assert Hold.objects.open().get().day("due") == due, "the day that was said stays"
        risk.refresh_from_db()
        assert risk.colour == "red"


def test_goods_that_come_sooner_or_later_move_the_money_with_them(world, order):
    made = planned(world, order, 500, day(4))
    line = order.lines.get().reservations.get(purchase_line__isnull=False).purchase_line
    expect(line, by=world.haoran, on=day(7), reason="供应商提前")
    assert Hold.objects.open().get().day("leaves") == day(7)
    expect(line, by=world.haoran, on=day(30), reason="供应商推迟")
    assert not Hold.objects.open().exists() and gates.awaited(made).leaves_on == day(30)
    arrive(line.purchase, by=world.haoran, counted={line.pk: D(42)})
    assert Hold.objects.open().get().day("leaves") == day(4)


def test_goods_that_nothing_covers_have_the_day_of_the_order(world):
    stocked(world, 458)
    order = world.opened(lines="500x66", days=44, deposit_percent=D(20))
    made = planned(world, order, 500, day(4))
    assert gates.awaited(made).leaves_on == day(44) and not Hold.objects.exists()


def test_of_two_shipments_the_first_takes_what_is_on_hand(world, order):
    first, second = planned(world, order, 458, day(30)), planned(world, order, 42, day(31))
    assert [waits.leaves_on for _one, waits in gates.waiting(order)] == [day(30), day(31)]
    second = replan(second, by=world.haoran, revision=second.revision, quantities={order.lines.get().pk: D(42)}, planned_on=day(8))
    said = {one: waits.leaves_on for one, waits in gates.waiting(order)}
    assert said == {second: day(8), first: day(30)}, "42 of what is on hand are there in time"


@pytest.fixture
def form(world, client_of):
    """The clerk's form, filled in for so many of the order's line on a day."""

    def press(order: Order, n: int, on: date, address: str = "", **more: str) -> str:
        fields = {"planned_on": on.isoformat(), "slot": "", f"line_{order.lines.get().pk}": str(n), "revision": "1", **more}
        answer = client_of(world.users["haoran"]).post(address or reverse("shipment-new", args=[order.number]), fields)
        return "" if answer.status_code == 302 else answer.content.decode()

    return press


def test_a_day_on_which_the_goods_cannot_be_there_is_asked_about_once(world, order, form):
    page = form(order, 500, day(4))
    assert f"500 要到{clock.day_words(day(19))}才能到齐" in page and "is_sure" in page and not Shipment.objects.exists()
    assert form(order, 500, day(4), is_sure="on") == "" and Shipment.objects.get().planned_on == day(4)


def test_what_is_there_by_then_is_not_asked_about_and_another_plan_is(world, order, form):
    assert form(order, 458, day(4)) == ""
    made = Shipment.objects.get()
    address = reverse("shipment-plan", args=[made.number])
    assert clock.day_words(day(19)) in form(order, 500, day(4), address)
    assert form(order, 500, day(19), address) == "", "they are there on that day"


def test_goods_that_are_made_are_asked_about_by_the_end_of_their_production(world, form):
    set_family(world.products["TR20"].family, by=world.heyuan, template="made", start="confirmation")
    order = world.opened(lines="500x66", days=44)
    MilestonePlan.objects.filter(contract=order.contract_id).update(
        confirmed_on=clock.today(), promised_on=order.promised_on, template="made"
    )
    keep(order.contract)
    ends = Milestone.objects.get(plan__contract=order.contract_id, code="production_end").plan_on
    assert f"按计划{clock.day_words(ends)}才完工" in form(order, 500, ends - timedelta(days=1))
    assert form(order, 500, ends) == ""

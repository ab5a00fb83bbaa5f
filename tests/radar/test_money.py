"""The radar and money: what is in ends the risk with the next look, what is taken off brings it back; who owes; since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.utils import timezone

from boothline.billing.announced import Told, announce, set_aside
from boothline.billing.credits import use
from boothline.billing.receipts import Sent, allocate, allow, receive, void_receipt
from boothline.contracts.evidence import record_paper
from boothline.contracts.milestones import Milestone, MilestonePlan, keep
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.files.attachments import Received
from boothline.followups.clocks import Clock
from boothline.orders.holds import Hold
from boothline.orders.models import Order
from boothline.orders.shipments import plan
from boothline.orders.splits import merge, split
from boothline.radar.models import Risk
from boothline.radar.watch import look
from boothline.timeline.models import Delivery

pytestmark = pytest.mark.django_db
WHY = "客户分两地收货"
THEY = "客户"


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)


def now(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def opened(world, customer=None, **more) -> Order:
    """An order of 1,000.00, 300.00 of it as a deposit, whose plan runs."""
    order = world.opened(customer, **more)
    MilestonePlan.objects.filter(contract=order.contract_id).update(confirmed_on=clock.today(), promised_on=order.promised_on)
    keep(order.contract)
    return now(order)


def planned(order: Order) -> date:
    return Milestone.objects.get(plan__contract=order.contract_id, code="deposit").plan_on


def missing(*orders: Order, code: str = "deposit") -> list[tuple[date, str] | None]:
    """What the radar says of the deposit of each after its next look: (since, who owes)."""
    look([order.pk for order in orders], by=SYSTEM)
    found = {risk.order_id: (risk.since, risk.owing) for risk in Risk.objects.standing().filter(code=code)}
    return [found.get(order.pk) for order in orders]


def heard() -> set[str]:
    """What the radar is to hear a moment later."""
    return set(Delivery.objects.filter(listener="radar.look_again").values_list("event__kind", flat=True))


@pytest.fixture
def order(world) -> Order:
    return opened(world)


@pytest.fixture
def due(order) -> Iterator[date]:
    """The day on which the deposit was to be in; it is the day after, and nobody has looked."""
    day = planned(order)
    with time_machine.travel(noon(day + timedelta(days=1)), tick=False):
        yield day


def test_one_receipt_ends_it_and_its_void_brings_it_back(world, order, due):
    """Since the day that the plan says, although nobody looked on that day."""
    assert missing(order) == [(due, THEY)]
    paid = world.pays(order, 300)
    assert missing(order) == [None]
    void_receipt(paid, by=SYSTEM, reason="记错了客户")
    assert missing(order) == [(due, THEY)] and {"billing.received", "billing.receipt_voided"} <= heard()


def test_two_receipts_end_it_with_the_second(world, order, due):
    world.pays(order, 100)
    assert missing(order) == [(due, THEY)]
    world.pays(order, 200)
    assert missing(order) == [None]


def test_money_that_waits_to_be_allocated_is_ours_to_book(world, order, due):
    """The customer overpaid another order before this one was there; allocated, it ends the risk."""
    other = opened(world, order.customer, lines="1x100")
    assert missing(order) == [(due, THEY)]
    more = receive(order.customer, by=SYSTEM, slip=Sent(D(400), clock.today()), order=other)
    assert missing(order) == [(due, "Haoran")] and more.rest == 300
    allocate(more, by=SYSTEM, order=order)
    assert missing(order) == [None] and {"billing.received", "billing.allocated"} <= heard()


def test_money_that_waits_is_ours_to_book_once(world, order, due):
    """It is enough for the deposit of one of two orders: that which is due first. The other's is still to come."""
    second, third = opened(world, order.customer), opened(world, order.customer, lines="1x100")
    assert missing(order) == [(due, THEY)]
    with time_machine.travel(noon(planned(second) + timedelta(days=1)), tick=False):
        receive(order.customer, by=SYSTEM, slip=Sent(D(400), clock.today()), order=third)
        assert [owes for _since, owes in missing(order, second)] == ["Haoran", THEY]
        receive(order.customer, by=SYSTEM, slip=Sent(D(300), clock.today()), order=third)
        assert [owes for _since, owes in missing(order, second)] == ["Haoran", "Haoran"]


def test_what_the_customer_says_they_paid_is_ours_to_look_for(world, order, due, client_of):
    """Nobody is sent to collect it: whoever keeps the books looks into the bank. Set aside, the customer owes it again."""
    look([order.pk], by=SYSTEM)
    told = announce(order.customer, by=SYSTEM.trusted(), told=Told(D(300), "CNY", due, order))
    risk = Risk.objects.standing().get(order=order, code="deposit")
    assert (risk.owes, risk.person, risk.said_on) == ("us", world.users["haoran"], due)
    with time_machine.travel(noon(due + timedelta(days=5)), tick=False):  # red by now
        look([order.pk], by=SYSTEM)
        page = client_of(world.users["mei"]).get("/today/").content.decode()
    assert f"客户称 {clock.day_words(due)}已付款，银行还没查到" in page and "欠：客户" not in page
    assert "银行还没查到" in client_of(world.users["mei"]).get("/radar/").content.decode()
    set_aside(told, by=world.haoran, reason="银行确认没有这笔款")
    assert missing(order) == [(due, THEY)] and Risk.objects.standing().get(order=order, code="deposit").said_on is None


def test_a_credit_ends_it(world, order, due):
    first = opened(world, order.customer)
    world.pays(first)
    allow(first, by=world.heyuan, amount=D(300), reason="灯体有划痕")
    use(order, by=SYSTEM, amount=D(300))
    assert missing(order) == [None] and "billing.credit_used" in heard()


@pytest.mark.parametrize(
    "slip",
    [
        Sent(D(300), date.max, charges=D(20), borne_by="us"),
        Sent(D(320), date.max, charges=D(20)),
        Sent(D(42), date.max, bank_currency="USD", currency="CNY", rate=D("7.15")),
    ],
    ids=["charges are ours", "charges are theirs", "dollars at a rate"],
)
def test_what_counts_is_what_ends_it(order, due, slip):
    receive(order.customer, by=SYSTEM, order=order, slip=Sent(**(slip.__dict__ | {"received_on": clock.today()})))
    assert missing(order) == [None]


def test_a_deposit_that_is_the_evidence_never_stands(world):
    draft = world.contract(world.take()).newest
    scan = Received(b"%PDF-1.4 slip", "slip.pdf", "paper")
    record_paper(draft, by=world.haoran, kind="deposit", signed_by="张伟", signed_on=clock.today(), scan=scan, amount=D(400))
    order = Order.objects.get()
    with time_machine.travel(noon(order.promised_on - timedelta(days=20)), tick=False):
        assert missing(order) == [None]


def test_each_order_of_a_split_stands_for_its_own_money(world, order, due):
    """150.00 and 150.00 are asked for; whichever is paid is off the radar, though the contract's plan still waits for the other."""
    assert missing(order) == [(due, THEY)]
    (line,) = order.lines.all()
    new = split(order, by=world.haoran, quantities={line.pk: D(5)}, reason=WHY)
    assert missing(order, new) == [(due, THEY)] * 2
    world.pays(now(order), 150)
    assert missing(order, new) == [None, (due, THEY)]
    world.pays(now(new), 150)
    assert missing(order, new) == [None, None]


def test_a_split_and_a_merger_ask_for_nothing_that_was_in(world, order, due):
    world.pays(order, 300)
    (line,) = order.lines.all()
    new = split(order, by=world.haoran, quantities={line.pk: D(5)}, reason=WHY)
    assert missing(order, new) == [None, None]
    merge(now(order), by=world.haoran, other=now(new), reason="客户一起提货")
    assert missing(order, new) == [None, None]
    other = opened(world, order.customer)
    into = merge(now(order), by=world.haoran, other=now(other), reason="客户一起提货")
    assert missing(into) == [None]


def test_what_endangered_a_merged_order_goes_along_and_ends_with_the_money(world, order, due):
    other = opened(world, order.customer)
    assert missing(order, other) == [(due, THEY), None]  # the other's day is to come
    into = merge(now(other), by=world.haoran, other=now(order), reason="客户一起提货")
    world.pays(into, 600)
    assert missing(into) == [None]


def test_the_balance_is_looked_at_by_the_order_too(world):
    """14 days before the shipping date, whenever it was looked at first."""
    order = opened(world)
    world.pays(order, 300)
    asked = order.promised_on - timedelta(days=14)
    with time_machine.travel(noon(asked + timedelta(days=2)), tick=False):
        assert missing(order, code="balance") == [(asked, THEY)]
        (line,) = order.lines.all()
        new = split(order, by=world.haoran, quantities={line.pk: D(5)}, reason=WHY)
        world.pays(now(new))
        assert missing(order, new, code="balance") == [(asked, THEY), None]


def test_the_shipment_that_waits_stands_on_the_radar_and_on_today_since_one_day(world, client_of):
    """D in 40 days, a first shipment in 3: held by money since today, though the balance has another day; red once it should be in."""
    order = opened(world)
    world.pays(order, 300)
    (line,) = order.lines.all()
    made = plan(now(order), by=world.haoran, quantities={line.pk: D(10)}, planned_on=clock.today() + timedelta(days=3))
    look([order.pk], by=SYSTEM)
    (risk,) = Risk.objects.standing().filter(order=order, code="balance")
    assert (risk.about, risk.since) == (made.number, clock.today())
    since, due = clock.today(), Hold.objects.get().day("due")
    with time_machine.travel(noon(due)):
        look([order.pk], by=SYSTEM)
        risk.refresh_from_db()
        assert (risk.since, risk.colour) == (since, "red")
    for at in ("/radar/", f"/orders/{order.number}/", "/today/"):
        text = client_of(world.users["mei"]).get(at).content.decode()
        assert f"{made.number} 在等这笔钱" in text, at
    Clock.objects.all().delete()  # nothing else is to be done: the danger stands first
    first = client_of(world.users["mei"]).get("/today/").content.decode()
    assert "<dt>为什么</dt>" in first and "待我审批" not in first, "a danger is no case to approve"

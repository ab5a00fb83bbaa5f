"""Schedule and holds: what is due when by the terms; goods wait for what must be in before they leave, documents after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.billing import gates, schedule
from boothline.billing.books import Account, Instalment, settle
from boothline.billing.gates import needed
from boothline.billing.pages.orders import open_sums
from boothline.billing.panel import asked_of_contact, due_next
from boothline.billing.receipts import Sent, allow, receive, small_rest, void_receipt, write_off
from boothline.billing.schedule import ASKING, LetterOfCredit, after, before, note_lc, run_daily
from boothline.catalogue.models import Product
from boothline.contracts.agreement import edit_version
from boothline.contracts.clearance import ask_approval
from boothline.contracts.establishment import send
from boothline.contracts.milestones import Milestone, MilestonePlan, keep, set_family
from boothline.contracts.models import ConfirmationRequest, Version
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.core.models import RuleSetting
from boothline.followups.models import NextStep
from boothline.followups.steps import done
from boothline.orders.arrivals import Count, sign
from boothline.orders.changes import ChangeWish, LineWish, OrderChange, change, postpone
from boothline.orders.changes import cancel as cancel_order
from boothline.orders.goods import approve_line
from boothline.orders.holds import Hold, lift, stop
from boothline.orders.models import Problem
from boothline.orders.register import Order, keep_terms
from boothline.orders.shipments import Shipment, cancel, pack, plan, release, replan, ship
from boothline.orders.solutions import GoodsReturn, Offer, agree, propose
from boothline.orders.solutions import receive as receive_return
from boothline.orders.splits import merge, split
from boothline.orders.tracking import track
from boothline.radar.facts import known
from boothline.radar.rules import risks
from boothline.timeline.models import Event
from boothline.worktime.calendar import add_workdays
from tests.portal.guest import Reader
from tests.refusals import refused
from tests.world import fill_dossier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_day_is_a_workday(monkeypatch):
    for module in (schedule, gates):
        monkeypatch.setattr(module, "add_workdays", lambda day, n: day + timedelta(days=n))


def travel(days: int):
    return time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=False)


def in_days(n: int) -> date:
    return clock.today() + timedelta(days=n)


@pytest.mark.parametrize(("terms", "expected"), [
    ({}, [("deposit", 300, 3), ("before_shipping", 700, 33)]),
    ({"deposit_percent": D(0)}, [("in_full", 1000, 33)]),
    ({"deposit_percent": D(100)}, [("deposit", 1000, 3)]),
    ({"balance": "documents"}, [("deposit", 300, 3), ("documents", 700, None)]),
    ({"balance": "lc", "deposit_percent": D(0)}, [("lc", 1000, None)]),
    ({"balance": "on_delivery"}, [("deposit", 300, 3), ("on_delivery", 700, None)]),
    ({"balance": "monthly"}, [("deposit", 300, 3), ("monthly", 700, None)]),
    ({"balance": "days_60"}, [("deposit", 300, 3), ("days_60", 700, None)]),
    ({"balance": "", "deposit_percent": None}, [("whole", 1000, 33)]),
    ({"days": 2}, [("deposit", 300, 0), ("before_shipping", 700, 0)]),  # D nearer than 7 days: due at once, the deposit no later
    ({"days": 2, "balance": "documents"}, [("deposit", 300, 2), ("documents", 700, None)]),  # the deposit before the goods leave
])  # fmt: skip
def test_the_schedule_opens_with_the_order(world, terms, expected):
    world.opened(**terms)
    parts = [(p.kind, p.amount, p.due_on and (p.due_on - clock.today()).days) for p in Instalment.objects.all()]
    assert parts == expected


@pytest.mark.parametrize("template", ["stock", "made", "artwork", "project", "sample"])
@pytest.mark.parametrize("days", [45, 60])
def test_a_sum_is_due_on_one_day_in_the_schedule_and_in_the_milestones_of_a_plan_that_is_not_squeezed(world, monkeypatch, template, days):
    monkeypatch.setattr(schedule, "add_workdays", add_workdays)  # free days count
    Product.objects.update(family="灯具")
    set_family("灯具", by=world.admin, template=template, start="deposit")
    for start in (0, 2, 3):
        with travel(start):
            order = world.opened(days=days, deposit_percent=D(100 if template == "sample" else 30))  # a sample is paid in full
            MilestonePlan.objects.filter(contract=order.contract).update(confirmed_on=clock.today())
            keep(order.contract)
            planned = dict(Milestone.objects.filter(plan__contract=order.contract).values_list("code", "plan_on"))
            due = dict(Instalment.objects.filter(order=order).values_list("kind", "due_on"))
            assert (due["deposit"], due.get("before_shipping")) == (planned["deposit"], planned.get("balance"))


def test_a_fixed_date_is_the_date(world):
    world.opened(balance="fixed", balance_on=in_days(50))
    assert Instalment.objects.get(kind="fixed").due_on == in_days(50)


def confirmed_change(world, order: Order, quantity: int, **terms) -> Order:
    """So many of the first line, and other payment terms with it: the customer confirms."""
    line = order.lines.first()
    wish = ChangeWish((LineWish(line, D(quantity), line.price),), reason="客户来信要求")
    version = Version.objects.get(pk=change(order, by=world.haoran, wish=wish).pk)
    edit_version(version, by=world.mei, revision=version.revision, values=terms, terms=[])
    request = send(Version.objects.get(pk=version.pk), by=world.mei)
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    return Order.objects.get(pk=order.pk)


def test_what_is_to_be_paid_follows_the_terms_of_a_confirmed_change(world):
    """1,200.00 become 1,400.00; half of it as a deposit, the balance against documents."""
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 360)
    with travel(1):
        confirmed_change(world, order, 12, balance="documents", deposit_percent=D(50))
        parts = [(p.kind, p.amount, p.covered, p.due_on) for p in Instalment.objects.filter(order=order)]
    assert parts == [("deposit", 700, 360, in_days(4)), ("documents", 700, 0, None)]


def test_what_is_owed_for_goods_that_left_stays_as_it_was_when_terms_change(world):
    order = world.ordered(world.take(), is_paid=False)
    confirmed_change(world, order, 12, balance="documents")
    first = order.lines.first()
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    world.pays(order, 420)
    made = plan(order, by=world.haoran, quantities={first.pk: D(7)}, planned_on=clock.today())  # half the value
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    ship(made, by=world.haoran, carrier="恒达海运")
    confirmed_change(world, order, 14, balance="lc")
    parts = [(p.kind, p.amount, p.covered, p.due_on and (p.due_on - clock.today()).days) for p in Instalment.objects.filter(order=order)]
    assert parts == [("deposit", 480, 420, 3), ("documents", 490, 0, 7), ("lc", 630, 0, None)]


def test_a_fixed_date_is_the_one_that_was_confirmed_last(world):
    order = world.ordered(world.take(), is_paid=False)
    confirmed_change(world, order, 12, balance="fixed", balance_on=in_days(30))
    confirmed_change(world, order, 13, balance_on=in_days(20))
    assert Instalment.objects.get(kind="fixed").due_on == in_days(20)


def grown(world, order: Order, by: int) -> list[tuple[str, D, int | None]]:
    """(kind, what is open of it, in how many days it is due) once the order costs so much more: a charge that they confirm."""
    fill_dossier(order.customer)
    wish = ChangeWish(price_terms={"freight": D(by)}, reason="改为我们订舱")
    version = Version.objects.get(pk=change(order, by=world.haoran, wish=wish).pk)
    ask_approval(version, by=world.mei)
    approve(Approval.objects.get(state="open"), by=world.heyuan)
    request = send(Version.objects.get(pk=version.pk), by=world.mei)
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    rows = Instalment.objects.open().filter(order=order)
    return [(p.kind, p.rest, p.due_on and (p.due_on - clock.today()).days) for p in rows]


@pytest.mark.parametrize(("terms", "expected"), [
    ({"balance": "days_after"}, ("days_after", None)),
    ({"balance": "on_delivery"}, ("on_delivery", None)),
    ({"deposit_percent": D(100)}, ("in_full", 13)),
    ({"balance": "fixed", "balance_on": date(2026, 1, 1)}, ("in_full", 13)),
    ({"balance": "before_shipping"}, ("before_shipping", 13)),
])  # fmt: skip
def test_what_an_order_grows_by_once_all_is_in_is_not_born_overdue(world, terms, expected):
    order = world.opened(days=40, **terms)
    world.pays(order)
    with travel(20):
        kind, due = expected
        assert grown(world, order, 50) == [(kind, 50, due)]


def test_what_an_order_grows_by_once_all_goods_left_is_due_as_if_they_left_now(world):
    order = world.opened(balance="days_after")
    world.pays(order)
    ready(world, order)
    gone(world, order, 10)
    with travel(40):
        assert grown(world, order, 50) == [("days_after", 50, 30)]


@pytest.mark.parametrize(("kind", "due"), [
    ("documents", date(2027, 1, 27)), ("monthly", date(2027, 2, 25)), ("days_after", date(2027, 2, 19)), ("days_45", date(2027, 3, 6)),
    ("days_60", date(2027, 3, 21)),
])  # fmt: skip
def test_what_is_due_after_shipping(kind, due):
    """Goods left on 20 January 2027."""
    assert after(kind, date(2027, 1, 20)) == due


def test_what_the_customer_owes_on_a_free_day_moves_on(monkeypatch):
    def monday_after(day: date, n: int) -> date:
        while day.weekday() > 4:
            day += timedelta(days=1)
        return day

    monkeypatch.setattr(schedule, "add_workdays", monday_after)
    assert before(date(2027, 3, 13), date(2027, 1, 1)) == date(2027, 3, 8)  # Saturday 6 March -> Monday


def shipment(world, order: Order, quantity: int, days: int):
    return plan(order, by=world.haoran, quantities={order.lines.first().pk: D(quantity)}, planned_on=in_days(days))


def ready(world, order: Order) -> None:
    for line in order.lines.all():
        approve_line(line, by=world.haoran)


def gone(world, order: Order, quantity: int):
    made = shipment(world, order, quantity, 0)
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    return ship(made, by=world.haoran, carrier="恒达海运")


def test_two_halves_covered(world):
    """T 10,000, deposit 3,000, two halves: 2,000 more before the first, 5,000 before the second."""
    order = world.opened(lines="100x100")
    world.pays(order, 3000)
    ready(world, order)
    first, second = shipment(world, order, 50, 20), shipment(world, order, 50, 40)
    assert (needed(first), needed(second)) == (5000, 10_000)
    assert not Hold.objects.exists()
    with travel(6):  # D-14 of the first, whose day is its own
        gates.run_daily()
        gates.run_daily()
        asked = Event.objects.get(kind="billing.asked_for")
        assert (asked.values["amount"], asked.values["due"]) == (
            "2,000.00",
            str(in_days(7)),
        ) and "2,000.00" in NextStep.objects.last().words
    with travel(13):  # D-7 of the first
        gates.run_daily()
        hold = Hold.objects.get()
        days = {"due": str(in_days(0)), "leaves": str(in_days(7))}
        assert hold.shipment == first and hold.values == {"amount": "2,000.00", "currency": "CNY"} | days
        assert Order.objects.get().on_hold
        with refused("gates"):
            release(first, by=world.haoran)
        world.pays(order, 2000)
        assert not Hold.objects.open().exists() and not Order.objects.get().on_hold
        release(first, by=world.haoran)
        pack(first, by=world.haoran)
        ship(first, by=world.haoran, carrier="恒达速运")
    with travel(33):
        gates.run_daily()
        assert Hold.objects.open().get().values["amount"] == "5,000.00"
        world.pays(order, 5000)
        assert not Hold.objects.open().exists()


@pytest.mark.parametrize(("terms", "half", "whole"), [
    ({"tax_rate": D(13)}, 565, 1130),
    ({"order_discount": D(200)}, 400, 800),
    ({"order_discount": D(200), "tax_rate": D(13), "freight": D(100)}, 452, 1017),
])  # fmt: skip
def test_goods_are_covered_by_what_they_cost_the_customer(world, terms, half, whole):
    """With tax and order discount; the freight is due with the last ones."""
    order = world.opened(**terms)
    first, second = shipment(world, order, 5, 20), shipment(world, order, 5, 30)
    assert (needed(first), needed(second)) == (half, whole)


def test_all_of_it_before_the_first(world):
    """The deck's own reading 付完全款."""
    RuleSetting.objects.create(code="billing.part_shipments", value="whole")
    order = world.opened(lines="100x100")
    world.pays(order, 3000)
    assert needed(shipment(world, order, 50, 20)) == 10_000


@pytest.mark.parametrize(("due", "waits_for"), [(29, 1000), (30, 1000), (31, 300)])
def test_goods_wait_for_what_is_due_on_a_fixed_date_before_they_leave(world, due, waits_for):
    order = world.opened(balance="fixed", balance_on=in_days(due))
    planned = shipment(world, order, 10, 30)
    assert needed(planned) == waits_for
    world.pays(order, 300)
    with travel(23):
        gates.run_daily()
        assert Hold.objects.open().filter(shipment=planned).exists() is (waits_for == 1000)


def test_where_something_is_due_after_shipping_only_the_deposit_is_held_for(world):
    order = world.opened(balance="days_after")
    planned = shipment(world, order, 10, 3)
    assert needed(planned) == 300 and Hold.objects.open().get().values["amount"] == "300.00"
    world.pays(order, 300)
    assert not Hold.objects.open().exists()


def test_a_lifted_hold_lets_goods_go_without_what_was_missing_then(world):
    """100 of 1,200 are missing and let go; 6 pieces more are 600 more, and these are held for."""
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 1100)
    with travel(35):
        gates.look_at(order, by=SYSTEM)
        lift(Hold.objects.open().get(), by=world.heyuan, reason="只差一百")
        assert not gates.look_at(order, by=SYSTEM) and gates.held_back(order) == 0
        order = confirmed_change(world, order, 16)
        hold = Hold.objects.open().get()
        assert (hold.values["amount"], gates.held_back(order)) == ("600.00", 600)
        world.pays(order, 600)
        assert not Hold.objects.open().exists()


def test_a_hold_is_lifted_with_a_reason_by_who_may_and_stays_lifted(world):
    order = world.opened()
    planned = shipment(world, order, 10, 3)
    hold = Hold.objects.get()
    with pytest.raises(NotAllowed):
        lift(hold, by=world.mei, reason="老客户了")
    with refused(field="reason"):
        lift(hold, by=world.heyuan, reason="好")
    lift(hold, by=world.heyuan, reason="老客户，先发货")
    assert lift(hold, by=world.heyuan, reason="再按一次").lifted_reason == "老客户，先发货"
    gates.run_daily()
    assert not Hold.objects.open().exists()
    ready(world, order)
    release(planned, by=world.haoran)
    assert {e.kind: e.actor_kind for e in Event.objects.about(hold)} == {"orders.held": "system", "orders.hold_lifted": "user"}


def test_every_gate_answers_at_once(world):
    order = world.opened()
    planned = shipment(world, order, 10, 3)
    stop(order, by=world.haoran, reason="等客户确认唛头")
    with refused("gates") as told:
        release(planned, by=world.haoran)
    assert {gate.code for gate in told.value.details["gates"]} == {"goods", "hold_money", "hold_manual"}
    with refused("gates"):
        release(planned, by=world.heyuan, override_reason="客户书面同意缺资料出货")


def test_what_must_be_in_says_how_it_is_counted(world, client_of):
    """The goods so far, less what is in; with the last goods, all that is due before they leave."""
    order = world.opened(lines="100x100")
    world.pays(order, 3000)
    ready(world, order)
    haoran = client_of(world.users["haoran"])
    first, second = shipment(world, order, 50, 20), shipment(world, order, 50, 40)
    assert "到这一批为止的货值 ¥5,000.00，其中已到 ¥3,000.00" in haoran.get(f"/shipments/{first.number}/").content.decode()
    assert "这批货出货前订单应到 ¥10,000.00，其中已到 ¥3,000.00" in haoran.get(f"/shipments/{second.number}/").content.decode()


def test_what_must_be_in_is_said_from_the_beginning_and_holds_once_packed(world, client_of):
    """1,000 with a deposit, nothing paid: 4 of 10 leave in 30 days, so that 400 must be in first."""
    order = world.opened()
    ready(world, order)
    made = shipment(world, order, 4, 30)
    haoran = client_of(world.users["haoran"])
    page = f"/shipments/{made.number}/"
    receipt, ships = reverse("order-receipt-new", args=[order.number]), reverse("shipment-dispatch", args=[made.number])

    def read(at: str) -> str:
        return haoran.get(at).content.decode()

    for at in (page, f"{page}release/"):
        shown = read(at)
        assert "¥400.00" in shown and receipt in shown and str(clock.day_words(in_days(23))) in shown, at
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    line = order.lines.get()
    assert line.packed == 4 and Hold.objects.open().get().shipment == made
    shown = read(page)
    assert ships not in shown and receipt in shown and "#money" in shown
    shown = read(ships)
    assert 'name="carrier"' not in shown and "400.00" in shown and "#money" in shown and receipt in shown
    world.pays(order, 400)
    assert ships in read(page) and receipt not in read(page) and 'name="carrier"' in read(ships)


def test_a_shipment_that_asks_before_the_schedule_says_so_and_its_form_proposes_what_it_waits_for(world, client_of):
    """1,000 with a deposit that is in; all of it is to leave in 30 days, 10 before D, so that 700 must be in after 23, and not 33, days."""
    order = world.opened()
    world.pays(order, 300)
    made = shipment(world, order, 10, 30)

    def read(at: str) -> str:
        return " ".join(client_of(world.users["haoran"]).get(at).content.decode().split())

    said = f"按付款计划{clock.day_words(in_days(33))}到期，但 {made.number} 要在{clock.day_words(in_days(30))}出货"
    due = clock.day_words(in_days(23))
    assert said in read(f"/orders/{order.number}/") and f"{due}前要收到" in read(f"/orders/{order.number}/")
    with travel(24):
        gates.run_daily()
        due = clock.day_words(clock.today())
        assert f"{due}前要收到" in read(f"/orders/{order.number}/")
        assert f"{made.number}，从{due}起" in read("/payments/")
        assert all("有货在等这笔钱" in read(at) for at in ("/payments/", f"/orders/{order.number}/")), "one answer on both"
    world.pays(order)
    assert "按付款计划" not in read(f"/orders/{order.number}/")


def test_the_form_of_a_shipment_proposes_all_that_it_waits_for(world, client_of):
    """Nothing is paid: the deposit is 300, the first half waits for 500."""
    order = world.opened()
    made = shipment(world, order, 5, 30)
    haoran, form = client_of(world.users["haoran"]), reverse("order-receipt-new", args=[order.number])
    assert f"{form}?shipment={made.number}" in haoran.get(f"/shipments/{made.number}/").content.decode()
    assert 'value="500.00"' in haoran.get(f"{form}?shipment={made.number}").content.decode()
    assert 'value="300.00"' in haoran.get(form).content.decode()  # nothing waits by now: the deposit is next
    with travel(25):
        gates.run_daily()
        assert 'value="500.00"' in client_of(world.users["haoran"]).get(form).content.decode()
    typed = {"sent": "1", "received_on": clock.today(), "borne_by": "customer", "order": order.number, "bank_currency": "CNY"}
    assert haoran.post(f"{form}?shipment={made.number}", typed).url == f"/shipments/{made.number}/", "back to where it was begun"


def test_payments_due_are_what_is_open_the_most_overdue_first_with_their_sums(world, client_of):
    paid, late = world.opened(), world.opened(world.take(company="乙公司", name="李乙", emails=["b@b.example"], phones=["13800009002"]))
    world.pays(paid)
    Instalment.objects.filter(order=late, kind="before_shipping").update(due_on=in_days(-9))
    settle(late, by=SYSTEM)
    haoran = client_of(world.users["haoran"])
    page = haoran.get("/payments/").content.decode()
    assert paid.number not in page and paid.number in haoran.get("/payments/?state=all").content.decode()
    assert page.index("700.00") < page.index("300.00") and "1,000.00" in page[page.index("<tfoot") :]


def test_what_somebody_let_go_without_the_money_is_not_asked_for(world, client_of):
    order = world.opened()
    ready(world, order)
    made = shipment(world, order, 10, 3)
    lift(Hold.objects.get(), by=world.heyuan, reason="老客户，先发货")
    assert "¥1,000.00" not in client_of(world.users["haoran"]).get(f"/shipments/{made.number}/").content.decode()


def test_an_order_without_a_shipment_is_held_a_week_before_its_day(world):
    order = world.opened()
    with travel(33):
        gates.run_daily()
        assert Hold.objects.get().shipment is None
        planned = shipment(world, order, 10, 40)  # the day is the shipment's from here on
        assert not Hold.objects.open().exists()
        cancel(planned, by=world.haoran, reason="船期改到下周")
        assert Hold.objects.open().get().shipment is None


def test_documents_wait_until_what_is_paid_against_them_is_in(world):
    """The goods leave without the balance; two halves, each with its share, due 7 days after."""
    order = world.opened(balance="documents")
    world.pays(order, 300)
    ready(world, order)
    first, second = shipment(world, order, 5, 10), shipment(world, order, 5, 20)
    for made in (first, second):
        release(made, by=world.haoran)
        pack(made, by=world.haoran)
    ship(first, by=world.haoran, carrier="恒达海运")
    parts = [(p.kind, p.amount, p.due_on) for p in Instalment.objects.all()]
    assert parts == [("deposit", 300, in_days(3)), ("documents", 350, in_days(7)), ("documents", 350, None)]
    held = Hold.objects.open().get()
    assert (held.kind, held.shipment, held.values["amount"]) == ("documents", first, "350.00")
    assert not Order.objects.get().on_hold
    world.pays(order, 350)
    assert not Hold.objects.open().exists()
    ship(second, by=world.haoran, carrier="恒达海运")
    assert Instalment.objects.last().due_on == in_days(7) and Hold.objects.open().count() == 1
    lift(Hold.objects.open().get(), by=world.heyuan, reason="银行已经承兑")
    receipt = world.pays(order, 350)
    assert Account.objects.get().open == 0
    void_receipt(receipt, by=world.haoran, reason="登错了客户")
    assert not Hold.objects.open().exists()  # a person let them go


def test_documents_wait_again_when_the_receipt_was_booked_in_error(world):
    order = world.opened(balance="documents")
    world.pays(order, 300)
    ready(world, order)
    sent = gone(world, order, 5)
    gone(world, order, 5)
    world.pays(order, 350)
    receipt = world.pays(order, 350)
    assert not Hold.objects.open().exists()
    void_receipt(receipt, by=world.haoran, reason="登错了客户")
    held = Hold.objects.open().get()
    assert (held.kind, held.values["amount"]) == ("documents", "350.00") and held.shipment != sent  # those of the first are paid for


def test_on_delivery_each_shipment_takes_its_share_along(world, guest):
    """1 of 10 is signed for: 70 of 700 are due. 3 more are delivered, then signed for: 210. The rest comes: the rest."""
    order = world.opened(balance="on_delivery")
    world.pays(order, 300)
    ready(world, order)

    def due() -> list[D]:
        parts = Instalment.objects.filter(kind="on_delivery", due_on=clock.today())
        return list(parts.order_by("position").values_list("amount", flat=True))

    sign(gone(world, order, 1), by=guest(order), counted={}, signed_by="张伟")
    assert due() == [70]
    second = gone(world, order, 3)
    track(second, by=world.haoran, state="delivered")
    assert due() == [70, 210]
    sign(second, by=guest(order), counted={}, signed_by="张伟")
    assert due() == [70, 210]
    sign(gone(world, order, 6), by=guest(order), counted={}, signed_by="张伟")
    assert due() == [70, 210, 420] and not Instalment.objects.filter(due_on=None).exists()


def test_goods_on_their_way_back_are_not_due_on_delivery(world, guest):
    """700 on delivery: 4 of 10 delivered, then the rest; the rest is brought back, and delivered again."""
    order = world.opened(balance="on_delivery")
    world.pays(order, 300)
    ready(world, order)

    def parts() -> list[tuple[D, bool]]:
        rows = Instalment.objects.filter(kind="on_delivery").order_by("position")
        return [(row.amount, row.due_on is not None) for row in rows]

    sign(gone(world, order, 4), by=guest(order), counted={}, signed_by="张伟")
    rest = gone(world, order, 6)
    for state, expected in (
        ("delivered", [(280, True), (420, True)]), ("returning", [(280, True), (420, False)]), ("delivered", [(280, True), (420, True)]),
    ):  # fmt: skip
        track(rest, by=world.haoran, state=state)
        assert parts() == expected
    world.pays(order, 600)
    track(rest, by=world.haoran, state="returning")
    assert parts() == [(280, True), (320, True), (100, False)], "what is in stays as it is"


def test_the_balance_is_asked_for_at_d_minus_14_and_noted_overdue(world):
    order = world.opened()
    steps = NextStep.objects.count()
    with travel(2):
        run_daily()  # the deposit is near
    with travel(25):
        run_daily()
    kinds = list(Event.objects.filter(kind__in=("billing.asked_for", "billing.overdue")).values_list("kind", flat=True))
    assert kinds == ["billing.asked_for", "billing.overdue"]
    with travel(26):
        run_daily()
        run_daily()
    assert Event.objects.filter(kind="billing.asked_for").count() == 2 and NextStep.objects.count() == steps + 2
    assert order.number in NextStep.objects.last().words


def asking() -> list[tuple[str, str]]:
    """What our people are to ask customers to pay."""
    found = NextStep.objects.open().filter(what__in=ASKING).order_by("pk")
    return [(step.values["kind"], step.values["due"]) for step in found if step.values]


def test_money_that_came_in_is_asked_for_by_no_step(world):
    order = world.opened()
    with travel(26):
        run_daily()
        (deposit, balance) = asking()
        assert (deposit[0], balance[0]) == ("deposit", "before_shipping")
        receipt = receive(order.customer, by=world.haoran, slip=Sent(D(300), clock.today()), order=order)
        assert asking() == [balance], "the rest is still to come"
        world.pays(order)
        assert asking() == []
        said = Event.objects.filter(subject_name__contains=order.number, kind__in=("followups.done", "followups.dropped"))
        assert list(said.order_by("pk").values_list("kind", flat=True)) == ["followups.done", "followups.dropped"]
        void_receipt(receipt, by=world.haoran, reason="登错了客户")
        run_daily()
        assert len(asking()) == 1, "it is open again, so it is asked for again"


def asked_words() -> list[str]:
    return [step.words for step in NextStep.objects.open().filter(what__in=ASKING).order_by("pk")]


def test_a_part_that_came_in_leaves_a_step_for_the_rest_and_taken_off_for_the_whole(world):
    """Asked for 300 as deposit: 100 come, so it is 200; the receipt is void, so it is 300 again."""
    order = world.opened()
    with travel(2):
        run_daily()
        (words,) = asked_words()
        assert "300.00" in words
        receipt = world.pays(order, 100)
        assert asked_words() == [words.replace("300.00", "200.00")]
        void_receipt(receipt, by=world.haoran, reason="登错了客户")
        assert asked_words() == [words]
        world.pays(order, 300)
        assert asked_words() == []


def test_what_a_shipment_waits_for_is_asked_for_by_the_day_on_which_it_leaves(world):
    order = world.opened(days=60)
    world.pays(order, 300)
    shipment = plan(order, by=world.haoran, quantities={order.lines.first().pk: D(10)}, planned_on=in_days(5))
    gates.run_daily()
    (words,) = asked_words()
    assert words == (
        f"催收 {order.number} 的货款：¥700.00，{clock.day_words(in_days(0))}前到账（{shipment.number} {clock.day_words(in_days(5))}出货）"
    )
    world.pays(order, 111)
    assert asked_words() == [words.replace("700.00", "589.00")]


def asked_and_done(world) -> None:
    """Somebody spoke with the customer about it."""
    for step in NextStep.objects.open().filter(what__in=ASKING):
        done(step, by=world.mei)


def test_what_an_order_grows_by_after_all_was_paid_is_asked_for_once(world):
    """The balance is asked for and paid; then the customer confirms 50 more: they are asked for that day, a week before they are due."""
    order = world.opened()
    world.pays(order, 300)
    with travel(26):
        run_daily()
        world.pays(order)
        assert asked_words() == []
    with travel(27):
        assert grown(world, order, 50) == [("before_shipping", 50, 6)]
        run_daily()
        (words,) = asked_words()
        assert order.number in words and "¥50.00" in words
        asked_and_done(world)
        run_daily()
        assert asked_words() == []


def test_who_is_asking_already_asks_for_what_the_order_grew_by_too(world):
    """700 are being asked for, 50 more are confirmed: one step for 750. Done, and 50 more: they are asked for once more."""
    order = world.opened()
    world.pays(order, 300)
    with travel(26):
        run_daily()
        grown(world, order, 50)
        for _again in range(2):
            run_daily()
            (words,) = asked_words()
            assert "¥750.00" in words
        asked_and_done(world)
        run_daily()
        assert asked_words() == []
        grown(world, order, 100)
        run_daily()
        (words,) = asked_words()
        assert "¥800.00" in words


def test_two_orders_that_are_one_are_asked_for_once_and_one_that_is_split_for_each_part(world):
    """Balances of 700 and 350 are being asked for: one step for 1,050. Then 6 of 15 pieces go on as an order of their own."""
    first = world.opened()
    second = world.opened_like(first, lines="5x100")
    for order, deposit in ((first, 300), (second, 150)):
        world.pays(order, deposit)
    with travel(26):
        run_daily()
        assert [("¥700.00" in words, "¥350.00" in words) for words in asked_words()] == [(True, False), (False, True)]
        order = merge(first, by=world.haoran, other=second, reason="客户要一起发货")
        (words,) = asked_words()
        assert order.number in words and "¥1,050.00" in words
        run_daily()
        assert asked_words() == [words]
        new = split(order, by=world.haoran, quantities={order.lines.first().pk: D(6)}, reason="客户要分开提货")
        run_daily()
        one, other = asked_words()
        assert order.number in one and "¥630.00" in one and new.number in other and "¥420.00" in other


@pytest.mark.parametrize("page", ["order", "shipment"])
def test_pages_of_order_and_shipment_ask_no_more_for_many_shipments(world, client_of, page):
    order = world.opened(lines="100x100")
    made = shipment(world, order, 1, 3)
    client, at = client_of(world.users["heyuan"]), reverse(page, args=[{"order": order, "shipment": made}[page].number])
    counts = []
    for more in (1, 4):
        for n in range(more):
            shipment(world, order, 1, 3 + n)
        client.get(at)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def planned_otherwise(world, made: Shipment, quantity: int) -> Shipment:
    made.refresh_from_db()
    wanted = {made.lines.get().line_id: D(quantity)}
    return replan(made, by=world.haoran, revision=made.revision, quantities=wanted, planned_on=made.planned_on)


@pytest.fixture
def four(world):
    """4 of 10 pieces leave in 12 days, long before the order's own day: 100 are missing, and asked for."""
    order = world.opened(days=60)
    world.pays(order, 300)
    made = shipment(world, order, 4, 12)
    gates.run_daily()
    (words,) = asked_words()
    assert "¥100.00" in words
    return made


def test_money_is_asked_for_again_where_a_shipment_is_planned_larger(world, four):
    """Paid, and 9 pieces instead of 4: 500 more. Somebody asked for them: nothing more. Paid, and 10: 100 more."""
    world.pays(four.order, 100)
    assert asked_words() == []
    for quantity, amount in ((9, "500.00"), (10, "100.00")):
        planned_otherwise(world, four, quantity)
        gates.run_daily()
        (words,) = asked_words()
        assert f"¥{amount}" in words and four.number in words
        asked_and_done(world)
        gates.run_daily()
        assert asked_words() == []
        world.pays(four.order, amount)


def test_money_is_asked_for_again_where_a_shipment_was_planned_smaller_in_between(world, four):
    planned_otherwise(world, four, 3)
    assert asked_words() == []
    planned_otherwise(world, four, 4)
    gates.run_daily()
    (words,) = asked_words()
    assert "¥100.00" in words


def test_who_is_asking_for_a_shipment_already_asks_for_all_of_it(world, four):
    """One more shipment is planned to leave before it: what goods so far cost is more, and one step says so; the receipt that was booked
    in error is asked for again."""
    shipment(world, four.order, 3, 11)
    gates.run_daily()
    assert [("¥400.00" in words, four.number in words) for words in asked_words()] == [(True, True)]
    receipt = world.pays(four.order, 400)
    assert asked_words() == []
    void_receipt(receipt, by=world.haoran, reason="登错了客户")
    gates.run_daily()
    assert [("¥400.00" in words, four.number in words) for words in asked_words()] == [(True, True)]


@pytest.mark.parametrize("end", ["cancelled", "moved"])
def test_what_is_not_owed_any_more_is_asked_for_by_no_step(world, end):
    order = world.opened()
    with travel(26):
        run_daily()
        assert len(asking()) == 2
        if end == "cancelled":
            cancel_order(order, by=world.haoran, reason="客户不要了", why="price")
            assert asking() == []
            return
        postpone(order, by=SYSTEM, promised_on=in_days(60), kind="late_payment")
        assert [kind for kind, _due in asking()] == ["deposit"]


def test_a_shipment_is_asked_for_until_what_it_waits_for_is_in(world):
    order = world.opened()
    world.pays(order, 300)
    first = shipment(world, order, 5, 12)
    shipment(world, order, 5, 40)
    gates.run_daily()
    assert [kind for kind, _due in asking()] == ["before_shipping"]
    world.pays(order, gates.needed(first) - 300)
    assert asking() == [], "the balance of the others is not due yet"


def test_a_change_that_leaves_the_date_leaves_what_is_overdue(world):
    """D does not move: what was due stays overdue; what is owed anew, of what was paid, is due by D."""
    order = world.opened()
    other = world.opened(order.customer)
    world.pays(other)
    was = Instalment.objects.get(order=order, kind="before_shipping").due_on
    with travel(36):
        run_daily()
        allow(order, by=world.haoran, amount=D(10), reason="让利")
        part = Instalment.objects.get(order=order, kind="before_shipping")
        assert (part.due_on, part.state, bool(part.overdue_on), part.amount) == (was, "overdue", True, 690)
        postpone(order, by=world.haoran, promised_on=in_days(20), kind="late_payment")
        assert Instalment.objects.get(pk=part.pk).due_on == in_days(13)
        OrderChange.objects.create(order=other, kind="edited", adjustment=100, was=1000, now=1100)
        keep_terms(other)
        allow(Order.objects.get(pk=other.pk), by=world.haoran, amount=D(10), reason="让利")
        again = Instalment.objects.get(order=other, kind="before_shipping")
        assert (again.rest, again.due_on) == (90, clock.today())


def test_free_days_before_the_shipping_date_do_not_move_the_asking(world, monkeypatch):
    order = world.opened()
    free = {order.promised_on - timedelta(days=n) for n in range(9)}
    monkeypatch.setattr(
        schedule, "add_workdays", lambda day, n: next(d for d in (day + timedelta(days=i) for i in range(60)) if d not in free)
    )
    schedule.follow_date(order, by=SYSTEM)
    part = Instalment.objects.get(kind="before_shipping")
    assert part.due_on == order.promised_on, "never behind the day on which the goods leave"
    for days, is_asked in ((25, False), (26, True)):
        with travel(days):
            run_daily()
        part.refresh_from_db()
        assert (part.asked == part.amount) == is_asked


def test_the_three_dates_of_a_letter_of_credit(world):
    order = world.opened(balance="lc", deposit_percent=D(0))
    values = {
        "number": "LC-1",
        "bank": "示例银行",
        "amount": D(1000),
        "ship_by": in_days(7),
        "present_by": in_days(14),
        "expires_on": in_days(15),
    }
    kept = note_lc(order, by=world.haoran, revision=0, values=values)
    assert [hue for _words, _day, hue in kept.dates()] == ["red", "ochre", ""]
    with refused(field="number"):
        note_lc(order, by=world.haoran, revision=kept.revision, values=values | {"number": ""})


@pytest.mark.parametrize(
    ("ship", "present", "expires", "fields"),
    [(10, 5, 30, ["present_by"]), (10, 20, 8, ["expires_on"]), (10, 5, 4, ["present_by", "expires_on"]), (10, 20, 15, ["expires_on"]), (None, 20, 15, ["expires_on"])],
)  # fmt: skip
def test_a_letter_of_credit_that_cannot_be_kept_is_refused(world, client_of, ship, present, expires, fields):
    """Goods leave, papers are presented, then it expires: the page names every day that cannot be, and keeps nothing."""
    order = world.opened(balance="lc", deposit_percent=D(0), days=5)
    days = {"ship_by": ship, "present_by": present, "expires_on": expires}
    values = {"number": "LC-7"} | {name: in_days(n) for name, n in days.items() if n is not None}
    with pytest.raises(Refused) as caught:
        note_lc(order, by=world.haoran, revision=0, values=values)
    assert [one.field for one in (caught.value, *caught.value.also)] == fields
    typed = {name: str(value) for name, value in values.items()} | {"revision": 0}
    assert client_of(world.users["haoran"]).post(f"/orders/{order.number}/letter-of-credit/", typed).status_code == 422
    assert not LetterOfCredit.objects.exists()


def test_a_latest_shipment_before_our_promise_is_asked_about_and_stays_said(world, client_of):
    """The order ships in 40 days, the bank's latest shipment is in 20."""
    order, clerk = world.opened(balance="lc", deposit_percent=D(0)), client_of(world.users["haoran"])
    typed = {"number": "LC-7", "revision": 0, "ship_by": in_days(20).isoformat(), "expires_on": in_days(30).isoformat()}
    at = f"/orders/{order.number}/letter-of-credit/"
    answer = clerk.post(at, typed)
    assert answer.status_code == 422 and "银行不会付款" in answer.content.decode()
    assert clerk.post(at, typed | {"is_sure": "on"}).status_code == 302
    assert "银行不会付款" in clerk.get(f"/orders/{order.number}/").content.decode()


def test_a_letter_of_credit_for_too_little_is_asked_about_and_endangers_the_order(world, client_of):
    """5,000 for a balance of 8,960 by letter of credit, on time."""
    order, clerk = world.opened(lines="128x100", balance="lc"), client_of(world.users["haoran"])
    typed = {"number": "LC-7", "revision": 0, "bank": "BCP", "amount": "5000", "ship_by": in_days(45).isoformat()}
    at = f"/orders/{order.number}/letter-of-credit/"
    answer = clerk.post(at, typed | {"present_by": in_days(2).isoformat()})
    assert "只开了" not in answer.content.decode() and "交单" in answer.content.decode(), "what cannot be is said first"
    answer = clerk.post(at, typed)
    said = "要用信用证付 ¥8,960.00，只开了 ¥5,000.00"
    assert answer.status_code == 422 and said in answer.content.decode()
    assert clerk.post(at, typed | {"is_sure": "on"}).status_code == 302
    page = clerk.get(f"/orders/{order.number}/").content.decode()
    assert said in page
    history = page[page.rindex(f"登记了订单 {order.number} 的信用证 LC-7") :][:3000]
    for words in ("开户行", "最迟装运日", "¥5,000.00"):
        assert words in history, words
    for name in ("Ship_by", "Amount", ">Bank"):
        assert name not in history
    assert ("lc_short", True) in {(found.code, found.is_red) for found in risks(known([order])[order.pk])}
    guest = Reader(order)
    assert "已收到贵方的信用证 LC-7" in guest.read("money/") and said in guest.text and "请让开证行修改" in guest.text


def test_the_customer_is_asked_to_open_the_letter_of_credit_and_it_endangers_the_order_until_they_do(world):
    order = world.opened(lines="128x100", balance="lc", days=14)
    day = clock.day_words(order.promised_on)
    asks = f"请为订单 {order.number} 开立信用证：¥8,960.00，最迟装运日不早于{day}。"
    guest = Reader(order)
    assert asks in guest.read("money/")
    assert asks in guest.read("home/")
    assert ("lc_missing", False) in {(found.code, found.is_red) for found in risks(known([order])[order.pk])}
    note_lc(order, by=world.haoran, revision=0, values={"number": "LC-1", "amount": D(8960)})
    assert not [found.code for found in risks(known([order])[order.pk]) if found.code.startswith("lc_")]
    assert asks not in guest.read("home/")


def test_a_cancelled_order_wants_no_letter_of_credit(world, client_of):
    order = world.opened(balance="lc")
    page = client_of(world.users["haoran"]).get(f"/orders/{order.number}/").content.decode()
    assert "登记信用证" in page and "要用信用证付 ¥700.00，还没有登记信用证" in page
    cancel_order(order, by=world.haoran, reason="客户的项目取消了", why="budget")
    page = client_of(world.users["haoran"]).get(f"/orders/{order.number}/").content.decode()
    assert "信用证" not in page[page.index('id="money"') :].split("</section>")[0]


def arrived_with_faults(world, guest, order: Order, quantity: int, damaged: int) -> Problem:
    """So many left and came, some of them damaged: our own mistake."""
    line = order.lines.first()
    sign(gone(world, order, quantity), by=guest(order), counted={line.pk: Count(D(quantity), D(damaged))}, signed_by="张伟")
    return Problem.objects.get()


def test_what_is_made_good_waits_for_no_money_of_its_order(world, guest, client_of):
    """10,000, of which 5,000 is in: 12 of the first half are sent again, today; the second half still waits for the other 5,000, all
    of it before the last goods that cost something."""
    order = world.opened(lines="100x100")
    world.pays(order, 5000)
    ready(world, order)
    problem = arrived_with_faults(world, guest, order, 50, 12)
    agree(propose(problem, by=world.haoran, offer=Offer("replace")), by=guest(order))
    again = plan(order, by=world.haoran, quantities={order.lines.last().pk: D(12)}, planned_on=in_days(0))
    assert needed(again) == 0 and gates.awaited(again) is None and not Hold.objects.open().exists()
    assert "出货前须到账" not in client_of(world.users["haoran"]).get(f"/shipments/{again.number}/").content.decode()
    cancel(again, by=world.haoran, reason="和第二批一起走")
    second, again = shipment(world, order, 50, 20), plan(
        order, by=world.haoran, quantities={order.lines.last().pk: D(12)}, planned_on=in_days(30)
    )  # fmt: skip
    assert (needed(second), needed(again)) == (10_000, 0)


@pytest.mark.parametrize(("price", "missing"), [(100, 0), (104, 16)])
def test_what_is_sent_in_exchange_waits_for_its_difference_alone(world, guest, price, missing):
    """1,000, of which 50 were taken off and 950 paid: 4 are exchanged, and the 400 that come back for them are credited later."""
    order = world.opened()
    allow(order, by=world.haoran.trusted(), amount=D(50), reason="少发")
    world.pays(order, 950)
    ready(world, order)
    problem = arrived_with_faults(world, guest, order, 10, 4)
    other = world.products["PN60"].variants.first()
    made = propose(problem, by=world.haoran, offer=Offer("exchange", variant=other, price=D(price), words="包邮寄回深圳仓"))
    approve(Approval.objects.get(state="open"), by=world.heyuan)
    agree(made, by=guest(order))
    ready(world, order)
    made = plan(order, by=world.haoran, quantities={order.lines.last().pk: D(4)}, planned_on=in_days(0))
    found = gates.awaited(made)
    assert (found.amount if found else 0) == missing and Hold.objects.open().exists() is bool(missing)


def test_an_exchange_for_the_same_goods_asks_for_nothing(world, guest, client_of):
    """1,000, all paid: 4 of 10 are exchanged for the same at their price. Their 400 are set off as the pieces come back: nothing of it is
    due, and what waits for the last piece is no small rest."""
    order = world.opened()
    world.pays(order, 1000)
    ready(world, order)
    problem = arrived_with_faults(world, guest, order, 10, 4)
    same = order.lines.first().variant
    propose(problem, by=world.haoran, offer=Offer("exchange", variant=same, quantity=D(4), words="包邮寄回深圳仓"))
    approve(Approval.objects.get(state="open"), by=world.heyuan)
    agree(problem.resolutions.get(), by=guest(order))
    order.refresh_from_db()
    part = Instalment.objects.get(order=order, kind="exchange")
    assert (order.total, part.amount, part.covered, part.due_on) == (1400, 400, 0, None)
    assert not Instalment.objects.open().filter(order=order, due_on__isnull=False).exists()
    page = client_of(world.users["haoran"]).get(f"/orders/{order.number}/").content.decode()
    assert "目前不用付款：¥400.00 等换货退回的货到了冲抵" in page and "货退回后冲抵" in page
    assert asked_of_contact(order.confirmation.contact) == [] and due_next(order) == 0
    assert open_sums(Instalment.objects.all(), {"rest"}) == {"CNY": {"rest": 0}}, "what is set off is owed by nobody"
    receive_return(GoodsReturn.objects.get(), by=world.haoran, quantity=D(3))
    RuleSetting.objects.create(code="billing.write_off_up_to", value="100")
    assert small_rest(order, Account.objects.get(order=order)) == 0
    with refused("too_large"):
        write_off(order, by=world.haoran)
    receive_return(GoodsReturn.objects.get(received_at=None), by=world.haoran, quantity=D(1))
    account = Account.objects.get(order=order)
    assert (account.total, account.paid, account.open) == (1000, 1000, 0)
    assert not Instalment.objects.filter(order=order, kind="exchange").exists()


def test_part_goods_are_covered_with_what_was_taken_off_for_them(world):
    """Two halves of 5,000, 200 taken off for the whole and 300 for the goods of the line: the first costs 4,600."""
    order = world.opened(lines="100x100")
    allow(order, by=world.haoran.trusted(), amount=D(200), reason="迟到")
    allow(order, by=world.haoran.trusted(), amount=D(300), reason="少发", line=order.lines.first())
    first, second = shipment(world, order, 50, 20), shipment(world, order, 50, 40)
    assert (needed(first), needed(second)) == (4600, 9500)

"""6.4 Splitting and merging of orders: goods move, facts keep their dates, nothing becomes dearer, the money is shared to the cent."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.billing.books import Account, Allocation, Credit, Instalment, Receipt
from boothline.billing.credits import use
from boothline.billing.panel import of_order
from boothline.billing.receipts import void_receipt
from boothline.billing.schedule import LetterOfCredit, note_lc
from boothline.catalogue.products import add_product
from boothline.contracts.agreement import prepare
from boothline.contracts.establishment import ConfirmationRequest, end_contract, send
from boothline.contracts.evidence import record_paper as confirm_on_paper
from boothline.contracts.evidence import void
from boothline.contracts.milestones import Milestone, reach
from boothline.contracts.models import Contract, Version
from boothline.contracts.needs import record_need, trace
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.core.merging import columns_to
from boothline.customers.dealings import Dealing, price_memory
from boothline.customers.models import Customer
from boothline.files.attachments import Received
from boothline.insights.report import shares
from boothline.intentions.models import Intention
from boothline.intentions.products import Wish, open_intention
from boothline.orders.again import order_again, wanted_again
from boothline.orders.arrivals import Count, record_paper, sign
from boothline.orders.before_change import order_of
from boothline.orders.changes import ChangeWish, LineWish, NewLine, OrderChange, adjust, cancel, change
from boothline.orders.fees import ask_fee
from boothline.orders.goods import approve_line
from boothline.orders.holds import Hold, stop
from boothline.orders.models import GoodsReturn, Order, OrderLine, Problem, Resolution, Shipment
from boothline.orders.packing_list import packing_list
from boothline.orders.panel import on_board
from boothline.orders.particulars import edit_particulars
from boothline.orders.problems import Report, report
from boothline.orders.shipments import pack, plan, release, ship
from boothline.orders.solutions import Offer, agree, propose, receive
from boothline.orders.splits import differing, merge, mergeable, movable, split
from boothline.radar.facts import known
from boothline.radar.models import Risk
from boothline.radar.rules import risks
from boothline.radar.watch import look
from boothline.timeline.models import Event
from tests.portal.guest import Guest, link_of
from tests.refusals import refused

pytestmark = pytest.mark.django_db
WHY = "客户要分开提货"
PAPER = Received(b"%PDF-1.4", "s.pdf", "paper")


def now(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def money(order: Order) -> tuple[D, D, D, D]:
    account = Account.objects.get(order=order)
    return account.total, account.paid, account.credited, account.open


def parts(order: Order) -> list[tuple[str, D, D]]:
    return [(p.kind, p.amount, p.covered) for p in Instalment.objects.filter(order=order).order_by("position")]


def take_off(world, order: Order, *quantities: float, **more) -> Order:
    """So much of each line goes on as a new order."""
    wanted = {line.pk: D(str(q)) for line, q in zip(order.lines.all(), quantities, strict=False)}
    return split(order, by=world.haoran, quantities=wanted, reason=WHY, **more)


def left(world, order: Order, *quantities: int) -> Shipment:
    """A shipment of so much of each line that has left."""
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    wanted = {line.pk: D(q) for line, q in zip(order.lines.all(), quantities, strict=False)}
    made = plan(order, by=world.haoran, quantities=wanted, planned_on=clock.today())
    for step in (release, pack):
        step(Shipment.objects.get(pk=made.pk), by=world.haoran)
    return ship(Shipment.objects.get(pk=made.pk), by=world.haoran, carrier="恒达速运")


def test_a_part_of_a_line_goes_on_as_an_order_of_its_own(world):
    """T 1,200 = 10 x 100 + 5 x 40, deposit 360 paid. 4 of the 10 and all 5 go: 600 stay, 600 go, 180 paid each."""
    order = world.opened(lines="10x100 5x40")
    world.pays(order, 360)
    new = take_off(world, order, 4, 5)
    order = now(order)
    assert new.number != order.number and (new.contract, new.confirmation, new.split_from) == (order.contract, order.confirmation, order)
    assert (new.opened_at, new.promised_on, new.po_number) == (order.opened_at, order.promised_on, order.po_number)
    assert [(line.sku, line.due) for line in order.lines.all()] == [("TR20-1", 6), ("PN60-1", 0)]
    assert [(line.sku, line.due, line.price) for line in new.lines.all()] == [("TR20-1", 4, 100), ("PN60-1", 5, 40)]
    assert money(order) == (600, 180, 0, 420) and money(new) == (600, 180, 0, 420)
    assert parts(order) == parts(new) == [("deposit", 180, 180), ("before_shipping", 420, 0)]
    assert [(c.kind, c.was, c.now, c.order_id) for c in OrderChange.objects.order_by("id")] == [
        ("split", 1200, 600, order.pk),
        ("split", 0, 600, new.pk),
    ]
    event = Event.objects.get(kind="orders.split")
    assert event.values["new"] == new.number and event.values["goods"]
    assert [[part.amount for part in of_order(one, world.haoran)["receipts"]] for one in (order, new)] == [[180], [180]], "a row a receipt"


def test_charges_and_cents_are_shared_by_value_and_nothing_becomes_dearer(world):
    """3 x 0.125 = 0.38 (0.375); two and one are 0.25 + 0.13. An allowance of 100.01 on 1,000 + 500: 66.67 and 33.34."""
    order = world.opened(lines="3x0.125")
    new = take_off(world, order, 1)
    assert money(now(order))[0] + money(new)[0] == D("0.38")
    other = world.opened(world.take(company="北辰照明", name="王强", phones=["13900002047"], emails=[]), lines="10x100 5x100")
    adjust(other, by=world.haoran.trusted(), kind="allowance", amount=D("100.01"), reason="运输划伤")
    world.pays(now(other), "533.33")
    new = take_off(world, other, 0, 5)
    other = now(other)
    assert (other.total, new.total) == (D("933.33"), D("466.66"))
    assert (money(other)[1], money(new)[1]) == (D("355.55"), D("177.78"))


def come_back(world, order: Order, n: int) -> None:
    """So many of the first line leave, arrive damaged, and come back."""
    shipment = left(world, order, n)
    record_paper(shipment, by=world.haoran, counted={order.lines.first().pk: Count(D(n), D(n))}, signed_by="Z", scan=PAPER)
    solving = propose(Problem.objects.get(order=order), by=world.mei, offer=Offer("return", "寄回深圳仓，运费我们付", quantity=D(n)))
    for asked in Approval.objects.filter(state="open"):
        approve(asked, by=world.heyuan)
    agree(Resolution.objects.get(pk=solving.pk), by=world.mei, note="他们电话里同意了")
    receive(GoodsReturn.objects.get(), by=world.haoran, quantity=D(n))


def test_what_was_taken_off_for_goods_that_came_back_stays_with_their_line(world):
    """T 1,000 = 9 x 100 + 1 x 100, paid. The nine come back: credit 900. The last one goes on with its 100; cancelled, they are a credit."""
    order = world.opened(lines="9x100 1x100")
    world.pays(order)
    come_back(world, order, 9)
    assert money(order) == (100, 100, 0, 0)
    new = take_off(world, order, 0, 1)
    assert money(order) == (0, 0, 0, 0) and money(new) == (100, 100, 0, 0)
    cancel(new, by=world.haoran, reason="我们做不出来了")
    assert sum(credit.amount for credit in Credit.objects.all()) == 1000


def test_what_was_taken_off_stays_with_its_line_through_a_merger(world):
    """The nine that came back are in another order now; split again, the ten of that one cost what they did."""
    customer = world.take()
    order, into = world.opened(customer, lines="9x100 1x100"), world.opened(customer, lines="10x100")
    world.pays(order)
    come_back(world, order, 9)
    into = merge(into, by=world.haoran, other=order, reason=WHY)
    assert (into.total, now(order).total) == (1100, 0)
    new = take_off(world, into, 10, 0, 1)
    assert (now(into).total, new.total) == (0, 1100)


@pytest.mark.parametrize(
    ("off", "go", "stays", "goes"), [(300, (0, 8), 900, 800), (300, (4, 0), 1300, 400), (300, (10, 0), 1000, 700), (1500, (5, 0), 500, 0)]
)
def test_what_was_taken_off_for_a_line_goes_along_only_where_too_little_of_the_line_stays(world, off, go, stays, goes):
    """10 x 100 and 10 x 100, so much off for the first line: it stays with what stays of it."""
    order = world.opened(lines="10x100 10x100")
    adjust(order, by=world.haoran.trusted(), kind="allowance", amount=D(off), reason="迟到", line=order.lines.first())
    new = take_off(world, order, *go)
    assert (now(order).total, new.total) == (stays, goes)


def test_a_cent_more_or_less_stays_with_the_two(world):
    """2 x 0.125 = 0.25; alone each would be 0.13."""
    order = world.opened(lines="2x0.125")
    new = take_off(world, order, 1)
    assert sorted([now(order).total, new.total]) == [D("0.12"), D("0.13")]


def test_what_is_in_a_shipment_stays(world):
    order = world.opened()
    world.pays(order)
    left(world, order, 6)
    assert movable(now(order)) == {order.lines.get().pk: 4}
    with refused("in_shipment"):
        take_off(world, order, 5)
    new = take_off(world, order, 4)
    order = now(order)
    assert (order.state, order.lines.get().due, order.lines.get().shipped) == ("in_transit", 6, 6)
    assert (new.state, new.lines.get().due, new.lines.get().goods_ready) == ("ready", 4, True)  # goods data came along
    assert not new.shipments.exists() and money(new) == (400, 400, 0, 0)


def test_what_is_refused(world):
    order = world.opened(lines="10x100 5x40")
    with pytest.raises(NotAllowed):
        split(order, by=world.mei, quantities={order.lines.first().pk: D(1)}, reason=WHY)
    with refused("nothing_left"):
        take_off(world, order, 10, 5)
    with refused(field="lines"):
        take_off(world, order)
    with refused(field=f"line_{order.lines.first().pk}"):
        take_off(world, order, 0.5)
    with refused(field="reason"):
        split(order, by=world.haoran, quantities={order.lines.first().pk: D(1)}, reason="")
    seen = now(order).revision
    take_off(world, order, 4, revision=seen)
    with refused("stale"):  # pressed twice, it is split once
        take_off(world, order, 4, revision=seen)
    assert Order.objects.count() == 2


def test_one_change_at_a_time(world):
    order = world.opened()
    line = order.lines.get()
    change(order, by=world.haoran, wish=ChangeWish((LineWish(line, D(12), line.price),), reason="客户要加"))
    with refused("underway"):
        take_off(world, order, 4)
    end_contract(now(order).contract, by=world.haoran.trusted(), reason="客户又不加了")
    take_off(world, order, 4)


def test_a_stopped_order_stays_stopped_in_both_parts(world):
    order = world.opened()
    stop(order, by=world.haoran, reason="等客户确认唛头")
    new = take_off(world, order, 4)
    assert new.on_hold and now(order).on_hold and Hold.objects.open().filter(kind="manual").count() == 2


def agreed(world, version: Version) -> None:
    send(version, by=world.mei.trusted())
    scan = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    said = {"kind": "paper", "signed_on": clock.today(), "signed_by": "张伟", "scan": scan}
    confirm_on_paper(Version.objects.get(pk=version.pk), by=world.haoran.trusted(), **said)


def test_a_change_of_one_of_the_two_leaves_the_other_alone(world):
    customer = world.take()
    order = world.ordered(customer)
    new = take_off(world, order, 4)
    line = new.lines.get()
    version = change(new, by=world.haoran, wish=ChangeWish((LineWish(line, D(7), line.price),), reason="客户要加"))
    assert isinstance(version, Version) and [(x.sku, x.quantity) for x in version.lines.all()] == [(line.sku, 7)]
    agreed(world, version)
    assert now(new).lines.get().due == 7 and [x.due for x in now(order).lines.all()] == [6, 5]
    assert now(new).total == 700 and now(order).total == 800


def test_two_orders_become_one_with_all_that_happened(world):
    """1,000 paid in full and half shipped; 400 with a deposit of 120 paid: 1,400, paid 1,120, open 280; the earlier promise holds."""
    customer = world.take()
    first = world.opened(customer, days=40)
    second = world.opened(customer, lines="4x100", days=20)
    world.pays(second, 120)
    world.pays(first)
    gone = left(world, first, 5)
    shipped_at = gone.shipped_at
    assert mergeable(now(second)) == [first]
    got = merge(now(second), by=world.haoran, other=now(first), reason="客户要一起提货")
    first, second = now(first), now(second)
    assert got == second and (first.merged_into, first.state, first.total) == (second, "cancelled", 0)
    assert not first.lines.exists() and [(x.position, x.due, x.shipped) for x in second.lines.all()] == [(1, 4, 0), (2, 10, 5)]
    gone.refresh_from_db()
    assert gone.order == second and gone.shipped_at == shipped_at and second.state == "part_shipped"
    assert money(first) == (0, 0, 0, 0) and money(second) == (1400, 1120, 0, 280)
    paid = [("deposit", 120, 120), ("deposit", 300, 300)]  # the own one was in: the other's takes nothing back
    assert parts(second) == [*paid, ("before_shipping", 280, 280), ("before_shipping", 700, 420)]
    assert second.promised_on == clock.today() + timedelta(days=20) and not second.promise_moves.exists()
    assert merge(second, by=world.haoran, other=first, reason="客户要一起提货") == second  # pressed twice
    assert OrderChange.objects.filter(kind="merged").count() == 2
    event = Event.objects.get(kind="orders.merged")
    assert (event.values["number"], event.values["other"]) == (second.number, first.number)


def test_the_earlier_promise_is_kept(world):
    customer = world.take()
    late, soon = world.opened(customer, days=40), world.opened(customer, lines="4x100", days=20)
    merge(late, by=world.haoran, other=soon, reason="客户要一起提货")
    late = now(late)
    assert late.promised_on == clock.today() + timedelta(days=20) and late.first_promised_on == clock.today() + timedelta(days=40)
    (move,) = late.promise_moves.standing()
    assert (move.told, late.times_moved) == ("merge", 1)
    days = {p.due_on for p in Instalment.objects.filter(order=late, kind="before_shipping")}
    assert max(days) <= clock.today() + timedelta(days=16)


@pytest.mark.parametrize("is_into_later", [False, True])
def test_the_papers_of_each_shipment_wait_for_their_own_money(world, is_into_later):
    """1,000 and 400 against documents, each shipped today, then merged: paid 400, no papers go; paid 1,000, those of the first do."""
    customer = world.take()
    first, second = (world.opened(customer, lines=n, deposit_percent=D(0), balance="documents") for n in ("10x100", "4x100"))
    sent = [left(world, first, 10), left(world, second, 4)]
    into, other = (second, first) if is_into_later else (first, second)
    into = merge(now(into), by=world.haoran, other=now(other), reason="一起结算")

    def waiting() -> list[Shipment]:
        return [hold.shipment for hold in Hold.objects.open().filter(kind="documents").order_by("shipment")]

    world.pays(into, 400)
    assert waiting() == sent
    world.pays(into, 600)
    assert waiting() == sent[1:] and parts(into) == [("documents", 1000, 1000), ("documents", 400, 0)]
    world.pays(into, 400)
    assert not waiting()


def test_what_is_noted_of_an_order_besides_goes_along_with_both_parts(world):
    order = world.opened()
    Order.objects.filter(pk=order.pk).update(extra={"mark": "X"})
    assert take_off(world, now(order), 4).extra == {"mark": "X"} == now(order).extra


def test_only_on_the_same_terms(world):
    customer = world.take()
    order, other = world.opened(customer), world.opened(customer, deposit_percent=D(50))
    assert differing(order, other) and mergeable(order) == []
    with refused("terms"):
        merge(order, by=world.haoran, other=other, reason=WHY)
    with refused(field="other"):
        merge(order, by=world.haoran, other=order, reason=WHY)
    strange = world.opened(world.take(company="北辰照明", name="王强", phones=["13900002047"], emails=[]))
    with refused(field="other"):
        merge(order, by=world.haoran, other=strange, reason=WHY)
    cancel(other, by=world.haoran, reason="客户取消了订单")
    with refused("cancelled"):
        merge(order, by=world.haoran, other=now(other), reason=WHY)


def test_all_orders_of_the_customer_are_looked_at_in_as_many_queries_as_few(world):
    customer = world.take()
    orders = [world.opened(customer) for _ in range(3)]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            mergeable(now(orders[-1]))
        return len(queries)

    few = asked()
    orders += [world.opened(customer) for _ in range(20)]
    assert asked() == few
    assert mergeable(now(orders[-1])) == [now(order) for order in reversed(orders[:-1])]


def test_split_and_merged_again_is_as_before(world):
    order = world.opened(lines="10x100 5x40")
    world.pays(order, 360)
    new = take_off(world, order, 4, 5)
    back = merge(now(order), by=world.haoran, other=new, reason="客户还是一起提货")
    assert money(back) == (1200, 360, 0, 840) and sum(p[1] for p in parts(back)) == 1200
    assert [(x.sku, x.due) for x in back.lines.all()] == [("TR20-1", 6), ("PN60-1", 0), ("TR20-1", 4), ("PN60-1", 5)]
    line = back.lines.get(position=3)  # of the same line of the contract as the first: each is changed for itself
    version = change(back, by=world.haoran, wish=ChangeWish((LineWish(line, D(9), line.price),), reason="客户要加"))
    assert [x.quantity for x in version.lines.all()] == [6, 9, 5]


def test_problems_come_along(world, guest):
    customer = world.take()
    first, second = world.opened(customer), world.opened(customer, lines="4x100")
    world.pays(first)
    gone = left(world, first, 10)
    line = first.lines.get()
    sign(gone, by=guest(first), counted={line.pk: Count(D(10), D(2))}, signed_by="张伟")
    problem = Problem.objects.get()
    merge(now(second), by=world.haoran, other=now(first), reason="客户要一起提货")
    problem.refresh_from_db()
    assert problem.order == second and problem.line.order == second and now(second).in_trouble and not now(first).in_trouble


def test_credit_that_was_used_and_credit_that_was_made(world):
    """1,000 paid, 200 taken off: credit 200, used for order 2 (500). Split, the 200 are shared; the credit stays used."""
    customer = world.take()
    first, second = world.opened(customer), world.opened(customer, lines="5x100")
    world.pays(first)
    adjust(now(first), by=world.haoran.trusted(), kind="allowance", amount=D(200), reason="运输划伤")
    use(now(second), by=world.haoran)
    new = take_off(world, now(second), 2)
    assert money(now(second)) == (300, 0, 120, 180) and money(new) == (200, 0, 80, 120)
    assert Credit.objects.get().left == 0
    merge(new, by=world.haoran, other=now(first), reason="客户要一起提货")
    assert money(now(first)) == (0, 0, 0, 0) and money(now(new)) == (1000, 800, 80, 120)


def test_a_receipt_that_was_wrong_is_taken_off_both(world):
    order = world.opened()
    world.pays(order, 300)
    new = take_off(world, order, 4)
    assert sum(a.amount for a in Allocation.objects.all()) == 300 and (money(now(order))[1], money(new)[1]) == (180, 120)
    void_receipt(Receipt.objects.get(), by=world.haoran, reason="录重了一笔")
    assert (money(now(order))[1], money(new)[1]) == (0, 0)


def on_paper(world, customer: Customer) -> Order:
    """An order that staff recorded: it can be void."""
    request = world.sent(customer)
    scan = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    confirm_on_paper(request.version, by=world.haoran, kind="paper", signed_on=clock.today(), signed_by="张伟", scan=scan)
    return Order.objects.get(customer=customer)


def test_a_confirmation_is_void_for_both_parts_but_not_once_orders_were_merged(world):
    customer = world.take()
    order = on_paper(world, customer)
    new = take_off(world, order, 4)
    merge(new, by=world.haoran, other=world.opened_like(order, lines="4x100"), reason="客户要一起提货")
    with refused("merged"):
        void(order.confirmation, by=world.heyuan, reason="录错了客户")
    fresh = on_paper(world, world.take(company="北辰照明", name="王强", phones=["13900002047"], emails=["wang@beichen.example"]))
    half = take_off(world, fresh, 4)
    void(fresh.confirmation, by=world.heyuan, reason="录错了客户")
    assert now(fresh).void_at and now(half).void_at and now(half).total == 0


@pytest.mark.parametrize("is_split", [False, True])
def test_a_cancelled_order_is_not_voided_too(world, is_split):
    """We cancelled it, or a part of it: what they still want has a contract of its own by now."""
    customer = world.take()
    order = on_paper(world, customer)
    over = take_off(world, order, 4) if is_split else order
    cancel(over, by=world.haoran, reason="我们做不出来了")
    prepare(Intention.objects.get(customer=customer, state="open"), by=world.mei)
    with refused("cancelled"):
        void(order.confirmation, by=world.heyuan, reason="录错了客户")
    assert Contract.objects.alive().count() == 1 and now(order).void_at is None


def test_the_plan_of_the_empty_order_rests(world):
    customer = world.take()
    first = world.ordered(customer)
    open_ones = Milestone.objects.filter(plan__contract=first.contract, done_on=None, skipped_at=None)
    assert open_ones.exists()
    second = world.opened_like(first, lines="4x100")
    merge(second, by=world.haoran, other=now(first), reason="客户要一起提货")
    assert not open_ones.exists()


def test_packed_is_reached_when_all_goods_of_the_contract_are(world):
    customer = world.take()
    order = world.ordered(customer)
    new = take_off(world, order, 4)
    left(world, now(order), 6, 5)
    packed = Milestone.objects.get(plan__contract=order.contract, code="packed")
    assert packed.done_on is None
    left(world, now(new), 4)
    packed.refresh_from_db()
    assert packed.done_on == clock.today()


def test_what_endangers_goods_goes_along_since_the_same_day(world):
    customer = world.take()
    first, second = world.opened(customer), world.opened(customer, lines="4x100")
    report(first, by=world.mei, told=Report("damage", "外箱压坏，客户停工", is_urgent=True))
    look([first.pk, second.pk], by=SYSTEM)
    Risk.objects.filter(order=first, code="critical").update(since=clock.today() - timedelta(days=4))
    merge(now(second), by=world.haoran, other=now(first), reason="客户要一起提货")
    (risk,) = Risk.objects.standing().filter(order=second, code="critical")
    assert risk.since == clock.today() - timedelta(days=4) and not Risk.objects.leading().filter(order=first).exists()


def test_lines_are_counted_once(world):
    order = world.opened()
    take_off(world, order, 4)
    assert sum(OrderLine.objects.values_list("due", flat=True)) == 10


def test_a_product_is_added_to_one_of_the_two(world):
    customer = world.take()
    order = world.ordered(customer)
    new = take_off(world, order, 4)
    panel = world.products["PN60"].variants.first()
    line = new.lines.get()
    wish = ChangeWish((LineWish(line, line.due, line.price),), (NewLine(panel, D(3), D(40)),), reason="客户要加")
    version = change(new, by=world.haoran, wish=wish)
    agreed(world, version)
    assert [(x.sku, x.due) for x in now(new).lines.all()] == [(line.sku, 4), (panel.sku, 3)]
    assert len(now(order).lines.all()) == 2


def wanted(customer: Customer) -> list[tuple[str, list[D]]]:
    """The intentions of a customer, as they stand."""
    return [(i.state, [line.quantity for line in i.standing]) for i in Intention.objects.filter(customer=customer).order_by("id")]


def test_the_cancelled_part_of_a_split_order_leaves_the_other_won(world):
    """1.2, by us: they still want what was cancelled, and only that; the other part is ordered as before. By them: the wish that
    both came of is lost with the last part."""
    order = world.ordered(world.take())
    by_us, by_them = take_off(world, order, 4), take_off(world, order, 1)
    cancel(by_us, by=world.haoran, reason="我们做不出来了")
    assert wanted(order.customer) == [("won", [10, 5]), ("open", [4])]
    cancel(by_them, by=world.haoran, reason="这一部分不要了", why="budget")
    assert wanted(order.customer) == [("won", [10, 5]), ("open", [4])], "what is left of it is on order"
    assert Customer.objects.get(pk=order.customer_id).type == "ordering"
    cancel(now(order), by=world.haoran, reason="其余也不要了", why="budget")
    assert wanted(order.customer) == [("lost", [10, 5]), ("open", [4])]
    assert Customer.objects.get(pk=order.customer_id).type == "intending"


def test_a_merged_order_that_we_cancel_leaves_all_of_it_wanted(world):
    """What came of two wishes is one wish, of its open lines."""
    customer = world.take()
    for _n in range(2):
        world.confirm(world.sent(customer))
    order, other = Order.objects.order_by("id")
    order = merge(order, by=world.haoran, other=other, reason=WHY)
    cancel(order, by=world.haoran, reason="我们做不出来了")
    assert sorted(n for state, lines in wanted(customer) if state == "open" for n in lines) == [5, 5, 10, 10]


def test_who_cannot_split_finds_the_shipment_to_cancel_and_what_that_does(world, client_of):
    order = world.opened(lines="10x100")
    line = order.lines.get()
    shipment = plan(order, by=world.haoran, quantities={line.pk: line.due}, planned_on=clock.today())
    client = client_of(world.users["haoran"])
    address = f"/shipments/{shipment.number}/cancellation/"
    assert address in client.get(f"/orders/{order.number}/split/").content.decode()
    page = client.get(address).content.decode()
    assert '<button class="btn risk"' in page and line.sku in page and "可以重新安排出货" in page
    world.users["haoran"].language = "en"
    world.users["haoran"].save()
    english = client.get(address).content.decode()
    assert ">Back</a>" in english and ">Cancel</a>" not in english, "where one cancels something, going back is not called so as well"


def test_an_order_whose_pieces_all_went_elsewhere_opens_and_leads_there(world, client_of):
    """Split and merged back: the empty order says where its pieces are, and offers nothing that can only fail."""
    order = world.opened(lines="36x100")
    off = take_off(world, order, 16)
    merge(order, by=world.haoran, other=off, reason=WHY)
    for who in ("haoran", "heyuan", "mei", "admin"):
        answer = client_of(world.users[who]).get(f"/orders/{off.number}/")
        page = answer.content.decode()
        assert answer.status_code == 200 and f'href="/orders/{order.number}/"' in page
        for act in ("change", "split", "merger", "cancellation", "hold", "shipments/new", "problems/new"):
            assert f'href="/orders/{off.number}/{act}/"' not in page, act


def remembered(order: Order) -> list[tuple[str, D, bool]]:
    line = order.lines.first()
    wanted = (line.variant.product, line.variant)
    return [(d.kind, d.quantity, d.is_live) for d in price_memory(order.customer, [wanted])[line.variant.product_id, line.variant_id]]


def test_orders_of_one_day_are_said_to_be_several(world, client_of):
    """100 and 200 at one price on one day: nobody ordered 300 at once."""
    first = world.opened(lines="100x64")
    world.opened(first.customer, lines="200x64")
    page = client_of(world.users["haoran"]).get(f"/orders/{first.number}/").content.decode()
    said = re.sub(r"<[^>]+>", "", page[page.index("最近三次价") :][:800])
    assert "2 张订单" in said and "300 × ¥64.00" in said


def test_a_document_is_one_purchase_however_it_changed(world, client_of):
    """36 of one contract: split they are 20 and 16, merged again 36. What another line of the order became says nothing of this one."""
    order = world.opened(lines="36x68.5 5x40")
    assert remembered(order) == [("order", 36, True)]
    panel = order.lines.get(position=2)
    change(order, by=world.haoran, wish=ChangeWish(lines=(LineWish(panel, D(4), panel.price, D(0)),), is_theirs=True, reason="少要一块"))
    assert remembered(order) == [("order", 36, True)]
    assert Dealing.objects.get(quantity=36).who == SYSTEM.name, "who sold it, not who changed the other line"
    off = take_off(world, order, 16)
    assert remembered(order) == remembered(off) == [("order", 36, True)], "two parts of one sale are one entry"
    merge(order, by=world.haoran, other=off, reason=WHY)
    first, second = order.lines.filter(variant=order.lines.first().variant).order_by("position")
    assert (first.due, second.due) == (20, 16) and remembered(order) == [("order", 36, True)]
    page = client_of(world.users["haoran"]).get(f"/orders/{order.number}/").content.decode()
    assert page.count("36 × ¥68.50") == 1 and "16 × ¥68.50" not in page, "an article has its block once"


def test_an_order_that_is_wholly_shipped_offers_nothing_that_can_only_fail(world, client_of):
    """No button to cancel, split or merge; who comes by an old address reads why, and finds no form."""
    order, clerk = world.opened(), client_of(world.users["haoran"])
    world.pays(order)
    acts = [f"/orders/{order.number}/{act}/" for act in ("cancellation", "split", "merger")]
    page = clerk.get(f"/orders/{order.number}/").content.decode()
    assert [f'href="{act}"' in page for act in acts] == [True, True, False], "there is no other order to merge with"
    assert f'class="btn risk" href="{acts[0]}"' in page and f'href="/orders/{order.number}/hold/"' in page, (
        "to cancel is never the main thing"
    )
    left(world, order, 10)
    page = clerk.get(f"/orders/{order.number}/").content.decode()
    assert not any(f'href="{act}"' in page for act in (*acts, f"/orders/{order.number}/hold/"))
    for act, why in zip(acts, ("货已全部出完", "没有可拆的", "这位客户没有条件相同的其"), strict=True):
        answer = clerk.get(act).content.decode()
        assert why in answer and 'name="reason"' not in answer, act


def test_an_order_that_waits_for_goods_data_says_so_and_leads_there(world, client_of):
    order, clerk = world.opened(), client_of(world.users["haoran"])
    world.pays(order)
    made = plan(order, by=world.haoran, quantities={order.lines.get().pk: D(10)}, planned_on=order.promised_on)
    assert now(order).on_hold
    page = clerk.get(f"/orders/{order.number}/").content.decode()
    assert f"/shipments/{made.number}/" in page and "货在等未批准的货品资料" in page and 'class="btn go" href="#goods"' in page
    approve_line(order.lines.get(), by=world.haoran)
    assert "货在等未批准的货品资料" not in clerk.get(f"/orders/{order.number}/").content.decode()


def test_an_order_that_was_merged_away_looks_so_and_counts_nowhere(world, client_of):
    """Split off and merged back: state and history say so, no plan stands there, no figure counts it, and the customer pays elsewhere."""
    request = world.sent(world.take())
    world.confirm(request)
    order = Order.objects.get()
    off = take_off(world, order, 4)
    merge(order, by=world.haoran, other=off, reason=WHY)
    clerk = client_of(world.users["haoran"])
    page = clerk.get(f"/orders/{off.number}/", headers={"accept-language": "zh-hans"}).content.decode()
    assert f"已并入订单 {order.number}" in page and ">取消<" not in page
    main = page.split("<main")[1]
    assert 'id="plan"' not in main and "/milestones/" not in main and "货品资料" not in main
    history = page.split("经过")[-1]
    assert f"拆分了订单 {order.number}" in history and f"{off.number} 并入订单 {order.number}" in history
    page = clerk.get(f"/orders/{order.number}/").content.decode()
    assert f"由 {off.number} 并入" in page and 'id="goods"' in page
    assert "共 2 张" not in str(on_board([order.customer_id], world.mei)[order.customer_id].words)
    assert "已并入其他订单" in clerk.get("/orders/").content.decode()
    assert [share.orders for share in shares(world.haoran)] == [1]
    guest = Guest(link_of(request))
    at = guest.seen[-1].split("/contracts/")[0]
    for part in ("money", "money/announcement"):
        guest.open(f"{at}/{part}/")
        assert order.number in guest.text and off.number not in guest.text, part
    guest.open(f"{at}/orders/{off.number}/")
    assert order.number in guest.text and "出货日期" not in guest.text


def test_nobody_decides_on_the_fee_of_an_order_that_went_into_another(world):
    first = world.opened(lines="10x100")
    second = world.opened_like(first, lines="5x100")
    asked = ask_fee(second, by=world.haoran, fee=D(400), reason="材料已经裁好了")
    merge(now(first), by=world.haoran, other=now(second), reason=WHY)
    assert Approval.objects.get(pk=asked.pk).state == "dropped"


def test_of_an_order_that_went_into_another_nobody_reports_a_problem(world):
    first = world.opened(lines="10x100")
    second = world.opened_like(first, lines="5x100")
    merge(now(first), by=world.haoran, other=now(second), reason=WHY)
    with refused("merged") as said:
        report(now(second), by=world.haoran, told=Report("late", "货送晚了"))
    assert first.number in str(said.value.words)


def lc_of(order: Order) -> list[tuple[str, D | None]]:
    return list(LetterOfCredit.objects.filter(order=order).values_list("number", "amount"))


def test_a_letter_of_credit_pays_for_both_parts(world):
    """Its three dates stand on the radar of either, also where the first is cancelled; together again, it is whole."""
    order = world.opened(lines="10x100", balance="lc", days=20)
    soon = clock.today() + timedelta(days=5)
    note_lc(order, by=world.haoran, revision=0, values={"number": "LC-1", "bank": "建设银行", "amount": D(700), "ship_by": soon})
    new = split(order, by=world.haoran, quantities={order.lines.get().pk: D(4)}, reason="客户要分开提货")
    assert (lc_of(order), lc_of(new)) == ([("LC-1", D(420))], [("LC-1", D(280))])
    facts = known(list(Order.objects.select_related("customer__owner").filter(pk__in=[order.pk, new.pk])))
    assert facts[order.pk].letters == facts[new.pk].letters == {"lc_ship_by": soon}
    assert "lc_ship_by" in {found.code for found in risks(facts[new.pk])}
    merge(order, by=world.haoran, other=new, reason="还是一起发")
    assert (lc_of(order), lc_of(new)) == ([("LC-1", D(700))], [])


def test_two_letters_of_credit_stay_two(world):
    order = world.opened(balance="lc", days=20)
    other = world.opened_like(order, balance="lc")
    for each, number in ((order, "LC-1"), (other, "LC-2")):
        note_lc(each, by=world.haoran, revision=0, values={"number": number})
    with refused("lc"):
        merge(order, by=world.haoran, other=other, reason="一起发")


@pytest.fixture
def named(world):
    """Two orders, each under its own PO number, with its own mark and remark."""
    order = world.opened(lines="10x100", days=20, po_number="PO-A")
    other = world.opened_like(order, lines="5x100", days=20, po_number="PO-B")
    for each, name in ((order, "A"), (other, "B")):
        values = {"shipping_mark": f"HAILAN {name}\nC/NO. 1-40", "remark": f"备注 {name}"}
        edit_particulars(Order.objects.get(pk=each.pk), by=world.haoran, revision=each.revision, values=values, items={})
    return list(Order.objects.filter(pk__in=[order.pk, other.pk]).order_by("pk"))


def test_goods_go_on_under_what_the_customer_calls_them(world, named):
    """The packing list of what came along names its PO number and its mark; whoever searches for it finds where it is."""
    order, other = named
    merge(order, by=world.haoran, other=other, reason="一起发货")
    order.refresh_from_db()
    assert (order.po_number, order.remark) == ("PO-A, PO-B", "备注 A\n备注 B")
    assert order.shipping_mark == "HAILAN A\nC/NO. 1-40\n\nHAILAN B\nC/NO. 1-40"
    made = plan(order, by=world.haoran, quantities={order.lines.last().pk: D(5)}, planned_on=clock.today())
    with override("en"):
        facts = dict(packing_list(Shipment.objects.for_list().get(pk=made.pk), language="en")["facts"])
    assert facts["Your PO no."] == "PO-A, PO-B"
    assert "HAILAN B" in facts["Marks"]
    assert set(Order.objects.all().search("PO-B", world.haoran)) == {order, other}


def test_what_came_along_stays_through_a_change_that_says_nothing_of_it(world, named):
    order, other = named
    merge(order, by=world.haoran, other=other, reason="一起发货")
    order.refresh_from_db()
    version = change(order, by=world.haoran, wish=ChangeWish((LineWish(order.lines.first(), D(12), D(100)),), reason="客户加量"))
    assert order_of(version)["facts"]["po_number"] == "PO-A" == version.po_number  # the customer reads of no change of it
    request = send(version, by=world.heyuan, override_reason="客户急着要，先发出去")
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    order.refresh_from_db()
    assert (order.po_number, order.lines.first().due) == ("PO-A, PO-B", 12)


def test_names_that_do_not_fit_are_shortened_first(world, named):
    order, other = named
    Order.objects.filter(pk=order.pk).update(remark="长" * 499)
    with refused("too_long"):
        merge(order, by=world.haoran, other=other, reason="一起发货")
    other.refresh_from_db()
    assert other.merged_into is None


def test_what_they_want_again_is_wanted_of_the_order_that_goes_on(world, guest):
    order = world.opened(lines="10x100")
    other = world.opened_like(order, lines="5x100")
    for each in (order, other):
        world.pays(each)
        for line in each.lines.all():
            approve_line(line, by=world.haoran)
        made = plan(each, by=world.haoran, quantities={line.pk: line.due for line in each.lines.all()}, planned_on=clock.today())
        ship(pack(release(made, by=world.haoran), by=world.haoran), by=world.haoran, carrier="恒达速运")
        sign(made, by=guest(each), counted={}, signed_by="张伟")
    again = order_again(other, by=guest(order), quantities={other.lines.get().pk: D(5)})
    merge(order, by=world.haoran, other=other, reason="并在一起")
    order.refresh_from_db()
    assert wanted_again(order) == again


GOES_ALONG = {  # whatever hangs on an order: what becomes of it in (a split, a merger). A new one is decided here
    "orders.Order.split_from": ("the new one says it", "stays: where it came from"),
    "orders.Order.merged_into": ("not split", "the empty one says it"),
    "orders.OrderLine.order": ("shared", "moves"),
    "orders.Reorder.order": ("stays", "moves"),
    "orders.Shipment.order": ("stays: what is in one is not split", "moves"),
    "orders.PromiseMove.order": ("copied", "stays; the earlier promise counts"),
    "orders.OrderChange.order": ("a row for each", "a row for each"),
    "orders.AskedChange.order": ("none is underway", "none is underway"),
    "orders.Problem.order": ("stays with what left", "moves"),
    "orders.Hold.order": ("by hand: copied; of money: anew", "by hand: moves; of money: anew"),
    "billing.Instalment.order": ("shared", "joined"),
    "billing.Allocation.order": ("shared", "moves, in pairs"),
    "billing.CreditUse.order": ("shared", "moves, in pairs"),
    "billing.Credit.order": ("stays: where it came from", "stays: where it came from"),
    "billing.Account.order": ("counted anew", "counted anew"),
    "billing.Announcement.order": ("counts for both", "moves"),
    "billing.LetterOfCredit.order": ("shared", "moves, or is whole again"),
    "care.Complaint.order": ("stays", "moves"),
    "exchange.Opportunity.order": ("stays: what the file said", "stays: what the file said"),
    "radar.Risk.order": ("looked at anew", "moves, since the same day"),
}


def test_whatever_hangs_on_an_order_has_its_place_in_a_split_and_a_merger():
    assert {f"{column.model._meta.label}.{column.name}" for column in columns_to(Order)} == set(GOES_ALONG)


def confirms_another_day(world, order: Order, days: int) -> None:
    """The customer confirms that this order leaves so many days later."""
    later = order.promised_on + timedelta(days=days)
    version = change(order, by=world.haoran, wish=ChangeWish(promised_on=later, is_theirs=True, reason="客户要晚点", cause="wish"))
    request = send(version, by=world.heyuan, override_reason="客户急着要，先发出去")
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))


def test_one_plan_of_two_orders_is_for_the_first_that_leaves(world):
    """The date of the one moves by 60 days, the other's goods data is due as before; that one cancelled, the plan is for what is left."""
    order = world.ordered(world.take(), is_paid=False)
    new = take_off(world, order, 0, 4)
    first, later = new.promised_on, new.promised_on + timedelta(days=60)
    confirms_another_day(world, now(order), 60)
    assert (now(order).promised_on, now(new).promised_on) == (later, first)
    packed = Milestone.objects.filter(plan__contract=order.contract_id, code="packed")
    assert packed.get().plan_on <= first
    with time_machine.travel(timezone.make_aware(datetime.combine(first - timedelta(days=2), time(10))), tick=False):
        facts = known(list(Order.objects.select_related("customer__owner").filter(pk=new.pk)))
        assert "goods" in {found.code for found in risks(facts[new.pk])}
    cancel(now(new), by=world.haoran, reason="客户不要了", why="price")
    assert first < packed.get().plan_on <= later


def test_needs_of_goods_that_go_on_as_another_order_stay_met(world):
    """The panels answer the need and go on apart: nothing of them changes with the first order's date, nor with a change of their own."""
    contract = world.contract(world.take())
    need = trace(record_need(contract, by=world.mei, words="面板灯要 CE 认证"), by=world.mei, lines=[contract.newest.lines.get(position=2)])
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=send(contract.newest, by=world.mei).pk))
    order = Order.objects.get()
    new = take_off(world, order, 0, 5)
    for each in (order, new):
        confirms_another_day(world, now(each), 30)
        need.refresh_from_db()
        assert need.state == "met", each
    line = new.lines.get()
    version = change(now(new), by=world.haoran, wish=ChangeWish((LineWish(line, D(7), line.price),), reason="客户加量"))
    request = send(version, by=world.heyuan, override_reason="客户急着要，先发出去")
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    need.refresh_from_db()
    assert need.state == "open"  # what answers it did change


@pytest.fixture
def being_made(world):
    """Goods from the shelf, and another order of goods that are made for it; their production has begun."""
    lamp = add_product(by=SYSTEM, code="MK1", name="定制吊灯", lead_days=25, family="定制", variants=[{"sku": "MK1-1", "price": D(200)}])
    shelf = world.ordered(world.take())
    wanted = open_intention(shelf.customer, by=world.mei, wishes=[Wish(variant=lamp.variants.get(), quantity=D(5), price=D(200))])
    world.collect(wanted)
    version = prepare(Intention.objects.get(pk=wanted.pk), by=world.mei).newest
    request = send(version, by=world.heyuan, override_reason="客户急着要，先发出去")
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    made = Order.objects.exclude(pk=shelf.pk).get()
    world.pays(made)
    reach(Milestone.objects.get(plan__contract=made.contract, code="production_start"), by=world.mei)
    assert made.lines.get().state == "waiting"
    merge(now(shelf), by=world.haoran, other=now(made), reason="一起发")
    return now(shelf), made.contract


def test_goods_that_are_made_for_an_order_are_made_on_after_it_went_into_another(world, being_made):
    order, contract = being_made
    line = order.lines.get(sku="MK1-1")
    assert line.state == "waiting"
    open_ones = Milestone.objects.filter(plan__contract=contract, done_on=None, skipped_at=None)
    assert set(open_ones.values_list("code", flat=True)) == {"production_end", "inspection", "packed"} | set(
        open_ones.filter(code__in=("sample", "material")).values_list("code", flat=True)
    )
    reach(open_ones.get(code="production_end"), by=world.mei)
    for each in order.lines.all():
        approve_line(each, by=world.haoran)
    line.refresh_from_db()
    assert line.state == "ready"
    left(world, order, 10, 5, 5)
    assert not Milestone.objects.late().filter(plan__contract=contract).exists()
    assert not open_ones.filter(code="packed").exists()


def test_goods_that_are_made_for_an_order_are_not_made_on_once_that_is_cancelled(world, being_made):
    order, contract = being_made
    cancel(order, by=world.haoran, reason="我们做不了")
    assert not Milestone.objects.filter(plan__contract=contract, done_on=None, skipped_at=None).exists()

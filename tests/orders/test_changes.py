"""6.4 Changes: what is done at once, what the customer must say yes to, what is refused; each a row with what it does to the total."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
import time_machine

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.billing.books import Account, Instalment
from boothline.contracts import milestones
from boothline.contracts.agreement import edit_version, new_version
from boothline.contracts.clearance import ask_approval
from boothline.contracts.establishment import ConfirmationRequest, decline, end_contract, send, withdraw
from boothline.contracts.evidence import record_paper
from boothline.contracts.models import Contract, Version
from boothline.contracts.running import changes
from boothline.contracts.speaking import SEND_CHANGE, TELL
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.dealings import Dealing
from boothline.files.attachments import Received
from boothline.followups.models import NextStep
from boothline.followups.steps import Plan, plan_many
from boothline.followups.today import Asked, groups
from boothline.intentions.models import Intention
from boothline.messaging.models import Letter
from boothline.negotiation.objections import Objection
from boothline.orders.arrivals import Count, sign
from boothline.orders.changes import CALL, OLD_DATE, ChangeWish, LineWish, NewLine, OrderChange, cancel, change, postpone
from boothline.orders.events import CHANGE_PREPARED
from boothline.orders.fees import CANCEL, ask_fee
from boothline.orders.goods import approve_line
from boothline.orders.holds import Hold
from boothline.orders.listens import COLLECT, collect_goods_data
from boothline.orders.models import Order, Problem
from boothline.orders.shipments import pack, plan, release, ship
from boothline.orders.solutions import Offer, agree, propose
from boothline.orders.splits import split
from boothline.timeline.models import Event
from boothline.worktime.calendar import add_workdays
from tests.portal.guest import Guest, link_of
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def wish(order: Order, quantity=None, price=None, **more) -> ChangeWish:
    """The first line otherwise."""
    line = order.lines.first()
    asked = LineWish(line, line.due if quantity is None else D(quantity), line.price if price is None else D(price))
    return ChangeWish((asked,), reason="客户来信要求", **more)


def test_fewer_at_the_customers_wish_is_done_at_once(world):
    order = world.opened(lines="10x100 5x40")
    with pytest.raises(NotAllowed):
        change(order, by=world.mei, wish=wish(order, 8, is_theirs=True))
    made = change(order, by=world.haoran, wish=wish(order, 8, is_theirs=True))
    assert (made.was, made.now, made.delta) == (1200, 1000, -200)
    assert made.moves.get().quantity == -2 and order.lines.first().due == 8
    event = Event.objects.get(kind="orders.changed")
    assert event.changes == {"TR20-1": ["10 × 100", "8 × 100"]}
    change(order, by=world.haoran, wish=wish(order, 0, is_theirs=True))
    first = Order.objects.get().lines.first()
    assert (first.due, first.state, Order.objects.get().total) == (0, "cancelled", 200)


def test_what_is_sold_whole_is_changed_in_whole_pieces(world):
    order = world.opened(lines="10x100")
    half = NewLine(world.products["PN60"].variants.first(), D("0.5"), D(40))
    for asked in (wish(order, "9.5", is_theirs=True), ChangeWish(added=(half,), reason="客户来信要求")):
        with pytest.raises(Refused, match="整数"):
            change(order, by=world.haoran, wish=asked)


def test_each_line_is_remembered_on_the_day_it_was_ordered(world):
    """Changed or split later, it was not bought again: the rhythm of their orders is the same. What is added is ordered with the yes."""
    with time_machine.travel("2026-03-02T02:00:00Z", tick=False):
        order = world.ordered(world.take(), is_paid=False)
    with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
        track = world.products["TR20"].variants.first()
        more = change(order, by=world.haoran, wish=ChangeWish(added=(NewLine(track, D(20), D(30)),), reason="客户来信加单"))
        world.confirm(ConfirmationRequest.objects.for_list().get(pk=send(more, by=world.mei).pk))
        change(Order.objects.get(), by=world.haoran, wish=wish(order, 9, is_theirs=True))
        split(Order.objects.get(), by=world.haoran, quantities={order.lines.first().pk: D(4)}, reason="客户要分开提货")
    live = Dealing.objects.filter(kind="order", is_live=True).order_by("on", "-quantity")
    assert [(int(d.quantity), d.on.day) for d in live] == [(5, 2), (5, 2), (4, 2), (20, 20)]


def test_only_down_to_what_is_packed(world):
    order = world.opened()
    world.pays(order)
    approve_line(order.lines.first(), by=world.haoran)
    made = plan(order, by=world.haoran, quantities={order.lines.first().pk: D(6)}, planned_on=order.promised_on)
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    with refused("packed"):
        change(order, by=world.haoran, wish=wish(order, 5, is_theirs=True))
    with refused("packed"):
        cancel(order, by=world.haoran, reason="客户的项目取消了")
    ship(made, by=world.haoran, carrier="恒达速运")
    cancel(order, by=world.haoran, reason="客户的项目取消了")  # the rest: n becomes s
    order = Order.objects.get()
    assert (order.lines.first().due, order.total, order.state) == (6, 600, "in_transit")
    with refused("left"):
        cancel(order, by=world.haoran, reason="再取消一次")


@pytest.mark.parametrize("why", ["", "price"])
def test_the_rest_that_we_cannot_deliver_is_still_wanted(world, sent, why):
    """4 of 10 and 2 of 5 have left, and we cancel: 6 and 3 are an open intention, at their prices; not where it is they who cancel."""
    order = world.ordered(world.take())
    sent(order, 4, 2)
    order = Order.objects.get()
    prices = [line.price for line in order.lines.all()]
    rest = [] if why else [list(zip((6, 3), prices, strict=True))]
    cancel(order, by=world.haoran, reason="供应商停产，剩下的交不出来", why=why)
    assert Intention.objects.get(pk=order.contract.intention_id).state == "won"
    found = Intention.objects.filter(state="open")
    assert [[(line.quantity, line.price) for line in one.lines.all()] for one in found] == rest


def test_what_we_owe_for_goods_that_stay_is_no_rest_of_the_order(world, sent, guest):
    """10 ordered, 6 sent, 2 of them damaged and replaced: the customer cancels the rest, and the 2 still go out."""
    order = world.opened()
    line = order.lines.first()
    sign(sent(order, 6), by=guest(order), counted={line.pk: Count(D(6), D(2))}, signed_by="张伟")
    agree(propose(Problem.objects.get(), by=world.haoran, offer=Offer("replace")), by=guest(order))
    again = order.lines.last()
    plan(order, by=world.haoran, quantities={line.pk: D(4)}, planned_on=order.promised_on)
    plan(order, by=world.haoran, quantities={again.pk: D(2)}, planned_on=order.promised_on)
    cancel(order, by=world.haoran, reason="客户其余不要了", why="price")
    assert [line.due for line in order.lines.all()] == [6, 2]
    assert [s.lines.get().line for s in order.shipments.filter(shipped_at=None, cancelled_at=None)] == [again]
    assert (Order.objects.get().total, Problem.objects.get().state) == (600, "resolving")


@pytest.mark.parametrize("more", [
    {"quantity": 14, "is_theirs": True}, {"quantity": 8}, {"days": 7, "is_theirs": True}, {"price": 80, "is_theirs": True},
])  # fmt: skip
def test_what_needs_the_customers_yes(world, more):
    """The total rises; it falls without their wish; the date moves; a price that needs a second look."""
    order = world.opened()
    days = more.pop("days", 0)
    asked = wish(order, promised_on=order.promised_on + timedelta(days=days), **more)
    version = change(order, by=world.haoran, wish=asked)
    assert isinstance(version, Version) and version.n == 2 and version.contract.state == "preparing"
    assert Order.objects.get().total == 1000 and not OrderChange.objects.exists()


def test_a_change_is_confirmed_like_the_contract_and_the_order_follows(world):
    """1 changed (10 -> 8, 100 -> 95), 1 added; the new version goes out by the same request and nothing is typed twice."""
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 500)
    lines = list(order.lines.all())
    variant = world.products["TR20"].variants.first()
    asked = ChangeWish(
        (LineWish(lines[0], D(8), D(95)), LineWish(lines[1], D(5), D(40))), (NewLine(variant, D(20), D(30)),),
        order.promised_on + timedelta(days=10), reason="客户来信加单", cause="wish",
    )  # fmt: skip
    version = change(order, by=world.haoran, wish=asked)
    assert version.total == 1560 and [line.thread for line in version.lines.all()][:2] == [line.source.thread for line in lines]
    request = ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk)
    world.confirm(request)
    order = Order.objects.get()
    assert [(line.due, line.price) for line in order.lines.all()] == [(8, 95), (5, 40), (20, 30)]
    assert order.total == 1560 and order.promised_on == version.shipping_on and order.lines.last().goods.exists()
    made = OrderChange.objects.get()
    assert (made.kind, made.delta, made.version) == ("confirmed", 360, version)
    said = Event.objects.get(kind="orders.changed").changes
    assert said["TR20-1 (1)"] == ["10 × 100", "8 × 95"] and said["TR20-1 (3)"] == ["", "20 × 30"], "two lines of the same goods"
    account = Account.objects.get()
    assert (account.total, account.paid, account.open) == (1560, 500, 1060)
    assert Contract.objects.get().state == "agreed" and Intention.objects.get().state == "won"


def test_an_order_is_found_by_the_po_number_of_the_change_that_they_confirmed(world):
    order = world.ordered(world.take())
    version = change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    version = edit_version(version, by=world.haoran, revision=version.revision, values={"po_number": "PO-9917"}, terms=[])
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk))
    assert Order.objects.get().po_number == "PO-9917"
    assert Order.objects.all().search("9917", world.heyuan).exists()


def test_a_short_reason_cancels_an_order_whose_change_is_begun(world):
    """Two Chinese characters say why, of the order and of the version that comes to nothing with it."""
    order = world.ordered(world.take())
    change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    cancel(order, by=world.haoran, reason="停产")
    assert Order.objects.get().state == "cancelled" and Contract.objects.get().state == "agreed"


def test_a_date_that_stands_far_ahead_does_not_keep_lines_from_changing(world):
    order = world.opened()
    far = clock.today() + timedelta(days=800)
    Order.objects.filter(pk=order.pk).update(promised_on=far)
    made = change(Order.objects.get(), by=world.haoran, wish=wish(order, 8, is_theirs=True, promised_on=far))
    assert isinstance(made, OrderChange)


@time_machine.travel("2026-03-07T02:00:00Z", tick=False)  # a Saturday
@pytest.mark.parametrize("how", ["sent", "discarded"])
def test_a_change_stands_on_today_of_who_sends_it_until_it_is_sent(world, how):
    """The clerk began it: its owner sends it, from today on, by a button that opens the contract. One step for one change."""
    order = world.ordered(world.take())
    version = change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    now, found = groups(Asked(world.mei))
    (row,) = [row for row in [now, *(row for group in found for row in group.rows)] if row.step and row.step.what == SEND_CHANGE]
    assert (row.owner, row.opens[1:3], row.step.due_on) == (
        world.users["mei"],
        ("contract", version.contract.number),
        add_workdays(clock.today(), 0),
    )
    if how == "sent":
        send(version, by=world.mei)
    else:
        end_contract(version.contract, by=world.mei, reason="客户又不要了")
    assert not NextStep.objects.open().filter(what=SEND_CHANGE).exists()


def test_one_change_at_a_time(world):
    """While a version is written or waits for the customer, nothing else changes the order: neither would know of the other."""
    order = world.ordered(world.take())
    second = order.lines.last()
    version = change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    more = ChangeWish((LineWish(second, D(8), D(40)),), reason="客户来信再加", is_theirs=True)
    fewer = ChangeWish((LineWish(second, D(2), D(40)),), reason="客户来信减少", is_theirs=True)
    for asked in (more, fewer):
        with refused("underway"):
            change(Order.objects.get(), by=world.heyuan, wish=asked)
    request = ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk)
    with refused("underway"):
        change(Order.objects.get(), by=world.heyuan, wish=fewer)
    world.confirm(request)
    change(Order.objects.get(), by=world.heyuan, wish=fewer)
    assert [line.due for line in Order.objects.get().lines.all()] == [14, 2]


def test_a_confirmed_change_does_not_take_back_what_a_letter_said(world):
    """D 5 -> 11 Jan by letter while a version that says 5 is out: nobody confirms it any more, and the owner calls."""
    order = world.ordered(world.take(), is_paid=False)
    version = change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    request = ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk)
    later = order.promised_on + timedelta(days=6)
    postpone(order, by=SYSTEM, promised_on=later, kind="late_payment")
    steps = NextStep.objects.open().filter(customer=order.customer)
    assert steps.filter(what=OLD_DATE, owner=world.mei.id).count() == 1
    for _again in range(2):
        with refused("overtaken"):
            world.confirm(request)
    assert steps.filter(what=CALL, owner=world.mei.id).count() == 1
    assert Order.objects.get().promised_on == later and Order.objects.get().total == 1200
    withdraw(request, by=world.mei, reason="发货日期变了")
    fresh = new_version(version.contract, by=world.mei)
    edit_version(fresh, by=world.mei, revision=fresh.revision, values={"shipping_on": later}, terms=[])
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=send(fresh, by=world.mei).pk))
    assert Order.objects.get().promised_on == later and Order.objects.get().total == 1600


def test_who_confirms_what_was_packed_meanwhile_reads_words_for_them(world):
    """10 -> 8 is out, 10 are packed: the customer is told that we call, the clerk who records their paper what to unpack."""
    order = world.ordered(world.take())
    line = order.lines.first()
    asked = wish(order, 8, is_theirs=True)
    version = change(order, by=world.haoran, wish=wish(order, 8))
    request = ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk)
    approve_line(line, by=world.haoran)
    made = plan(order, by=world.haoran, quantities={line.pk: D(10)}, planned_on=order.promised_on)
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    with refused("overtaken"):
        world.confirm(request)
    paper = {"kind": "paper", "signed_by": "张伟", "signed_on": clock.today(), "scan": Received(b"%PDF-1.4", "signed.pdf", "paper")}
    with refused("packed"):
        record_paper(version, by=world.haoran, **paper)
    withdraw(request, by=world.mei, reason="已经装箱了")
    end_contract(version.contract, by=world.mei, reason="已经装箱了")
    with refused("packed"):  # the line as it was loaded before it was packed
        change(order, by=world.haoran, wish=asked)


def test_a_change_that_is_declined_leaves_order_and_contract(world):
    order = world.ordered(world.take())
    version = change(order, by=world.haoran, wish=wish(order, 14))
    request = ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk)
    decline(request, by=world.guest(request), reason="price", words="不加了")
    assert Contract.objects.get().state == "agreed" and Intention.objects.get().state == "won"
    order.customer.refresh_from_db()
    assert Order.objects.get().total == 1200 and order.customer.type == "ordering"
    again = change(order, by=world.haoran, wish=wish(order, 12))
    assert again.n == 3
    cancel(order, by=world.haoran, reason="客户的项目取消了")  # ends what was being prepared
    assert Contract.objects.get().state == "agreed" and Order.objects.get().state == "cancelled"
    with refused("cancelled"):
        change(order, by=world.haoran, wish=wish(order, 3))


def test_a_change_begun_by_mistake_is_discarded_and_all_stands_as_it_was(world, client_of):
    """The clerk may not send it: the pages say who goes on, and offer the way back in true words."""
    order = world.ordered(world.take())
    version = change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    assert "owner" in CHANGE_PREPARED.tells  # whose turn it is
    haoran = client_of(world.users["haoran"])
    address = f"/contracts/{version.contract.number}/end/"
    page = haoran.get(f"/contracts/{version.contract.number}/").content.decode()
    assert "放弃这次变更" in page and "终止合同" not in page and "由 Mei 发出" in page
    page = haoran.get(f"/orders/{order.number}/").content.decode()
    assert "放弃这次变更" in page and address in page and "由 Mei" in page
    page = haoran.get(address).content.decode()
    assert "只放弃第2版" in page and "意向" not in page.split("<main")[1]
    assert haoran.post(address, {"reason": "点错了订单"}).status_code == 302
    contract = Contract.objects.get()
    assert (contract.state, contract.newest.n, Intention.objects.get().state) == ("agreed", 1, "won")
    assert not Event.objects.filter(kind="contracts.ended").exists()
    assert Event.objects.get(kind="contracts.change_discarded").values["n"] == 2
    page = haoran.get(f"/orders/{order.number}/").content.decode()
    assert f"/orders/{order.number}/change/" in page and "订单仍是原样：点错了订单" in page and "放弃这次变更" not in page


def test_who_may_not_send_does_not_discard_what_is_out(world, client_of):
    """What the customer has in hand is taken back by whoever may send; they read that the contract stands."""
    order = world.ordered(world.take())
    version = change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    send(version, by=world.mei)
    assert "放弃这次变更" not in client_of(world.users["haoran"]).get(f"/orders/{order.number}/").content.decode()
    with pytest.raises(NotAllowed):
        end_contract(version.contract, by=world.haoran, reason="点错了订单")
    end_contract(version.contract, by=world.mei, reason="点错了订单")
    letter = Letter.objects.order_by("-id").first()
    assert "变更" in letter.subject and "仍然有效" in letter.body and Contract.objects.get().state == "agreed"


def test_a_discarded_draft_does_not_come_back_with_the_next_change(world):
    order = world.ordered(world.take())
    version = change(order, by=world.haoran, wish=wish(order, 14, is_theirs=True))
    edit_version(version, by=world.haoran, revision=version.revision, values={"special_terms": "三年质保"}, terms=[])
    end_contract(version.contract, by=world.haoran, reason="点错了订单")
    again = change(Order.objects.get(), by=world.haoran, wish=wish(order, 12, is_theirs=True))
    assert (again.n, again.special_terms, again.lines.first().quantity) == (2, "", 12)


def test_the_last_line_is_not_removed_but_the_order_cancelled(world):
    order = world.opened()
    with refused("nothing_left"):
        change(order, by=world.haoran, wish=wish(order, 0, is_theirs=True))


def test_who_saw_an_older_order_is_told(world):
    order = world.opened()
    change(order, by=world.haoran, wish=wish(order, 8, is_theirs=True), revision=1)
    with refused("stale"):
        change(order, by=world.haoran, wish=wish(order, 9, is_theirs=True), revision=1)


def test_nothing_different_is_refused(world):
    order = world.opened()
    with refused("same"):
        change(order, by=world.haoran, wish=wish(order))
    with refused("nothing_left"):
        change(order, by=world.haoran, wish=wish(order, 0))


def test_of_a_cancelled_order_nothing_is_collected_and_nothing_is_late(world, client_of):
    order = world.ordered(world.take(), is_paid=False)
    collect_goods_data(Event.objects.get(kind="orders.opened"))
    said = {"number": order.contract.number, "milestone": ["deposit received"]}
    plan_many([Plan(order.customer, TELL, clock.today(), values=said)], by=SYSTEM)
    assert NextStep.objects.open().filter(what=COLLECT).exists()
    address = f"/orders/{order.number}/"
    assert "全部资料：缺 5 项" in client_of(world.users["haoran"]).get(address).content.decode()
    cancel(order, by=world.haoran, reason="客户不要了", why="price")
    assert not NextStep.objects.open().filter(what__in=(COLLECT, TELL)).exists()
    page = client_of(world.users["haoran"]).get(address).content.decode()
    assert "全部资料" not in page and 'id="goods"' not in page
    with time_machine.travel(datetime.now(UTC) + timedelta(days=60), tick=False):
        assert milestones.run_daily() == 0


def test_a_fee_that_was_approved_is_cancelled_with_in_one_press(world, client_of):
    """1,000 with a fee of 400: the order says with whom it is; once approved, whoever asked has a step for it, and one press cancels for
    the reason and in the words of then."""
    order = world.opened()
    clerk, address = client_of(world.users["haoran"]), f"/orders/{order.number}/"
    clerk.post(f"{address}cancellation/", {"who": "customer", "why": "budget", "reason": "客户的项目取消了", "fee": "400"})
    page = clerk.get(address).content.decode()
    assert "取消订单，费用 ¥400.00" in page and "Heyuan" in page and "客户的项目取消了" in page and "按此费用取消订单" not in page
    asked = Approval.objects.get()
    case = client_of(world.users["heyuan"]).get(f"/approvals/{asked.pk}/").content.decode()
    assert "订单总额 ¥1,000.00，其中未付 ¥1,000.00" in case
    assert "费用较高，须先审批" in clerk.post(f"{address}approved-cancellation/", follow=True).content.decode()
    approve(asked, by=world.heyuan)
    assert NextStep.objects.open().get(what=CANCEL).owner == world.users["haoran"]
    assert "按此费用取消订单" in clerk.get(address).content.decode()
    for _n in range(2):
        assert clerk.post(f"{address}approved-cancellation/").status_code == 302
    order.refresh_from_db()
    assert (order.state, order.total, order.changes.get(kind="cancelled").reason) == ("cancelled", 400, "客户的项目取消了")
    assert Objection.objects.get().reason == "budget" and not NextStep.objects.open().filter(what=CANCEL).exists()
    assert "取消订单，费用" not in clerk.get(address).content.decode()


def test_a_fee_is_no_more_than_the_order_and_a_high_one_is_approved_first(world, client_of):
    """1,000: 5,000 is refused at once, 400 asks the manager, and cancels once they said yes to exactly that."""
    order = world.opened()
    with refused("fee"):
        cancel(order, by=world.haoran, reason="客户的项目取消了", why="budget", fee=D(5000))
    for high in (D("300.01"), D(400)):
        with refused("approval"):
            cancel(order, by=world.haoran, reason="客户的项目取消了", why="budget", fee=high)
    clerk, address = client_of(world.users["haoran"]), f"/orders/{order.number}/cancellation/"
    typed = {"who": "customer", "why": "budget", "reason": "客户的项目取消了", "fee": "400"}
    page = clerk.post(address, typed, follow=True).content.decode()
    assert "尚未取消：费用已于" in page and Order.objects.get().state == "open"
    (asked,) = Approval.objects.all()
    assert approve(asked, by=world.heyuan).state == "approved"
    form = clerk.get(address).content.decode()
    assert 'value="400.00"' in form and "客户的项目取消了" in form
    with refused("approval"):
        cancel(order, by=world.haoran, reason="客户的项目取消了", why="budget", fee=D(500))
    clerk.post(address, typed)
    order = Order.objects.get()
    assert (order.state, order.total) == ("cancelled", 400)


def test_nobody_decides_on_a_fee_of_an_order_that_was_changed_or_is_over(world):
    """400 of 1,000 are asked about. One piece fewer, and it is asked anew of 900; cancelled with 100, nobody decides on the rest."""
    order, reason = world.opened(), "材料已经裁好了"
    first = ask_fee(order, by=world.haoran, fee=D(400), reason=reason)
    change(order, by=world.haoran, wish=wish(order, 9, is_theirs=True))
    assert approve(first, by=world.heyuan).state == "dropped"
    order = Order.objects.get()
    again = ask_fee(order, by=world.haoran, fee=D(400), reason=reason)
    assert again != first and again.state == "open"
    cancel(order, by=world.haoran, reason="客户的项目取消了", why="budget", fee=D(100))
    again.refresh_from_db()
    assert again.state == "dropped"
    assert [e.values["people"] != [] for e in Event.objects.filter(kind="approvals.dropped")] == [True, True]


def test_of_a_yes_to_a_fee_both_are_told_when_the_order_changes(world):
    """Asked of 1,000 and allowed, then 900: both hear of it. Asked anew, charged, and nobody hears that it needs another yes."""
    order, reason = world.opened(), "材料已经裁好了"
    approve(ask_fee(order, by=world.haoran, fee=D(400), reason=reason), by=world.heyuan)
    change(order, by=world.haoran, wish=wish(order, 9, is_theirs=True))
    told = Event.objects.get(kind="approvals.outdated").values
    assert set(told["people"]) == {world.users["haoran"].pk, world.users["heyuan"].pk}
    order = Order.objects.get()
    with refused("approval"):
        cancel(order, by=world.haoran, reason="客户的项目取消了", why="budget", fee=D(400))
    approve(ask_fee(order, by=world.haoran, fee=D(400), reason=reason), by=world.heyuan)
    cancel(order, by=world.haoran, reason="客户的项目取消了", why="budget", fee=D(400))
    assert Order.objects.get().total == 400 and Event.objects.filter(kind="approvals.outdated").count() == 1


def test_nothing_but_the_date_moved_and_the_fee_is_still_to_be_decided(world):
    order = world.opened()
    asked = ask_fee(order, by=world.haoran, fee=D(400), reason="材料已经裁好了")
    postpone(order, by=SYSTEM, promised_on=order.promised_on + timedelta(days=5), kind="late_payment")
    assert approve(asked, by=world.heyuan).state == "approved"


def test_of_a_cancelled_order_the_customer_reads_the_fee_and_nothing_that_was_planned(world):
    """1,200, of which 100 is in; a fee of 300: 200 are open, as a fee. No balance before shipping, no shipping date, no plan."""
    request = world.sent(world.take())
    world.confirm(request)
    order = Order.objects.get()
    world.pays(order, 100)
    plan(order, by=world.haoran, quantities={order.lines.first().pk: D(5)}, planned_on=clock.today())
    cancel(order, by=world.haoran, reason="客户的项目取消了", why="budget", fee=D(300))
    (part,) = Instalment.objects.filter(amount__gt=0)
    assert (part.kind, part.amount, part.rest) == ("fee", 300, 200) and not Hold.objects.open().exists()
    guest = Guest(link_of(request))
    guest.send("opening") if "opening" in guest.forms() else None
    at = guest.seen[-1].split("/contracts/")[0]
    for address in (f"{at}/orders/{order.number}/", f"{at}/money/", f"{at}/contracts/{order.contract.number}/"):
        guest.open(address)
        for untrue in ("尾款到账", "出货日期：", "计划"):
            assert untrue not in guest.text, (address, untrue)
        assert "取消" in guest.text
    guest.open(f"{at}/orders/{order.number}/")
    said = re.sub(r"<[^>]+>", "", guest.text)
    assert "取消费用：¥300.00· 未付：¥200.00" in said
    guest.open(f"{at}/money/")
    assert "出货前" not in guest.text and "取消费用" in guest.text and "¥200.00" in guest.text
    world.pays(Order.objects.get(), 200)
    guest.open(f"{at}/money/announcement/")
    assert order.number not in guest.text


def test_whoever_approves_a_changed_contract_reads_what_it_changes_of_the_order(world, client_of):
    """From 1,000.00 to 2,000.00 by ten more: the approval says that an order stands, not only what speaks against sending."""
    order = world.opened()
    line = order.lines.first()
    change(order, by=world.haoran, wish=ChangeWish(lines=(LineWish(line, D(20), line.price, D(0)),), is_theirs=True, reason="客户要加量"))
    version = order.contract.newest
    assert not changes(order.confirmation.version_id), "what opened the order changed none"
    ask_approval(version, by=world.mei)
    page = client_of(world.users["heyuan"]).get(f"/approvals/{Approval.objects.get(state='open').pk}/").content.decode()
    assert f"修改已成立的订单 {order.number}，从 ¥1,000.00 变为 ¥2,000.00" in page


def test_what_was_agreed_last_is_wanted_once_we_cancel(world):
    """10 were intended, 20 agreed by a confirmed change: when we cancel they still want 20."""
    order = world.ordered(world.take(), is_paid=False)
    version = change(order, by=world.haoran, wish=ChangeWish((LineWish(order.lines.first(), D(20), D(100)),), reason="客户加量"))
    request = send(version, by=world.heyuan, override_reason="客户急着要，先发出去")
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    cancel(Order.objects.get(pk=order.pk), by=world.haoran, reason="我们做不了")
    (wanted,) = Intention.objects.filter(state="open")
    assert [line.quantity for line in wanted.standing] == [20, 5]


def test_what_was_intended_is_wanted_where_only_the_date_was_changed(world):
    order = world.ordered(world.take(), is_paid=False)
    later = order.promised_on + timedelta(days=9)
    version = change(order, by=world.haoran, wish=ChangeWish(promised_on=later, is_theirs=True, reason="客户要晚点", cause="wish"))
    request = send(version, by=world.heyuan, override_reason="客户急着要，先发出去")
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
    cancel(Order.objects.get(pk=order.pk), by=world.haoran, reason="我们做不了")
    assert Intention.objects.get().state == "open"

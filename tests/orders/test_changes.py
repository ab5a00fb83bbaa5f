"""6.4 Changes: what is done at once, what the customer must say yes to, what is refused; each a row with what it does to the total."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest

from boothline.billing.books import Account
from boothline.contracts.establishment import ConfirmationRequest, decline, send
from boothline.contracts.models import Contract, Version
from boothline.core.errors import NotAllowed
from boothline.intentions.models import Intention
from boothline.orders.changes import ChangeWish, LineWish, NewLine, OrderChange, cancel, change
from boothline.orders.goods import approve_line
from boothline.orders.models import Order
from boothline.orders.shipments import pack, plan, release, ship
from boothline.timeline.models import Event
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
    account = Account.objects.get()
    assert (account.total, account.paid, account.open) == (1560, 500, 1060)
    assert Contract.objects.get().state == "agreed" and Intention.objects.get().state == "won"


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

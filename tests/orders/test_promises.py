"""6.5 The promised date: the original stays for ever; each change old, new, reason, who, told when and how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from boothline.contracts.establishment import ConfirmationRequest, decline, send
from boothline.orders.changes import ChangeWish, change
from boothline.orders.models import Order, PromiseMove
from boothline.orders.promises import promise_of
from boothline.timeline.models import Event
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def asked(version, world) -> ConfirmationRequest:
    """The version went to the customer."""
    return ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk)


def test_a_promise_moves_when_the_customer_says_yes(world, client_of):
    """Declined, it stands; confirmed twice, the first date is still known: 10 days, then 4 less, moved twice by 6 days."""
    order = world.ordered(world.take())
    first = order.promised_on
    later, nearer = first + timedelta(days=10), first + timedelta(days=6)
    with refused(field="cause"):
        change(order, by=world.haoran, wish=ChangeWish(promised_on=later, reason="工厂排产紧"))
    wish = ChangeWish(promised_on=later, reason="工厂排产紧", cause="production")
    decline(
        asked(change(order, by=world.haoran, wish=wish), world),
        by=world.guest(ConfirmationRequest.objects.latest("pk")),
        reason="lead_time",
    )
    order = Order.objects.get()
    assert (order.promised_on, order.times_moved, promise_of(order).waiting) == (first, 0, None)

    version = change(order, by=world.haoran, wish=wish)
    order = Order.objects.get()
    assert (order.promised_on, promise_of(order).waiting.now) == (first, later)  # asked, and not promised yet
    world.confirm(asked(version, world))
    order = Order.objects.get()
    world.confirm(asked(change(order, by=world.haoran, wish=ChangeWish(promised_on=nearer, is_theirs=True, reason="客户要早点")), world))

    order = Order.objects.get()
    promise = promise_of(order)
    assert (promise.first_on, promise.last_on, promise.days, promise.waiting) == (first, nearer, 6, None)
    assert [(m.was, m.now, m.days, m.cause, m.told, m.user.username) for m in promise.moves] == [
        (first, later, 10, "production", "confirmed", "haoran"), (later, nearer, -4, "wish", "confirmed", "haoran"),
    ]  # fmt: skip
    assert order.times_moved == 2 and all(m.held_at for m in promise.moves)
    assert Event.objects.filter(kind="orders.changed").latest("pk").changes["promised_on"] == [str(later), str(nearer)]
    shown = client_of(world.users["haoran"]).get(f"/orders/{order.number}/").content.decode()
    assert "改过 2 次" in shown and "晚 6 天" in shown and "工厂排产紧" in shown
    assert PromiseMove.objects.visible_to(world.mei).count() == 3  # the declined one stays, as asked and never held

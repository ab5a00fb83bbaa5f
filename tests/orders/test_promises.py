"""6.5 The promised date: the original stays for ever; each change old, new, reason, who, told when and how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from boothline.contracts.agreement import edit_version
from boothline.contracts.establishment import ConfirmationRequest, decline, send
from boothline.orders.changes import ChangeWish, LineWish, change
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


@pytest.mark.parametrize("cause", ["", "supplier"])
def test_a_date_that_the_draft_of_a_change_moves_has_a_reason(world, client_of, cause):
    """Its own, or the one with which the change was asked for: 10 days for the production, 20 in the draft."""
    order = world.ordered(world.take())
    line = order.lines.first()
    day, later = (order.promised_on + timedelta(days=n) for n in (10, 20))
    moved = {"promised_on": day, "cause": "production"} if not cause else {}
    wish = ChangeWish((LineWish(line, line.due + 2, line.price),), reason="客户多要两件", **moved)
    version = change(order, by=world.haoran, wish=wish)
    if cause:
        with refused(field="cause"):
            edit_version(version, by=world.mei, revision=version.revision, values={"shipping_on": later}, terms=[])
        assert 'name="cause"' in client_of(world.users["mei"]).get(f"/contracts/{version.contract.number}/draft/").content.decode()
    edit_version(version, by=world.mei, revision=version.revision, values={"shipping_on": later}, terms=[], cause=cause)
    order = Order.objects.get()
    assert (promise_of(order).waiting.now, order.promised_on) == (later, day - timedelta(days=10))
    world.confirm(asked(version, world))
    order = Order.objects.get()
    assert [(m.now, m.cause, m.user.username) for m in promise_of(order).moves] == [(later, cause or "production", "mei")]

"""101 on the way: the defined order, events that come late, and what is final."""

from datetime import timedelta

import pytest
from django.utils import timezone

from boothline.core.errors import NotAllowed, Refused
from boothline.orders.models import Shipment
from boothline.orders.shipments import plan
from boothline.orders.tracking import track, whereabouts
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db
T = timezone.make_aware(timezone.datetime(2027, 3, 1, 9))


def at(hours: int):
    return T + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ([], None),
        ([("info_received", 0), ("in_transit", 1), ("out_for_delivery", 2), ("delivered", 3)], "delivered"),
        ([("in_transit", 2), ("info_received", 1)], "in_transit"),  # older than the last one: kept, moves nothing
        ([("out_for_delivery", 1), ("in_transit", 2)], "out_for_delivery"),  # newer, but behind it on the way
        ([("out_for_delivery", 1), ("failed_attempt", 2), ("in_transit", 3)], "in_transit"),  # after a side state the way begins anew
        ([("in_transit", 1), ("customs", 2)], "customs"),
        ([("in_transit", 1), ("exception", 2), ("out_for_delivery", 3)], "out_for_delivery"),
        ([("delivered", 1), ("exception", 2), ("in_transit", 3)], "delivered"),  # only delivered is final
        ([("delivered", 1), ("returning", 2)], "returning"),  # except for returning
        ([("available_for_pickup", 1), ("delivered", 2)], "delivered"),
    ],
)
def test_where_the_goods_are(said, now):
    found = whereabouts((state, at(hours)) for state, hours in said)
    assert (found[0] if found else None) == now


def test_what_the_carrier_says_is_kept_once_and_moves_the_shipment(world, sent):
    shipment = sent(world.ordered(world.take()), 8)
    now = timezone.now()
    first = track(shipment, by=world.haoran, state="exception", at=now - timedelta(minutes=2), outside_id="K1", place="厦门")
    assert track(shipment, by=world.haoran, state="delivered", at=now, outside_id="K1") == first  # a known id
    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking_state, shipment.order.in_trouble) == ("shipped", "exception", True)
    track(shipment, by=world.haoran, state="delivered", at=now)
    track(shipment, by=world.haoran, state="in_transit", at=now - timedelta(minutes=1))
    shipment = Shipment.objects.get(pk=shipment.pk)
    assert (shipment.state, shipment.delivered_at, shipment.tracking.count(), shipment.order.in_trouble) == ("delivered", now, 3, False)
    assert Event.objects.filter(kind="orders.tracked").count() == 3


def test_refused(world, sent):
    order = world.ordered(world.take())
    shipment = sent(order, 8)
    with pytest.raises(NotAllowed):
        track(shipment, by=world.mei, state="delivered")
    with pytest.raises(Refused):
        track(shipment, by=world.haoran, state="lost")
    with pytest.raises(Refused):
        track(shipment, by=world.haoran, state="delivered", at=timezone.now() + timedelta(hours=1))
    waiting = plan(order, by=world.haoran, quantities={order.lines.first().pk: 1}, planned_on=timezone.localdate())
    with pytest.raises(Refused, match=waiting.number):
        track(waiting, by=world.haoran, state="in_transit")

"""Goods on the way (101): what the carrier says, in a list of events; the newest that counts is where the goods are.

info received < in transit < out for delivery < delivered; beside them failed attempt, exception, customs, returning,
available for pickup. An event older than the one that counts stays in the list and moves nothing; nor does anything
after *delivered* but *returning*. A known id is the event that is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean
from boothline.orders import events
from boothline.orders.lists import TRACKING
from boothline.orders.register import keep, locked
from boothline.orders.shipments import STATES, Shipment, check_moment
from boothline.timeline.history import record

WAY = ("info_received", "in_transit", "out_for_delivery", "delivered")  # the main states, in their order
AHEAD = timedelta(minutes=10)  # how far a carrier's clock may be ahead of ours

Place = tuple[str, datetime]


class TrackingEvent(Record):
    """What was said of a shipment on its way. `outside_id` is the carrier's own, where there is one."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="tracking")
    state = models.CharField(max_length=20, choices=list(TRACKING.items()))
    at = models.DateTimeField()
    place = models.CharField(max_length=100, blank=True, default="")
    words = models.CharField(max_length=300, blank=True, default="")
    outside_id = models.CharField(max_length=100, null=True)
    privacy = tags(state=PLAIN, place=BOOKS, words=WORDS, outside_id=PLAIN)

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["shipment", "outside_id"], name="tracking_once")]

    def __str__(self) -> str:
        return f"{self.shipment} {self.state}"


def after(now: Place | None, said: Place) -> Place:
    """Where the goods are after one more event, however late it came in."""
    state, at = said
    if now is None:
        return said
    was, since = now
    if at < since or (was == "delivered" and state != "returning"):
        return now
    if was in WAY and state in WAY and WAY.index(state) < WAY.index(was):
        return now
    return said


def whereabouts(said: Iterable[Place]) -> Place | None:
    """Where the goods are, from all events in the order in which they were told."""
    now = None
    for one in said:
        now = after(now, one)
    return now


@operation("orders.track")
def track(
    shipment: Shipment,
    *,
    by: Actor,
    state: str,
    at: datetime | None = None,
    place: str = "",
    words: str = "",
    outside_id: str | None = None,
) -> TrackingEvent:
    """Notes what the carrier says. Kept always; it moves the shipment only where it is news."""
    require(by, "shipments.release", shipment)
    locked(shipment.order)
    shipment = Shipment.objects.select_related("order__customer").get(pk=shipment.pk)
    known = shipment.tracking.filter(outside_id=outside_id).first() if outside_id else None
    if known:
        return known
    if shipment.shipped_at is None or shipment.cancelled_at:
        words = _("Shipment %(number)s has not left: it is %(state)s.") % {"number": shipment.number, "state": STATES[shipment.state]}
        raise Refused(words, code="wrong_state")
    if state not in TRACKING:
        raise Refused(_("Choose a state from the list."), field="state")
    check_moment(shipment, at, ahead=AHEAD, has_left=state != "info_received")
    at = at or timezone.now()
    told = TrackingEvent.objects.create(
        shipment=shipment, state=state, at=at, place=clean(place, 100), words=clean(words, 300), outside_id=outside_id
    )
    keep_whereabouts(shipment)
    values = {"number": shipment.number, "state": state, "place": told.place, "words": told.words}
    record(events.TRACKED, subject=shipment, under=shipment.customer, by=by, values=values)
    return told


def keep_whereabouts(shipment: Shipment) -> None:
    """Writes the kept columns of where the goods are; the only writer of them."""
    said = list(shipment.tracking.order_by("id").values_list("state", "at"))
    now = whereabouts(said)
    delivered = now[1] if now and now[0] == "delivered" else None
    Shipment.objects.filter(pk=shipment.pk).update(
        tracking_state=now[0] if now else "", tracking_at=now[1] if now else None, delivered_at=delivered
    )
    keep(shipment.order)

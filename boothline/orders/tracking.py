"""Goods on the way (101): what the carrier says, in a list of events; the newest that counts is where the goods are.

info received < in transit < out for delivery < delivered; beside them failed attempt, exception, customs, returning,
available for pickup. An event older than the one that counts stays in the list and moves nothing; nor does anything
after *delivered* but *returning*. A known id is the event that is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import Value
from django.db.models.functions import Replace, Upper
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
from boothline.timeline.history import Telling, record, record_many

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
    check_left(shipment)
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


@dataclass(frozen=True)
class Said:
    """One event as a carrier's own list has it."""

    state: str
    at: datetime
    place: str = ""
    words: str = ""

    @property
    def outside_id(self) -> str:
        """What it is known by: a list says each state and moment once."""
        return f"{self.state} {self.at.astimezone(UTC).isoformat()}"


@operation("orders.track_many")
def track_many(shipment: Shipment, *, by: Actor, said: list[Said]) -> list[TrackingEvent]:
    """Notes what a carrier's list says of one shipment, any number of events with the same queries. What is known by its state and moment
    is passed over; the new ones are the answer."""
    require(by, "shipments.release", shipment)
    locked(shipment.order)
    shipment = Shipment.objects.select_related("order__customer").get(pk=shipment.pk)
    check_left(shipment)
    known = {(state, at) for state, at in shipment.tracking.values_list("state", "at")}
    once = {(one.state, one.at): one for one in reversed(said)}
    news = sorted((one for key, one in once.items() if key not in known), key=lambda one: one.at)
    for one in news:
        check_said(shipment, one)
    if not news:
        return []
    told = TrackingEvent.objects.bulk_create(
        TrackingEvent(
            shipment=shipment,
            state=one.state,
            at=one.at,
            place=clean(one.place, 100),
            words=clean(one.words, 300),
            outside_id=one.outside_id,
        )
        for one in news
    )
    keep_whereabouts(shipment)
    values = [{"number": shipment.number, "state": one.state, "place": one.place, "words": one.words} for one in told]
    record_many(events.TRACKED, [Telling(shipment, under=shipment.customer, values=value) for value in values], by=by)
    return told


def check_said(shipment: Shipment, one: Said) -> None:
    """It lies between the day on which the goods left and now."""
    check_moment(shipment, one.at, ahead=AHEAD, has_left=one.state != "info_received")


def check_left(shipment: Shipment) -> None:
    """Nobody tracks goods that are here."""
    if shipment.shipped_at is None or shipment.cancelled_at:
        words = _("Shipment %(number)s has not left: it is %(state)s.") % {"number": shipment.number, "state": STATES[shipment.state]}
        raise Refused(words, code="wrong_state")


def by_number(numbers: Iterable[str]) -> dict[str, list[Shipment]]:
    """The shipments that left under each of these tracking numbers, as they are written, but for blanks and case."""
    found: dict[str, list[Shipment]] = {}
    wanted = {spelt(number) for number in numbers}
    left = Shipment.objects.filter(shipped_at__isnull=False, cancelled_at=None).exclude(tracking_number="")
    bare = Upper(Replace("tracking_number", Value(" "), Value("")))
    for shipment in left.alias(bare=bare).filter(bare__in=wanted).select_related("order__customer").order_by("pk"):
        found.setdefault(spelt(shipment.tracking_number), []).append(shipment)
    return found


def spelt(number: str) -> str:
    """A tracking number as it is compared."""
    return number.replace(" ", "").upper()


def keep_whereabouts(shipment: Shipment) -> None:
    """Writes the kept columns of where the goods are; the only writer of them."""
    said = list(shipment.tracking.order_by("id").values_list("state", "at"))
    now = whereabouts(said)
    delivered = now[1] if now and now[0] == "delivered" else None
    Shipment.objects.filter(pk=shipment.pk).update(
        tracking_state=now[0] if now else "", tracking_at=now[1] if now else None, delivered_at=delivered
    )
    keep(shipment.order)

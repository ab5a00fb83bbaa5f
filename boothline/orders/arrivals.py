"""103 Arrivals 订单到货: what came of a shipment, counted and signed for by the customer, a line at a time.

Signed in the portal, recorded by staff from a signed paper, or accepted by time: 7 days after *delivered* without a word.
The signature accepts what it does not name as damaged. An arrival is complete: received + short = shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_quantity, figure, quantity_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import clean
from boothline.customers.card import Contact, Customer
from boothline.files.attachments import Received, put_picture, put_received
from boothline.orders import events
from boothline.orders.register import Order, OrderLine, keep, locked
from boothline.orders.shipments import Shipment, ShipmentLine, check_moment
from boothline.timeline.history import record

SILENCE = declare("orders.accepted_after_days", 7, gettext_lazy("Days after delivery until goods count as accepted"), low=1, high=60)
HOW = {
    "portal": gettext_lazy("signed by link"),
    "paper": gettext_lazy("signed on paper"),
    "time": gettext_lazy("accepted by time"),
}

LEFT_BEFORE = models.Q(  # came by file, left at once: released, packed and shipped in one moment; the carrier says nothing of it
    order__confirmation__how="import", shipped_at__isnull=False, released_at=models.F("shipped_at"), packed_at=models.F("shipped_at"),
    tracking_state="",
)  # fmt: skip


class Arrivals(models.QuerySet["Arrival"]):
    """Questions about arrivals."""

    def visible_to(self, by: Actor) -> Arrivals:
        """The arrivals of the orders that the actor sees."""
        return self.filter(shipment__order__in=Order.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Arrivals:
        """What a guest may see: those of their company."""
        return self.filter(shipment__order__customer_id=contact.customer_id)


class Arrival(Record):
    """A shipment that was counted: by whom, how, when."""

    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="arrival")
    how = models.CharField(max_length=8, choices=list(HOW.items()))
    signed_by = models.CharField(max_length=100, blank=True, default="")
    is_drawn = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    words = models.TextField(blank=True, default="")
    privacy = tags(how=PLAIN, signed_by=BOOKS, words=WORDS)

    objects = Arrivals.as_manager()

    def __str__(self) -> str:
        return self.shipment.number

    @property
    def customer(self) -> Customer:
        """Who received the goods."""
        return self.shipment.order.customer


class ArrivalLine(models.Model):
    """What came of one line: received + short = shipped; damaged is a part of received."""

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="arrivals")
    received = quantity_field()
    short = quantity_field(default=Decimal(0))
    damaged = quantity_field(default=Decimal(0))

    class Meta:
        ordering = ("line__position",)
        constraints = [
            models.UniqueConstraint(fields=["arrival", "line"], name="arrival_line_once"),
            models.CheckConstraint(
                name="damaged_of_received",
                condition=models.Q(received__gte=0, short__gte=0, damaged__gte=0, damaged__lte=models.F("received")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received:f} × {self.line.sku}"


@dataclass(frozen=True)
class Count:
    """What somebody counted of a line."""

    received: Decimal
    damaged: Decimal = Decimal(0)


def check_signature(signed_by: str) -> None:
    """Refuses a signature without a name."""
    if not clean(signed_by, 100):
        raise Refused(_("Enter your name as the signature."), field="signed_by")


def check_count(part: ShipmentLine, count: Count) -> None:
    """Refuses what cannot have come of a line; signing asks the same, so that a form may ask it of all lines at once."""
    _counted(part, count)


@operation("orders.sign_arrival")
def sign(
    shipment: Shipment, *, by: Actor, counted: dict[int, Count], signed_by: str, drawn: bytes = b"", words: str = "",
    photos: list[bytes] | None = None,
) -> Arrival:  # fmt: skip
    """The customer counts and signs: {order line id: count}; lines not named came as shipped. Signed twice, the first stands."""
    require(by, "arrivals.sign", shipment)
    signed_by = clean(signed_by, 100)
    check_signature(signed_by)
    return _arrive(shipment, by, "portal", counted, signed_by=signed_by, words=words, drawn=drawn, photos=photos or [])


@operation("orders.record_arrival")
def record_paper(
    shipment: Shipment, *, by: Actor, counted: dict[int, Count], signed_by: str, scan: Received, at: datetime | None = None, words: str = ""
) -> Arrival:
    """Staff record what the customer signed on paper; the scan is its evidence."""
    require(by, "arrivals.record", shipment)
    signed_by = clean(signed_by, 100)
    if not signed_by:
        raise Refused(_("Enter who signed the paper."), field="signed_by")
    check_moment(shipment, at)
    arrival = _arrive(shipment, by, "paper", counted, signed_by=signed_by, words=words, at=at)
    put_received(arrival, by=by.trusted(), received=scan)
    return arrival


def accept_all_by_time() -> int:
    """The daily task: so many whole days have passed since it was delivered, and nobody said a word."""
    return sum(
        alone(accept_by_time, shipment)
        for shipment in silent(clock.today() - timedelta(days=SILENCE.value)).select_related("order__customer")
    )


def silent(since: date) -> models.QuerySet[Shipment]:
    """What was delivered before that day, and of which the customer has not said a word since. Nobody tells of what was on its way when it
    came by file that it was delivered; as of all goods of the past, the day on which they left counts."""
    shipments = Shipment.objects.filter(arrived_at=None, cancelled_at=None).annotate(begun=Coalesce("delivered_at", "shipped_at"))
    found = shipments.filter(models.Q(delivered_at__isnull=False) | LEFT_BEFORE, begun__date__lt=since)
    spoke = Order.objects.filter(
        pk=models.OuterRef("order"), problems__messages__by_staff=False, problems__messages__made_at__gte=models.OuterRef("begun")
    )
    return found.exclude(order__problems__made_at__gte=models.F("begun")).exclude(models.Exists(spoke))


@operation("orders.accept_by_time")
def accept_by_time(shipment: Shipment, *, by: Actor) -> Arrival:
    """What time brings: no word for so many days after *delivered* accepts everything that was shipped, and says so."""
    return _arrive(shipment, by, "time", {})


def _arrive(
    shipment: Shipment, by: Actor, how: str, counted: dict[int, Count], *, signed_by: str = "", words: str = "", drawn: bytes = b"",
    photos: list[bytes] | None = None, at: datetime | None = None,
) -> Arrival:  # fmt: skip
    order = locked(shipment.order)
    first = Arrival.objects.filter(shipment=shipment).first()
    if first:
        return first
    shipment = Shipment.objects.select_related("order__customer").get(pk=shipment.pk)
    if shipment.shipped_at is None or shipment.cancelled_at:
        raise Refused(_("Shipment %(number)s has not left yet.") % {"number": shipment.number}, code="wrong_state")
    rows = [_counted(part, counted.get(part.line_id)) for part in shipment.lines.select_related("line")]
    if set(counted) - {row.line_id for row in rows}:
        raise Refused(_("A line is not in this shipment. Look at the other shipments of the order."), code="foreign")
    arrival = Arrival.objects.create(
        shipment=shipment, how=how, signed_by=signed_by, words=clean(words, 2000), is_drawn=bool(drawn), at=at or timezone.now()
    )
    for row in rows:
        row.arrival = arrival
    ArrivalLine.objects.bulk_create(rows)
    for place, photo in enumerate([drawn] if drawn else []):
        put_picture(arrival, by=by.trusted(), content=photo, name=f"{_('signature')} {signed_by} {place}".strip(), visibility="customer")
    for place, photo in enumerate(photos or [], start=1):
        put_picture(arrival, by=by.trusted(), content=photo, name=f"{shipment.number} {place}", visibility="customer")
    Shipment.objects.filter(pk=shipment.pk).update(arrived_at=arrival.at)
    keep(order)
    short, damaged = sum(row.short for row in rows), sum(row.damaged for row in rows)
    values = {
        "number": shipment.number,
        "order": order.number,
        "signed_by": signed_by,
        "short": trimmed(short),
        "damaged": trimmed(damaged),
    }
    if how == "time":
        values = {"number": shipment.number, "order": order.number}
        record(events.ACCEPTED_BY_TIME, subject=arrival, under=order.customer, by=by, values=values)
    elif short or damaged:
        record(events.ARRIVED_WITH_FAULTS, subject=arrival, under=order.customer, by=by, values=values)
    else:
        record(events.ARRIVED, subject=arrival, under=order.customer, by=by, values=values)
    return arrival


def _counted(part: ShipmentLine, count: Count | None) -> ArrivalLine:
    """The row of one line; refused where more came than was shipped."""
    line, shipped = part.line, part.quantity
    received, damaged = (count.received, count.damaged) if count else (shipped, Decimal(0))
    names = {"sku": line.sku, "shipped": figure(shipped), "received": figure(received), "damaged": figure(damaged)}
    if received < 0 or damaged < 0:
        raise Refused(_("%(sku)s: a quantity cannot be less than 0.") % names, field=f"received_{line.pk}")
    for name, quantity in (("received", received), ("damaged", damaged)):
        check_quantity(quantity or None, f"{name}_{line.pk}", line.unit)
    if received > shipped:
        hint = _("%(sku)s: %(received)s counted, but only %(shipped)s were in this shipment. Does the rest belong to another shipment?")
        raise Refused(hint % names, field=f"received_{line.pk}", code="too_much")
    if damaged > received:
        words = _("%(sku)s: %(damaged)s damaged are more than the %(received)s that came.")
        raise Refused(words % names, field=f"damaged_{line.pk}", code="too_much")
    return ArrivalLine(line=line, received=received, short=shipped - received, damaged=damaged)

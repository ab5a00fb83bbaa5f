"""101 Shipments 订单出货: partial shipments by line and quantity. Never more than ordered.

planned -> released (all gates answer at once, with every reason) -> packed -> shipped -> delivered (tracking) -> arrived
(signed, 103); or cancelled before it left. How far it is on the way stands in the kept tracking columns (`orders.tracking`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.accounts.rights import require
from boothline.approvals.approval import Approval, drop, newest_about, outdate
from boothline.contracts.agreement import Contract
from boothline.contracts.establishment import Confirmation
from boothline.contracts.milestones import by_custom, is_made
from boothline.contracts.templates import CARRIAGE
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.clock import check_near
from boothline.core.errors import Refused, Words, together
from boothline.core.money import check_quantity, figure, quantity_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.text import listed, prose, reason_given, sentence_given
from boothline.customers.card import Customer
from boothline.customers.suitable import PARTS
from boothline.documents import numbers
from boothline.intentions.collection import INLAND
from boothline.orders import events
from boothline.orders.lists import TRACKING
from boothline.orders.register import LACKS_GOODS_DATA, Order, OrderLine, carried, keep, locked
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import record

STATES = {
    "planned": gettext_lazy("planned"),
    "released": gettext_lazy("released"),
    "packed": gettext_lazy("packed"),
    "shipped": gettext_lazy("shipped"),
    "delivered": gettext_lazy("delivered"),
    "arrived": pgettext_lazy("shipment", "signed for"),
    "cancelled": gettext_lazy("cancelled"),
}

MATTER = "orders.override"  # to release goods without all their data is a matter that approvals know


class Shipments(models.QuerySet["Shipment"]):
    """Questions about shipments."""

    def visible_to(self, by: Actor) -> Shipments:
        """The shipments of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))

    def for_list(self) -> Shipments:
        """With what a list shows, and how and by which term the goods are carried as it was confirmed last."""
        agreed = Confirmation.objects.valid().filter(version__contract=models.OuterRef("order__contract")).order_by("-id")
        found = self.select_related("order__customer").annotate(
            carriage=models.Subquery(agreed.values("version__carriage")[:1]),
            term=models.Subquery(agreed.values("version__delivery_term")[:1]),
        )
        return found.prefetch_related(models.Prefetch("lines", ShipmentLine.objects.select_related("line__variant", "line__replaces")))

    def with_lack(self) -> Shipments:
        """With whether each, not gone yet, is kept here by goods data: `lacks_data`."""
        kept = Shipment.objects.filter(LACKS_GOODS_DATA, pk=models.OuterRef("pk"), shipped_at=None, cancelled_at=None)
        return self.annotate(lacks_data=models.Exists(kept))

    def search(self, words: str, by: Actor) -> Shipments:
        """By number, tracking number, container, order, PO number or customer."""
        own = index.found(words, "shipment").values("record_id")
        return self.filter(models.Q(pk__in=own) | models.Q(order__in=Order.objects.all().search(words, by)))


class Shipment(Record):
    """Goods of one order that leave together. Each step is a moment; the state is read from them."""

    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    planned_on = models.DateField(gettext_lazy("planned for"))
    slot = models.CharField(gettext_lazy("time of day"), max_length=10, blank=True, default="", choices=list(PARTS.items()))
    carrier = models.CharField(gettext_lazy("carrier"), max_length=100, blank=True, default="")
    tracking_number = models.CharField(gettext_lazy("tracking number"), max_length=100, blank=True, default="")
    vessel = models.CharField(gettext_lazy("vessel or flight"), max_length=100, blank=True, default="")
    container = models.CharField(gettext_lazy("container number"), max_length=100, blank=True, default="")
    seal = models.CharField(gettext_lazy("seal number"), max_length=100, blank=True, default="")
    released_at = models.DateTimeField(null=True)
    override_reason = models.TextField(blank=True, default="")
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    there_on = models.DateField(null=True, editable=False)  # when it was expected at the door as it left
    arrived_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    tracking_state = models.CharField(max_length=20, blank=True, default="", choices=list(TRACKING.items()))
    tracking_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    privacy = tags(
        number=PLAIN, slot=PLAIN, carrier=PLAIN, tracking_number=BOOKS, vessel=PLAIN, container=BOOKS, seal=BOOKS, override_reason=WORDS,
        tracking_state=PLAIN,
    )  # fmt: skip

    carriage: str | None  # asked by `for_list`
    term: str | None  # of delivery, asked by `for_list`
    lacks_data: bool  # asked by `with_lack`

    objects = Shipments.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-planned_on", "-id"], name="shipment_days")]

    def __str__(self) -> str:
        return self.number

    def findable(self) -> Findable:
        """By its number, the carrier's and the container's."""
        return Findable(self, open=spellings(self.number, self.tracking_number, self.container))

    @property
    def customer(self) -> Customer:
        """Where the goods go."""
        return self.order.customer

    @property
    def expected_on(self) -> date | None:
        """The day on which its goods are expected at the door, of one asked `for_list`; nothing once they are there. What has left keeps
        its day, whatever is written of the customer afterwards."""
        if self.arrived_at or self.delivered_at or self.cancelled_at:
            return None
        if self.there_on:
            return self.there_on
        left_on = timezone.localdate(self.shipped_at) if self.shipped_at else None
        return expected_on(self.planned_on, left_on, self.carriage or by_custom(self.order.customer), clock.today())

    @property
    def guessed_days(self) -> int | None:
        """The days on the way, counted though nothing says how its goods are carried, nor to which country; None where they left."""
        if self.shipped_at or self.cancelled_at:
            return None
        return guessed_days(self.order.customer, self.carriage, self.term)

    @property
    def state(self) -> str:
        """The furthest step."""
        if self.arrived_at:
            return "arrived"
        for name in ("cancelled", "delivered", "shipped", "packed", "released"):
            if getattr(self, f"{name}_at"):
                return name
        return "planned"


def expected_on(planned_on: date, left_on: date | None, mode: str, today: date) -> date:
    """When goods are expected: the day on which they left, or are planned for, and the days that they are on the way. What should have
    left leaves today at the earliest."""
    return (left_on or max(planned_on, today)) + timedelta(days=CARRIAGE[mode].value)


def guessed_days(customer: Customer, carriage: str | None, term: str | None) -> int | None:
    """How long goods are counted on their way to a customer of whom nobody wrote the country, where no way to carry them was agreed, and
    not by the delivery term either that they stay in ours."""
    return None if carriage or term in INLAND or customer.country else CARRIAGE[by_custom(customer)].value


def findable_shipments(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [shipment.findable() for shipment in Shipment.objects.filter(pk__in=ids)]


class ShipmentLine(models.Model):
    """How much of an order line leaves with a shipment; `overridden_at`: a manager let it go without all its goods data, but for what is
    sent back or opened again later."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = quantity_field()
    overridden_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("line__position",)
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipment_line_once"),
            models.CheckConstraint(name="ships_something", condition=models.Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{trimmed(self.quantity)} × {self.line.sku}"


class Packing(Record):
    """A dated row of what was packed for a shipment; unpacking is a negative row, nothing is deleted."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="packings")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="packings")
    quantity = quantity_field()

    def __str__(self) -> str:
        return f"{trimmed(self.quantity)} × {self.line.sku}"


@dataclass(frozen=True)
class Gate:
    """One reason why a line may not leave with its shipment. `can_override`: a manager may let it, with a reason; `lacks` says
    without which goods data, `quantity` how much of the line, `again_at` when of that something was asked for again last."""

    code: str
    words: str
    part: int
    can_override: bool = False
    lacks: tuple[str, ...] = ()
    quantity: Decimal = Decimal(0)
    again_at: datetime | None = None


@operation("orders.plan_shipment")
def plan(order: Order, *, by: Actor, quantities: dict[int, Decimal], planned_on: date, slot: str = "") -> Shipment:
    """Plans a shipment: {order line id: quantity}, and the part of the day if it is known. Never more than what is left of a line
    besides other shipments."""
    require(by, "shipments.plan", order)
    order = locked(order)
    lines = {line.pk: line for line in order.lines.all()}
    wanted = {pk: q for pk, q in quantities.items() if q}
    _check_plan(lines, wanted, planned_elsewhere(order), planned_on, slot)
    shipment = Shipment.objects.create(number=numbers.take("shipment")[0], order=order, planned_on=planned_on, slot=slot)
    ShipmentLine.objects.bulk_create(ShipmentLine(shipment=shipment, line=lines[pk], quantity=q) for pk, q in wanted.items())
    keep(order)
    index.keep([shipment.findable()], are_new=True)
    record(
        events.SHIPMENT_PLANNED, subject=shipment, under=order.customer, by=by,
        values={"number": shipment.number, "order": order.number, "on": planned_on},
    )  # fmt: skip
    return shipment


@operation("orders.replan_shipment")
def replan(
    shipment: Shipment, *, by: Actor, revision: int, quantities: dict[int, Decimal], planned_on: date, slot: str = ""
) -> Shipment:  # fmt: skip
    """Plans a shipment otherwise, until it is released: more or less of a line, another one with it, another day."""
    require(by, "shipments.plan", shipment.order)
    shipment = as_it_stands(shipment, ("planned",))
    order, parts = shipment.order, {part.line_id: part for part in shipment.lines.select_related("line")}
    lines = {line.pk: line for line in order.lines.all()}
    wanted = {pk: q for pk, q in quantities.items() if q}
    _check_plan(lines, wanted, planned_elsewhere(order, but=shipment), planned_on, slot, was=shipment.planned_on)
    had = {pk: part.quantity for pk, part in parts.items()}
    moved = sorted(pk for pk in {*had, *wanted} if had.get(pk) != wanted.get(pk))
    changes = revise(shipment, revision=revision, values={"planned_on": planned_on, "slot": slot})
    if moved and not changes:  # its lines are part of what the next editor must have seen
        Shipment.objects.filter(pk=shipment.pk).update(revision=models.F("revision") + 1)
    for pk in moved:
        changes[lines[pk].sku] = [trimmed(had.get(pk, Decimal(0))), trimmed(wanted.get(pk, Decimal(0)))]
        if pk in wanted:
            ShipmentLine.objects.update_or_create(shipment=shipment, line_id=pk, defaults={"quantity": wanted[pk]})
        else:
            parts[pk].delete()
    if changes:
        keep(order)
        values = {"number": shipment.number, "order": order.number, "on": planned_on}
        record(events.SHIPMENT_REPLANNED, subject=shipment, under=order.customer, by=by, values=values, changes=changes)
    if moved:
        _ask_anew(shipment, by=by.trusted())
    return Shipment.objects.get(pk=shipment.pk)


def _ask_anew(shipment: Shipment, *, by: Actor) -> None:
    """Other goods are planned than those that were to leave without all their data: the open question ends, and of a yes that does not
    go so far both are told."""
    shut, held = gates(shipment), newest_about(shipment, MATTER)
    if held and held.state == "open" and held.digest != digest_of(shut):
        drop(shipment, by=by, matter=MATTER)
    elif shut and permission(shipment, shut) is None:
        outdate(shipment, by=by, matter=MATTER)


def _check_plan(
    lines: dict[int, OrderLine], wanted: dict[int, Decimal], taken: dict[int, Decimal], planned_on: date, slot: str,
    was: date | None = None,
) -> None:  # fmt: skip
    """Everything that is wrong with a plan, at once: `taken` is what goes with other shipments, `was` the day that it had."""
    if slot and slot not in PARTS:
        raise Refused(_("Choose from the list."), field="slot")
    left = {pk: (line, line.due - taken[pk]) for pk, line in lines.items()}
    together(
        *([partial(_check_day, planned_on)] if planned_on != was else []),
        partial(_check_some, wanted),
        *(partial(_check_left, left.get(pk), pk, quantity) for pk, quantity in wanted.items()),
    )


def overplanned(order: Order, due: dict[int, Decimal]) -> list[tuple[Shipment, OrderLine, Decimal, Decimal]]:
    """(shipment, line, planned with it, left for it) where what is due of lines is to be less than what is planned and not packed: of
    several shipments of a line the last ones lack it."""
    found, taken = [], defaultdict[int, Decimal](Decimal)
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__cancelled_at=None, line__in=due).select_related("line", "shipment")
    for part in rows.order_by(models.F("shipment__packed_at").asc(nulls_last=True), "shipment__planned_on", "shipment_id"):
        left = max(due[part.line_id] - taken[part.line_id], Decimal(0))
        if part.quantity > left and not part.shipment.packed_at:
            found.append((part.shipment, part.line, part.quantity, left))
        taken[part.line_id] += part.quantity
    return found


def _check_day(planned_on: date) -> None:
    if planned_on < clock.today():
        raise Refused(_("A shipment is planned for today or later."), field="planned_on", code="past")
    check_near(planned_on, "planned_on")


def _check_some(wanted: dict[int, Decimal]) -> None:
    if not wanted:
        raise Refused(_("Enter the quantity of at least one line."), field="lines")


def _check_left(found: tuple[OrderLine, Decimal] | None, pk: int, quantity: Decimal) -> None:
    """Never more than what is left of a line."""
    if found is None:
        raise Refused(_("A line does not belong to this order."), field="lines")
    line, left = found
    if quantity < 0 or quantity > left:
        words = _("%(sku)s: %(quantity)s asked, but only %(left)s of %(due)s are left to ship. Lower the quantity.")
        values = {"sku": line.sku, "quantity": figure(quantity), "left": figure(left), "due": figure(line.due)}
        raise Refused(words % values, field=f"line_{pk}", code="too_much")
    check_quantity(quantity, f"line_{pk}", line.unit)


def planned_elsewhere(order: Order, but: Shipment | None = None, since: str = "made_at") -> dict[int, Decimal]:
    """{line id: quantity} in shipments of the order that have come so far and are not cancelled."""
    taken: dict[int, Decimal] = defaultdict(Decimal)
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__cancelled_at=None, **{f"shipment__{since}__isnull": False})
    for line_id, quantity in (rows.exclude(shipment=but) if but else rows).values_list("line_id", "quantity"):
        taken[line_id] += quantity
    return taken


def gates(shipment: Shipment) -> list[Gate]:
    """Everything that keeps the goods of this shipment here, all at once; asked when it is released and when it leaves."""
    found: list[Gate] = []
    step = "packed_at" if shipment.released_at else "released_at"  # what is not so far may still give way
    taken = planned_elsewhere(shipment.order, but=shipment, since=step)
    here = _still_here(shipment, since=step)
    for part in shipment.lines.select_related("line").prefetch_related("line__goods"):
        line = part.line
        there, left = line.at_hand - here[line.pk], max(line.due - taken[line.pk], Decimal(0))
        if line.from_stock and min(part.quantity, left) > there:
            words = _("%(sku)s: only %(there)s of %(quantity)s are reserved and on hand. Wait for the arrival, or count the stock.")
            values = {"sku": line.sku, "there": figure(max(there, Decimal(0))), "quantity": figure(part.quantity)}
            found.append(Gate("stock", words % values, part.pk))
        if part.quantity > left:  # the order was changed since the shipment was planned
            words = _("%(sku)s: %(quantity)s are planned, but the order was changed since and only %(left)s are left. Change the plan.")
            values = {"sku": line.sku, "quantity": figure(part.quantity), "left": figure(left)}
            found.append(Gate("quantity", words % values, part.pk))
        missing = [item for item in line.goods.all() if not item.is_settled]
        again = max((item.asked_again_at for item in missing if item.asked_again_at), default=None)
        if missing and not (part.overridden_at and (again is None or again <= part.overridden_at)):
            words = _("%(sku)s: goods data missing: %(items)s.") % {"sku": line.sku, "items": listed(map(str, missing))}
            lacks = tuple(item.kind for item in missing)
            found.append(Gate("goods", words, part.pk, can_override=True, lacks=lacks, quantity=part.quantity, again_at=again))
    standing = shipment.order.holds.filter(lifted_at=None).filter(models.Q(shipment=None) | models.Q(shipment=shipment))
    found += [Gate(f"hold_{hold.kind}", hold.words, 0) for hold in standing.exclude(kind="documents")]
    return found


def _still_here(shipment: Shipment, since: str) -> dict[int, Decimal]:
    """{line id: quantity} that other shipments of the order have come so far to take and that has not left: reserved for them."""
    taken: dict[int, Decimal] = defaultdict(Decimal)
    rows = ShipmentLine.objects.filter(
        shipment__order=shipment.order_id, shipment__shipped_at=None, shipment__cancelled_at=None, **{f"shipment__{since}__isnull": False}
    )
    for line_id, quantity in rows.exclude(shipment=shipment).filter(line__from_stock=True).values_list("line_id", "quantity"):
        taken[line_id] += quantity
    return taken


def permission(shipment: Shipment, shut: list[Gate]) -> Approval | None:
    """The yes to an override of these gates; None while there is none, or where more leaves than it spoke of, or goods data is missing
    that it did not speak of, or that was there and is asked for again since."""
    given = (
        Approval.objects.of_many([shipment]).filter(matter=MATTER, state="approved").order_by("-id") if shut else Approval.objects.none()
    )
    again = max((gate.again_at for gate in shut if gate.again_at), default=None)
    if again:
        given = given.filter(decided_at__gt=again)
    return next((yes for yes in given if all(_goes_so_far(yes, gate) for gate in shut)), None)


def _goes_so_far(yes: Approval, gate: Gate) -> bool:
    """It let so much of the line go, without all of this."""
    said = [values for _message, values in yes.why if values["part"] == gate.part and set(gate.lacks) <= set(values["lacks"])]
    return not gate.lacks or any(gate.quantity <= Decimal(values.get("quantity", 0)) for values in said)


def digest_of(shut: list[Gate]) -> str:
    """What is overridden: how much of which line leaves, and which goods data is missing."""
    said = sorted((gate.part, gate.code, sorted(gate.lacks), trimmed(gate.quantity)) for gate in shut)
    return hashlib.sha256(repr(said).encode()).hexdigest()


@operation("orders.release_shipment")
def release(shipment: Shipment, *, by: Actor, override_reason: str = "") -> Shipment:
    """Lets a shipment go to packing. Every gate that is shut is named; a manager may override goods data with a reason, and so may
    whoever asked one and was allowed exactly this."""
    require(by, "shipments.release", shipment)
    shipment = as_it_stands(shipment, ("planned",))
    shut = gates(shipment)
    reasons = prose(gate.words for gate in shut)
    allowed = permission(shipment, shut)
    reason = allowed.words if allowed else override_reason
    if shut and not (reason and all(gate.can_override for gate in shut)):
        raise Refused(_("Not released. %(reasons)s") % {"reasons": reasons}, code="gates", gates=shut)
    if shut and not allowed:
        require(by, "orders.override_gate", shipment)
        sentence_given(reason)
    drop(shipment, by=by.trusted(), matter=MATTER)
    Shipment.objects.filter(pk=shipment.pk).update(released_at=timezone.now(), override_reason=reason if shut else "")
    if shut:
        shipment.lines.filter(pk__in=[gate.part for gate in shut]).update(overridden_at=timezone.now())
        keep(shipment.order)
    values = {"number": shipment.number, "override": reason if shut else "", "gates": reasons}
    record(events.SHIPMENT_RELEASED, subject=shipment, under=shipment.customer, by=by, values=values)
    shipment.refresh_from_db()
    return shipment


@operation("orders.pack_shipment")
def pack(shipment: Shipment, *, by: Actor) -> Shipment:
    """Everything of the shipment is packed."""
    require(by, "shipments.release", shipment)
    shipment = as_it_stands(shipment, ("released",))
    over = [gate for gate in gates(shipment) if gate.code == "quantity"]  # the order was changed since it was released
    if over:
        words = _("Not packed. %(reasons)s Cancel the shipment, and plan what is left.")
        raise Refused(words % {"reasons": prose(gate.words for gate in over)}, code="gates", gates=over)
    Packing.objects.bulk_create(Packing(shipment=shipment, line=p.line, quantity=p.quantity) for p in shipment.lines.all())
    Shipment.objects.filter(pk=shipment.pk).update(packed_at=timezone.now())
    keep(shipment.order)
    record(events.SHIPMENT_PACKED, subject=shipment, under=shipment.customer, by=by, values={"number": shipment.number})
    shipment.refresh_from_db()
    return shipment


@operation("orders.ship")
def ship(shipment: Shipment, *, by: Actor, carrier: str, tracking_number: str = "") -> Shipment:
    """The goods leave. Pressed twice, they leave once; who names another carrier is told with whom they left.

    Refused while a gate is shut: what was overridden at the release is open.
    """
    require(by, "shipments.release", shipment)
    fresh = as_it_stands(shipment, ("packed", "shipped"))
    if fresh.shipped_at:
        if (carrier, tracking_number) not in (("", ""), (fresh.carrier, fresh.tracking_number)):
            left = _("%(number)s left already with %(carrier)s. Nothing was changed.")
            raise Refused(left % {"number": fresh.number, "carrier": f"{fresh.carrier} {fresh.tracking_number}".strip()}, code="shipped")
        return fresh
    if not carrier.strip():
        raise Refused(_("Name the carrier that took the goods."), field="carrier")
    shut = gates(fresh)
    if shut:
        reasons = prose(gate.words for gate in shut)
        raise Refused(_("The goods stay here. %(reasons)s") % {"reasons": reasons}, code="gates", gates=shut)
    now = timezone.now()
    _by_arrival, mode = carried([fresh.order]).get(fresh.order.contract_id, (False, ""))
    there_on = expected_on(fresh.planned_on, timezone.localdate(now), mode or by_custom(fresh.customer), clock.today())
    Shipment.objects.filter(pk=fresh.pk).update(shipped_at=now, there_on=there_on, carrier=carrier, tracking_number=tracking_number)
    order = keep(fresh.order)
    values = {"number": fresh.number, "order": order.number, "carrier": carrier, "tracking": tracking_number}
    index.keep_all("shipment", [fresh.pk])
    record(events.SHIPPED, subject=fresh, under=fresh.customer, by=by, values=values)
    fresh.refresh_from_db()
    return fresh


@operation("orders.cancel_shipment")
def cancel(shipment: Shipment, *, by: Actor, reason: Words) -> Shipment:
    """The shipment does not happen; what was packed is unpacked. Not after it left."""
    require(by, "shipments.release", shipment)
    shipment = as_it_stands(shipment, ("planned", "released", "packed"))
    reason = reason_given(reason, 2000)
    rows = [Packing(shipment=shipment, line=p.line, quantity=-p.quantity) for p in shipment.packings.all()]
    Packing.objects.bulk_create(rows)
    Shipment.objects.filter(pk=shipment.pk).update(cancelled_at=timezone.now())
    drop(shipment, by=by.trusted(), matter=MATTER)
    keep(shipment.order)
    values = {"number": shipment.number, "reason": reason}
    record(events.SHIPMENT_CANCELLED, subject=shipment, under=shipment.customer, by=by, values=values)
    shipment.refresh_from_db()
    return shipment


def check_moment(shipment: Shipment, at: datetime | None, *, ahead: timedelta = timedelta(0), has_left: bool = True) -> None:
    """What somebody says of goods on their way happened by now, and not before the day on which they left; before that there is
    the order, and what a carrier was told of it."""
    if at and at > timezone.now() + ahead:
        raise Refused(_("This lies ahead. Enter when it happened."), field="at")
    since = shipment.shipped_at if has_left else shipment.order.opened_at
    if at and since and at < timezone.localtime(since).replace(hour=0, minute=0, second=0, microsecond=0):
        raise Refused(
            _("That was before the goods left, on %(on)s. Check the day.") % {"on": clock.day_words(timezone.localdate(since))}, field="at"
        )


def packed_on(contract: Contract) -> date | None:
    """The day on which the last of its goods was packed, in whichever orders they are by now; None while something is not."""
    here = models.Q(order__contract=contract) | models.Q(source__version__contract=contract)
    lines = list(OrderLine.objects.filter(here, due__gt=0))
    if not lines or any(line.packed < line.due for line in lines):
        return None
    return timezone.localdate(Packing.objects.filter(line__in=lines).latest("made_at").made_at)


def was_made(shipment: Shipment) -> bool:
    """Something in it was made for the order: goods of a kind that is made, of which no stock is kept."""
    parts = shipment.lines.filter(line__replaces=None, line__variant__stock_kind="always").select_related("line__variant__product")
    return any(is_made(part.line.variant.product) for part in parts)


def as_it_stands(shipment: Shipment, allowed: tuple[str, ...]) -> Shipment:
    """The shipment as it stands, its order locked; refused unless it is in one of the states."""
    locked(shipment.order)
    fresh = Shipment.objects.select_related("order__customer").get(pk=shipment.pk)
    if fresh.state not in allowed:
        words = _("Shipment %(number)s is %(state)s already.") % {"number": fresh.number, "state": STATES[fresh.state]}
        raise Refused(words, code="wrong_state")
    return fresh


def leaving(contract: Contract) -> dict[str, bool]:
    """Of the orders of a contract: whether some goods have been shipped, and whether others are still to leave then."""
    is_leaving = OrderLine.objects.filter(order__contract=contract, order__void_at=None, shipped__gt=0).exists()
    return {"is_leaving": is_leaving, "is_rest": is_leaving and not have_left(contract)}


def have_left(contract: Contract) -> bool:
    """All goods of the orders of a contract have been shipped; what is sent again for them does not count."""
    lines = OrderLine.objects.filter(order__contract=contract, order__void_at=None, replaces=None, due__gt=0).order_by()
    gone = [shipped >= due for shipped, due in lines.values_list("shipped", "due")]
    return bool(gone) and all(gone)

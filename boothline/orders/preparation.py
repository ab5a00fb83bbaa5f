"""Preparation of a delivery 送货准备: its papers are together, a vehicle is found, the customer is told when it comes.

Each is a dated row with who, taken back by marking the row; *packed* is a fact of the shipment itself.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum
from boothline.core.errors import Doubted, Refused, Words
from boothline.core.money import trimmed
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean, listed
from boothline.orders import events
from boothline.orders.lists import PREPARATIONS
from boothline.orders.reservations import Reservation
from boothline.orders.shipments import Shipment, as_it_stands
from boothline.timeline.history import record

BEFORE_IT_LEAVES = ("planned", "released", "packed")
BEFORE_IT_ARRIVES = (*BEFORE_IT_LEAVES, "shipped", "delivered")


class Preparations(models.QuerySet["Preparation"]):
    """Questions about preparations."""

    def standing(self) -> Preparations:
        """Not taken back."""
        return self.filter(undone_at=None)


class Preparation(Record):
    """One thing that is prepared for a shipment, by whom; of a vehicle, which: plate, driver or carrier."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="preparations")
    kind = models.CharField(max_length=8, choices=list(PREPARATIONS.items()))
    words = models.CharField(max_length=100, blank=True, default="")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(kind=PLAIN, words=WORDS)

    objects = Preparations.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["shipment", "kind"], name="prepared_once", condition=Q(undone_at=None))]

    def __str__(self) -> str:
        return str(PREPARATIONS[self.kind])


@operation("orders.prepare")
def prepare(shipment: Shipment, *, by: Actor, kind: str, words: str = "") -> Preparation:
    """Notes that it is prepared. Pressed twice, the first stands; another vehicle takes the place of the one before."""
    require(by, "shipments.release", shipment)
    shipment = as_it_stands(shipment, BEFORE_IT_ARRIVES)
    words = clean(words, 100) if kind == "vehicle" else ""
    if kind == "vehicle" and not words:
        raise Refused(_("Name the vehicle: its plate, the driver or the carrier."), field="words")
    standing = shipment.preparations.filter(kind=kind, undone_at=None).first()
    if standing and standing.words == words:
        return standing
    if standing:
        _undo(standing, by)
    made = Preparation.objects.create(shipment=shipment, kind=kind, words=words, user_id=_person(by))
    values = {"number": shipment.number, "what": kind, "words": words}
    record(events.PREPARED, subject=shipment, under=shipment.customer, by=by, values=values)
    return made


@operation("orders.take_back_preparation")
def take_back(shipment: Shipment, *, by: Actor, kind: str) -> Shipment:
    """It is not prepared after all. Taken back twice, the first stands; what has left was prepared."""
    require(by, "shipments.release", shipment)
    shipment = as_it_stands(shipment, BEFORE_IT_LEAVES)
    standing = shipment.preparations.filter(kind=kind, undone_at=None).first()
    if standing:
        _undo(standing, by)
        values = {"number": shipment.number, "what": kind}
        record(events.PREPARATION_TAKEN_BACK, subject=shipment, under=shipment.customer, by=by, values=values)
    return shipment


def _undo(standing: Preparation, by: Actor) -> None:
    Preparation.objects.filter(pk=standing.pk).update(undone_at=timezone.now(), undone_by_id=_person(by))


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None


def prepared_of(shipment: Shipment) -> list[tuple[str, Any, Preparation | None]]:
    """(kind, its words, what stands of it) of one shipment, in the order in which it is done."""
    standing = {one.kind: one for one in shipment.preparations.filter(undone_at=None).select_related("user")}
    return [(kind, words, standing.get(kind)) for kind, words in PREPARATIONS.items()]


def check_prepared(shipment: Shipment) -> None:
    """Doubts that goods leave of which nobody noted the papers, or that the customer was told. Which vehicle took them their carrier says.
    Read before a person says that they left."""
    lacks = [words for kind, words, one in prepared_of(shipment) if one is None and kind != "vehicle"]
    if lacks and not shipment.shipped_at:
        raise Doubted(_("Not noted as done: %(what)s. Have the goods left all the same?") % {"what": listed(lacks)})


def with_prepared(rows: Any, by: Actor) -> Any:
    """Adds to shipments what of each is prepared: `prepared_papers` (when), `prepared_vehicle` (which), `prepared_informed` (when)."""
    if "prepared_papers" in rows.query.annotations:
        return rows
    standing = Preparation.objects.filter(shipment=OuterRef("pk"), undone_at=None).order_by()
    said = {kind: "words" if kind == "vehicle" else "made_at" for kind in PREPARATIONS}
    return rows.annotate(**{f"prepared_{kind}": Subquery(standing.filter(kind=kind).values(name)[:1]) for kind, name in said.items()})


def with_supply(rows: Any, by: Actor) -> Any:
    """Adds the day on which the last is expected of what the goods of a shipment wait for."""
    waits = Reservation.objects.filter(
        line__shipment_lines__shipment=OuterRef("pk"), line__reserved__gt=F("line__at_hand"), purchase_line__isnull=False
    )
    still = waits.order_by().values("purchase_line").annotate(n=exact_sum("quantity")).filter(n__gt=0)
    days = still.order_by("-purchase_line__expected_on").values("purchase_line__expected_on")
    return rows.annotate(goods_expected_on=Subquery(days[:1]))


def committed_of(shipment: Shipment) -> str:
    """x/y: how many of its goods are reserved, of those of which stock is kept; nothing once they left."""
    kept = [] if shipment.shipped_at else [part for part in shipment.lines.all() if part.line.from_stock]
    there = sum((min(part.line.reserved, part.quantity) for part in kept), Decimal(0))
    return f"{trimmed(there)}/{trimmed(sum((part.quantity for part in kept), Decimal(0)))}" if kept else ""


def supply_of(row: Any) -> tuple[str, Words] | None:
    """Whether the goods of a shipment that was asked `with_supply` are here, when they are expected, or that nothing covers them."""
    kept = [] if row.shipped_at else [part for part in row.lines.all() if part.line.from_stock]
    if not kept:
        return None
    if all(part.line.at_hand >= part.quantity for part in kept):
        return "prepared", _("on hand")
    if row.goods_expected_on and all(part.line.reserved >= part.quantity for part in kept):
        on, days = clock.day_words(row.goods_expected_on), (clock.today() - row.goods_expected_on).days
        if days > 0:
            words = ngettext("expected on %(on)s, %(num)s day late", "expected on %(on)s, %(num)s days late", days)
            return "missing", words % {"on": on, "num": days}
        return "unprepared", _("expected on %(on)s") % {"on": on}
    return "missing", _("not covered by stock or purchases")


def lacking(rows: Any, kind: str = "") -> Any:
    """Of shipments that are still here, those of which this is not prepared; without a kind, those of which anything is not."""
    here = rows.filter(shipped_at=None, cancelled_at=None)
    done = {one: Preparation.objects.filter(shipment=OuterRef("pk"), kind=one, undone_at=None) for one in PREPARATIONS}
    if kind:
        return here.filter(packed_at=None) if kind == "packed" else here.exclude(Exists(done[kind]))
    return here.filter(reduce(or_, (~Exists(one) for one in done.values()), Q(packed_at=None)))


def prepared(rows: Any) -> Any:
    """Of shipments that are still here, those of which nothing is left to prepare."""
    here = rows.filter(shipped_at=None, cancelled_at=None)
    return here.exclude(pk__in=lacking(rows).order_by().values("pk"))

"""What stops goods or papers, whoever placed it: money that is not in (billing), a person, documents until they are paid.

A hold is a gate of the order or of one shipment; goods leave when every hold is lifted. Documents held stop no goods.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean, reason_given
from boothline.core.told import told
from boothline.customers.card import Customer
from boothline.orders import events
from boothline.orders.lists import HOLD_KINDS
from boothline.orders.register import Order, keep, locked
from boothline.orders.shipments import Shipment
from boothline.timeline.history import record

RIGHT_TO_LIFT = {"money": "orders.lift_money", "documents": "orders.lift_money", "manual": "orders.unlock"}


class Holds(models.QuerySet["Hold"]):
    """Questions about holds."""

    def visible_to(self, by: Actor) -> Holds:
        """Those of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))

    def open(self) -> Holds:
        """Not lifted."""
        return self.filter(lifted_at=None)


class Hold(Record):
    """That something stops an order, or one shipment of it. `what` is what a person wrote; with `values` a message of ours."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="holds")
    shipment = models.ForeignKey(Shipment, null=True, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=10, choices=list(HOLD_KINDS.items()))
    what = models.CharField(max_length=300)
    values = models.JSONField(null=True, editable=False)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_reason = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(kind=PLAIN, what=WORDS, values=WORDS, lifted_reason=WORDS)

    objects = Holds.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["order"], name="hold_open", condition=models.Q(lifted_at__isnull=True))]

    def __str__(self) -> str:
        return self.words

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.order.customer

    @property
    def words(self) -> str:
        """Why, in the reader's language where the words are ours."""
        return self.what if self.values is None else told(self.what, self.values)

    def day(self, name: str) -> date | None:
        """A day that it says beside its words."""
        said = (self.values or {}).get(name)
        return date.fromisoformat(said) if said else None


@dataclass(frozen=True)
class Why:
    """What a hold says: a message of ours with its values, to be read in any language."""

    what: str
    values: dict[str, Any] = field(default_factory=dict)


@operation("orders.place_hold")
def place(order: Order, *, by: Actor, kind: str, why: Why, shipment: Shipment | None = None) -> Hold:
    """Stops an order or one shipment. The same kind again on the same thing says the newest reason and stays one hold."""
    require(by, "orders.change", order)
    order = locked(order)
    standing = Hold.objects.open().filter(order=order, shipment=shipment, kind=kind).first()
    if standing:
        Hold.objects.filter(pk=standing.pk).update(what=why.what, values=why.values)
        standing.refresh_from_db()
        return standing
    return _placed(order, by, Hold(order=order, shipment=shipment, kind=kind, what=why.what, values=why.values))


@operation("orders.stop")
def stop(order: Order, *, by: Actor, reason: str) -> Hold:
    """A person stops the order. Stopped twice, the first stands."""
    require(by, "orders.change", order)
    order = locked(order)
    reason = reason_given(reason)
    standing = Hold.objects.open().filter(order=order, kind="manual").first()
    return standing or _placed(order, by, Hold(order=order, kind="manual", what=reason))


def _placed(order: Order, by: Actor, hold: Hold) -> Hold:
    hold.save()
    keep(order)
    values = {"number": order.number, "kind": hold.kind, "reason": hold.what if hold.values is None else ""}
    record(events.HELD, subject=hold, under=order.customer, by=by, values=values)
    return hold


@operation("orders.lift_hold")
def lift(hold: Hold, *, by: Actor, reason: str = "") -> Hold:
    """The order goes on; a person says why. Lifted twice, the first stands."""
    require(by, RIGHT_TO_LIFT[hold.kind], hold.order)
    order = locked(hold.order)
    hold = Hold.objects.select_related("order__customer").get(pk=hold.pk)
    if hold.lifted_at:
        return hold
    by_hand = not by.is_trusted
    reason = reason_given(reason) if by_hand else clean(reason, 300)
    Hold.objects.filter(pk=hold.pk).update(
        lifted_at=timezone.now(), lifted_by_id=by.id if by_hand and by.kind == "user" else None, lifted_reason=reason
    )
    hold.refresh_from_db()
    keep(order)
    values = {"number": order.number, "kind": hold.kind, "reason": reason}
    record(events.HOLD_LIFTED, subject=hold, under=order.customer, by=by, values=values)
    return hold

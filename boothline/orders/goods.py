"""102 Goods data 货品资料: per order line, the material that must be in order before goods leave.

Each item is missing, submitted, approved, rejected with a reason, or not needed with a reason. A line that is not ready
blocks its shipment, unless a manager overrides it with a reason (shipments).
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.countries import code_of
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.customers.card import Customer
from boothline.orders import events
from boothline.orders.lists import ABROAD_ONLY, GOODS_KINDS
from boothline.orders.register import Order, OrderLine, keep, locked
from boothline.timeline.history import record

DAYS_BEFORE = declare("orders.goods_data_days", 7, gettext_lazy("Days before the shipping date that goods data is due"), low=0, high=60)


class GoodsItems(models.QuerySet["GoodsItem"]):
    """Questions about goods data."""

    def visible_to(self, by: Actor) -> GoodsItems:
        """The goods data of the orders that the actor sees."""
        return self.filter(line__order__in=Order.objects.visible_to(by))


class GoodsItem(Record):
    """One thing that must be in order for one line."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="goods")
    kind = models.CharField(max_length=16, choices=list(GOODS_KINDS.items()))
    due_on = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_words = models.CharField(max_length=300, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    rejected_reason = models.CharField(max_length=300, blank=True, default="")
    not_needed_at = models.DateTimeField(null=True)
    not_needed_reason = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(kind=PLAIN, submitted_words=WORDS, rejected_reason=WORDS, not_needed_reason=WORDS)

    objects = GoodsItems.as_manager()

    class Meta:
        ordering = ("line__position", "id")
        constraints = [models.UniqueConstraint(fields=["line", "kind"], name="goods_once")]

    def __str__(self) -> str:
        return str(GOODS_KINDS[self.kind])

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.line.order.customer

    @property
    def state(self) -> str:
        """missing · submitted · approved · rejected · not_needed, from its facts."""
        if self.not_needed_at:
            return "not_needed"
        if self.approved_at:
            return "approved"
        if self.rejected_at:
            return "rejected"
        return "submitted" if self.submitted_at else "missing"


def open_items(orders: list[Order]) -> None:
    """Every line gets its items; HS code and certificate only where goods go abroad."""
    items = []
    for order in orders:
        due: date | None = order.promised_on - timedelta(days=DAYS_BEFORE.value) if order.promised_on else None
        kinds = [k for k in GOODS_KINDS if k not in ABROAD_ONLY or _goes_abroad(order)]
        items += [GoodsItem(line=line, kind=kind, due_on=due) for line in order.lines.all() for kind in kinds]
    GoodsItem.objects.bulk_create(items)
    for order in orders:
        keep(order)


def _goes_abroad(order: Order) -> bool:
    home = company().country.upper()
    return (code_of(order.customer.country) or home) != home


@operation("orders.submit_goods")
def submit(item: GoodsItem, *, by: Actor, words: str) -> GoodsItem:
    """Somebody hands the material in: what it is or where it lies."""
    require(by, "goods.submit", item.line.order)
    if not words.strip():
        raise Refused(_("Say what was handed in, or where it lies."), field="words")
    return _write(item, by, "submitted", words, submitted_at=timezone.now(), submitted_words=words[:300])


@operation("orders.approve_goods")
def approve(item: GoodsItem, *, by: Actor) -> GoodsItem:
    """The material is in order."""
    require(by, "goods.approve", item.line.order)
    return _write(item, by, "approved", "", approved_at=timezone.now())


@operation("orders.approve_all_goods")
def approve_line(line: OrderLine, *, by: Actor) -> None:
    """Everything that the line needs is in order; one event for all of it."""
    require(by, "goods.approve", line.order)
    locked(line.order)
    waiting = line.goods.filter(approved_at=None, not_needed_at=None)
    waiting.update(approved_at=timezone.now(), rejected_at=None)
    keep(line.order)
    record(events.GOODS_LINE_APPROVED, subject=line, under=line.order.customer, by=by, values={"order": line.order.number, "sku": line.sku})


@operation("orders.reject_goods")
def reject(item: GoodsItem, *, by: Actor, reason: str) -> GoodsItem:
    """The material is not in order, and why."""
    require(by, "goods.approve", item.line.order)
    if not reason.strip():
        raise Refused(_("Say what is wrong, so that it can be mended."), field="reason")
    return _write(item, by, "rejected", reason, rejected_at=timezone.now(), rejected_reason=reason[:300])


@operation("orders.goods_not_needed")
def not_needed(item: GoodsItem, *, by: Actor, reason: str) -> GoodsItem:
    """This line does not need it, and why."""
    require(by, "goods.approve", item.line.order)
    if not reason.strip():
        raise Refused(_("Say why it is not needed."), field="reason")
    return _write(item, by, "not_needed", reason, not_needed_at=timezone.now(), not_needed_reason=reason[:300])


def _write(item: GoodsItem, by: Actor, outcome: str, words: str, **facts: object) -> GoodsItem:
    locked(item.line.order)
    undone = dict.fromkeys(("submitted_at", "approved_at", "rejected_at", "not_needed_at"))
    GoodsItem.objects.filter(pk=item.pk).update(**undone | facts)
    item.refresh_from_db()
    order = item.line.order
    keep(order)
    values = {"order": order.number, "sku": item.line.sku, "item": item.kind, "outcome": outcome, "words": words[:300]}
    record(events.GOODS_CHANGED, subject=item, under=order.customer, by=by, values=values)
    return item

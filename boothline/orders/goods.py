"""102 Goods data 货品资料: per order line, the material that must be in order before goods leave.

Each item is missing, submitted, approved, rejected with a reason, or not needed with a reason. A line that is not ready
blocks its shipment, unless a manager overrides it with a reason (shipments).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.contracts.milestones import Milestone
from boothline.core.actors import Actor
from boothline.core.errors import Doubted, Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.customers.card import Customer, hold, is_abroad, with_countries
from boothline.files.attachments import Attachment, Received, put_again, put_received
from boothline.orders import events
from boothline.orders.grounds import Changed, grounds_of
from boothline.orders.lists import ABROAD_ONLY, GOODS_KINDS, GOODS_OWES, GOODS_STATES
from boothline.orders.register import Order, OrderLine, keep, locked
from boothline.timeline.history import Telling, record, record_many


class GoodsItems(models.QuerySet["GoodsItem"]):
    """Questions about goods data."""

    def visible_to(self, by: Actor) -> GoodsItems:
        """The goods data of the orders that the actor sees."""
        return self.filter(line__order__in=Order.objects.visible_to(by))

    def approved_ahead(self) -> GoodsItems:
        """Approved, of lines of which something is still to leave."""
        standing = Order.objects.filter(void_at=None, merged_into=None)
        return self.filter(approved_at__isnull=False, not_needed_at=None, line__due__gt=models.F("line__shipped"), line__order__in=standing)


class GoodsItem(Record):
    """One thing that must be in order for one line. Who owes it: us, by name where somebody said who, the customer or a supplier."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="goods")
    kind = models.CharField(max_length=16, choices=list(GOODS_KINDS.items()))
    owes = models.CharField(gettext_lazy("who owes"), max_length=8, default="us", choices=list(GOODS_OWES.items()))
    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # of us, who owes
    submitted_at = models.DateTimeField(null=True)
    submitted_words = models.CharField(max_length=300, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    stands_on = models.CharField(max_length=64, blank=True, default="")  # a mark of the product's data as it was approved
    reopened_at = models.DateTimeField(null=True)  # that data changed: to be approved again
    rejected_at = models.DateTimeField(null=True)
    rejected_reason = models.CharField(max_length=300, blank=True, default="")
    not_needed_at = models.DateTimeField(null=True)
    not_needed_reason = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(kind=PLAIN, owes=PLAIN, stands_on=PLAIN, submitted_words=WORDS, rejected_reason=WORDS, not_needed_reason=WORDS)

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

    @property
    def is_settled(self) -> bool:
        """Approved or not needed."""
        return self.state in ("approved", "not_needed")

    @property
    def asked_again_at(self) -> datetime | None:
        """When it was sent back, or the product's data changed, the later of both."""
        return max((at for at in (self.rejected_at, self.reopened_at) if at), default=None)

    @property
    def owing(self) -> str:
        """Who owes it: one of us by name."""
        return str(self.person or GOODS_OWES[self.owes])


def files_of(items: list[GoodsItem]) -> dict[int, list[Attachment]]:
    """{item id: the pictures and PDFs that were handed in}, in the order in which they came."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    for kept in Attachment.objects.of_many(items) if items else ():
        found[kept.owner_id].append(kept)
    return found


def open_items(orders: list[Order]) -> None:
    """Every line gets its items; HS code and certificate only where goods go abroad."""
    with_countries(order.customer for order in orders)
    GoodsItem.objects.bulk_create([item for order in orders for item in _items(order, list(order.lines.all()))])
    for order in orders:
        keep(order)


def open_items_of(order: Order, lines: list[OrderLine]) -> None:
    """The lines that an order got later get theirs; whoever adds them keeps the order."""
    GoodsItem.objects.bulk_create(_items(order, lines))


def follow_country(customer: Customer) -> None:
    """They are in another country than was thought: what is still to leave owes what goods need abroad, or, at home, owes no more what
    nobody has touched."""
    with_countries([customer])
    going = Order.objects.filter(customer=customer, void_at=None).exclude(state__in=("complete", "cancelled"))
    for order in going.order_by("pk"):
        left = [line for line in order.lines.all() if line.due > line.shipped]
        known = GoodsItem.objects.filter(line__in=left, kind__in=ABROAD_ONLY)
        if is_abroad(customer):
            held = set(known.values_list("line_id", "kind"))
            wanted = [(line, kind) for line in left for kind in ABROAD_ONLY if (line.pk, kind) not in held]
            GoodsItem.objects.bulk_create([GoodsItem(line=line, kind=kind) for line, kind in wanted])
        else:
            known.filter(submitted_at=None, approved_at=None, rejected_at=None, not_needed_at=None).delete()
        keep(order)


def _items(order: Order, lines: list[OrderLine]) -> list[GoodsItem]:
    left_out = () if is_abroad(order.customer) else ABROAD_ONLY
    kinds = [k for k in GOODS_KINDS if k not in left_out]
    return [GoodsItem(line=line, kind=kind) for line in lines for kind in kinds]


def carry_over(line: OrderLine, *, by: Actor, to: OrderLine) -> None:
    """A part of the line goes on as another one: with what is known of its goods data, and with the files."""
    items = list(GoodsItem.objects.filter(line=line).order_by("pk"))
    files = files_of(items)
    same = [f.attname for f in GoodsItem._meta.concrete_fields if not f.primary_key and f.name != "line"]
    copies = [GoodsItem(line=to, **{name: getattr(item, name) for name in same}) for item in items]
    for item, made in zip(items, GoodsItem.objects.bulk_create(copies), strict=True):
        for kept in files.get(item.pk, ()):
            put_again(kept, by=by, owner=made)


def with_goods_due(orders: models.QuerySet[Order]) -> models.QuerySet[Order]:
    """With the day on which all of it is to be in order: that of its milestone, wherever it moved."""
    milestone = Milestone.objects.filter(plan__contract=models.OuterRef("contract"), code="goods", skipped_at=None)
    return orders.annotate(goods_due=models.Subquery(milestone.order_by().values("plan_on")[:1]))


def goods_on(order: Order) -> date | None:
    """The day on which the last goods data of its contract's goods was in order; None while something is missing."""
    items = GoodsItem.objects.filter(line__order__contract=order.contract_id, line__due__gt=0)
    moments = [item.not_needed_at or item.approved_at for item in items]
    settled = [moment for moment in moments if moment]
    return timezone.localdate(max(settled)) if settled and len(settled) == len(moments) else None


# outcome: the states that it may follow. The same outcome pressed again is quiet, and the first one stands.
FOLLOWS = {
    "submitted": ("missing", "submitted", "rejected", "not_needed"),
    "approved": ("missing", "submitted", "rejected", "not_needed"),  # who may approve may hand in and approve in one press
    "rejected": ("submitted", "approved", "not_needed"),
    "not_needed": ("missing", "submitted", "rejected", "approved"),
}


@operation("orders.owe_goods")
def owe(item: GoodsItem, *, by: Actor, owes: str, person: User | None = None, revision: int) -> GoodsItem:
    """Says who owes the material; `person` where it is one of us."""
    require(by, "goods.submit", item.line.order)
    if owes not in GOODS_OWES:
        raise Refused(_("Choose from the list."), field="owes")
    if person and owes != "us":
        raise Refused(_("Leave this empty: it is not one of us who owes it."), field="person")
    locked(item.line.order)
    if GoodsItem.objects.get(pk=item.pk).is_settled:
        raise Refused(_("Nobody owes this any more: it is in order."), code="settled")
    changes = revise(item, revision=revision, values={"owes": owes, "person": person})
    if changes:
        line = item.line
        people = [person.pk] if person and "person" in changes else []
        values: dict[str, Any] = {"order": line.order.number, "sku": line.sku, "item": item.kind, "people": people}
        values["owing"] = person or GOODS_OWES[owes]  # told in the reader's language
        record(events.GOODS_OWED, subject=item, under=line.order.customer, by=by, values=values)
    return item


@operation("orders.submit_goods")
def submit(item: GoodsItem, *, by: Actor, words: str = "", received: Received | None = None, revision: int | None = None) -> GoodsItem:
    """Somebody hands the material in: the file itself, or in words what it is or where it lies."""
    require(by, "goods.submit", item.line.order)
    if not words.strip() and received is None:
        raise Refused(_("Say what was handed in, or where it lies; or add the file."), field="words")
    said = words.strip() or (received.name if received else "")
    now = _write(item, by, "submitted", said, revision, submitted_at=timezone.now(), submitted_words=words.strip()[:300])
    if received:
        put_received(now, by=by.trusted(), received=received)
    return now


@operation("orders.approve_goods")
def approve(item: GoodsItem, *, by: Actor, received: Received | None = None, revision: int | None = None) -> GoodsItem:
    """The material is in order. What nobody handed in counts as handed in by who approves it, with the file if there is one."""
    require(by, "goods.approve", item.line.order)
    at = timezone.now()
    now = _write(item, by, "approved", received.name if received else "", revision, submitted_at=item.submitted_at or at, approved_at=at)
    if received:
        put_received(now, by=by.trusted(), received=received)
    return now


@operation("orders.approve_all_goods")
def approve_line(line: OrderLine, *, by: Actor) -> None:
    """Everything that the line needs is in order; one event for all of it. Pressed twice, the second is quiet."""
    require(by, "goods.approve", line.order)
    locked(line.order)
    now = timezone.now()
    waiting = line.goods.filter(approved_at=None, not_needed_at=None)
    grounds = grounds_of([line.variant_id])[line.variant_id]
    mark = models.Case(*(models.When(kind=kind, then=models.Value(found)) for kind, found in grounds.items()))
    facts = {"submitted_at": Coalesce("submitted_at", now), "approved_at": now, "rejected_at": None, "reopened_at": None}
    if not waiting.update(**facts, stands_on=mark, revision=models.F("revision") + 1):
        return
    keep(line.order)
    record(events.GOODS_LINE_APPROVED, subject=line, under=line.order.customer, by=by, values={"order": line.order.number, "sku": line.sku})


def check_handed_in(line: OrderLine) -> None:
    """Doubts an approval of what nobody handed in. Read before a person approves all of a line at once."""
    empty = line.goods.filter(submitted_at=None, approved_at=None, not_needed_at=None).count()
    if empty:
        words = ngettext(
            "No file is attached and nothing was handed in for %(num)s item. Approve it all the same?",
            "No file is attached and nothing was handed in for %(num)s items. Approve them all the same?",
            empty,
        )
        raise Doubted(words % {"num": empty})


@operation("orders.reject_goods")
def reject(item: GoodsItem, *, by: Actor, reason: str, revision: int | None = None) -> GoodsItem:
    """The material is not in order, and why."""
    require(by, "goods.approve", item.line.order)
    if not reason.strip():
        raise Refused(_("Say what is wrong, so that it can be mended."), field="reason")
    return _write(item, by, "rejected", reason, revision, rejected_at=timezone.now(), rejected_reason=reason[:300])


@operation("orders.goods_not_needed")
def not_needed(item: GoodsItem, *, by: Actor, reason: str, revision: int | None = None) -> GoodsItem:
    """This line does not need it, and why."""
    require(by, "goods.approve", item.line.order)
    if not reason.strip():
        raise Refused(_("Say why it is not needed."), field="reason")
    return _write(item, by, "not_needed", reason, revision, not_needed_at=timezone.now(), not_needed_reason=reason[:300])


@operation("orders.reopen_goods")
def reopen(changes: list[Changed], *, by: Actor) -> list[Order]:
    """The product's data changed: what was approved on it and is still to leave waits to be approved again, one event an order. Of an
    approval from before marks were kept nobody knows what it stood on: it is asked again too."""
    kinds = {kind for changed in changes for kind in changed.kinds}
    if not kinds:
        return []
    products = {changed.product for changed in changes}
    ahead = GoodsItem.objects.approved_ahead().filter(kind__in=kinds, line__variant__product__in=products)
    hold(*ahead.values_list("line__order__customer", flat=True))
    list(Order.objects.select_for_update(of=("self",)).filter(lines__goods__in=ahead).order_by("pk").values_list("pk", flat=True))
    items = list(ahead.select_related("line__variant__product", "line__order__customer").order_by("line__order", "line__position", "id"))
    grounds = grounds_of(item.line.variant_id for item in items)
    over: dict[Order, list[GoodsItem]] = defaultdict(list)
    for item in items:
        concerned = any(changed.concerns(item.kind, item.line.variant) for changed in changes)
        if concerned and item.stands_on != grounds[item.line.variant_id][item.kind]:
            over[item.line.order].append(item)
    those = [item.pk for found in over.values() for item in found]
    facts = {"approved_at": None, "stands_on": "", "reopened_at": timezone.now()}
    GoodsItem.objects.filter(pk__in=those).update(**facts, revision=models.F("revision") + 1)
    tellings = [Telling(order, under=order.customer, values=_reopened(order, found)) for order, found in over.items()]
    orders = [keep(order) for order in over]
    record_many(events.GOODS_REOPENED, tellings, by=by)
    return orders


def _reopened(order: Order, items: list[GoodsItem]) -> dict[str, Any]:
    """What is told of an order: its lines, its kinds of goods data, each in the reader's language."""
    kinds = {item.kind for item in items}
    return {
        "order": order.number, "product": items[0].line.variant.product, "skus": list(dict.fromkeys(item.line.sku for item in items)),
        "items": [words for kind, words in GOODS_KINDS.items() if kind in kinds],
    }  # fmt: skip


def _write(item: GoodsItem, by: Actor, outcome: str, words: str, revision: int | None, **facts: object) -> GoodsItem:
    """Moves an item as `FOLLOWS` allows. `revision` is what the person saw; who saw something else is told what stands."""
    locked(item.line.order)
    now = GoodsItem.objects.select_related("line__order__customer").get(pk=item.pk)
    if now.state == outcome and outcome != "submitted":
        return now
    if revision is not None and revision != now.revision:
        stands = _("Not saved: somebody changed this meanwhile. It is %(state)s now. Check it, then press again.")
        raise Refused(stands % {"state": GOODS_STATES[now.state]}, code="stale")
    if now.state not in FOLLOWS[outcome]:
        stands = _("%(item)s is %(state)s and cannot become %(outcome)s. An order clerk can reject it with a reason first.")
        if now.state == "missing":
            stands = _("%(item)s is %(state)s and cannot become %(outcome)s. Hand it in first.")
        shown = {"item": str(now), "state": GOODS_STATES[now.state], "outcome": GOODS_STATES[outcome]}
        raise Refused(stands % shown, code="wrong_state")
    undone: dict[str, Any] = dict.fromkeys(("approved_at", "rejected_at", "not_needed_at", "reopened_at")) | {"stands_on": ""}
    if outcome == "approved":  # asked under the order's lock: whoever changes that data holds the order first
        facts["stands_on"] = grounds_of([now.line.variant_id])[now.line.variant_id][now.kind]
    GoodsItem.objects.filter(pk=now.pk).update(**undone | facts, revision=models.F("revision") + 1)
    now.refresh_from_db()
    order = keep(now.line.order)
    values = {"order": order.number, "sku": now.line.sku, "item": now.kind, "outcome": outcome, "words": words[:300]}
    record(events.GOODS_CHANGED, subject=now, under=order.customer, by=by, values=values)
    return now

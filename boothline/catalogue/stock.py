"""Stock 库存: how much of a variant is there, how much of it is reserved, what is on its way, from when on a quantity can be promised.

A variant says how its stock is kept: *counted* 计数, *always available* 不限量 (nothing is kept), *pre-order* 预订 (kept like
counted; it is sold before it is there, so that what is missing is still to be bought and not called short). What is on hand
changes only by dated rows, and is never below zero. Who has a claim on the goods stands in rooms above; they write down what
is reserved, missing and on its way (`keep_claims`).

Lock order: customers, their orders, then variants by ascending key; nothing else is waited for while a variant is held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue import events
from boothline.catalogue.lists import STOCK_KINDS, STOCK_WHYS
from boothline.catalogue.products import CLAIMS, Variant
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Doubted, Refused, Stale
from boothline.core.kinds import refer
from boothline.core.money import check_quantity, figure, quantity_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.slots import ask
from boothline.core.text import clean, reason_given
from boothline.timeline.history import record

FEW = 10  # a count that differs by fewer is never asked about
LIKELY = declare(
    "catalogue.likely_quantity", 100_000, gettext_lazy("Quantity on hand or bought up to which nobody asks whether it is right"),
    low=100, high=100_000_000,
)  # fmt: skip


class StockMoves(models.QuerySet["StockMove"]):
    """Questions about what moved."""

    def visible_to(self, by: Actor) -> StockMoves:
        """Whoever sees stock."""
        return self if by.has("stock.see") else self.none()

    def for_list(self) -> StockMoves:
        """With what a list shows."""
        return self.select_related("variant__product", "user")

    def search(self, words: str, by: Actor) -> StockMoves:
        """By what finds the variant."""
        return self.filter(variant__in=Variant.objects.all().search(words, by))


class StockMove(Record):
    """So many more or fewer on hand, on which day, why, by whom; `source` is what moved them. A count that found what was expected is a
    row of 0."""

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="moves")
    quantity = quantity_field()
    why = models.CharField(max_length=10, choices=list(STOCK_WHYS.items()))
    on = models.DateField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=200, blank=True, default="")
    words = models.CharField(max_length=300, blank=True, default="")
    source_kind = models.CharField(max_length=40, blank=True, default="")
    source_id = models.BigIntegerField(null=True)
    source_name = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(why=PLAIN, who=BOOKS, words=WORDS, source_kind=PLAIN, source_name=PLAIN)

    objects = StockMoves.as_manager()

    class Meta:
        indexes = [models.Index(fields=["variant", "-id"], name="stock_move_variant")]

    def __str__(self) -> str:
        return f"{self.quantity:+f} × {self.variant.sku}"


class StockDue(models.Model):
    """What is on its way of a variant and expected on a day, and how much of that is reserved. Kept by the room that buys."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="dues")
    on = models.DateField()
    quantity = quantity_field()
    reserved = quantity_field(default=Decimal(0))

    class Meta:
        ordering = ("on",)
        constraints = [
            models.UniqueConstraint(fields=["variant", "on"], name="stock_due_once"),
            models.CheckConstraint(name="due_covers_reserved", condition=Q(reserved__gte=0, reserved__lte=F("quantity"))),
        ]

    def __str__(self) -> str:
        return f"{self.on} {trimmed(self.quantity)}"

    @property
    def comes_on(self) -> date:
        """The day to reckon with: what should have come before today is not here, and comes tomorrow at the earliest."""
        return self.on if self.on >= clock.today() else clock.today() + timedelta(days=1)

    @property
    def free(self) -> Decimal:
        """What nobody has reserved."""
        left: Decimal = self.quantity - self.reserved
        return left


COUNTED = ("on_hand_reserved", "missing", "short")  # of a variant: what others claim of it; `keep_claims` writes it down


@dataclass(frozen=True)
class Promise:
    """From when on a quantity can be promised. Without a day, what is on hand and bought does not reach; `most` is what does."""

    on: date | None
    most: Decimal


def held(variants: Iterable[int]) -> list[Variant]:
    """These variants as they are, their rows locked in one order: the last lock that anybody takes."""
    rows = Variant.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(variants))
    return list(rows.order_by("pk"))


def free_on(variant: Variant, day: date) -> Decimal:
    """On hand - reserved + on its way until then - reserved of that."""
    coming = sum((due.free for due in variant.dues.all() if due.comes_on <= day), Decimal(0))
    return variant.free + coming


def promise(variant: Variant, quantity: Decimal) -> Promise | None:
    """The first day on which so many are free; None where no stock is kept of it. Its `dues` are prefetched by lists."""
    if not variant.keeps_stock:
        return None
    days = sorted({clock.today(), *(due.comes_on for due in variant.dues.all())})
    first = next((day for day in days if free_on(variant, day) >= quantity), None)
    return Promise(first, max(Decimal(0), free_on(variant, days[-1])))


def promises(wanted: Iterable[tuple[Any, Variant | None, Decimal | None]]) -> dict[Any, Promise]:
    """{key: from when on it can be promised} of (key, variant, quantity); several that want the same goods want them together."""
    asked = [(key, v, quantity) for key, v, quantity in wanted if v is not None and quantity and v.keeps_stock]
    models.prefetch_related_objects([v for _key, v, _quantity in asked], "dues")
    so_far: dict[int, Decimal] = defaultdict(Decimal)
    found = {}
    for key, variant, quantity in asked:
        so_far[variant.pk] += quantity
        said = promise(variant, so_far[variant.pk])
        assert said is not None  # only those of which stock is kept were asked
        found[key] = said
    return found


def move(variant: Variant, quantity: Decimal, why: str, *, by: Actor, source: models.Model | None = None, words: str = "") -> StockMove:
    """Writes a row and what is on hand beside it. The variant is held by whoever calls."""
    made = StockMove.objects.create(
        variant=variant, quantity=quantity, why=why, on=clock.today(), user_id=by.id if by.kind == "user" else None, who=by.name[:200],
        words=words, **refer("source", source),
    )  # fmt: skip
    keep_on_hand(variant)
    return made


def keep_on_hand(variant: Variant) -> None:
    """What is on hand is the sum of its rows. The only writer of it."""
    variant.on_hand = on_hand_of(variant.pk)
    Variant.objects.filter(pk=variant.pk).update(on_hand=variant.on_hand)


def on_hand_of(variant: int) -> Decimal:
    """Counted from the rows."""
    return from_units(StockMove.objects.filter(variant=variant).aggregate(n=exact_sum("quantity"))["n"])


@dataclass(frozen=True)
class Claims:
    """What rooms above know of a variant: reserved of what is on hand, missing (due and covered by nothing), and what is on its way:
    {day: (quantity, reserved)}."""

    reserved: Decimal
    missing: Decimal
    dues: dict[date, tuple[Decimal, Decimal]]


def keep_claims(variant: Variant, claims: Claims) -> None:
    """Writes them down. The only writer of these columns; the variant is held by whoever calls."""
    short = claims.missing if variant.stock_kind == "counted" else Decimal(0)
    facts = dict(zip(COUNTED, (claims.reserved, claims.missing, short), strict=True))
    Variant.objects.filter(pk=variant.pk).update(**facts)
    for name, value in facts.items():
        setattr(variant, name, value)
    there = {due.on: due for due in StockDue.objects.filter(variant=variant)}
    gone = [due.pk for on, due in there.items() if on not in claims.dues]
    if gone:
        StockDue.objects.filter(pk__in=gone).delete()
    for on, (quantity, reserved) in claims.dues.items():
        known = there.get(on)
        if known is None or (known.quantity, known.reserved) != (quantity, reserved):
            StockDue.objects.update_or_create(variant=variant, on=on, defaults={"quantity": quantity, "reserved": reserved})


def check_meant(variant: Variant, quantity: Decimal) -> None:
    """Doubts so many pieces where there were never nearly so many. Read before a person's figure is recorded."""
    if quantity > max(Decimal(LIKELY.value), 10 * variant.on_hand):
        words = _("%(n)s × %(sku)s are more than ten times what there is (%(now)s). Is the figure right?")
        raise Doubted(words % {"n": figure(quantity), "sku": variant.sku, "now": figure(variant.on_hand)})


def check_counted(variant: Variant, counted: Decimal) -> None:
    """Doubts a count that is far from what there should be: many times as much, or not even half."""
    check_meant(variant, counted)
    if 2 * counted < variant.on_hand and variant.on_hand - counted >= FEW:
        words = _("%(n)s × %(sku)s are less than half of what there should be (%(now)s). Is the figure right?")
        raise Doubted(words % {"n": figure(counted), "sku": variant.sku, "now": figure(variant.on_hand)})


@operation("catalogue.keep_stock")
def keep_stock(variant: Variant, *, by: Actor, revision: int, kind: str) -> Variant:
    """Says how its stock is kept from now on. Orders that are open follow at once."""
    require(by, "catalogue.edit", variant.product)
    if kind not in STOCK_KINDS:
        raise Refused(_("Choose from the list."), field="stock_kind")
    ask(CLAIMS, [variant.pk])
    changes = revise(variant, revision=revision, values={"stock_kind": kind})
    if changes:
        record(events.STOCK_KEPT, subject=variant, by=by, values={"sku": variant.sku, "kind": kind})
    variant.refresh_from_db()
    return variant


@operation("catalogue.count_stock")
def count_stock(variant: Variant, *, by: Actor, counted: Decimal, seen: int | None = None, words: str = "") -> StockMove:
    """What somebody counted: the difference is a row. `seen` is the last row that they knew; what moved since is shown beside."""
    require(by, "stock.count", variant)
    if counted:
        check_quantity(counted, "counted", variant.product.unit)
    ask(CLAIMS, [variant.pk])
    variant = _kept(variant)
    since = variant.moves.filter(pk__gt=seen) if seen is not None else variant.moves.none()
    if from_units(since.aggregate(n=exact_sum("quantity"))["n"]):
        last = since.order_by("-id")[0]
        if last.why == "counted" and variant.on_hand == counted:
            return last  # somebody counted the same meanwhile
        words_ = _("Not saved: what is on hand changed meanwhile. Choose which figure stays, or count again.")
        raise Stale(variant, [("counted", variant.on_hand, counted)], words_)
    was = variant.on_hand
    made = move(variant, counted - was, "counted", by=by, words=clean(words, 300))
    values = {"sku": variant.sku, "was": was, "now": counted, "words": made.words}
    record(events.STOCK_COUNTED, subject=variant, by=by, values=values)
    return made


@operation("catalogue.correct_stock")
def correct_stock(variant: Variant, *, by: Actor, quantity: Decimal, words: str) -> StockMove:
    """So many more or fewer, and why: broken, given away as a sample, found again. Never more than there is."""
    require(by, "stock.count", variant)
    words = reason_given(words, field="words")
    if not quantity:
        raise Refused(_("Enter how many more or fewer."), field="quantity")
    check_quantity(abs(quantity), "quantity", variant.product.unit)
    ask(CLAIMS, [variant.pk])
    variant = _kept(variant)
    if variant.on_hand + quantity < 0:
        raise Refused(_("Only %(n)s are on hand.") % {"n": figure(variant.on_hand)}, field="quantity", code="too_much")
    made = move(variant, quantity, "corrected", by=by, words=words)
    values: dict[str, Any] = {"sku": variant.sku, "was": variant.on_hand - quantity, "now": variant.on_hand, "words": words}
    record(events.STOCK_CORRECTED, subject=variant, by=by, values=values)
    return made


def _kept(variant: Variant) -> Variant:
    (variant,) = held([variant.pk])
    if not variant.keeps_stock:
        raise Refused(_("No stock is kept of %(sku)s. Say first that it is counted.") % {"sku": variant.sku}, code="not_kept")
    return variant

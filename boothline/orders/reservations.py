"""Reserve stock 确认备货: what is set aside for an order line, of what is on hand or of what a purchase brings.

Dated signed rows per line; their sum is `v` = committed 产品提交量, kept on the line by `register.keep`: 0 <= v <= n - s, never more than
there is. An order that opens or grows reserves by itself what is free: on hand first, then what is expected first. What is
fewer, cancelled or void is freed; what leaves is consumed. Where goods come or are counted, all who wait are served in order of
promise (the day of a planned shipment for what stands on it, else D; then order number). `share` is the rule alone; nobody else
decides who gets what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.products import Variant
from boothline.catalogue.stock import Claims, held, keep_claims, move
from boothline.contracts.milestones import plan_from_stock
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused
from boothline.core.money import quantity_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.orders import events
from boothline.orders.buying import ask_to_buy
from boothline.orders.lists import RESERVED_WHYS
from boothline.orders.purchases import Purchase, PurchaseLine, hold_claims, open_lines
from boothline.orders.register import Order, OrderLine, keep, locked
from boothline.orders.shipments import Shipment, ShipmentLine
from boothline.timeline.history import Telling, record, record_many

ZERO = Decimal(0)
HAND = 0  # where a reservation is from: what is on hand, or the id of a purchase line
FAR = date.max


class Reservation(Record):
    """So many more or fewer reserved for a line, of what is on hand or of a purchase line; nothing is deleted."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="reservations")
    purchase_line = models.ForeignKey(PurchaseLine, null=True, on_delete=models.PROTECT, related_name="reservations")
    quantity = quantity_field()
    why = models.CharField(max_length=10, choices=list(RESERVED_WHYS.items()))
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(why=PLAIN)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.quantity:+f} × {self.line.sku}"


@dataclass
class Want:
    """A line that wants goods: so many are still to leave, so many of those are packed, and what it has of what."""

    wants: Decimal
    packed: Decimal = ZERO
    has: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    @property
    def lacks(self) -> Decimal:
        """Still covered by nothing."""
        return self.wants - sum(self.has.values(), ZERO)

    def shift(self, of: int, quantity: Decimal) -> None:
        """So many more of this, or fewer."""
        self.has[of] += quantity


def share(wants: list[Want], there: dict[int, Decimal], *, came: bool = False, gives: bool = True) -> None:
    """Shares goods out among those who want them, the nearest promise first. `there` is what may be had of each source by all of them:
    on hand first, then purchases in the order in which they are expected. Goods `came`: who waited is served anew, whoever asked first."""
    sources = list(there)
    for want in wants if came else ():  # what is on hand for somebody stays theirs
        for source in [s for s in want.has if s != HAND]:
            want.shift(source, -want.has[source])
    for want in wants:  # fewer are wanted than before
        for source in [*(s for s in want.has if s not in there), *reversed(sources)]:
            if want.lacks < 0:
                want.shift(source, -min(want.has[source], -want.lacks))
    for source in {*there, *(s for want in wants for s in want.has)}:  # less is there than was reserved: the farthest promise loses first
        over = sum((want.has[source] for want in wants), ZERO) - there.get(source, ZERO)
        for keeps_packed in (True, False):
            for want in reversed(wants):
                mine = want.has[source] - (min(want.packed, want.has[source]) if keeps_packed and source == HAND else ZERO)
                lost = max(ZERO, min(over, mine))
                want.shift(source, -lost)
                over -= lost
    if gives:
        _give(wants, there)


def _give(wants: list[Want], there: dict[int, Decimal]) -> None:
    free = {source: quantity - sum((want.has[source] for want in wants), ZERO) for source, quantity in there.items()}
    for want in wants:
        at_hand = min(free.get(HAND, ZERO), want.wants - want.has[HAND])
        if at_hand > 0:
            want.shift(HAND, at_hand)
            free[HAND] -= at_hand
            for source in reversed([s for s in there if s != HAND]):  # what was on its way for it is free again
                back = min(want.has[source], max(ZERO, -want.lacks))
                want.shift(source, -back)
                free[source] += back
        for source in there:
            taken = min(free[source], want.lacks)
            if taken > 0:
                want.shift(source, taken)
                free[source] -= taken


# From records to the rule, and back.


def wanting(variants: Iterable[int], orders: Iterable[Order] | None = None) -> dict[int, list[OrderLine]]:
    """{variant id: the lines that want some of it or hold some}, the nearest promise first."""
    lines = open_lines(variants).select_related("order__customer")
    found: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines.filter(order__in=orders) if orders is not None else lines:
        found[line.variant_id].append(line)
    for of_variant in found.values():
        of_variant.sort(key=lambda line: (line.order.promised_on or FAR, line.order_id, line.position))
    return found


def rest_of_purchases(variants: Iterable[int]) -> dict[int, dict[int, PurchaseLine]]:
    """{variant id: {purchase line id: line}} of what is still to come, what is expected first before."""
    open_ = PurchaseLine.objects.filter(variant__in=set(variants), quantity__gt=F("arrived"), cancelled=0)
    found: dict[int, dict[int, PurchaseLine]] = defaultdict(dict)
    for line in open_.select_related("purchase").order_by("expected_on", "id"):
        found[line.variant_id][line.pk] = line
    return found


def _rows(**of: Any) -> dict[tuple[int, int], Decimal]:
    """{(line id, source): reserved}."""
    rows = Reservation.objects.filter(**of).order_by().values_list("line", "purchase_line").annotate(n=exact_sum("quantity"))
    return {(line, source or HAND): from_units(n) for line, source, n in rows if n}


def _of_others(lines: list[OrderLine], coming: Iterable[int], variant: Variant) -> dict[int, Decimal]:
    """{source: what lines besides these have of it}."""
    mine = [line.pk for line in lines]
    others = OrderLine.objects.filter(variant=variant, reserved__gt=0).exclude(pk__in=mine).aggregate(n=exact_sum("at_hand"))["n"]
    found = {HAND: from_units(others)}
    rows = Reservation.objects.filter(purchase_line__in=list(coming)).exclude(line__in=mine)
    for source, n in rows.order_by().values_list("purchase_line").annotate(n=exact_sum("quantity")):
        found[source] = from_units(n)
    return found


def serve(
    goods: list[Variant], *, by: Actor, why: str, orders: Iterable[Order] | None = None, came: bool = False, gives: bool = True
) -> dict[Order, dict[str, Decimal]]:  # fmt: skip
    """Shares these goods out anew among these orders, or among all who want them; answers {order that has something else now: {sku: how
    much less it has of what it wants}}.

    The goods are held, and so are the orders."""
    ids = [variant.pk for variant in goods]
    wanted, coming = wanting(ids, orders), rest_of_purchases(ids)
    everybody = [line.pk for lines in wanted.values() for line in lines]
    had, planned = _rows(line__in=everybody), _planned(everybody)
    made: list[Reservation] = []
    changed: dict[Order, dict[str, Decimal]] = {}
    for variant in goods:
        lines, due = wanted.get(variant.pk, []), coming.get(variant.pk, {})
        there = {HAND: variant.on_hand, **{pk: line.rest for pk, line in due.items()}} if variant.keeps_stock else {}
        if orders is not None:
            for source, taken in _of_others(lines, due, variant).items():
                if source in there:
                    there[source] -= taken
        parts = [part for line in lines for part in _parts(line, planned.get(line.pk, []), had, is_kept=variant.keeps_stock)]
        parts.sort(key=lambda part: (part.day, part.line.order_id, part.line.position))
        share([part.want for part in parts], there, came=came, gives=gives)
        now = _together(parts)
        for line in lines:
            before = {source: quantity for (pk, source), quantity in had.items() if pk == line.pk}
            moved = {s: n for s, q in now[line.pk].items() if (n := q - before.get(s, ZERO))}
            made += [_row(line, source, quantity, why, by) for source, quantity in moved.items()]
            if moved:
                wants = sum((part.want.wants for part in parts if part.line == line), ZERO)
                less = min(sum(before.values(), ZERO), wants) - sum(now[line.pk].values(), ZERO)
                changed.setdefault(line.order, {}).update({line.sku: less} if less > 0 else {})
    Reservation.objects.bulk_create(made)
    for order in changed:
        keep(order)
        _plan_from_stock(order, by)
    keep_goods(goods)
    ask_to_buy({*(orders or ()), *(line.order for lines in wanted.values() for line in lines)}, by=by)
    return changed


def _plan_from_stock(order: Order, by: Actor) -> None:
    """Everything that is still to leave of its contract's orders is on hand: nothing is made for them."""
    lines = OrderLine.objects.filter(order__contract=order.contract_id, order__void_at=None, due__gt=F("shipped"))
    if lines.exists() and not lines.exclude(from_stock=True, at_hand__gte=F("due") - F("shipped")).exists():
        plan_from_stock(order.contract, by=by.trusted())


@dataclass(frozen=True)
class Part:
    """What is to leave of a line on a day: that of a planned shipment, else the order's shipping date."""

    line: OrderLine
    day: date
    want: Want


def _planned(lines: list[int]) -> dict[int, list[tuple[date, Decimal]]]:
    """{line id: [(day, so much is to leave)]}, the nearest day first."""
    rows = ShipmentLine.objects.filter(line__in=lines, shipment__shipped_at=None, shipment__cancelled_at=None)
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for line, day, quantity in rows.order_by("shipment__planned_on", "pk").values_list("line", "shipment__planned_on", "quantity"):
        found[line].append((day, quantity))
    return found


def _parts(line: OrderLine, planned: list[tuple[date, Decimal]], had: dict[tuple[int, int], Decimal], *, is_kept: bool) -> list[Part]:
    """What is planned to leave before the order's shipping date has the day of its shipment; what the line has is for the first first."""
    last = line.order.promised_on or FAR
    left = line.due - line.shipped if is_kept else ZERO
    parts = []
    for day, quantity in planned:
        if day < last and left > 0:
            parts.append(Part(line, day, Want(min(quantity, left))))
            left -= parts[-1].want.wants
    parts.append(Part(line, last, Want(left)))
    packed = line.packed - line.shipped
    for part in parts:
        part.want.packed = packed if part is parts[-1] else min(packed, part.want.wants)
        packed -= part.want.packed
    for source, quantity in sorted((source, quantity) for (pk, source), quantity in had.items() if pk == line.pk):
        rest = quantity
        for part in parts:
            mine = rest if part is parts[-1] else min(rest, part.want.lacks)
            if mine:
                part.want.shift(source, mine)
                rest -= mine
    return parts


def _together(parts: list[Part]) -> dict[int, dict[int, Decimal]]:
    """{line id: {source: what all parts of the line have of it}}."""
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for part in parts:
        for source, quantity in part.want.has.items():
            found[part.line.pk][source] += quantity
    return found


def _row(line: OrderLine, source: int, quantity: Decimal, why: str, by: Actor) -> Reservation:
    user_id = by.id if by.kind == "user" else None
    return Reservation(line=line, purchase_line_id=source or None, quantity=quantity, why=why, user_id=user_id)


def keep_goods(goods: Iterable[Variant]) -> None:
    """Writes down in the catalogue what is reserved, missing and on its way of these goods."""
    for variant in goods:
        keep_claims(variant, claims(variant))


def claims(variant: Variant) -> Claims:
    """Counted from lines, reservations and purchases."""
    if not variant.keeps_stock:
        return Claims(ZERO, ZERO, {})
    lines = OrderLine.objects.filter(variant=variant).order_by()
    reserved = lines.filter(reserved__gt=0).aggregate(n=exact_sum("at_hand"))["n"]
    left = lines.filter(due__gt=F("shipped")).aggregate(due=exact_sum("due"), gone=exact_sum("shipped"), has=exact_sum("reserved"))
    coming = rest_of_purchases([variant.pk]).get(variant.pk, {})
    rows = Reservation.objects.filter(purchase_line__in=list(coming)).order_by().values_list("purchase_line")
    taken = dict(rows.annotate(n=exact_sum("quantity")))
    dues: dict[date, tuple[Decimal, Decimal]] = {}
    for pk, line in coming.items():
        quantity, had = dues.get(line.expected_on, (ZERO, ZERO))
        dues[line.expected_on] = (quantity + line.rest, had + from_units(taken.get(pk, 0)))
    return Claims(from_units(reserved), from_units(left["due"] - left["gone"] - left["has"]), dues)


def goods_of(orders: Iterable[Order]) -> list[Variant]:
    """The goods of these orders of which stock is kept, held."""
    ids = set(OrderLine.objects.filter(order__in=list(orders)).exclude(variant__stock_kind="always").values_list("variant", flat=True))
    return held(ids) if ids else []


def follow(orders: list[Order], *, by: Actor, why: str = "opened") -> None:
    """Orders opened, changed or ended: they reserve what is free for them, and free what they do not want any more."""
    goods = goods_of(orders)
    if goods:
        serve(goods, by=by, why=why, orders=orders)


def follow_goods(goods: list[Variant], *, by: Actor, why: str, came: bool = False, also: Iterable[Order] = ()) -> None:
    """Goods came, were counted, were bought: all who want them are served; each order says so where something changed for it."""
    changed = serve(goods, by=by, why=why, came=came)
    said = [*changed, *(order for order in also if order not in changed)]
    record_many(events.RESERVED, [_telling(order, why) for order in said], by=by)
    record_many(events.GOODS_LOST, [_lost(order, less, why) for order, less in changed.items() if less], by=by)


def _telling(order: Order, why: str) -> Telling:
    lines = order.lines.filter(from_stock=True)
    said = [f"{trimmed(line.reserved)}/{trimmed(line.due - line.shipped)} × {line.sku}" for line in lines]
    return Telling(order, under=order.customer, values={"number": order.number, "lines": said, "why": why})


def _lost(order: Order, less: dict[str, Decimal], why: str) -> Telling:
    said = [f"{trimmed(quantity)} × {sku}" for sku, quantity in less.items()]
    return Telling(order, under=order.customer, values={"number": order.number, "lines": said, "why": why})


def leave(shipment: Shipment, *, by: Actor) -> None:
    """Goods left: they are not on hand any more, and reserved for nobody."""
    goods = {variant.pk: variant for variant in goods_of([shipment.order])}
    if not goods:
        return
    parts = [part for part in shipment.lines.select_related("line") if part.line.variant_id in goods]
    made = []
    for part in parts:
        move(goods[part.line.variant_id], -part.quantity, "shipped", by=by, source=shipment)
        made.append(_row(part.line, HAND, -part.quantity, "shipped", by))
    Reservation.objects.bulk_create(made)
    keep(shipment.order)
    keep_goods(goods.values())


@dataclass(frozen=True)
class HeldUp:
    """An order line that waits for a purchase: how much of it, and by how many days that comes after the shipping date."""

    line: OrderLine
    quantity: Decimal
    expected_on: date
    days: int | None

    @property
    def is_late(self) -> bool:
        """The goods come after the order was to leave."""
        return self.days is not None and self.days > 0


def held_up(purchase: Purchase, by: Actor) -> tuple[list[HeldUp], int]:
    """(what of the orders that one sees waits for it, the worst first; how many more lines wait that one does not see)."""
    coming = {line.pk: line for line in purchase.lines.all()}
    rows = _rows(purchase_line__in=list(coming))
    lines = OrderLine.objects.filter(pk__in=[pk for pk, _source in rows]).select_related("order__customer")
    seen = {line.pk: line for line in lines.filter(order__in=Order.objects.visible_to(by))}
    found = []
    for (pk, source), quantity in rows.items():
        if pk in seen:
            on, promised = max(coming[source].expected_on, clock.today()), seen[pk].order.promised_on
            found.append(HeldUp(seen[pk], quantity, coming[source].expected_on, (on - promised).days if promised else None))
    found.sort(key=lambda one: (-(one.days if one.days is not None else -FAR.toordinal()), one.line.order_id, one.line.position))
    return found, len(rows) - len(found)


def waits_for(purchases: Iterable[Purchase], by: Actor) -> dict[int, OrderLine]:
    """{purchase id: the line that waits for it and is to leave first}, of the orders that one sees."""
    of_line = {line.pk: line.purchase_id for line in PurchaseLine.objects.filter(purchase__in=list(purchases))}
    waiting = defaultdict(list)
    for pk, source in _rows(purchase_line__in=list(of_line)):
        waiting[pk].append(of_line[source])
    found: dict[int, OrderLine] = {}
    lines = OrderLine.objects.filter(pk__in=waiting, order__in=Order.objects.visible_to(by))
    lines = lines.select_related("order__customer__owner", "variant__product")
    for line in lines.order_by(F("order__promised_on").asc(nulls_last=True), "pk"):
        for purchase in waiting[line.pk]:
            found.setdefault(purchase, line)
    return found


@dataclass(frozen=True)
class Source:
    """Where the goods of a line are to come from: so many, of what is on hand (no purchase) or of a purchase."""

    quantity: Decimal
    purchase_line: PurchaseLine | None


def sources_of(order: Order) -> dict[int, list[Source]]:
    """{line id: what is reserved for it and of what}, on hand first, then what is expected first."""
    rows = _rows(line__order=order)
    coming = PurchaseLine.objects.select_related("purchase").in_bulk([source for _pk, source in rows if source])
    found: dict[int, list[Source]] = defaultdict(list)
    for (pk, source), quantity in rows.items():
        found[pk].append(Source(quantity, coming.get(source)))
    for of_line in found.values():
        of_line.sort(key=lambda one: (one.purchase_line.expected_on, one.purchase_line.pk) if one.purchase_line else (date.min, 0))
    return found


def reservable(lines: Iterable[OrderLine]) -> dict[int, Decimal]:
    """{line id: how many of what nothing covers are free, on hand or on their way}: what reserving by hand would bring. Two lines of the
    same goods share what is there; goods and lines are at hand."""
    short = [line for line in lines if line.uncovered]
    goods = {line.variant_id: line.variant for line in short}
    models.prefetch_related_objects(list(goods.values()), "dues")
    left = {pk: variant.free + sum((due.free for due in variant.dues.all()), ZERO) for pk, variant in goods.items()}
    found = {}
    for line in short:
        found[line.pk] = max(min(line.uncovered, left[line.variant_id]), ZERO)
        left[line.variant_id] -= found[line.pk]
    return found


def tell_waiting(moved: PurchaseLine, said: dict[str, Any], *, by: Actor) -> None:
    """The orders that wait for a purchase line say that it comes on another day."""
    waiting = [pk for (pk, _source), quantity in _rows(purchase_line=moved).items() if quantity]
    lines = OrderLine.objects.filter(pk__in=waiting).select_related("order__customer").order_by("order_id", "pk")
    values = {"sku": said["sku"], "purchase": said["number"], "was": said["was"], "now": said["now"]}
    tellings = [Telling(line.order, under=line.order.customer, values=values | {"number": line.order.number}) for line in lines]
    record_many(events.SUPPLY_MOVED, tellings, by=by)


def free_for_others(orders: list[Order]) -> list[int]:
    """Of the goods of these orders, those of which something is free while somebody waits for it."""
    goods = Variant.objects.kept().filter(pk__in=OrderLine.objects.filter(order__in=orders).values("variant")).prefetch_related("dues")
    found = []
    for variant in goods:
        is_free = variant.free > 0 or (variant.missing > 0 and any(due.free > 0 for due in variant.dues.all()))
        if is_free and any(_waits(line) for line in open_lines([variant.pk])):
            found.append(variant.pk)
    return found


def with_committed(rows: Any, by: Actor) -> Any:
    """Adds to a list of orders how much is reserved for each: `committed` 产品提交量."""
    own = OrderLine.objects.filter(order=models.OuterRef("pk"), reserved__gt=0).order_by().values("order")
    said = own.annotate(n=exact_sum("reserved")).values("n")
    return rows.annotate(committed_units=models.Subquery(said, output_field=models.BigIntegerField()))


def with_uncovered(rows: Any, by: Actor) -> Any:
    """Adds how much of each order neither stock nor a purchase covers, as its page says it."""
    lacking = OrderLine.objects.filter(order=models.OuterRef("pk"), from_stock=True, reserved__lt=F("due") - F("shipped"))
    units = exact_sum("due") - exact_sum("shipped") - exact_sum("reserved")
    said = lacking.order_by().values("order").annotate(n=units).values("n")
    return rows.annotate(uncovered_units=models.Subquery(said, output_field=models.BigIntegerField()))


def with_expected(rows: Any, by: Actor) -> Any:
    """Adds the day on which the last of what each order waits for is expected."""
    waits = Reservation.objects.filter(
        line__order=models.OuterRef("pk"), line__reserved__gt=F("line__at_hand"), purchase_line__isnull=False
    )
    still = waits.order_by().values("purchase_line").annotate(n=exact_sum("quantity")).filter(n__gt=0)
    return rows.annotate(
        goods_expected_on=models.Subquery(still.order_by("-purchase_line__expected_on").values("purchase_line__expected_on")[:1])
    )


def _waits(line: OrderLine) -> bool:
    """Not all that is still to leave is reserved of what is on hand."""
    return bool(line.at_hand < line.due - line.shipped)


def lacks(line: OrderLine) -> bool:
    """Not all that is still to leave is reserved, on hand or on its way."""
    return bool(line.reserved < line.due - line.shipped)


# By hand.


@operation("orders.reserve")
def reserve(order: Order, *, by: Actor) -> Order:
    """Sets aside for an order what is free of what it wants. Nothing more is free: refused."""
    require(by, "stock.reserve", order)
    order = locked(order)
    goods = goods_of([order])
    if not goods:
        raise Refused(_("No stock is kept of the goods of this order: they count as available."), code="not_kept")
    if not serve(goods, by=by, why="by_hand", orders=[order]):
        if not any(lacks(line) for line in order.lines.filter(from_stock=True)):
            raise Refused(_("Everything of this order is reserved already."), code="all_there")
        raise Refused(
            _("Nothing more is free of these goods, on hand or on its way. Buy some, or free what another order has."), code="none"
        )
    record_many(events.RESERVED, [_telling(order, "by_hand")], by=by)
    order.refresh_from_db()
    return order


@operation("orders.free_stock")
def free(line: OrderLine, *, by: Actor) -> OrderLine:
    """Gives back what is reserved for a line and not packed: it can be reserved for another order. Freed twice, the first stands."""
    require(by, "stock.reserve", line.order)
    order = locked(line.order)
    line = OrderLine.objects.select_related("order__customer").get(pk=line.pk)
    goods = held([line.variant_id])
    rows = _rows(line=line)
    made, packed = [], line.packed - line.shipped
    for (_pk, source), quantity in rows.items():
        gone = quantity - min(packed, quantity) if source == HAND else quantity
        if gone:
            made.append(_row(line, source, -gone, "by_hand", by))
    if not made:
        return line
    Reservation.objects.bulk_create(made)
    keep(order)
    keep_goods(goods)
    quantity = -sum((row.quantity for row in made), ZERO)
    values = {"number": order.number, "sku": line.sku, "quantity": quantity}
    record(events.FREED, subject=order, under=order.customer, by=by, values=values)
    line.refresh_from_db()
    return line


@operation("orders.share_out")
def share_out(variants: Iterable[int], *, by: Actor) -> None:
    """Something became free: who waits for it is served."""
    follow_goods([variant for variant in hold_claims(variants) if variant.keeps_stock], by=by, why="freed")

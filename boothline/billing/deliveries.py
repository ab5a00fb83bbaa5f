"""Monthly deliveries 月送货统计: what is to leave in a month, what of it arrived, and whether the month's target can be met.

A delivery is a shipment that is not cancelled; it is worth the goods in it, at the price of their lines. It counts as delivered
on the day on which the carrier, or the customer by signing, says so. The target can be met where what was delivered, what is on
the way and what is ready come to it: what is ready stands in lines of which nothing has left, as in the register.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy

from boothline.billing.books import ZERO, Account, Instalment
from boothline.billing.gates import is_asked_now, needed_of
from boothline.billing.ledger import following
from boothline.billing.targets import people_of, sees_all, target_of
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.memo import once
from boothline.core.money import line_amount, total
from boothline.orders.goods import GoodsItem
from boothline.orders.register import OrderLine
from boothline.orders.shipments import Shipment, ShipmentLine
from boothline.orders.supply import with_sources

WHICH = {
    "planned": gettext_lazy("planned for the month"),
    "delivered": gettext_lazy("delivered in the month"),
    "on_way": gettext_lazy("on the way now"),
}
STEPS = {  # how far a delivery is prepared
    "planned": Q(released_at=None),
    "released": Q(released_at__isnull=False, packed_at=None),
    "packed": Q(packed_at__isnull=False, shipped_at=None),
    "shipped": Q(shipped_at__isnull=False, delivered_at=None, arrived_at=None),
    "delivered": Q(delivered_at__isnull=False, arrived_at=None),
    "arrived": Q(arrived_at__isnull=False),
}
MONEY_IN = {
    "paid": gettext_lazy("paid in full"),
    "open": gettext_lazy("due after the goods left"),
    "due": gettext_lazy("still to come in"),
    "covered": gettext_lazy("enough for this delivery"),
    "overdue": gettext_lazy("not in a week before"),
}


def deliveries(by: Actor) -> Any:
    """Every delivery of the orders that the actor sees, with what its row shows; `reached_at` is when it was delivered."""
    rows = Shipment.objects.visible_to(by).filter(cancelled_at=None, order__void_at=None).select_related("order__customer__owner")
    goods = Prefetch("lines", _parts().select_related("line__variant"))
    return rows.prefetch_related(goods).annotate(reached_at=Coalesce("delivered_at", "arrived_at"))


def _parts() -> Any:
    """The goods of deliveries, each with how much of its line goes with earlier ones (in thousandths)."""
    earlier = ShipmentLine.objects.filter(line=OuterRef("line"), shipment__lt=OuterRef("shipment"), shipment__cancelled_at=None)
    before = Subquery(earlier.order_by().values("line").annotate(n=exact_sum("quantity")).values("n")[:1])
    return ShipmentLine.objects.annotate(before=Coalesce(before, 0))


def _worth(quantity: Decimal, before: int, price: Decimal, discount: Decimal, currency: str) -> Decimal:
    """What a part of a line is worth: with what goes before it, less that. So the parts add up to the line, to the cent."""
    gone = from_units(before)
    return line_amount(gone + quantity, price, discount, currency) - line_amount(gone, price, discount, currency)


def worth_of_one(delivery: Any) -> Decimal:
    """What the goods of one of `deliveries` cost."""
    currency = delivery.order.currency
    return total(_worth(p.quantity, p.before, p.line.price, p.line.discount, currency) for p in delivery.lines.all())


def of_month(rows: Any, month: date, which: str = "planned") -> Any:
    """Those planned for a month, those delivered in it, or, whatever the month, those that are on the way now."""
    if which == "on_way":
        return rows.filter(shipped_at__isnull=False, reached_at=None)
    if which == "delivered":
        begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in (month, following(month)))
        return rows.filter(reached_at__gte=begins, reached_at__lt=ends)
    return rows.filter(planned_on__gte=month, planned_on__lt=following(month))


def worth_of(rows: Any) -> dict[str, Decimal]:
    """What the goods of several deliveries cost, each currency for itself, in one query; the month under a list is often what it shows."""
    names = ("quantity", "before", "line__price", "line__discount", "line__order__currency")
    parts = _parts().filter(shipment__in=rows.order_by().values("pk")).order_by().values_list(*names)

    def counted() -> dict[str, Decimal]:
        found: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for quantity, before, price, discount, code in parts:
            found[code] += _worth(quantity, before, price, discount, code)
        return dict(found)

    return once(f"billing.worth_of {parts.query}", counted)


def delivery_sums(rows: Any, shown: set[str]) -> dict[str, dict[str, Decimal]]:
    """What the deliveries of a list come to, and what of them was delivered."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for column, some in (("to_deliver", rows), ("delivered_amount", rows.filter(reached_at__isnull=False))):
        for code, amount in worth_of(some).items() if column in shown else ():
            found[code][column] = amount
    return dict(found)


def with_goods(rows: Any, by: Actor) -> Any:
    """How many pieces of goods data are in order, of how many, over the lines of the delivery."""
    items = GoodsItem.objects.filter(line__shipment_lines__shipment=OuterRef("pk")).order_by()
    counted = items.values("line__shipment_lines__shipment").annotate(
        n=Count("pk"), done=Count("pk", filter=Q(approved_at__isnull=False) | Q(not_needed_at__isnull=False))
    )  # fmt: skip
    return rows.annotate(goods_all=Subquery(counted.values("n")[:1]), goods_done=Subquery(counted.values("done")[:1]))


def with_money(rows: Any, by: Actor) -> Any:
    """How the order's money stands, what of it has to be in before goods leave (in thousandths), and its other deliveries."""
    parts = Instalment.objects.filter(order=OuterRef("order")).before_goods_leave(OuterRef("planned_on")).order_by().values("order")
    asked, there = (Subquery(parts.annotate(n=exact_sum(name)).values("n")[:1]) for name in ("amount", "covered"))
    own = Account.objects.filter(order=OuterRef("order"))
    beside = (
        Shipment.objects.filter(cancelled_at=None)
        .select_related("order")
        .prefetch_related(Prefetch("lines", ShipmentLine.objects.select_related("line")))
    )
    deliveries, lines = Prefetch("order__shipments", beside, to_attr="deliveries"), "order__lines__returns__resolution"
    return rows.prefetch_related(deliveries, lines, with_sources("order__lines__"), "order__changes").annotate(
        still_open=Subquery(own.values("open")[:1]), paid=Subquery(own.values("paid")[:1]), credited=Subquery(own.values("credited")[:1]),
        asked_before=Coalesce(asked, 0), rest_before=Coalesce(asked, 0) - Coalesce(there, 0),
    )  # fmt: skip


def money_in(row: Any) -> str:
    """Whether the money of a delivery is in: what its gate asks for, from the day on which the gate asks."""
    if not row.still_open or row.still_open <= 0:
        return "paid"
    if row.rest_before <= 0:
        return "open"
    if not row.shipped_at and not is_asked_now(row, row.order.deliveries):
        return "due"
    return "covered" if row.paid + row.credited >= needed_of(row, row.order.deliveries, from_units(row.asked_before)) else "overdue"


@dataclass(frozen=True)
class Month:
    """A month's figures, money by currency; the target in its own. `is_whole`: they count what the reader does not see, too."""

    month: date
    planned: dict[str, Decimal]
    delivered: dict[str, Decimal]
    on_way: dict[str, Decimal]
    ready: dict[str, Decimal]
    target: Decimal | None
    currency: str
    is_whole: bool = False
    is_over: bool = False  # what is on the way or ready now is nothing of it any more

    def of(self, figure: dict[str, Decimal]) -> Decimal:
        """A figure in the currency of the target."""
        return figure.get(self.currency, ZERO)

    @property
    def gap(self) -> Decimal | None:
        """What of the target is not delivered; 0 once it is."""
        return None if self.target is None else max(self.target - self.of(self.delivered), ZERO)

    @property
    def share(self) -> Decimal | None:
        """Attainment: delivered / target, not rounded."""
        return None if self.target is None else self.of(self.delivered) / self.target

    @property
    def within_reach(self) -> Decimal:
        """Delivered, on the way and ready."""
        return self.of(self.delivered) + self.of(self.on_way) + self.of(self.ready)

    @property
    def can_be_met(self) -> bool | None:
        """Whether what was delivered and what can be comes to the target; None without one, and once the month is over."""
        return None if self.target is None or self.is_over else self.within_reach >= self.target

    @property
    def elsewhere(self) -> list[str]:
        """Currencies that no target is written in."""
        return sorted({code for figure in (self.planned, self.delivered, self.on_way, self.ready) for code in figure} - {self.currency})


def figures(by: Actor, month: date, owner: Q, person: int | None, is_all: bool = True) -> Month:
    """The figures of a month; `owner` is a question about what stands under an order, `person` is whose target it is, None the
    company's; a target is shown to whom the register shows it. Who leads and does not see every order is shown the company's figures
    as a whole: they name nobody and open no list."""
    is_whole = is_all and not person and not sees_all(by) and by.has("targets.set")
    teller = SYSTEM if is_whole else by
    rows = deliveries(teller).filter(owner)
    lines = OrderLine.objects.visible_to(teller).filter(owner, order__void_at=None, state="ready")
    ready = {code: from_units(units) for code, units in lines.order_by().values_list("order__currency").annotate(units=exact_sum("amount"))}
    target, currency = target_of(month, "delivered", person if is_all or person else None)
    is_shown = people_of(by).filter(pk=person).exists() if person else is_all and (sees_all(by) or is_whole)
    planned, delivered, on_way = (worth_of(of_month(rows, month, which)) for which in WHICH)
    is_over = following(month) <= clock.today()
    return Month(month, planned, delivered, on_way, ready, target if is_shown else None, currency, is_whole, is_over)

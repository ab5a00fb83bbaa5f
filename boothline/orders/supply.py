"""From when on the goods of a shipment can be there: at once what is on hand for its lines, the rest when the purchases come that bring
it. What leaves first of a line takes what is there first. Goods that no stock is kept of count as there; where they are made for the
order, a day before the end of their production is doubted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from boothline.contracts.agreement import Contract
from boothline.contracts.milestones import Milestone
from boothline.core import clock
from boothline.core.errors import Doubted
from boothline.core.money import figure
from boothline.core.text import prose
from boothline.orders.register import Order, OrderLine, production_of
from boothline.orders.reservations import Reservation
from boothline.orders.shipments import Shipment

ZERO = Decimal(0)
NOBODY_KNOWS = date.max  # nothing covers them yet


def with_sources(to: str = "") -> Prefetch:
    """What is reserved for the lines, fetched with them: `goods_on` asks nothing more."""
    return Prefetch(f"{to}reservations", Reservation.objects.select_related("purchase_line"))


def goods_on(shipment: Shipment, beside: Iterable[Shipment]) -> date:
    """When the last of its goods can be there, today at the earliest. At hand: the lines of the order with their sources, and the lines of
    the shipments of the order, which it is one of."""
    lines = {line.pk: line for line in shipment.order.lines.all()}
    first = [one for one in beside if one.shipped_at is None and one != shipment and _rank(one) < _rank(shipment)]
    taken = _taken(first)
    days = [covered_on(lines[part.line_id], taken[part.line_id], part.quantity) for part in shipment.lines.all()]
    return max(days, default=clock.today())


def _rank(shipment: Shipment) -> tuple[bool, date, int]:
    """What is packed has its goods."""
    return (shipment.packed_at is None, shipment.planned_on, shipment.pk)


def _taken(shipments: Iterable[Shipment]) -> dict[int, Decimal]:
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for shipment in shipments:
        for part in shipment.lines.all():
            taken[part.line_id] += part.quantity
    return taken


def rest_leaves_on(contract: Contract) -> date | None:
    """When the last goods of a contract that are still here leave, where all of them are planned for days on which they can be there."""
    days = []
    for order in Order.objects.filter(contract=contract, void_at=None).prefetch_related("lines", with_sources("lines__")):
        here = list(order.shipments.filter(shipped_at=None, cancelled_at=None).prefetch_related("lines"))
        planned = _taken(here)
        for shipment in here:
            shipment.order = order
        is_planned = all(line.due - line.shipped <= planned[line.pk] for line in order.lines.all())
        if not is_planned or any(goods_on(shipment, here) > shipment.planned_on for shipment in here):
            return None
        days += [shipment.planned_on for shipment in here]
    return max(days, default=None)


def covered_on(line: OrderLine, taken: Decimal, quantity: Decimal) -> date:
    """When so much of a line can be there behind what leaves of it before, never more than is left of it."""
    if not line.from_stock:
        return clock.today()
    lacks = min(taken + quantity, line.due - line.shipped)
    for day, there in _sources(line):
        lacks -= there
        if lacks <= 0:
            return day
    return clock.today() if lacks <= 0 else NOBODY_KNOWS


def _sources(line: OrderLine) -> list[tuple[date, Decimal]]:
    """(day, quantity) of what the line has: on hand, then by the days on which purchases are expected."""
    found: dict[date, Decimal] = defaultdict(Decimal)
    for row in line.reservations.all():
        on = row.purchase_line.expected_on if row.purchase_line else clock.today()
        found[max(on, clock.today())] += row.quantity
    return sorted((day, quantity) for day, quantity in found.items() if quantity > 0)


def check_supply(order: Order, wanted: dict[int, Decimal], planned_on: date, but: Shipment | None = None) -> None:
    """Doubts a day on which goods are to leave that cannot be there by then. Read before a person plans them."""
    lines = list(order.lines.select_related("variant"))
    prefetch_related_objects(lines, with_sources())
    sooner = order.shipments.filter(cancelled_at=None, shipped_at=None, planned_on__lte=planned_on).exclude(pk__in=[but.pk] if but else [])
    taken = _taken(sooner.prefetch_related("lines"))
    made_on = _made_on(order)
    said = []
    for line in (line for line in lines if wanted.get(line.pk) and planned_on >= clock.today()):
        day = covered_on(line, taken[line.pk], wanted[line.pk])
        if made_on and not line.from_stock and line.packed < line.due:
            day = made_on
        if day > planned_on:
            said.append(_late(line, day, wanted[line.pk]))
    if said:
        raise Doubted(prose([*said, _("Is this day meant all the same?")]))


def _late(line: OrderLine, day: date, quantity: Decimal) -> str:
    values = {"sku": line.sku, "quantity": figure(quantity), "day": "" if day == NOBODY_KNOWS else clock.day_words(day)}
    words = _("%(sku)s: all %(quantity)s can be there from %(day)s on.")
    if day == NOBODY_KNOWS:
        words = _("%(sku)s: neither stock nor a purchase covers all %(quantity)s, so nobody knows when they can be there.")
    elif not line.from_stock:
        words = _("%(sku)s: its production ends on %(day)s by the plan.")
    return words % values


def _made_on(order: Order) -> date | None:
    """The day on which production for the order ends by its plan, as long as it has not ended."""
    if not production_of(order):
        return None
    return Milestone.objects.filter(plan__contract=order.contract_id, code="production_end").values_list("plan_on", flat=True).first()

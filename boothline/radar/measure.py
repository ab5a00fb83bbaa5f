"""How good the radar is: of the late lines, how many were named in time; of the red ones, how many were late. And how many lines
were on time, by the date that was promised first and by the one that was agreed last.

A line is a line of an order whose shipping date (as it was last agreed) is over. Late: on that day not all of it had left.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Max
from django.utils import timezone

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.orders.register import Order, OrderLine
from boothline.radar.watch import Risk

WINDOW = timedelta(days=365)
AHEAD = timedelta(days=3)  # before the shipping date: who is named then, can still be helped
SHOWN = 100  # late lines beside the figures


@dataclass(frozen=True)
class Late:
    """A line that was late, and the risk that stood in time, if one did."""

    line: OrderLine
    risk: Risk | None


@dataclass(frozen=True)
class Measure:
    """Counts; a share without anything to count is unknown."""

    lines: int
    late: list[Late]
    red: int
    red_and_late: int
    on_time: int  # by the date that was agreed last
    on_time_first: int  # by the date that was promised first

    @property
    def on_time_share(self) -> Decimal | None:
        """By the last date."""
        return _share(self.on_time, self.lines)

    @property
    def on_time_first_share(self) -> Decimal | None:
        """By the first."""
        return _share(self.on_time_first, self.lines)

    @property
    def named(self) -> int:
        """Late lines whose risk stood three days before."""
        return sum(one.risk is not None for one in self.late)

    @property
    def named_share(self) -> Decimal | None:
        """Of all late lines."""
        return _share(self.named, len(self.late))

    @property
    def right_share(self) -> Decimal | None:
        """Of the red lines, those that were late."""
        return _share(self.red_and_late, self.red)


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def is_late(due_on: date, left_on: date | None, *, is_whole: bool) -> bool:
    """Whether not all of a line had left on its day."""
    return not is_whole or left_on is None or left_on > due_on


def stood(risk: Risk, day: date) -> bool:
    """Whether the radar showed a risk on this day."""
    return timezone.localdate(risk.made_at) <= day and risk.since <= day and (risk.ended_on is None or risk.ended_on > day)


def measure(by: Actor) -> Measure:
    """Over the lines that one sees, with a shipping date of the last 365 days. Three queries, however many there are."""
    today = clock.today()
    orders = Order.objects.visible_to(by).filter(void_at=None, promised_on__lt=today, promised_on__gte=today - WINDOW)
    of_order: dict[int, list[Risk]] = defaultdict(list)
    for risk in Risk.objects.filter(order__in=orders.values("pk")).order_by("since", "id"):
        of_order[risk.order_id].append(risk)
    lines = OrderLine.objects.filter(order__in=orders.values("pk"), due__gt=0, replaces=None).select_related("order__customer")
    n, late, red, both, first = 0, [], 0, 0, 0
    for line in lines.annotate(left=Max("packings__shipment__shipped_at")).order_by(F("order__promised_on").desc(), "pk"):
        day, left = line.order.promised_on or today, line.left
        left_on, is_whole = timezone.localdate(left) if left else None, line.shipped >= line.due
        was_late = is_late(day, left_on, is_whole=is_whole)
        first += not is_late(line.order.first_promised_on or day, left_on, is_whole=is_whole)
        was_red = any(risk.red_on and risk.red_on <= day for risk in of_order[line.order_id])
        n, red, both = n + 1, red + was_red, both + (was_red and was_late)
        if was_late:
            late.append(Late(line, next((risk for risk in of_order[line.order_id] if stood(risk, day - AHEAD)), None)))
    return Measure(n, late, red, both, n - len(late), first)

"""The ledger's sums: orders by the day they were opened, their money by currency. One grouped query over the kept accounts.

With them the register 订单登记: the orders of a day, what they come to, the month until then, and what can be delivered now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDay, TruncMonth
from django.utils import timezone
from django.utils.formats import date_format

from boothline.billing.books import Account, Instalment
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.orders.register import Order, OrderLine, Orders

SHOWN = 200  # rows of the register
MONEY = ("total", "paid", "credited", "open")


@dataclass(frozen=True)
class Sums:
    """The orders of some days in one currency: how many, and total = paid + credited + open."""

    first: date
    last: date
    currency: str
    orders: int
    total: Decimal
    paid: Decimal
    credited: Decimal
    open: Decimal


def by_month(by: Actor, year: int, among: Orders | None = None) -> list[Sums]:
    """Each month of a year, newest first, a row a currency; `among`: only of these orders."""
    orders = opened(by, date(year, 1, 1), date(year + 1, 1, 1), among)
    return _sums(orders, TruncMonth, lambda day: following(day) - timedelta(days=1))


def by_day(by: Actor, month: date, among: Orders | None = None) -> list[Sums]:
    """Each day of a month, newest first, a row a currency."""
    return _sums(opened(by, month, following(month), among), TruncDay, lambda day: day)


def whole_of(rows: list[Sums]) -> list[Sums]:
    """The same added up, a row a currency."""
    found = []
    for currency in sorted({row.currency for row in rows}):
        own = [row for row in rows if row.currency == currency]
        money = [sum((getattr(row, name) for row in own), Decimal(0)) for name in MONEY]
        found.append(Sums(min(r.first for r in own), max(r.last for r in own), currency, sum(r.orders for r in own), *money))
    return found


def following(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_words(month: date) -> str:
    """A month as people write it: 2027年3月, March 2027."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def previous(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def opened(by: Actor, start: date, end: date, among: Orders | None = None) -> Orders:
    """The orders that were opened from one day on and before another, and are not void."""
    begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in (start, end))
    found = Order.objects.visible_to(by).filter(opened_at__gte=begins, opened_at__lt=ends, void_at=None)
    return found if among is None else found.filter(pk__in=among.order_by().values("pk"))


def _sums(orders: Orders, cut: Any, last_of: Callable[[date], date]) -> list[Sums]:
    accounts = Account.objects.filter(order__in=orders.values("pk")).order_by()
    grouped: Any = accounts.values(day=cut("order__opened_at", output_field=DateField()), currency=F("order__currency")).annotate(
        orders=Count("pk"), **{f"sum_{name}": exact_sum(name) for name in MONEY}
    )
    rows = sorted(grouped, key=lambda row: row["currency"])
    rows.sort(key=lambda row: row["day"], reverse=True)
    return [
        Sums(row["day"], last_of(row["day"]), row["currency"], row["orders"], *(from_units(row[f"sum_{name}"]) for name in MONEY))
        for row in rows
    ]


@dataclass(frozen=True)
class Register:
    """A day: its orders, newest first, what they come to, and the month until that day; each currency for itself."""

    day: date
    orders: list[Order]
    total: list[Sums]
    month: list[Sums]


def register(by: Actor, day: date) -> Register:
    """The orders that were opened on this day of the company."""
    sums = [row for row in by_day(by, day.replace(day=1)) if row.first <= day]
    its_own = opened(by, day, day + timedelta(days=1)).for_list()
    return Register(day, list(its_own.order_by("-id")[:SHOWN]), [row for row in sums if row.first == day], whole_of(sums))


@dataclass(frozen=True)
class Ready:
    """What of an order can be completed and delivered now: its lines that are ready, and what they cost."""

    order: Order
    lines: int
    amount: Decimal


def deliverable(by: Actor) -> list[Ready]:
    """Orders with lines that are ready, the nearest shipping date first."""
    lines = OrderLine.objects.filter(order__in=Order.objects.visible_to(by), state="ready").order_by()
    rows = {pk: (n, from_units(units)) for pk, n, units in lines.values_list("order").annotate(n=Count("pk"), sum=exact_sum("amount"))}
    orders = Order.objects.filter(pk__in=rows).for_list().order_by(F("promised_on").asc(nulls_last=True), "id")
    return [Ready(order, *rows[order.pk]) for order in orders]


def by_currency(rows: list[Ready]) -> list[tuple[str, int, Decimal]]:
    """(currency, lines, amount) of all of them."""
    found: dict[str, tuple[int, Decimal]] = {}
    for row in rows:
        n, amount = found.get(row.order.currency, (0, Decimal(0)))
        found[row.order.currency] = (n + row.lines, amount + row.amount)
    return [(currency, *found[currency]) for currency in sorted(found)]


def with_account(name: str, at: str) -> Callable[[Any, Actor], Any]:
    """Adds one figure of the account to a list; `at` is the row's way to its order."""

    def add(rows: Any, by: Actor) -> Any:
        own = Account.objects.filter(order=OuterRef(at)).values(name)[:1]
        return rows.annotate(**{f"account_{name}": Subquery(own)})

    return add


def with_due(at: str) -> Callable[[Any, Actor], Any]:
    """Adds the days on which the deposit and the last of the rest are due."""

    def add(rows: Any, by: Actor) -> Any:
        if "deposit_on" in rows.query.annotations:
            return rows
        parts = Instalment.objects.filter(order=OuterRef(at), amount__gt=0, due_on__isnull=False).values("due_on")
        deposit, balance = parts.filter(kind="deposit").order_by("due_on"), parts.exclude(kind="deposit").order_by("-due_on")
        return rows.annotate(deposit_on=Subquery(deposit[:1]), balance_on=Subquery(balance[:1]))

    return add


def account_sums(rows: QuerySet[Order], shown: set[str]) -> dict[str, dict[str, Decimal]]:
    """What the accounts of a list of orders come to, each currency for itself, in one query."""
    names = [name for name in ("paid", "credited", "open") if name in shown]
    if not names:
        return {}
    accounts = Account.objects.filter(order__in=rows.order_by().values("pk")).order_by()
    found: Any = accounts.values("order__currency").annotate(**{f"sum_{name}": exact_sum(name) for name in names})
    return {row["order__currency"]: {name: from_units(row[f"sum_{name}"]) for name in names} for row in found}

"""The ledger's sums: orders by the day they were opened, their money by currency. One grouped query over the kept accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDay, TruncMonth
from django.utils import timezone

from boothline.billing.books import Account
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.orders.register import Order

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


def by_month(by: Actor, year: int) -> list[Sums]:
    """Each month of a year, newest first, a row a currency."""
    return _sums(by, date(year, 1, 1), date(year + 1, 1, 1), TruncMonth, lambda day: following(day) - timedelta(days=1))


def by_day(by: Actor, month: date) -> list[Sums]:
    """Each day of a month, newest first, a row a currency."""
    return _sums(by, month, following(month), TruncDay, lambda day: day)


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


def previous(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def _sums(by: Actor, start: date, end: date, cut: Any, last_of: Callable[[date], date]) -> list[Sums]:
    begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in (start, end))
    orders = Order.objects.visible_to(by).filter(opened_at__gte=begins, opened_at__lt=ends)
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


def with_account(name: str) -> Callable[[QuerySet[Order], Actor], QuerySet[Order]]:
    """Adds one figure of the account to a list of orders."""

    def add(rows: QuerySet[Order], by: Actor) -> QuerySet[Order]:
        own = Account.objects.filter(order=OuterRef("pk")).values(name)[:1]
        return rows.annotate(**{f"account_{name}": Subquery(own)})

    return add

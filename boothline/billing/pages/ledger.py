"""The sums of the ledger: by month of a year, by day of a month; the register of a day. Each opens the list of orders that it counts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.billing.books import ZERO
from boothline.billing.ledger import (
    SHOWN,
    by_currency,
    by_day,
    by_month,
    deliverable,
    following,
    month_words,
    previous,
    register,
    whole_of,
    with_account,
    with_due,
)
from boothline.billing.targets import progress
from boothline.core import clock
from boothline.core.errors import Words
from boothline.core.slots import hang
from boothline.core.text import percent, whole
from boothline.orders.filters import OrderFilter
from boothline.orders.register import Order
from boothline.ui.columns import Column
from boothline.ui.kit import Page, list_named

OWN = ("since", "until", "currency")  # what these pages say themselves
CENT = Decimal("0.01")  # a figure beside a row comes without its places on SQLite


def money_column(name: str, label: Words, usual: bool, at: str = "pk") -> Column:
    """One figure of the account beside the order, or beside each of its lines."""
    code = name if at == "pk" else f"order_{name}"
    return Column(
        label, lambda row: ((getattr(row, f"account_{name}") or ZERO).quantize(CENT), (row if at == "pk" else row.order).currency), "money",
        usual=usual, name=code, needs=with_account(name, at), right="billing.see",
    )  # fmt: skip


def due_columns(at: str) -> list[Column]:
    """When the deposit and the last of the rest are due."""
    return [
        Column(_("deposit due on"), lambda row: row.deposit_on, "day", usual=False, needs=with_due(at), right="billing.see"),
        Column(_("balance due on"), lambda row: row.balance_on, "day", usual=False, needs=with_due(at), right="billing.see"),
    ]


for column in (
    money_column("paid", _("paid"), True), money_column("credited", _("settled with credit"), False),
    money_column("open", _("still open"), True), *due_columns("pk"),
):  # fmt: skip
    hang("columns.orders", column)
for column in (
    money_column("paid", _("paid of the order"), False, "order_id"),
    money_column("credited", _("settled with credit of the order"), False, "order_id"),
    money_column("open", _("still open of the order"), False, "order_id"), *due_columns("order_id"),
):  # fmt: skip
    hang("columns.order-lines", column)


class OfOrders(Page):
    """Figures that stand beside the list of orders."""

    right = "billing.see"
    nav = "orders"

    def trail(self) -> list[tuple[str, str]]:
        """The orders."""
        return [(str(_("Orders")), reverse("orders"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()


class Ledger(OfOrders):
    """What the orders of a year or a month come to, what is in, and what is open."""

    template = "billing/ledger.html"
    title = _("Sums of the orders")

    def context(self) -> dict[str, Any]:
        """One year by month; of a chosen month the days; narrowed as the list was from which one came."""
        year, n = whole(self.request.GET.get("year")), whole(self.request.GET.get("month"))
        year = year if year and 1900 < year < 9000 else clock.today().year
        month = date(year, n, 1) if n and 1 <= n <= 12 else None
        kept, among = self.narrowed()
        rows = by_day(self.by, month, among) if month else by_month(self.by, year, among)
        before, after = (previous(month), following(month)) if month else (date(year - 1, 1, 1), date(year + 1, 1, 1))
        ways = {"before": before, "after": after, "month_words": month_words, "kept": kept.urlencode(), "says": self.says(kept)}
        return {"rows": rows, "whole": whole_of(rows), "month": month, "year": year} | ways

    def narrowed(self) -> tuple[QueryDict, Any]:
        """What the list of orders asks besides its days, and the orders that answer; None where it asks nothing."""
        kept = self.request.GET.copy()
        known = OrderFilter(kept, queryset=Order.objects.all(), request=self.request)
        for name in list(kept):
            if name not in known.form.fields or name in OWN or not kept[name]:
                del kept[name]
        asked = OrderFilter(kept, queryset=Order.objects.all(), request=self.request)
        return kept, asked.qs if kept else None

    def says(self, kept: QueryDict) -> str:
        """The sentence of the list, where it is narrowed."""
        return list_named("orders", self.request).says(kept) if kept and self.by.has("orders.see") else ""


class Register(OfOrders):
    """The orders of a day, the month until then, and what can be completed and delivered."""

    template = "billing/register.html"
    title = _("Order register")

    def context(self) -> dict[str, Any]:
        """Of today, or of the day that is asked for."""
        try:
            day = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            day = clock.today()
        day = day if 1900 < day.year < 9000 else clock.today()
        ready = deliverable(self.by)
        return {
            "register": register(self.by, day), "before": day - timedelta(days=1), "after": day + timedelta(days=1),
            "ready": ready[:SHOWN], "ready_sums": by_currency(ready), "progress": progress(self.by, day), "percent": percent,
        }  # fmt: skip

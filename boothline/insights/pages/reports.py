"""The report of a fair, and what each fair has of all orders."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.core.money import money_words
from boothline.core.slots import hang
from boothline.core.text import listed, percent, whole
from boothline.fairs.editions import Fair
from boothline.insights.comparison import compare, pair
from boothline.insights.met import REACH_DAYS
from boothline.insights.origin import ORDER_DAYS, with_fair_name
from boothline.insights.report import Report, Share, report, shares
from boothline.insights.selfcheck import last_answer
from boothline.ui.columns import Column
from boothline.ui.kit import DetailPage, Page

SHOWN = 60  # fairs to choose from
MONEY = "&columns=state,customer,amount,paid,credited,open"  # received is paid and credited: a list of it shows both

for at, name in (("pk", "orders"), ("order_id", "order-lines")):
    hang(f"columns.{name}", Column(_("fair"), lambda row: row.fair_name or "", usual=False, needs=with_fair_name(at)))
hang(
    "columns.fairs",
    Column(
        _("report"),
        lambda fair: _now("Open the report"),
        "link",
        lambda fair: reverse("fair-report", args=[fair.pk]),
        right="fairs.figures",
    ),
)


def finding(found: Report) -> str:
    """What the report says in one sentence: what came back of the money, else who came."""
    back, cost = found.cost.cash_return, found.cost
    if back is not None:
        one = money_words(Decimal(1), cost.currency)
        values = {"one": one, "back": money_words(back, cost.currency), "kinds": listed(found.unknown)}
        if found.unknown:
            return _now("Every %(one)s of the cost entered brought %(back)s so far; still to be entered: %(kinds)s") % values
        return _now("Every %(one)s of cost brought %(back)s so far") % values
    return _now("%(all)s customers captured, %(new)s of them new") % {"all": found.seen.customers, "new": found.new}


class FairReport(DetailPage):
    """What a fair brought, and what it cost."""

    right = "fairs.figures"
    template = "insights/report.html"
    nav = "fairs"

    def heading(self) -> str:
        """That it is the report; its fair stands above it."""
        return str(_("Report"))

    def find(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Fairs, the fair."""
        return [(str(_("Fairs")), reverse("fairs")), (str(self.record), reverse("fair", args=[self.record.pk]))]

    def context(self) -> dict[str, Any]:
        """Every figure."""
        found = report(self.record, self.by)
        return {
            "found": found, "finding": finding(found), "percent": percent, "as_of": timezone.now(), "reach_days": REACH_DAYS.value,
            "order_days": ORDER_DAYS.value, "money": MONEY,
        }  # fmt: skip


class FairShares(Page):
    """Which fair brought which orders; the rest is no fair's."""

    right = "fairs.figures"
    title = _("Orders by fair")
    template = "insights/shares.html"
    nav = "fairs"

    def trail(self) -> list[tuple[str, str]]:
        """Fairs."""
        return [(str(_("Fairs")), reverse("fairs"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        rows = shares(self.by)
        sums: dict[str, list[Any]] = defaultdict(lambda: [0, Decimal(0), Decimal(0)])
        for row in rows:
            held = sums[row.currency]
            held[0], held[1], held[2] = held[0] + row.orders, held[1] + row.ordered, held[2] + row.received
        return self.answer(
            rows=rows, sums=[Share(None, currency, *held) for currency, held in sorted(sums.items())],
            order_days=ORDER_DAYS.value, last=last_answer(self.by),
        )  # fmt: skip


def list_of(code: str, fair: Fair) -> str:
    """The address of the list that a figure of a fair counts; "" where it is no list."""
    if not code:
        return ""
    if code == "cost":
        return f"{reverse('fair-report', args=[fair.pk])}#cost"
    if code in ("orders", "business"):
        return f"{reverse('orders')}?cancelled=no&fair={fair.pk}{'&business=new' if code == 'business' else ''}"
    if code == "received":
        return list_of("orders", fair) + MONEY
    narrowed = {"new": "&part=new", "known": "&part=known", "buyers": "&nature=buyer"}
    more = f"&came={code.removeprefix('came-')}" if code.startswith("came-") else narrowed.get(code, "")
    return f"{reverse('customers')}?fair={fair.pk}{more}"


class FairComparison(Page):
    """Two fairs beside each other."""

    right = "fairs.figures"
    title = _("Two fairs compared")
    template = "insights/comparison.html"
    nav = "fairs"

    def trail(self) -> list[tuple[str, str]]:
        """Fairs."""
        return [(str(_("Fairs")), reverse("fairs"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        fairs = list(Fair.objects.visible_to(self.by).order_by("-starts_on", "-id")[:SHOWN])
        both = pair(fairs, whole(request.GET.get("one")), whole(request.GET.get("other")))
        found = compare(*both, self.by) if both else None
        return self.answer(
            fairs=fairs, both=both, found=found, percent=percent, list_of=list_of, reach_days=REACH_DAYS.value, order_days=ORDER_DAYS.value
        )

"""The radar: one line an order, and how good it is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.core.slots import hang
from boothline.core.text import listed, percent
from boothline.radar.filters import RiskFilter
from boothline.radar.lists import COLOURS
from boothline.radar.measure import SHOWN, measure
from boothline.radar.panel import mark_of, with_risk
from boothline.radar.watch import Risk
from boothline.ui.columns import FILLS, Column, Sort
from boothline.ui.jinja import cap
from boothline.ui.kit import ListPage, Page

HUES = {"red": "red", "amber": "ochre"}


def order_url(risk: Risk) -> str:
    """The order's page."""
    return reverse("order", args=[risk.order.number])


def others(risk: Any) -> str:
    """What else endangers the order."""
    return cap(listed(dict.fromkeys(one.words for one in risk.beside)))


hang("columns.orders", Column(_("radar"), mark_of, "state", name="radar", needs=with_risk, order=10))


class Radar(ListPage):
    """Every order in danger that one may see: the worst colour first, then the nearest shipping date, then the largest value."""

    right = "orders.see"
    title = _("Delivery radar")
    nav = "radar"
    columns = [
        Column(_("order"), lambda r: r.order.number, "link", order_url),
        Column(_("colour"), lambda r: (f"radar_{r.colour}", COLOURS[r.colour]), "state", fill=lambda r: FILLS[HUES[r.colour]]),
        Column(_("risk"), lambda r: cap(r.words)),
        Column(_("in danger since"), lambda r: r.since, "day"),
        Column(_("who owes"), lambda r: cap(r.debtors)),
        Column(_("followed up by"), lambda r: str(r.follows or ""), name="followed_by"),
        Column(_("other risks"), others, name="besides", usual=False),
        Column(_("shipping date"), lambda r: r.order.promised_on, "day"),
        Column(_("customer"), lambda r: str(r.customer)),
        Column(_("amount"), lambda r: (r.order.total, r.order.currency), "money", usual=False),
        Column(_("red since"), lambda r: r.red_on, "day", usual=False),
        Column(_("owner"), lambda r: str(r.customer.owner or ""), usual=False),
        Column(_("PO number"), lambda r: r.order.po_number, usual=False),
    ]
    under = "order__customer"
    sentence = _("Showing %(colour)s, followed up by %(follows)s, sorted by %(sort)s.")
    sorts = {"worst": Sort(_("most urgent"), "place"), "since": Sort(_("longest in danger"), "since")}
    filters = RiskFilter
    search_words = _("Find: order, PO number, customer")
    empty = _("No order is in danger. Each one is looked at after whatever happens to it, and every day.")
    leads = ("orders", _("See all orders"), "orders.see")

    def rows(self) -> QuerySet[Risk]:
        """Visible ones, one an order."""
        return Risk.objects.visible_to(self.by).leading().for_list()


class Figures(Page):
    """Whether late lines were named in time, and whether red ones were late."""

    right = "orders.see"
    template = "radar/figures.html"
    title = _("How accurate the radar is")
    nav = "radar"

    def trail(self) -> list[tuple[str, str]]:
        """The radar."""
        return [(str(_("Delivery radar")), reverse("radar"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """Both shares, and the late lines behind them."""
        found = measure(self.by)
        return {"measure": found, "late": found.late[:SHOWN], "percent": percent}

"""SP01 on one page: the board of the five types, and the funnel that they make."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.customers.board import counted, in_pipeline, lanes, reached
from boothline.customers.card import Customer, Customers
from boothline.customers.filters import OwnerFilter
from boothline.customers.lists import TYPES
from boothline.ui.kit import Page


class BoardPage(Page):
    """What board and funnel share: whose customers are counted."""

    right = "customers.see"
    nav = "board"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        narrowed = OwnerFilter(request.GET, queryset=Customer.objects.visible_to(self.by).for_list())
        query = request.GET.copy()
        asked = f"&owner={query['owner']}" if narrowed.form.is_valid() and query.get("owner") else ""
        return self.answer(narrowed=narrowed, asked=asked, **self.figures(narrowed.qs))

    def figures(self, rows: Customers) -> dict[str, Any]:
        """What the page counts."""
        raise NotImplementedError


class Board(BoardPage):
    """Each type a lane, each customer a card, the next step first."""

    title = _("Board of five types")
    template = "customers/board.html"

    def figures(self, rows: Customers) -> dict[str, Any]:
        """The lanes; on a phone one of them, the first that holds somebody."""
        found = lanes(in_pipeline(rows), self.by)
        picked = self.request.GET.get("lane")
        shown = picked if picked in TYPES else next((lane.type for lane in found if lane.count), TYPES[0])
        return {"lanes": found, "shown": shown}


class Funnel(BoardPage):
    """How many came how far."""

    title = _("Funnel")
    template = "customers/funnel.html"

    def trail(self) -> list[tuple[str, str]]:
        """The board."""
        return [(str(_("Board of five types")), reverse("board"))]

    def figures(self, rows: Customers) -> dict[str, Any]:
        """For each type: who is there now, who ever came so far, and what share of the step before."""
        now, ever = counted(rows), reached(rows)
        before = dict(zip(TYPES[1:], TYPES, strict=False))
        shares = {code: 100 * ever[code] / ever[before[code]] for code in TYPES[1:] if ever[before[code]]}
        return {"steps": [(code, now[code], ever[code], shares.get(code)) for code in TYPES], "all": ever[TYPES[0]]}

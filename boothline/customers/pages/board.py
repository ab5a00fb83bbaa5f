"""SP01 on one page: the board of the five types, and the funnel that they make."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words
from boothline.customers.board import BY_FACTS, counted, in_pipeline, lanes, left_out, reached, stays
from boothline.customers.card import Customer, Customers
from boothline.customers.filters import WhoseFilter
from boothline.customers.grading import reason_words
from boothline.customers.lists import TYPES
from boothline.ui.kit import Page

PLACE = re.compile(r"\{(\w+)\}")


class BoardPage(Page):
    """What board and funnel share: whose customers are counted, said in a sentence."""

    right = "customers.see"
    nav = "board"
    sentence: Words = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        narrowed = WhoseFilter(request.GET, queryset=Customer.objects.visible_to(self.by).for_list())
        kept = {name: request.GET[name] for name in narrowed.filters if request.GET.get(name)} if narrowed.form.is_valid() else {}
        parts = PLACE.split(str(self.sentence))  # words, name, words, name ...
        said = [("field" if at % 2 else "words", part) for at, part in enumerate(parts) if part]
        asked = f"&{urlencode(kept)}" if kept else ""
        return self.answer(narrowed=narrowed, said=said, asked=asked, **self.figures(narrowed.qs))

    def figures(self, rows: Customers) -> dict[str, Any]:
        """What the page counts."""
        raise NotImplementedError


class Board(BoardPage):
    """Each type a lane, each customer a card, the next step first."""

    title = _("Board of five types")
    template = "customers/board.html"
    sentence = _("Customers of {team}, {owner}, from {fair}, the next step first.")

    def figures(self, rows: Customers) -> dict[str, Any]:
        """The lanes; on a phone one of them, the first that holds somebody."""
        found = lanes(in_pipeline(rows), self.by)
        picked = self.request.GET.get("lane")
        shown = picked if picked in TYPES else next((lane.type for lane in found if lane.count), TYPES[0])
        return {"lanes": found, "shown": shown, "reason_words": reason_words, "peers": left_out(rows)}


class Funnel(BoardPage):
    """How many came how far, and how long they stayed."""

    title = _("Funnel")
    template = "customers/funnel.html"
    sentence = _("Customers of {team}, {owner}, from {fair}, by how far they ever came.")

    def trail(self) -> list[tuple[str, str]]:
        """The board."""
        return [(str(_("Board of five types")), reverse("board"))]

    def figures(self, rows: Customers) -> dict[str, Any]:
        """For each type: who is there now, who ever came so far, what share of the step before, how long they stay."""
        now, ever, over = counted(in_pipeline(rows, BY_FACTS), BY_FACTS), reached(rows), stays(rows)
        before = dict(zip(TYPES[1:], TYPES, strict=False))
        shares = {code: 100 * ever[code] / ever[before[code]] for code in TYPES[1:] if ever[before[code]]}
        steps = [
            {"type": code, "now": now[code], "ever": ever[code], "share": shares.get(code), "days": over.get(code)}
            for code in TYPES
        ]  # fmt: skip
        return {"steps": steps, "all": ever[TYPES[0]], "peers": left_out(rows, BY_FACTS)}

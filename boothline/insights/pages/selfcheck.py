"""The self-check: what the last recount said, and the press that asks for another."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import Company, company
from boothline.care.lists import COMPLAINT_STATES
from boothline.customers.lists import TYPE_WORDS
from boothline.insights.selfcheck import Difference, ask_check, asked_since, last_answer
from boothline.orders.lists import PROBLEM_STATES
from boothline.orders.register import STATES
from boothline.ui.kit import ActionPage, Page

PAGES_OF = {
    "customer": ("customer", "id"), "order": ("order", "name"), "contract": ("contract", "name"), "receipt": ("receipt", "id"),
    "credit": ("credit", "id"), "problem": ("problem", "name"), "complaint": ("complaint", "id"),
}  # fmt: skip


WORDS = {**TYPE_WORDS, **STATES, **PROBLEM_STATES, **COMPLAINT_STATES, "True": _("yes"), "False": _("no"), "": "–"}


def worded(values: tuple[str, ...]) -> str:
    """Codes in the reader's words, numbers and days as they are."""
    return " · ".join(str(WORDS.get(value, value)) for value in values)


def page_of(one: Difference) -> str:
    """Where the record stands."""
    name, key = PAGES_OF[one.kind]
    return reverse(name, args=[getattr(one, key)])


class SelfCheck(Page):
    """Whether the kept figures equal a recount; each difference by name."""

    right = "insights.check"
    title = _("Self-check")
    template = "insights/selfcheck.html"
    nav = "settings"

    def trail(self) -> list[tuple[str, str]]:
        """Settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """The last answer, and a press that still waits for its own."""
        answer = last_answer(self.by)
        return {"last": answer, "waiting": asked_since(answer), "page_of": page_of, "worded": worded}


class Recount(ActionPage):
    """Asks for a recount."""

    right = "insights.check"
    done = _("The recount has begun. Its answer stands here once it is done.")

    def load(self) -> Company:
        """It is about the whole company."""
        return company()

    def back(self) -> str:
        """The page that shows the answer."""
        return reverse("self-check")

    def press(self) -> str:
        """Asks."""
        ask_check(by=self.by)
        return self.back()

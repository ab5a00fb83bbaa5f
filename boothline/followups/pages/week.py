"""The weekly plan on one page, to be printed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.core.text import whole
from boothline.followups.pages.today import Today
from boothline.followups.week import Weekly, monday_of, week_of
from boothline.ui.kit import Page

YEARS = (2000, 2100)  # of the weeks that may be asked for


class Week(Page):
    """One person's week: one's own, or that of somebody whom one leads."""

    right = "steps.see"
    title = _("Weekly plan")
    template = "followups/week.html"
    nav = "today"

    def trail(self) -> list[tuple[str, str]]:
        """Today."""
        return [(str(_("Today")), reverse("today"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The week of the day that is asked for."""
        return self.answer()

    def context(self) -> dict[str, Any]:
        """Its rows, and the ways to other weeks and people."""
        people = list(User.objects.in_reach_of(self.by).filter(is_active=True).order_by("id"))
        asked = whole(self.request.GET.get("person"))
        person = next((one for one in people if one.pk == asked), self.person)
        first = monday_of(self.day())
        return {
            "days": week_of(Weekly(self.by, person, first)), "whose": person, "people": people, "first": first,
            "last": first + timedelta(days=6), "before": first - timedelta(days=7), "after": first + timedelta(days=7),
            "this": monday_of(clock.today()), "day_title": Today.day_title,
        }  # fmt: skip

    def day(self) -> date:
        """The one that is asked for, else today."""
        try:
            day = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            return clock.today()
        return day if YEARS[0] <= day.year < YEARS[1] else clock.today()

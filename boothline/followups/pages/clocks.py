"""The list behind the in-time share: every capture with its limit, and how it went."""

from __future__ import annotations

from django.db.models import Case, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.followups.clocks import STATES, Clock
from boothline.followups.filters import ClockFilter
from boothline.ui.columns import Column, Sort
from boothline.ui.kit import ListPage


class ClockList(ListPage):
    """Response clocks."""

    right = "steps.see"
    title = _("First answers")
    nav = "today"
    columns = [
        Column(_("customer"), lambda c: str(c.customer), "link", lambda c: reverse("customer", args=[c.customer_id])),
        Column(_("contact"), lambda c: c.subject_name),
        Column(_("captured"), lambda c: c.started_at, "moment"),
        Column(_("limit"), lambda c: c.due_at, "moment"),
        Column(_("with"), lambda c: str(c.owner or "")),
        Column(_("answered"), lambda c: c.answered_at, "moment"),
        Column(_("state"), lambda c: (f"clock_{c.state}", STATES[c.state]), "state"),
    ]
    sorts = {
        "nearest": Sort(_("nearest limit"), "open_until", nulls=True),
        "newest": Sort(_("latest limit"), "due_at", descending=True),
        "oldest": Sort(_("oldest limit"), "due_at"),
    }
    sentence = _("Showing first answers, state: %(state)s, with %(owner)s, from %(show)s, sorted by %(sort)s.")
    filters = ClockFilter
    search_words = _("Find: customer")
    empty = _("No captures yet. Each one starts a clock to its first answer.")

    def rows(self) -> QuerySet[Clock]:
        """Of visible customers; the limit of those that nobody answered yet is what one hurries for."""
        is_open = Q(answered_at=None, closed_at=None)
        return Clock.objects.visible_to(self.by).for_list().annotate(open_until=Case(When(is_open, then="due_at")))

"""Reopening what lapsed."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.customers.trail import customer_url
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.lapse import reopen_briefing, reopen_objection
from boothline.negotiation.objections import Objection
from boothline.ui.kit import ActionPage


class ReopenBriefing(ActionPage):
    """The answer is awaited again."""

    right = "briefings.edit"
    done = _("Reopened.")

    def find(self) -> QuerySet[Briefing]:
        """Visible ones."""
        return Briefing.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record.customer)

    def press(self) -> str:
        """Reopens it."""
        reopen_briefing(self.record, by=self.by)
        return self.back()


class ReopenObjection(ActionPage):
    """The objection holds the customer back again."""

    right = "objections.edit"
    done = _("Reopened.")

    def find(self) -> QuerySet[Objection]:
        """Visible ones."""
        return Objection.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record.customer)

    def press(self) -> str:
        """Reopens it."""
        reopen_objection(self.record, by=self.by)
        return self.back()

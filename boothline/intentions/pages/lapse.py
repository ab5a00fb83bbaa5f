"""Reopening an intention that lapsed."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.intentions.lapse import reopen_lapsed
from boothline.intentions.products import Intention
from boothline.ui.kit import ActionPage


class ReopenIntention(ActionPage):
    """The customer still wants this."""

    right = "intentions.edit"
    done = _("Reopened.")

    def find(self) -> QuerySet[Intention]:
        """Visible ones."""
        return Intention.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The intention."""
        return reverse("intention", args=[self.record.pk])

    def press(self) -> str:
        """Reopens it."""
        reopen_lapsed(self.record, by=self.by)
        return self.back()

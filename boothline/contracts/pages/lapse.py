"""Reopening a contract that lapsed."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.contracts.agreement import Contract
from boothline.contracts.lapse import reopen_lapsed
from boothline.ui.kit import ActionPage


class ReopenContract(ActionPage):
    """It is in preparation again."""

    right = "contracts.send"
    done = _("Reopened.")
    key = "number"

    def find(self) -> QuerySet[Contract]:
        """Visible ones."""
        return Contract.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The contract."""
        return reverse("contract", args=[self.record.number])

    def press(self) -> str:
        """Reopens it."""
        reopen_lapsed(self.record, by=self.by)
        return self.back()

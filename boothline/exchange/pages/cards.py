"""The customer card, printed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from boothline.customers.card import Customer
from boothline.exchange.customer_card import print_card
from boothline.ui.kit import DetailPage


class CustomerCard(DetailPage):
    """The card of one customer as a PDF, in the reader's language."""

    right = "customers.see"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by).for_list()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Prints it."""
        self.record = self.load()
        answer = HttpResponse(print_card(self.record, by=self.by, language=get_language() or "zh-hans"), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="customer-{self.record.pk}.pdf"'
        return answer

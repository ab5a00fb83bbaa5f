"""What the customer sees of money: orders with total, paid and open, what is due when, what is not assigned yet, where to pay."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from boothline.billing.panel import of_contact
from boothline.portal.pages.door import PortalPage


class Money(PortalPage):
    """All of their orders."""

    def get(self, request: HttpRequest, grant: int) -> HttpResponse:
        """The page."""
        return self.say("portal/money.html", **of_contact(self.guest.contact))

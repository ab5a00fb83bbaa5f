"""What the customer sees of money: orders with total, paid and open, what is due when, what is not assigned yet, where to pay; and how
they tell us that they paid, with the bank's slip."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from boothline.billing.announced import Announcement, Told, announce
from boothline.billing.books import Account
from boothline.billing.panel import due_next, of_contact
from boothline.core import clock
from boothline.core.errors import Refused
from boothline.core.money import CURRENCIES, typed_quantity
from boothline.files.attachments import Attachment, read_received
from boothline.orders.register import Order
from boothline.portal.pages.door import PortalPage, faults_of


class Money(PortalPage):
    """All of their orders."""

    def get(self, request: HttpRequest, grant: int) -> HttpResponse:
        """The page."""
        return self.say("portal/money.html", **of_contact(self.guest.contact))


class AnnouncePayment(PortalPage):
    """They paid: how much, when, for which order, and the slip."""

    def get(self, request: HttpRequest, grant: int) -> HttpResponse:
        """The form."""
        orders = self._orders()
        typed = {"currency": orders[0].currency if orders else CURRENCIES[0], "paid_on": clock.today().isoformat()}
        owed = [(order, amount) for order in orders if not vars(order)["is_paid"] and (amount := due_next(order)) > 0]
        if len(owed) == 1:  # it can be for nothing else
            ((order, amount),) = owed
            typed |= {"order": order.number, "amount": f"{amount:.2f}", "currency": order.currency}
        return self._form(typed)

    def post(self, request: HttpRequest, grant: int) -> HttpResponse:
        """Tells us."""
        typed, slip = request.POST, request.FILES.get("slip")
        try:
            told = Told(
                typed_quantity(typed.get("amount", "")), typed.get("currency", ""), _day(typed.get("paid_on", "")),
                order=self._order(typed.get("order", "")), note=typed.get("note", ""),
            )  # fmt: skip
            announce(
                self.guest.contact.customer, by=self.guest.actor, told=told, slip=read_received(slip, "slip") if slip else None
            )  # fmt: skip
        except Refused as refused:
            if not refused.field:
                raise
            return self._form(typed, refused)
        return redirect("portal-money", grant=grant)

    def _order(self, number: str) -> Order | None:
        """Theirs, where one is named."""
        found = next((order for order in self._orders() if order.number == number), None)
        if number and found is None:
            raise Refused(_("Choose from the list."), field="order")
        return found

    def _orders(self) -> list[Order]:
        """Those that something may still be paid for, what is open before what is paid."""
        account = Account.objects.filter(order=OuterRef("pk"))
        theirs = Order.objects.of_contact(self.guest.contact).annotate(open=Coalesce(Subquery(account.values("open")), Decimal(0)))
        standing = theirs.filter(Q(open__gt=0) | ~Q(state="cancelled"), merged_into=None)
        return list(standing.annotate(is_paid=Q(open__lte=0)).order_by("is_paid", "-id")[:50])

    def _form(self, typed: Any, refused: Refused | None = None) -> HttpResponse:
        """With every fault at its field."""
        faults = faults_of(refused)
        return self.say(
            "portal/payment.html", status=422 if faults else 200, typed=typed, faults=faults, orders=self._orders(), currencies=CURRENCIES
        )  # fmt: skip


class Slip(PortalPage):
    """A slip that their company handed in."""

    def get(self, request: HttpRequest, grant: int, key: int) -> HttpResponse | FileResponse:
        """Streams it; 404 for anything else. What is no picture is downloaded, never opened here."""
        told = Announcement.objects.of_contact(self.guest.contact).values("pk")
        kept = Attachment.objects.filter(pk=key, owner_kind="announcement", owner_id__in=told, visibility="customer").first()
        if kept is None:
            raise Http404
        is_file = kept.kind != "picture"
        return FileResponse(kept.content.open("rb"), content_type=kept.content_type, filename=kept.name, as_attachment=is_file)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None

"""Payments that the customer told us of (6.7): announced with the bank slip 水单, never paid before the money is there.

Announced -> in (a receipt was recorded for it; announced again where that one is taken off) or set aside with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.billing import events
from boothline.billing.books import Receipt
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, together
from boothline.core.money import CURRENCIES, TOO_LARGE, amount_field, check_unit, currency_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean, reason_given
from boothline.customers.card import Contact, Customer, hold
from boothline.files.attachments import Received, put_received
from boothline.orders.register import Order
from boothline.timeline.history import record

LONGEST_AGO = timedelta(days=3653)


class Announcements(models.QuerySet["Announcement"]):
    """Questions about announced payments."""

    def visible_to(self, by: Actor) -> Announcements:
        """Those of the customers whose orders the actor sees."""
        return self.filter(customer__in=Order.objects.visible_to(by).values("customer_id"))

    def of_contact(self, contact: Contact) -> Announcements:
        """What a guest may see: what their company told us."""
        return self.filter(customer_id=contact.customer_id)

    def open(self) -> Announcements:
        """Neither in nor set aside."""
        return self.filter(Q(receipt=None) | Q(receipt__void_at__isnull=False), set_aside_at=None)

    def for_list(self) -> Announcements:
        """With what a list shows."""
        return self.select_related("customer__owner", "contact", "order", "receipt")

    def search(self, words: str, by: Actor) -> Announcements:
        """By the customer, their words, or the order."""
        theirs = Q(customer__in=Customer.objects.all().search(words, by)) | Q(order__in=Order.objects.all().search(words, by))
        return self.filter(Q(note__icontains=words) | theirs)


class Announcement(Record):
    """A payment as the customer says they sent it; its slip is a file of it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="+")
    amount = amount_field()
    currency = currency_field()
    paid_on = models.DateField(gettext_lazy("paid on"))
    note = models.CharField(max_length=300, blank=True, default="")
    receipt = models.ForeignKey(Receipt, null=True, on_delete=models.PROTECT, related_name="announcements")
    set_aside_at = models.DateTimeField(null=True)
    set_aside_reason = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(currency=PLAIN, note=WORDS, set_aside_reason=WORDS)

    objects = Announcements.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.paid_on} {self.amount:,.2f} {self.currency}"

    @property
    def state(self) -> str:
        """announced · in · set_aside."""
        if self.receipt and not self.receipt.void_at:
            return "in"
        return "set_aside" if self.set_aside_at else "announced"


@dataclass(frozen=True)
class Told:
    """What the customer says of a payment."""

    amount: Decimal | None
    currency: str
    paid_on: date | None
    order: Order | None = None
    note: str = ""

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return {"amount": self.amount, "currency": self.currency, "paid_on": self.paid_on, "order": self.order}


@operation("billing.announce")
def announce(customer: Customer, *, by: Actor, told: Told, slip: Received | None = None) -> Announcement:
    """The customer says what they paid, with the bank's slip. Told twice while it is open, the first stands, with this slip as well."""
    require(by, "receipts.announce", customer)
    hold(customer.pk)
    together(partial(_check_amount, told), partial(check_paid_day, told.paid_on, "paid_on"))
    if told.order is not None and told.order.customer_id != customer.pk:
        raise Refused(_("This order is another customer's."), field="order")
    made = Announcement.objects.open().filter(customer=customer, **told.kept()).first()
    is_new = made is None
    if made is None:
        contact = by.id if by.kind == "guest" else None
        made = Announcement.objects.create(customer=customer, contact_id=contact, note=clean(told.note, 300), **told.kept())
    if slip:
        put_received(made, by=by.trusted(), received=slip, visibility="customer")
    if is_new:
        values = {
            "amount": f"{made.amount:,.2f}", "currency": made.currency, "on": made.paid_on, "order": str(made.order or ""),
            "note": made.note,
        }  # fmt: skip
        record(events.ANNOUNCED, subject=made, under=customer, by=by, values=values)
    return made


def _check_amount(told: Told) -> None:
    if told.amount is None or not 0 < told.amount < TOO_LARGE:
        raise Refused(_("Enter the amount that was sent."), field="amount")
    if told.currency not in CURRENCIES:
        raise Refused(_("Choose from the list."), field="currency")
    check_unit(told.amount, told.currency, "amount")


def check_paid_day(on: date | None, field: str) -> None:
    """Money was sent, or came, by today and within ten years."""
    if on is None:
        raise Refused(_("Enter the day on the bank's slip."), field=field)
    future = _("This day is in the future. Enter the day on the bank's slip.")
    early = _("This day is more than ten years ago. Check the year.")
    clock.check_happened(on, field, future=future, since=clock.today() - LONGEST_AGO, early=early)


def note_in(announced: Announcement | None, receipt: Receipt, order: Order | None) -> None:
    """The money of it is in: of the one that was meant, else of the oldest open one that says exactly this amount; of money for an order
    one that names it, or none."""
    same = Announcement.objects.open().filter(customer=receipt.customer_id, amount=receipt.sent, currency=receipt.bank_currency)
    if order:
        same = same.filter(Q(order=order) | Q(order=None))
    found = announced or same.order_by(F("order").asc(nulls_last=True) if order else "id", "id").first()
    if found:
        Announcement.objects.filter(pk=found.pk).update(receipt=receipt)


@operation("billing.set_announcement_aside")
def set_aside(made: Announcement, *, by: Actor, reason: str) -> Announcement:
    """No money will come of it, or it is in already under another amount. Set aside twice, the first stands."""
    require(by, "receipts.record", made.customer)
    hold(made.customer_id)
    made = Announcement.objects.for_list().get(pk=made.pk)
    if made.state == "set_aside":
        return made
    if made.state == "in":
        raise Refused(_("The money of it is in. Take the receipt off, where that is wrong."), code="in")
    reason = reason_given(reason)
    Announcement.objects.filter(pk=made.pk).update(set_aside_at=timezone.now(), set_aside_reason=reason)
    made.refresh_from_db()
    values = {"amount": f"{made.amount:,.2f}", "currency": made.currency, "reason": reason}
    record(events.SET_ASIDE, subject=made, under=made.customer, by=by, values=values)
    return made

"""Receipts: the list, recording one, giving what waits to an order, taking off what was booked in error."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.billing.announced import Announcement
from boothline.billing.books import Account, Receipt
from boothline.billing.filters import ReceiptFilter
from boothline.billing.gates import awaited
from boothline.billing.lists import BORNE_BY, RECEIPT_STATES
from boothline.billing.pages.orders import Amount, OrderMoneyPage, order_url
from boothline.billing.panel import due_next
from boothline.billing.receipts import Sent, allocate, check_meant, owing, receive, void_receipt
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.money import CURRENCIES, money_words
from boothline.core.text import listed, phrase, whole
from boothline.customers.card import Customer
from boothline.customers.trail import customer_trail
from boothline.files.attachments import Attachment
from boothline.orders.register import Order
from boothline.orders.shipments import Shipment
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, ReasonForm, Text, narrow
from boothline.ui.kit import DetailPage, FormPage, ListPage


def receipt_url(receipt: Receipt) -> str:
    """The receipt's page."""
    return reverse("receipt", args=[receipt.pk])


def receipt_words(receipt: Receipt) -> str:
    """What its page and the way to it are called."""
    values = {"name": receipt.customer}
    sentence = _now("Receipt from %(name)s")
    return phrase(sentence, values)


class ReceiptList(ListPage):
    """What came in."""

    right = "billing.see"
    title = _("Receipts")
    nav = "receipts"
    columns = [
        Column(_("customer"), lambda r: str(r.customer), "link", receipt_url),
        Column(_("received on"), lambda r: r.received_on, "day"),
        Column(_("state"), lambda r: (f"receipt_{r.state}", RECEIPT_STATES[r.state]), "state"),
        Column(_("counts"), lambda r: (r.amount, r.currency), "money"),
        Column(_("not allocated"), lambda r: (r.rest, r.currency) if r.rest else None, "money"),
        Column(_("orders"), lambda r: listed(a.order.number for a in r.allocations.all())),
        Column(_("amount sent"), lambda r: (r.sent, r.bank_currency), "money"),
        Column(_("bank charges"), lambda r: (r.charges, r.bank_currency) if r.charges else None, "money"),
        Column(_("reference"), lambda r: r.reference),
        Column(_("amount arrived"), lambda r: (r.arrived, r.bank_currency), "money", usual=False),
        Column(_("owner"), lambda r: str(r.customer.owner or ""), usual=False),
    ]
    under = "customer"
    sentence = _("Showing %(rest)s, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "day": Sort(_("day"), "received_on", descending=True)}
    filters = ReceiptFilter
    search_words = _("Find: customer, reference")
    empty = _("No receipts yet. They are recorded on the page of an order or a customer.")

    def rows(self) -> QuerySet[Receipt]:
        """Visible ones."""
        return Receipt.objects.visible_to(self.by).for_list()


class ReceiptForm(forms.Form):
    """The bank's slip."""

    sent = Amount(label=_("amount sent"))
    bank_currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES])
    charges = Amount(label=_("bank charges"), required=False, help_text=_("What the banks kept on the way; the rest arrived."))
    borne_by = forms.ChoiceField(label=_("charges are borne"), choices=list(BORNE_BY.items()), widget=forms.RadioSelect)
    received_on = Day(label=_("received on"))
    order = forms.ModelChoiceField(
        label=_("for order"), queryset=Order.objects.none(), required=False, empty_label=_("what is due first"), to_field_name="number"
    )
    rate = forms.DecimalField(
        label=_("rate"), max_digits=14, decimal_places=6, min_value=0, required=False,
        help_text=_("Only where the bank's currency is not the order's: what one unit of it is worth in the order's currency."),
    )  # fmt: skip
    reference = Text(label=_("reference"), max_length=200, required=False)

    def __init__(self, *args: Any, orders: QuerySet[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "order", orders)
        self.fields["rate"].widget.attrs.update(inputmode="decimal", step="any")

    def slip(self) -> Sent:
        """As entered."""
        data = self.cleaned_data
        order = data["order"]
        return Sent(
            data["sent"], data["received_on"], charges=data["charges"] or Decimal(0), borne_by=data["borne_by"],
            bank_currency=data["bank_currency"], currency=order.currency if order else "", rate=data["rate"],
            reference=data["reference"],
        )  # fmt: skip


class NewReceipt(FormPage):
    """Money came in from a customer."""

    right = "receipts.record"
    title = _("Record a receipt")
    template = "billing/receipt_form.html"
    nav = "receipts"
    form = ReceiptForm
    button = _("Save receipt")
    done = _("Receipt recorded.")

    def find(self) -> QuerySet[Any]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def customer(self) -> Customer:
        """Who paid."""
        customer: Customer = self.record
        return customer

    def form_options(self) -> dict[str, Any]:
        """Their orders."""
        theirs = Order.objects.visible_to(self.by).filter(customer=self.customer(), void_at=None, merged_into=None)
        return {"orders": theirs.order_by("-id")}

    def announced(self) -> Announcement | None:
        """What the customer announced, from whose page it was begun."""
        key = whole(self.request.GET.get("announced")) or 0
        return Announcement.objects.open().filter(customer=self.customer(), pk=key).select_related("order").first()

    def context(self) -> dict[str, Any]:
        """The slip that the customer handed in, to be read beside the form."""
        told = self.announced()
        return {"announced": told, "slips": list(Attachment.objects.of(told)) if told else []}

    def initial(self) -> dict[str, Any]:
        """As the customer announced it; else today, in the currency of what is owed."""
        told = self.announced()
        if told:
            return {
                "received_on": clock.today(), "borne_by": "customer", "bank_currency": told.currency, "sent": told.amount,
                "order": told.order.number if told.order else None, "reference": told.note,
            }  # fmt: skip
        owed = next((c for c in CURRENCIES if owing(self.customer(), c).exists()), CURRENCIES[0])
        return {"received_on": clock.today(), "borne_by": "customer", "bank_currency": owed}

    def save(self, form: Any) -> str:
        """Records it."""
        return receipt_url(self.recorded(form))

    def recorded(self, form: ReceiptForm) -> Receipt:
        """What they typed, once it is meant so."""
        given: dict[str, Any] = {"slip": form.slip(), "order": form.cleaned_data["order"]}
        if not self.is_sure:
            check_meant(self.customer(), **given)
        return receive(self.customer(), by=self.by, announced=self.announced(), **given)


class OrderReceipt(OrderMoneyPage, NewReceipt):
    """The same from an order's page: that order is named."""

    form = ReceiptForm
    done = _("Receipt recorded.")

    def customer(self) -> Customer:
        """The order's."""
        customer: Customer = self.record.customer
        return customer

    def initial(self) -> dict[str, Any]:
        """What is due of it next; what a shipment waits for, from that one's page."""
        order: Order = self.record
        shipment = self.shipment()
        waits = awaited(shipment) if shipment else None
        return {
            "received_on": clock.today(), "borne_by": "customer", "bank_currency": order.currency, "order": order.number,
            "sent": waits.amount if waits else due_next(order) or None,
        }  # fmt: skip

    def save(self, form: Any) -> str:
        """Records it, and back to the order, or to the shipment that waits for it."""
        self.recorded(form)
        shipment = self.shipment()
        return reverse("shipment", args=[shipment.number]) if shipment else order_url(self.record)

    def shipment(self) -> Shipment | None:
        """The one from whose page it was begun."""
        order: Order = self.record
        return order.shipments.filter(number=self.request.GET.get("shipment", "")).first()


class ReceiptPage(DetailPage):
    """One receipt: what was sent, what counts, which orders have it."""

    right = "billing.see"
    template = "billing/receipt.html"
    nav = "receipts"

    def find(self) -> QuerySet[Receipt]:
        """Visible ones."""
        return Receipt.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Receipts."""
        return [(str(_("Receipts")), reverse("receipts"))]

    def heading(self) -> str:
        """From whom."""
        return receipt_words(self.record)

    def context(self) -> dict[str, Any]:
        """What may be done."""
        return {
            "state_words": RECEIPT_STATES[self.record.state],
            "borne": BORNE_BY[self.record.borne_by],
            "slips": _slips_of(self.record),
            "keeps": may(self.by, "receipts.record", self.record),
            "is_needed": self.record.rest > 0 and Account.objects.filter(order__in=_orders_of(self.record, self.by), open__gt=0).exists(),
            "events": Event.objects.about(self.record).order_by("-id")[:20] if may(self.by, "history.see", self.record) else [],
        }


def _slips_of(receipt: Receipt) -> list[Attachment]:
    """What the customer handed in as they announced it."""
    told = list(receipt.announcements.all())
    return list(Attachment.objects.of_many(told)) if told else []


def _orders_of(receipt: Receipt, by: Actor) -> QuerySet[Order]:
    """What a receipt may be allocated to."""
    theirs = Order.objects.visible_to(by).filter(customer=receipt.customer_id, currency=receipt.currency)
    return theirs.filter(void_at=None, merged_into=None)


class ReceiptFormPage(FormPage):
    """What the forms of a receipt share."""

    right = "receipts.record"
    nav = "receipts"

    def find(self) -> QuerySet[Receipt]:
        """Visible ones."""
        return Receipt.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The receipt."""
        return [(str(_("Receipts")), reverse("receipts")), (receipt_words(self.record), receipt_url(self.record))]

    def leading(self) -> str:
        """What it is, and how much of it waits."""
        receipt: Receipt = self.record
        values = {"amount": money_words(receipt.amount, receipt.currency), "rest": money_words(receipt.rest, receipt.currency)}
        return _now("%(amount)s received, %(rest)s not allocated.") % values


class AllocationForm(forms.Form):
    """To which order."""

    order = forms.ModelChoiceField(
        label=_("for order"), queryset=Order.objects.none(), required=False, empty_label=_("what is due first"), to_field_name="number"
    )

    def __init__(self, *args: Any, orders: QuerySet[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "order", orders)


class Allocate(ReceiptFormPage):
    """Gives what waits to an order."""

    title = _("Allocate the rest")
    form = AllocationForm
    button = _("Allocate")

    def form_options(self) -> dict[str, Any]:
        """The customer's orders in this currency."""
        return {"orders": _orders_of(self.record, self.by).order_by("-id")}

    def save(self, form: Any) -> str:
        """Allocates."""
        return receipt_url(allocate(self.record, by=self.by, order=form.cleaned_data["order"]))


class VoidReceipt(ReceiptFormPage):
    """It was booked in error."""

    title = _("Take the receipt off")
    form = ReasonForm
    button = _("Take off")
    is_risk = True

    def save(self, form: Any) -> str:
        """Voids it."""
        return receipt_url(void_receipt(self.record, by=self.by, reason=form.cleaned_data["reason"]))

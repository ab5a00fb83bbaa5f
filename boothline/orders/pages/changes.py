"""Changes of an order: lines, price, date; cancelling it; stopping it and letting it go on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Variant
from boothline.contracts.agreement import Version
from boothline.contracts.lists import PROMISE_CAUSES
from boothline.core.errors import Refused
from boothline.core.errors import Words as Said
from boothline.core.money import total, trimmed
from boothline.core.text import labelled, phrase
from boothline.customers.items import items_of
from boothline.intentions.pages.intentions import VariantChoice
from boothline.negotiation.lists import REASONS
from boothline.orders.changes import ChangeWish, LineWish, NewLine, cancel, change, check_planned, has_rest
from boothline.orders.fees import ask_fee, asked_about, asked_fee
from boothline.orders.holds import Hold, lift, stop
from boothline.orders.particulars import LENGTH, edit_particulars
from boothline.orders.register import Order, OrderLine, costs_of
from boothline.ui.fields import Day, Price, Quantity, ReasonForm, Text, Words
from boothline.ui.kit import ActionPage, FormPage
from boothline.ui.price_terms import PriceTermsForm


class OrderFormPage(FormPage):
    """What the forms of an order share."""

    right = "orders.change"
    nav = "orders"
    key = "number"

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        return [(str(_("Orders")), reverse("orders")), (self.record.number, reverse("order", args=[self.record.number]))]


class ChangeForm(PriceTermsForm):
    """How the order is to be: each line, one more, the date; whose wish it is and why."""

    promised_on = Day(label=_("shipping date"), required=False)
    cause = forms.ChoiceField(
        label=_("why the date moves"), required=False, choices=[("", _("it does not move")), *PROMISE_CAUSES.items()],
        help_text=_("Needed as soon as the shipping date moves."),
    )  # fmt: skip
    is_theirs = forms.BooleanField(label=_("the customer wishes it"), required=False)
    reason = Words(label=_("reason"), rows=2, max_length=300)

    discount_words = _("discount, %")

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["tax_rate"]  # with tax or without was agreed with the prices; another version says it otherwise
        self.lines = list(order.lines.filter(replaces=None))
        for line in self.lines:
            self.fields[f"quantity_{line.pk}"] = Quantity(label=_("quantity"), initial=trimmed(line.due))
            self.fields[f"price_{line.pk}"] = Price(label=_("unit price"), initial=trimmed(line.price))
            self.fields[f"discount_{line.pk}"] = forms.DecimalField(
                label=self.discount_words, min_value=0, max_value=100, max_digits=5, decimal_places=2, initial=line.discount, required=False
            )
        variants = Variant.objects.filter(product__retired_at=None, currency=order.currency).select_related("product")
        self.fields["added"] = VariantChoice(
            label=_("add a product"), queryset=variants.order_by("product__sort_key", "sku"), required=False, empty_label=_("nothing more")
        )
        self.fields["quantity"] = Quantity(label=_("quantity"), required=False)
        self.fields["price"] = Price(label=_("unit price"), required=False, help_text=_("Empty: the list price."))

    def line_fields(self) -> list[tuple[OrderLine, list[Any]]]:
        """Each line with its three fields."""
        return [(line, [self[f"{what}_{line.pk}"] for what in ("quantity", "price", "discount")]) for line in self.lines]

    def wish(self) -> ChangeWish:
        """As entered."""
        data = self.cleaned_data
        lines = tuple(
            LineWish(line, data[f"quantity_{line.pk}"], data[f"price_{line.pk}"], data[f"discount_{line.pk}"] or Decimal(0))
            for line in self.lines
        )
        added: tuple[NewLine, ...] = ()
        variant: Variant | None = data["added"]
        if variant:
            if not data["quantity"]:
                raise Refused(_("Give the quantity of the product that you add."), field="quantity")
            added = (NewLine(variant, data["quantity"], variant.price if data["price"] is None else data["price"]),)
        return ChangeWish(lines, added, data["promised_on"], data["is_theirs"], data["reason"], data["cause"], self.price_terms())


class Change(OrderFormPage):
    """Changes lines and date; what needs the customer's yes becomes the next version of the contract."""

    title = _("Change the order")
    lead = _("What costs more, moves the date or is not the customer's own wish goes to them for confirmation first.")
    template = "orders/change.html"
    form = ChangeForm
    button = _("Change order")

    def form_options(self) -> dict[str, Any]:
        """The order's lines."""
        return {"order": self.record}

    def initial(self) -> dict[str, Any]:
        """The promised day, and what is charged now."""
        return {"promised_on": self.record.promised_on, **self.record.price_terms().columns()}

    def context(self) -> dict[str, Any]:
        """What it costs now, and what of it no line of the form is about."""
        again = self.record.lines.exclude(replaces=None).values_list("amount", flat=True)
        return {"costs": costs_of(self.record), "fixed": total(again)}

    def save(self, form: Any) -> str:
        """Changes it: to the order, or to the contract that is to be sent. What planned shipments lack then is asked about first."""
        if not self.is_sure:
            check_planned(self.record, form.wish())
        try:
            made = change(self.record, by=self.by, wish=form.wish(), revision=self.seen)
        except Refused as refused:
            if refused.code == "stale":  # told what stands now: who presses again means that
                self.record = self.load()
                self.seen = self.record.revision
            raise
        if isinstance(made, Version):
            return reverse("contract", args=[made.contract.number])
        return reverse("order", args=[self.record.number])


class CancelForm(forms.Form):
    """Who does not want it any more, why, and what the customer pays for it."""

    who = forms.ChoiceField(
        label=_("who cancels"), choices=[("customer", _("the customer")), ("us", _("we cannot deliver"))], widget=forms.RadioSelect,
    )  # fmt: skip
    why = forms.ChoiceField(
        label=_("the customer's reason"), required=False, choices=lambda: [("", _("not chosen yet")), *REASONS.items()],
        help_text=_("Where the customer cancels: it stands open as an objection."),
    )  # fmt: skip
    reason = Words(label=_("in words"), help_text=_("Where we cancel, the customer reads it in a letter."))
    fee = forms.DecimalField(
        label=_("agreed fee"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
        help_text=_("What was agreed that the customer pays for it."),
    )
    only_for = {"why": ("who", ("customer",))}
    needed = ("why",)

    def clean(self) -> dict[str, Any]:
        """A customer who cancels has a reason."""
        data = super().clean() or {}
        if data.get("who") == "customer" and not data.get("why"):
            self.add_error("why", _("Choose a reason from the list."))
        return data | ({"why": ""} if data.get("who") == "us" else {})


class Cancel(OrderFormPage):
    """Cancels the order, or what has not left of it; a high fee is asked for first."""

    title = _("Cancel the order")
    lead = _("What has left stays; everything else is cancelled. What was paid too much becomes a credit.")
    form = CancelForm
    button = _("Cancel order")
    is_risk = True

    def hindered(self) -> Said:
        """Nothing is there any more that could be cancelled."""
        if self.record.state == "cancelled":
            return _("Order %(number)s is cancelled; it is not changed any more.") % {"number": self.record.number}
        return "" if has_rest(self.record) else _("Everything has left already: there is nothing to cancel.")

    def initial(self) -> dict[str, Any]:
        """The fee that was asked about, and why."""
        asked = asked_about(self.record)
        if asked is None:
            return {}
        values = asked.why[0][1]
        who = {"who": "customer" if values["why"] else "us", "why": values["why"]} if "why" in values else {}
        return {"fee": values["amount"].replace(",", ""), "reason": asked.words} | who

    def save(self, form: Any) -> str:
        """Cancels, or asks."""
        data = form.cleaned_data
        fee = data["fee"] or Decimal(0)
        try:
            cancel(self.record, by=self.by, reason=data["reason"], fee=fee, why=data["why"])
        except Refused as refused:
            if refused.code != "approval":
                raise
            asked = ask_fee(self.record, by=self.by, fee=fee, reason=data["reason"], why=data["why"])
            words = _("Not cancelled yet: the fee is with %(who)s for approval since %(since)s. Cancel on the order once it is approved.")
            self.done = phrase(words, {"who": asked.with_whom, "since": asked.since})
        return reverse("order", args=[self.record.number])


class CancelAsAsked(ActionPage):
    """Cancels with the fee that was approved, for the reason and in the words with which it was asked for."""

    right = "orders.change"
    key = "number"
    done = _("Cancelled.")

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The order."""
        return reverse("order", args=[self.record.number])

    def press(self) -> str:
        """Cancels; once it is, a second press changes nothing."""
        asked = asked_fee(self.record)
        if asked is None and self.record.state != "cancelled":
            raise Refused(_now("No fee was approved for the order as it stands. Cancel it with the form."), code="not_approved")
        if asked:
            cancel(self.record, by=self.by, reason=asked.words, fee=asked.fee, why=asked.why)
        return self.back()


class Stop(OrderFormPage):
    """Nothing of it leaves until somebody lifts it."""

    title = _("Stop the order")
    form = ReasonForm
    button = _("Stop order")

    def save(self, form: Any) -> str:
        """Stops it."""
        stop(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return reverse("order", args=[self.record.number])


class Lift(FormPage):
    """What a person stopped goes on."""

    right = "orders.unlock"
    kinds: tuple[str, ...] = ("manual",)
    title = _("Lift the hold")
    nav = "orders"
    template = "orders/lift.html"
    form = ReasonForm
    button = _("Lift hold")

    def find(self) -> QuerySet[Hold]:
        """Of visible orders."""
        return Hold.objects.visible_to(self.by).filter(kind__in=self.kinds).select_related("order__customer")

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        order = self.record.order
        return [(str(_("Orders")), reverse("orders")), (order.number, reverse("order", args=[order.number]))]

    def save(self, form: Any) -> str:
        """Lifts it."""
        lift(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return reverse("order", args=[self.record.order.number])


class LiftMoney(Lift):
    """Goods or documents go before they are paid."""

    right = "orders.lift_money"
    kinds = ("money", "documents")


class ParticularsForm(forms.Form):
    """The mark on the cartons, a remark; of each article what the customer calls it."""

    shipping_mark = Words(label=_("shipping mark"), rows=3, max_length=300, required=False, help_text=_("As it stands on the cartons."))
    remark = Words(label=_("remark"), rows=2, max_length=500, required=False, help_text=_("For us alone; customers never see it."))

    number_words = _("customer's item number")
    barcode_words = _("customer's barcode")

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list({line.variant_id: line for line in order.lines.all()}.values())
        known = items_of(order.customer, [line.variant_id for line in self.lines])
        for line in self.lines:
            kept = known.get(line.variant_id)
            for name, words in (("number", self.number_words), ("barcode", self.barcode_words)):
                field = Text(label=labelled(line.sku, words), max_length=LENGTH, required=False, initial=getattr(kept, name, ""))
                self.fields[f"{name}_{line.variant_id}"] = field

    def line_fields(self) -> list[tuple[OrderLine, Any, Any]]:
        """Each article with its two fields."""
        return [(line, self[f"number_{line.variant_id}"], self[f"barcode_{line.variant_id}"]) for line in self.lines]


class Particulars(OrderFormPage):
    """The customer's item numbers, the shipping mark, a remark."""

    title = _("Numbers, mark and remark")
    lead = _("Item numbers are remembered for this customer's next orders.")
    template = "orders/particulars.html"
    form = ParticularsForm
    button = _("Save particulars")

    def form_options(self) -> dict[str, Any]:
        """Its articles."""
        return {"order": self.record}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"shipping_mark": self.record.shipping_mark, "remark": self.record.remark}

    def save(self, form: Any) -> str:
        """Writes them."""
        typed = form.cleaned_data
        items = {line.variant_id: (typed[f"number_{line.variant_id}"], typed[f"barcode_{line.variant_id}"]) for line in form.lines}
        values = {name: typed[name] for name in ("shipping_mark", "remark")}
        edit_particulars(self.record, by=self.by, revision=self.seen, values=values, items=items)
        return reverse("order", args=[self.record.number])

"""402: records an objection, and how it ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Product
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.negotiation.lists import ENDS, REASONS, SEVERITY, STATES
from boothline.negotiation.objections import Objection, close, object_to
from boothline.ui.fields import Words
from boothline.ui.kit import FormPage


class ObjectionForm(forms.Form):
    """Why the customer is not satisfied."""

    reason = forms.ChoiceField(label=_("reason"), choices=REASONS.offered, widget=forms.RadioSelect)
    words = Words(label=_("in their own words"), required=False)
    severity = forms.TypedChoiceField(
        label=_("severity"), choices=[("", _("as usual for the reason")), *SEVERITY.items()], coerce=int, empty_value=None, required=False
    )
    product = forms.ModelChoiceField(
        label=_("product"), queryset=Product.objects.order_by("sort_key"), required=False, empty_label=_("in general")
    )
    contact = forms.ModelChoiceField(label=_("who said it"), queryset=Contact.objects.none(), required=False, empty_label=_("not said"))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = customer.contacts.all()  # type: ignore[attr-defined]


class NewObjection(FormPage):
    """Records an objection."""

    right = "objections.edit"
    title = _("Record an objection")
    nav = "customers"
    form = ObjectionForm
    button = _("Save objection")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def form_options(self) -> dict[str, Any]:
        """The customer's people."""
        return {"customer": self.record}

    def save(self, form: Any) -> str:
        """Records it."""
        object_to(self.record, by=self.by, **form.cleaned_data)
        return customer_url(self.record)


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("outcome"), choices=[(c, STATES[c]) for c in ENDS], widget=forms.RadioSelect)
    words = Words(label=_("in a few words"), required=False)


class CloseObjection(FormPage):
    """Closes an objection."""

    right = "objections.edit"
    title = _("Close the objection")
    nav = "customers"
    form = CloseForm
    button = _("Close objection")

    def find(self) -> QuerySet[Objection]:
        """Visible ones."""
        return Objection.objects.visible_to(self.by).select_related("customer")

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def save(self, form: Any) -> str:
        """Closes it."""
        close(self.record, by=self.by, **form.cleaned_data)
        return customer_url(self.record.customer)

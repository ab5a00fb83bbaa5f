"""401: shows what was explained, and takes the customer's answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Product
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.negotiation.briefing import Briefing, BriefingItem, answer, brief
from boothline.negotiation.lists import CHANNELS
from boothline.ui.fields import Several, Words
from boothline.ui.kit import FormPage

SHOWN = [(code, words) for code, words in CHANNELS.items() if code != "word"]


class BriefingForm(forms.Form):
    """Which products were shown, to whom, how."""

    products = Several(label=_("products shown"), queryset=Product.objects.none(), widget=forms.CheckboxSelectMultiple)
    contact = forms.ModelChoiceField(label=_("to whom"), queryset=Contact.objects.none(), required=False, empty_label=_("not said"))
    channel = forms.ChoiceField(label=_("how"), choices=SHOWN, widget=forms.RadioSelect, initial="person")
    note = Words(label=_("note"), required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = customer.contacts.all()  # type: ignore[attr-defined]
        self.fields["products"].queryset = Product.objects.filter(retired_at=None).order_by("sort_key")  # type: ignore[attr-defined]


class NewBriefing(FormPage):
    """Records a briefing."""

    right = "briefings.edit"
    title = _("Record a briefing")
    nav = "customers"
    form = BriefingForm
    button = _("Save briefing")

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
        data = form.cleaned_data
        brief(
            self.record, by=self.by, products=list(data["products"]), contact=data["contact"], channel=data["channel"],
            note=data["note"],
        )  # fmt: skip
        return customer_url(self.record)


class AnswerForm(forms.Form):
    """What the customer says."""

    answer = forms.ChoiceField(
        label=_("The customer"), choices=[("wants", _("wants some of it")), ("not_interested", _("is not interested"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    wanted = Several(label=_("wanted"), queryset=BriefingItem.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, briefing: Briefing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].queryset = briefing.items.select_related("product")  # type: ignore[attr-defined]


class AnswerBriefing(FormPage):
    """Takes the answer; what is wanted becomes an intention."""

    right = "briefings.edit"
    title = _("Answer to the briefing")
    nav = "customers"
    form = AnswerForm
    button = _("Save answer")

    def find(self) -> QuerySet[Briefing]:
        """Visible ones."""
        return Briefing.objects.visible_to(self.by).select_related("customer")

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def form_options(self) -> dict[str, Any]:
        """What was shown."""
        return {"briefing": self.record}

    def save(self, form: Any) -> str:
        """Answers it."""
        data = form.cleaned_data
        answer(self.record, by=self.by, answer=data["answer"], wanted=list(data["wanted"]))
        return customer_url(self.record.customer)

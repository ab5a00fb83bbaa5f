"""402: records an objection, and how it ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Product
from boothline.core import clock
from boothline.core.money import CURRENCIES
from boothline.core.text import listed
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.cues import stops, suggest
from boothline.negotiation.lists import ENDS, REASONS, SEVERITY, STATES
from boothline.negotiation.objections import Objection, close, edit_objection, learned, object_many
from boothline.ui.fields import Price, Text, Words, narrow
from boothline.ui.kit import FormPage


class ObjectionForm(forms.Form):
    """Why the customer is not satisfied. Their words come first: they propose reasons, which are taken up or not."""

    words = Words(label=_("in their own words"), required=False)
    reason = forms.MultipleChoiceField(label=_("reason"), choices=REASONS.offered, widget=forms.CheckboxSelectMultiple)
    severity = forms.TypedChoiceField(
        label=_("severity"), choices=[("", _("as usual for the reason")), *SEVERITY.items()], coerce=int, empty_value=None, required=False
    )
    product = forms.ModelChoiceField(
        label=_("product"), queryset=Product.objects.order_by("sort_key"), required=False, empty_label=_("in general")
    )
    contact = forms.ModelChoiceField(label=_("who said it"), queryset=Contact.objects.none(), required=False, empty_label=_("not said"))
    place = Text(label=_("where it was said"), max_length=100, required=False)
    competitor = Text(label=_("competitor"), max_length=200, required=False)
    their_price = Price(label=_("the competitor's price"), required=False)
    their_currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES], required=False)
    their_terms = Text(label=_("the competitor's terms"), max_length=200, required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", customer.contacts.all())


class NewObjection(FormPage):
    """Records one or several objections of one talk."""

    right = "objections.edit"
    title = _("Record an objection")
    lead = _("Write down their own words first; reasons are proposed from them, and you choose.")
    nav = "customers"
    template = "negotiation/objection-new.html"
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

    def initial(self) -> dict[str, Any]:
        """What they were shown last, where it was one product."""
        last = Briefing.objects.visible_to(self.by).filter(customer=self.record).order_by("-shown_at", "-id").first()
        shown = list(last.items.values_list("product", flat=True)) if last else []
        return {"product": shown[0]} if len(set(shown)) == 1 else {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Saves; or, asked to propose, shows the form again with what the words speak of."""
        if "propose" not in request.POST:
            return super().post(request, *args, **kwargs)
        self._load()
        typed = request.POST.copy()
        if stops(typed.get("words", "")) and not typed.get("severity"):
            typed["severity"] = "3"
        form = self.form(typed, **self.form_options())
        form.full_clean()
        form.errors.clear()
        return self._show(form, 0)

    def context(self) -> dict[str, Any]:
        """What the words speak of, and whether they say that nothing will come of it."""
        words = self.request.POST.get("words", "")
        found = suggest(words, in_form=True, learned=learned()) if words else []
        return {
            "proposed": [(REASONS[s.reason], listed(s.cues)) for s in found if s.reason in REASONS],
            "asked": "propose" in self.request.POST,
            "stops": stops(words),
        }

    def save(self, form: Any) -> str:
        """Records them."""
        data = dict(form.cleaned_data)
        said = {name: value for name, value in data.items() if value not in ("", None)}
        object_many(self.record, by=self.by, reasons=said.pop("reason"), **said)
        return customer_url(self.record)


class EditForm(forms.Form):
    """What became clear later."""

    product = forms.ModelChoiceField(
        label=_("product"), queryset=Product.objects.order_by("sort_key"), required=False, empty_label=_("in general")
    )
    severity = forms.TypedChoiceField(label=_("severity"), choices=list(SEVERITY.items()), coerce=int)
    place = Text(label=_("where it was said"), max_length=100, required=False)
    competitor = Text(label=_("competitor"), max_length=200, required=False)
    their_price = Price(label=_("the competitor's price"), required=False)
    their_currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES])
    their_terms = Text(label=_("the competitor's terms"), max_length=200, required=False)


class EditObjection(FormPage):
    """Edits an objection; their own words stay as they were said."""

    right = "objections.edit"
    title = _("Edit the objection")
    nav = "customers"
    form = EditForm
    button = _("Save objection")

    def find(self) -> QuerySet[Objection]:
        """Visible ones."""
        return Objection.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer, the objection."""
        objection = self.record
        words = _now("Objection: %(reason)s") % {"reason": objection}
        return [*customer_trail(objection.customer), (words, reverse("objection", args=[objection.pk]))]

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in EditForm.base_fields}

    def save(self, form: Any) -> str:
        """Edits it."""
        edit_objection(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return reverse("objection", args=[self.record.pk])


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
        return Objection.objects.visible_to(self.by).select_related("customer", "product")

    def heading(self) -> str:
        """Which objection."""
        return _now("Close the objection: %(reason)s") % {"reason": self.record}

    def leading(self) -> str:
        """Whose it is, what it is about, and what they said."""
        said: Objection = self.record
        parts = [str(said.customer), str(said.product or ""), clock.day_words(timezone.localdate(said.said_at)), said.words]
        return " · ".join(filter(None, parts))

    def trail(self) -> list[tuple[str, str]]:
        """The customer, the objection."""
        words = _now("Objection: %(reason)s") % {"reason": self.record}
        return [*customer_trail(self.record.customer), (words, reverse("objection", args=[self.record.pk]))]

    def save(self, form: Any) -> str:
        """Closes it."""
        close(self.record, by=self.by, **form.cleaned_data)
        return customer_url(self.record.customer)

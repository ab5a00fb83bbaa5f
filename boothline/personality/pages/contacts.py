"""The traits of a contact, and the personality that a person decides on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.core.text import phrase
from boothline.customers.card import Contact
from boothline.customers.trail import customer_trail, customer_url
from boothline.personality.opinion import decide, opinion_of, tick
from boothline.personality.traits import PERSONALITIES, TRAITS
from boothline.ui.fields import Text
from boothline.ui.kit import FormPage


class TraitsForm(forms.Form):
    """The traits of the nine, each to tick."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for type, traits in TRAITS.items():
            self.fields[type] = forms.MultipleChoiceField(
                label=PERSONALITIES[type], choices=list(traits.items()), required=False, widget=forms.CheckboxSelectMultiple
            )


class DecideForm(forms.Form):
    """Which of the nine, and why."""

    type = forms.ChoiceField(label=_("personality"), choices=list(PERSONALITIES.items()), widget=forms.RadioSelect)
    reason = Text(label=_("reason"), max_length=500, help_text=_("Write it as you would say it to them."))


class ContactPage(FormPage):
    """What both forms share."""

    right = "personality.edit"
    nav = "customers"

    def find(self) -> QuerySet[Contact]:
        """People of visible customers."""
        return Contact.objects.visible_to(self.by).select_related("customer")

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record.customer)

    def revision(self) -> int:
        """Of what we hold of them."""
        return opinion_of(self.record).revision


class Traits(ContactPage):
    """What one noticed; leads on to the decision."""

    title = _("Traits")
    form = TraitsForm
    button = _("Save traits")

    def heading(self) -> str:
        """Whose."""
        return str(phrase(_("Traits of %(name)s"), {"name": self.record.name}))

    def initial(self) -> dict[str, Any]:
        """As they are ticked."""
        ticked = opinion_of(self.record).traits
        return {type: [code for code in traits if code in ticked] for type, traits in TRAITS.items()}

    def save(self, form: Any) -> str:
        """Ticks them."""
        ticked = [code for codes in form.cleaned_data.values() for code in codes]
        tick(self.record, by=self.by, revision=self.seen, ticked=ticked)
        return reverse("contact-personality", args=[self.record.pk])


class Decide(ContactPage):
    """The proposal with its reason, and the person's decision."""

    title = _("Personality")
    form = DecideForm
    button = _("Save personality")

    def heading(self) -> str:
        """Whose."""
        return str(phrase(_("Personality of %(name)s"), {"name": self.record.name}))

    def leading(self) -> str:
        """What the ticks propose."""
        words = opinion_of(self.record).proposal_words
        return str(_("Proposed: %(what)s.") % {"what": words} if words else _("The ticked traits propose nothing yet."))

    def initial(self) -> dict[str, Any]:
        """As decided; else as proposed."""
        held = opinion_of(self.record)
        return {"type": held.type or held.proposal.type, "reason": held.reason}

    def save(self, form: Any) -> str:
        """Decides."""
        decide(self.record, by=self.by, revision=self.seen, **form.cleaned_data)
        return customer_url(self.record.customer)

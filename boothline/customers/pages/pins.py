"""Pinning a type and lifting the pin; and what would move a customer on the board."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core import clock
from boothline.core.text import phrase
from boothline.customers.card import Customer
from boothline.customers.lists import TYPE_WORDS, TYPES
from boothline.customers.moves import ways
from boothline.customers.pages.customers import CustomerFormPage
from boothline.customers.pins import DAYS, LONGEST, Pin, lift, pin
from boothline.customers.trail import customer_trail, customer_url
from boothline.ui.fields import Day, Text, narrow
from boothline.ui.kit import ActionPage, DetailPage


class PinForm(forms.Form):
    """Which type, why, until when."""

    type = forms.ChoiceField(label=_("type"), choices=list(TYPE_WORDS.items()), widget=forms.RadioSelect)
    reason = Text(label=_("reason"), max_length=500)
    until = Day(label=_("until"))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [(code, words) for code, words in TYPE_WORDS.items() if code != customer.derived_type]
        narrow(self, "type", kept)
        self.fields["until"].help_text = str(_("At most %(days)s days ahead.") % {"days": LONGEST.value})


class PinType(CustomerFormPage):
    """Sets a type for a time."""

    right = "customers.pin"
    title = _("Pin a type")
    form = PinForm
    button = _("Pin the type")

    def leading(self) -> str:
        """What a pin is."""
        words = _("The facts say %(type)s, and go on beside the pin. It ends on its date, when lifted, or when the facts catch up.")
        return str(words % {"type": TYPE_WORDS[self.record.derived_type]})

    def form_options(self) -> dict[str, Any]:
        """Whom it is about."""
        return {"customer": self.record}

    def initial(self) -> dict[str, Any]:
        """The type that somebody came for, the usual time."""
        to = self.request.GET.get("type", "")
        return {"until": clock.today() + timedelta(days=DAYS.value)} | ({"type": to} if to in TYPES else {})

    def save(self, form: Any) -> str:
        """Pins."""
        pin(self.record, by=self.by, **form.cleaned_data)
        return self.back_to_customer()


class LiftPin(ActionPage):
    """Ends a pin before its date."""

    right = "customers.pin"
    done = _("The pin is lifted.")

    def find(self) -> QuerySet[Pin]:
        """Visible ones."""
        return Pin.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record.customer)

    def press(self) -> str:
        """Lifts it."""
        lift(self.record, by=self.by)
        return self.back()


class Move(DetailPage):
    """What would bring a customer to a type: the actions that lead there, and the pin."""

    right = "customers.see"
    template = "customers/move.html"
    nav = "board"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def heading(self) -> str:
        """The question."""
        return str(phrase(_("What makes %(customer)s %(type)s?"), {"customer": self.record, "type": TYPE_WORDS[self._to()]}))

    def context(self) -> dict[str, Any]:
        """The ways there."""
        to = self._to()
        first, found = ways(self.record, to, self.by)
        return {"to": to, "first": first, "ways": found, "may_pin": may(self.by, "customers.pin", self.record)}

    def _to(self) -> str:
        """The type that somebody asks for; without one, the next."""
        asked = self.request.GET.get("to", "")
        return asked if asked in TYPES else TYPES[min(self.record.depth + 1, len(TYPES) - 1)]

"""Many customers at once: another owner, another country."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boothline.customers.bulk import assign_many, move_many
from boothline.customers.pages.customers import OwnerForm
from boothline.timeline.undo import Deed
from boothline.ui.bulk import BulkPage
from boothline.ui.fields import Text


class BulkOwner(BulkPage):
    """Gives the ticked customers to an owner."""

    right = "customers.assign"
    title = _("Change owner")
    nav = of = "customers"
    form = OwnerForm
    button = _("Save owner")

    def apply(self, rows: dict[int, int], form: Any) -> Deed:
        """Assigns them."""
        return assign_many(rows, by=self.by, owner=form.cleaned_data["owner"])


class CountryForm(forms.Form):
    """One country."""

    country = Text(label=_("country"), max_length=60)


class BulkCountry(BulkPage):
    """Writes one country into the ticked customers."""

    right = "customers.edit"
    title = _("Set country")
    nav = of = "customers"
    form = CountryForm
    button = _("Save country")

    def apply(self, rows: dict[int, int], form: Any) -> Deed:
        """Writes it."""
        return move_many(rows, by=self.by, country=form.cleaned_data["country"])

"""Many customers at once: another owner, another country."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.customers.bulk import assign_many, move_many
from boothline.customers.pages.customers import OwnerForm
from boothline.timeline.undo import Deed
from boothline.ui.bulk import BulkPage
from boothline.ui.fields import Text


class BulkOwnerForm(OwnerForm):
    """Whose customers they become: nobody's only where that is ticked, never because nothing was chosen."""

    owner = forms.ModelChoiceField(label=_("owner"), queryset=User.objects.none(), required=False, empty_label=_("choose"))
    to_pool = forms.BooleanField(label=_("nobody: back to the pool"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of both."""
        data = super().clean() or {}
        if not data.get("owner") and not data.get("to_pool") and "owner" not in self.errors:
            self.add_error("owner", _("Choose who gets these customers, or tick that they go back to the pool."))
        if data.get("owner") and data.get("to_pool"):
            self.add_error("to_pool", _("Either somebody gets them, or the pool does. Take one away."))
        return data


class BulkOwner(BulkPage):
    """Gives the ticked customers to an owner."""

    right = "customers.assign"
    title = _("Change owner")
    nav = of = "customers"
    form = BulkOwnerForm
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

"""The exhibitor's own profile, as documents and portal show it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import Company, company, edit_company
from boothline.core.money import CURRENCIES
from boothline.ui.fields import Text
from boothline.ui.kit import FormPage


class CompanyForm(forms.Form):
    """What stands on every document."""

    name = Text(label=_("company name"), max_length=200)
    name_latin = Text(label=_("name in Latin letters"), max_length=200, required=False)
    address = Text(label=_("address"), max_length=300, required=False)
    address_latin = Text(label=_("address in Latin letters"), max_length=300, required=False)
    phone = Text(label=_("phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("e-mail"), required=False)
    tax_number = Text(label=_("tax number"), max_length=40, required=False)
    bank = Text(label=_("bank and account"), max_length=200, required=False)
    currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES])


class EditCompany(FormPage):
    """Edits the profile."""

    right = "company.edit"
    title = _("Company profile")
    lead = _("Printed on every document and shown to customers.")
    nav = "company"
    form = CompanyForm
    button = _("Save company profile")
    done = _("Saved.")

    def find(self) -> QuerySet[Company]:
        """There is one."""
        return Company.objects.all()

    def load(self) -> Company:
        """The one, also before it was ever saved."""
        return company()

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in CompanyForm.base_fields}

    def save(self, form: Any) -> str:
        """Edits it."""
        edit_company(by=self.by, revision=self.seen, values=form.cleaned_data)
        return reverse("company")

"""The exhibitor's own profile, as documents and portal show it."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import Company, company, edit_company
from boothline.accounts.pages.sign_in import zones
from boothline.core.money import CURRENCIES
from boothline.core.slots import ask
from boothline.core.text import sort_key
from boothline.timeline.history import Event
from boothline.ui.fields import Text
from boothline.ui.kit import FormPage


def countries() -> list[tuple[str, str]]:
    """(code, name) in the reader's language and order."""
    is_english = (get_language() or "").startswith("en")
    names = Locale.parse("en" if is_english else "zh_Hans").territories
    found = [
        (code, str(name))
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "EZ", "UN", "XA", "XB", "QO")
    ]
    return sorted(found, key=lambda pair: pair[1].casefold() if is_english else sort_key(pair[1]))


class CompanyForm(forms.Form):
    """What stands on every document."""

    name = Text(label=_("company name"), max_length=200)
    name_latin = Text(label=_("name in Latin letters"), max_length=200, required=False)
    address = Text(label=_("address"), max_length=300, required=False)
    address_latin = Text(label=_("address in Latin letters"), max_length=300, required=False)
    phone = Text(label=_("phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("e-mail"), required=False)
    tax_number = Text(label=_("tax number"), max_length=40, required=False)
    logo = forms.FileField(
        label=_("logo"), required=False, help_text=_("A picture with the logo on white. PNG, JPEG or WebP."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )  # fmt: skip
    bank = Text(label=_("bank and account"), max_length=200, required=False)
    bank_latin = Text(
        label=_("bank, SWIFT and account in Latin letters"), max_length=200, required=False,
        help_text=_("What who pays from abroad needs: the bank's English name, its SWIFT code, the account."),
    )  # fmt: skip
    country = forms.ChoiceField(label=_("country"), choices=countries)
    currency = forms.ChoiceField(label=_("currency"), choices=[(c, c) for c in CURRENCIES])
    zone = forms.ChoiceField(label=_("time zone"), choices=lambda: [("", _("as the machine is set")), *zones()], required=False)


class EditCompany(FormPage):
    """Edits the profile."""

    right = "company.edit"
    title = _("Company profile")
    lead = _("Printed on every document and shown to customers.")
    nav = "settings"
    template = "accounts/company.html"
    form = CompanyForm
    button = _("Save company profile")
    done = _("Saved.")

    def find(self) -> QuerySet[Company]:
        """There is one."""
        return Company.objects.all()

    def load(self) -> Company:
        """The one, also before it was ever saved."""
        return company()

    def trail(self) -> list[tuple[str, str]]:
        """The settings."""
        return [(str(_("Settings")), reverse("settings"))]

    def context(self) -> dict[str, Any]:
        """Where the installation answers, what other rooms know of the profile, and what happened to it."""
        history = Event.objects.about(self.record).order_by("-id")[:30] if self.record.pk else []
        return {"base_url": settings.BASE_URL, "history": history, "logo": ask("logo")}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in CompanyForm.base_fields if name != "logo"}

    def save(self, form: Any) -> str:
        """Edits it."""
        values = dict(form.cleaned_data)
        upload = values.pop("logo")
        with transaction.atomic():
            edit_company(by=self.by, revision=self.seen, values=values)
            ask("keep_logo", self.by, upload)
        return reverse("company")

"""202: the legal data of a customer, its papers, and the call about a changed account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.contracts import credit_code
from boothline.contracts.dossier import (
    ENOUGH,
    FIELDS,
    IN_PERSON,
    Dossier,
    completeness,
    confirm_bank,
    dossier_of,
    edit_dossier,
    file_paper,
    gaps,
    known_numbers,
    same_code,
)
from boothline.contracts.lists import PAPERS
from boothline.contracts.takeover import offered
from boothline.core.privacy import as_read
from boothline.core.records import label_of
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail
from boothline.files.attachments import Attachment, read_received
from boothline.ui.fields import Day, Text, narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage, came_from

SHOWN = 40  # values of the past on the page


def dossier_url(customer: Customer) -> str:
    """The dossier's page."""
    return reverse("dossier", args=[customer.pk])


class DossierPage(DetailPage):
    """What is known of a customer before the law, how complete that is, and what it was before."""

    right = "dossier.see"
    template = "contracts/dossier.html"
    nav = "customers"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def heading(self) -> str:
        """What it is."""
        return str(_("Dossier: %(customer)s") % {"customer": self.record})

    def context(self) -> dict[str, Any]:
        """The parts in their order, the papers, the values before, whoever has the same code."""
        dossier = dossier_of(self.record)
        papers = list(dossier.papers.select_related("contact")) if dossier.pk else []
        files = {f.owner_id: f for f in Attachment.objects.of_many(papers)} if papers else {}
        twins = same_code(dossier)
        mine = Customer.objects.visible_to(self.by).filter(pk__in=[t.pk for t in twins]) if twins else Customer.objects.none()
        unmasked = may(self.by, "customers.unmask", self.record)
        facts = list(dossier.facts.all()[:SHOWN]) if dossier.pk else []
        is_checked = dossier.party == "chinese" and bool(dossier.code) and not dossier.has_wrong_code
        return {
            "dossier": dossier,
            "rows": [(name, label_of(Dossier, name), _shown(dossier, name, unmasked)) for name in FIELDS[dossier.party]],
            "percent": completeness(dossier),
            "enough": ENOUGH.value,
            "gaps": gaps(dossier),
            "wrong": credit_code.problem(dossier.code) if dossier.has_wrong_code else "",
            "odd": is_checked and not credit_code.organisation_fits(dossier.code),
            "papers": [(paper, files.get(paper.pk)) for paper in papers],
            "facts": [(fact, as_read(Dossier.privacy.get(fact.field), fact.value, unmasked)) for fact in facts],
            "twins": list(mine),
            "hidden_twins": len(twins) - len(mine),
            "may_edit": may(self.by, "dossier.edit", self.record),
            "offered": [label_of(Dossier, name) for name in offered(dossier)],
        }


def _shown(dossier: Dossier, name: str, unmasked: bool) -> str:
    return as_read(Dossier.privacy.get(name), str(getattr(dossier, name) or ""), unmasked)


class DossierForm(forms.Form):
    """The legal data; which fields there are depends on who the customer is."""

    legal_name = Text(label=_("legal name"), max_length=200, required=False)
    legal_name_local = Text(label=_("legal name in local script"), max_length=200, required=False)
    code = Text(
        label=_("unified social credit code"), max_length=40, required=False, help_text=_("18 characters, as on the business licence.")
    )
    tax_number = Text(label=_("VAT, tax or registration number"), max_length=60, required=False)
    registered_address = Text(label=_("registered address"), max_length=400, required=False)
    representative = Text(label=_("legal representative"), max_length=100, required=False)
    bank = Text(label=_("bank"), max_length=200, required=False)
    bic = Text(label=_("SWIFT/BIC"), max_length=20, required=False)
    bank_account = Text(label=_("account or IBAN"), max_length=60, required=False)
    invoice_address = Text(label=_("invoice address"), max_length=400, required=False)
    invoice_phone = Text(label=_("invoice phone"), max_length=40, required=False)
    consignee = Text(label=_("consignee"), max_length=400, required=False)
    notify_party = Text(label=_("notify party"), max_length=400, required=False)
    signatory = forms.ModelChoiceField(
        label=_("signatory"), queryset=Contact.objects.none(), required=False, empty_label=_("not named yet")
    )
    delivery_address = Text(label=_("port or delivery address"), max_length=400, required=False)
    keeps_wrong_code = forms.BooleanField(label=_("keep a wrong code as unverified; it never stands on a contract"), required=False)
    since = Day(label=_("in force since"), required=False, help_text=_("Empty: today. What stood there before ends on that day."))

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = FIELDS[dossier.party]
        for name in [n for n in self.fields if n not in (*asked, "since", "keeps_wrong_code")]:
            del self.fields[name]
        if "code" not in asked:
            del self.fields["keeps_wrong_code"]
        if "signatory" in asked:
            narrow(self, "signatory", dossier.customer.contacts.all())
        order = [n for name in asked for n in ((name, "keeps_wrong_code") if name == "code" else (name,))]
        self.order_fields([*order, "since"])


class OfCustomer(FormPage):
    """What the forms of a dossier share."""

    right = "dossier.edit"
    nav = "customers"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer, the dossier."""
        return [*customer_trail(self.record), (str(_("Dossier")), dossier_url(self.record))]

    def revision(self) -> int:
        """Of the dossier."""
        return dossier_of(self.record).revision


class EditDossier(OfCustomer):
    """Writes what is known; nothing of it must be there."""

    title = _("Edit dossier")
    form = DossierForm
    button = _("Save dossier")

    def initial(self) -> dict[str, Any]:
        """As it is; a new one begins with what the customer's card says, an empty field with what their contract does."""
        dossier = dossier_of(self.record)
        values = {n: getattr(dossier, n) for n in FIELDS[dossier.party] if n != "signatory"}
        if dossier.pk is None:
            values |= {"legal_name": self.record.name, "delivery_address": self.record.address}
        values |= {"signatory": dossier.signatory_id, "keeps_wrong_code": dossier.has_wrong_code}
        return values | {name: getattr(value, "pk", value) for name, value in offered(dossier).items()}

    def form_options(self) -> dict[str, Any]:
        """Which party it is."""
        return {"dossier": dossier_of(self.record)}

    def save(self, form: Any) -> str:
        """Writes it."""
        data = dict(form.cleaned_data)
        since, keeps = data.pop("since"), data.pop("keeps_wrong_code", False)
        edit_dossier(self.record, by=self.by, revision=self.seen, values=data, since=since, keeps_wrong_code=keeps)
        return dossier_url(self.record)


class TakeOver(ActionPage):
    """Takes over what their contract says and the dossier does not."""

    right = "dossier.edit"
    done = _("Taken over from the contract. Look at what is still missing.")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def back(self) -> str:
        """Where it was pressed: the contract, or the dossier."""
        return came_from(self.request, dossier_url(self.record))

    def press(self) -> str:
        """Takes over."""
        dossier = dossier_of(self.record)
        edit_dossier(self.record, by=self.by, revision=dossier.revision, values=offered(dossier))
        return self.back()


class PaperForm(forms.Form):
    """One paper."""

    kind = forms.ChoiceField(label=_("kind"), choices=list(PAPERS.items()), widget=forms.RadioSelect)
    file = forms.FileField(label=_("file (picture or PDF)"), required=False)
    valid_until = Day(label=_("valid until"), required=False)
    contact = forms.ModelChoiceField(
        label=_("who holds the power of attorney"), queryset=Contact.objects.none(), required=False, empty_label=_("nobody")
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", customer.contacts.all())


class FilePaper(OfCustomer):
    """Files a paper of the customer."""

    title = _("File a paper")
    form = PaperForm
    button = _("Save paper")

    def form_options(self) -> dict[str, Any]:
        """Whose."""
        return {"customer": self.record}

    def save(self, form: Any) -> str:
        """Files it."""
        data = form.cleaned_data
        received = read_received(data["file"]) if data["file"] else None
        file_paper(
            self.record, by=self.by, kind=data["kind"], received=received, valid_until=data["valid_until"], contact=data["contact"]
        )  # fmt: skip
        return dossier_url(self.record)


class BankForm(forms.Form):
    """How they were asked, and what they said."""

    through = forms.ChoiceField(label=_("checked through"), widget=forms.RadioSelect)
    words = Text(label=_("whom you asked, and what they said"), max_length=300)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [(number, f"{name} {number}") for number, name in known_numbers(dossier).items()]
        narrow(self, "through", [*numbers, (IN_PERSON, _("in person"))])


class ConfirmBank(OfCustomer):
    """The changed account is right."""

    title = _("Changed bank account")
    lead = _("Call a number that was known before the account changed. A number in the letter that tells of the change proves nothing.")
    form = BankForm
    button = _("Save: the account is right")

    def form_options(self) -> dict[str, Any]:
        """The numbers known before."""
        return {"dossier": dossier_of(self.record)}

    def save(self, form: Any) -> str:
        """Confirms it."""
        dossier = dossier_of(self.record)
        if dossier.pk:
            confirm_bank(dossier, by=self.by, **form.cleaned_data)
        return dossier_url(self.record)

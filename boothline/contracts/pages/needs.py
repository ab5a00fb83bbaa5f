"""201: what the contract must meet, where it is answered, and what the customer told before there was one."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.contracts.agreement import Contract, ContractLine
from boothline.contracts.lists import CLAUSES, NEED_SOURCES
from boothline.contracts.needs import Need, edit_need, record_need, refuse_need, reopen_need, says, take_in, trace, waive_need
from boothline.contracts.pages.contracts import OfContract, contract_url
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail, customer_url
from boothline.ui.fields import ReasonForm, Several, Text, Words, narrow
from boothline.ui.kit import ActionPage, FormPage


def home_of(need: Need) -> str:
    """The page that shows the need: its contract, else its customer."""
    return contract_url(need.contract) if need.contract else customer_url(need.customer)


class WordsForm(forms.Form):
    """What is needed."""

    words = Words(label=_("what is needed"), max_length=500)
    is_must = forms.BooleanField(label=_("must be met, or the contract is not sent"), required=False)


class NeedForm(WordsForm):
    """What is needed, and where that was told."""

    source = forms.ChoiceField(
        label=_("told by"), choices=[(c, NEED_SOURCES[c]) for c in ("customer", "touch", "portal")], widget=forms.RadioSelect
    )


class NewNeed(OfContract):
    """The customer needs something of this contract."""

    right = "contracts.prepare"
    title = _("Record a need")
    form = NeedForm
    button = _("Save need")

    def initial(self) -> dict[str, Any]:
        """A must, told by the customer."""
        return {"is_must": True, "source": "customer"}

    def save(self, form: Any) -> str:
        """Records it."""
        record_need(self.record, by=self.by, **form.cleaned_data)
        return contract_url(self.record)


class NewCustomerNeed(FormPage):
    """The customer needs something of whichever contract comes."""

    right = "contracts.prepare"
    title = _("Record a need")
    lead = _("It waits here, and is offered when a contract is prepared.")
    nav = "customers"
    form = NeedForm
    button = _("Save need")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def initial(self) -> dict[str, Any]:
        """A must, told by the customer."""
        return {"is_must": True, "source": "customer"}

    def save(self, form: Any) -> str:
        """Records it."""
        record_need(self.record, by=self.by, **form.cleaned_data)
        return customer_url(self.record)


class OfNeed(FormPage):
    """What the forms about one need share."""

    right = "contracts.prepare"
    nav = "contracts"
    template = "contracts/need_form.html"

    def find(self) -> QuerySet[Need]:
        """Visible ones."""
        return Need.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The contract, or the customer."""
        need: Need = self.record
        found = customer_trail(need.customer)
        return [*found, (need.contract.number, contract_url(need.contract))] if need.contract else found


class EditNeed(OfNeed):
    """Corrects a need."""

    template = "ui/form.html"
    title = _("Edit need")
    form: ClassVar[type[forms.Form]] = WordsForm
    button = _("Save need")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"words": self.record.words, "is_must": self.record.is_must}

    def save(self, form: Any) -> str:
        """Corrects it."""
        edit_need(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return home_of(self.record)


class LineChoice(Several):
    """Lines of a contract, by name."""

    def label_from_instance(self, obj: ContractLine) -> str:
        """Name and SKU."""
        return f"{obj.named(get_language() or 'zh')} · {obj.sku}"


class TraceForm(forms.Form):
    """Where the contract answers it."""

    lines = LineChoice(label=_("product lines"), queryset=ContractLine.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    clauses = forms.MultipleChoiceField(label=_("clauses that say something"), required=False, widget=forms.CheckboxSelectMultiple)
    one_of = ("lines", "clauses")

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if need.contract is None:
            return
        version = need.contract.newest
        narrow(self, "lines", version.lines.all())
        narrow(self, "clauses", list(says(version).items()))


class TraceNeed(OfNeed):
    """Says where the contract answers it."""

    title = _("Where is it answered?")
    lead = _("Tick the lines or clauses. Once one of them changes, the need is open again.")
    form = TraceForm
    button = _("Save trace")

    def form_options(self) -> dict[str, Any]:
        """The lines and clauses of its contract."""
        return {"need": self.record}

    def initial(self) -> dict[str, Any]:
        """Where it was answered before."""
        need: Need = self.record
        threads = [t.thread for t in need.traces.all() if t.thread]
        lines = need.contract.newest.lines.filter(thread__in=threads) if need.contract and threads else []
        return {"lines": [line.pk for line in lines], "clauses": [t.clause for t in need.traces.all() if t.clause in CLAUSES]}

    def save(self, form: Any) -> str:
        """Traces it."""
        trace(self.record, by=self.by, lines=form.cleaned_data["lines"], clauses=form.cleaned_data["clauses"])
        return home_of(self.record)


class RefuseNeed(OfNeed):
    """The contract will not meet it."""

    title = _("The contract will not meet it")
    form = ReasonForm
    button = _("Refuse need")

    def save(self, form: Any) -> str:
        """Refuses it."""
        refuse_need(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return home_of(self.record)


class WaiverForm(forms.Form):
    """Who said so, and how we know."""

    contact = forms.ModelChoiceField(label=_("who at the customer"), queryset=Contact.objects.none(), empty_label=_("choose a contact"))
    words = Text(label=_("when and how they said so"), max_length=300)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", customer.contacts.all())


class WaiveNeed(OfNeed):
    """The customer no longer needs it."""

    title = _("No longer needed by the customer")
    form = WaiverForm
    button = _("Save waiver")

    def form_options(self) -> dict[str, Any]:
        """The customer's people."""
        return {"customer": self.record.customer}

    def save(self, form: Any) -> str:
        """Waives it."""
        waive_need(self.record, by=self.by, **form.cleaned_data)
        return home_of(self.record)


class ReopenNeed(ActionPage):
    """Refused or waived no longer."""

    right = "contracts.prepare"

    def find(self) -> QuerySet[Need]:
        """Visible ones."""
        return Need.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """Where it is shown."""
        return home_of(self.record)

    def press(self) -> str:
        """Opens it again."""
        reopen_need(self.record, by=self.by)
        return home_of(self.record)


class ToldForm(forms.Form):
    """What was told before there was a contract."""

    needs = Several(label=_("told before"), queryset=Need.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "needs", Need.objects.told(contract.customer))


class TakeIn(OfContract):
    """Takes what was told before into the contract."""

    right = "contracts.prepare"
    title = _("Needs told before")
    lead = _("What you tick is to be met by this contract; the rest goes on waiting.")
    form = ToldForm
    button = _("Take into the contract")

    def form_options(self) -> dict[str, Any]:
        """The contract's customer."""
        return {"contract": self.record}

    def initial(self) -> dict[str, Any]:
        """All of them."""
        return {"needs": list(Need.objects.told(self.record.customer).values_list("pk", flat=True))}

    def save(self, form: Any) -> str:
        """Takes them in."""
        take_in(list(form.cleaned_data["needs"]), by=self.by, contract=self.record)
        return contract_url(self.record)

"""6.3: compensation claims of a problem: noted, filed, answered, paid. They stand on the problem's page; all of them in a list."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.core import clock
from boothline.core.errors import Words as Said
from boothline.core.money import money_words, trimmed
from boothline.core.text import labelled
from boothline.files.attachments import read_received
from boothline.orders.compensation import (
    CompensationClaim,
    answer_claim,
    check_claimed,
    close_claim,
    deadline,
    drop_claim,
    edit_claim,
    file_claim,
    note_claim,
    note_paid,
    wrong_words,
)
from boothline.orders.filters import ClaimFilter
from boothline.orders.lists import CLAIM_STATES, CLAIMED_FROM
from boothline.orders.pages.problems import ProblemFormPage, problem_url
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Amount, Day, ReasonForm, Text, Words
from boothline.ui.jinja import cap
from boothline.ui.kit import ActionPage, FormPage, ListPage

ANSWERS = [(code, CLAIM_STATES[code]) for code in ("accepted", "part", "refused")]


def _sum(amount: str) -> Callable[[CompensationClaim], tuple[Decimal, str] | None]:
    def shown(claim: CompensationClaim) -> tuple[Decimal, str] | None:
        found = getattr(claim, amount)
        return (found, claim.currency) if found else None

    return shown


def mark_of(claim: CompensationClaim) -> tuple[str, Any]:
    """How far it is; not filed in time before everything else."""
    if claim.state == "noted" and claim.due_on and claim.due_on < clock.today():
        return "claim_late", _("not filed in time")
    return f"claim_{claim.state}", CLAIM_STATES[claim.state]


class ClaimList(ListPage):
    """Every claim of the problems that one may see."""

    right = "orders.see"
    title = _("Compensation claims")
    nav = "problems"
    columns = [
        Column(_("claimed from"), str, "link", lambda c: f"{problem_url(c.problem)}#claims"),
        Column(_("state"), mark_of, "state"),
        Column(_("to be filed by"), lambda c: c.due_on if c.state == "noted" else None, "day"),
        Column(_("problem"), lambda c: c.problem.number),
        Column(_("customer"), lambda c: str(c.customer)),
        Column(_("order"), lambda c: c.problem.order.number),
        Column(_("amount claimed"), _sum("amount"), "money"),
        Column(_("amount accepted"), _sum("accepted"), "money"),
        Column(_("amount received"), _sum("received"), "money"),
        Column(_("compensation still to come"), _sum("rest"), "money", usual=False),
        Column(_("policy or waybill number"), lambda c: c.reference, usual=False),
        Column(_("works on it"), lambda c: str(c.problem.owner or ""), usual=False),
        Column(_("filed on"), lambda c: c.filed_on, "day", usual=False),
        Column(_("paid on"), lambda c: c.paid_on, "day", usual=False),
    ]
    under = "problem__order__customer"
    sentence = _("Showing claims, state: %(state)s, against %(against)s, to be filed by: %(due)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest"), "id", descending=True),
        "due": Sort(_("to be filed by"), "due_on", nulls=True),
    }
    filters = ClaimFilter
    search_words = _("Find: carrier, waybill, problem, customer")
    empty = _("No claims. Whoever works on a problem claims compensation on its page.")

    def trail(self) -> list[tuple[str, str]]:
        """Problems."""
        return [(str(_("Problems")), reverse("problems"))]

    def rows(self) -> QuerySet[CompensationClaim]:
        """Visible ones."""
        return CompensationClaim.objects.visible_to(self.by).for_list()


class ClaimForm(forms.Form):
    """From whom, how much, by what."""

    needed: ClassVar[tuple[str, ...]] = ("amount",)
    against = forms.ChoiceField(label=_("claimed from"), choices=list(CLAIMED_FROM.items()), widget=forms.RadioSelect)
    name = Text(label=_("their name"), max_length=200)
    amount = Amount(label=_("amount claimed"))
    reference = Text(label=_("policy or waybill number"), max_length=100, required=False)
    due_on = Day(label=_("to be filed by"), required=False)


class NewClaimForm(ClaimForm):
    """With what shows it."""

    due_on = Day(
        label=_("to be filed by"), required=False,
        help_text=_("Empty: for a carrier, the days after the arrival that the settings name; else no day."),
    )  # fmt: skip
    evidence = forms.FileField(label=_("evidence, a picture or a PDF"), required=False)


class NewClaim(ProblemFormPage):
    """Somebody else is to make it good to us."""

    title = _("Claim compensation")
    lead = _("From the carrier, the insurer or the supplier. The customer sees nothing of it.")
    form = NewClaimForm
    button = _("Note the claim")

    def initial(self) -> dict[str, Any]:
        """The carrier that brought the goods, in time."""
        part = self.record.line.shipment_lines.filter(shipment__shipped_at__isnull=False).last() if self.record.line else None
        shipment = part.shipment if part else self.record.order.shipments.filter(shipped_at__isnull=False).last()
        return {
            "against": "carrier", "name": shipment.carrier if shipment else "", "due_on": deadline(self.record, "carrier"),
            "reference": shipment.tracking_number if shipment else "",
        }  # fmt: skip

    def save(self, form: Any) -> str:
        """Notes it."""
        data = dict(form.cleaned_data)
        upload = data.pop("evidence")
        if not self.is_sure:
            check_claimed(self.record, data["amount"])
        note_claim(self.record, by=self.by, values=data, evidence=read_received(upload, "evidence") if upload else None)
        return f"{problem_url(self.record)}#claims"


class _OfClaim:
    """What the pages of a claim share."""

    right = "problems.work"
    nav = "problems"
    by: Any
    record: Any

    def find(self) -> QuerySet[CompensationClaim]:
        """Visible ones."""
        return CompensationClaim.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The problem."""
        return f"{problem_url(self.record.problem)}#claims"


class FileClaim(_OfClaim, ActionPage):
    """It went to them."""

    done = _("Noted as filed.")

    def press(self) -> str:
        """Files it."""
        file_claim(self.record, by=self.by)
        return self.back()


class _ClaimFormPage(_OfClaim, FormPage):
    def trail(self) -> list[tuple[str, str]]:
        """The problem."""
        return [(str(_("Problems")), reverse("problems")), (self.record.problem.number, self.back())]

    def leading(self) -> str:
        """Which claim."""
        return labelled(cap(str(self.record)), money_words(self.record.amount, self.record.currency))


class EditClaim(_ClaimFormPage):
    """It was noted wrongly."""

    title = _("Correct the claim")
    form = ClaimForm  # files are added to the problem
    button = _("Save claim")

    def hindered(self) -> Said:
        """They answered it, or it is over."""
        return "" if self.record.may_change else wrong_words(self.record)

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.record, name) for name in ClaimForm.base_fields}

    def save(self, form: Any) -> str:
        """Corrects it."""
        if not self.is_sure:
            check_claimed(self.record.problem, form.cleaned_data["amount"])
        edit_claim(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return self.back()


class DropClaim(_ClaimFormPage):
    """It is claimed no more."""

    title = _("Take the claim back")
    form = ReasonForm
    button = _("Take back")
    is_risk = True

    def hindered(self) -> Said:
        """They answered it, or it is over."""
        return "" if self.record.may_change else wrong_words(self.record)

    def save(self, form: Any) -> str:
        """Takes it back."""
        drop_claim(self.record, by=self.by, **form.cleaned_data)
        return self.back()


class AnswerForm(forms.Form):
    """What they say."""

    outcome = forms.ChoiceField(label=_("their answer"), choices=ANSWERS, widget=forms.RadioSelect)
    amount = Amount(label=_("amount accepted"), help_text=_("Where they accept a part."))
    words = Words(label=_("what they say"), rows=2, max_length=300)


class AnswerClaim(_ClaimFormPage):
    """They answered."""

    title = _("Answer to the claim")
    form = AnswerForm
    button = _("Save answer")

    def save(self, form: Any) -> str:
        """Notes it."""
        answer_claim(self.record, by=self.by, **form.cleaned_data)
        return self.back()


class PaidForm(forms.Form):
    """What came in, and when."""

    needed: ClassVar[tuple[str, ...]] = ("amount",)
    amount = Amount(label=_("amount received"))
    on = Day(label=_("received on"))


class ClaimPaid(_ClaimFormPage):
    """Their money is here."""

    title = _("Compensation received")
    form = PaidForm
    button = _("Note compensation")

    def initial(self) -> dict[str, Any]:
        """What they accepted and has not come, today."""
        return {"amount": trimmed(self.record.rest), "on": clock.today()}

    def save(self, form: Any) -> str:
        """Notes it."""
        note_paid(self.record, by=self.by, **form.cleaned_data)
        return self.back()


class CloseClaim(_ClaimFormPage):
    """They pay less than they accepted."""

    title = _("No more comes of the claim")
    lead = _("The claim counts as paid with what has come.")
    form = ReasonForm
    button = _("Close the claim")

    def save(self, form: Any) -> str:
        """Closes it."""
        close_claim(self.record, by=self.by, **form.cleaned_data)
        return self.back()

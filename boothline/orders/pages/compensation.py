"""6.3: compensation claims of a problem: noted, filed, answered, paid. They stand on the problem's page."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.core import clock
from boothline.core.money import money_words, trimmed
from boothline.core.text import labelled
from boothline.files.attachments import read_received
from boothline.orders.compensation import CompensationClaim, answer_claim, deadline, file_claim, note_claim, note_paid
from boothline.orders.lists import CLAIM_STATES, CLAIMED_FROM
from boothline.orders.pages.problems import ProblemFormPage, problem_url
from boothline.ui.fields import Amount, Day, Text, Words
from boothline.ui.jinja import cap
from boothline.ui.kit import ActionPage, FormPage

ANSWERS = [(code, CLAIM_STATES[code]) for code in ("accepted", "part", "refused")]


class ClaimForm(forms.Form):
    """From whom, how much, by what."""

    needed: ClassVar[tuple[str, ...]] = ("amount",)
    against = forms.ChoiceField(label=_("claimed from"), choices=list(CLAIMED_FROM.items()), widget=forms.RadioSelect)
    name = Text(label=_("their name"), max_length=200)
    amount = Amount(label=_("amount claimed"))
    reference = Text(label=_("policy or waybill number"), max_length=100, required=False)
    due_on = Day(
        label=_("to be filed by"), required=False,
        help_text=_("Empty: for a carrier, the days after the arrival that the settings name; else no day."),
    )  # fmt: skip
    evidence = forms.FileField(label=_("evidence, a picture or a PDF"), required=False)


class NewClaim(ProblemFormPage):
    """Somebody else is to make it good to us."""

    title = _("Claim compensation")
    lead = _("From the carrier, the insurer or the supplier. The customer sees nothing of it.")
    form = ClaimForm
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
    button = _("Note it")

    def initial(self) -> dict[str, Any]:
        """What they accepted, today."""
        return {"amount": trimmed(self.record.accepted), "on": clock.today()}

    def save(self, form: Any) -> str:
        """Notes it."""
        note_paid(self.record, by=self.by, **form.cleaned_data)
        return self.back()

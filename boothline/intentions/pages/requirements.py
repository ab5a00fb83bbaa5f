"""302: what the customer requires, and how each requirement was answered."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.customers.card import Contact
from boothline.files.attachments import read_received
from boothline.intentions.lists import PROOFS, REQUIREMENT_KINDS
from boothline.intentions.pages.intentions import IntentionFormPage, intention_url
from boothline.intentions.products import Intention, IntentionLine
from boothline.intentions.requirements import DAYS, Requirement, ask_for, edit_requirement, meet, refuse, reopen, waive
from boothline.ui.fields import Day, ReasonForm, Text, Words, narrow
from boothline.ui.kit import ActionPage
from boothline.worktime.calendar import add_workdays


class RequirementForm(forms.Form):
    """One requirement."""

    words = Words(
        label=_("what is required"), max_length=300, help_text=_("As exactly as it is known: figures, standards, drawing numbers.")
    )
    kind = forms.ChoiceField(label=_("kind"), choices=list(REQUIREMENT_KINDS.items()), widget=forms.RadioSelect)
    is_must = forms.BooleanField(label=_("must be met, or they do not buy"), required=False)
    line = forms.ModelChoiceField(
        label=_("of which product"), queryset=IntentionLine.objects.none(), required=False, empty_label=_("of the whole order")
    )
    answered_by = forms.ModelChoiceField(
        label=_("who answers"), queryset=User.objects.none(), required=False, empty_label=_("the owner of the customer")
    )
    due_on = Day(label=_("answer by"))

    def __init__(self, *args: Any, intention: Intention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, held_roles__role__in=("sales", "clerk", "manager"))
        narrow(self, "answered_by", people.distinct())
        narrow(self, "line", intention.lines.filter(lost_at=None).select_related("product"))


class NewRequirement(IntentionFormPage):
    """The customer requires something."""

    title = _("Record a requirement")
    form = RequirementForm
    button = _("Save requirement")

    def initial(self) -> dict[str, Any]:
        """A must, to be answered in the usual time."""
        return {"is_must": True, "due_on": add_workdays(clock.today(), DAYS.value)}

    def form_options(self) -> dict[str, Any]:
        """Its lines."""
        return {"intention": self.record}

    def save(self, form: Any) -> str:
        """Records it."""
        ask_for(self.record, by=self.by, **form.cleaned_data)
        return intention_url(self.record)


class OfRequirement(IntentionFormPage):
    """What the forms about one requirement share."""

    right = "requirements.answer"
    template = "intentions/requirement_form.html"

    def find(self) -> QuerySet[Requirement]:
        """Visible ones."""
        return Requirement.objects.visible_to(self.by).for_list()

    def intention(self) -> Intention:
        """Of this requirement."""
        intention: Intention = self.record.intention
        return intention


class EditRequirement(OfRequirement):
    """Corrects a requirement."""

    right = "intentions.edit"
    template = "ui/form.html"
    title = _("Edit requirement")
    form: ClassVar[type[forms.Form]] = RequirementForm
    button = _("Save requirement")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        asked: Requirement = self.record
        values = {n: getattr(asked, n) for n in ("words", "kind", "is_must", "due_on")}
        return values | {"line": asked.line_id, "answered_by": asked.answered_by_id}

    def form_options(self) -> dict[str, Any]:
        """The lines of its intention."""
        return {"intention": self.record.intention}

    def save(self, form: Any) -> str:
        """Corrects it."""
        edit_requirement(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return intention_url(self.record.intention)


class ProofForm(forms.Form):
    """By what it is known."""

    proof = forms.ChoiceField(label=_("proved by"), choices=list(PROOFS.items()), widget=forms.RadioSelect)
    words = Text(
        label=_("which one"), max_length=300, required=False, help_text=_("Number of the report, the sealed sample, the field of the line.")
    )
    file = forms.FileField(label=_("file (picture or PDF)"), required=False)


class Meet(OfRequirement):
    """The requirement is met."""

    title = _("Requirement met")
    form = ProofForm
    button = _("Save proof")

    def save(self, form: Any) -> str:
        """Meets it."""
        upload = form.cleaned_data["file"]
        received = read_received(upload) if upload else None
        meet(self.record, by=self.by, proof=form.cleaned_data["proof"], words=form.cleaned_data["words"], received=received)
        return intention_url(self.record.intention)


class Refuse(OfRequirement):
    """We cannot do it."""

    title = _("Refuse the requirement")
    lead = _("A refused must becomes an objection that stops the deal until it is answered.")
    form = ReasonForm
    button = _("Refuse requirement")

    def save(self, form: Any) -> str:
        """Refuses it."""
        refuse(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return intention_url(self.record.intention)


class WaiverForm(forms.Form):
    """Who said so, and how we know."""

    contact = forms.ModelChoiceField(label=_("who at the customer"), queryset=Contact.objects.none(), empty_label=_("choose a contact"))
    words = Text(label=_("when and how they said so"), max_length=300)

    def __init__(self, *args: Any, asked: Requirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", asked.customer.contacts.all())


class Waive(OfRequirement):
    """The customer no longer requires it."""

    title = _("No longer required")
    form = WaiverForm
    button = _("Save waiver")

    def form_options(self) -> dict[str, Any]:
        """The customer's people."""
        return {"asked": self.record}

    def save(self, form: Any) -> str:
        """Waives it."""
        waive(self.record, by=self.by, **form.cleaned_data)
        return intention_url(self.record.intention)


class ReopenRequirement(ActionPage):
    """The answer does not hold any more."""

    right = "intentions.edit"

    def find(self) -> QuerySet[Requirement]:
        """Visible ones."""
        return Requirement.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The intention."""
        return intention_url(self.record.intention)

    def press(self) -> str:
        """Opens it again."""
        reopen(self.record, by=self.by)
        return intention_url(self.record.intention)

"""The forms of a fair's budget and goals. Both are shown in its report; there they lead back."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core.slots import hung
from boothline.fairs.budget import KINDS as COSTS
from boothline.fairs.budget import currency_of, set_budget
from boothline.fairs.editions import Fair
from boothline.fairs.goals import KINDS, Goal, add_goal, edit_goal, remove_goal
from boothline.fairs.pages.roster import FairFormPage
from boothline.ui.fields import Quantity, Text, narrow
from boothline.ui.kit import ActionPage, FormPage


def report_url(fair: Fair) -> str:
    """Where budget and goals are shown."""
    return reverse("fair-report", args=[fair.pk])


class OfReport(FairFormPage):
    """A form that comes from the report and goes back there."""

    def trail(self) -> list[tuple[str, str]]:
        """Fairs, the fair, its report."""
        return [*super().trail(), (str(_("Report")), report_url(self.record))]


class Amount(forms.DecimalField):
    """Money of two decimals; may be left open."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=0, required=False, **options)
        self.widget.attrs.update(inputmode="decimal", step="any")


class BudgetForm(forms.Form):
    """Planned and actual of each kind of cost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, words in COSTS.items():
            self.fields[f"planned_{kind}"] = Amount(label=_("%(cost)s, planned") % {"cost": words})
            self.fields[f"actual_{kind}"] = Amount(label=_("%(cost)s, actual") % {"cost": words})


class Budget(OfReport):
    """Planned and actual costs."""

    title = _("Budget and cost")
    template = "fairs/hours.html"
    form = BudgetForm
    button = _("Save budget")

    def leading(self) -> str:
        """In which currency."""
        return str(_("In %(currency)s. Leave open what you do not know yet; 0 means that it cost nothing.")) % {
            "currency": currency_of(list(self.record.budget.all()))
        }

    def initial(self) -> dict[str, Any]:
        """As it is."""
        lines = self.record.budget.all()
        return {f"planned_{line.kind}": line.planned for line in lines} | {f"actual_{line.kind}": line.actual for line in lines}

    def context(self) -> dict[str, Any]:
        """The names of the fields, two a kind."""
        return {"pairs": [(f"planned_{kind}", f"actual_{kind}") for kind in COSTS]}

    def save(self, form: Any) -> str:
        """Saves."""
        lines = {kind: (form.cleaned_data[f"planned_{kind}"], form.cleaned_data[f"actual_{kind}"]) for kind in COSTS}
        set_budget(self.record, by=self.by, revision=self.seen, lines=lines)
        return report_url(self.record)


class GoalForm(forms.Form):
    """What is wanted."""

    kind = forms.ChoiceField(label=_("kind"), choices=list(KINDS.items()))
    measure = forms.ChoiceField(label=_("measure"), required=False, help_text=_("What is chosen here is counted from the records."))
    words = Text(
        label=_("own measure"),
        max_length=200,
        required=False,
        help_text=_("Instead of the choice above; what was reached is then noted by hand."),
    )
    target = Quantity(label=_("target"))
    reached = Quantity(label=_("reached so far"), required=False, help_text=_("Only for your own measure."))
    who = forms.ModelChoiceField(label=_("who answers for it"), queryset=User.objects.none(), required=False, empty_label=_("nobody"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = groupby(hung("fair.measures"), key=lambda measure: measure.kind)
        known = [(KINDS[kind], [(measure.code, measure.words) for measure in group]) for kind, group in grouped]
        narrow(self, "measure", [("", _("my own")), *known])
        narrow(self, "who", User.objects.filter(is_active=True).order_by("username"))


class NewGoal(OfReport):
    """Adds a goal."""

    title = _("New goal")
    lead = _("How much is wanted of what, and who answers for it.")
    form = GoalForm
    button = _("Save goal")

    def save(self, form: Any) -> str:
        """Adds it."""
        add_goal(self.record, by=self.by, **form.cleaned_data)
        return report_url(self.record)


class EditGoal(FormPage):
    """Edits a goal; notes what was reached."""

    right = "fairs.edit"
    title = _("Edit goal")
    nav = "fairs"
    form = GoalForm
    button = _("Save goal")

    def find(self) -> QuerySet[Goal]:
        """Of every fair."""
        return Goal.objects.select_related("fair", "who") if self.by.kind != "guest" else Goal.objects.none()

    def trail(self) -> list[tuple[str, str]]:
        """Fairs, the fair, its report."""
        fair = self.record.fair
        return [(str(_("Fairs")), reverse("fairs")), (str(fair), reverse("fair", args=[fair.pk])), (str(_("Report")), report_url(fair))]

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in GoalForm.base_fields} | {"who": self.record.who_id}

    def save(self, form: Any) -> str:
        """Edits it."""
        edit_goal(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return report_url(self.record.fair)


class RemoveGoal(ActionPage):
    """Takes a goal back."""

    right = "fairs.edit"
    done = _("The goal is removed.")

    def find(self) -> QuerySet[Goal]:
        """Of every fair."""
        return Goal.objects.select_related("fair") if self.by.kind != "guest" else Goal.objects.none()

    def back(self) -> str:
        """The report."""
        return report_url(self.record.fair)

    def press(self) -> str:
        """Removes it."""
        fair = self.record.fair
        remove_goal(self.record, by=self.by)
        return report_url(fair)

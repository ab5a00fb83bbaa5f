"""One next step for many customers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.followups.bulk import plan_for_many
from boothline.followups.steps import STEP_KINDS
from boothline.timeline.undo import Deed
from boothline.ui.bulk import BulkPage
from boothline.ui.fields import Day, Text
from boothline.worktime.calendar import add_workdays


class StepForm(forms.Form):
    """What, how, when, by whom."""

    what = Text(label=_("next step"), max_length=200)
    kind = forms.ChoiceField(label=_("how"), choices=list(STEP_KINDS.items()))
    due_on = Day(label=_("when"))
    owner = forms.ModelChoiceField(
        label=_("who"), queryset=User.objects.filter(is_active=True), required=False, empty_label=_("the owner of each")
    )


class BulkStep(BulkPage):
    """Plans the same step for the ticked customers."""

    right = "steps.plan"
    title = _("Plan a next step")
    nav = of = "customers"
    form = StepForm
    button = _("Save next step")

    def initial(self) -> dict[str, Any]:
        """By phone, three workdays ahead."""
        return {"kind": "call", "due_on": add_workdays(clock.today(), 3)}

    def apply(self, rows: dict[int, int], form: Any) -> Deed:
        """Plans it."""
        return plan_for_many(rows, by=self.by, **form.cleaned_data)

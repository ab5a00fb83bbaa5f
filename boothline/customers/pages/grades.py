"""Changing a grade with a reason, and letting the rule decide again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from boothline.core.text import phrase
from boothline.customers.grades import DAYS, GradePin, free_grade, set_grade
from boothline.customers.grading import reason_words
from boothline.customers.lists import GRADE_WORDS, GRADES, grade_means
from boothline.customers.pages.customers import CustomerFormPage
from boothline.customers.trail import customer_url
from boothline.ui.fields import Text
from boothline.ui.kit import ActionPage


class GradeForm(forms.Form):
    """Which grade, and why."""

    grade = forms.ChoiceField(label=_("grade"), choices=[(code, lazy(grade_means, str)(code)) for code in GRADES], widget=forms.RadioSelect)
    reason = Text(label=_("reason"), max_length=500)


class SetGrade(CustomerFormPage):
    """Sets a grade for a time."""

    right = "customers.edit"
    title = _("Change grade")
    form = GradeForm
    button = _("Save grade")

    def leading(self) -> str:
        """What the rule says, and how long one's own word holds."""
        values = {"grade": GRADE_WORDS[self.record.derived_grade], "why": reason_words(self.record.grade_why), "days": DAYS.value}
        words = _("The facts propose %(grade)s: %(why)s. What you set holds for %(days)s days; the proposal stays beside it.")
        return phrase(words, values)

    def initial(self) -> dict[str, Any]:
        """The grade now."""
        return {"grade": self.record.grade}

    def save(self, form: Any) -> str:
        """Sets it."""
        set_grade(self.record, by=self.by, **form.cleaned_data)
        return self.back_to_customer()


class FreeGrade(ActionPage):
    """What the facts propose counts again."""

    right = "customers.edit"
    done = _("The grade follows the facts again.")

    def find(self) -> QuerySet[GradePin]:
        """Visible ones."""
        return GradePin.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record.customer)

    def press(self) -> str:
        """Frees it."""
        free_grade(self.record, by=self.by)
        return self.back()

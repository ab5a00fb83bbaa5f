"""The company's own workdays and free days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Text
from boothline.ui.kit import FormPage, ListPage
from boothline.worktime.calendar import DayOverride, change_override, lift_override, override_day

AS_WHAT = [("work", _("a workday")), ("free", _("a free day"))]


class OverrideList(ListPage):
    """Every day that differs from the public calendar."""

    right = "worktime.edit"
    title = _("Workdays")
    nav = "workdays"
    columns = [
        Column(_("day"), lambda o: str(o.day), "link", lambda o: reverse("workday", args=[o.pk])),
        Column(_("work or free"), lambda o: _("a workday") if o.is_workday else _("a free day")),
        Column(_("why"), lambda o: o.words),
    ]
    sorts = {"newest": Sort(_("newest"), "day", descending=True)}
    search_words = _("Find: why")
    empty = _("Public holidays and make-up workdays are known already. Add a day only where the company differs from them.")
    create = ("workday-new", _("Add a day"), "worktime.edit")

    def rows(self) -> QuerySet[DayOverride]:
        """All."""
        return DayOverride.objects.visible_to(self.by)


class NewForm(forms.Form):
    """A day and what it is."""

    day = Day(label=_("day"))
    is_workday = forms.ChoiceField(label=_("work or free"), choices=AS_WHAT, widget=forms.RadioSelect)
    words = Text(label=_("why"), max_length=100, required=False)


class EditForm(forms.Form):
    """What a day is; or the public calendar decides again."""

    is_workday = forms.ChoiceField(
        label=_("work or free"), choices=[*AS_WHAT, ("public", _("as the public calendar says"))], widget=forms.RadioSelect
    )
    words = Text(label=_("why"), max_length=100, required=False)


class OverrideFormPage(FormPage):
    """Common to both forms."""

    right = "worktime.edit"
    nav = "workdays"
    button = _("Save day")

    def trail(self) -> list[tuple[str, str]]:
        """Workdays."""
        return [(str(_("Workdays")), reverse("workdays"))]


class NewOverride(OverrideFormPage):
    """Adds a day."""

    title = _("Add a day")
    form = NewForm
    is_about_record = False

    def save(self, form: Any) -> str:
        """Adds it."""
        data = form.cleaned_data
        override_day(by=self.by, day=data["day"], is_workday=data["is_workday"] == "work", words=data["words"])
        return reverse("workdays")


class EditOverride(OverrideFormPage):
    """Corrects a day, or leaves it to the public calendar."""

    title = _("Edit day")
    form = EditForm

    def find(self) -> QuerySet[DayOverride]:
        """All."""
        return DayOverride.objects.visible_to(self.by)

    def heading(self) -> str:
        """The day."""
        return str(self.record)

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"is_workday": "work" if self.record.is_workday else "free", "words": self.record.words}

    def save(self, form: Any) -> str:
        """Saves."""
        data = form.cleaned_data
        if data["is_workday"] == "public":
            lift_override(self.record, by=self.by, revision=self.seen)
        else:
            is_workday = data["is_workday"] == "work"
            change_override(self.record, by=self.by, revision=self.seen, is_workday=is_workday, words=data["words"])
        return reverse("workdays")

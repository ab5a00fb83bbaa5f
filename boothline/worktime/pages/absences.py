"""Days off: the list of one's own, of everybody for a manager, and the form that enters some."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Text, narrow
from boothline.ui.kit import ActionPage, FormPage, ListPage
from boothline.worktime.absences import Absence, enter_absence, remove_absence


class AbsenceList(ListPage):
    """Who is off when."""

    right = "absences.own"
    title = _("Days off")
    nav = "absences"
    lead = _("A day off lowers the week's target of touches in proportion.")
    columns = [
        Column(_("who"), lambda a: str(a.person)),
        Column(_("from"), lambda a: a.starts_on, "day"),
        Column(_("until"), lambda a: a.ends_on, "day"),
        Column(_("why"), lambda a: a.words),
    ]
    sorts = {"newest": Sort(_("newest"), "starts_on", descending=True), "oldest": Sort(_("oldest"), "starts_on")}
    empty = _("No days off are entered.")
    create = ("absence-new", _("Enter days off"), "absences.own")
    press = ("absence-removal", _("Take back"))

    def rows(self) -> QuerySet[Absence]:
        """One's own, or everybody's."""
        return Absence.objects.visible_to(self.by).for_list()


class AbsenceForm(forms.Form):
    """From, until, why; a manager says who."""

    person = forms.ModelChoiceField(label=_("who"), queryset=User.objects.none(), empty_label=None)
    starts_on = Day(label=_("from"))
    ends_on = Day(label=_("until"))
    words = Text(label=_("why"), max_length=100, required=False, help_text=_("Only you and managers read it."))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "person", people)


class NewAbsence(FormPage):
    """Enters days off."""

    right = "absences.own"
    title = _("Enter days off")
    nav = "absences"
    form = AbsenceForm
    button = _("Save days off")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(str(_("Days off")), reverse("absences"))]

    def initial(self) -> dict[str, Any]:
        """Oneself, today."""
        return {"person": self.by.id, "starts_on": clock.today(), "ends_on": clock.today()}

    def form_options(self) -> dict[str, Any]:
        """Oneself; for a manager everybody."""
        active = User.objects.filter(is_active=True).order_by("name", "id")
        return {"people": active if self.by.has("absences.others") else active.filter(pk=self.by.id or 0)}

    def save(self, form: Any) -> str:
        """Enters them."""
        data = form.cleaned_data
        enter_absence(data["person"], by=self.by, starts_on=data["starts_on"], ends_on=data["ends_on"], words=data["words"])
        return reverse("absences")


class RemoveAbsence(ActionPage):
    """They work after all."""

    right = "absences.own"

    def find(self) -> QuerySet[Absence]:
        """One's own, or everybody's."""
        return Absence.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The list."""
        return reverse("absences")

    def press(self) -> str:
        """Takes them back."""
        remove_absence(self.record, by=self.by)
        return self.back()

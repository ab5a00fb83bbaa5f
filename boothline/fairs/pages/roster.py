"""The forms of show hours and roster."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.fairs.editions import Fair
from boothline.fairs.roster import put_on_duty, set_hours, take_off_duty
from boothline.ui.fields import narrow
from boothline.ui.kit import ActionPage, FormPage
from boothline.worktime.shows import CLOSES, OPENS, Shift


class Moment(forms.TimeField):
    """A time of day, with the browser's clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


class FairFormPage(FormPage):
    """A form about a fair."""

    right = "fairs.edit"
    nav = "fairs"

    def find(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Fairs, the fair."""
        return [(str(_("Fairs")), reverse("fairs")), (str(self.record), reverse("fair", args=[self.record.pk]))]


class HoursForm(forms.Form):
    """Opening and closing of each day."""

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fair = fair
        for day in fair.days:
            words = {"day": clock.day_words(day)}
            self.fields[f"opens_{day}"] = Moment(label=_("%(day)s from") % words)
            self.fields[f"closes_{day}"] = Moment(label=_("%(day)s until") % words)


class Hours(FairFormPage):
    """Opening hours."""

    title = _("Opening hours")
    lead = _("In these hours the clocks of first answers run, on free days too.")
    template = "fairs/hours.html"
    form = HoursForm
    button = _("Save show hours")

    def form_options(self) -> dict[str, Any]:
        """Its days."""
        return {"fair": self.record}

    def initial(self) -> dict[str, Any]:
        """As they are."""
        rows = self.record.show.days.all() if self.record.show else []
        return {f"opens_{r.day}": r.opens for r in rows} | {f"closes_{r.day}": r.closes for r in rows}

    def context(self) -> dict[str, Any]:
        """The names of the fields, two a day."""
        return {"pairs": [(f"opens_{day}", f"closes_{day}") for day in self.record.days]}

    def save(self, form: Any) -> str:
        """Saves."""
        data = form.cleaned_data
        set_hours(
            self.record,
            by=self.by,
            revision=self.seen,
            hours={day: (data[f"opens_{day}"], data[f"closes_{day}"]) for day in self.record.days},
        )
        return reverse("fair", args=[self.record.pk])


class DutyForm(forms.Form):
    """Who is on duty, on which days, from when until when, and who stands in."""

    person = forms.ModelChoiceField(label=_("who"), queryset=User.objects.none(), empty_label=_("choose a colleague"))
    days = forms.MultipleChoiceField(label=_("days"), widget=forms.CheckboxSelectMultiple)
    starts = Moment(label=_("from"))
    ends = Moment(label=_("until"))
    backup = forms.ModelChoiceField(
        label=_("backup"), queryset=User.objects.none(), required=False, empty_label=_("nobody: the manager takes over"),
        help_text=_("Gets what is not answered in time."),
    )  # fmt: skip

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "days", [(day.isoformat(), clock.day_words(day)) for day in fair.days])
        people = User.objects.filter(is_active=True).order_by("username")
        narrow(self, "person", people)
        able = people.filter(held_roles__role__in=("sales", "manager", "clerk")).distinct()  # who may log the touch
        narrow(self, "backup", able)


class NewDuty(FairFormPage):
    """Puts somebody on the roster."""

    title = _("Put on duty")
    lead = _("Who is on the roster of a day already gets the new hours and backup.")
    form = DutyForm
    button = _("Save duty")

    def form_options(self) -> dict[str, Any]:
        """Its days."""
        return {"fair": self.record}

    def initial(self) -> dict[str, Any]:
        """All days, all day."""
        first = self.record.show.days.first() if self.record.show else None
        opens, closes = (first.opens, first.closes) if first else (OPENS, CLOSES)
        return {"days": [day.isoformat() for day in self.record.days], "starts": opens, "ends": closes}

    def save(self, form: Any) -> str:
        """Puts them on."""
        data, fair = form.cleaned_data, self.record
        days = [day for day in fair.days if day.isoformat() in data["days"]]
        put_on_duty(fair, by=self.by, person=data["person"], days=days, starts=data["starts"], ends=data["ends"], backup=data["backup"])
        return reverse("fair", args=[fair.pk])


class OffDuty(ActionPage):
    """Takes somebody off the roster of a day."""

    right = "fairs.edit"
    done = _("Taken off the roster.")

    def find(self) -> QuerySet[Shift]:
        """Of every fair."""
        return Shift.objects.select_related("show", "user") if self.by.kind != "guest" else Shift.objects.none()

    def back(self) -> str:
        """The fair."""
        return reverse("fair", args=[Fair.objects.get(show=self.record.show_id).pk])

    def press(self) -> str:
        """Takes them off."""
        back = self.back()
        take_off_duty(self.record, by=self.by)
        return back

"""Fairs: list, page, forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core.errors import Refused
from boothline.fairs.editions import CODE_TAKEN, Fair, add_fair, check_days, edit_fair
from boothline.fairs.exhibitors import Exhibitor
from boothline.fairs.panel import invited, live
from boothline.followups.clocks import Clock
from boothline.followups.today import time_left
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Text, narrow
from boothline.ui.kit import DetailPage, FormPage, ListPage, panels
from boothline.worktime.shows import Shift

SHOWN = 20  # who waits for the first answer, on a fair's page


class FairForm(forms.Form):
    """An edition's own fields."""

    code = Text(label=_("code"), max_length=40)
    name = Text(label=_("name"), max_length=200)
    name_latin = Text(label=_("name in English"), max_length=200, required=False)
    city = Text(label=_("city"), max_length=100, required=False)
    city_latin = Text(label=_("city in English"), max_length=100, required=False)
    booth = Text(label=_("booth"), max_length=60, required=False)
    starts_on = Day(label=_("first day"))
    ends_on = Day(label=_("last day"))
    lead = forms.ModelChoiceField(
        label=_("follows up"), queryset=User.objects.none(), required=False, empty_label=_("nobody (pool)"),
        help_text=_("Owns the customers that booth staff capture here."),
    )  # fmt: skip

    def __init__(self, *args: Any, fair: Fair | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fair = fair
        people = User.objects.filter(is_active=True, held_roles__role__in=("sales", "manager")).distinct()
        narrow(self, "lead", people)

    def clean_code(self) -> str:
        """Not taken by another fair."""
        code: str = self.cleaned_data["code"]
        if Fair.objects.filter(code__iexact=code).exclude(pk=self.fair.pk if self.fair else 0).exists():
            raise forms.ValidationError(CODE_TAKEN)
        return code

    def clean(self) -> dict[str, Any]:
        """The two days, whatever else is wrong: all of it is told at once."""
        data = super().clean() or {}
        if {"starts_on", "ends_on"} <= set(data):
            try:
                check_days(data)
            except Refused as refused:
                self.add_error(refused.field, str(refused.words))
        return data


class FairList(ListPage):
    """Every edition."""

    right = "fairs.see"
    title = _("Fairs")
    nav = "fairs"
    columns = [
        Column(_("fair"), str, "link", lambda f: reverse("fair", args=[f.pk])),
        Column(_("code"), lambda f: f.code),
        Column(_("city"), lambda f: f.town or f.city),
        Column(_("booth"), lambda f: f.booth),
        Column(_("from"), lambda f: f.starts_on, "day"),
        Column(_("until"), lambda f: f.ends_on, "day"),
        Column(_("follows up"), lambda f: str(f.lead or ""), usual=False),
    ]
    sentence = _("Showing fairs, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "starts_on", descending=True)}
    search_words = _("Find: name, code, city")
    empty = _("No fairs yet. Add the first edition with its days and booth.")
    create = ("fair-new", _("New fair"), "fairs.edit")

    def rows(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by).for_list()


class FairPage(DetailPage):
    """One edition."""

    right = "fairs.see"
    template = "fairs/fair.html"
    nav = "fairs"

    def find(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Fairs."""
        return [(str(_("Fairs")), reverse("fairs"))]

    def context(self) -> dict[str, Any]:
        """The roster, the numbers of now, who waits for the first answer, panels of the rooms above, and its history."""
        fair = self.record
        waiting = (
            Clock.objects.visible_to(self.by).open().filter(show=fair.show, show__isnull=False).for_list().order_by("turn_due_at", "id")
        )
        clocks = [(held, time_left(held.turn_due_at), held.turn_due_at < timezone.now()) for held in waiting[:SHOWN]]
        shifts = list(Shift.objects.filter(show=fair.show, show__isnull=False).select_related("user", "backup"))
        hours = {row.day: row for row in fair.show.days.all()} if fair.show else {}
        return {
            "roster": [(day, hours.get(day), [s for s in shifts if s.day == day]) for day in fair.days],
            "live": live(fair),
            "invited": invited(fair, self.by),
            "listed": Exhibitor.objects.visible_to(self.by).filter(fair=fair).count(),
            "waiting": clocks,
            "panels": panels("fair", self.record, self.by),
            "events": Event.objects.about(self.record).readable_by(self.by).order_by("-id")[:20],
        }


class NewFair(FormPage):
    """Adds an edition."""

    right = "fairs.edit"
    title = _("New fair")
    nav = "fairs"
    form = FairForm
    button = _("Save fair")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """Fairs."""
        return [(str(_("Fairs")), reverse("fairs"))]

    def save(self, form: Any) -> str:
        """Adds it."""
        return reverse("fair", args=[add_fair(by=self.by, **form.cleaned_data).pk])


class EditFair(FormPage):
    """Edits an edition."""

    right = "fairs.edit"
    title = _("Edit fair")
    nav = "fairs"
    form = FairForm
    button = _("Save fair")

    def find(self) -> QuerySet[Fair]:
        """All."""
        return Fair.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """Fairs, the fair."""
        return [(str(_("Fairs")), reverse("fairs")), (str(self.record), reverse("fair", args=[self.record.pk]))]

    def initial(self) -> dict[str, Any]:
        """As it is."""
        values = {name: getattr(self.record, name) for name in FairForm.base_fields}
        return values | {"lead": self.record.lead_id}

    def form_options(self) -> dict[str, Any]:
        """The fair itself may keep its code."""
        return {"fair": self.record}

    def save(self, form: Any) -> str:
        """Edits it."""
        edit_fair(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return reverse("fair", args=[self.record.pk])

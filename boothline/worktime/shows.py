"""Dated working time: the show hours of a fair and its roster. A fair writes them here, so that a response clock never asks a fair.

A `Show` is what stands for the fair: its days with opening hours, and the shifts of who is on duty with their backups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.worktime.calendar import Calendar, Span, company_calendar

OPENS, CLOSES = time(9), time(17)  # until somebody writes the real hours


class Show(models.Model):
    """What stands here for a fair."""

    name = models.CharField(max_length=200)
    name_latin = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(name=PLAIN, name_latin=PLAIN)

    def __str__(self) -> str:
        return self.name

    def named(self, language: str) -> str:
        """As a reader of this language calls it."""
        return self.name_latin if language.startswith("en") and self.name_latin else self.name


class ShowDay(models.Model):
    """One day of a show: from when until when visitors come."""

    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    opens = models.TimeField(default=OPENS)
    closes = models.TimeField(default=CLOSES)

    class Meta:
        ordering = ("day",)
        constraints = [models.UniqueConstraint(fields=["show", "day"], name="show_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Shift(Record):
    """That a person is on duty at a show on a day, and who stands in for them."""

    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="shifts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    backup = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("backup"))

    class Meta:
        ordering = ("day", "starts", "id")
        constraints = [models.UniqueConstraint(fields=["show", "user", "day"], name="shift_once")]
        indexes = [models.Index(fields=["user", "day"], name="shift_of_person")]

    def __str__(self) -> str:
        return f"{self.user} {self.day} {self.starts:%H:%M}–{self.ends:%H:%M}"


def keep_show(show: Show | None, *, name: str, name_latin: str, days: dict[date, Span]) -> Show:
    """Writes a show with its days; what a fair no longer has goes, its shifts too. Called by fairs alone."""
    if show is None:
        show = Show.objects.create(name=name, name_latin=name_latin)
    else:
        Show.objects.filter(pk=show.pk).update(name=name, name_latin=name_latin)
    ShowDay.objects.filter(show=show).exclude(day__in=days).delete()
    Shift.objects.filter(show=show).exclude(day__in=days).delete()
    known = {row.day: row for row in ShowDay.objects.filter(show=show)}
    for day, (opens, closes) in days.items():
        if day not in known:
            ShowDay.objects.create(show=show, day=day, opens=opens, closes=closes)
        elif (known[day].opens, known[day].closes) != (opens, closes):
            ShowDay.objects.filter(pk=known[day].pk).update(opens=opens, closes=closes)
    return show


def keep_shifts(show: Show, user: User, days: Iterable[date], *, starts: time, ends: time, backup: User | None) -> None:
    """Writes a person's shifts, one a day; a day that has one gets the new hours. Called by fairs alone."""
    for day in days:
        Shift.objects.update_or_create(show=show, user=user, day=day, defaults={"starts": starts, "ends": ends, "backup": backup})
        Shift.objects.filter(show=show, user=user, day=day).update(revision=F("revision") + 1)


def remove_shift(shift: Shift) -> None:
    """Takes a person off the roster of a day. Called by fairs alone."""
    Shift.objects.filter(pk=shift.pk).delete()


def show_calendar(show: Show, ordinary: Calendar | None = None) -> Calendar:
    """The ordinary calendar with the show's days above it: the roster's hours, where nobody is on the roster the show's."""
    ordinary = ordinary or company_calendar()
    dated: dict[date, list[Span]] = defaultdict(list)
    for day, starts, ends in Shift.objects.filter(show=show).order_by("day", "starts").values_list("day", "starts", "ends"):
        dated[day].append((starts, ends))
    hours = {row.day: (row.opens, row.closes) for row in show.days.all()}
    spans = {day: _together(dated[day]) if day in dated else (open_hours,) for day, open_hours in hours.items()}
    return Calendar(works=ordinary.works, hours=ordinary.hours, dated=spans)


def _together(spans: list[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((starts, ends))
    return tuple(found)


def is_open(days: Iterable[ShowDay], at: datetime) -> bool:
    """Whether a show with these days is open at this moment."""
    here = timezone.localtime(at)
    return any(row.day == here.date() and row.opens <= here.time() < row.closes for row in days)


def backup_of(show: Show | None, user_id: int | None, day: date) -> User | None:
    """Who stands in for a person: as the roster of the day says, else of their nearest day at this show."""
    if show is None or user_id is None:
        return None
    shifts = Shift.objects.filter(show=show, user_id=user_id, backup__isnull=False, backup__is_active=True).select_related("backup__team")
    nearest = sorted(shifts, key=lambda shift: abs((shift.day - day).days))
    return nearest[0].backup if nearest else None

"""The working calendar: the holidays and make-up workdays (调休) of the company's country from a library, its overrides, and hours.

A fair writes its days here (`shows`): on them the roster's hours are the working time, on Sundays too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core import memo
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record, hold_revision, revise
from boothline.core.rules import RULES, Rule
from boothline.timeline.history import record
from boothline.worktime import events

Span = tuple[time, time]
KEPT = "worktime.overrides"
FURTHEST = 400  # days that a limit may reach ahead


class HoursRule(Rule[str]):
    """Working hours as people write them: 09:00-12:00,13:00-18:00."""

    def parse(self, text: str) -> str:
        """Checked: each span ends after it begins, and begins after the one before."""
        spans_of(text)
        return text


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of a day; ValueError where the text says none."""
    spans = tuple(
        (time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip()))
        for begins, _dash, ends in (span.partition("-") for span in text.split(","))
    )
    moments = [moment for span in spans for moment in span]
    if any(moment.tzinfo for moment in moments) or moments != sorted(set(moments)):
        raise ValueError(text)
    return spans


HOURS = HoursRule(
    "worktime.hours", "09:00-12:00,13:00-18:00", _("Working hours of a workday"), takes=_("spans such as 09:00-12:00,13:00-18:00")
)  # fmt: skip
RULES[HOURS.code] = HOURS


class Overrides(models.QuerySet["DayOverride"]):
    """Questions about overrides."""

    def visible_to(self, by: Actor) -> Overrides:
        """Everybody who works here lives by them."""
        return self if by.kind != "guest" else self.none()

    def search(self, words: str, by: Actor) -> Overrides:
        """By what is written beside the day."""
        return self.filter(words__icontains=words)


class DayOverride(Record):
    """A day that the company treats differently from the public calendar."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("workday"))
    words = models.CharField(_("why"), max_length=100, blank=True, default="")
    privacy = tags(words=PLAIN)

    objects = Overrides.as_manager()

    def __str__(self) -> str:
        return f"{self.day}"


@operation("worktime.override")
def override_day(*, by: Actor, day: date, is_workday: bool, words: str = "") -> DayOverride:
    """Makes a day a workday or a free day, whatever the public calendar says."""
    require(by, "worktime.edit")
    if DayOverride.objects.filter(day=day).exists():
        raise Refused(_now("This day is in the list already. Open it there."), field="day")
    made = DayOverride.objects.create(day=day, is_workday=is_workday, words=words)
    memo.forget(KEPT)
    record(events.OVERRIDDEN, subject=made, by=by, values={"day": day, "is": "work" if is_workday else "free"})
    return made


@operation("worktime.change_override")
def change_override(override: DayOverride, *, by: Actor, revision: int, is_workday: bool, words: str) -> DayOverride:
    """Corrects an override."""
    require(by, "worktime.edit", override)
    changes = revise(override, revision=revision, values={"is_workday": is_workday, "words": words})
    memo.forget(KEPT)
    if changes:
        values = {"day": override.day, "is": "work" if is_workday else "free"}
        record(events.OVERRIDDEN, subject=override, by=by, values=values, changes=changes)
    return override


@operation("worktime.lift_override")
def lift_override(override: DayOverride, *, by: Actor, revision: int) -> None:
    """The public calendar decides again, if the day still is what the person saw."""
    require(by, "worktime.edit", override)
    hold_revision(override, revision=revision, values={"is_workday": None})
    record(events.LIFTED, subject=override, by=by, values={"day": override.day})
    DayOverride.objects.filter(pk=override.pk).delete()
    memo.forget(KEPT)


@dataclass(frozen=True)
class Calendar:
    """When people work: which days, at which hours, and dated hours that stand above both."""

    works: Callable[[date], bool]
    hours: tuple[Span, ...]
    dated: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    zone: tzinfo | None = None

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working time of a day."""
        hours = self.dated.get(day)
        if hours is None:
            hours = self.hours if self.works(day) else ()
        zone = self.zone or timezone.get_current_timezone()
        return [(datetime.combine(day, begins, zone), datetime.combine(day, ends, zone)) for begins, ends in hours]

    def covers(self, at: datetime) -> bool:
        """Whether this moment is working time."""
        return any(begins <= at < ends for begins, ends in self.spans(self.day_of(at)))

    def day_of(self, at: datetime) -> date:
        """The day in the calendar's zone."""
        return at.astimezone(self.zone or timezone.get_current_timezone()).date()


def company_calendar() -> Calendar:
    """The ordinary calendar of this company: the holidays of its country, its overrides read once."""
    overrides = memo.once(KEPT, lambda: dict(DayOverride.objects.values_list("day", "is_workday")))
    public = _public(company().country.upper())

    def works(day: date) -> bool:
        return overrides[day] if day in overrides else bool(public.is_working_day(day))

    return Calendar(works=works, hours=spans_of(HOURS.value))


def add_working_hours(at: datetime, hours: Decimal, calendar: Calendar) -> datetime:
    """The moment when this much working time has passed since `at`."""
    left = timedelta(seconds=int(hours * 3600))
    day = calendar.day_of(at)
    for _day in range(FURTHEST):
        for opens, ends in calendar.spans(day):
            begins = max(opens, at)
            if begins >= ends:
                continue
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        day += timedelta(days=1)
    raise ValueError("this calendar has no working time ahead")


def eight_hours_later(at: datetime, times: int = 1) -> datetime:
    """The moment when so many times eight working hours have passed: within working hours, the same hour of a later workday."""
    return add_working_hours(at, Decimal(8) * times, company_calendar())


def working_time(begins: datetime, ends: datetime, calendar: Calendar) -> timedelta:
    """How much working time lies between two moments."""
    found, day, last = timedelta(0), calendar.day_of(begins), calendar.day_of(ends)
    while day <= last:
        for opens, closes in calendar.spans(day):
            found += max(timedelta(0), min(closes, ends) - max(opens, begins))
        day += timedelta(days=1)
    return found


def add_workdays(start: date, count: int) -> date:
    """The day that lies `count` workdays after `start`; 0 gives the first workday from `start` on."""
    calendar = company_calendar()
    day = _next_workday(start, calendar)
    for _day in range(count):
        day = _next_workday(day + timedelta(days=1), calendar)
    return day


def next_workday(day: date) -> date:
    """The first workday after this day: what one means by it, on a free day, too."""
    return _next_workday(day + timedelta(days=1), company_calendar())


def last_workday(day: date) -> date:
    """The day itself where people work on it, else the last workday before it."""
    return _next_workday(day, company_calendar(), ahead=-1)


def _next_workday(day: date, calendar: Calendar, *, ahead: int = 1) -> date:
    for n in range(FURTHEST):
        if calendar.works(day + timedelta(days=ahead * n)):
            return day + timedelta(days=ahead * n)
    raise ValueError("this calendar has no workday ahead")


@cache
def _public(country: str) -> Any:
    import holidays  # heavy: 0.4 s, at the first question about a day

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:  # a country that nobody has written down: weekends are free
        return holidays.HolidayBase()

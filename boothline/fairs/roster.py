"""The roster 值班: show hours of each day, who is on duty when, and who stands in for whom. Written into the working calendar."""

from __future__ import annotations

from datetime import date, time

from django.db.models import F, Q
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale
from boothline.core.operations import operation
from boothline.fairs import events
from boothline.fairs.editions import Fair
from boothline.timeline.history import record
from boothline.worktime.calendar import Span
from boothline.worktime.shows import Shift, keep_shifts, keep_show, remove_shift


@operation("fairs.set_hours")
def set_hours(fair: Fair, *, by: Actor, revision: int, hours: dict[date, Span]) -> None:
    """From when until when visitors come, day by day; a day that is not named keeps its hours."""
    require(by, "fairs.edit", fair)
    for day, (opens, closes) in hours.items():
        if closes <= opens:
            words = _("On %(day)s the show closes before it opens. Correct one of the two.")
            raise Refused(words % {"day": clock.day_words(day)}, field=f"closes_{day}")
    fair = Fair.objects.select_for_update(of=("self",), no_key=True).get(pk=fair.pk)
    known = {row.day: (row.opens, row.closes) for row in fair.show.days.all()} if fair.show else {}
    if fair.revision != revision:
        raise Stale(fair, _apart(known, hours), _("Not saved: somebody changed this meanwhile. Choose which values stay."))
    wanted = {day: hours.get(day, known.get(day)) for day in fair.days}
    days = {day: span for day, span in wanted.items() if span}
    keep_show(fair.show, name=fair.name, name_latin=fair.name_latin, days=days)
    changes = {str(day): [_span(known[day]), _span(span)] for day, span in days.items() if day in known and known[day] != span}
    if changes:
        Fair.objects.filter(pk=fair.pk).update(revision=F("revision") + 1)
        record(events.HOURS_SET, subject=fair, by=by, changes=changes)


def _apart(theirs: dict[date, Span], mine: dict[date, Span]) -> list[tuple[str, time, time]]:
    both = [(day, theirs[day], span) for day, span in mine.items() if day in theirs]
    fields = [(f"{name}_{day}", was[i], new[i]) for day, was, new in both for i, name in enumerate(("opens", "closes"))]
    return [(name, was, new) for name, was, new in fields if was != new]


@operation("fairs.put_on_duty")
def put_on_duty(fair: Fair, *, by: Actor, person: User, days: list[date], starts: time, ends: time, backup: User | None = None) -> None:
    """Puts a person on the roster of these days; who is on it already gets the new hours and backup."""
    require(by, "fairs.edit", fair)
    if not days or set(days) - set(fair.days):
        raise Refused(_("Choose days of this fair."), field="days")
    if ends <= starts:
        raise Refused(_("The duty ends before it begins. Correct one of the two."), field="ends")
    if backup and backup.pk == person.pk:
        raise Refused(_("Nobody stands in for themselves. Choose somebody else as the backup."), field="backup")
    assert fair.show is not None  # every fair has its days in the calendar
    keep_shifts(fair.show, person, days, starts=starts, ends=ends, backup=backup)
    values = {
        "person": person, "hours": _span((starts, ends)), "first": min(days), "last": max(days), "count": len(set(days)),
        "backup": backup or "–",
    }  # fmt: skip
    record(events.ON_DUTY, subject=fair, by=by, values=values)


@operation("fairs.take_off_duty")
def take_off_duty(shift: Shift, *, by: Actor) -> None:
    """Takes a person off the roster of a day."""
    require(by, "fairs.edit")
    fair = Fair.objects.get(show=shift.show_id)
    remove_shift(shift)
    record(events.OFF_DUTY, subject=fair, by=by, values={"person": shift.user, "day": shift.day})


def pass_on_duty(person: User, *, by: Actor, to: User) -> None:
    """Somebody left: from today their colleague is on duty for them, in the hours of their own where they are on duty that day; and
    stands in where they did."""
    ahead = Shift.objects.filter(show__in=Fair.objects.values("show"), day__gte=clock.today())
    for shift in ahead.filter(Q(user=person) | Q(backup=person)).select_related("user", "backup").order_by("day", "id"):
        fair, who, backup = Fair.objects.get(show=shift.show_id), shift.user, to if shift.backup == person else shift.backup
        if who == person:
            take_off_duty(shift, by=by)
            if Shift.objects.filter(show=shift.show_id, day=shift.day, user=to).exists():
                continue
            who = to
        stands_in = backup if backup != who else None
        put_on_duty(fair, by=by, person=who, days=[shift.day], starts=shift.starts, ends=shift.ends, backup=stands_in)


def on_duty(fair: Fair, day: date) -> list[Shift]:
    """Who is on duty on this day, by their hours."""
    return list(Shift.objects.filter(show=fair.show, day=day).select_related("user", "backup")) if fair.show else []


def _span(span: Span) -> str:
    return f"{span[0]:%H:%M}–{span[1]:%H:%M}"

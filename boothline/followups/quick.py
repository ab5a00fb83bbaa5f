"""Days by one press: what the grade proposes, tomorrow, in three workdays, next Monday; none of them is a free day."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.core import clock
from boothline.followups.cadence import next_day
from boothline.worktime.calendar import add_workdays

QUICK = {
    "cadence": gettext_lazy("by grade"),
    "tomorrow": gettext_lazy("tomorrow"),
    "workdays": gettext_lazy("in 3 workdays"),
    "monday": gettext_lazy("next Monday"),
}


def quick_day(choice: str, grade: str = "") -> date | None:
    """The day behind a quick choice; None where the grade proposes none."""
    today = clock.today()
    if choice == "cadence":
        return next_day(grade, today)
    if choice == "workdays":
        return add_workdays(today, 3)
    return add_workdays(today + timedelta(days=1 if choice == "tomorrow" else 7 - today.weekday()), 0)


def quick_choices(grade: str = "") -> list[tuple[str, str]]:
    """The quick choices with their days, each day once; the first is what the grade proposes, if it does."""
    return [(code, f"{_words(code, grade, day)} {clock.day_words(day)}") for day, code in _days(grade).items()]


def quick_first(grade: str, *, presses: bool = False) -> str:
    """Which choice is made beforehand: the grade's day, of somebody who cannot wait for it no later than in 3 workdays; of somebody let
    go none."""
    by_grade, soon = quick_day("cadence", grade), quick_day("workdays")
    if grade == "D" and not presses:
        return ""
    days = _days(grade)
    day = min(filter(None, (by_grade, soon))) if presses else by_grade or soon
    return days[day] if day else ""


def _days(grade: str) -> dict[date, str]:
    days: dict[date, str] = {}
    for code in QUICK:
        day = quick_day(code, grade)
        if day:
            days.setdefault(day, code)
    return days


def _words(code: str, grade: str, day: date) -> str:
    if code == "cadence":
        return _("by grade %(grade)s") % {"grade": grade}
    is_later = code == "tomorrow" and day != clock.today() + timedelta(days=1)
    return _("next workday") if is_later else str(QUICK[code])

"""Cadence and standards: how soon one speaks with a customer again by grade, and how many one means to reach.

A cadence proposes the day of the next step, never a free one. A standard counts a customer once a day, and only where
somebody was reached; tries are counted beside. What was merely sent is a try: its answer, which came in, is what counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy

from boothline.core.rules import declare
from boothline.followups.touches import Touch, Touches
from boothline.worktime.absences import days_off
from boothline.worktime.calendar import add_workdays, company_calendar

A_WORKDAYS = declare("followups.cadence_a", 3, gettext_lazy("Workdays between two touches of grade A"), low=1, high=60)
B_DAYS = declare("followups.cadence_b", 7, gettext_lazy("Days between two touches of grade B"), low=1, high=180)
C_DAYS = declare("followups.cadence_c", 30, gettext_lazy("Days between two touches of grade C"), low=1, high=365)
CALLS = declare("followups.standard_calls", 5, gettext_lazy("Calls to grade A that a person makes on a workday"), low=0, high=100)
MANY = declare("followups.standard_touches", 10, gettext_lazy("Touches of grades B and C that a person has in a week"), low=0, high=500)
WEEK = 5  # workdays of an ordinary week
SPOKEN = ("reached", "came_in")  # somebody was there: they were reached, or answered
HOW = {"A": "call", "B": "call", "C": "mail"}  # what comes first


def next_day(grade: str, after: date) -> date | None:
    """When to speak with a customer of this grade again; a workday. None where nothing is proposed."""
    if grade == "A":
        return add_workdays(after, A_WORKDAYS.value)
    days = {"B": B_DAYS, "C": C_DAYS}.get(grade)
    return add_workdays(after + timedelta(days=days.value), 0) if days else None


@dataclass(frozen=True)
class Progress:
    """How far a standard is: reached, tried besides, and how many it should be."""

    reached: int
    tried: int
    target: int


def calls_to_a(user_id: int, day: date) -> Progress:
    """Customers of grade A whom this person called on a day; nothing is asked of a free day, or of who is off."""
    rows = _touches(user_id, day, day).filter(channel="phone", grade="A").exclude(reach="came_in")
    works = company_calendar().works(day) and not days_off(user_id, day, day)
    return Progress(*_counted(rows.filter(reach="reached"), rows), CALLS.value if works else 0)


def care_of_b_and_c(user_id: int, day: date) -> Progress:
    """Customers of grades B and C whom this person touched in the week of a day; free days and their own lower the target in proportion."""
    monday = day - timedelta(days=day.weekday())
    rows = _touches(user_id, monday, monday + timedelta(days=6)).filter(grade__in=("B", "C"))
    works, off = company_calendar().works, days_off(user_id, monday, monday + timedelta(days=6))
    workdays = sum(works(day) for day in (monday + timedelta(days=n) for n in range(7)) if day not in off)
    target = Decimal(MANY.value * min(workdays, WEEK)) / WEEK
    return Progress(*_counted(rows.filter(reach__in=SPOKEN), rows), int(target.quantize(Decimal(1), ROUND_HALF_UP)))


def _touches(user_id: int, first: date, last: date) -> Touches:
    begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last + timedelta(days=1)))
    return Touch.objects.filter(user_id=user_id, at__gte=begins, at__lt=ends)


def _counted(reached: Touches, rows: Touches) -> tuple[int, int]:
    """(customers reached, customers only tried), each once a day."""
    found, every = ({(pk, timezone.localdate(at)) for pk, at in some.values_list("customer_id", "at")} for some in (reached, rows))
    return len(found), len(every - found)

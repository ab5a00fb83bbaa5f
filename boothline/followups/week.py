"""The weekly plan 每周时间表: one person's week, day by day: at which hour whom or what to look at, why, with what result, what next.

Next steps stand on their day, done ones with what came of them. What rooms above plan (appointments, shipments) they hang in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.approvals.approval import Approval, approves
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.slots import hung
from boothline.customers.card import Contact, Customer
from boothline.customers.suitable import parts_words
from boothline.followups.steps import NextStep
from boothline.followups.touches import Touch
from boothline.worktime.shows import Shift

SHOWN = 200  # rows of a week
WORDS = 120  # characters of a result


@dataclass(frozen=True)
class Weekly:
    """Whose week is asked for, by whom, from its Monday to its Sunday."""

    by: Actor
    person: User
    first: date

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.first + timedelta(days=6)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first moment to the last one, which is not in it."""
        begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in (self.first, self.last + timedelta(days=1)))
        return begins, ends


@dataclass
class Planned:
    """One row; duty at the booth has no customer. `opens` is the page of what is looked at: (address name, key)."""

    day: date
    customer: Customer | None
    why: str
    hour: str = ""
    what: str = ""
    opens: tuple[str, Any] | None = None
    result: str = ""
    is_done: bool = False
    later: str = ""
    step: int | None = field(default=None, repr=False)

    @property
    def is_next(self) -> bool:
        """It is the customer's next step itself."""
        return self.step is not None and not self.is_done

    @property
    def place(self) -> tuple[Any, ...]:
        """What has an hour first, by it; then by name."""
        name = (self.customer.sort_key, self.customer.pk) if self.customer else ("", 0)
        return (self.day, not self.hour[:1].isdigit(), self.hour, *name)


@dataclass(frozen=True)
class Source:
    """Hung into the slot "week": what a room above plans for a person."""

    rows: Callable[[Weekly], list[Planned]]
    order: int = 100


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def week_of(asked: Weekly) -> dict[date, list[Planned]]:
    """{day: its rows} of the seven days; the same number of queries whatever stands there."""
    rows = [*_steps(asked), *_decisions(asked), *_duty(asked), *(row for source in hung("week") for row in source.rows(asked))]
    _fill(rows, asked)
    days: dict[date, list[Planned]] = {asked.first + timedelta(days=n): [] for n in range(7)}
    for row in sorted(rows, key=lambda row: row.place):
        days[row.day].append(row)
    return days


def _steps(asked: Weekly) -> list[Planned]:
    steps = NextStep.objects.visible_to(asked.by).filter(owner=asked.person, due_on__lte=asked.last)
    today = clock.today()
    since = steps.filter(due_on__gte=asked.first)
    if asked.first <= today <= asked.last:  # what is overdue from before waits today, as far as there is room beside the week's own
        since = since | steps.open().filter(due_on__lt=asked.first)
    found = since.for_list().annotate(is_before=Q(due_on__lt=asked.first)).order_by("is_before", "due_on", "id")[:SHOWN]
    return [
        Planned(
            day=max(step.due_on, today) if step.due_on < asked.first else step.due_on, customer=step.customer, why=str(step),
            what=str(step.get_kind_display()), opens=("customer", step.customer_id), is_done=step.done_at is not None, step=step.pk,
            result=_result(step),
        )
        for step in found
    ]  # fmt: skip


def _result(step: NextStep) -> str:
    if step.done_at is None:
        return ""
    on = {"on": clock.day_words(timezone.localdate(step.done_at))}
    return _("no longer needed since %(on)s") % on if step.is_dropped else _("done on %(on)s") % on


def _decisions(asked: Weekly) -> list[Planned]:
    """What waits for the reader's own approval, on the day by which it must be decided; what is late waits today."""
    if asked.person.pk != asked.by.id or not approves(asked.by):
        return []
    today, (_begins, ends) = clock.today(), asked.moments
    waiting = Approval.objects.waiting_for(asked.by).filter(under_kind="customer", until__lt=ends).order_by("until", "id")[:SHOWN]
    customers = Customer.objects.in_bulk([approval.under_id for approval in waiting])
    rows = [
        Planned(
            day=max(timezone.localdate(approval.until), today), customer=customers[approval.under_id], why=approval.title,
            hour=f"{timezone.localtime(approval.until):%H:%M}", opens=("approval", approval.pk),
        )
        for approval in waiting
        if approval.under_id in customers
    ]  # fmt: skip
    return [row for row in rows if asked.first <= row.day <= asked.last]


def _duty(asked: Weekly) -> list[Planned]:
    """When the person is on duty at a booth."""
    shifts = Shift.objects.filter(user=asked.person, day__range=(asked.first, asked.last)).select_related("show").order_by("day", "id")
    return [
        Planned(
            day=shift.day, customer=None, why=_("On duty at the booth until %(time)s") % {"time": f"{shift.ends:%H:%M}"},
            hour=f"{shift.starts:%H:%M}", what=shift.show.named(get_language() or ""),
        )
        for shift in shifts
    ]  # fmt: skip


def _fill(rows: list[Planned], asked: Weekly) -> None:
    """Adds suitable hours, results and what comes next of all customers at once."""
    of_customers = [(row, row.customer.pk) for row in rows if row.customer]
    ids = {pk for _row, pk in of_customers}
    suitable: dict[int, str] = {}
    for pk, parts in Contact.objects.filter(customer__in=ids).order_by("id").values_list("customer", "suitable"):
        suitable.setdefault(pk, parts_words(parts))
    begins, ends = asked.moments
    said: dict[tuple[int, date], str] = {}
    words = _("%(reach)s: %(words)s")
    for touch in Touch.objects.filter(customer__in=ids, at__gte=begins, at__lt=ends).order_by("at", "id"):
        said[touch.customer_id, timezone.localdate(touch.at)] = words % {"reach": touch.get_reach_display(), "words": touch.words[:WORDS]}
    coming: dict[int, list[NextStep]] = defaultdict(list)
    for step in NextStep.objects.open().filter(customer__in=ids).order_by("due_on", "id"):
        coming[step.customer_id].append(step)
    for row, pk in of_customers:
        row.hour = row.hour or suitable.get(pk, "")
        row.result = said.get((pk, row.day), row.result) if row.is_done else row.result
        after = next((step for step in coming[pk] if (step.due_on, step.pk) > (row.day, row.step or 0)), None)
        if after:
            row.later = f"{clock.day_words(after.due_on)} {after}"

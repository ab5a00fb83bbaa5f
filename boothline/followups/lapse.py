"""Lapse: business that nobody moves any more ends by itself, so that a type says what is alive.

Each room says after how many idle days its records lapse and records it as a fact; here stands what they share: on which
day, what stops it (a planned next step in the future), and that the owner is warned before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.core.rules import declare
from boothline.followups.steps import NextStep
from boothline.timeline.history import Event
from boothline.timeline.kinds import EventKind

log = logging.getLogger(__name__)

EARLY = declare(
    "followups.lapse_early_warning_days", 14, gettext_lazy("Days before a lapse on which the owner is warned first"), low=1, high=90
)
LATE = declare(
    "followups.lapse_late_warning_days", 3, gettext_lazy("Days before a lapse on which the owner is warned again"), low=1, high=30
)
REOPEN = declare("followups.lapse_reopen_days", 365, gettext_lazy("Days in which something lapsed may be reopened"), low=1, high=1825)


@dataclass(frozen=True)
class Idle:
    """A record that may lapse: since when nothing happened, and how many days of that it bears."""

    record: Any
    since: datetime
    days: int


def days_of(idle: list[Idle]) -> dict[Any, date]:
    """{record: the day on which it lapses}. A step that is still to come moves that day behind itself."""
    ids = {i.record.customer_id for i in idle}
    steps = NextStep.objects.open().filter(customer__in=ids, due_on__gte=clock.today())
    last = dict(steps.values_list("customer_id").annotate(Max("due_on"))) if ids else {}
    days = {}
    for i in idle:
        own = timezone.localdate(i.since) + timedelta(days=i.days)
        step = last.get(i.record.customer_id)
        days[i.record] = max(own, step + timedelta(days=1)) if step else own
    return days


def soonest(days: int) -> datetime:
    """What was moved after this moment is neither due nor to be warned of; narrows the daily question."""
    return timezone.now() - timedelta(days=max(0, days - EARLY.value - 1))


def watch(
    idle: Iterable[Idle],
    *,
    warning: EventKind,
    warn: Callable[..., object],
    lapse: Callable[..., object],
    before: tuple[int, int] | None = None,
) -> int:
    """The daily task of one kind of record: lapses what is due, each in a transaction of its own, and warns of the rest, the days
    that `before` says else those of every lapse."""
    limits = before or (EARLY.value, LATE.value)
    found = list(idle)
    warned = _warned(warning, found)
    done = 0
    for record, day in days_of(found).items():
        left = (day - clock.today()).days
        reached = [days for days in limits if left <= days]
        try:
            if left <= 0:
                done += bool(lapse(record, by=SYSTEM))
            elif reached and (record.pk, day.isoformat(), min(reached)) not in warned:
                warn(record, by=SYSTEM, on=day, days=min(reached))
        except Exception:  # one that fails must not keep the others from lapsing; the next round tries it again
            log.exception("%r did not lapse", record)
    return done


def is_due(idle: Idle) -> bool:
    """Whether it lapses today or should have."""
    return days_of([idle])[idle.record] <= clock.today()


def _warned(warning: EventKind, idle: list[Idle]) -> set[tuple[int | None, str, int]]:
    told = Event.objects.filter(kind=warning.code, subject_id__in=[i.record.pk for i in idle]) if idle else []
    return {(e.subject_id, e.values["on"], e.values["days"]) for e in told}


def last_told(kinds: Iterable[EventKind], subject_kind: str, ids: Iterable[int]) -> dict[int, datetime]:
    """{record id: when one of these was last told of it}."""
    codes = [kind.code for kind in kinds]
    told = Event.objects.filter(kind__in=codes, subject_kind=subject_kind, subject_id__in=list(ids))
    return dict(told.values_list("subject_id").annotate(Max("at")))


def check_reopening(lapsed_at: datetime | None) -> None:
    """Refused unless it lapsed, and not longer ago than the company allows."""
    if lapsed_at is None:
        raise Refused(_("This did not lapse; there is nothing to reopen."), code="not_lapsed")
    if clock.today() > timezone.localdate(lapsed_at) + timedelta(days=REOPEN.value):
        words = _("This lapsed on %(on)s, more than %(days)s days ago. Make a new one.")
        raise Refused(words % {"on": date_format(timezone.localdate(lapsed_at), "DATE_FORMAT"), "days": REOPEN.value}, code="too_late")

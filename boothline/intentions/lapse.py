"""Lapse of this type: an intention that nobody touched, changed or planned anything for in 180 days.

The owner is warned before, a planned next step stops it, and the owner may reopen it within a year (`followups.lapse`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.customers.card import hold
from boothline.followups.lapse import Idle, check_reopening, is_due, last_told, soonest, watch
from boothline.intentions import events
from boothline.intentions.products import Intention, keep_lapse
from boothline.intentions.requirements import Requirement
from boothline.timeline.history import record

DAYS = declare(
    "intentions.lapse_days", 180, gettext_lazy("Days without touch, change or next step until an intention lapses"), low=7, high=730
)
CHANGES = (events.OPENED, events.BROUGHT, events.LINE_ADDED, events.LINE_EDITED, events.LINE_LOST, events.COLLECTED, events.REOPENED)
OF_REQUIREMENTS = (
    events.REQUIRED, events.REQUIREMENT_EDITED, events.REQUIREMENT_MET, events.REQUIREMENT_REFUSED, events.REQUIREMENT_WAIVED,
    events.REQUIREMENT_REOPENED,
)  # fmt: skip


def lapse_all() -> int:
    """The daily task."""
    before = soonest(DAYS.value)
    quiet = Q(customer__last_touch_at=None) | Q(customer__last_touch_at__lt=before)
    idle = list(Intention.objects.filter(quiet, state="open", made_at__lt=before).select_related("customer"))
    return watch(_idle(idle), warning=events.LAPSE_NEAR, warn=warn, lapse=lapse)


def _idle(intentions: list[Intention]) -> list[Idle]:
    changed = last_told(CHANGES, "intention", [i.pk for i in intentions])
    of = dict(Requirement.objects.filter(intention__in=intentions).values_list("pk", "intention"))
    asked: dict[int, list[datetime]] = defaultdict(list)
    for requirement, at in last_told(OF_REQUIREMENTS, "requirement", of).items():
        asked[of[requirement]].append(at)
    moments = {i: (i.made_at, i.customer.last_touch_at, changed.get(i.pk), *asked[i.pk]) for i in intentions}
    return [Idle(i, max(m for m in found if m), DAYS.value) for i, found in moments.items()]


@operation("intentions.warn_of_lapse")
def warn(intention: Intention, *, by: Actor, on: date, days: int) -> None:
    """Tells the owner that it lapses on that day."""
    record(events.LAPSE_NEAR, subject=intention, under=intention.customer, by=by, values={"on": on, "days": days})


@operation("intentions.lapse")
def lapse(intention: Intention, *, by: Actor) -> bool:
    """What time brings: nobody follows this wish any more. False if somebody was faster."""
    hold(intention.customer_id)
    intention = Intention.objects.select_related("customer").get(pk=intention.pk)
    if intention.state != "open" or not is_due(_idle([intention])[0]):
        return False
    keep_lapse(intention, timezone.now())
    record(events.LAPSED, subject=intention, under=intention.customer, by=by)
    return True


@operation("intentions.reopen_lapsed")
def reopen_lapsed(intention: Intention, *, by: Actor) -> Intention:
    """The customer still wants this. Pressed twice, it stays open."""
    require(by, "intentions.edit", intention)
    hold(intention.customer_id)
    intention = Intention.objects.select_related("customer").get(pk=intention.pk)
    if intention.state != "open":
        check_reopening(intention.lapsed_at)
        keep_lapse(intention, None)
        record(events.REOPENED, subject=intention, under=intention.customer, by=by)
    intention.refresh_from_db()
    return intention

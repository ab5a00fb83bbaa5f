"""Hand-over of a day: somebody is away, and their backup does their first answers and next steps, by one action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.customers.card import hold
from boothline.followups import events
from boothline.followups.clocks import BACKUP, Clock, hand_clock, let_in
from boothline.followups.steps import NextStep, give
from boothline.timeline.history import record
from boothline.worktime.shows import Shift


@dataclass
class Handed:
    """What changed hands."""

    clocks: int
    steps: int


@operation("followups.hand_over_day")
def hand_over_day(person: User, *, by: Actor, to: User, until: date) -> Handed:
    """Gives a person's open first answers, and their next steps due until a day, to a colleague.

    One's own day one hands over oneself; a manager or an administrator does it for somebody who cannot. Customers keep
    their owner; the colleague works with them too.
    """
    require(by, "steps.hand_over")
    if person.pk != by.id:
        require(by, "customers.assign")
    if to.pk == person.pk:
        raise Refused(_("Choose somebody else: the one who is away cannot stand in."), field="to")
    if until < clock.today():
        raise Refused(_("This day has passed. Choose today or later."), field="until")
    open_clocks = Clock.objects.open().filter(owner=person)
    open_steps = NextStep.objects.open().filter(owner=person, due_on__lte=until)
    hold(*open_clocks.values_list("customer_id", flat=True), *open_steps.values_list("customer_id", flat=True))
    clocks, steps = list(open_clocks.for_list()), list(open_steps.for_list())
    steps += [c.step for c in clocks if c.step and c.step.done_at is None and c.step.owner_id == person.pk and c.step not in steps]
    for held in clocks:
        hand_clock(held, to, turn=BACKUP, now=timezone.now())
    if steps:
        give(steps, by=by.trusted(), to=to)
    let_in(list({c.pk: (c, to) for c in [held.customer for held in clocks] + [s.customer for s in steps]}.values()), by=by)
    values = {"until": until, "now": to, "people": [to.pk], "clocks": len(clocks), "steps": len(steps)}
    record(events.DAY_HANDED, subject=person, by=by, values=values)
    return Handed(len(clocks), len(steps))


def stand_in(person_id: int | None, day: date) -> int | None:
    """Who is their backup on this day, by whichever roster has them."""
    shifts = Shift.objects.filter(user_id=person_id or 0, backup__isnull=False, day__gte=day).order_by("day")
    return shifts.values_list("backup_id", flat=True).first()

"""One next step for many customers at once, and the way back."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.customers.bulk import Rows, changeable
from boothline.customers.card import hold
from boothline.followups import events
from boothline.followups.steps import NextStep, Plan, keep_nearest, plan_many, workday_for
from boothline.followups.touches import Touch
from boothline.timeline.history import Telling, record_many
from boothline.timeline.undo import Deed, begin, finish

PLANNED = "followups.plan_for_many"


@operation("followups.plan_for_many")
def plan_for_many(rows: Rows, *, by: Actor, what: str, due_on: date, kind: str = "call", owner: User | None = None) -> Deed:
    """Plans the same step for many customers, each for its owner where nobody is named. What was planned there before stays."""
    require(by, "steps.plan")
    deed = begin(PLANNED, by=by)
    free, refused = changeable(dict.fromkeys(rows, 0), by=by, right="steps.plan")
    due_on = workday_for(due_on)
    steps = plan_many([Plan(customer, what, due_on, owner=owner, kind=kind) for customer in free.values()], by=by.trusted())
    kept = {step.pk: {"due_on": step.due_on.isoformat(), "what": step.what} for step in steps}

    def words() -> str:
        return _('next step "%(what)s" for %(count)s customers') % {"what": what, "count": len(kept)}

    return finish(deed, words=words, kept=kept, refused=refused)


@operation("followups.take_back_plans")
def take_back_plans(deed: Deed, *, by: Actor) -> dict[str, str]:
    """Takes out the steps of a deed that nobody did or moved since, and no touch goes on with; names the customers of the others."""
    require(by, "steps.plan")
    found = NextStep.objects.filter(pk__in=list(map(int, deed.kept))).select_related("customer")  # seen when they were planned
    hold(*found.values_list("customer_id", flat=True))
    held = set(Touch.objects.filter(step__in=found).values_list("step", flat=True))  # a touch said that it still holds
    left, back = {}, []
    for step in found:
        if step.done_at or step.due_on.isoformat() != deed.kept[str(step.pk)]["due_on"]:
            why = _("the step was done or moved since")
        elif step.pk in held:
            why = _("a touch logged since says that the step still holds")
        else:
            back.append(step)
            continue
        name = str(step.customer)
        left[f"{name} #{step.pk}" if name in left else name] = why
    record_many(events.UNPLANNED, [Telling(step, under=step.customer) for step in back], by=by)
    NextStep.objects.filter(pk__in=[step.pk for step in back]).delete()
    keep_nearest([step.customer_id for step in back])
    return left

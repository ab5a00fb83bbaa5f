"""Touches at milestones: a customer of grade B is spoken with at each milestone of their order (7), beside the weekly cadence.

A milestone that is reached gives the owner of the customer a step for that day: say so, and ask what is next. While such a step
of the contract is open, it covers what is reached besides.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.contracts.milestones import Milestone
from boothline.contracts.templates import MILESTONES
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.rules import declare
from boothline.followups.steps import NextStep, Plan, plan_many
from boothline.worktime.calendar import add_workdays

ON = declare("contracts.touch_at_milestones", True, gettext_lazy("Whether the owner speaks with grade B at each milestone"))
TELL = gettext_noop("tell them how %(number)s is getting on: %(milestone)s")


def speak_at(event: Any) -> None:
    """A milestone was reached: the owner of a customer of grade B tells them. One that is open again by now is not told."""
    milestone = Milestone.objects.for_list().filter(pk=event.subject_id, done_on__isnull=False).first()
    if milestone is None or not ON.value or milestone.customer.grade != "B" or milestone.customer.owner_id is None:
        return
    number = milestone.plan.contract.number
    if NextStep.objects.open().filter(customer=milestone.customer, what=TELL, values__number=number).exists():
        return
    with override("en"):  # the milestone as a message, to be read in any language
        values = {"number": number, "milestone": [str(MILESTONES[milestone.code])]}
    plan_many([Plan(milestone.customer, TELL, add_workdays(clock.today(), 0), values=values)], by=SYSTEM)

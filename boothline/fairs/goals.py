"""Goals of a fair 参展目标, of the five kinds: what is measured, how much is wanted, who answers for it.

Attainment = actual / target. What the product knows it counts itself: a room above hangs a `Measure` into the slot
"fair.measures". A goal in one's own words is counted by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.money import MOST, quantity_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.slots import hung
from boothline.fairs import events
from boothline.fairs.editions import Fair
from boothline.timeline.history import record

KINDS = {
    "basic": pgettext_lazy("goal", "basic"),
    "communication": pgettext_lazy("goal", "communication"),
    "price": pgettext_lazy("goal", "price"),
    "distribution": pgettext_lazy("goal", "distribution"),
    "product": pgettext_lazy("goal", "product"),
}


@dataclass(frozen=True)
class Measure:
    """Hung into the slot "fair.measures": something of a fair that is counted, and under which kind of goal."""

    code: str
    kind: str
    words: Words
    order: int = 100


class Goal(Record):
    """One goal of one fair. `measure` is the code of what is counted; with `words` instead, `reached` is noted by hand."""

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="goals")
    kind = models.CharField(gettext_lazy("kind"), max_length=16, choices=list(KINDS.items()))
    measure = models.CharField(gettext_lazy("measure"), max_length=20, blank=True, default="")
    words = models.CharField(gettext_lazy("own measure"), max_length=200, blank=True, default="")
    target = quantity_field(verbose_name=gettext_lazy("target"))
    reached = quantity_field(verbose_name=gettext_lazy("reached so far"), null=True)
    who = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=gettext_lazy("who answers for it")
    )
    privacy = tags(kind=PLAIN, measure=PLAIN, words=WORDS)

    def __str__(self) -> str:
        known = {measure.code: measure.words for measure in hung("fair.measures")}
        return str(known.get(self.measure, self.measure)) if self.measure else self.words


def attainment(actual: Decimal | int | None, target: Decimal) -> Decimal | None:
    """actual / target, not rounded; None while nothing is known."""
    return None if actual is None else Decimal(actual) / target


@operation("fairs.add_goal")
def add_goal(fair: Fair, *, by: Actor, **values: Any) -> Goal:
    """Adds a goal."""
    require(by, "fairs.edit", fair)
    _check(values)
    goal = Goal.objects.create(fair=fair, **values)
    record(events.GOAL_ADDED, subject=fair, by=by, values={"goal": goal, "target": goal.target})
    return goal


@operation("fairs.edit_goal")
def edit_goal(goal: Goal, *, by: Actor, revision: int, values: dict[str, Any]) -> Goal:
    """Edits a goal, or notes what was reached of one that is counted by hand."""
    require(by, "fairs.edit", goal.fair)
    _check(values)
    changes = revise(goal, revision=revision, values=values)
    if changes:
        record(events.GOAL_EDITED, subject=goal.fair, by=by, values={"goal": goal}, changes=changes)
    return goal


@operation("fairs.remove_goal")
def remove_goal(goal: Goal, *, by: Actor) -> None:
    """Takes a goal back."""
    require(by, "fairs.edit", goal.fair)
    goal.delete()
    record(events.GOAL_REMOVED, subject=goal.fair, by=by, values={"goal": goal})


def _check(values: dict[str, Any]) -> None:
    known: dict[str, Measure] = {measure.code: measure for measure in hung("fair.measures")}
    if bool(values["measure"]) == bool(values["words"]):
        raise Refused(_("Choose what is counted, or name your own measure; one of the two."), field="measure")
    if values["measure"] and known[values["measure"]].kind != values["kind"]:
        raise Refused(_("This measure belongs to another kind of goal. Choose the kind that it stands under."), field="kind")
    if not 0 < values["target"] <= MOST:
        raise Refused(_("The target must be more than 0."), field="target")
    if values["measure"] and values["reached"] is not None:
        raise Refused(_("This measure is counted from the records. Leave the field empty."), field="reached")
    if values["reached"] is not None and not 0 <= values["reached"] <= MOST:
        raise Refused(_("Enter a number of 0 or more."), field="reached")

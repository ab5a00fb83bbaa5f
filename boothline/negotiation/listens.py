"""What this type hears."""

from typing import Any

from boothline.core.actors import Actor
from boothline.followups import events as followups
from boothline.followups.steps import NextStep
from boothline.negotiation import events
from boothline.negotiation.decisions import Decision, ask_when_over, learn
from boothline.negotiation.objections import Objection
from boothline.negotiation.questions import QUESTION, settle
from boothline.timeline import hearing


def register() -> None:
    """When the last step of a plan is done, or need not be done any more, its outcome is asked; when an objection ends its plan has
    learned."""
    for kind in followups.ENDED:
        hearing.now(kind, steps_ended)
    hearing.now(events.OBJECTION_CLOSED, objections_ended)
    hearing.now(events.LAPSED, objections_ended)


def steps_ended(told: list[Any], by: Actor) -> None:
    """Whoever waited for an answer has it by word, where somebody did the step. Asks how the plans of these steps ended, where none is
    left."""
    answered = [event.subject_id for event in told if event.kind == followups.DONE.code]
    steps = NextStep.objects.filter(pk__in=answered, what=QUESTION, values__has_key="briefing")
    settle(steps.values_list("values__briefing", flat=True), by=by)
    plans = Decision.objects.live().filter(steps__step__in=[event.subject_id for event in told]).distinct()
    for decision in plans.for_list():
        ask_when_over(decision, by=by)


def objections_ended(told: list[Any], by: Actor) -> None:
    """The running plans of these objections have their outcome."""
    ended = [event.subject_id for event in told if event.subject_kind == "objection"]
    for objection in Objection.objects.filter(pk__in=ended).select_related("customer"):
        learn(objection, objection.state, by=by)

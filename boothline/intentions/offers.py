"""What a customer wants by a link of theirs waits for our offer: a step for the owner of the customer, until a quotation is sent, a
contract takes it over, or they want it no more."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.told import in_both
from boothline.followups.steps import Desk, NextStep, Plan, happened, plan_many, waited_for
from boothline.intentions.products import Intention, amounts
from boothline.worktime.calendar import next_workday

OFFER = waited_for(
    gettext_noop("make them an offer: they want %(products)s"),
    at=Desk(gettext_lazy("Open the intention"), "intention", "intention", "star"),
)


def offer_what_they_want(told: list[Any], by: Actor) -> None:
    """They said so themselves, and read there that we answer with an offer; what a colleague writes down the colleague knows."""
    if by.kind != "guest":
        return
    opened = Intention.objects.filter(pk__in=[event.subject_id for event in told]).for_list()
    due_on = next_workday(clock.today())
    plans = []
    for one in opened:
        products = in_both(partial(named, one))
        plans.append(Plan(one.customer, OFFER, due_on, values={"products": products, "intention": one.pk}))
    plan_many(plans, by=by.trusted())


def named(intention: Intention) -> str:
    """What they want, with how many of each."""
    return str(amounts(intention.standing))[:200]


def offered(told: list[Any], by: Actor) -> None:
    """A contract took these intentions over, or they are no longer open: no offer is waited for."""
    for event in told:
        happened(OFFER, by=by, customers=[event.under_id], intention=event.subject_id)


def waits_for(intention: Intention, steps: list[NextStep]) -> list[NextStep]:
    """Those of these steps that ask for an offer of this intention."""
    return [step for step in steps if step.what == OFFER and (step.values or {}).get("intention") == intention.pk]

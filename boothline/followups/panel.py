"""What this room shows about a customer: the next step."""

from typing import Any

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.followups.steps import NextStep
from boothline.followups.touches import CHANNELS, REACHES, quick_choices


def nearest_steps(ids: list[int]) -> dict[int, NextStep]:
    """{customer id: the nearest open step}."""
    steps = NextStep.objects.open().filter(customer__in=ids).for_list().order_by("-due_on", "-id")
    return {step.customer_id: step for step in steps}


def quick(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The line in which a touch is logged without leaving the page: what was said, by which channel, how it goes on."""
    if not may(by, "touches.log", customer):
        return None
    return {"channels": CHANNELS, "reaches": REACHES, "quick": quick_choices(), "is_open": customer.next_step_on is not None}


def next_step(customer: Customer, by: Actor) -> dict[str, Any]:
    """The nearest open step and what one may do with it."""
    step = NextStep.objects.open().filter(customer=customer).select_related("owner").order_by("due_on", "id").first()
    return {"step": step, "may_log": may(by, "touches.log", customer), "may_plan": may(by, "steps.plan", customer)}

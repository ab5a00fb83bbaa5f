"""What this room shows on a customer's page: the next step."""

from typing import Any

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.followups.steps import NextStep


def next_step(customer: Customer, by: Actor) -> dict[str, Any]:
    """The nearest open step and what one may do with it."""
    step = NextStep.objects.open().filter(customer=customer).select_related("owner").order_by("due_on", "id").first()
    return {"step": step, "may_log": may(by, "touches.log", customer), "may_plan": may(by, "steps.plan", customer)}

"""What this type shows on a customer's page: its contracts."""

from typing import Any

from boothline.contracts.agreement import Contract
from boothline.core.actors import Actor
from boothline.customers.card import Customer


def contracts(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any and one may see them."""
    if not by.has("contracts.see"):
        return None
    found = list(Contract.objects.visible_to(by).filter(customer=customer).for_list().order_by("-id")[:3])
    return {"contracts": found} if found else None

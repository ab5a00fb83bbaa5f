"""What this type shows on a customer's page: what they want."""

from typing import Any

from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.intentions.products import Intention


def intentions(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any."""
    found = list(Intention.objects.filter(customer=customer).for_list().order_by("-id")[:3])
    return {"intentions": found} if found else None

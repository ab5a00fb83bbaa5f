"""What this type shows on pages below: a customer's captures."""

from typing import Any

from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.visitors.solicitation import Capture


def captures(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five, if there are any."""
    found = list(Capture.objects.filter(customer=customer).for_list().order_by("-taken_at")[:5])
    return {"captures": found} if found else None

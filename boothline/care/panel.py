"""What this room shows on a customer's page."""

from typing import Any

from boothline.care.complaints import Complaint
from boothline.core.actors import Actor
from boothline.customers.card import Customer


def complaints(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any and one may see them."""
    if not by.has("complaints.see"):
        return None
    found = list(Complaint.objects.filter(customer=customer).order_by("-id")[:3])
    return {"complaints": found} if found else None

"""What this type shows on a customer's page: orders."""

from typing import Any

from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.orders.register import Order


def orders(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any and one may see them."""
    if not by.has("orders.see"):
        return None
    found = list(Order.objects.visible_to(by).filter(customer=customer).for_list().order_by("-id")[:3])
    return {"orders": found} if found else None

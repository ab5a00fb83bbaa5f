"""What this type shows on a customer's page and on the board: what they want."""

from typing import Any

from boothline.core.actors import Actor
from boothline.customers.board import Fact
from boothline.customers.card import Customer
from boothline.intentions.products import Intention


def intentions(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any."""
    if not by.has("intentions.see"):
        return None
    found = list(Intention.objects.filter(customer=customer).for_list().order_by("-id")[:3])
    return {"intentions": found} if found else None


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """What the newest open intention names."""
    found = Intention.objects.claiming().filter(customer__in=ids).for_list().order_by("id")
    return {intention.customer_id: Fact((str(intention),)) for intention in found}

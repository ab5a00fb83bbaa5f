"""What this type shows on pages below: a customer's captures; on the board, what they came for."""

from typing import Any

from boothline.core.actors import Actor
from boothline.core.text import listed
from boothline.customers.board import Fact
from boothline.customers.card import Customer
from boothline.visitors.solicitation import HEAT, Capture


def captures(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five, if there are any."""
    found = list(Capture.objects.filter(customer=customer).for_list().order_by("-taken_at")[:5])
    return {"captures": found} if found else None


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The products that their newest capture names, else how strong it was."""
    captures = Capture.objects.filter(customer__in=ids).select_related("fair").prefetch_related("interest").order_by("taken_at", "id")
    return {c.customer_id: Fact((listed(c.interest.all()) or str(HEAT.get(c.heat or 0, c.fair or "")),)) for c in captures}

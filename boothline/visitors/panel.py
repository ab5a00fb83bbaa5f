"""What this type shows on pages below: a customer's captures; on the board, what they came for."""

from typing import Any

from boothline.core.actors import Actor
from boothline.core.text import listed
from boothline.customers.board import Fact
from boothline.customers.card import Customer
from boothline.files.attachments import Attachment
from boothline.visitors.solicitation import HEAT, Capture


def captures(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five, if there are any."""
    found = list(Capture.objects.filter(customer=customer).for_list().order_by("-taken_at")[:5])
    return {"captures": found} if found else None


def origin(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The fair at which they were first captured."""
    first = Capture.objects.filter(customer=customer).select_related("fair").order_by("taken_at", "id").first()
    return {"capture": first} if first else None


def papers(customer: Customer, by: Actor) -> list[Attachment]:
    """The pictures of their captures, for who may see them."""
    if not by.has("captures.see"):
        return []
    captures = [c for c in Capture.objects.filter(customer=customer).select_related("customer")[:50] if c.shows_files_to(by)]
    return list(Attachment.objects.of_many(list(captures))) if captures else []


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The products that their newest capture names, else how strong it was."""
    captures = Capture.objects.filter(customer__in=ids).select_related("fair").prefetch_related("interest").order_by("taken_at", "id")
    return {c.customer_id: Fact((listed(c.interest.all()) or str(HEAT.get(c.heat or 0, c.fair or "")),)) for c in captures}

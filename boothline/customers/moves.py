"""What would move a customer on the board. A type is derived, so the answer is an action, or a pin with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.slots import hung
from boothline.customers.card import Customer
from boothline.customers.lists import TYPES


@dataclass(frozen=True)
class Way:
    """One action: what it is called, and where it is done."""

    words: Words
    address: str


@dataclass(frozen=True)
class Ways:
    """Hung into the slot "moves": what leads a customer to this type, or back to it."""

    type: str
    of: Callable[[Customer, Actor], list[Way]]
    order: int = 100


def ways(customer: Customer, to: str, by: Actor) -> tuple[str, list[Way]]:
    """Everything that the actor may do so that the customer comes to this type; where nothing leads there yet, what leads
    to the type before it. Answers with the type that the ways lead to."""
    at = TYPES.index(to)
    for code in (to, *reversed(TYPES[customer.depth + 1 : at])):
        found = [way for thing in hung("moves") if thing.type == code for way in thing.of(customer, by)]
        if found:
            return code, found
    return to, []

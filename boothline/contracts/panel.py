"""What this type shows on a customer's page and on the board: contracts."""

from typing import Any

from boothline.contracts.agreement import Contract
from boothline.core.actors import Actor
from boothline.customers.board import Fact
from boothline.customers.card import Customer


def contracts(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any and one may see them."""
    if not by.has("contracts.see"):
        return None
    found = list(Contract.objects.visible_to(by).filter(customer=customer).for_list().order_by("-id")[:3])
    return {"contracts": found} if found else None


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The newest contract alive: number, version, state, amount."""
    facts = {}
    for contract in Contract.objects.visible_to(by).alive().filter(customer__in=ids).for_list().order_by("id"):
        newest = contract.newest
        facts[contract.customer_id] = Fact((str(contract), contract.get_state_display()), newest.total, newest.currency)
    return facts

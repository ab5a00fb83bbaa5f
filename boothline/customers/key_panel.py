"""What a customer's page says of a key account: the tier as a tag that leads to its page."""

from typing import Any

from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.customers.key_accounts import KeyAccount


def tag(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The account, while it stands."""
    account = KeyAccount.objects.visible_to(by).standing().filter(customer=customer).first()
    return {"account": account} if account else None


def is_none(customer: Customer, by: Actor) -> bool:
    """It is none, and may become one."""
    return customer.nature != "peer" and not KeyAccount.objects.standing().filter(customer=customer).exists()

"""What a customer's page says of a key account: the tier as a tag that leads to its page."""

from typing import Any

from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.customers.key_accounts import KeyAccount


def account_of(customer: Customer) -> KeyAccount | None:
    """The account, while it stands; asked once for a page."""
    account: KeyAccount | None = getattr(customer, "key_account", None)
    return account if account and account.is_standing else None


def tag(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """For whoever may see key accounts."""
    account = account_of(customer) if by.has("key_accounts.see") else None
    return {"account": account} if account else None


def is_none(customer: Customer, by: Actor) -> bool:
    """It is none, and may become one."""
    return customer.nature != "peer" and account_of(customer) is None

"""The price for this customer (401): agreed with them, else the quantity's step price, else the list price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Variant, step_price
from boothline.customers.card import Customer
from boothline.customers.dealings import Dealing

PRICES = {"agreed": gettext_lazy("your price"), "step": gettext_lazy("step price"), "list": gettext_lazy("list price")}


@dataclass(frozen=True)
class Priced:
    """A price with what it is. None where it lies below the floor price and nobody has approved it."""

    price: Decimal | None
    currency: str
    kind: str


def price_for(customer: Customer, variant: Variant, quantity: Decimal | None = None) -> Priced:
    """The first price that exists. Agreed is what an order holds, not what was only offered; where it lies below the floor
    price, its contract was approved."""
    ordered = Dealing.objects.filter(customer=customer, variant=variant, kind="order", is_live=True, discount=0)
    agreed = ordered.order_by("-on", "-id").first()
    if agreed:
        return Priced(agreed.price, agreed.currency, "agreed")
    price = step_price(variant, quantity)
    kind = "list" if price == variant.price else "step"
    is_below = variant.floor is not None and price < variant.floor
    return Priced(None if is_below else price, variant.currency, kind)

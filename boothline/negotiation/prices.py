"""The price for this customer (401): agreed with them, else the quantity's step price, else the list price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Variant, step_price
from boothline.catalogue.rates import is_below_floor
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
    """The first price that exists. Agreed is what an order holds, not what was only offered. The floor price holds for each of them, as
    it is now: an order may be older than it, or have come from a file."""
    ordered = Dealing.objects.filter(customer=customer, variant=variant, kind="order", is_live=True)
    agreed = ordered.exclude(discount=100).order_by("-on", "-id").first()  # a gift is no price
    price, currency = (agreed.net, agreed.currency) if agreed else (step_price(variant, quantity), variant.currency)
    kind = "agreed" if agreed else "list" if price == variant.price else "step"
    return Priced(None if is_below_floor(variant, price, currency) else price, currency, kind)


def price_in(currency: str, customer: Customer, variant: Variant, quantity: Decimal | None = None) -> Decimal | None:
    """The price for this customer, where it is in this currency."""
    priced = price_for(customer, variant, quantity)
    return priced.price if priced.currency == currency else None


def price_taken(customer: Customer, variant: Variant, quantity: Decimal | None, shown: Decimal | None, currency: str) -> Decimal | None:
    """What a piece costs when they take so many of what was shown to them. What was shown stands; but the list price of another quantity
    gives way to the price of this one."""
    if shown is None or quantity is None or shown not in {variant.price, *(step.price for step in variant.steps.all())}:
        return shown
    now = price_for(customer, variant, quantity)
    return now.price if now.currency == currency else shown


def of_one_price(customer: Customer, products: Iterable[int]) -> set[int]:
    """Which of these products cost this customer the same, whichever of their variants they mean."""
    prices: dict[int, set[tuple[Decimal | None, str]]] = defaultdict(set)
    for variant in Variant.objects.filter(product__in=products).prefetch_related("steps"):
        priced = price_for(customer, variant)
        prices[variant.product_id].add((priced.price, priced.currency))
    return {product for product, known in prices.items() if len(known) == 1}

"""The price for this customer (401): agreed with them, else the quantity's step price, else the list price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import prefetch_related_objects
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


def prices_for(customer: Customer, wanted: Sequence[tuple[Variant, Decimal | None]]) -> list[Priced]:
    """Of each variant, with the quantity of it, the first price that exists; in two queries. Agreed is what an order holds, not what was
    only offered. The floor price holds for each of them, as it is now: an order may be older than it, or have come from a file."""
    ordered = Dealing.objects.filter(customer=customer, variant__in=[v.pk for v, _n in wanted], kind="order", is_live=True)
    agreed = {one.variant_id: one for one in ordered.exclude(discount=100).order_by("on", "id")}  # the last; a gift is no price
    prefetch_related_objects([variant for variant, _n in wanted if variant.pk not in agreed], "steps")
    return [_priced(variant, quantity, agreed.get(variant.pk)) for variant, quantity in wanted]


def price_for(customer: Customer, variant: Variant, quantity: Decimal | None = None) -> Priced:
    """Of one variant."""
    return prices_for(customer, [(variant, quantity)])[0]


def _priced(variant: Variant, quantity: Decimal | None, agreed: Dealing | None) -> Priced:
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


def price_follows(
    customer: Customer, variant: Variant | None, currency: str, *, was: tuple[Decimal | None, Decimal | None],
    now: tuple[Decimal | None, Decimal | None],
) -> Decimal | None:  # fmt: skip
    """The price of a line, from (quantity, price) as it was and as it is typed. A price typed anew stays, an own one too; the list price
    of the quantity that was gives way to that of the quantity that is."""
    (before, held), (quantity, price) = was, now
    if variant is None or variant.currency != currency or quantity == before or price != held:
        return price
    taken = price_taken(customer, variant, quantity, price, currency)
    return price if taken is None else taken


def step_below(variant: Variant | None, quantity: Decimal | None, price: Decimal | None, currency: str) -> Decimal | None:
    """The step price of that quantity, where it is reached and lies below this price: for who typed an own one; None elsewhere."""
    if variant is None or price is None or variant.currency != currency:
        return None
    step = step_price(variant, quantity)
    return step if step != variant.price and step < price else None


@dataclass(frozen=True)
class Taken:
    """What a customer takes of a page of theirs: so many of a product that was shown at a price. Without a variant they have not said
    which they mean."""

    product: int
    variant: Variant | None
    quantity: Decimal | None
    shown: Decimal | None
    currency: str


def prices_taken(customer: Customer, taken: Sequence[Taken], currency: str) -> list[Decimal | None]:
    """What a piece of each costs them, whatever page it was shown on, and however often they change what they take. None where it was shown
    in another currency, or where they named no variant and not all cost the same."""
    holds = of_one_price(customer, [one.product for one in taken if one.variant is None])

    def price(one: Taken) -> Decimal | None:
        if one.currency != currency:
            return None
        if one.variant is None and one.product not in holds:
            return None
        variant = one.variant or alike(customer, one.product)
        return price_taken(customer, variant, one.quantity, one.shown, currency) if variant else one.shown

    return [price(one) for one in taken]


def of_one_price(customer: Customer, products: Iterable[int]) -> set[int]:
    """Which of these products cost this customer the same, whichever of their variants they mean."""
    prices: dict[int, set[tuple[Decimal | None, str]]] = defaultdict(set)
    variants = list(Variant.objects.filter(product__in=products))
    for variant, priced in zip(variants, prices_for(customer, [(v, None) for v in variants]), strict=True):
        prices[variant.product_id].add((priced.price, priced.currency))
    return {product for product, known in prices.items() if len(known) == 1}


def alike(customer: Customer, product: int | None) -> Variant | None:
    """A variant that stands for all of a product where nobody has said which: they cost this customer the same, in whatever quantity."""
    if product is None or not of_one_price(customer, [product]):
        return None
    variants = list(Variant.objects.filter(product=product).prefetch_related("steps").order_by("pk"))
    ways = {frozenset((step.from_quantity, step.price) for step in variant.steps.all()) for variant in variants}
    return variants[0] if len(ways) == 1 else None

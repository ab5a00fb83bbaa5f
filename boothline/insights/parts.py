"""What a fair brought, by who captured and by product. Orders go with the capture that brought them, amounts by line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from boothline.accounts.people import User
from boothline.catalogue.products import Product
from boothline.core.amounts import exact_sum, from_units
from boothline.customers.card import Customers
from boothline.customers.lists import TYPES
from boothline.fairs.editions import Fair
from boothline.insights.met import Way, customers_of
from boothline.insights.origin import new_business, standing, with_fair
from boothline.orders.register import OrderLine, Orders
from boothline.visitors.solicitation import Capture

SHOWN = 20  # products


@dataclass
class Part:
    """One person or product: how many customers, how many of them came to an order, how many orders, and their amounts."""

    of: Any = None
    customers: set[int] = field(default_factory=set)
    buying: set[int] = field(default_factory=set)
    orders: int = 0
    ordered: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def share(self) -> Decimal | None:
        """Conversion: customers with an order, of those captured."""
        return Decimal(len(self.buying)) / len(self.customers) if self.customers else None


@dataclass(frozen=True)
class Parts:
    """By person, by product, the amounts of no line, and how many orders are new business."""

    people: list[Part]
    products: list[Part]
    more: int
    besides: dict[str, Decimal]
    new: int


def parts(fair: Fair, customers: Customers, orders: Orders, ways: dict[int, Way]) -> Parts:
    """Of these customers and orders; the same number of queries however many they are."""
    theirs = with_fair(standing(orders).filter(customer__in=customers_of(fair).values("pk"))).filter(fair_id=fair.pk)
    captures = Capture.objects.of_visitors().filter(fair=fair, customer__in=customers.order_by().values("pk"))
    rows = list(theirs.order_by().values_list("person_id", "customer", "currency", "total"))
    lines = OrderLine.objects.filter(order__in=theirs.order_by().values("pk"), due__gt=0)
    products, besides = _products(captures, lines, rows)
    shown = sorted(products, key=lambda part: (-len(part.customers), -sum(part.ordered.values()), str(part.of)))
    return Parts(_people(captures, rows, ways), shown[:SHOWN], max(0, len(shown) - SHOWN), besides, new_business(theirs).count())


def _people(captures: Any, rows: list[Any], ways: dict[int, Way]) -> list[Part]:
    found: dict[int | None, Part] = defaultdict(Part)
    for person, customer in captures.values_list("taken_by", "customer").distinct():
        found[person].customers.add(customer)
        if customer in ways and ways[customer].furthest == len(TYPES) - 1:
            found[person].buying.add(customer)
    for person, _customer, currency, amount in rows:
        found[person].orders += 1
        found[person].ordered[currency] += amount
    users = User.objects.in_bulk([pk for pk in found if pk])
    for pk, part in found.items():
        part.of = users.get(pk) if pk else None
    return sorted(found.values(), key=lambda part: (part.of is None, -len(part.customers), str(part.of)))


def _products(captures: Any, lines: Any, rows: list[Any]) -> tuple[list[Part], dict[str, Decimal]]:
    found: dict[int, Part] = defaultdict(Part)
    besides: dict[str, Decimal] = defaultdict(Decimal)
    for _person, _customer, currency, amount in rows:
        besides[currency] += amount
    for product, customer in captures.filter(interest__isnull=False).values_list("interest", "customer").distinct():
        found[product].customers.add(customer)
    grouped = (
        lines.order_by()
        .values_list("variant__product", "order", "order__customer", "order__currency")
        .annotate(said=exact_sum("amount", 2))
    )
    for product, _order, customer, currency, said in grouped:
        part = found[product]
        part.buying.add(customer)
        part.orders += 1
        part.ordered[currency] += from_units(said, 2)
        besides[currency] -= from_units(said, 2)
    known = Product.objects.in_bulk(list(found))
    for pk, part in found.items():
        part.of = known[pk]
    return list(found.values()), {currency: amount for currency, amount in sorted(besides.items()) if amount}

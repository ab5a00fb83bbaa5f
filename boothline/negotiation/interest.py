"""Where a briefing (401) begins: what the customer is interested in or intends. Ticked at the capture, known by a file, asked for
since, and the lines of 301, which the room of intentions hands down; the catalogue comes after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Product
from boothline.core.errors import Words
from boothline.core.merging import Merging
from boothline.core.money import quantity_field
from boothline.core.privacy import tags
from boothline.customers.card import Customer
from boothline.negotiation.briefing import BriefingItem
from boothline.visitors.interests import Interested
from boothline.visitors.solicitation import Capture

SOURCES = {
    "intended": gettext_lazy("intended"),
    "asked": gettext_lazy("asked for since"),
    "captured": gettext_lazy("ticked at the capture"),
    "brought": gettext_lazy("known by an import"),
}


class Intended(models.Model):
    """A product that a customer intends, as the room of intentions hands it down."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = quantity_field(null=True)
    privacy = tags()
    merging = Merging(is_counted=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "product"], name="intended_once")]

    def __str__(self) -> str:
        return str(self.product)


@dataclass
class Interest:
    """A product, and from where we know that it is wanted."""

    product: Product
    quantity: Decimal | None = None
    sources: list[Words] = field(default_factory=list)


def hand_down(intended: Mapping[int, Iterable[tuple[int, Decimal | None]]]) -> None:
    """What these customers intend from now on, {customer id: (product id, quantity) of each line}; the only writer. A product on several
    lines counts with all of them; where nothing is otherwise than before, the rows stay."""
    wanted: dict[int, dict[int, Decimal | None]] = {customer: {} for customer in intended}
    for customer, lines in intended.items():
        for product, quantity in lines:
            had = wanted[customer].get(product)
            wanted[customer][product] = had + quantity if had and quantity else quantity or had
    before: dict[int, dict[int, Decimal | None]] = {customer: {} for customer in intended}
    for customer, product, quantity in Intended.objects.filter(customer__in=intended).values_list("customer", "product", "quantity"):
        before[customer][product] = quantity
    other = [customer for customer in intended if wanted[customer] != before[customer]]
    Intended.objects.filter(customer__in=other).delete()
    rows = [Intended(customer_id=pk, product_id=product, quantity=n) for pk in other for product, n in wanted[pk].items()]
    Intended.objects.bulk_create(rows, batch_size=1000)


def interests_of(customer: Customer) -> list[Interest]:
    """What is intended, asked for, ticked, known by a file: in that order, each product once, only what is still offered."""
    found: dict[int, Interest] = {}

    def note(product: Product, source: str, quantity: Decimal | None = None) -> None:
        if product.retired_at is None:
            known = found.setdefault(product.pk, Interest(product, quantity))
            if SOURCES[source] not in known.sources:
                known.sources.append(SOURCES[source])

    for line in Intended.objects.filter(customer=customer).select_related("product").order_by("id"):
        note(line.product, "intended", line.quantity)
    asked = BriefingItem.objects.filter(briefing__customer=customer).filter(models.Q(wanted=True) | models.Q(interested_at__isnull=False))
    for item in asked.select_related("product").order_by("-id"):
        note(item.product, "asked")
    for capture in Capture.objects.filter(customer=customer).prefetch_related("interest").order_by("-taken_at"):
        for product in capture.interest.all():
            note(product, "captured")
    for one in Interested.objects.filter(customer=customer).select_related("product").order_by("-since", "-id"):
        note(one.product, "brought")
    return list(found.values())

"""Where a briefing (401) begins: what the customer is interested in or intends. Ticked at the capture, asked for since, and the lines
of 301, which the room of intentions hands down; the catalogue comes after.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from boothline.visitors.solicitation import Capture

SOURCES = {
    "intended": gettext_lazy("intended"),
    "asked": gettext_lazy("asked for since"),
    "captured": gettext_lazy("ticked at the capture"),
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


def hand_down(customer: Customer, lines: Iterable[tuple[Product, Decimal | None]]) -> None:
    """What a customer intends from now on; the only writer. A product on several lines counts with all of them."""
    wanted: dict[int, Decimal | None] = {}
    for product, quantity in lines:
        had = wanted.get(product.pk)
        wanted[product.pk] = had + quantity if had and quantity else quantity or had
    if wanted == dict(Intended.objects.filter(customer=customer).values_list("product", "quantity")):
        return
    Intended.objects.filter(customer=customer).delete()
    Intended.objects.bulk_create(Intended(customer=customer, product_id=pk, quantity=quantity) for pk, quantity in wanted.items())


def interests_of(customer: Customer) -> list[Interest]:
    """What is intended, asked for, ticked: in that order, each product once, only what is still offered."""
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
    return list(found.values())

"""The customer's own numbers of our goods 客户货号: item number and barcode, remembered per customer and variant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from boothline.catalogue.products import Variant
from boothline.core.merging import Merging
from boothline.core.privacy import BOOKS, tags
from boothline.core.records import Record
from boothline.customers.card import Customer


class CustomerItem(Record):
    """What one customer calls one of our variants."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, blank=True, default="")
    barcode = models.CharField(max_length=60, blank=True, default="")
    privacy = tags(number=BOOKS, barcode=BOOKS)
    merging = Merging(fills=(("number",), ("barcode",)))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "variant"], name="customer_item_once")]

    def __str__(self) -> str:
        return self.number or self.barcode


def items_of(customer: Customer, variants: Iterable[int]) -> dict[int, CustomerItem]:
    """{variant id: what the customer calls it} of those that have a number."""
    found = CustomerItem.objects.filter(customer=customer, variant__in=list(variants)).exclude(number="", barcode="")
    return {item.variant_id: item for item in found}


def called(words: str) -> models.QuerySet[CustomerItem]:
    """What some customer calls so: by item number or barcode."""
    return CustomerItem.objects.filter(models.Q(number__icontains=words) | models.Q(barcode__icontains=words))


def note_items(customer: Customer, numbers: Mapping[int, tuple[str, str]]) -> list[int]:
    """{variant id: (number, barcode)} is remembered from now on, under the customer's lock; answers of which variants it changed."""
    known = items_of(customer, numbers)
    changed = []
    for variant, (number, barcode) in numbers.items():
        kept = known.get(variant)
        if (number, barcode) == ((kept.number, kept.barcode) if kept else ("", "")):
            continue
        values = {"number": number, "barcode": barcode}
        CustomerItem.objects.update_or_create(customer=customer, variant_id=variant, defaults=values)
        changed.append(variant)
    return changed

"""Products that a customer is interested in, as another system says it: without a capture, by a file. As those ticked at a capture they
claim no type; they begin the next briefing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import models

from boothline.accounts.rights import require
from boothline.catalogue.products import Product
from boothline.core.actors import Actor
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import tags
from boothline.core.records import Record
from boothline.customers.card import Customer, hold
from boothline.timeline.history import Telling, record_many
from boothline.visitors import events


class Interested(Record):
    """One product of interest; `since` is the day that the file says."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(null=True)
    privacy = tags()
    merging = Merging(fills=(("since",),))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "product"], name="interested_once")]

    def __str__(self) -> str:
        return str(self.product)


@dataclass(frozen=True)
class Interest:
    """What somebody is interested in, as it arrives."""

    customer: Customer
    product: Product
    since: date | None = None


@operation("visitors.note_interests")
def note_interests(interests: list[Interest], *, by: Actor) -> list[Interested]:
    """Notes any number with the same few queries, each product of a customer once; answers in the same order."""
    require(by, "customers.edit")
    customers = {interest.customer.pk: interest.customer for interest in interests}
    hold(*customers)
    known = {(one.customer_id, one.product_id): one for one in Interested.objects.filter(customer__in=customers)}
    new: dict[tuple[int, int], Interested] = {}
    for interest in interests:
        key = (interest.customer.pk, interest.product.pk)
        if key not in known:
            new.setdefault(key, Interested(customer=interest.customer, product=interest.product, since=interest.since))
    Interested.objects.bulk_create(new.values(), batch_size=1000)
    products: dict[int, list[Product]] = defaultdict(list)
    for one in new.values():
        products[one.customer_id].append(one.product)
    told = [Telling(customers[pk], under=customers[pk], values={"products": named}) for pk, named in products.items()]
    record_many(events.INTERESTED, told, by=by)
    known |= new
    return [known[interest.customer.pk, interest.product.pk] for interest in interests]

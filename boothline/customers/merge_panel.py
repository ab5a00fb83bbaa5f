"""What a customer's page says of likely duplicates, and of what was merged into it and can be taken back."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.customers.contact_merging import alike_contacts
from boothline.customers.duplicates import Alike
from boothline.customers.merges import Merge
from boothline.customers.merging import richer_first

SHOWN = 5


def panel(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """For whoever may merge it."""
    if not may(by, "customers.merge", customer):
        return None
    pairs = Alike.objects.visible_to(by).open().filter(Q(customer=customer) | Q(other=customer)).for_list().order_by("-weight", "-id")
    alike = [
        (pair.other if pair.customer_id == customer.pk else pair.customer, pair.reasons, *richer_first(pair.customer, pair.other))
        for pair in pairs[:SHOWN]
    ]
    merges = list(Merge.objects.open_to_undo().filter(customer=customer).select_related("contact").defer("kept").order_by("-id")[:SHOWN])
    people = alike_contacts(customer)[:SHOWN]
    return {"alike": alike, "people": people, "merges": merges, "customer": customer} if alike or people or merges else None

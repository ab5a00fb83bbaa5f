"""What several files of the customer's side begin with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from boothline.customers.card import Consent
from boothline.intentions.expansion import Expansion, Proposed, prepare_expansion, send_expansion


@pytest.fixture
def proposal(world) -> Expansion:
    customer = world.take()
    contact = customer.contacts.first()
    contact.language = "en"
    contact.save()
    Consent.objects.create(contact=contact, purpose="follow_up", how="spoken")
    items = [Proposed(product, Decimal(n)) for product, n in zip(world.products.values(), (100, 50), strict=False)]
    made = prepare_expansion(customer, by=world.mei, kind="related", items=items, words="For the new season.")
    return send_expansion(made, by=world.mei, contact=contact)

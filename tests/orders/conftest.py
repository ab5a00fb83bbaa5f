"""What the units of this room share: an order whose goods data is in order, and goods on their way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.orders.goods import approve_line
from boothline.orders.models import Order, Shipment
from boothline.orders.shipments import pack, plan, release, ship


@pytest.fixture
def sent(world):
    """`sent(order, 8, 5)`: a shipment of so much of each line that has left; `None` makes the order."""

    def send(order: Order, *quantities: Any) -> Shipment:
        for line in order.lines.filter(goods_ready=False):
            approve_line(line, by=world.haoran)
        wanted = {line.pk: Decimal(str(q)) for line, q in zip(order.lines.all(), quantities, strict=False) if q}
        made = plan(order, by=world.haoran, quantities=wanted, planned_on=clock.today())
        release(made, by=world.haoran)
        pack(made, by=world.haoran)
        return ship(made, by=world.haoran, carrier="恒达速运", tracking_number="HD1")

    return send


@pytest.fixture
def guest():
    """Whoever of the customer's people holds the link."""

    def of(order: Order) -> Actor:
        contact = order.confirmation.contact
        return Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=order.customer_id)

    return of

"""With what a shipment travels 运输信息: vessel or flight, container, seal; as they stand on its packing list (101)."""

from __future__ import annotations

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.records import revise
from boothline.core.text import clean, listed
from boothline.orders import events
from boothline.orders.preparation import BEFORE_IT_ARRIVES
from boothline.orders.shipments import Shipment, as_it_stands
from boothline.search import index
from boothline.timeline.history import record

TRANSPORT = ("vessel", "container", "seal")


@operation("orders.edit_transport")
def edit_transport(shipment: Shipment, *, by: Actor, revision: int, values: dict[str, str]) -> Shipment:
    """Writes vessel or flight, container and seal, until the goods have arrived: they are often known only when goods are loaded."""
    require(by, "shipments.release", shipment)
    shipment = as_it_stands(shipment, BEFORE_IT_ARRIVES)
    changes = revise(shipment, revision=revision, values={name: clean(values.get(name, ""), 100) for name in TRANSPORT})
    if not changes:
        return shipment
    index.keep([shipment.findable()])
    said = {"number": shipment.number, "what": listed(filter(None, (getattr(shipment, name) for name in TRANSPORT))) or "–"}
    record(events.TRANSPORT_EDITED, subject=shipment, under=shipment.customer, by=by, values=said, changes=changes)
    return shipment

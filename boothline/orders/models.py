"""Index of this room's records."""

from boothline.orders.goods import GoodsItem
from boothline.orders.register import Order, OrderLine
from boothline.orders.shipments import Packing, Shipment, ShipmentLine

__all__ = ["GoodsItem", "Order", "OrderLine", "Packing", "Shipment", "ShipmentLine"]

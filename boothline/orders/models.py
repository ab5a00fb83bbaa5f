"""Index of this room's records."""

from boothline.orders.arrivals import Arrival, ArrivalLine
from boothline.orders.goods import GoodsItem
from boothline.orders.problems import Problem, ProblemMessage, ProblemTurn, Reminding
from boothline.orders.register import Order, OrderLine
from boothline.orders.shipments import Packing, Shipment, ShipmentLine
from boothline.orders.solutions import GoodsReturn, Resolution
from boothline.orders.tracking import TrackingEvent

__all__ = [
    "Arrival", "ArrivalLine", "GoodsItem", "GoodsReturn", "Order", "OrderLine", "Packing", "Problem", "ProblemMessage", "ProblemTurn",
    "Reminding", "Resolution", "Shipment", "ShipmentLine", "TrackingEvent",
]  # fmt: skip

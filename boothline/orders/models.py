"""Index of this room's records."""

from boothline.orders.again import Reorder
from boothline.orders.arrivals import Arrival, ArrivalLine
from boothline.orders.changes import AskedChange, LineMove, OrderChange
from boothline.orders.compensation import CompensationClaim, CompensationPayment
from boothline.orders.goods import GoodsItem
from boothline.orders.holds import Hold
from boothline.orders.preparation import Preparation
from boothline.orders.problems import Problem, ProblemMessage, ProblemTurn, Reminding
from boothline.orders.promises import PromiseMove
from boothline.orders.purchases import ExpectedMove, Purchase, PurchaseArrival, PurchaseArrivalLine, PurchaseLine
from boothline.orders.register import Order, OrderLine
from boothline.orders.reservations import Reservation
from boothline.orders.shipments import Packing, Shipment, ShipmentLine
from boothline.orders.solutions import GoodsReturn, Resolution
from boothline.orders.tracking import TrackingEvent

__all__ = [
    "Arrival", "ArrivalLine", "AskedChange", "CompensationClaim", "CompensationPayment", "ExpectedMove", "GoodsItem", "GoodsReturn",
    "Hold", "LineMove", "Order", "OrderChange", "OrderLine", "Packing", "Preparation", "Problem", "ProblemMessage", "ProblemTurn",
    "PromiseMove", "Purchase", "PurchaseArrival", "PurchaseArrivalLine", "PurchaseLine", "Reminding", "Reorder", "Reservation",
    "Resolution", "Shipment", "ShipmentLine", "TrackingEvent",
]  # fmt: skip

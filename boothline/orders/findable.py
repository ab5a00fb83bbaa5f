"""How orders and shipments are found in the box."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.core.actors import Actor
from boothline.core.slots import hang
from boothline.orders.register import Order
from boothline.orders.shipments import STATES, Shipment
from boothline.search.finding import Group, Hit


def register() -> None:
    """Hangs them into the box."""
    hang("find", Group("order", _("Orders"), "table", "orders.see", _orders, _order, "orders", order=40))
    hang("find", Group("shipment", _("Shipments"), "truck", "orders.see", _shipments, _shipment, "shipments", order=50))


def _orders(by: Actor) -> QuerySet[Order]:
    return Order.objects.visible_to(by).select_related("customer").order_by("-id")


def _order(order: Order) -> Hit:
    return Hit(order.number, "order", order.number, under=(str(order.customer), order.po_number))


def _shipments(by: Actor) -> QuerySet[Shipment]:
    return Shipment.objects.visible_to(by).select_related("order__customer").order_by("-id")


def _shipment(shipment: Shipment) -> Hit:
    return Hit(shipment.number, "shipment", shipment.number, under=(str(shipment.customer), str(STATES[shipment.state])))

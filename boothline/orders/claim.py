"""A customer is ordering for ever once an order stands: something is due on some line, and not all of it came back. Here
stands also what *with_order* means.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from boothline.accounts.rights import scope
from boothline.core.actors import Actor
from boothline.customers import ladder, pins
from boothline.customers.card import Customer
from boothline.orders.register import UNDONE, Order, OrderLine


def register() -> None:
    """The claim, and the scope *with_order*."""
    ladder.claim("ordering", Q(Exists(OrderLine.objects.filter(order__customer=OuterRef("pk")).exclude(UNDONE))))
    pins.holds("ordering", unfinished)
    scope("with_order", has_order, where_order)


def unfinished(customer: Customer) -> list[str]:
    """The orders of which a line is still to ship, to arrive or to be accepted."""
    lines = OrderLine.objects.filter(order__customer=customer, due__gt=0).exclude(state="complete")
    return [str(n) for n in lines.order_by("order_id").values_list("order__number", flat=True).distinct()]


def has_order(by: Actor, record: Any) -> bool:
    """The customer has an order."""
    return Order.objects.filter(customer_id=record.customer.pk).exists()


def where_order(by: Actor) -> Q:
    """The same as a condition on customers."""
    return Q(pk__in=Order.objects.values("customer_id"))

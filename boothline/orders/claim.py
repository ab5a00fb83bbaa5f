"""A customer is ordering once an order stands: something is due on some line, and not all of it came back. A complete order keeps
them there for ever, or for as many days as the company says; after them the daily task lets it go, until something new happens with
it. Here stands also what *with_order* means.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import scope
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.customers import ladder, pins
from boothline.customers.card import Customer
from boothline.orders import events
from boothline.orders.evidence import complete_on, with_ends
from boothline.orders.register import UNDONE, Order, OrderLine, locked
from boothline.timeline.history import record

KEEPS = declare(
    "orders.ordering_keeps_days", 0, gettext_lazy("Days that a complete order keeps its customer ordering (0: for ever)"), low=0, high=3650
)


def register() -> None:
    """The claim, and the scope *with_order*."""
    lines = OrderLine.objects.filter(order__customer=OuterRef("pk"), order__let_go_at=None)
    ladder.claim("ordering", Q(Exists(lines.exclude(UNDONE))))
    pins.holds("ordering", unfinished)
    scope("with_order", has_order, where_order)


def run_daily() -> int:
    """The daily task: complete orders whose days are over let their customers go, each in a transaction of its own."""
    return sum(alone(let_go, order) for order in _over()) if KEEPS.value else 0


def _over() -> list[Order]:
    last = clock.today() - timedelta(days=KEEPS.value)
    rows = with_ends(Order.objects.filter(state="complete", let_go_at=None, void_at=None)).select_related("customer")
    return [order for order in rows if complete_on(order.opened_at, order.arrived, order.solved) < last]


@operation("orders.let_go")
def let_go(order: Order, *, by: Actor) -> bool:
    """What time brings: it was complete for so long that it says nothing of its customer's type any more. False if somebody was faster."""
    order = locked(order)
    if not Order.objects.filter(pk=order.pk, state="complete", let_go_at=None).update(let_go_at=timezone.now()):
        return False
    record(events.LET_GO, subject=order, under=order.customer, by=by, values={"number": order.number, "n": KEEPS.value})
    return True


def unfinished(customer: Customer) -> list[str]:
    """The orders of which a line is still to ship, to arrive or to be accepted."""
    lines = OrderLine.objects.filter(order__customer=customer, due__gt=0).exclude(state="complete")
    return [str(n) for n in lines.order_by("order_id").values_list("order__number", flat=True).distinct()]


def has_order(by: Actor, record: Any) -> bool:
    """The customer has an order that was not entered in error."""
    return Order.objects.filter(customer_id=record.customer.pk, void_at=None).exists()


def where_order(by: Actor) -> Q:
    """The same as a condition on customers."""
    return Q(pk__in=Order.objects.filter(void_at=None).values("customer_id"))


def open_since(customer: Customer) -> list[tuple[Words, datetime]]:
    """Their orders of which something is still to come, and since when they stand."""
    found = Order.objects.filter(customer=customer, number__in=unfinished(customer))
    return [(_("Order %(number)s") % {"number": one.number}, one.made_at) for one in found.order_by("id")]

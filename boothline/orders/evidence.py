"""What orders say of a grade: whether one stands that is not complete, and when the others were."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.orders.problems import Problem
from boothline.orders.register import UNDONE, Order, OrderLine


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All orders of those who ever ordered, in one query, and in another who has an open problem, of a cancelled order too. An order is
    complete with its last arrival, or the end of its last problem; one that came back whole stands no more."""
    ordered = [pk for pk, customer in known.items() if customer.is_ordering or customer.has_ordered]
    if not ordered:
        return
    for pk in (
        Problem.objects.open().filter(order__customer__among=ordered, order__void_at=None).values_list("order__customer_id", flat=True)
    ):
        known[pk].has_problem = True
    stands = Exists(OrderLine.objects.filter(order=OuterRef("pk")).exclude(UNDONE))
    orders = Order.objects.filter(stands, customer__among=ordered, void_at=None).exclude(state="cancelled")
    for pk, state, opened, *ends in with_ends(orders).values_list("customer_id", "state", "opened_at", "arrived", "solved"):
        if state == "complete":
            known[pk].completed.append(complete_on(opened, *ends))
        else:
            known[pk].has_open_order = True


def with_ends(orders: Any) -> Any:
    """With the last arrival of each order, and when the last of its problems was solved."""
    return orders.annotate(arrived=Max("shipments__arrival__at"), solved=Max("problems__resolved_at"))


def complete_on(opened: datetime, *ends: datetime | None) -> date:
    """The day since which a complete order is complete."""
    return timezone.localdate(max((end for end in ends if end), default=opened))

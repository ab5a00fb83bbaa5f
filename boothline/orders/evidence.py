"""What orders say of a grade: whether one stands that is not complete, and when the others were."""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.orders.register import Order


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All orders of those who ever ordered, in one query. An order is complete with its last arrival, or the end of its last problem."""
    ordered = [pk for pk, customer in known.items() if customer.has_bought]
    if not ordered:
        return
    orders = Order.objects.filter(customer__in=ordered, void_at=None).exclude(state="cancelled")
    dated = orders.annotate(arrived=Max("shipments__arrival__at"), solved=Max("problems__turns__at"))
    for pk, state, opened, *ends in dated.values_list("customer_id", "state", "opened_at", "arrived", "solved"):
        if state == "complete":
            known[pk].completed.append(timezone.localdate(max((end for end in ends if end), default=opened)))
        else:
            known[pk].has_open_order = True

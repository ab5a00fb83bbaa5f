"""Which fair brought a piece of business: the fair of the latest capture before it began, within 365 days; one fair only, or none.

An order began with its intention, else with its contract, else by itself. One rule, asked by every figure and every list.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from boothline.core.actors import Actor
from boothline.core.rules import declare
from boothline.fairs.editions import Fair
from boothline.intentions.products import Intention
from boothline.orders.register import Order
from boothline.visitors.solicitation import Capture

ORDER_DAYS = declare(
    "insights.order_days", 365, gettext_lazy("Days after a capture within which business belongs to its fair"), low=1, high=1825
)


def with_fair(rows: QuerySet[Order]) -> Any:
    """Orders, as a query, with `fair_id`: the fair that brought them; and `person_id`: who captured the customer then."""
    begun = rows.annotate(begun_at=Coalesce("contract__intention__made_at", "contract__made_at", "opened_at"))
    return begun.annotate(fair_id=Subquery(_before().values("fair")[:1]), person_id=Subquery(_before().values("taken_by")[:1]))


def with_fair_name(at: str) -> Callable[[Any, Actor], Any]:
    """Adds the name of the fair that brought the order to a list; `at` is the row's way to its order."""

    def add(rows: Any, by: Actor) -> Any:
        own = with_fair(Order.objects.filter(pk=OuterRef(OuterRef(at)))).values("fair_id")[:1]
        return rows.annotate(fair_name=Subquery(Fair.objects.filter(pk=Subquery(own)).values("name")[:1]))

    return add


def new_business(rows: Any) -> Any:
    """Of orders with their fair, those of customers who had no order before the capture that brought it."""
    captured = rows.annotate(captured_at=Subquery(_before().values("taken_at")[:1]))
    earlier = Order.objects.filter(void_at=None, customer=OuterRef("customer"), opened_at__lt=OuterRef("captured_at"))
    return captured.filter(~Exists(earlier))


def intentions_with_fair(rows: QuerySet[Intention]) -> Any:
    """Intentions, as a query, with `fair_id`."""
    return rows.annotate(begun_at=F("made_at")).annotate(fair_id=Subquery(_before().values("fair")[:1]))


def _before() -> Any:
    """The captures of the row's customer at a fair before its business began, the latest first."""
    begun: Any = OuterRef("begun_at")
    earliest = ExpressionWrapper(begun - timedelta(days=ORDER_DAYS.value), output_field=DateTimeField())
    found = Capture.objects.of_visitors().filter(
        customer=OuterRef("customer"), fair__isnull=False, taken_at__lte=OuterRef("begun_at"), taken_at__gte=earliest
    )
    return found.order_by("-taken_at", "-id")


def standing(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that a fair may be proud of: neither void nor cancelled."""
    return rows.filter(void_at=None).exclude(state="cancelled")

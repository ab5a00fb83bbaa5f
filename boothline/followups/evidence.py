"""What touches say of a grade: who answered or wrote, what they asked for, which dates they named, and what led nowhere."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.followups.touches import IDLE, Touch

THEIRS = ("reached", "came_in")  # the customer answered, or wrote by themselves


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All touches of these customers, in one query."""
    rows = Touch.objects.filter(customer__among=known).order_by("at", "id")
    for pk, at, reach, asked, wants_on, ended in rows.values_list("customer_id", "at", "reach", "asked", "wants_on", "ended"):
        customer, on = known[pk], timezone.localdate(at)
        if reach in THEIRS:
            customer.signs.append(on)
        if asked and asked not in IDLE:
            customer.prepares.append((on, "asked"))
        if wants_on:
            customer.named.append((on, wants_on))
        is_idle = ((bool(ended) and not asked) or asked in IDLE) and not wants_on
        customer.row.append((at, "idle" if is_idle else "tried" if reach == "not_reached" else "sensible"))

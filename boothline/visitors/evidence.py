"""What captures say of a grade: who talked with us, for how long, about what, and when they mean to buy."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.visitors.interests import Interested
from boothline.visitors.solicitation import Capture

ASKED_FOR = {"quote", "sample"}  # promised because the visitor asked
TIMING = {"now": 30, "m3": 90, "m6": 180, "m12": 365}  # the answer to *when do you plan to buy*, in days


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All captures of these customers, and what else they are interested in, in three queries. A badge that was only scanned is no talk,
    an answer to a hidden question no answer."""
    for pk in Interested.objects.filter(customer__among=known).values_list("customer", flat=True):
        known[pk].is_interested = True
    captures = Capture.objects.filter(customer__among=known).select_related("questionnaire").prefetch_related("interest")
    for capture in captures.order_by("taken_at", "id"):
        customer, on = known[capture.customer_id], timezone.localdate(capture.taken_at)
        interest = list(capture.interest.all())
        customer.row.append((capture.taken_at, "capture"))
        customer.is_interested = customer.is_interested or bool(interest)
        if interest or capture.heat or capture.minutes or capture.promised or capture.note or capture.answers:
            customer.signs.append(on)
        if (capture.minutes or 0) >= limit.minutes:
            customer.time.append(on)
        if ASKED_FOR & set(capture.promised):
            customer.prepares.append((on, "asked"))
        if (days := TIMING.get(capture.said.get("timing", ""))) is not None:
            customer.named.append((on, on + timedelta(days=days)))

"""What intentions say of a grade: that somebody prepares, what they want, and until when."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.intentions.products import Intention, IntentionLine


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All intentions of these customers, and the lines of the open ones, in two queries."""
    for pk, made_at, state in Intention.objects.filter(customer__in=known).values_list("customer_id", "made_at", "state"):
        known[pk].is_interested = True
        known[pk].prepares.append((timezone.localdate(made_at), "intention"))
        known[pk].row.append((made_at, "intention"))
    lines = IntentionLine.objects.filter(intention__customer__in=known, intention__state="open", lost_at=None)
    columns = ("intention__customer_id", "quantity", "wanted_on", "intention__collection__wanted_on", "intention__made_at")
    for pk, quantity, wanted_on, all_on, made_at in lines.values_list(*columns):
        on = wanted_on or all_on
        if on:
            known[pk].named.append((timezone.localdate(made_at), on))
        if on and quantity:
            known[pk].planned.append(on)

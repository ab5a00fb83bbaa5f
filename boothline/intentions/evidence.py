"""What intentions say of a grade: that somebody prepares, what they want, and until when."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.intentions.products import Intention


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All intentions of these customers, with their lines, in one query."""
    columns = ("customer_id", "made_at", "state", "collection__wanted_on", "lines__wanted_on", "lines__quantity", "lines__lost_at")
    for pk, made_at, state, all_on, wanted_on, quantity, lost_at in Intention.objects.filter(customer__among=known).values_list(*columns):
        customer, opened_on, on = known[pk], timezone.localdate(made_at), wanted_on or all_on
        customer.is_interested = True
        customer.prepares.append((opened_on, "intention"))
        customer.row.append((made_at, "intention"))
        if on and state == "open" and lost_at is None:
            customer.named.append((opened_on, on))
            customer.planned += [on] if quantity else []

"""What appointments say of a grade: who booked one, and who came."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.fairs.appointments import Appointment


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All appointments of these customers that were not called off, in one query."""
    rows = Appointment.objects.filter(customer__among=known, cancelled_at=None)
    for pk, made_at, kept_at, missed_at in rows.values_list("customer_id", "made_at", "kept_at", "missed_at"):
        customer = known[pk]
        if kept_at:
            customer.signs.append(timezone.localdate(kept_at))
            customer.time.append(timezone.localdate(kept_at))
        if not missed_at:
            customer.prepares.append((timezone.localdate(made_at), "appointment"))
            customer.row.append((made_at, "appointment"))

"""What intentions say of a grade: that somebody prepares, what they want, and until when."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.intentions import events
from boothline.intentions.products import Intention
from boothline.timeline.history import Event


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """All intentions of these customers, with their lines, and the dates that were named since: two queries."""
    said = _said(known, day - timedelta(days=limit.sign))
    columns = (
        "pk", "customer_id", "made_at", "state", "collection__wanted_on", "lines__wanted_on", "lines__quantity", "lines__lost_at",
        "lines__made_at",
    )  # fmt: skip
    for key, pk, made_at, state, all_on, wanted_on, quantity, lost_at, added_at in Intention.objects.filter(
        customer__among=known
    ).values_list(*columns):
        customer, opened_on, on = known[pk], timezone.localdate(made_at), wanted_on or all_on
        customer.is_interested = True
        customer.prepares.append((opened_on, "intention"))
        customer.row.append((made_at, "intention"))
        if on and state == "open" and lost_at is None:
            since = timezone.localdate(added_at) if wanted_on and added_at else opened_on
            customer.named.append((said.get((key, on.isoformat()), since), on))
            customer.planned += [on] if quantity else []


def _said(known: dict[int, Known], since: date) -> dict[tuple[int | None, str], date]:
    """{(intention, a wished date): when somebody wrote it there}, since a day."""
    edits = Event.objects.filter(
        kind__in=(events.LINE_EDITED.code, events.COLLECTED.code), under_kind="customer", under_id__among=known,
        at__date__gte=since, changes__has_key="wanted_on",
    )  # fmt: skip
    told = edits.order_by("id").values_list("subject_id", "changes", "at")
    return {(key, str(changes["wanted_on"][1])): timezone.localdate(at) for key, changes, at in told}

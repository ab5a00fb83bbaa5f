"""What briefings and objections say of a grade: what was shown in person, and that somebody cares about a product."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from boothline.customers.grading import Known, Limits
from boothline.negotiation.briefing import Briefing, BriefingItem
from boothline.negotiation.objections import Objection


def fill(known: dict[int, Known], day: date, limit: Limits) -> None:
    """Briefings, what they showed, and objections of these customers, in two queries."""
    objected = Objection.objects.filter(customer__among=known).order_by().values_list("customer_id", flat=True)
    acted = Briefing.objects.filter(Q(acted_at__isnull=False) | Q(answer="wants"), customer__among=known).order_by()
    for pk in objected.union(acted.values_list("customer_id", flat=True)):
        known[pk].is_interested = True
    since = timezone.make_aware(datetime.combine(day - timedelta(days=limit.time), time.min))
    items = BriefingItem.objects.filter(briefing__customer__among=known, briefing__is_explained=True, briefing__shown_at__gte=since)
    shown: dict[int, dict[int, date]] = defaultdict(dict)
    for pk, product, at in items.values_list("briefing__customer_id", "product_id", "briefing__shown_at"):
        on = timezone.localdate(at)
        shown[pk][product] = max(on, shown[pk].get(product, on))
    for pk, days in shown.items():
        latest = sorted(days.values(), reverse=True)
        if len(latest) >= limit.shown:
            known[pk].time.append(latest[limit.shown - 1])  # from that day on they had seen so many

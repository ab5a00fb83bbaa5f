"""The customers of a fair, and parts of them: who was new, who came how far, who said what. Figures and lists ask here.

A customer of a fair has a capture there that is not of a colleague of ours. New is who stood on no record before that
capture came in; everybody else was known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.rules import declare
from boothline.customers.card import Customer, Customers
from boothline.customers.ladder import TypeChange
from boothline.customers.lists import TYPES
from boothline.fairs.appointments import Appointment
from boothline.fairs.editions import Fair
from boothline.negotiation.briefing import BriefingItem
from boothline.negotiation.objections import Objection
from boothline.visitors.cooperation import Cooperation
from boothline.visitors.solicitation import Capture

REACH_DAYS = declare(
    "insights.reach_days", 180, _("Days after a capture within which a customer counts as won by the fair"), low=1, high=1825
)
MEANWHILE = timedelta(minutes=1)  # a customer and their first capture are stored together, in this order
PARTS = {
    "new": pgettext_lazy("at a fair", "new there"),
    "known": pgettext_lazy("at a fair", "known before"),
    "appointment": _("kept an appointment there"),
    "price": _("objected to a price"),
    "product": _("objected to a product"),
    "agent": _("agents for cooperation"),
}


def customers_of(fair: Fair) -> Customers:
    """Everybody with a capture there."""
    return Customer.objects.filter(pk__in=Capture.objects.of_visitors().filter(fair=fair).values("customer"))


def part_of(fair: Fair, code: str) -> Q:
    """The condition on a customer of the fair that makes one of `PARTS`."""
    mine: dict[str, Any] = {"customer": OuterRef("pk")}
    if code in ("new", "known"):
        after = OuterRef("made_at")
        captured = Capture.objects.of_visitors().filter(fair=fair, **mine).annotate(stored=F("made_at") - MEANWHILE)
        new = Exists(captured.filter(stored__lte=after))
        return Q(new) if code == "new" else ~Q(new)
    if code == "appointment":
        return Q(Exists(Appointment.objects.standing().filter(fair=fair, kept_at__isnull=False, **mine)))
    if code == "agent":
        return Q(Exists(Cooperation.objects.filter(peer="agent", **mine)))
    begins = timezone.make_aware(datetime.combine(fair.starts_on, time.min))
    said = Objection.objects.filter(said_at__gte=begins, said_at__lt=begins + timedelta(days=REACH_DAYS.value), **mine)
    return Q(Exists(said.filter(reason="price") if code == "price" else said.filter(product__isnull=False)))


def shown_there(fair: Fair) -> QuerySet[BriefingItem]:
    """Products that were explained to customers of the fair on its days."""
    begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in (fair.starts_on, fair.ends_on + timedelta(days=1)))
    items = BriefingItem.objects.filter(briefing__shown_at__gte=begins, briefing__shown_at__lt=ends, briefing__is_explained=True)
    return items.filter(briefing__customer__in=customers_of(fair).values("pk"))


@dataclass(frozen=True)
class Way:
    """How far one customer stood at their first capture at the fair, and the furthest within the days after it."""

    is_new: bool
    before: int
    furthest: int


def ways(fair: Fair, customers: Customers) -> dict[int, Way]:
    """{customer: their way} for everybody of the fair among these, by the facts; two queries however many they are."""
    seen: dict[int, list[Any]] = {}
    rows = Capture.objects.of_visitors().filter(fair=fair, customer__in=customers.order_by().values("pk"))
    for pk, taken, stored, made in rows.values_list("customer", "taken_at", "made_at", "customer__made_at"):
        first = seen.setdefault(pk, [taken, stored, made])
        first[:2] = min(first[0], taken), min(first[1], stored)
    moved: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    changes = TypeChange.objects.filter(pinned=False, customer__in=customers_of(fair).values("pk")).order_by("id")
    for pk, at, now in changes.values_list("customer", "at", "now"):
        if pk in seen:
            moved[pk].append((at, now))
    days = REACH_DAYS.value
    return {pk: Way(stored - MEANWHILE <= made, *reach(taken, moved[pk], days)) for pk, (taken, stored, made) in seen.items()}


def reach(captured: datetime, moved: Iterable[tuple[datetime, str]], days: int) -> tuple[int, int]:
    """(where they stood at the capture, the furthest they stood from then until so many days later), as places in TYPES."""
    before = furthest = 0
    until = captured + timedelta(days=days)
    for at, now in moved:
        place = TYPES.index(now)
        if at < captured:
            before = furthest = place
        elif at <= until:
            furthest = max(furthest, place)
    return before, furthest


def came(fair: Fair, customers: Customers, code: str) -> list[int]:
    """Who of these stood at this type or further within the days after their capture there."""
    return [pk for pk, way in ways(fair, customers).items() if way.furthest >= TYPES.index(code)]

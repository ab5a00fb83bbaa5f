"""502: who was captured and is not yet known gets one question as next step, the one that would tell most.

Asked once each: one that was answered, or not needed, does not come back; while they stay unknown the next one follows.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import Customer, Customers
from boothline.followups.steps import NextStep, Plan, plan_many
from boothline.followups.touches import Touch
from boothline.visitors.recognition import ASKING, known_of
from boothline.visitors.solicitation import Capture
from boothline.worktime.calendar import add_workdays

FRESH = timedelta(days=14)  # who was captured longer ago is asked where a person plans it
AT_ONCE = 500  # customers


def run_daily() -> int:
    """The daily task: questions for everybody whose turn it is. How many were planned."""
    last = planned = 0
    while batch := list(_undecided().filter(pk__gt=last).select_related("owner").order_by("pk")[:AT_ONCE]):
        planned += _ask(batch)
        last = batch[-1].pk
    return planned


def _undecided() -> Customers:
    """Captured of late, with an owner, not yet known, and asked nothing now; nor did contact with them end since."""
    since = timezone.now() - FRESH
    captured = Capture.objects.filter(customer=OuterRef("pk"), taken_at__gte=since)
    over = Touch.objects.filter(customer=OuterRef("pk"), at__gte=since).exclude(ended="")
    asked = NextStep.objects.open().filter(customer=OuterRef("pk"), what__in=list(ASKING.values()))
    return Customer.objects.filter(Exists(captured), ~Exists(over), ~Exists(asked), nature="unknown", owner__isnull=False)


def _ask(customers: list[Customer]) -> int:
    """Plans the question of each, unless it was planned before."""
    before = set(NextStep.objects.filter(customer__in=customers, what__in=list(ASKING.values())).values_list("customer_id", "what"))
    day = add_workdays(clock.today(), 1)
    known = known_of(customers)
    asking = [(c, ASKING[known[c.pk].question]) for c in customers if known[c.pk].question]
    plans = [Plan(customer, what, day, values={}) for customer, what in asking if (customer.pk, what) not in before]
    if plans:
        plan_many(plans, by=SYSTEM)
    return len(plans)

"""Every kept column, counted anew from the facts it is kept beside; asked after each test that touched the database."""

from __future__ import annotations

from dataclasses import fields

from django.db.models import Max, Min
from django.utils import timezone

from boothline.contracts.models import Version
from boothline.customers.ladder import TypeChange, unsettled
from boothline.customers.lists import TYPES
from boothline.customers.models import Customer, Quiet
from boothline.followups.models import NextStep, Touch
from boothline.orders.models import Arrival, Order, Problem, Shipment
from boothline.orders.register import Counts, counts, in_trouble, line_state, order_state
from boothline.orders.tracking import whereabouts
from boothline.search.index import SOURCES, differences


def recount() -> None:
    """Fails where something kept differs from its facts."""
    assert not unsettled().exists(), "a stored type differs from the derived one"
    _orders()
    _customers()
    for source in SOURCES.values():
        ids = list(source.model._default_manager.values_list("pk", flat=True))
        assert not differences(source.kind, ids), f"the search index has a {source.kind} otherwise than it is"
    for version in Version.objects.prefetch_related("lines"):
        amounts = [line.amount for line in version.lines.all()]
        assert (version.total, version.line_count) == (sum(amounts), len(amounts)), f"{version}: total or line count"


def _orders() -> None:
    for order in Order.objects.all():
        lines = list(order.lines.all())
        counted = counts(order)
        assert {line.pk: Counts(**{f.name: getattr(line, f.name) for f in fields(Counts)}) for line in lines} == counted
        assert all(line.state == line_state(line.due, counted[line.pk]) for line in lines), f"{order}: state of a line"
        assert order.state == order_state(order)
        assert order.in_trouble == in_trouble(order), f"{order}: trouble"
        assert order.total == sum(line.amount for line in lines)

    for shipment in Shipment.objects.all():
        now = whereabouts(shipment.tracking.order_by("id").values_list("state", "at"))
        assert (shipment.tracking_state, shipment.tracking_at) == (now or ("", None)), f"{shipment}: where it is"
        arrival = Arrival.objects.filter(shipment=shipment).first()
        assert shipment.arrived_at == (arrival.at if arrival else None), f"{shipment}: arrived"
    for problem in Problem.objects.all():
        assert problem.state == problem.turns.order_by("-id").values_list("state", flat=True).first(), f"{problem}: state"
        quiet = problem.is_open and problem.severity == "critical"
        assert Quiet.objects.filter(source_kind="problem", source_id=problem.pk, until=None).exists() == quiet, f"{problem}: quiet"


def _customers() -> None:
    deepest: dict[int, int] = {}
    for pk, now in TypeChange.objects.filter(pinned=False).values_list("customer_id", "now"):
        deepest[pk] = max(deepest.get(pk, 0), TYPES.index(now))
    assert dict(Customer.objects.filter(furthest__gt=0).values_list("pk", "furthest")) == {k: n for k, n in deepest.items() if n}
    begun = dict(Customer.objects.values_list("pk", "made_at"))
    for change in TypeChange.objects.filter(pinned=False).order_by("id"):
        at, since = timezone.localdate(change.at), timezone.localdate(begun[change.customer_id])
        assert change.days == (at - since).days, f"{change.customer}: days of {change}"
        begun[change.customer_id] = change.at
    nearest = dict(NextStep.objects.open().values_list("customer_id").annotate(Min("due_on")))
    latest = dict(Touch.objects.values_list("customer_id").annotate(Max("at")))
    for customer in Customer.objects.all():
        assert customer.next_step_on == nearest.get(customer.pk), f"{customer}: next step"
        assert customer.last_touch_at == latest.get(customer.pk), f"{customer}: last touch"

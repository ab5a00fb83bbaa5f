"""Every kept column, counted anew from the facts it is kept beside; asked after each test that touched the database."""

from __future__ import annotations

from django.db.models import Max, Min
from django.utils import timezone

from boothline.contracts.models import Version
from boothline.customers.ladder import TypeChange, unsettled
from boothline.customers.lists import TYPES
from boothline.customers.models import Customer
from boothline.followups.models import NextStep, Touch
from boothline.orders.models import Order
from boothline.orders.register import counts, line_state, order_state
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
        assert {line.pk: (line.packed, line.shipped, line.goods_ready) for line in lines} == counts(order)
        assert all(line.state == line_state(line.due, line.shipped, line.goods_ready) for line in lines), f"{order}: state of a line"
        assert order.state == order_state(order)
        assert order.total == sum(line.amount for line in lines)


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

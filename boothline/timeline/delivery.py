"""Emptying the outbox: take a lease, let the listener hear, and write *done* in the same transaction as its effect."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from boothline.core.operations import operation
from boothline.timeline import hearing
from boothline.timeline.history import Delivery

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
PATIENCE = 8  # tries before a delivery is parked and shown


def sweep(ids: list[int] | None = None) -> int:
    """Delivers what is due: the given deliveries, or up to 500 of all. Returns how many were done."""
    now = timezone.now()
    due = Delivery.objects.filter(done_at__isnull=True, parked_at__isnull=True, due_at__lte=now)
    due = due.filter(Q(taken_until__isnull=True) | Q(taken_until__lte=now))
    if ids is not None:
        due = due.filter(pk__in=ids)
    return sum(_deliver(pk) for pk in due.order_by("due_at", "id").values_list("pk", flat=True)[:500])


def _deliver(pk: int) -> bool:
    now = timezone.now()
    free = Delivery.objects.filter(pk=pk, done_at__isnull=True, parked_at__isnull=True)
    free = free.filter(Q(taken_until__isnull=True) | Q(taken_until__lte=now))
    if not free.update(taken_until=now + LEASE, tries=F("tries") + 1):
        return False
    delivery = Delivery.objects.select_related("event").get(pk=pk)
    try:
        if hearing.is_outside(delivery.listener):
            hearing.listener(delivery.listener)(delivery.event)
        hear_once(delivery)
    except Exception as error:  # any failure of a listener is kept with its delivery and tried again
        _put_off(delivery, error)
        return False
    return True


@operation("timeline.deliver")
def hear_once(delivery: Delivery) -> None:
    """The listener's effect on our database and *done* stand or fall together."""
    Delivery.objects.filter(pk=delivery.pk).update(done_at=timezone.now(), taken_until=None, error="")
    if not hearing.is_outside(delivery.listener):
        hearing.listener(delivery.listener)(delivery.event)


def _put_off(delivery: Delivery, error: Exception) -> None:
    log.warning("delivery %s failed", delivery, exc_info=error)
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            taken_until=None,
            due_at=timezone.now() + timedelta(seconds=5 * 2**delivery.tries),
            parked_at=timezone.now() if delivery.tries >= PATIENCE else None,
            error=f"{type(error).__name__}: {error}"[:500],
        )

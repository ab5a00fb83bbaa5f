"""Emptying the outbox: take a lease, let the listener hear, and write *done* in the same transaction as its effect.

What fails is tried again after a while, longer each time; after eight tries it is parked, and somebody has to look
(`boothline deliveries`). A try that killed its process counts as a try, so that no event can stop the service for ever.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from boothline.core.operations import operation
from boothline.timeline import hearing
from boothline.timeline.history import Delivery

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)  # longer than a listener takes; what a crash left is taken up after it
WAITS = (10, 30, 120, 600, 1800, 7200, 21600)  # seconds after the first, second ... failure: a mail server may be away for hours
PATIENCE = len(WAITS) + 1  # tries before a delivery is parked and shown
MOST = 500  # deliveries in one sweep


def waiting() -> QuerySet[Delivery]:
    """Still to be heard, now or later."""
    return Delivery.objects.filter(done_at=None, parked_at=None)


def parked() -> QuerySet[Delivery]:
    """Given up until somebody looks."""
    return Delivery.objects.filter(done_at=None, parked_at__isnull=False)


def again(deliveries: QuerySet[Delivery]) -> int:
    """Makes deliveries due now, with all their tries before them; the next sweep takes them. Returns how many."""
    free = deliveries.filter(Q(taken_until=None) | Q(taken_until__lte=timezone.now()), done_at=None)
    return free.update(parked_at=None, tries=0, due_at=timezone.now(), taken_until=None)


def sweep(ids: list[int] | None = None) -> int:
    """Delivers what is due: the given deliveries, or up to 500 of all. Returns how many were done.

    Listeners of our own go first; when one outside does not answer, the rest of its deliveries wait for the next sweep.
    """
    now = timezone.now()
    due = waiting().filter(Q(taken_until=None) | Q(taken_until__lte=now), due_at__lte=now)
    if ids is not None:
        due = due.filter(pk__in=ids)
    found = list(due.order_by("due_at", "id").values_list("pk", "listener")[:MOST])
    found.sort(key=lambda row: hearing.is_outside(row[1]))
    done, silent = 0, set()
    for pk, listener in found:
        if listener in silent:
            continue
        heard = _deliver(pk)
        done += bool(heard)
        if heard is False and hearing.is_outside(listener):
            silent.add(listener)
    return done


def _deliver(pk: int) -> bool | None:
    """Whether the listener heard; None when another worker has it."""
    now = timezone.now()
    free = waiting().filter(Q(taken_until=None) | Q(taken_until__lte=now), pk=pk, due_at__lte=now)
    if not free.update(taken_until=now + LEASE, tries=F("tries") + 1):
        return None
    delivery = Delivery.objects.select_related("event").get(pk=pk)
    try:
        if delivery.tries > PATIENCE:
            raise RuntimeError("every try ended with its process")
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
    if not Delivery.objects.filter(pk=delivery.pk, done_at=None).update(done_at=timezone.now(), taken_until=None, error=""):
        return  # the lease was too short, and another worker was faster
    if not hearing.is_outside(delivery.listener):
        hearing.listener(delivery.listener)(delivery.event)


def _put_off(delivery: Delivery, error: Exception) -> None:
    log.warning("delivery %s failed", delivery, exc_info=error)
    gives_up = delivery.tries >= PATIENCE
    Delivery.objects.filter(pk=delivery.pk, done_at=None, taken_until=delivery.taken_until).update(
        taken_until=None,
        due_at=timezone.now() + timedelta(seconds=0 if gives_up else WAITS[delivery.tries - 1]),
        parked_at=timezone.now() if gives_up else None,
        error=f"{type(error).__name__}: {error}".replace("\x00", "")[:500],
    )

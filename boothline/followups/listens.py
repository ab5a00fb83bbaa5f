"""What this room hears: that a second person decided about a gift, and that two customers became one."""

from typing import Any

from django.db.models import Max

from boothline.approvals import events as approvals
from boothline.core.actors import Actor
from boothline.customers import events as customers
from boothline.customers.card import keep_last_touches
from boothline.followups.gifts import decided
from boothline.followups.steps import keep_nearest
from boothline.followups.touches import Touch
from boothline.timeline import hearing


def register() -> None:
    """Now: the gift says so at once."""
    hearing.now(approvals.APPROVED, decided)
    hearing.now(approvals.REFUSED, decided)
    hearing.now(customers.MERGED, counted_again)
    hearing.now(customers.UNMERGED, counted_again)


def counted_again(told: list[Any], by: Actor) -> None:
    """Two customers became one, or two again: their last touch, their next step."""
    ids = [event.under_id for event in told]
    keep_nearest(ids)
    latest = dict(Touch.objects.filter(customer__in=ids).order_by().values_list("customer").annotate(Max("at")))
    keep_last_touches({pk: latest.get(pk) for pk in ids})

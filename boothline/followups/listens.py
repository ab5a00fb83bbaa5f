"""What this room hears: that a second person decided about a gift, that customers changed hands or became one, that somebody works with
one no longer, that a hand-over was taken back, and that a step is over."""

from typing import Any

from django.db.models import Max

from boothline.approvals import events as approvals
from boothline.core.actors import Actor
from boothline.customers import events as customers
from boothline.customers.card import keep_last_touches
from boothline.followups import events
from boothline.followups.clocks import goes_on
from boothline.followups.gifts import decided
from boothline.followups.handover import hand_back, work_changes_hands
from boothline.followups.steps import keep_nearest
from boothline.followups.touches import Touch
from boothline.timeline import events as timeline
from boothline.timeline import hearing
from boothline.timeline.history import Event


def register() -> None:
    """Now: the gift says so at once."""
    hearing.now(approvals.APPROVED, decided)
    hearing.now(approvals.REFUSED, decided)
    for told in (customers.ASSIGNED, customers.COLLABORATOR_REMOVED, events.TAKEN):
        hearing.now(told, work_changes_hands)
    for told in events.ENDED:
        hearing.now(told, goes_on)
    hearing.now(customers.MERGED, counted_again)
    hearing.now(customers.UNMERGED, counted_again)
    hearing.now(timeline.TAKEN_BACK, handed_back)


def counted_again(told: list[Any], by: Actor) -> None:
    """Two customers became one, or two again: their last touch, their next step."""
    ids = [event.under_id for event in told]
    keep_nearest(ids)
    latest = dict(Touch.objects.filter(customer__in=ids).order_by().values_list("customer").annotate(Max("at")))
    keep_last_touches({pk: latest.get(pk) for pk in ids})


def handed_back(told: list[Any], by: Actor) -> None:
    """Customers of somebody who left were given back: so is what went with them."""
    for event in told:
        for left in Event.objects.filter(kind=events.LEFT.code, values__deed=event.subject_id):
            hand_back(left, by=by)

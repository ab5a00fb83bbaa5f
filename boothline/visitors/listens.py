"""What this type hears, and when: whatever changes what is known of somebody has them recognised anew, in the same transaction."""

from __future__ import annotations

from typing import Any

from boothline.core.actors import Actor
from boothline.customers import events as customers
from boothline.customers.card import Customer
from boothline.timeline import hearing
from boothline.visitors import events
from boothline.visitors.recognition import recognise

AT_ONCE = 500  # customers


def register() -> None:
    """Every hearing of this room."""
    for kind in (events.TAKEN, events.REGISTERED, events.CORRECTED, customers.EDITED, customers.CONTACT_EDITED):
        hearing.now(kind, recognise_again)
    hearing.now(customers.TYPE_CHANGED, recognise_buyers)


def recognise_again(told: list[Any], by: Actor) -> None:
    """What stands about them has changed. A large import is done in parts, so that no query names more than a database takes."""
    touched = sorted({event.under_id for event in told})
    for start in range(0, len(touched), AT_ONCE):
        recognise(list(Customer.objects.filter(pk__in=touched[start : start + AT_ONCE]).order_by("pk")), by=by)


def recognise_buyers(told: list[Any], by: Actor) -> None:
    """Who begins or ceases to order is known by it."""
    moved = [event for event in told if "ordering" in (event.values["was"], event.values["now"])]
    if moved:
        recognise_again(moved, by)

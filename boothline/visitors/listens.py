"""What this type hears, and when: whatever changes what is known of somebody has them recognised anew, and whoever is captured at a
fair came to it; in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F
from django.utils import timezone

from boothline.core.actors import Actor
from boothline.customers import events as customers
from boothline.customers.card import Customer
from boothline.fairs.editions import Fair
from boothline.fairs.invitations import Invitation, arrived
from boothline.timeline import hearing
from boothline.visitors import events
from boothline.visitors.recognition import recognise
from boothline.visitors.solicitation import Capture

AT_ONCE = 500  # customers


def register() -> None:
    """Every hearing of this room."""
    for kind in (
        events.TAKEN,
        events.REGISTERED,
        events.CORRECTED,
        events.RETRACTED,
        customers.EDITED,
        customers.CONTACT_EDITED,
        customers.MERGED,
        customers.CONTACTS_MERGED,
    ):
        hearing.now(kind, recognise_again)
    hearing.now(customers.CONTACTS_MERGED, stand_once)
    for kind in (events.TAKEN, events.REGISTERED):
        hearing.now(kind, invited_came)
    for kind in (customers.TYPE_CHANGED, customers.DERIVED_CHANGED):
        hearing.now(kind, recognise_buyers)


def recognise_again(told: list[Any], by: Actor) -> None:
    """What stands about them has changed. A large import is done in parts, so that no query names more than a database takes."""
    touched = sorted({event.under_id for event in told})
    for start in range(0, len(touched), AT_ONCE):
        recognise(list(Customer.objects.filter(pk__in=touched[start : start + AT_ONCE]).order_by("pk")), by=by)


def stand_once(told: list[Any], by: Actor) -> None:
    """Two contacts became one: nobody stands beside themselves at the booth."""
    beside = Capture.others.through.objects.filter(contact__in=[event.subject_id for event in told])
    beside.filter(capture__contact=F("contact")).delete()


def invited_came(told: list[Any], by: Actor) -> None:
    """Whoever was invited to the fair and is captured there, or stands beside, came: not before it begins, and by their own form only
    until it ends. What staff type in afterwards was taken there."""
    captures = [event.subject_id for event in told]
    for start in range(0, len(captures), AT_ONCE):
        waited = Capture.objects.filter(
            pk__in=captures[start : start + AT_ONCE], fair__in=Invitation.objects.filter(came_at=None).values("fair")
        )
        people: dict[int, set[int]] = defaultdict(set)
        asked = ("fair", "fair__starts_on", "fair__ends_on", "taken_at", "source", "contact", "others")
        for where, starts, ends, taken_at, source, contact, other in waited.values_list(*asked):
            day = timezone.localdate(taken_at)
            if starts <= day and (day <= ends or source != "self"):
                people[where] |= {contact, other} - {None}
        for fair in Fair.objects.filter(pk__in=people):
            arrived(fair, by=by.trusted(), contacts=people[fair.pk])


def recognise_buyers(told: list[Any], by: Actor) -> None:
    """Who begins or ceases to order is known by it, pinned or not."""
    moved = [event for event in told if "ordering" in (event.values["was"], event.values["now"])]
    if moved:
        recognise_again(moved, by)

"""What this room hears of those below: whose team a customer belongs to follows the person who has them."""

from typing import Any

from boothline.accounts import events as accounts
from boothline.accounts.people import User
from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.timeline import hearing


def register() -> None:
    """Declares them."""
    hearing.now(accounts.PERSON_EDITED, follow_their_owner)


def follow_their_owner(events: list[Any], by: Actor) -> None:
    """Who changes team takes their customers along: the manager there sees them, the one before no longer."""
    moved = [event.subject_id for event in events if "team" in (event.changes or {})]
    for user in User.objects.filter(pk__in=moved):
        Customer.objects.filter(owner=user).exclude(team=user.team).update(team=user.team)

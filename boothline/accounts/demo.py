"""Signing in to the demo by one click. Works on demo data and loopback only; the pages ask."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from boothline.accounts import events
from boothline.accounts.people import User
from boothline.accounts.sign_ins import SignIn
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.timeline.history import record

DEMO_SALT = "boothline.demo"


def ticket_of(username: str) -> str:
    """The address that signs this person in."""
    return f"{settings.BASE_URL}/demo/{signing.dumps(username, salt=DEMO_SALT)}/"


@operation("accounts.sign_in_by_link")
def signed_in_by_link(person: User, *, by: Actor, session: str) -> None:
    """Keeps that somebody signed in by the demo's link."""
    SignIn.objects.create(user=person, session=session, epoch=person.epoch)
    record(events.SIGNED_IN_BY_LINK, subject=person, by=by)

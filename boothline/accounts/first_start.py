"""The first start: a new installation is empty, and whoever stands at the machine becomes its first administrator.

At the machine itself (a loopback address) the page opens directly. From elsewhere it asks for the code that the terminal printed,
so that nobody on the network is faster than the owner. The code is random, kept as a hash, and gone after its use.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from boothline.accounts import events
from boothline.accounts.company import saved_company
from boothline.accounts.people import HeldRole, User
from boothline.accounts.sign_ins import check_password_rules
from boothline.accounts.tries import TooMany, Try
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import SECRET, tags
from boothline.timeline.history import record

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
LOOPBACK = ("127.0.0.1", "::1")
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


class FirstStart(models.Model):
    """One row while the installation waits for its first administrator: whoever sets it up locks it."""

    digest = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    privacy = tags(digest=SECRET)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


def is_waiting() -> bool:
    """Nobody works here yet."""
    return not User.objects.exists()


def new_code() -> str:
    """A code for this start, as people type it: XXXX-XXXX-XXXX. The one before is no longer good."""
    plain = "".join(secrets.choice(_LETTERS) for _ in range(12))
    FirstStart.objects.update_or_create(pk=1, defaults={"digest": _digest(plain), "made_at": timezone.now()})
    return "-".join((plain[:4], plain[4:8], plain[8:]))


def needs_code(request: HttpRequest) -> bool:
    """Whoever does not sit at the machine: another address, another name for it, or a proxy in between."""
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    at_machine = request.META.get("REMOTE_ADDR") in LOOPBACK and name in LOOPBACK_NAMES
    return not at_machine or any(request.META.get(header) for header in FORWARDED)


def check_code(code: str, address: str) -> None:
    """Refuses a wrong code; too many wrong ones are refused unread for a while."""
    try:
        attempt = Try("first start", "", address)
    except TooMany as many:
        minutes = -(-many.seconds // 60)
        raise Refused(_("Too many wrong codes. Wait %(minutes)s minutes.") % {"minutes": minutes}, field="code", code="too_many") from many
    kept = FirstStart.objects.filter(pk=1, done_at=None).values_list("digest", flat=True).first()
    if not kept or not constant_time_compare(kept, _digest("".join(c for c in code.upper() if c.isalnum()))):
        attempt.was_wrong()
        raise Refused(_("This is not the code that the terminal shows. The newest start has made a new one."), field="code")
    attempt.was_right()


@operation("accounts.begin")
def begin(
    *,
    by: Actor = SYSTEM,
    username: str,
    name: str,
    password: str,
    company: str,
    zone: str,
    currency: str,
    language: str,
    sells: bool = False,
) -> User:
    """Makes the first administrator and the company's profile. Whoever is second is told."""
    FirstStart.objects.get_or_create(pk=1)
    FirstStart.objects.select_for_update().get(pk=1)
    if not is_waiting():
        raise Refused(
            _("Somebody else was faster and is the administrator now. Nothing of yours was stored. Ask them to add you."), code="late"
        )
    person = User(username=username, name=name, language=language)
    check_password_rules(password, person, field="password")
    person.set_password(password)
    person.save()
    roles = ["admin", "manager"] if sells else ["admin"]  # an administrator alone is no seller
    HeldRole.objects.bulk_create(HeldRole(user=person, role=role) for role in roles)
    ours = saved_company()
    ours.name, ours.zone, ours.currency = company, zone, currency
    ours.save()
    FirstStart.objects.filter(pk=1).update(digest="", done_at=timezone.now())
    itself = Actor(kind="user", id=person.pk, name=person.name, roles=frozenset(roles))
    record(events.STARTED, subject=person, by=itself, values={"company": company})
    return person


def _digest(code: str) -> str:
    return salted_hmac("boothline.first-start", code, algorithm="sha256").hexdigest()

"""The address of a fair's own form, and its QR code: it hangs at the booth, so it is no secret, but nobody can guess another's.

It opens from a week before the fair until some days after. What comes too fast is turned away.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import segno
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.rules import declare
from boothline.fairs.editions import Fair
from boothline.visitors.solicitation import Capture

OPEN_BEFORE = declare("capture.form_days_before", 7, gettext_lazy("Days before a fair that its own form opens"), low=0, high=90)
OPEN_AFTER = declare("capture.form_days_after", 14, gettext_lazy("Days after a fair that its own form stays open"), low=0, high=90)
AN_HOUR = declare("capture.form_per_hour", 300, gettext_lazy("Visitors' own forms taken in an hour at one fair"), low=10, high=5000)
A_PLACE = 40  # forms from one address in ten minutes: a hall's network is one address for many phones
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{24})\Z", re.ASCII)


def token_of(fair: Fair) -> str:
    """The fair's key and a seal of this installation."""
    seal = salted_hmac("boothline.visit", str(fair.pk), algorithm="sha256").hexdigest()[:24]
    return f"{fair.pk}-{seal}"


def fair_of(token: str) -> Fair | None:
    """The fair behind an address, while its form is open; None for everything else."""
    parts = _TOKEN.match(token)
    fair = Fair.objects.filter(pk=int(parts[1])).select_related("lead").first() if parts else None
    return fair if fair is not None and token == token_of(fair) and is_open(fair) else None


def is_open(fair: Fair) -> bool:
    """Whether the form takes anything today."""
    before, after = timedelta(days=OPEN_BEFORE.value), timedelta(days=OPEN_AFTER.value)
    return fair.starts_on - before <= clock.today() <= fair.ends_on + after


def address_of(fair: Fair) -> str:
    """What the QR code says."""
    return f"{settings.BASE_URL}{path_of(fair)}"


def path_of(fair: Fair) -> str:
    """The same on this machine."""
    return reverse("visit", args=[token_of(fair)])


def code_of(fair: Fair) -> Markup:
    """The QR code as a drawing; a quarter of it may be dirty."""
    return Markup(segno.make(address_of(fair), error="q", micro=False).svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True))


def is_too_fast(fair: Fair, place: str) -> bool:
    """Whether more comes than people can type: at the fair in an hour, or from one address in ten minutes."""
    key = f"visit:{place}"
    cache.add(key, 0, 600)
    if cache.incr(key) > A_PLACE:
        return True
    since = timezone.now() - timedelta(hours=1)
    return Capture.objects.filter(fair=fair, source="self", made_at__gte=since).count() >= AN_HOUR.value


def visitor(name: str) -> Actor:
    """Who fills it in: a guest without account or link."""
    return Actor(kind="guest", id=None, name=name[:200])


def panel(fair: Fair, by: Actor) -> dict[str, Any]:
    """On the fair's page: the code and how long it is open."""
    return {"code": code_of(fair), "path": path_of(fair), "is_open": is_open(fair)}

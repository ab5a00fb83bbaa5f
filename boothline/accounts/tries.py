"""Wrong tries: a name that is tried too often is refused for a while, whether somebody has it or not.

Counted in the database, so that any number of web processes count together. From SLOW_FROM wrong tries in WINDOW on, the answer
comes later each time; the one after MOST is refused unread. A refused try is not counted, so nobody is shut out for longer than
WINDOW after the last wrong one.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from boothline.core.privacy import PLAIN, tags

SLOW_FROM, MOST, MOST_FROM_ADDRESS = 5, 10, 100
WINDOW = timedelta(minutes=15)
SLOWER = 0.25  # seconds more with each wrong try


class WrongTry(models.Model):
    """One try that was not right. What was tried is kept as a digest: people type passwords into the wrong field."""

    what = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    privacy = tags(what=PLAIN)

    class Meta:
        indexes = [models.Index(fields=["what", "at"], name="wrong_try")]

    def __str__(self) -> str:
        return f"{self.what[:8]} {self.at:%H:%M}"


class TooMany(Exception):
    """Refused for now; `seconds` until another try is read."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class Try:
    """One try, noted before it is judged, so that many at once do not overtake the count."""

    def __init__(self, kind: str, name: str, address: str) -> None:
        self.whats = {_digest(kind, name.strip().casefold()): MOST, _digest("address", address): MOST_FROM_ADDRESS}
        now = timezone.now()
        rows = WrongTry.objects.bulk_create(WrongTry(what=what, at=now) for what in self.whats)
        self.ids = [row.pk for row in rows]
        for what, most in self.whats.items():
            times = sorted(WrongTry.objects.filter(what=what, at__gt=now - WINDOW).values_list("at", flat=True))
            if len(times) > most:
                WrongTry.objects.filter(pk__in=self.ids).delete()
                until = times[-most - 1] + WINDOW
                raise TooMany(max(1, int((until - now).total_seconds()) + 1))
        self.count = WrongTry.objects.filter(what=_digest(kind, name.strip().casefold()), at__gt=now - WINDOW).count()

    def was_right(self) -> None:
        """What went wrong under this name before is forgotten; of the address, only this try."""
        own = next(iter(self.whats))
        WrongTry.objects.filter(models.Q(pk__in=self.ids) | models.Q(what=own)).delete()

    def was_wrong(self) -> None:
        """Answers later, the more often it was wrong."""
        late = self.count - SLOW_FROM + 1
        if late > 0 and settings.SLOW_SIGN_IN:
            time.sleep(SLOWER * late)


def forget_old() -> None:
    """Takes out what counts no longer."""
    WrongTry.objects.filter(at__lt=timezone.now() - WINDOW).delete()


def _digest(kind: str, name: str) -> str:
    return salted_hmac("boothline.try", f"{kind} {name}", algorithm="sha256").hexdigest()

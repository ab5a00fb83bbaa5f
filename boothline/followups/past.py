"""Touches of before: what a file says that somebody did, with its day and its author. They ask for no next step, and answer no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.customers.card import Contact, Customer, hold, keep_touches
from boothline.followups import events
from boothline.followups.touches import Touch
from boothline.timeline.history import Telling, record_many

NOON = time(12)


@dataclass
class PastTouch:
    """One touch as a file tells it; `author` is nobody where the file names nobody whom we know, `channel` one of `CHANNELS`."""

    customer: Customer
    on: date
    words: str = ""
    contact: Contact | None = None
    author: User | None = None
    channel: str = "other"


@operation("followups.take_in")
def take_in(past: list[PastTouch], *, by: Actor) -> list[Touch]:
    """Notes any number of them with the same few queries. Whether it reached anybody is not known: it counts as sent."""
    for customer in {touch.customer.pk: touch.customer for touch in past}.values():
        require(by, "touches.log", customer)
    hold(*{touch.customer.pk for touch in past})
    made = Touch.objects.bulk_create(
        [
            Touch(
                customer=touch.customer, contact=touch.contact, channel=touch.channel, reach="sent", words=touch.words,
                at=moment_of(touch.on), user=touch.author, grade=touch.customer.grade, is_past=True,
            )
            for touch in past
        ],
        batch_size=1000,
    )  # fmt: skip
    latest: dict[int, datetime] = {}
    for touch in made:
        latest[touch.customer_id] = max(touch.at, latest.get(touch.customer_id, touch.at))
    keep_touches(latest)
    record_many(
        events.TAKEN_IN,
        [
            Telling(touch, under=touch.customer, values={"on": told.on, "author": told.author or "–"})
            for touch, told in zip(made, past, strict=True)
        ],
        by=by,
    )
    return made


def moment_of(day: date) -> datetime:
    """A day has no hour: noon of it, and of today no later than now."""
    noon = timezone.make_aware(datetime.combine(day, NOON))
    return min(noon, timezone.now()) if day == clock.today() else noon

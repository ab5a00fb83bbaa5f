"""Intentions in numbers: what customers want, or wanted and want no more, as the books of another system say it.

They come by file, years of them at once, each with the day since when it stands and on which it was lost. Nothing is planned for them and
nobody is written to; the customers' types are derived as from any fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.catalogue.products import Product, Variant
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import RowFailed
from boothline.core.money import check_price
from boothline.core.operations import operation
from boothline.customers.card import Customer, hold
from boothline.intentions import events
from boothline.intentions.products import PROBABILITY, STATES, Intention, IntentionLine
from boothline.timeline.history import Telling, record_many

SOURCE = "import"
LIVING = ("open", "lapsed")  # nobody decided it here


@dataclass(frozen=True)
class Brought:
    """One product that a customer wants since a day; with `lost_on`, wants no more. `value` is what all of it comes to, if that is said."""

    customer: Customer
    product: Product
    since: date | None
    currency: str
    variant: Variant | None = None
    value: Decimal | None = None
    is_lost: bool = False
    lost_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Ended:
    """How an intention ended, and on which day; won ones without a reason."""

    intention: Intention
    on: date
    is_won: bool
    reason: str = ""


@operation("intentions.bring_in")
def bring_in(wishes: list[Brought], *, by: Actor) -> list[Intention]:
    """Keeps any number with the same few queries, living and lost ones; answers in the same order."""
    require(by, "intentions.edit")
    hold(*{wish.customer.pk for wish in wishes})
    made = Intention.objects.bulk_create([_intention(wish) for wish in wishes], batch_size=1000)
    IntentionLine.objects.bulk_create([_line(*pair) for pair in zip(made, wishes, strict=True)], batch_size=1000)
    models.prefetch_related_objects(made, "lines")  # they are called by what they name
    told = [(wish, _telling(intention, wish)) for intention, wish in zip(made, wishes, strict=True)]
    record_many(events.BROUGHT, [telling for wish, telling in told if not wish.is_lost], by=by)
    record_many(events.BROUGHT_LOST, [telling for wish, telling in told if wish.is_lost], by=by)
    return made


@operation("intentions.end_many")
def end_many(endings: list[Ended], *, by: Actor) -> None:
    """They were won or lost, elsewhere and on some day. One that stands in a contract, or has ended here, names its row as bad."""
    require(by, "intentions.edit")
    hold(*{ended.intention.customer_id for ended in endings})
    fresh = Intention.objects.for_list().in_bulk([ended.intention.pk for ended in endings])
    if bad := [i for i in fresh.values() if i.state not in LIVING]:
        words = _("This intention is not open any more: %(state)s.") % {"state": STATES[bad[0].state]}
        raise RowFailed(words, subjects=bad)
    for ended in endings:
        intention = fresh[ended.intention.pk]
        intention.state = "won" if ended.is_won else "lost"
        intention.lost_on, intention.lost_reason, intention.lapsed_at = None if ended.is_won else ended.on, ended.reason, None
    Intention.objects.bulk_update(fresh.values(), ["state", "lost_on", "lost_reason", "lapsed_at"], batch_size=500)
    lost = [
        Telling(fresh[e.intention.pk], under=fresh[e.intention.pk].customer, values={"reason": e.reason}) for e in endings if not e.is_won
    ]
    record_many(events.LOST, lost, by=by)
    record_many(events.WON, [Telling(i, under=i.customer) for i in fresh.values() if i.state == "won"], by=by)


def _intention(wish: Brought) -> Intention:
    check_price(wish.value)
    return Intention(
        customer=wish.customer, currency=wish.currency, source=SOURCE, made_at=_noon(wish.since),
        state="lost" if wish.is_lost else "open", lost_on=(wish.lost_on or clock.today()) if wish.is_lost else None,
        lost_reason=wish.reason if wish.is_lost else "",
    )  # fmt: skip


def _line(intention: Intention, wish: Brought) -> IntentionLine:
    return IntentionLine(
        intention=intention, position=1, product=wish.product, variant=wish.variant, quantity=Decimal(1) if wish.value else None,
        price=wish.value or None, probability=PROBABILITY.value,
    )  # fmt: skip


def _telling(intention: Intention, wish: Brought) -> Telling:
    values = {"product": wish.product, "on": intention.lost_on or timezone.localdate(intention.made_at)}
    return Telling(intention, under=wish.customer, values=values | ({"reason": wish.reason} if wish.is_lost else {}))


def _noon(day: date | None) -> datetime:
    """The moment since when it stands: the middle of its day, the same day in every zone near by."""
    return timezone.make_aware(datetime.combine(day, time(12))) if day else timezone.now()

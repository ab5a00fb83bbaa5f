"""Pins 人工指定: a type that a manager sets for a time, with a reason. The derived type goes on beside it.

A pin ends when it is lifted, on its date, when the facts say the same, or when a new fact carries the customer further
than the pin. `ladder.settle` asks; figures count derived types. Whether something speaks against a pin (goods are under
way) is answered by the room that knows, registered by `holds`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.text import clean, listed
from boothline.customers import events
from boothline.customers.card import Customer, hold
from boothline.customers.lists import PIN_ENDS, TYPE_WORDS, TYPES
from boothline.timeline.history import record

log = logging.getLogger(__name__)

DAYS = declare("customers.pin_days", 90, gettext_lazy("Days that a pinned type lasts where nobody says otherwise"), low=1, high=365)
LONGEST = declare("customers.pin_longest", 365, gettext_lazy("Days that a pinned type lasts at most"), low=1, high=1825)
SHORTEST_REASON = 5  # characters

Holding = Callable[[Customer], list[str]]
_holding: dict[str, Holding] = {}


class Pins(models.QuerySet["Pin"]):
    """Questions about pins."""

    def visible_to(self, by: Actor) -> Pins:
        """The pins of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def standing(self) -> Pins:
        """Not ended."""
        return self.filter(ended_at=None)


class Pin(Record):
    """One type set for a time. `until` is its last day."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="pins")
    type = models.CharField(gettext_lazy("type"), max_length=16, choices=list(TYPE_WORDS.items()))
    reason = models.CharField(gettext_lazy("reason"), max_length=500)
    until = models.DateField(gettext_lazy("until"))
    by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=10, blank=True, default="", choices=list(PIN_ENDS.items()))
    privacy = tags(type=PLAIN, reason=WORDS, by_name=PERSON, ended_how=PLAIN)
    merging = Merging(
        yields={"ended_at": timezone.now, "ended_how": "merged"},
        ends=models.Q(ended_at__isnull=True),
        note=gettext_lazy("Pinned types: only a pin of the customer that stays counts; that of the other ends."),
    )

    objects = Pins.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer"], name="pin_once", condition=models.Q(ended_at__isnull=True))]
        indexes = [models.Index(fields=["until"], name="pin_due", condition=models.Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return str(TYPE_WORDS[self.type])

    def end_by_facts(self, was: str, now: str) -> str:
        """How the facts end it as the derived type goes from `was` to `now`; "" while it lasts. Where the type stays what it was, new
        business of it ends the pin too: nobody could have been pinned away from that."""
        at = TYPES.index(now)
        if now == self.type:
            return "same" if now != was else ""
        if at < TYPES.index(self.type):
            return ""
        return "further" if at > TYPES.index(was) or (now == was and keeps(self.customer, now)) else ""


def holds(type_code: str, question: Holding) -> None:
    """A higher room says what keeps a customer of its type there, by name: nobody is pinned away while there is some."""
    _holding[type_code] = question


def keeps(customer: Customer, type_code: str) -> list[str]:
    """The names of what keeps a customer of this type there."""
    return _holding[type_code](customer) if type_code in _holding else []


@operation("customers.pin")
def pin(customer: Customer, *, by: Actor, type: str, reason: str, until: date | None = None) -> Pin:
    """Sets a type for a time. Pressed twice, the pin that stands is the answer; another one must be lifted first."""
    require(by, "customers.pin", customer)
    (customer,) = hold(customer.pk)
    until = until or clock.today() + timedelta(days=DAYS.value)
    reason = clean(reason, 500)
    _check(customer, type, reason, until)
    standing = Pin.objects.standing().filter(customer=customer).first()
    if standing and (standing.type, standing.until) == (type, until):
        return standing
    if standing:
        words = _("A type is pinned already: %(type)s. Lift that pin first.")
        raise Refused(words % {"type": TYPE_WORDS[standing.type]}, code="pinned")
    made = Pin.objects.create(customer=customer, type=type, reason=reason, until=until, by_name=by.name[:200])
    record(events.PINNED, subject=made, under=customer, by=by, values={"type": type, "reason": reason, "until": until})
    return made


def _check(customer: Customer, type: str, reason: str, until: date) -> None:
    if type not in TYPES:
        raise Refused(_("Choose one of the five types."), field="type")
    if len(reason) < SHORTEST_REASON:
        raise Refused(_("Give the reason in a few words (5 characters or more)."), field="reason")
    clock.check_ahead(until, "until")
    if until > clock.today() + timedelta(days=LONGEST.value):
        raise Refused(_("A pin lasts at most %(days)s days. Choose an earlier day.") % {"days": LONGEST.value}, field="until")
    if type == customer.derived_type:
        raise Refused(_("The facts say this type already; there is nothing to pin."), field="type", code="same")
    held = keeps(customer, customer.derived_type)
    if held:
        words = _("Not pinned: %(orders)s is not finished, lines are still to be shipped, to arrive or to be accepted.")
        raise Refused(words % {"orders": listed(held, weak=False)}, field="type", code="held")


@operation("customers.lift_pin")
def lift(pin: Pin, *, by: Actor) -> Pin:
    """Ends a pin before its date. Pressed twice, nothing more happens."""
    require(by, "customers.pin", pin)
    hold(pin.customer_id)
    return end(pin, "lifted", by=by)


@operation("customers.end_pin")
def end_on_date(pin: Pin, *, by: Actor) -> Pin:
    """What time brings: the last day has passed."""
    hold(pin.customer_id)
    return end(pin, "date", by=by)


def end(pin: Pin, how: str, *, by: Actor) -> Pin:
    """Ends a pin whose customer is held; one that ended already stays as it is."""
    if Pin.objects.standing().filter(pk=pin.pk).update(ended_at=timezone.now(), ended_how=how):
        record(events.PIN_ENDED, subject=pin, under=pin.customer, by=by, values={"type": pin.type, "how": how})
    pin.refresh_from_db()
    return pin


def end_due() -> int:
    """The daily task: each pin whose last day has passed ends in a transaction of its own."""
    ended = 0
    for due in Pin.objects.standing().filter(until__lt=clock.today()).select_related("customer"):
        try:
            end_on_date(due, by=SYSTEM)
            ended += 1
        except Exception:  # one that fails must not keep the others from ending; the next round tries it again
            log.exception("pin %s did not end", due.pk)
    return ended

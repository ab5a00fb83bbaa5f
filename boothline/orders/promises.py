"""What was promised and how it moved: the original date stays for ever, each move says who, from, to, why, and how the customer
was told.

A move that the customer must say yes to is asked with the version of the contract and holds once they confirm it; one that
their late payment or artwork caused holds at once, and a letter tells them. `move()` alone writes the promised date of an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.contracts.agreement import Contract, Version
from boothline.contracts.lists import PROMISE_CAUSES
from boothline.contracts.milestones import promise
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.customers.card import Customer
from boothline.orders.lists import PROMISE_TOLD
from boothline.orders.register import Order


class PromiseMoves(models.QuerySet["PromiseMove"]):
    """Questions about moves of promised dates."""

    def visible_to(self, by: Actor) -> PromiseMoves:
        """Those of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))

    def standing(self) -> PromiseMoves:
        """Those that hold, in their order."""
        return self.filter(held_at__isnull=False).select_related("user").order_by("held_at", "pk")


class PromiseMove(Record):
    """One move of the promised shipping date. It waits for the customer until `held_at`; from then on it holds and was told."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="promise_moves")
    version = models.ForeignKey(Version, null=True, on_delete=models.CASCADE, related_name="+")
    was = models.DateField(null=True)
    now = models.DateField(null=True)
    cause = models.CharField(max_length=16, blank=True, default="", choices=list(PROMISE_CAUSES.items()))
    words = models.CharField(max_length=300, blank=True, default="")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=12, blank=True, default="", choices=list(PROMISE_TOLD.items()))
    privacy = tags(cause=PLAIN, words=WORDS, told=PLAIN)

    objects = PromiseMoves.as_manager()

    def __str__(self) -> str:
        return f"{self.order.number} {self.was} → {self.now}"

    @property
    def customer(self) -> Customer:
        """To whom it was promised."""
        return self.order.customer

    @property
    def days(self) -> int:
        """By how much: later is more than 0."""
        return (self.now - self.was).days if self.now and self.was else 0


@dataclass(frozen=True)
class Promise:
    """How a promise stands: first and last date, the moves between them, and the one that waits for the customer."""

    first_on: date | None
    last_on: date | None
    moves: list[PromiseMove]
    waiting: PromiseMove | None

    @property
    def days(self) -> int:
        """By how much it moved in all: later is more than 0."""
        return (self.last_on - self.first_on).days if self.first_on and self.last_on else 0


def promise_of(order: Order) -> Promise:
    """What was promised for this order, and how it moved."""
    newest = order.contract.newest if order.contract.is_alive else None
    asked = order.promise_moves.filter(held_at=None, version=newest).last() if newest else None
    return Promise(order.first_promised_on, order.promised_on, list(order.promise_moves.standing()), asked)


def ask(order: Order, version: Version, *, by: Actor, cause: str, words: str) -> PromiseMove:
    """The customer is to confirm another date with this version."""
    return PromiseMove.objects.create(
        order=order, version=version, was=order.promised_on, now=version.shipping_on, cause=cause, words=words, user_id=_user(by)
    )


def check_cause(cause: str, *, is_theirs: bool) -> str:
    """Why the date moves; the customer's own wish is a reason."""
    cause = cause or ("wish" if is_theirs else "")
    if cause not in PROMISE_CAUSES:
        raise Refused(_("The date moves: choose why."), field="cause")
    return cause


def is_left(order: Order, on: date | None) -> bool:
    """This day was promised, or asked for, before a letter moved the promise to another; it does not come back by itself."""
    if on == order.promised_on:
        return False
    letters = order.promise_moves.standing().filter(told="letter")
    asked = order.promise_moves.filter(held_at=None, now=on).last()
    return (letters.filter(held_at__gt=asked.made_at) if asked else letters.filter(was=on)).exists()


def move(order: Order, to: date | None, *, by: Actor, told: str, cause: str = "") -> None:
    """The date moves, and the customer knows. What was asked for this date says why; the first date is written once."""
    if to == order.promised_on:
        return
    waiting = order.promise_moves.filter(held_at=None, now=to).last() if told == "confirmed" else None
    made = waiting or PromiseMove(order=order, cause=cause, user_id=_user(by))
    made.was, made.now, made.told, made.held_at = order.promised_on, to, told, timezone.now()
    made.save()
    facts = {"promised_on": to, "first_promised_on": order.first_promised_on or to}
    Order.objects.filter(pk=order.pk).update(**facts, times_moved=order.promise_moves.standing().filter(was__isnull=False).count())


def lead(contract: Contract) -> None:
    """The plan of a contract that has several orders is for the first of them that is to leave: none of its goods is late unseen."""
    theirs = Order.objects.filter(contract=contract)
    standing = theirs.filter(void_at=None, merged_into=None, promised_on__isnull=False).exclude(state="cancelled")
    first = standing.order_by("promised_on").first()
    if first and first.promised_on and theirs.exclude(split_from=None).exists():
        promise(contract, first.promised_on)


def _user(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None

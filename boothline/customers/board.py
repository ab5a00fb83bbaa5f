"""The board of the five types and its funnel: how many customers stand where, and the ones to do something about first.

Every figure counts customers that the reader sees, by their type now; the funnel counts how far they ever came. Both open
the list of the same customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F

from boothline.core.actors import Actor
from boothline.core.slots import ask, hung
from boothline.customers.card import Customer, Customers
from boothline.customers.ladder import business
from boothline.customers.lists import TYPES

SHOWN = 8  # cards of a lane


@dataclass(frozen=True)
class Fact:
    """What a card says about its customer's business: short facts, and an amount where there is one."""

    words: tuple[str, ...]
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True)
class Facts:
    """Hung into the slot "board" by the room of a type: facts of many customers at once, {customer id: Fact}."""

    type: str
    of: Callable[[list[int], Actor], dict[int, Fact]]
    order: int = 100


@dataclass
class Card:
    """One customer on the board; `also` are the other types of which business is open."""

    customer: Customer
    fact: Fact | None
    also: list[str]
    step: Any


@dataclass
class Lane:
    """One type: how many there are, and the first cards by next step."""

    type: str
    count: int
    cards: list[Card] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many stand behind the last card."""
        return self.count - len(self.cards)


def in_pipeline(rows: Customers) -> Customers:
    """Without the peers that have no business with us: they stand on the cooperation list."""
    return rows.exclude(type="visitor", nature="peer")


def lanes(rows: Customers, by: Actor) -> list[Lane]:
    """The five lanes of these customers: next step first, without one last. The same number of queries for any number."""
    counts = counted(rows)
    found = []
    for code in TYPES:
        waiting = rows.filter(type=code).order_by(F("next_step_on").asc(nulls_last=True), "-id")
        first = list(waiting.prefetch_related("contacts")[:SHOWN]) if counts[code] else []
        found.append(Lane(code, counts[code], _cards(code, first, by)))
    return found


def counted(rows: Customers) -> dict[str, int]:
    """How many customers are of each type now."""
    return dict.fromkeys(TYPES, 0) | dict(rows.order_by().values_list("type").annotate(Count("pk")))


def reached(rows: Customers) -> dict[str, int]:
    """How many customers ever came at least as far as each type; who skipped a type came past it."""
    deepest = dict(rows.order_by().values_list("furthest").annotate(Count("pk")))
    return {code: sum(n for depth, n in deepest.items() if depth >= at) for at, code in enumerate(TYPES)}


def _cards(code: str, customers: list[Customer], by: Actor) -> list[Card]:
    ids = [customer.pk for customer in customers]
    facts: dict[int, Fact] = {}
    for hanging in hung("board"):
        if hanging.type == code and ids:
            facts |= hanging.of(ids, by)
    others = business(ids)
    steps = ask("nearest_steps", ids, default={})
    return [Card(c, facts.get(c.pk), [t for t in others.get(c.pk, ()) if t != code], steps.get(c.pk)) for c in customers]

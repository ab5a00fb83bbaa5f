"""The board of the five types and its funnel: how many customers stand where, and the ones to do something about first.

The board counts customers that the reader sees by their type now, pinned or not; the funnel counts what the facts say: how far
they ever came, how long they stayed, and where they are now. Peers without business are not among those who are there now, on
either page. Each figure opens the list of the same customers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.core.actors import Actor
from boothline.core.rules import declare
from boothline.core.slots import ask, hung
from boothline.customers.card import Customer, Customers
from boothline.customers.ladder import TypeChange, business
from boothline.customers.lists import TYPES

SHOWN = 8  # cards of a lane
BY_FACTS = "derived_type"  # how the funnel counts; the board by the type that a pin may say
AGEING = {
    "visitor": declare("customers.ageing_visitor", 14, _("Days until a visitor stays too long"), low=1, high=365),
    "negotiating": declare("customers.ageing_negotiating", 30, _("Days until a negotiating customer stays too long"), low=1, high=365),
    "intending": declare("customers.ageing_intending", 45, _("Days until an intending customer stays too long"), low=1, high=365),
    "contract": declare(
        "customers.ageing_contract", 14, _("Days until a contract stays too long, since it was sent or since its last version"),
        low=1, high=365,
    ),
}  # fmt: skip
RED = declare("customers.ageing_red", Decimal("1.5"), _("How many times those days make a stay red"), low=1, high=10)


@dataclass(frozen=True)
class Fact:
    """What a card says about its customer's business: short facts, and an amount where there is one. `since`: from when a
    stay is counted, where that is not the day on which the type began."""

    words: tuple[str, ...]
    amount: Decimal | None = None
    currency: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """Hung into the slot "board" by the room of a type: facts of many customers at once, {customer id: Fact}; and what the
    business of a whole lane comes to, {currency: amount}."""

    type: str
    of: Callable[[list[int], Actor], dict[int, Fact]]
    sums: Callable[[Customers, Actor], dict[str, Decimal]] = field(default=lambda rows, by: {})
    order: int = 100


@dataclass
class Card:
    """One customer on the board; `also` are the other types of which business is open. `age`: calm, amber or red."""

    customer: Customer
    fact: Fact | None
    also: list[str]
    step: Any
    days: int = 0
    age: str = ""


@dataclass
class Lane:
    """One type: how many there are, what their business comes to, and the first cards by next step."""

    type: str
    count: int
    cards: list[Card] = field(default_factory=list)
    sums: dict[str, Decimal] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many stand behind the last card."""
        return self.count - len(self.cards)


def in_pipeline(rows: Customers, field: str = "type") -> Customers:
    """Without the peers that have no business with us: they stand on the cooperation list. `field` BY_FACTS: as these say."""
    return rows.exclude(**{field: "visitor"}, nature="peer")


def left_out(rows: Customers, field: str = "type") -> int:
    """How many peers that leaves out."""
    return rows.filter(**{field: "visitor"}, nature="peer").count()


def lanes(rows: Customers, by: Actor) -> list[Lane]:
    """The five lanes of these customers: next step first, without one last. The same number of queries for any number."""
    counts = counted(rows)
    limits = {code: (rule.value, rule.value * RED.value) for code, rule in AGEING.items()}
    found = []
    for code in TYPES:
        here = rows.filter(type=code)
        waiting = here.order_by(F("next_step_on").asc(nulls_last=True), "-id")
        first = list(waiting.prefetch_related("contacts")[:SHOWN]) if counts[code] else []
        found.append(Lane(code, counts[code], _cards(code, first, by, limits), _sums(code, here, by) if first else {}))
    return found


def counted(rows: Customers, field: str = "type") -> dict[str, int]:
    """How many customers are of each type now; `field` BY_FACTS: as these say."""
    return dict.fromkeys(TYPES, 0) | dict(rows.order_by().values_list(field).annotate(Count("pk")))


def reached(rows: Customers) -> dict[str, int]:
    """How many customers ever came at least as far as each type; who skipped a type came past it."""
    deepest = dict(rows.order_by().values_list("furthest").annotate(Count("pk")))
    return {code: sum(n for depth, n in deepest.items() if depth >= at) for at, code in enumerate(TYPES)}


def stays(rows: Customers) -> dict[str, float]:
    """{type: median days of the stays that are over}, by the facts; counted by the database, a row for each length of a stay."""
    over = TypeChange.objects.filter(days__isnull=False)
    if rows.query.where:  # else they are all, and looking for each would take longer than counting
        over = over.filter(customer__in=rows.order_by().values("pk"))
    days: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for was, length, count in over.order_by("was", "days").values_list("was", "days").annotate(Count("days")):
        days[was].append((length, count))
    return {code: _median(found) for code, found in days.items()}


def _median(found: list[tuple[int, int]]) -> float:
    """Of [(value, how many of it)], the smallest first."""
    ends = list(accumulate(count for _value, count in found))
    lower, upper = (found[bisect_left(ends, place)][0] for place in ((ends[-1] + 1) // 2, ends[-1] // 2 + 1))
    return (lower + upper) / 2


def _sums(code: str, rows: Customers, by: Actor) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for hanging in hung("board"):
        if hanging.type == code:
            for currency, amount in hanging.sums(rows.order_by(), by).items():
                found[currency] += amount
    return dict(sorted(found.items()))


def _cards(code: str, customers: list[Customer], by: Actor, limits: dict[str, tuple[int, Decimal]]) -> list[Card]:
    ids = [customer.pk for customer in customers]
    facts: dict[int, Fact] = {}
    for hanging in hung("board"):
        if hanging.type == code and ids:
            facts |= hanging.of(ids, by)
    others = business(ids)
    steps = ask("nearest_steps", ids, default={})
    cards = [Card(c, facts.get(c.pk), [t for t in others.get(c.pk, ()) if t != code], steps.get(c.pk)) for c in customers]
    for card in cards:
        _age(card, limits)
    return cards


def _age(card: Card, limits: dict[str, tuple[int, Decimal]]) -> None:
    """How long the customer stays where the facts say they are."""
    customer, fact = card.customer, card.fact
    if customer.derived_type not in limits:
        return  # what endangers an order is asked elsewhere, not its age
    since = fact.since if fact and fact.since and customer.type == customer.derived_type else customer.derived_since
    card.days = (timezone.localdate() - timezone.localdate(since)).days
    amber, red = limits[customer.derived_type]
    card.age = "red" if card.days >= red else "amber" if card.days >= amber else ""

"""SP01, the one rule of the type: a customer's type is the furthest business that is alive with them.

Each of the five types registers a claim: a condition that holds while a customer belongs there. The claims are asked
once, at the end of the outermost operation, for all customers that an event touched, in one SELECT; the furthest yes is
the type. Nobody sets a type.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest
from django.db.models.query_utils import Q
from django.utils import timezone

from boothline.core.actors import Actor
from boothline.core.operations import closing
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.customers import events
from boothline.customers.card import Customer, hold
from boothline.customers.lists import TYPES
from boothline.timeline.history import Event, Telling, record_many

_claims: dict[str, Q | Combinable] = {}


class TypeChange(models.Model):
    """One change of type: from, to, when, by what fact, by whom."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="type_changes")
    was = models.CharField(max_length=16)
    now = models.CharField(max_length=16)
    at = models.DateTimeField(default=timezone.now)
    fact = models.CharField(max_length=80)
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=200)
    privacy = tags(was=PLAIN, now=PLAIN, fact=PLAIN, actor_name=PERSON)

    def __str__(self) -> str:
        return f"{self.was} → {self.now}"


def claim(type_code: str, condition: Q | Combinable) -> None:
    """Registers when a customer belongs to a type: an `Exists` over the facts of its room."""
    _claims[type_code] = condition


def derived() -> Case:
    """The type as the facts say it, for annotating customers; asked from the furthest down."""
    asked = [When(_claims[code], then=Value(code)) for code in reversed(TYPES) if code in _claims]
    return Case(*asked, default=Value("visitor"), output_field=models.CharField())


def business(ids: list[int]) -> dict[int, list[str]]:
    """{customer id: the types of which business is open}, in the order of the ladder; for the chips beside the type."""
    if not ids:
        return {}
    alive = {f"is_{code}": Case(When(claim, then=True), default=False) for code, claim in _claims.items() if code != "visitor"}
    rows = Customer.objects.filter(pk__in=ids).values("pk").annotate(**alive)
    return {row["pk"]: [code for code in TYPES if row.get(f"is_{code}")] for row in rows}


def unsettled() -> models.QuerySet[Customer]:
    """Customers whose stored type differs from the derived one. Always empty; tests and the self-check ask."""
    return Customer.objects.annotate(asked=derived()).exclude(type=models.F("asked"))


def settle(told: list[Event]) -> None:
    """Closes every outermost operation: writes the type of each customer that an event moved."""
    moved = [e for e in told if e.under_kind == "customer" and e.declared.moves]
    touched = sorted({e.under_id for e in moved if e.under_id})
    for start in range(0, len(touched), 1000):
        _settle(touched[start : start + 1000], moved)


def _settle(ids: list[int], moved: list[Event]) -> None:
    # Two operations may each close one claim of a customer: the later one must see what the earlier one wrote.
    hold(*ids)
    asked = Customer.objects.filter(pk__in=ids).annotate(asked=derived()).only("id", "type", "name")
    changing = [c for c in asked if c.type != c.asked]  # type: ignore[attr-defined]
    if not changing:
        return
    now = timezone.now()
    pairs: dict[str, list[int]] = defaultdict(list)
    changes: list[TypeChange] = []
    tellings: list[Telling] = []
    for customer in changing:
        was, new = customer.type, customer.asked  # type: ignore[attr-defined]
        event = _fact([e for e in moved if e.under_id == customer.pk], was, new)
        pairs[new].append(customer.pk)
        changes.append(TypeChange(customer=customer, was=was, now=new, at=now, fact=event.kind, event=event, actor_name=event.actor_name))
        tellings.append(Telling(customer, under=customer, values={"was": was, "now": new, "fact": event.kind}))
    for new, pks in pairs.items():
        furthest = Greatest("furthest", Value(TYPES.index(new)))
        Customer.objects.filter(pk__in=pks).update(type=new, type_since=now, furthest=furthest)
    TypeChange.objects.bulk_create(changes)
    record_many(events.TYPE_CHANGED, tellings, by=_actor_of(moved[-1]))


def _fact(moved: list[Event], was: str, new: str) -> Event:
    """The last event of the new type when going up, of the old type when going down."""
    wanted = new if TYPES.index(new) > TYPES.index(was) else was
    return next((e for e in reversed(moved) if e.declared.moves == wanted), moved[-1])


def _actor_of(event: Event) -> Actor:
    return Actor(kind=event.actor_kind, id=event.actor_id, name=event.actor_name, is_trusted=True)


def recount(customers: Iterable[Customer] | None = None) -> dict[int, tuple[str, str]]:
    """{id: (stored, derived)} of customers that disagree; for the self-check."""
    found: Any = unsettled() if customers is None else unsettled().filter(pk__in=[c.pk for c in customers])
    return {c.pk: (c.type, c.asked) for c in found}


closing(settle)

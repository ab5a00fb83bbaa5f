"""SP01, the one rule of the type: a customer's type is the furthest business that is alive with them.

Each of the five types registers a claim: a condition that holds while a customer belongs there. The claims are asked
once, at the end of the outermost operation, for all customers that an event touched, in one SELECT; the furthest yes is
the type. Nobody sets a type; what a manager pins for a time (`pins`) stands beside what the facts say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest
from django.db.models.query_utils import Q
from django.utils import timezone

from boothline.core.actors import Actor
from boothline.core.merging import Merging
from boothline.core.operations import closing
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.customers import events
from boothline.customers.card import Customer, hold
from boothline.customers.lists import TYPES
from boothline.customers.merges import Merge
from boothline.customers.pins import Pin, end
from boothline.timeline.history import Event, Telling, record_many

PIN_FACTS = (events.PINNED, events.PIN_ENDED)
MERGE_FACTS = (events.MERGED, events.UNMERGED)
_claims: dict[str, Q | Combinable] = {}


class TypeChange(models.Model):
    """One change of type: from, to, when, by what fact, by whom, and the days of the stay that it ends.

    `pinned`: the change is a pin's beginning or end, or its fact was entered in error and is void: neither it nor its days count.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="type_changes", db_index=False)
    was = models.CharField(max_length=16)
    now = models.CharField(max_length=16)
    at = models.DateTimeField(default=timezone.now)
    fact = models.CharField(max_length=80)
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=200)
    pinned = models.BooleanField(default=False)
    days = models.PositiveIntegerField(null=True)
    privacy = tags(was=PLAIN, now=PLAIN, fact=PLAIN, actor_name=PERSON)
    merging = Merging(stays_behind=True)  # the one that stays changes once, by the merge

    class Meta:
        indexes = [  # for the funnel: of some customers, and of all
            models.Index(fields=["customer", "was", "days"], name="stay_of"),
            models.Index(fields=["was", "days"], name="stay", condition=Q(days__isnull=False)),
        ]

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
    rows = Customer.objects.filter(pk__among=ids).values("pk").annotate(**alive)
    return {row["pk"]: [code for code in TYPES if row.get(f"is_{code}")] for row in rows}


def deepest(ids: Collection[int] | None = None) -> dict[int, int]:
    """{customer id: how far down they ever came}, by their changes of type and of whoever was merged into them; None: of all."""
    found: dict[int, int] = defaultdict(int)
    whose = {} if ids is None else {"customer__in": ids}
    for pk, now in TypeChange.objects.filter(pinned=False, **whose).values_list("customer", "now"):
        found[pk] = max(found[pk], TYPES.index(now))
    for pk, place in Merge.objects.standing().filter(**whose).values_list("customer", "gone_furthest"):
        found[pk] = max(found[pk], place)
    return found


def unsettled() -> models.QuerySet[Customer]:
    """Customers whose stored types differ from what facts and pin say. Always empty; tests and the self-check ask."""
    pinned = Pin.objects.standing().filter(customer=OuterRef("pk")).values("type")[:1]
    rows = Customer.objects.annotate(asked=derived())
    return rows.exclude(derived_type=F("asked"), type=Coalesce(Subquery(pinned), F("asked")))


def settle(told: list[Event]) -> None:
    """Closes every outermost operation: writes the type of each customer that an event moved."""
    moved = [e for e in told if e.under_kind == "customer" and (e.declared.moves or e.declared in PIN_FACTS + MERGE_FACTS)]
    touched = sorted({e.under_id for e in moved if e.under_id})
    for start in range(0, len(touched), 1000):
        _settle(touched[start : start + 1000], moved)


def _settle(ids: list[int], moved: list[Event]) -> None:
    # Two operations may each close one claim of a customer: the later one must see what the earlier one wrote.
    hold(*ids)
    asked = list(
        Customer.objects.filter(pk__among=ids).annotate(asked=derived()).only("id", "type", "derived_type", "derived_since", "name")
    )
    pins = _standing(asked, moved)
    found = _Settled()
    for customer in asked:
        facts = [e for e in moved if e.under_id == customer.pk]
        pin = pins.get(customer.pk)
        over = pin.end_by_facts(customer.derived_type, customer.asked) if pin else ""
        if pin and over:
            end(pin, over, by=actor_of(facts[-1]))
        found.weigh(customer, None if over else pin, facts)
    found.write()
    TypeChange.objects.bulk_create(found.changes)
    record_many(events.TYPE_CHANGED, found.shown, by=actor_of(moved[-1]))
    record_many(events.DERIVED_CHANGED, found.beside, by=actor_of(moved[-1]))


class _Settled:
    """What one settling writes, collected customer by customer."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.written: dict[tuple[str, str], list[int]] = defaultdict(list)  # (type, derived type); "" stays as it is
        self.changes: list[TypeChange] = []
        self.shown: list[Telling] = []
        self.beside: list[Telling] = []
        self.unmade: list[tuple[int, datetime, int]] = []  # (customer, since when they are of their type, the furthest that they came)

    def weigh(self, customer: Customer, pin: Pin | None, facts: list[Event]) -> None:
        """Both types of one customer: what the facts say, and the pin where one stands."""
        was, new = customer.derived_type, customer.asked  # type: ignore[attr-defined]
        before, wanted = customer.type, pin.type if pin else new
        by_facts = new != was
        if by_facts and self._unmake(customer, was, new, facts):
            self._change(customer, was, new, _fact(facts, was, new), pinned=True)
        elif by_facts:
            self._change(customer, was, new, _fact(facts, was, new))
        if wanted != before:
            fact = _fact(facts, was, new) if by_facts and not pin else _pin_fact(facts)
            if pin or not by_facts:
                self._change(customer, before, wanted, fact, pinned=True)
            self.shown.append(Telling(customer, under=customer, values={"was": before, "now": wanted, "fact": fact.kind}))
        elif by_facts:  # behind a pin, or the facts have come to what was pinned
            self.beside.append(Telling(customer, under=customer, values={"was": was, "now": new, "type": wanted}))
        if by_facts or wanted != before:
            self.written[wanted if wanted != before else "", new if by_facts else ""].append(customer.pk)

    def _unmake(self, customer: Customer, was: str, new: str, facts: list[Event]) -> bool:
        """Whether the stay that ends was never one: what had brought it is void. Then it goes on where it was before, and how far they
        ever came is what the other facts say."""
        void = next((e for e in facts if e.declared.unmakes), None)
        if void is None:
            return False
        last, *before = customer.type_changes.filter(pinned=False).order_by("-id")[:2]
        told = Event.objects.filter(subject_kind=void.subject_kind, subject_id=void.subject_id).order_by("id")
        if (last.was, last.now) != (new, was) or last.at < told[0].at:
            return False
        TypeChange.objects.filter(pk=last.pk).update(pinned=True, days=None)
        since = before[0].at if before else customer.made_at
        self.unmade.append((customer.pk, since, max(deepest([customer.pk])[customer.pk], TYPES.index(new))))
        return True

    def _change(self, customer: Customer, was: str, new: str, fact: Event, pinned: bool = False) -> None:
        self.changes.append(
            TypeChange(
                customer=customer, was=was, now=new, at=self.now, fact=fact.kind, event=fact, actor_name=fact.actor_name, pinned=pinned,
                days=None if pinned else _days(customer.derived_since, self.now),
            )
        )  # fmt: skip

    def write(self) -> None:
        """One UPDATE for each pair of what changes."""
        for (shown, new), pks in self.written.items():
            values: dict[str, Any] = {"type": shown, "type_since": self.now} if shown else {}
            if new:
                values |= {"derived_type": new, "derived_since": self.now, "furthest": Greatest("furthest", Value(TYPES.index(new)))}
            Customer.objects.filter(pk__among=pks).update(**values)
        for pk, since, furthest in self.unmade:
            Customer.objects.filter(pk=pk).update(derived_since=since, furthest=furthest)


def _standing(asked: Sequence[Customer], moved: list[Event]) -> dict[int, Pin]:
    """{customer id: pin}. Only somebody whose two types differ, or who was pinned a moment ago, has one."""
    pinned = {e.under_id for e in moved if e.declared in PIN_FACTS}
    ids = [c.pk for c in asked if c.type != c.derived_type or c.pk in pinned]
    return {p.customer_id: p for p in Pin.objects.standing().filter(customer__in=ids).select_related("customer")} if ids else {}


def _pin_fact(facts: list[Event]) -> Event:
    """The last that was told of a pin."""
    return next((e for e in reversed(facts) if e.declared in PIN_FACTS), facts[-1])


@dataclass(frozen=True)
class Station:
    """One of the five types on a customer's line: `place` is past, here or still to come (""). `days` are the days of the
    latest stay, while it lasts until today."""

    type: str
    place: str
    since: datetime | None = None
    days: int | None = None
    fact: Event | None = None


def stations(customer: Customer) -> list[Station]:
    """The line of five with the latest stay in each, by the facts; *here* is the type that counts, pinned or not. What is behind says what
    brought them up to it: how they once fell back to it says nothing any more."""
    stays: dict[str, tuple[datetime, datetime | None, Event | None]] = {}
    rose: dict[str, Event | None] = {}
    since, fact = customer.made_at, None
    for change in customer.type_changes.filter(pinned=False).select_related("event").order_by("id"):
        stays[change.was] = (since, change.at, rose.get(change.was, fact))
        since, fact = change.at, change.event
        if TYPES.index(change.now) > TYPES.index(change.was):
            rose[change.now] = fact
    stays[customer.derived_type] = (since, None, fact)
    found = []
    for at, code in enumerate(TYPES):
        place = "here" if code == customer.type else "past" if at <= customer.depth else ""
        begun, ended, why = stays.get(code, (None, None, None))
        known = begun is not None and (place != "" or code == customer.derived_type)
        found.append(Station(code, place, begun, _days(begun, ended), why) if known else Station(code, place))
    return found


def _days(begun: datetime | None, ended: datetime | None) -> int | None:
    """Whole days; none where the clock was set back meanwhile."""
    return max(0, (timezone.localdate(ended or timezone.now()) - timezone.localdate(begun)).days) if begun else None


def _fact(moved: list[Event], was: str, new: str) -> Event:
    """The last event of the new type when going up, of the old type when going down."""
    wanted = new if TYPES.index(new) > TYPES.index(was) else was
    return next((e for e in reversed(moved) if e.declared.moves == wanted), moved[-1])


def actor_of(event: Event) -> Actor:
    """Whoever did it; what follows is no right of theirs to be asked for."""
    return Actor(kind=event.actor_kind, id=event.actor_id, name=event.actor_name, latin=event.latin.get("who", ""), is_trusted=True)


def recount(customers: Iterable[Customer] | None = None) -> dict[int, tuple[str, str]]:
    """{id: (stored, derived)} of customers that disagree; for the self-check."""
    found: Any = unsettled() if customers is None else unsettled().filter(pk__in=[c.pk for c in customers])
    return {c.pk: (c.derived_type, c.asked) for c in found}


closing(settle)

"""Is this somebody we know? By folded name, e-mail and phone number; always a proposal, never an overwrite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from boothline.accounts.company import company
from boothline.core import phones
from boothline.core.text import fold
from boothline.customers.card import Contact, ContactPoint, Customer, Person, tail_of


@dataclass(frozen=True)
class Likeness:
    """A customer who may be the same, and why: name, email or phone."""

    customer: Customer
    contact: Contact | None
    reason: str


class Way(NamedTuple):
    """A way to reach somebody, and the country of whoever has it, which says what a phone number without a code belongs to."""

    kind: str
    value: str
    folded: str
    country: str

    @property
    def tail(self) -> str:
        """By which numbers that may be the same are found."""
        return tail_of(self.kind, self.value, self.folded)

    def is_same(self, other: Way) -> bool:
        """Both reach the same one."""
        if self.folded == other.folded or not self.tail or self.tail != other.tail:
            return self.folded == other.folded
        return phones.is_same(self.value, other.value, one_in=self.country, other_in=other.country, ours=company().country)


def ways_of(person: Person) -> list[Way]:
    """The phones and addresses of somebody who arrives."""
    return [Way(*point, person.country) for point in person.points() if point[0] in ("phone", "email")]


def reaches(way: Way, person: Person | None) -> bool:
    """Whether it is a way to reach somebody else who arrives, too."""
    return person is not None and any(way.is_same(other) for other in ways_of(person))


def way_of(point: ContactPoint) -> Way:
    """One that is on record, with its contact and customer at hand."""
    return Way(point.kind, point.value, point.folded, point.contact.customer.country)


class Known:
    """The ways on record that may be one of some, read with one query."""

    def __init__(self, ways: Iterable[Way], among: Q | None = None) -> None:
        self.folded: dict[str, list[ContactPoint]] = defaultdict(list)
        self.tails: dict[str, list[ContactPoint]] = defaultdict(list)
        asked = list(ways)
        alike = Q(folded__among={way.folded for way in asked}) | Q(tail__among={way.tail for way in asked} - {""})
        for point in ContactPoint.objects.filter(among or Q(), alike).select_related("contact__customer") if asked else ():
            self.folded[point.folded].append(point)
            self.tails[point.tail].append(point)

    def same_as(self, way: Way) -> Iterator[ContactPoint]:
        """Those that are the same, as typed first."""
        yield from self.folded.get(way.folded, ())
        for point in self.tails.get(way.tail, ()) if way.tail else ():
            if point.folded != way.folded and way.is_same(way_of(point)):
                yield point


def alike(people: list[Person], *, before: datetime | None = None) -> list[list[Likeness]]:
    """For each person the customers on record that look the same; a fixed number of queries for any number of people.

    `before`: only those made before this moment; an import does not compare its rows with each other.
    """
    older = Q(made_at__lt=before) if before else Q()
    ways = [ways_of(person) for person in people]
    known = Known((way for each in ways for way in each), Q(contact__made_at__lt=before) if before else None)
    names = {fold(person.company) for person in people if person.company}
    by_name: dict[str, list[Customer]] = {}
    for customer in Customer.objects.filter(older, folded__among=names) if names else ():
        by_name.setdefault(customer.folded, []).append(customer)
    return [_of(person, each, known, by_name) for person, each in zip(people, ways, strict=True)]


def same_person(person: Person, likes: list[Likeness]) -> Contact | None:
    """The contact that is surely the same: an equal e-mail or phone together with an equal folded name."""
    wanted = fold(person.name)
    return next((like.contact for like in likes if like.contact and wanted and fold(like.contact.name) == wanted), None)


def surely_same(contacts: Iterable[Contact]) -> set[int]:
    """These contacts, and whoever is surely the same as one of them: the same name together with a way to reach them."""
    seen = list(contacts)
    ways = {contact.pk: [Way(p.kind, p.value, p.folded, contact.customer.country) for p in contact.points.all()] for contact in seen}
    known = Known(way for each in ways.values() for way in each)
    return {contact.pk for contact in seen} | {
        point.contact_id
        for contact in seen
        for way in ways[contact.pk]
        for point in known.same_as(way)
        if fold(point.contact.name) == fold(contact.name)
    }


def new_points(person: Person, contact: Contact) -> list[tuple[str, str, str]]:
    """(kind, value, folded) of what somebody says, and of which the contact has none yet; of chats and websites they have one each."""
    held, home = list(contact.points.all()), contact.customer.country

    def is_held(kind: str, value: str, folded: str) -> bool:
        asked = Way(kind, value, folded, person.country or home)
        like = [Way(p.kind, p.value, p.folded, home) for p in held if p.kind == kind]
        return any(asked.is_same(way) for way in like) if kind in ("phone", "email") else bool(like)

    return [point for point in person.points() if not is_held(*point)]


def _of(person: Person, ways: list[Way], known: Known, by_name: dict[str, list[Customer]]) -> list[Likeness]:
    found: dict[int, Likeness] = {}
    wanted = fold(person.name)
    for way in ways:
        for point in known.same_as(way):
            like = Likeness(point.contact.customer, point.contact, way.kind)
            held = found.setdefault(like.customer.pk, like)
            if held.contact and fold(held.contact.name) != wanted == fold(point.contact.name):
                found[like.customer.pk] = like  # colleagues share the company's phone: the one of the same name stands for it
    if person.company:
        for customer in by_name.get(fold(person.company), []):
            found.setdefault(customer.pk, Likeness(customer, None, "name"))
    return list(found.values())

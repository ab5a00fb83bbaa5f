"""Is this somebody we know? By folded name, e-mail and digits of the phone; always a proposal, never an overwrite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from boothline.core.text import fold
from boothline.customers.card import Contact, ContactPoint, Customer, Person


@dataclass(frozen=True)
class Likeness:
    """A customer who may be the same, and why: name, email or phone."""

    customer: Customer
    contact: Contact | None
    reason: str


def alike(people: list[Person], *, before: datetime | None = None) -> list[list[Likeness]]:
    """For each person the customers on record that look the same; two queries for any number of people.

    `before`: only those made before this moment; an import does not compare its rows with each other.
    """
    older = Q(made_at__lt=before) if before else Q()
    older_contact = Q(contact__made_at__lt=before) if before else Q()
    ways = [person.points() for person in people]
    folded = {p[2] for points in ways for p in points if p[0] in ("phone", "email")}
    names = {fold(person.company) for person in people if person.company}
    by_point: dict[str, list[ContactPoint]] = {}
    for point in ContactPoint.objects.filter(older_contact, folded__among=folded).select_related("contact__customer"):
        by_point.setdefault(point.folded, []).append(point)
    by_name: dict[str, list[Customer]] = {}
    for customer in Customer.objects.filter(older, folded__among=names) if names else ():
        by_name.setdefault(customer.folded, []).append(customer)
    return [_of(person, points, by_point, by_name) for person, points in zip(people, ways, strict=True)]


def same_person(person: Person, likes: list[Likeness]) -> Contact | None:
    """The contact that is surely the same: an equal e-mail or phone together with an equal folded name."""
    wanted = fold(person.name)
    return next((like.contact for like in likes if like.contact and wanted and fold(like.contact.name) == wanted), None)


def _of(
    person: Person, points: list[tuple[str, str, str]], by_point: dict[str, list[ContactPoint]], by_name: dict[str, list[Customer]]
) -> list[Likeness]:
    found: dict[int, Likeness] = {}
    wanted = fold(person.name)
    for kind, _value, folded in points:
        for point in by_point.get(folded, []):
            like = Likeness(point.contact.customer, point.contact, kind)
            held = found.setdefault(like.customer.pk, like)
            if held.contact and fold(held.contact.name) != wanted == fold(point.contact.name):
                found[like.customer.pk] = like  # colleagues share the company's phone: the one of the same name stands for it
    if person.company:
        for customer in by_name.get(fold(person.company), []):
            found.setdefault(customer.pk, Likeness(customer, None, "name"))
    return list(found.values())

"""The batch door for contacts that come without a fair: an import, later the API.

The id of each person is made where the row was read, so that the same rows a second time add nothing. Who is surely on
record already (the same e-mail or phone together with the same name) is joined, not doubled, and never overwritten.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core import batches
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.text import fold
from boothline.customers.card import Contact, Person, add_people
from boothline.customers.matching import Likeness, alike, same_person
from boothline.customers.merges import contacts_led_to


@dataclass
class Intake:
    """What became of each person, by their place in the batch."""

    created: dict[int, Contact] = field(default_factory=dict)
    known: dict[int, Contact] = field(default_factory=dict)
    joined: dict[int, Contact] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    alike: dict[int, list[Likeness]] = field(default_factory=dict)


@operation("customers.take_people")
def take_people(people: list[Person], *, by: Actor, stood_before: datetime | None = None) -> Intake:
    """Stores people in numbers; bad rows are taken out and named, known ids answer what is there.

    `stood_before`: only records older than this moment may be the same person, so that the rows of one run never join
    each other.
    """
    require(by, "customers.add")
    intake = Intake()

    def unknown(waiting: dict[int, Person]) -> dict[int, Person]:
        return _unknown(waiting, intake)

    def insert(waiting: dict[int, Person]) -> Intake:
        return _insert(waiting, by=by, stood_before=stood_before)

    def stored(tried: Intake) -> None:
        intake.created.update(tried.created)
        intake.joined.update(tried.joined)
        intake.alike.update(tried.alike)

    rows = dict(enumerate(people))
    for i, person in enumerate(people):
        if person.is_empty:
            intake.refused[i] = _("Nothing says who this is. Give a name, a company, a phone number or an e-mail address.")
            del rows[i]
    batches.store(rows, unknown=unknown, insert=insert, stored=stored, refused=intake.refused, named=_places_of)
    return intake


def _places_of(subjects: list[Any], waiting: dict[int, Person]) -> set[int]:
    """The places of the people that were named: by place, by contact, or by customer."""
    named: set[Any] = set()
    for subject in subjects:
        named |= {subject, getattr(subject, "client_id", None), getattr(subject, "folded", None)} - {None, ""}
    return {i for i, p in waiting.items() if {i, p.client_id} & named or (p.company and fold(p.company) in named)}


def _unknown(waiting: dict[int, Person], intake: Intake) -> dict[int, Person]:
    ids = [person.client_id for person in waiting.values()]
    there = Contact.objects.filter(client_id__among=[key.hex for key in ids]).select_related("customer")
    known = contacts_led_to(ids) | {contact.client_id: contact for contact in there}
    seen: set[uuid.UUID] = set()
    left: dict[int, Person] = {}
    for i, person in waiting.items():
        if person.client_id in known:
            intake.known[i] = known[person.client_id]
        elif person.client_id in seen:
            intake.refused[i] = _("The same row stands twice in this batch.")
        else:
            seen.add(person.client_id)
            left[i] = person
    return left


def _insert(waiting: dict[int, Person], *, by: Actor, stood_before: datetime | None) -> Intake:
    tried = Intake()
    likes = dict(zip(waiting, alike(list(waiting.values()), before=stood_before), strict=True))
    tried.alike = {i: found for i, found in likes.items() if found}
    for i, person in waiting.items():
        same = same_person(person, likes[i])
        if same:
            tried.joined[i] = same
    new = [i for i in waiting if i not in tried.joined]
    if new:
        tried.created = dict(zip(new, add_people([waiting[i] for i in new], by=by.trusted()), strict=True))
    return tried

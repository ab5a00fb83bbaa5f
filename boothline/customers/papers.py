"""The documents of a customer in one list: what was added by hand, and what rooms above keep with their records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.slots import hung
from boothline.customers import events
from boothline.customers.card import Customer
from boothline.files.attachments import Attachment, Received, put_received
from boothline.timeline.history import record

SHOWN = 30


@dataclass(frozen=True)
class Papers:
    """Hung into the slot "papers" by a room above: the files that it keeps with its records of this customer."""

    of: Callable[[Customer, Actor], list[Attachment]]
    order: int = 100


@operation("customers.add_file")
def add_file(customer: Customer, *, by: Actor, received: Received) -> Attachment:
    """Adds a picture or a PDF by hand."""
    require(by, "customers.edit", customer)
    kept = put_received(customer, by=by.trusted(), received=received)
    record(events.FILE_ADDED, subject=customer, under=customer, by=by, values={"file": kept.name})
    return kept


def papers(customer: Customer, by: Actor) -> list[Attachment]:
    """Everything that one may see, the newest first."""
    found = list(Attachment.objects.of(customer).order_by("-id")[:SHOWN])
    for room in hung("papers"):
        found += room.of(customer, by)
    return sorted(found, key=lambda kept: kept.pk, reverse=True)[:SHOWN]

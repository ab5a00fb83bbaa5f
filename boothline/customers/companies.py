"""Companies in numbers, and what else is on file of one: what trade they are in, since when, how big, to whom they belong.

They come by file, without a person and without a fair. What a company is called is compared folded; two of one name are two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.records import hold_revision
from boothline.core.text import fold, sort_key
from boothline.customers import events
from boothline.customers.card import Customer
from boothline.search import index
from boothline.timeline.history import Telling, record, record_many


@dataclass
class Company:
    """A company as it arrives. `more` holds what is known besides, by the codes of `customers.lists.MORE`."""

    name: str
    name_latin: str = ""
    country: str = ""
    address: str = ""
    note: str = ""
    owner: User | None = None
    kind: str = "company"
    more: dict[str, str] = field(default_factory=dict)


@operation("customers.add_companies")
def add_companies(companies: list[Company], *, by: Actor) -> list[Customer]:
    """Adds companies, any number with the same few queries; answers in the same order."""
    require(by, "customers.add")
    made = Customer.objects.bulk_create([_customer(company) for company in companies], batch_size=1000)
    index.keep([customer.findable() for customer in made], are_new=True)
    record_many(events.ADDED, [Telling(customer, under=customer) for customer in made], by=by)
    return made


def _customer(company: Company) -> Customer:
    return Customer(
        kind=company.kind, name=company.name, folded=fold(company.name)[:200],
        sort_key=sort_key(company.name, person=company.kind == "person"), name_latin=company.name_latin,
        country=company.country, address=company.address, note=company.note, owner=company.owner,
        team=company.owner.team if company.owner else None, extra=company.more,
    )  # fmt: skip


@operation("customers.tell_more")
def tell_more(customer: Customer, *, by: Actor, revision: int, more: dict[str, str]) -> Customer:
    """Keeps what else is known of a company; what is not named in `more` stays."""
    require(by, "customers.edit", customer)
    current, _changed = hold_revision(customer, revision=revision, values={})
    changes = {code: [current.extra.get(code), words] for code, words in more.items() if current.extra.get(code) != words}
    if changes:
        current.extra, current.revision = current.extra | more, current.revision + 1
        current.save(update_fields=["extra", "revision"])
        record(events.EDITED, subject=current, under=current, by=by, changes=changes)
    return current


def called(names: Iterable[str]) -> dict[str, list[Customer]]:
    """The customers on record of each of these names, by the folded name."""
    found: dict[str, list[Customer]] = {}
    wanted = {fold(name)[:200] for name in names}
    for customer in Customer.objects.filter(folded__in=wanted).select_related("owner").order_by("pk"):
        found.setdefault(customer.folded, []).append(customer)
    return found

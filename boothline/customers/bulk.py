"""Many customers at once: another owner, another country. One operation each, and one way back for all of it.

A row that may not be changed, or that somebody changed since the person looked, is named; the others go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from boothline.accounts.people import User, check_here
from boothline.accounts.rights import require, where
from boothline.core.actors import Actor
from boothline.core.batches import store
from boothline.core.countries import called, check_country
from boothline.core.operations import operation
from boothline.core.text import phrase
from boothline.customers import events
from boothline.customers.card import Customer, hold, passed_on
from boothline.timeline.history import Telling, record_many
from boothline.timeline.undo import Deed, begin, finish

Rows = dict[int, int]  # {customer id: the revision that the person saw}
CHANGED = "customers.change_many"


@operation("customers.assign_many")
def assign_many(rows: Rows, *, by: Actor, owner: User | None) -> Deed:
    """Gives many customers to an owner, or to nobody (the pool)."""
    require(by, "customers.assign")
    if owner:
        check_here(owner, "owner")
    values = {"owner_id": owner.pk if owner else None} | ({"team_id": owner.team_id} if owner else {})

    def told(customers: list[Customer], deed: Deed) -> None:
        tellings = [_assigned(customer, owner, deed=deed.pk) for customer in customers]
        record_many(events.ASSIGNED, tellings, by=by)

    def words(count: int) -> str:
        said = _("owner %(owner)s for %(count)s customers") if owner else _("back to the pool: %(count)s customers")
        return phrase(said, {"owner": owner or "", "count": count})

    return _change(rows, by, "customers.assign", values, words, told)


@operation("customers.move_many")
def move_many(rows: Rows, *, by: Actor, country: str) -> Deed:
    """Writes one country into many customers."""
    require(by, "customers.edit")
    check_country(country)

    def told(customers: list[Customer], deed: Deed) -> None:
        tellings = [Telling(c, under=c, values={"deed": deed.pk}, changes={"country": [c.country, country]}) for c in customers]
        record_many(events.EDITED, tellings, by=by)

    def words(count: int) -> str:
        return phrase(_("country %(country)s for %(count)s customers"), {"country": called(country) or "–", "count": count})

    return _change(rows, by, "customers.edit", {"country": country}, words, told)


def _change(
    rows: Rows, by: Actor, right: str, values: dict[str, Any], words: Callable[[int], str], told: Callable[[list[Customer], Deed], None]
) -> Deed:
    """Writes the same values into many customers, with a fixed number of queries; keeps what stood there."""
    deed = begin(CHANGED, by=by)
    free, refused = changeable(rows, by=by, right=right)
    waiting = {pk: c for pk, c in free.items() if any(getattr(c, name) != value for name, value in values.items())}
    done: dict[int, Customer] = {}
    bad: dict[int, str] = {}

    def insert(changing: dict[int, Customer]) -> dict[int, Customer]:
        beside = passed_on() if "owner_id" in values else {}
        Customer.objects.filter(pk__in=changing).update(revision=F("revision") + 1, **values, **beside)
        told(list(changing.values()), deed)
        return changing

    def named(subjects: list[Any], changing: dict[int, Customer]) -> set[int]:
        return {subject.pk for subject in subjects} & set(changing)

    store(waiting, unknown=lambda left: left, insert=insert, stored=done.update, refused=bad, named=named)
    for pk, why in bad.items():
        refused[_name(free[pk], refused)] = why
    kept = {pk: {"was": {name: getattr(c, name) for name in values}, "now": values, "owned": _owned(c)} for pk, c in done.items()}
    return finish(deed, words=lambda: words(len(kept)), kept=kept, refused=refused)


def _owned(customer: Customer) -> dict[str, Any]:
    """What another owner writes over: since when, and whose it was before."""
    return {"owned_since": customer.owned_since.isoformat(), "owner_before_id": customer.owner_before_id}


def _assigned(customer: Customer, owner: User | None, **values: Any) -> Telling:
    return Telling(customer, under=customer, values={"owner": owner or "–", **values}, changes={"owner": [customer.owner, owner]})


def changeable(rows: Rows, *, by: Actor, right: str, is_back: bool = False) -> tuple[dict[int, Customer], dict[str, str]]:
    """The customers, held until the end, that may be changed; and by name why the others may not. What one does not see is not named;
    on the way back one sees what one gave away."""
    hold(*rows)
    among = Customer.objects.all() if is_back else Customer.objects.visible_to(by)
    seen = {c.pk: c for c in among.filter(pk__in=rows).select_related("owner").order_by("pk")}
    condition = where(by, right)
    allowed = set(seen)
    if condition is not None:
        allowed = set(Customer.objects.filter(condition, pk__in=seen).values_list("pk", flat=True))
    free: dict[int, Customer] = {}
    refused: dict[str, str] = {}
    for pk, customer in seen.items():
        if pk not in allowed:
            refused[_name(customer, refused)] = _("not yours to change")
        elif rows[pk] and customer.revision != rows[pk]:
            refused[_name(customer, refused)] = _("somebody changed it meanwhile")
        else:
            free[pk] = customer
    return free, refused


def _name(customer: Customer, named: dict[str, str]) -> str:
    """Its name; a second one of the same name is told apart."""
    return f"{customer} #{customer.pk}" if str(customer) in named else str(customer)


@operation("customers.change_back")
def change_back(deed: Deed, *, by: Actor) -> dict[str, str]:
    """Writes back what stood in the customers before, where what was written still stands; names the others."""
    kept = {int(pk): entry for pk, entry in deed.kept.items()}
    of_owner = any("owner_id" in entry["was"] for entry in kept.values())
    free, left = changeable(dict.fromkeys(kept, 0), by=by, right="customers.assign" if of_owner else "customers.edit", is_back=True)
    people = User.objects.in_bulk({entry["was"].get("owner_id") for entry in kept.values()} - {None})
    groups: dict[tuple[tuple[str, Any], ...], list[Customer]] = defaultdict(list)
    for pk, customer in free.items():
        was, now = kept[pk]["was"], kept[pk]["now"]
        if any(getattr(customer, name) != value for name, value in now.items()):
            left[_name(customer, left)] = _("somebody changed it since")
        elif was.get("owner_id") and was["owner_id"] not in people:
            left[_name(customer, left)] = _("the owner before is no longer here")
        else:
            groups[tuple(sorted(was.items()))].append(customer)
    for pairs, customers in groups.items():
        values = dict(pairs)
        Customer.objects.filter(pk__in=[c.pk for c in customers]).update(revision=F("revision") + 1, **values)
        if of_owner:
            _owned_again(customers, kept)
            record_many(events.ASSIGNED, [_assigned(c, people.get(values["owner_id"]), back=deed.pk) for c in customers], by=by)
        else:
            changes = {c.pk: {"country": [c.country, values["country"]]} for c in customers}
            tellings = [Telling(c, under=c, values={"back": deed.pk}, changes=changes[c.pk]) for c in customers]
            record_many(events.EDITED, tellings, by=by)
    return left


def _owned_again(customers: list[Customer], kept: dict[int, dict[str, Any]]) -> None:
    """Since when they are whose, and whose they were before: as if it had never been changed."""
    owned = {c: kept[c.pk]["owned"] for c in customers if "owned" in kept[c.pk]}
    here = set(User.objects.filter(pk__in=[was["owner_before_id"] for was in owned.values()]).values_list("pk", flat=True))
    for customer, was in owned.items():
        customer.owned_since = datetime.fromisoformat(was["owned_since"])
        customer.owner_before_id = was["owner_before_id"] if was["owner_before_id"] in here else None
    Customer.objects.bulk_update(owned, ["owned_since", "owner_before"], batch_size=500)

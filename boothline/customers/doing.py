"""Whose work it is: the owner's of a customer, or of whom somebody named for it; and who does it in their place where they left, do not
see the customer, or nobody has it. Whoever takes over works with the customer from then on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, TypeVar

from boothline.accounts.duties import who_does
from boothline.accounts.people import User
from boothline.core.actors import Actor
from boothline.customers import events
from boothline.customers.card import Customer, join
from boothline.customers.rights import owned
from boothline.timeline.history import Event

Row = TypeVar("Row", bound=Any)


def doing(customer: Customer, letter: str, *, families: Iterable[str] = ()) -> User | None:
    """Who does what the letter says for this customer, with goods of these product families."""
    return who_does(letter, owner=customer.owner, team_id=customer.team_id, families=families)


def doers(wanted: Iterable[tuple[Customer, User | None]], *, by: Actor) -> list[int | None]:
    """Who does each: whom somebody named for it, else the owner, else who stands in. The questions do not grow with the number."""
    pairs = list(wanted)
    named = {user.pk for customer, user in pairs if user and user.pk != customer.owner_id}
    here, seen = _here({customer.owner_id for customer, _user in pairs} | named), _seen(named, {customer.pk for customer, _user in pairs})
    above: dict[int | None, User | None] = {}
    new: dict[int, tuple[Customer, User]] = {}
    found: list[int | None] = []
    for customer, user in pairs:
        if user and user.pk in here and (user.pk == customer.owner_id or customer.pk in seen[user.pk]):
            found.append(user.pk)
        elif customer.owner_id in here:
            found.append(customer.owner_id)
        else:
            team = customer.team_id
            stands_in = above[team] if team in above else above.setdefault(team, who_does("S", team_id=team))
            found.append(stands_in.pk if stands_in else None)
            new |= {customer.pk: (customer, stands_in)} if stands_in else {}
    let_in(list(new.values()), by=by)
    return found


def let_in(pairs: list[tuple[Customer, User]], *, by: Actor, until: date | None = None) -> None:
    """Whoever takes over works with the customer from now on, or until a day: sees them, and how to reach them."""
    wanted = {customer.pk for customer, _user in pairs}
    theirs = {
        pk: set(Customer.objects.filter(owned(actor), pk__among=wanted).values_list("pk", flat=True))
        for pk, actor in _actors({user.pk for _customer, user in pairs}).items()
    }
    apart = [(c, u) for c, u in pairs if c.pk not in theirs[u.pk]]
    if apart:
        join(apart, by=by.trusted(), until=until)


def left_behind(rows: Iterable[Row], told: list[Event], *, by: Actor) -> dict[User, list[Row]]:
    """Of the open work for customers that changed hands, or that somebody works with no longer; each row with its customer and who has
    it: {who does it from now on: the rows}. It is what is with nobody, with somebody who left, or who does not see the customer any more;
    of another owner also what the one before did, or the manager for want of one."""
    open_rows, changed_hands = list(rows), told[0].kind != events.COLLABORATOR_REMOVED.code
    people, customers = {row.owner_id for row in open_rows} - {None}, {row.customer.pk for row in open_rows}
    here, seen = _here(people | {row.customer.owner_before_id for row in open_rows}), _seen(people, customers)
    above = set(User.objects.filter(held_roles__role__in=("manager", "admin")).values_list("pk", flat=True)) if changed_hands else set()

    def stays(row: Row) -> bool:
        before = {row.customer.owner_before_id} if row.customer.owner_before_id in here else above
        did = changed_hands and row.customer.owner_id is not None and row.owner_id in before
        return row.owner_id in here and row.customer.pk in seen[row.owner_id] and not did

    moving = [row for row in open_rows if not stays(row)]
    found: dict[int, list[Row]] = defaultdict(list)
    for row, to in zip(moving, doers([(row.customer, None) for row in moving], by=by), strict=True):
        if to and to != row.owner_id:
            found[to].append(row)
    users = User.objects.in_bulk(found)
    return {users[pk]: theirs for pk, theirs in found.items()}


def _here(people: Collection[int | None]) -> set[int | None]:
    """Those of them who may sign in."""
    return set(User.objects.filter(pk__in={pk for pk in people if pk}, is_active=True).values_list("pk", flat=True))


def _actors(people: Collection[int]) -> dict[int, Actor]:
    return {user.pk: user.actor() for user in User.objects.with_roles().filter(pk__in=people)} if people else {}


def _seen(people: Collection[int], customers: Collection[int]) -> dict[int, set[int]]:
    """{person: which of these customers they see}."""
    return {
        pk: set(Customer.objects.visible_to(actor).filter(pk__among=customers).values_list("pk", flat=True))
        for pk, actor in _actors(people).items()
    }

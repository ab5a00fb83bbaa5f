"""Hand-over: of a day, where a backup does the first answers and next steps of somebody away; for good, where a colleague gets
all customers with them. One action each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.duties import who_does
from boothline.accounts.people import User, check_here
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.text import clean
from boothline.customers.bulk import assign_many
from boothline.customers.card import Collaborator, Customer, hold, remove_collaborator
from boothline.customers.doing import left_behind, let_in
from boothline.followups import events
from boothline.followups.clocks import BACKUP, FIRST, Clock, Clocks, hand_clock
from boothline.followups.steps import NextStep, NextSteps, give
from boothline.timeline.history import Event, record
from boothline.timeline.kinds import EventKind
from boothline.timeline.undo import Deed
from boothline.worktime.shows import Shift


@dataclass
class Handed:
    """What changed hands."""

    clocks: int
    steps: int


@operation("followups.hand_over_day")
def hand_over_day(person: User, *, by: Actor, to: User, until: date) -> Handed:
    """Gives a person's open first answers, and their next steps due until a day, to a colleague.

    One's own day one hands over oneself; a manager or an administrator does it for somebody who cannot. Customers keep
    their owner; the colleague works with them too until then, and until what was handed over is done.
    """
    require(by, "steps.hand_over")
    if person.pk != by.id:
        require(by, "customers.assign")
    if to.pk == person.pk:
        raise Refused(_("Choose somebody else: the one who is away cannot stand in."), field="to")
    check_here(to, "to")
    clock.check_ahead(until, "until")
    open_clocks = Clock.objects.open().filter(owner=person)
    open_steps = NextStep.objects.open().filter(owner=person, due_on__lte=until)
    hold(*open_clocks.values_list("customer_id", flat=True), *open_steps.values_list("customer_id", flat=True))
    clocks, steps = list(open_clocks.for_list()), list(open_steps.for_list())
    steps += [c.step for c in clocks if c.step and c.step.done_at is None and c.step.owner_id == person.pk and c.step not in steps]
    for held in clocks:
        hand_clock(held, to, turn=BACKUP, now=timezone.now(), of=person)
    if steps:
        give(steps, by=by.trusted(), to=to)
    let_in(list({c.pk: (c, to) for c in [held.customer for held in clocks] + [s.customer for s in steps]}.values()), by=by, until=until)
    values = {"until": until, "now": to, "people": [to.pk], "clocks": len(clocks), "steps": len(steps)}
    record(events.DAY_HANDED, subject=person, by=by, values=values)
    return Handed(len(clocks), len(steps))


def end_stand_ins() -> int:
    """The daily task: whoever stood in until a day that has passed, and has nothing to do there any more, is taken out."""
    over = Collaborator.objects.filter(until__lt=clock.today()).select_related("customer", "user").order_by("id")
    for work in (Clock.objects.open(), NextStep.objects.open()):
        over = over.exclude(Exists(work.filter(customer=OuterRef("customer"), owner=OuterRef("user"))))
    found = list(over)
    for one in found:
        remove_collaborator(one.customer, by=SYSTEM, user=one.user)
    return len(found)


@dataclass
class Left:
    """What somebody gives away for good: customers, first answers, next steps; and by name who stayed with them, and why."""

    customers: int
    clocks: int
    steps: int
    stayed: dict[str, str]


def held_by(person: User, by: Actor) -> Left:
    """What is with this person, as far as the actor sees the customers: to be read before it is handed over."""
    clocks, steps = _work_of(person, by)
    return Left(Customer.objects.visible_to(by).filter(owner=person).count(), clocks.count(), steps.count(), {})


@operation("followups.hand_over_all")
def hand_over_all(person: User, *, by: Actor, to: User, reason: str) -> Left:
    """Gives all customers of a person to a colleague, with the open first answers and next steps; orders and contracts go with
    their customers. Undoing the bulk edit gives all of it back."""
    require(by, "customers.assign")
    reason = clean(reason, 200)
    if to.pk == person.pk:
        raise Refused(_("Choose somebody else: the one who leaves cannot take over."), field="to")
    check_here(to, "to")
    if not reason:
        raise Refused(_("Say why; the history keeps it."), field="reason")
    rows = dict(Customer.objects.visible_to(by).filter(owner=person).values_list("pk", "revision"))
    open_clocks, open_steps = _work_of(person, by)
    hold(*{*rows, *open_clocks.values_list("customer_id", flat=True), *open_steps.values_list("customer_id", flat=True)})
    clocks, steps = list(open_clocks.for_list()), list(open_steps.for_list())
    deed = assign_many(rows, by=by, owner=to)
    for held in clocks:
        hand_clock(held, to, turn=BACKUP, now=timezone.now(), of=person)
    if beside := [step for step in steps if step.customer_id not in deed.kept]:  # the others went along with their customers
        give(beside, by=by.trusted(), to=to, deed=deed.pk)
    others = [c for c in [held.customer for held in clocks] + [step.customer for step in steps] if c.owner_id != person.pk]
    let_in(list({c.pk: (c, to) for c in others}.values()), by=by)
    values = {
        "now": to, "people": [to.pk], "customers": len(deed.kept), "clocks": len(clocks), "steps": len(steps), "reason": reason,
        "deed": deed.pk, "held": [held.pk for held in clocks],
    }  # fmt: skip
    record(events.LEFT, subject=person, by=by, values=values)
    return Left(len(deed.kept), len(clocks), len(steps), deed.refused)


def work_changes_hands(told: list[Event], by: Actor) -> None:
    """Customers changed hands, or somebody works with one no longer: what is left behind of their open first answers, whose time runs
    on, and of their next steps is with whoever does it now. A deed keeps what went along with it."""
    customers = [event.under_id for event in told]
    clocks = Clock.objects.open().filter(customer__in=customers).select_related("customer")
    for to, kept in left_behind(clocks, told, by=by).items():
        Clock.objects.filter(pk__in=[clock.pk for clock in kept]).update(owner=to)
    steps = NextStep.objects.open().filter(customer__in=customers).for_list().order_by("pk")
    change_hands(told, by, work=steps, pass_on=give)


def change_hands(told: list[Event], by: Actor, *, work: Iterable[Any], pass_on: Callable[..., None]) -> None:
    """The same of one kind of record: of those that are open, `pass_on` gives what is left behind to whoever does it now. What was told
    together is part of one deed."""
    for to, theirs in left_behind(work, told, by=by).items():
        pass_on(theirs, by=by.trusted(), to=to, deed=int(told[0].values.get("deed", 0)))


def _whose_work(left: Event, by: Actor) -> QuerySet[Customer]:
    """The customers with whom the work of somebody who left goes along: theirs, and all others that the actor sees."""
    theirs = Deed.objects.get(pk=left.values["deed"]).kept
    return Customer.objects.filter(Q(pk__in=theirs) | Q(pk__in=Customer.objects.visible_to(by)))


def go_along(
    told: list[Event], by: Actor, *, work: QuerySet[Any], customer: str, pass_on: Callable[..., None], owner: str = "owner"
) -> None:
    """Somebody left: who takes over works on what is open of theirs, and with those customers. `work` is all that is open of one kind of
    record, `customer` the way from it to its customer, `owner` the field that says with whom it is, `pass_on` gives them to somebody."""
    for event in told:
        to = User.objects.get(pk=event.values["people"][0])
        theirs = list(work.filter(**{owner: event.subject_id, f"{customer}__in": _whose_work(event, by)}).order_by("pk"))
        pass_on(theirs, by=by.trusted(), to=to, deed=event.values["deed"])
        let_in([(one.customer, to) for one in theirs], by=by)


def come_back(
    told: list[Event], by: Actor, *, work: QuerySet[Any], customer: str, pass_on: Callable[..., None], given: EventKind,
    owner: str = "owner",
) -> None:  # fmt: skip
    """That was taken back: so is what went along, as history says by `given`, and is still open with the colleague."""
    for event in told:
        theirs = work.filter(**{"pk__in": given_with(event.values["deed"], given), owner: event.values["colleague"]})
        theirs = theirs.exclude(**{f"{customer}__in": event.values["stays"]}).order_by("pk")
        pass_on(list(theirs), by=by.trusted(), to=User.objects.get(pk=event.values["people"][0]), deed=0)


def given_with(deed: int, kind: EventKind) -> list[int]:
    """The records that changed hands with this deed, by what history says of them."""
    given = Event.objects.filter(kind=kind.code, values__deed=deed)
    return [pk for pk in given.values_list("subject_id", flat=True) if pk]


def hand_back(left: Event, *, by: Actor) -> None:
    """A hand-over for good was taken back: what went along, and is still open with the colleague, goes back. Work for a customer that was
    not given back stays; the manager stands in for somebody whose access is closed."""
    person, deed = User.objects.get(pk=left.subject_id or 0), Deed.objects.get(pk=left.values["deed"])
    colleague, to = User.objects.get(pk=left.values["people"][0]), who_does("S", owner=person, team_id=person.team_id)
    if to is None or to == colleague:
        return
    stays = list(Customer.objects.filter(pk__in=deed.kept).exclude(owner=person).values_list("pk", flat=True))
    with_either = Q(owner__in=(colleague, to))  # some of it went back with its customer
    open_clocks = Clock.objects.open().filter(with_either, pk__in=left.values["held"]).exclude(customer__in=stays)
    open_steps = NextStep.objects.open().filter(with_either, pk__in=given_with(deed.pk, events.GIVEN)).exclude(customer__in=stays)
    hold(*open_clocks.values_list("customer_id", flat=True), *open_steps.values_list("customer_id", flat=True))
    clocks, steps = list(open_clocks.for_list()), list(open_steps.for_list())
    for held in clocks:
        hand_clock(held, to, turn=FIRST, now=timezone.now())
    if beside := [step for step in steps if step.owner_id == colleague.pk]:
        give(beside, by=by.trusted(), to=to)
    values = {
        "was": colleague, "now": to, "people": [to.pk], "colleague": colleague.pk, "clocks": len(clocks), "steps": len(steps),
        "deed": deed.pk, "stays": stays,
    }  # fmt: skip
    record(events.HANDED_BACK, subject=person, by=by, values=values)


def _work_of(person: User, by: Actor) -> tuple[Clocks, NextSteps]:
    return Clock.objects.visible_to(by).open().filter(owner=person), NextStep.objects.visible_to(by).open().filter(owner=person)


def stand_in(person_id: int | None, day: date) -> int | None:
    """Who is their backup on this day, by whichever roster has them."""
    shifts = Shift.objects.filter(user_id=person_id or 0, backup__is_active=True, day__gte=day).order_by("day")
    return shifts.values_list("backup_id", flat=True).first()

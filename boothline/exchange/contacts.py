"""People who come by file, stored through the batch doors: as contacts, or as captures of a fair.

Rows of one run never join each other, only records that stood before.
"""

from __future__ import annotations

import pickle
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.catalogue.products import Product
from boothline.core.errors import Refused
from boothline.core.text import fold, listed, phrase
from boothline.customers.card import Contact, Customer, Person
from boothline.customers.duplicates import set_apart
from boothline.customers.grades import set_grades
from boothline.customers.intake import take_people
from boothline.customers.lists import POINT_KINDS
from boothline.customers.matching import Likeness, reaches, ways_of
from boothline.exchange import asides
from boothline.exchange.footprints import stored
from boothline.exchange.foreign import KEY_LIMIT, Foreign
from boothline.exchange.homes import customers_of
from boothline.exchange.rows import Aside, Row, capture_id, content_of, former_capture_id, from_file, id_of
from boothline.exchange.runs import Run
from boothline.fairs.editions import Fair
from boothline.followups.past import PastTouch, moment_of, take_in
from boothline.followups.touches import Touch
from boothline.visitors.interests import Interest, note_interests
from boothline.visitors.retraction import Retraction
from boothline.visitors.solicitation import Capture, Taken, take_many

CHUNK = 1000  # people go quicker than other rows: a batch still holds the database for no longer than one of those
TRIES = 3


def store(found: list[Row], run: Run) -> None:
    """Every row that holds a person, in batches. The list is emptied: a long one waits packed, which takes a fifth."""
    rows = list(_distinct(found, run))
    found.clear()
    asides.read(rows, run)
    waiting = []
    while rows:
        waiting.append(pickle.dumps(rows[:CHUNK], pickle.HIGHEST_PROTOCOL))
        rows[:CHUNK] = []
    for n, packed in enumerate(waiting):
        part: list[Row] = pickle.loads(packed)
        waiting[n] = b""
        _store(part, run)
        run.step(len(part))


def _distinct(rows: list[Row], run: Run) -> Iterator[Row]:
    """Rows that hold a person, each with its id. Equal rows of one file stay two; the same row in two files is one."""
    occurrences: dict[str, Counter[uuid.UUID | None]] = defaultdict(Counter)
    first_of: dict[uuid.UUID, Row] = {}
    people: dict[int, Row] = {}
    for row in rows:
        if row.reason:
            run.rows += 1
            run.reject(row.file, row.number, row.reason, row.said)
        elif row.person:
            run.rows += 1
            occurrences[row.file][row.mark] += 1
            if not row.has_own_id and occurrences[row.file][row.mark] > 1:
                row.person.client_id = id_of(content_of(row.person, row.note), occurrences[row.file][row.mark])
            first = first_of.get(row.person.client_id)
            if first and row.has_own_id and row.mark != first.mark:
                run.reject(row.file, row.number, _otherwise_than(first), row.said)
                continue
            if first:
                run.unchanged["contact"] += 1
                run.warn(row.file, row.number, _same_as(first))
                continue
            first_of[row.person.client_id] = row
            _warn_of_twins(row, people, run)
            yield row
        for warning in row.warnings if not row.reason else ():  # of what did not come in nothing was kept
            run.warn(row.file, row.number, warning)
        row.warnings = ()  # told, and never packed: a sentence that can be said again in another language does not go in


def _warn_of_twins(row: Row, people: dict[int, Row], run: Run) -> None:
    """Rows of one run are never joined, but who seems to stand in it twice is told. `people`: by the hash of name and address, or of the
    end of the number."""
    person = row.person or Person()
    keys = {hash((fold(person.name), way.tail or way.folded)): way for way in ways_of(person)}
    twin = next((people[key] for key, way in keys.items() if key in people and reaches(way, people[key].person)), None)
    if twin and not (row.has_own_id and twin.has_own_id):  # two that we exported are two
        words = _("may be the same person as %(file)s, row %(row)s")
        run.warn(row.file, row.number, words % {"file": twin.file, "row": twin.number})
    for key in keys:
        people.setdefault(key, row)


def _same_as(first: Row) -> str:
    return _("the same as %(file)s, row %(row)s; imported once") % {"file": first.file, "row": first.number}


def _otherwise_than(first: Row) -> str:
    words = _(
        "The same boothline_id as %(file)s, row %(row)s, but not the same person. Empty it for somebody new, then import the file again."
    )
    return words % {"file": first.file, "row": first.number}


def _store(rows: list[Row], run: Run) -> None:
    """One batch. A database that is busy is asked again; what it stored meanwhile is known by then."""
    for tried in range(1, TRIES + 1):
        try:
            with stored(run):
                outcome = _take(rows, run)
            break
        except (OperationalError, InterfaceError) as error:
            if tried == TRIES:
                raise _unreachable(error) from error
            time.sleep(0.2 * tried)
    if not run.is_dry:
        _remember_homes(rows, outcome, run)
    ours = [what.contact for row, what in zip(rows, outcome, strict=True) if row.has_own_id and what.contact and not what.is_new]
    prefetch_related_objects(ours, "points", "customer")
    for row, what in zip(rows, outcome, strict=True):
        _count(row, what, run)


def _remember_homes(rows: list[Row], outcome: list[Outcome], run: Run) -> None:
    """The companies that this run made, also in a try that was broken off."""
    ours = [
        (name, what.contact)
        for row, what in zip(rows, outcome, strict=True)
        if row.person and what.contact and what.contact.made_at >= run.started and (name := _home(row.person)) and name not in run.homes
    ]
    prefetch_related_objects([contact for _name, contact in ours], "customer")
    for name, contact in ours:
        if name.startswith("home ") or contact.customer.folded == name[:200]:
            run.homes.setdefault(name, contact.customer_id)


@dataclass
class Outcome:
    """What became of one row."""

    contact: Contact | None = None
    is_new: bool = False  # the contact
    is_captured: bool = False  # a new capture
    is_known: bool = False  # stored by an earlier run
    refused: str = ""
    alike: list[Likeness] = field(default_factory=list)


def _take(rows: list[Row], run: Run) -> list[Outcome]:
    people = [row.person for row in rows if row.person]
    stand = customers_of([person.home for person in people if person.home], run)
    same = _said_to_be(rows, run)
    known = {name: key for person in people if (name := _home(person)) and (key := run.homes.get(name))}
    ours = Customer.objects.in_bulk(set(known.values())) if known else {}
    for person, row in zip(people, rows, strict=True):
        told = stand.get(person.home) or same.get((row.file, row.number))
        person.customer = row.home or told or ours.get(known.get(_home(person), 0))
    outcomes = _as_captures(rows, people, run, run.fair) if run.fair else _as_contacts(people, run)
    made = {p.home: what.contact.customer_id for p, what in zip(people, outcomes, strict=True)
            if p.home and p.customer is None and what.is_new and what.contact}  # fmt: skip
    theirs = [Foreign(source=run.source, kind="customer", key=home[:KEY_LIMIT], record_id=key) for home, key in made.items()]
    Foreign.objects.bulk_create(theirs, ignore_conflicts=True)
    _note_first_contacts(rows, outcomes, run)
    _set_apart(rows, outcomes, run)
    _note_asides(rows, outcomes, run)
    return outcomes


def _said_to_be(rows: list[Row], run: Run) -> dict[tuple[str, int], Customer]:
    """Whose people somebody said that these rows are."""
    said = {(row.file, row.number): told.customer for row in rows if (told := run.wishes.of_row(row.file, row.number)) and told.is_same}
    held = Customer.objects.in_bulk(said.values()) if said else {}
    return {place: held[key] for place, key in said.items() if key in held}


def _set_apart(rows: list[Row], outcomes: list[Outcome], run: Run) -> None:
    """Notes what somebody said of new ones: that they are others than the customer they look like."""
    said: dict[int, Contact] = {}
    for row, what in zip((row for row in rows if row.person), outcomes, strict=True):
        told = run.wishes.of_row(row.file, row.number)
        if told and what.contact and what.is_new:
            what.alike = [like for like in what.alike if like.customer.pk != told.customer]
            said |= {told.customer: what.contact} if not told.is_same else {}
    others = Customer.objects.in_bulk(said)
    for key, contact in said.items():
        if key in others and contact.customer_id != key:
            set_apart(contact.customer, by=run.by.trusted(), other=others[key])


def _note_asides(rows: list[Row], outcomes: list[Outcome], run: Run) -> None:
    """What the list says of customers whom it brought: their grade, and without a fair, the products that they are interested in."""
    new = [(row.aside, row, what.contact) for row, what in zip(rows, outcomes, strict=True) if what.is_new and what.contact and row.aside]
    if run.fair is None and any(aside.interest for aside, _row, _contact in new):
        products = Product.objects.in_bulk({pk for aside, _row, _contact in new for pk in aside.interest})
        note_interests(
            [Interest(to.customer, products[pk], aside.met_on) for aside, _row, to in new for pk in aside.interest], by=run.by.trusted()
        )
    grades: dict[str, dict[int, str]] = defaultdict(dict)
    for aside, row, contact in new:
        if aside.grade and contact.customer.made_at >= run.started:
            grades[row.file].setdefault(contact.customer_id, aside.grade)
        elif aside.grade and contact.customer.grade != aside.grade:
            words = _("differs from what is on record, which was not changed: %(fields)s")
            run.warn(row.file, row.number, words % {"fields": _("grade")})
    for file, said in grades.items():
        set_grades(said, by=run.by.trusted(), reason=from_file(file))


def _note_first_contacts(rows: list[Row], outcomes: list[Outcome], run: Run) -> None:
    """The touches that rows tell of people whom they brought, each once: also where an earlier run broke off before them."""
    found = {}
    for row, what in zip((row for row in rows if row.person), outcomes, strict=True):
        if row.first_on and what.contact and (what.is_new or what.is_known):
            found[what.contact.pk] = (row, row.first_on, what.contact)
    if not found:
        return
    noted = set(Touch.objects.filter(contact__in=found, is_past=True).values_list("contact_id", flat=True))
    authors = {fold(user.name): user for user in User.objects.order_by("-pk")}
    past = []
    for row, on, contact in (told for pk, told in found.items() if pk not in noted):
        author = authors.get(fold(row.first_by))
        if row.first_by and author is None:
            run.warn(
                row.file, row.number, phrase(_("no colleague is called %(name)s; the first contact has no author"), {"name": row.first_by})
            )
        past.append(PastTouch(contact.customer, on, contact=contact, author=author))
    if past:
        run.created["touch"] += len(take_in(past, by=run.by.trusted()))


def _home(person: Person) -> str:
    """Who says the same is at one customer; "" of who is at none."""
    return f"home {person.home}" if person.home else fold(person.company) if person.company else ""


def _as_contacts(people: list[Person], run: Run) -> list[Outcome]:
    intake = take_people(people, by=run.by.trusted(), stood_before=run.started)
    return [
        Outcome(
            contact=intake.created.get(i) or intake.joined.get(i) or intake.known.get(i), is_new=i in intake.created,
            is_known=i in intake.known, refused=intake.refused.get(i, ""), alike=intake.alike.get(i, []),
        )
        for i in range(len(people))
    ]  # fmt: skip


def _as_captures(rows: list[Row], people: list[Person], run: Run, fair: Fair) -> list[Outcome]:
    ids = _capture_ids(people, fair)
    taken = []
    for row, person in zip(rows, people, strict=True):
        aside = row.aside or Aside()
        at = moment_of(aside.met_on) if aside.met_on else None
        taken.append(
            Taken(
                person=person, client_id=ids[person.client_id], source="import", attaches=True, heat=aside.heat, interest=aside.interest,
                taken_at=at,
            )
        )  # fmt: skip
    batch = take_many(taken, by=run.by.trusted(), fair=fair, stood_before=run.started)
    captures = {**batch.created, **batch.known}
    return [
        Outcome(
            contact=captures[i].contact if i in captures else None, is_new=i in batch.created and i not in batch.joined,
            is_captured=i in batch.created, is_known=i in batch.known, refused=batch.refused.get(i, ""), alike=batch.alike.get(i, []),
        )
        for i in range(len(people))
    ]  # fmt: skip


def _capture_ids(people: list[Person], fair: Fair) -> dict[uuid.UUID, uuid.UUID]:
    """{contact's id: its capture's}. It is made from the fair's key, since a code may be edited; a capture that was stored, or taken back,
    under an id made from the code keeps it."""
    former = {p.client_id: former_capture_id(fair.code, p.client_id) for p in people}
    taken, back = (model.objects.filter(client_id__in=former.values(), fair=fair) for model in (Capture, Retraction))
    kept = set(taken.values_list("client_id", flat=True).union(back.values_list("client_id", flat=True)))
    return {own: was if was in kept else capture_id(fair.pk, own) for own, was in former.items()}


def _count(row: Row, what: Outcome, run: Run) -> None:
    person = row.person or Person()
    if what.refused:
        run.reject(row.file, row.number, what.refused, row.said)
        return
    run.created.update(contact=1) if what.is_new else run.unchanged.update(contact=1)
    if run.fair:
        run.created.update(capture=1) if what.is_captured else run.unchanged.update(capture=1)
    if what.is_new:
        home = _home(person) or str(person.client_id)
        if person.customer is None and home not in run.counted:
            run.counted.add(home)
            run.created["customer"] += 1
        like = _likest(what.alike) if what.alike else None
        why = _looks_like(like) if like else ""
        pair = {"other": like.customer.pk, "made": what.contact.customer_id} if like and what.contact else {}
        run.sort("alike" if why else "new", "contact", row.file, row.number, row.said, why, **pair)
    else:
        why = _not_changed(row, person, what)
        run.sort("updated" if what.is_captured else "same", "contact", row.file, row.number, row.said, why)
    if why:
        run.warn(row.file, row.number, why)


def _not_changed(row: Row, person: Person, what: Outcome) -> str:
    """That somebody is on record as the row does not say; "" where it says the same."""
    if what.contact and not what.is_known and what.contact.client_id != person.client_id:
        words = _("on record already as %(name)s (%(customer)s); nothing of theirs was changed")
        return phrase(words, {"name": what.contact.name, "customer": what.contact.customer.name})
    apart = _apart(person, what.contact) if what.contact and row.has_own_id else []
    if what.contact and person.note != row.note and person.note not in what.contact.note:
        apart = [_("note")]
    if apart:
        return _("differs from what is on record, which was not changed: %(fields)s") % {"fields": listed(apart)}
    return ""


def _apart(person: Person, contact: Contact) -> list[str]:
    """In which fields a contact that we exported comes back otherwise; what the file leaves empty says nothing."""
    home = contact.customer
    fields = {
        _("name"): (person.name, contact.name), _("company"): (person.company, home.name), _("title"): (person.title, contact.title),
        _("address"): (person.address, contact.address), _("country"): (person.country, home.country),
        _("note"): (person.note, contact.note),
    }  # fmt: skip
    found = [label for label, (said, kept) in fields.items() if said and said.split() != kept.split()]
    said, kept = ({(kind, folded) for kind, _value, folded in person.points()}, {(p.kind, p.folded) for p in contact.points.all()})
    return found + [str(words) for kind, words in POINT_KINDS.items() if _of(kind, said) and _of(kind, said) != _of(kind, kept)]


def _of(kind: str, points: set[tuple[str, str]]) -> set[str]:
    return {folded for of, folded in points if of == kind}


def _likest(likes: list[Likeness]) -> Likeness:
    return min(likes, key=lambda one: ("email", "phone").index(one.reason) if one.reason in ("email", "phone") else 2)


def _looks_like(like: Likeness) -> str:
    reasons = {"name": _("the same company name"), "email": _("the same e-mail address"), "phone": _("the same phone number")}
    words = _("may be on record already: %(who)s (%(why)s); it stays apart, and nothing is overwritten")
    who = listed((like.contact.name, like.customer.name)) if like.contact else like.customer.name
    return phrase(words, {"who": who, "why": reasons.get(like.reason, like.reason)})


def _unreachable(error: DatabaseError | InterfaceError) -> Refused:
    words = _("The database does not answer: %(why)s. What was stored stays; import the files again to go on.")
    return Refused(words % {"why": " ".join(str(error).split())[:200]})

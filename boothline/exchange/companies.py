"""Companies that come by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.records import label_of
from boothline.core.text import fold, phrase
from boothline.customers import companies
from boothline.customers.card import Customer, assign, brought_by, edit_customer
from boothline.customers.companies import Company, add_companies, tell_more
from boothline.customers.grades import set_grade, set_grades
from boothline.customers.lists import MORE
from boothline.customers.merges import names_of_gone
from boothline.exchange.foreign import Arrival, key_of
from boothline.exchange.own_ids import MADE
from boothline.exchange.rows import from_file, no_grade
from boothline.exchange.runs import Run
from boothline.exchange.values import Exact, grade_of, said

LIMITS = {"name": 200, "name_latin": 200, "country": 60, "address": 400, "note": 20_000, "owner": 100} | dict.fromkeys(MORE, 200)


class Companies:
    """The door of customers that are companies."""

    kind = "customer"

    def __init__(self, run: Run) -> None:
        self._announced = run.announced.get("user", set())
        people = list(User.objects.order_by("-pk").values_list("pk", "name", "username"))
        self._people = {fold(username): pk for pk, _name, username in people} | {fold(name): pk for pk, name, _username in people}
        times = Counter(fold(name) for _pk, name, _username in people)
        self._bringer = brought_by(run.by)
        self._called = {pk: name if times[fold(name)] == 1 else username for pk, name, username in people}

    def arriving(self, file: str, number: int, cells: dict[str, str], warn: Any) -> Arrival:
        """A row, read. An owner whom nobody knows is told, and left out."""
        values = {name: said(cell, LIMITS.get(name, 200), self.words(name)) for name, cell in cells.items()}
        if (owner := values.get("owner")) and fold(owner) not in self._announced | self._people.keys():
            words = _("no colleague is called %(name)s; the customer has no owner")
            if self._bringer:
                words = _("no colleague is called %(name)s; the customer comes to %(owner)s")
            warn(phrase(words, {"name": owner, "owner": self._bringer}))
            del values["owner"]
            _keep(values, "Owner", owner)
        elif owner:
            values["owner"] = self._called.get(self._people.get(fold(owner), 0), owner)
        if (grade := values.get("grade", "")) and not (found := grade_of(grade)):
            warn(no_grade(grade))
            _keep(values, "Grade", grade)
        values |= {"grade": found} if grade else {}
        if not isinstance(cells.get("kind"), Exact) or values.get("kind") != "person":
            values.pop("kind", None)
        name = values.get("name", "")
        if not name:
            raise Refused(_("Nothing says which company this is. Give a name."))
        return Arrival(file, number, key_of(values.pop("id", ""), name), name, {k: v for k, v in values.items() if v})

    def called(self, names: Iterable[str]) -> dict[str, list[Customer]]:
        """By the folded name; who went into another is found there."""
        found = companies.called(names := list(names))
        led = {word: self._gone[word] for word in {fold(name)[:200] for name in names} - found.keys() if word in self._gone}
        held = self.held(pk for pks in led.values() for pk in pks) if led else {}
        return found | {word: [held[pk] for pk in sorted(pks)] for word, pks in led.items()}

    @cached_property
    def _gone(self) -> dict[str, set[int]]:
        return names_of_gone()

    def held(self, ids: Iterable[int]) -> dict[int, Customer]:
        """By their ids."""
        return Customer.objects.select_related("owner").in_bulk(list(ids))

    def stands(self, record: Customer) -> dict[str, Any]:
        """What is on file now."""
        own = {name: getattr(record, name) for name in ("name", "name_latin", "country", "address", "note")}
        more = {code: record.extra.get(code, "") for code in MORE}
        return own | more | {"kind": record.kind, "owner": self._called.get(record.owner_id or 0, ""), "grade": record.grade}

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Customer]:
        """New ones."""
        made = add_companies([self._company(a) for a in arrivals], by=by.trusted())
        for file in {a.file for a in arrivals if "grade" in a.said}:
            said = {c.pk: a.said["grade"] for c, a in zip(made, arrivals, strict=True) if a.file == file and "grade" in a.said}
            set_grades(said, by=by.trusted(), reason=from_file(file))
        return made

    def edit(self, record: Customer, said: dict[str, Any], by: Actor) -> None:
        """Their card, whose they are, their grade, and what else is known of them."""
        own = {name: value for name, value in said.items() if name not in (*MORE, "owner", "kind", "grade")}
        more = {name: value for name, value in said.items() if name in MORE}
        if own:
            edit_customer(record, by=by.trusted(), revision=record.revision, values=own)
        if owner := self._owner(said.get("owner", "")):
            assign(record, by=by.trusted(), owner=owner, revision=record.revision)
        if "grade" in said:
            set_grade(record, by=by.trusted(), grade=said["grade"], reason=from_file(""))
        if more:
            tell_more(record, by=by.trusted(), revision=record.revision, more=more)

    def figures(self, records: Iterable[Customer]) -> dict[str, Any]:
        """Nothing beside their number."""
        return {}

    def words(self, name: str) -> str:
        """As the card has them."""
        return str(MORE[name]) if name in MORE else _("id") if name == "id" else label_of(Customer, name)

    def _company(self, arrival: Arrival) -> Company:
        said = arrival.said
        own = {name: said.get(name, "") for name in ("name", "name_latin", "country", "address", "note")}
        usual = None if MADE.fullmatch(arrival.key) else self._bringer  # what we exported without an owner had none
        owner = self._owner(said.get("owner", "")) or usual
        kind = said.get("kind", "company")
        return Company(**own, owner=owner, kind=kind, more={code: said[code] for code in MORE if said.get(code)})

    def _owner(self, name: str) -> User | None:
        return User.objects.select_related("team").filter(pk=self._people.get(fold(name), 0)).first() if name else None


def _keep(values: dict[str, str], label: str, said: str) -> None:
    """What cannot be read stands in the note, in one way whoever brings it: the same file again says the same."""
    values["note"] = "; ".join(filter(None, (values.get("note", ""), f"{label}: {said}")))

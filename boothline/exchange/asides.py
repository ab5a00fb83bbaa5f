"""What a list says of people beside who they are: whose customers they are, their grade, products of interest, how warm they are, when
somebody met them.

Each has its own place here; a cell that cannot be read is told, and kept in the note under its heading: the person stands without it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.catalogue.products import Product, Variant
from boothline.core.errors import Refused
from boothline.core.text import clean, fold, phrase, prose
from boothline.customers.card import Person, brought_by
from boothline.exchange.named import NOT_YET, Named, named
from boothline.exchange.rows import Aside, Row, kept_in_note, no_grade, past_day
from boothline.exchange.runs import Run
from boothline.exchange.values import grade_of, is_nothing

HEATS = {
    4: {"4", "hot", "veryhot", "high", "很强", "非常强", "强烈", "强", "高", "很高", "热", "火热"},
    3: {"3", "warm", "较强", "比较强", "较高", "温", "中"},
    2: {"2", "mild", "medium", "cool", "一般", "中等", "普通"},
    1: {"1", "cold", "low", "很弱", "弱", "低", "很低", "冷"},
}
MOST, NAME = 50, 200  # products of one cell; characters of one
BETWEEN = re.compile(r"\s*[;,，；、/|+\n\r]+\s*")


def read(rows: list[Row], run: Run) -> None:
    """Reads it of every row, and gives each person their owner. People of one company have one owner and one grade: the first that can
    be read."""
    told = _Asides(run)
    if not any(row.sides for row in rows):
        for row in rows:
            if row.person:
                row.person.owner = told.usual(row)
        return
    first: dict[str, dict[str, Aside]] = defaultdict(dict)
    for row in rows:
        if row.person:
            row.aside = told.of(row, row.person)
            theirs = first[_home(row.person)]
            for name in ("owner", "grade"):
                said = getattr(row.aside, name)
                if said and (before := getattr(theirs.setdefault(name, row.aside), name)) != said:
                    told.stands_otherwise(row, row.person, name, before)
    for row in rows:
        if row.person:
            row.person.owner = told.owner(first[_home(row.person)].get("owner"), row)


def _home(person: Person) -> str:
    return fold(person.company) if person.company else str(person.client_id)


class _Asides:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._told: set[tuple[str, str]] = set()  # cells that were told already, by field
        self._found: dict[tuple[str, str], int | Refused] = {}

    def of(self, row: Row, person: Person) -> Aside:
        """What the row says; what cannot be read goes into the note."""
        aside = Aside()
        for name, (heading, cell) in row.sides.items():
            text = _text(cell)
            if text and name in self._readers and not self._readers[name](aside, row, text):
                _keep(person, heading, text)
        if row.first_by and row.first_on is None and "visited_on" in row.sides:  # no touch has an author then
            _keep(person, "First contact by", row.first_by)
        return aside

    def owner(self, said: Aside | None, row: Row) -> User | None:
        """Who of us it is, else whoever brings them."""
        usual = self.usual(row)
        return self._users.get(self._find("owner", said.owner), usual) if said else usual

    def usual(self, row: Row) -> User | None:
        """Whose they are where nothing is said; what we exported without an owner had none."""
        return None if self._run.fair or row.has_own_id else self._bringer

    def stands_otherwise(self, row: Row, person: Person, name: str, first: str) -> None:
        """Another row of the same company said it first."""
        heading, cell = row.sides[name]
        words = _("%(heading)s: another row of the same company says %(first)s, which was taken.")
        self._run.warn(row.file, row.number, kept_in_note(words % {"heading": heading, "first": first}))
        _keep(person, heading, _text(cell))
        if row.aside and name == "grade":
            row.aside.grade = ""

    @cached_property
    def _readers(self) -> dict[str, Callable[[Aside, Row, str], bool]]:
        return {"owner": self._owner, "grade": self._grade, "heat": self._heat, "interest": self._interest, "visited_on": self._met}

    def _owner(self, aside: Aside, row: Row, text: str) -> bool:
        """Somebody whom nobody knows is told, and the customer comes to whoever brings it."""
        try:
            known = self._users.get(self._find("owner", text))
        except Refused as refused:
            values = {"owner": self._bringer or (self._run.fair.lead if self._run.fair else None)}
            words = _("The customer comes to %(owner)s.") if values["owner"] else _("The customer has no owner.")
            whose = phrase(words, values)
            self._tell(row, "owner", text, prose((refused.words, whose)))
            return False
        aside.owner = known.username if known else text
        return True

    def _grade(self, aside: Aside, row: Row, text: str) -> bool:
        aside.grade = grade_of(text)
        if not aside.grade:
            self._tell(row, "grade", text, no_grade(text))
        return bool(aside.grade)

    def _heat(self, aside: Aside, row: Row, text: str) -> bool:
        """Taken of who was met at a fair; elsewhere it is a word in the note."""
        key = re.sub(r"[\s分级度]|意向|客户", "", unicodedata.normalize("NFKC", text).casefold())
        aside.heat = next((heat for heat, words in HEATS.items() if key in words), None)
        if aside.heat is None:
            words = _("%(field)s: %(value)s is not understood. Write 4 (hot), 3 (warm), 2 (mild) or 1 (cold).")
            self._tell(row, "heat", text, kept_in_note(words % {"field": _("heat"), "value": text[:40]}))
        return aside.heat is not None and self._run.fair is not None

    def _interest(self, aside: Aside, row: Row, text: str) -> bool:
        """Each product that is named by its code, SKU or name; the whole cell is kept where one of them is not known."""
        parts = list(filter(None, BETWEEN.split(text)))[:MOST]
        try:
            found = [self._find("interest", text[:NAME])]
            parts = parts[:1]
        except Refused:
            found = []
            for part in parts:
                try:
                    found.append(self._find("interest", part[:NAME]))
                except Refused as refused:
                    self._tell(row, "interest", part, kept_in_note(str(refused.words)))
        aside.interest = list(dict.fromkeys(pk for pk in found if pk != NOT_YET))
        return len(found) == len(parts) and len(BETWEEN.findall(text)) < MOST

    def _find(self, field: str, cell: str) -> int:
        """Whom or what a cell names; asked once of the same cell, since whoever is not known is compared with all."""
        key = (field, cell)
        if key not in self._found:
            try:
                self._found[key] = (self._people if field == "owner" else self._products).find(cell)
            except Refused as refused:
                self._found[key] = refused
        found = self._found[key]
        if isinstance(found, Refused):
            raise found
        return found

    def _met(self, aside: Aside, row: Row, text: str) -> bool:
        """The day of the capture; without a fair, of a touch, where no other day says that there was one."""
        aside.met_on, why = past_day(text, _("day of the visit"))
        if why:
            self._run.warn(row.file, row.number, kept_in_note(why))
        if self._run.fair is None and row.first_on is None:
            row.first_on = aside.met_on
        return not why and (self._run.fair is not None or row.first_on in (None, aside.met_on))

    def _tell(self, row: Row, name: str, cell: str, words: str) -> None:
        """Once of the same cell: a list of a thousand people says it a thousand times."""
        if (name, cell) not in self._told:
            self._told.add((name, cell))
            self._run.warn(row.file, row.number, words)

    @cached_property
    def _bringer(self) -> User | None:
        return brought_by(self._run.by)

    @cached_property
    def _users(self) -> dict[int, User]:
        return User.objects.select_related("team").in_bulk()

    @cached_property
    def _people(self) -> Named:
        called = {pk: user.name for pk, user in sorted(self._users.items())}
        return named("user", _("owner"), self._run, called, [(user.username, pk) for pk, user in self._users.items()])

    @cached_property
    def _products(self) -> Named:
        rows = list(Product.objects.order_by("pk").values_list("pk", "code", "name", "name_latin"))
        besides = [(word, pk) for pk, code, _name, latin in rows for word in (code, latin)]
        besides += [(sku, pk) for pk, sku in Variant.objects.order_by("pk").values_list("product", "sku")]
        return named("product", _("product of interest"), self._run, {pk: name for pk, _code, name, _latin in rows}, besides)


def _text(cell: str) -> str:
    """A cell as it is read; a filler says nothing."""
    text = "\n".join(" ".join(line.split()) for line in clean(cell, 10**5).splitlines())
    return "" if is_nothing(text) else text


def _keep(person: Person, heading: str, text: str) -> None:
    person.note = "\n".join(filter(None, (person.note, f"{heading}: {' '.join(text.split())}")))

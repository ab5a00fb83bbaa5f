"""Whom and what the cells of a file name: a record by its id in the files of the same source, by one that we gave it, else by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import fold, phrase
from boothline.customers.card import Customer
from boothline.customers.merges import names_of_gone
from boothline.exchange import own_ids
from boothline.exchange.foreign import NAMED, Foreign
from boothline.exchange.runs import Run

COMPARED = 20_000  # names among which the nearest is looked for
GUESSES = 50  # names for which the nearest is looked for in one run
MANY = 900  # values that one question names
NOT_YET = 0  # it comes in the same run, and a dry run has not stored it


@dataclass
class Named:
    """The records of one kind that may be named. `names` are {folded name: their ids}, `called` {id: name}; of rows that were not taken,
    `refused` are the places by id, `refused_names` by folded name."""

    kind: str
    label: str
    called: dict[int, str]
    names: dict[str, set[int]]
    keys: dict[str, int] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)
    refused: dict[str, tuple[str, int]] = field(default_factory=dict)
    refused_names: dict[str, tuple[str, int]] = field(default_factory=dict)
    is_dry: bool = False
    guesses: int = GUESSES
    asked: set[str] = field(default_factory=set)  # cells that were looked up among the ids that we gave

    def known(self, cell: str) -> int:
        """The record of an id; 0 where it is none."""
        self.ask([cell])
        pk = self.keys.get(cell, 0)
        return pk if pk in self.called else 0

    def ask(self, cells: Iterable[str]) -> None:
        """Looks up which of these are ids that we gave; of many at once, with few queries."""
        new = sorted({cell for cell in cells if cell not in self.keys} - self.asked)
        self.asked.update(new)
        for start in range(0, len(new), MANY):
            self.keys |= own_ids.meant(self.kind, new[start : start + MANY])

    def find(self, cell: str, name: str = "", *, is_exact: bool = False) -> int:
        """The id of the record that a cell names, with its id or its name; `name` is what another cell calls it, to be read where the id
        means nobody, unless the id alone counts (`is_exact`). Refused where there is none, or several; the nearest name is proposed."""
        if pk := self.known(cell):
            return pk
        called = name or cell
        if cell in self.refused:
            raise self._left_out(called, *self.refused[cell])
        word = fold(called)
        found = set() if is_exact else self.names.get(word, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            words = _("%(label)s: several on record are called %(name)s. Give its id instead of the name.")
            raise _refused(words, {"label": self.label, "name": called})
        if self.is_dry and self.announced & {word, fold(cell)}:
            return NOT_YET
        if word in self.refused_names:
            raise self._left_out(called, *self.refused_names[word])
        if near := self._near(word):
            words = _("%(label)s: nothing on record is called %(name)s. Is %(near)s meant? Write it so, or add it first.")
            raise _refused(words, {"label": self.label, "name": called, "near": near})
        words = _("%(label)s: nothing on record is called %(name)s. Add it first, or import it in the same run.")
        raise _refused(words, {"label": self.label, "name": called})

    def _left_out(self, name: str, file: str, row: int) -> Refused:
        words = _("%(label)s %(name)s was not taken itself: %(file)s, row %(row)s. Mend that row first.")
        return _refused(words, {"label": self.label, "name": name, "file": file, "row": row})

    def _near(self, word: str) -> str:
        self.guesses -= 1
        if self.guesses < 0 or len(self.names) > COMPARED:
            return ""
        near = get_close_matches(word, self.names, n=1, cutoff=0.75)
        return self.called[min(self.names[near[0]])] if near else ""


def _refused(words: str, values: dict[str, Any]) -> Refused:
    return Refused(phrase(words, values))


def customers(run: Run) -> Named:
    """Those that are on record, and those that the run brings. Who went into another is found there, by their name too."""
    called: dict[int, str] = {}
    names: dict[str, set[int]] = {}
    for pk, name, folded in Customer.objects.order_by("pk").values_list("pk", "name", "folded"):
        called[pk] = name
        names.setdefault(folded, set()).add(pk)
    return _named("customer", _("customer"), run, called, names_of_gone() | names)


def named(kind: str, label: str, run: Run, called: Mapping[int, str], besides: Iterable[tuple[str, int]] = ()) -> Named:
    """Those that are on record, {id: name} and other names of theirs, and those that the run brings."""
    names: dict[str, set[int]] = {}
    for word, pk in [*((name, pk) for pk, name in called.items()), *besides]:
        if word:
            names.setdefault(fold(word), set()).add(pk)
    return _named(kind, label, run, dict(called), names)


def _named(kind: str, label: str, run: Run, called: dict[int, str], names: dict[str, set[int]]) -> Named:
    ids = dict(Foreign.objects.filter(source=run.source, kind=kind).values_list("key", "record_id"))
    coming = run.coming.get(kind, {})
    for word, key in [*((key[1:], key) for key in ids if key.startswith(NAMED)), *((fold(a.name), key) for key, a in coming.items())]:
        if (pk := ids.get(key, 0)) in called:  # the files call it so, whatever it is called here by now
            names.setdefault(word, {pk})
    refused = {key: place for (of, key), place in run.refused.items() if of == kind}
    words = {key: {fold(word) for word in (key, arrival.name)} for key, arrival in coming.items()}
    taken = {word for key, both in words.items() if key not in refused for word in both}
    left = {word for key, both in words.items() if key in refused for word in both}
    announced = run.announced.get(kind, set()) - left | taken
    keys = {key: pk for key, pk in ids.items() if pk in called and not key.startswith(NAMED)}
    return Named(kind, label, called, names, keys, announced, refused, run.refused_names[kind], run.is_dry)

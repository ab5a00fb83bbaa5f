"""Whom and what the cells of a file name: a record by its id in the files of the same source, else by its folded name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import close_up, fold
from boothline.exchange.foreign import Foreign
from boothline.exchange.runs import Run

COMPARED = 20_000  # names among which the nearest is looked for
NOT_YET = 0  # it comes in the same run, and a dry run has not stored it


@dataclass
class Named:
    """The records of one kind that may be named. `names` are {folded name: their ids}, `called` {id: name}."""

    kind: str
    label: str
    called: dict[int, str]
    names: dict[str, set[int]]
    keys: dict[str, int] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)
    refused: dict[str, tuple[str, int]] = field(default_factory=dict)
    is_dry: bool = False

    def find(self, cell: str) -> int:
        """The id of the record that a cell names. Refused where there is none, or several; the nearest name is proposed."""
        if cell in self.keys:
            return self.keys[cell]
        word = fold(cell)
        found = self.names.get(word, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            words = _("%(label)s: several on record are called %(name)s. Give its id instead of the name.")
            raise _refused(words, {"label": self.label, "name": cell})
        if word in self.announced and self.is_dry:
            return NOT_YET
        if word in self.refused:
            file, row = self.refused[word]
            words = _("%(label)s %(name)s was not taken itself: %(file)s, row %(row)s. Mend that row first.")
            raise _refused(words, {"label": self.label, "name": cell, "file": file, "row": row})
        near = get_close_matches(word, self.names, n=1, cutoff=0.75) if len(self.names) <= COMPARED else []
        if near:
            words = _("%(label)s: nothing on record is called %(name)s. Is %(near)s meant? Write it so, or add it first.")
            raise _refused(words, {"label": self.label, "name": cell, "near": self.called[min(self.names[near[0]])]})
        words = _("%(label)s: nothing on record is called %(name)s. Add it first, or import it in the same run.")
        raise _refused(words, {"label": self.label, "name": cell})


def _refused(words: str, values: dict[str, Any]) -> Refused:
    return Refused(close_up(words, values) % values)


def named(kind: str, label: str, run: Run, called: Mapping[int, str], besides: Iterable[tuple[str, int]] = ()) -> Named:
    """Those that are on record, {id: name} and other names of theirs, and those that the run brings."""
    names: dict[str, set[int]] = {}
    for word, pk in [*((name, pk) for pk, name in called.items()), *besides]:
        if word:
            names.setdefault(fold(word), set()).add(pk)
    ids = dict(Foreign.objects.filter(source=run.source, kind=kind).values_list("key", "record_id"))
    coming = run.coming.get(kind, {})
    for word, key in [*((key[1:], key) for key in ids if key.startswith("~")), *((fold(a.name), key) for key, a in coming.items())]:
        if (pk := ids.get(key, 0)) in called:  # the files call it so, whatever it is called here by now
            names.setdefault(word, {pk})
    refused = {fold(found["said"].split(" · ")[0]): (found["file"], found["row"]) for found in run.rejected if found.get("said")}
    keys = {key: pk for key, pk in ids.items() if pk in called and not key.startswith("~")}
    announced = run.announced.get(kind, set()) | {fold(word) for key, a in coming.items() for word in (key, a.name)}
    return Named(kind, label, dict(called), names, keys, announced, refused, run.is_dry)

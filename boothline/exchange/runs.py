"""One run: what has become of its rows so far, and what of it is kept in the history. So are exports: who, what, how many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.journal import Journal
from boothline.core.operations import operation
from boothline.core.text import fold
from boothline.exchange import events
from boothline.exchange.mapping import Layout, Wishes
from boothline.fairs.editions import Fair
from boothline.timeline.history import record

CHUNK = 500
SHOWN = 200  # rows of each sort that are kept for a page
Progress = Callable[[int, int], None]  # rows done, of all


@dataclass
class Run:
    """One import and what has become of its rows so far."""

    by: Actor
    fair: Fair | None
    is_dry: bool
    source: str = ""
    started: datetime = field(default_factory=timezone.now)
    rows: int = 0
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    repeated: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # of a file: rows that say the same as another
    announced: dict[str, set[str]] = field(default_factory=dict)  # what each kind brings, by folded name
    coming: dict[str, dict[str, Any]] = field(default_factory=dict)  # the same rows of each kind, by key
    refused: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)  # (kind, key): the row that was not taken
    refused_names: dict[str, dict[str, tuple[str, int]]] = field(default_factory=lambda: defaultdict(dict))  # the same by folded name
    total: int = 0
    done: int = 0
    tell: Progress | None = None
    keep: Callable[[Journal], None] | None = None  # notes what a batch wrote, in its transaction
    homes: dict[str, int] = field(default_factory=dict)  # the keys of companies that this run made, by folded name
    counted: set[str] = field(default_factory=set)
    wishes: Wishes = field(default_factory=Wishes)
    layouts: list[Layout] = field(default_factory=list)  # what each table was taken for
    sorts: Counter[tuple[str, str]] = field(default_factory=Counter)  # of rows: (new, updated, same or alike; kind)
    explained: set[tuple[str, int, str]] = field(default_factory=set)  # what is told of a row by its sort
    shown: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))  # the first of each sort

    def reject(self, file: str, row: int, reason: str, said: str = "") -> None:
        """Names a row that was not taken, and what it says; 0 is the file itself."""
        self.rejected.append({"file": file, "row": row, "reason": reason, "said": said})

    def leave_out(self, kind: str, key: str, name: str, file: str, row: int) -> None:
        """Notes a row that was not taken by its id and its name: what names it is not taken either."""
        self.refused[kind, key] = (file, row)
        if name:
            self.refused_names[kind].setdefault(fold(name), (file, row))

    def warn(self, file: str, row: int, warning: str) -> None:
        """Names something about a row that a person should look at."""
        self.warnings.append({"file": file, "row": row, "warning": warning})

    def repeat(self, file: str, rows: list[tuple[int, int]]) -> None:
        """Names rows, each with the one that it repeats word for word."""
        self.repeated.setdefault(file, []).extend(rows)

    def sort(self, sort: str, kind: str, file: str, row: int, said: str, why: str = "", **more: Any) -> None:
        """Notes what becomes of a row: new, updated, or alike, which is new and may be on record. The first of each kind are shown."""
        self.sorts[sort, kind] += 1
        self.explained |= {(file, row, why)} if why else set()
        if self.sorts[sort, kind] <= SHOWN:
            self.shown[sort].append({"file": file, "row": row, "said": said, "why": why, "kind": kind} | more)

    def step(self, rows: int) -> None:
        """So many more rows were looked at."""
        self.done += rows
        if self.tell:
            self.tell(self.done, self.total)

    def result(self) -> dict[str, Any]:
        """The answer, as `--json` prints it."""

        def in_order(found: dict[str, Any]) -> tuple[str, int]:
            return (found["file"], found["row"])

        counts = {"rows": self.rows, "created": dict(self.created), "updated": dict(self.updated), "unchanged": dict(self.unchanged)}
        rejected = [{name: found[name] for name in ("file", "row", "reason")} for found in sorted(self.rejected, key=in_order)]
        told = {"rejected": rejected, "warnings": sorted(self.warnings, key=in_order)}
        if self.repeated:
            told["repeated"] = [{"file": file, "row": n, "same_as": first} for file, rows in self.repeated.items() for n, first in rows]
        return counts | told | ({"figures": self.figures} if self.figures else {})


@contextmanager
def taken_back() -> Iterator[None]:
    """A batch of a dry run: it is stored, and nothing of it stays. No longer than a batch, so that others can save between two."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@operation("exchange.note_import")
def note_import(*, by: Actor, files: list[str], rows: int, created: dict[str, int]) -> None:
    """Notes an import that stored something."""
    require(by, "imports.run")
    values: dict[str, Any] = {"files": ", ".join(files)[:400], "rows": rows, "created": created}
    record(events.IMPORTED, subject=company(), by=by, values=values)


@operation("exchange.note_list_export")
def note_list_export(*, by: Actor, list_name: Words, sentence: Words, rows: int, form: str) -> None:
    """Notes that a list went out as it was shown: which one, by which filters, how many rows; in both languages, where the
    words are lazy."""
    require(by, "exports.run")
    record(events.LISTED, subject=company(), by=by, values={"list": list_name, "sentence": sentence, "rows": rows, "form": form})


@operation("exchange.note_export")
def note_export(*, by: Actor, kind: str, rows: int, form: str) -> None:
    """Notes an export."""
    require(by, "exports.run")
    record(events.EXPORTED, subject=company(), by=by, values={"kind": kind, "rows": rows, "form": form})

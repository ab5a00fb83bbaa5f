"""Files that come in: people, companies, products, colleagues, told apart by what they hold. The same file a second time adds nothing.

Every file is read before the first row is stored; what is unusable is named, and the other files stand. Files of one run may refer to
each other: colleagues are stored before products, companies before people.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.journal import Journal
from boothline.core.text import fold, listed
from boothline.exchange import cards, contact_tables, contacts, text_tables, workbooks
from boothline.exchange.colleagues import Colleagues
from boothline.exchange.companies import Companies
from boothline.exchange.footprints import stored
from boothline.exchange.foreign import Arrival, bring
from boothline.exchange.goods import Goods
from boothline.exchange.kinds import KINDS, Kind
from boothline.exchange.reading import Source, read
from boothline.exchange.rows import ROW_LIMIT, Row
from boothline.exchange.runs import CHUNK, Progress, Run, note_import
from boothline.exchange.tables import Table, awake, kind_of, too_many
from boothline.fairs.editions import Fair

TABLES: dict[str, Callable[[Source], list[Table]]] = {"csv": text_tables.tables_of, "workbook": workbooks.tables_of}
DOORS: dict[str, Callable[[Run], Any]] = {
    "user": lambda run: Colleagues(),
    "product": lambda run: Goods(),
    "customer": Companies,
}  # in the order of storing


@dataclass
class Found:
    """What the files of a run hold: people, and the rows of every other kind."""

    people: list[Row] = field(default_factory=list)
    tables: dict[str, list[Table]] = field(default_factory=lambda: defaultdict(list))

    def rows(self) -> int:
        """How many there are."""
        people = sum(bool(row.person or row.reason) for row in self.people)
        return people + sum(len(table.lines) for tables in self.tables.values() for table in tables)

    def extend(self, other: Found) -> None:
        """With what another file holds."""
        self.people += other.people
        for kind, tables in other.tables.items():
            self.tables[kind] += tables


def import_files(files: Iterable[Path], *, by: Actor, **options: Any) -> dict[str, Any]:
    """Imports any number of files; the answer is what `--json` prints. The options: `run_files`."""
    return run_files({path: str(path) for path in files}, by=by, **options).result()


def run_files(
    files: Mapping[Path, str],
    *,
    by: Actor,
    kind: str = "",
    source: str = "",
    fair_code: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    keep: Callable[[Journal], None] | None = None,
    started: datetime | None = None,
) -> Run:
    """Imports files, {where it lies: what it is called}.

    `kind` says what all of them hold, else their headings do; `source` names the system whose ids they carry. Raises Refused when the
    fair is unknown, when no file is usable or there are too many rows; nothing was stored then. A bad row is named in "rejected" and the
    others stand; so is a file that is unusable, as row 0. A dry run asks the database the same questions and takes every answer back.
    `keep` notes what each batch wrote, in its own transaction. A run that goes on `started` earlier: what its first try stored is its own.
    """
    require(by, "imports.run")
    run = Run(by=by, fair=_fair(fair_code) if fair_code is not None else None, is_dry=dry_run, source=source[:60])
    found = _found(files, "contact" if run.fair else kind, run)
    for code in found.tables:
        require(by, KINDS[code].right)
    run.total, run.tell, run.keep = found.rows(), progress, keep
    run.started = started or run.started
    try:
        for code, door in DOORS.items():
            if code in found.tables:
                _bring(found.tables[code], KINDS[code], door(run), run)
        contacts.store(found.people, run)
    except BaseException:
        with contextlib.suppress(OperationalError, InterfaceError):  # where the database is gone, nothing can be noted
            _note(run, files)
        raise
    _note(run, files)
    return run


def _note(run: Run, files: Mapping[Path, str]) -> None:
    """What was stored stands in the history, whether the run came to its end or not."""
    if (run.created or run.updated) and not run.is_dry:
        note_import(by=run.by.trusted(), files=[Path(name).name for name in files.values()], rows=run.rows, created=dict(run.created))


def _fair(code: str) -> Fair:
    fair = Fair.objects.filter(code=code).first() or Fair.objects.filter(code__iexact=code).first()
    if fair:
        return fair
    known = list(Fair.objects.order_by("-starts_on", "id").values_list("code", flat=True)[:20])
    words = _("There is no fair with the code %(code)s. Known codes: %(known)s.")
    raise Refused(words % {"code": code, "known": listed(known) or _("none yet; add the fair first")}, field="fair")


def _found(files: Mapping[Path, str], kind: str, run: Run) -> Found:
    """What every file holds, and every file in a folder. Refuses the run when none is usable or there are too many rows; among several,
    an unusable one is named: as not taken where it was asked for, as left out where it lies in a folder."""
    found = Found()
    unusable: list[Refused] = []
    for path, name in files.items():
        try:
            found.extend(_inside(path, kind, run) if path.is_dir() else _held_by(path, name, kind, run))
        except Refused as why:
            unusable.append(why)
            run.reject(name, 0, str(why.words))
    if unusable and len(unusable) == len(files):
        raise unusable[0]
    if found.rows() > ROW_LIMIT:
        raise too_many(list(files.values())[-1])
    return found


def _inside(folder: Path, kind: str, run: Run) -> Found:
    found = Found()
    for file in (file for file in sorted(folder.iterdir()) if file.is_file()):
        try:
            found.extend(_held_by(file, str(file), kind, run))
        except Refused as why:
            run.warn(str(file), 1, _("Left out: %(why)s") % {"why": why.words})
    if not (found.people or found.tables):
        raise Refused(_("No file in %(folder)s holds anything that can be imported.") % {"folder": folder})
    return found


def _held_by(file: Path, name: str, kind: str, run: Run) -> Found:
    source = read(file, name)
    found = Found(people=list(cards.rows_of(source)) if source.form == "vcard" else [])
    tables = TABLES[source.form](source) if source.form in TABLES else []
    for table in tables:
        try:
            its = kind_of(table, kind)
        except Refused as why:
            if len(tables) == 1:
                raise
            run.warn(table.file, 1, _("Left out: %(why)s") % {"why": why.words})
            continue
        if its.code == "contact":
            found.people += contact_tables.rows_of(table)
        else:
            found.tables[its.code].append(table)
    if source.is_guessed:
        words = _("The file is not UTF-8; it was read as %(encoding)s. See whether the names look right.")
        run.warn(source.file, 1, words % {"encoding": source.encoding})
    return found


def _bring(tables: list[Table], kind: Kind, door: Any, run: Run) -> None:
    """The rows of one kind, in batches."""
    arrivals = list(_distinct([a for table in tables for a in _arrivals(table, kind, door, run)], kind, run))
    records: list[Any] = []
    run.announced[kind.code] = {fold(arrival.name) for arrival in arrivals}
    for start in range(0, len(arrivals), CHUNK):
        part = arrivals[start : start + CHUNK]
        with stored(run):
            brought = bring(part, door=door, by=run.by, source=run.source)
        run.step(len(part))
        for place, arrival in enumerate(part):
            if place in brought.refused:
                run.reject(arrival.file, arrival.number, brought.refused[place], arrival.name)
                continue
            counts = run.created if place in brought.created else run.updated if place in brought.updated else run.unchanged
            counts[kind.code] += 1
            if place in brought.warnings:
                run.warn(arrival.file, arrival.number, brought.warnings[place])
        records += brought.records.values()
    run.figures |= door.figures(records)


def _arrivals(table: Table, kind: Kind, door: Any, run: Run) -> Iterator[Arrival]:
    fields = [kind.field(heading) for heading in table.headings]
    for line in table.read([bool(name) for name in fields]):
        run.rows += 1
        cells: dict[str, str] = {}
        for name, cell in zip(fields, line.cells, strict=False):
            if name and cell.strip():
                cells.setdefault(name, awake(cell))
        try:
            if line.reason:
                raise Refused(line.reason)
            yield door.arriving(table.file, line.number, cells, lambda words, n=line.number: run.warn(table.file, n, words))
        except Refused as why:
            run.reject(table.file, line.number, str(why.words), line.said)
    if words := table.unused_words():
        run.warn(table.file, 1, words)


def _distinct(arrivals: list[Arrival], kind: Kind, run: Run) -> Iterator[Arrival]:
    """Each record once. What stands twice and says the same is told; what says something else is not taken."""
    first_of: dict[str, Arrival] = {}
    for arrival in arrivals:
        first = first_of.setdefault(arrival.key, arrival)
        where = {"file": first.file, "row": first.number}
        if first is arrival:
            yield arrival
        elif first.said == arrival.said:
            run.unchanged[kind.code] += 1
            run.warn(arrival.file, arrival.number, _("the same as %(file)s, row %(row)s; taken once") % where)
        else:
            words = _("The same id or name as %(file)s, row %(row)s, and other values. Give each its own id, then import the file again.")
            run.reject(arrival.file, arrival.number, words % where, arrival.name)

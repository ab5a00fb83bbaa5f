"""Files that come in: people, companies, products, variants, colleagues, exhibitors, opportunities, orders, what carriers say, told apart
by what they hold. The same file a second time adds nothing.

Every file is read before the first row is stored; what is unusable is named, and the other files stand. Files of one run may refer to
each other: colleagues are stored before products, companies before people, opportunities and orders last.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.databases.numbers import in_numbers
from boothline.core.errors import Refused
from boothline.core.journal import Journal
from boothline.core.pinyin import HAN
from boothline.core.text import fold, listed, prose
from boothline.exchange import (
    cards,
    carriers,
    contact_tables,
    contacts,
    homes,
    json_tables,
    orders_in,
    payloads,
    text_tables,
    workbooks,
)
from boothline.exchange.colleagues import Colleagues
from boothline.exchange.companies import Companies
from boothline.exchange.exhibitor_lists import ExhibitorList
from boothline.exchange.footprints import stored
from boothline.exchange.foreign import Arrival, bring, key_of
from boothline.exchange.goods import Goods
from boothline.exchange.kinds import BESIDE, KINDS, Kind
from boothline.exchange.lists import KINDS as KIND_WORDS
from boothline.exchange.mapping import Wishes, check_said, remembered_words, settle
from boothline.exchange.money_in import MoneyIn
from boothline.exchange.past_orders import PastOrders
from boothline.exchange.pipeline import Pipeline
from boothline.exchange.reading import Source, read
from boothline.exchange.rights import may_bring, require_kind
from boothline.exchange.rows import ROW_LIMIT, Row
from boothline.exchange.runs import CHUNK, Progress, Run, note_import
from boothline.exchange.spoken import spoken
from boothline.exchange.tables import Table, too_many
from boothline.exchange.talks import Talks
from boothline.exchange.values import Exact, in_currency, is_nothing
from boothline.exchange.variants import Variants
from boothline.fairs.editions import Fair
from boothline.search.beside import helped

TABLES: dict[str, Callable[[Source], list[Table]]] = {
    "csv": text_tables.tables_of,
    "workbook": workbooks.tables_of,
    "json": json_tables.tables_of,
}
PEOPLE: dict[str, Callable[[Source], Iterable[Row]]] = {"vcard": cards.rows_of, "payload": payloads.rows_of}
AMOUNTS = ("price", "floor", "amount", "sent", "charges", "value")  # under a heading that may name their currency
NAMED = 5  # of what was made beside the rows
ASKED = "date_order"  # a day that may be two is a question to whoever brings the files; nothing goes in without the answer
NOBODY: Mapping[str, dict[str, Any]] = MappingProxyType({})
DOORS: dict[str, Callable[[Run], Any]] = {
    "user": lambda run: Colleagues(),
    "product": lambda run: Goods(),
    "variant": Variants,
    "customer": Companies,
    "exhibitor": ExhibitorList,
}  # in the order of storing; people come behind them
BUSINESS: dict[str, Callable[[Run], Any]] = {"touch": Talks, "opportunity": Pipeline}  # what hangs on all of these
MONEY: dict[str, Callable[[Run], Any]] = {"receipt": MoneyIn}  # what hangs on orders


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


def run_files(
    files: Mapping[Path, str],
    *,
    by: Actor,
    kind: str = "",
    source: str = "",
    fair_code: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    wishes: Wishes | None = None,
    keep: Callable[[Journal], None] | None = None,
    started: datetime | None = None,
) -> Run:
    """Imports files, {where it lies: what it is called}.

    `kind` says what all of them hold, else their headings do; `wishes` where their columns go; `source` names the system whose ids they
    carry. Raises Refused when the
    fair is unknown, when no file is usable or there are too many rows; nothing was stored then. A bad row is named in "rejected" and the
    others stand; so is a file that is unusable, as row 0. A dry run asks the database the same questions and takes every answer back.
    `keep` notes what each batch wrote, in its own transaction. A run that goes on `started` earlier: what its first try stored is its own.
    """
    require(by, "imports.run")
    run = Run(
        by=by, fair=_fair(fair_code) if fair_code is not None else None, is_dry=dry_run, source=source[:60], wishes=wishes or Wishes()
    )
    with in_numbers():
        found = _found(files, kind, run)
    check_said(run.layouts, run.wishes)
    if found.tables.keys() & {"order"}:
        for code in ("product", "customer"):
            require(by, KINDS[code].right)
    run.total, run.tell, run.keep = found.rows(), progress, keep
    run.started = started or run.started
    try:
        with in_numbers(), helped():
            _store(found, run)
    except BaseException:
        with contextlib.suppress(OperationalError, InterfaceError):  # where the database is gone, nothing can be noted
            _note(run, files)
        raise
    _note(run, files)
    return run


def _store(found: Found, run: Run) -> None:
    """Everything in its order."""
    orders = PastOrders(found.tables, run)
    variants = spoken(found.tables, run)
    doors = DOORS | {"product": lambda run: Goods(variants)}
    products = {key: cells for key, cells in orders.products().items() if cells.get("id") not in variants.skus}
    _bring_all(doors, found, run, {"product": products | variants.made, "customer": orders.customers()})
    homes.store(found.people, run)
    contacts.store(found.people, run)
    _bring_all(BUSINESS, found, run)
    if orders.orders:
        orders_in.store(orders, {"product": Goods(), "customer": Companies(run)}, run)
    run.announced["order"] = {fold(key) for key in orders.orders}
    _bring_all(MONEY, found, run)
    if "tracking" in found.tables:
        carriers.store(found.tables["tracking"], run)


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
            if why.code == ASKED:
                raise
            run.warn(str(file), 1, _("Left out: %(why)s") % {"why": why.words})
    if not (found.people or found.tables):
        raise Refused(_("No file in %(folder)s holds anything that can be imported.") % {"folder": folder})
    return found


def _held_by(file: Path, name: str, kind: str, run: Run) -> Found:
    source = read(file, name)
    if source.form in PEOPLE:
        require_kind(run.by, "contact")
    found = Found(people=list(PEOPLE[source.form](source)) if source.form in PEOPLE else [])
    tables = TABLES[source.form](source) if source.form in TABLES else []
    for table in tables:
        for line in table.lines:
            if line.mended:
                run.warn(table.file, line.number, line.mended)
        try:
            may = [code for code in KINDS if may_bring(run.by, code)]
            layout = settle(table, kind, run.wishes, may, is_of_fair=run.fair is not None)
            if layout.kind:
                require_kind(run.by, layout.kind)
        except Refused as why:
            if len(tables) == 1 or why.code == ASKED:
                raise
            run.warn(table.file, 1, _("Left out: %(why)s") % {"why": why.words})
            continue
        run.layouts.append(layout)
        if words := remembered_words(layout):
            run.warn(table.file, 1, words)
        if not layout.asks_fair:
            _add(found, table, layout.kind)
    if source.is_guessed:
        words = _("The file is not UTF-8; it was read as %(encoding)s. See whether the names look right.")
        run.warn(source.file, 1, words % {"encoding": source.encoding})
    return found


def _add(found: Found, table: Table, kind: str) -> None:
    if kind == "contact":
        found.people += contact_tables.rows_of(table)
    elif kind == "payload":
        found.people += payloads.rows_among(table)
    elif kind:
        found.tables[kind].append(table)


def _bring_all(doors: dict[str, Callable[[Run], Any]], found: Found, run: Run, named: Mapping[str, dict[str, Any]] = NOBODY) -> None:
    """The rows of these kinds; and those that rows of other kinds name with an id and a name, where no row is their own."""
    for code, door in doors.items():
        if code in found.tables or named.get(code):
            _bring(found.tables.get(code, []), KINDS[code], door(run), run, named.get(code, {}))


def _bring(tables: list[Table], kind: Kind, door: Any, run: Run, named: Mapping[str, dict[str, str]]) -> None:
    """The rows of one kind, in batches."""
    distinct = getattr(door, "distinct", _distinct)
    arrivals = list(distinct([a for table in tables for a in _arrivals(table, kind, door, run)], kind, run))
    own = {arrival.key for arrival in arrivals}
    arrivals += _named(named, own, kind, door, run)
    records: list[Any] = []
    beside: list[Arrival] = []  # new, and no row is their own
    run.announced[kind.code] = {fold(word) for a in arrivals for word in (a.name, a.said.get("username", ""), a.said.get("code", ""))}
    run.coming[kind.code] = {arrival.key: arrival for arrival in arrivals}
    for start in range(0, len(arrivals), CHUNK):
        part = arrivals[start : start + CHUNK]
        with stored(run):
            brought = bring(part, door=door, by=run.by, source=run.source)
        run.step(len(part))
        for place, arrival in enumerate(part):
            if place in brought.refused:
                run.reject(arrival.file, arrival.number, brought.refused[place], arrival.name)
                run.leave_out(kind.code, arrival.key, arrival.name, arrival.file, arrival.number)
                continue
            counts = run.created if place in brought.created else run.updated if place in brought.updated else run.unchanged
            counts[kind.code] += 1
            sort = "new" if place in brought.created else "updated" if place in brought.updated else "same"
            run.sort(sort, kind.code, arrival.file, arrival.number, _words_of(arrival))
            if place in brought.warnings:
                run.warn(arrival.file, arrival.number, brought.warnings[place])
            if place in brought.created and arrival.key not in own:
                beside.append(arrival)
        records += brought.records.values()
    if beside:
        words = _("%(kind)s that are named in other rows only and were created from them: %(n)s, such as %(names)s")
        values = {"kind": KIND_WORDS[kind.code], "n": f"{len(beside):,}", "names": listed(a.name for a in beside[:NAMED])}
        run.warn(beside[0].file, 1, words % values)
    run.figures |= door.figures(records)


def _arrivals(table: Table, kind: Kind, door: Any, run: Run) -> Iterator[Arrival]:
    fields = table.fields_of(kind)
    if look := getattr(door, "look_at", None):
        look(table)
    for line in table.read([bool(name) for name in fields]):
        run.rows += 1
        cells = _cells_of(table, fields, line.cells)
        if table.is_ours and "id" in cells:
            cells = {name: Exact(cell) for name, cell in cells.items()}
        try:
            if line.reason:
                raise Refused(line.reason)
            yield door.arriving(table.file, line.number, cells, lambda words, n=line.number: run.warn(table.file, n, words))
        except Refused as why:
            run.reject(table.file, line.number, str(why.words), line.said)
            own_id = (cells.get("id") or cells.get("code", "")).strip()
            name = cells.get("name", "").strip()
            run.leave_out(kind.code, key_of(own_id, name), name, table.file, line.number)
    if words := table.unused_words():
        run.warn(table.file, 1, words)


def _named(named: Mapping[str, dict[str, str]], known: set[str], kind: Kind, door: Any, run: Run) -> Iterator[Arrival]:
    for key, cells in named.items():
        if key in known or (kind.code, key) in run.refused:
            continue
        file, number = cells.pop("file"), int(cells.pop("number"))
        try:
            yield door.arriving(file, number, cells, lambda words, f=file, n=number: run.warn(f, n, words))
        except Refused as why:
            run.reject(file, number, str(why.words), cells.get("name", ""))
            run.leave_out(kind.code, key, cells.get("name", ""), file, number)


def _cells_of(table: Table, fields: list[str], said: list[str]) -> dict[str, str]:
    """{field: cell} of a row; what has no field of its own stands in the note, under its heading."""
    cells: dict[str, str] = {}
    besides = []
    for n, (name, cell) in enumerate(zip(fields, said, strict=False)):
        if name == BESIDE and not is_nothing(cell.strip()):
            heading = " ".join(table.headings[n].split())
            besides.append(f"{heading}{'：' if HAN.search(heading) else ': '}{table.cell(n, cell).strip()}")
        elif name and cell.strip():
            read = table.cell(n, cell)
            cells.setdefault(name, in_currency(read, table.headings[n]) if name in AMOUNTS else read)
    if besides:
        own = cells.get("note", "").strip()
        cells["note"] = "; ".join([*([] if is_nothing(own) else [own]), *besides])
    return cells


def _words_of(arrival: Arrival) -> str:
    """The first words of a row, so that a person knows it again."""
    return " · ".join(
        list(dict.fromkeys(str(words)[:40] for words in (arrival.name, *arrival.said.values()) if words and isinstance(words, str)))[:4]
    )


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
            run.warn(arrival.file, arrival.number, _("the same as %(file)s, row %(row)s; imported once") % where)
        else:
            words = _("The same id or name as %(file)s, row %(row)s, and other values. Give each its own id, then import the file again.")
            why = words % where
            if kind.code == "product":
                why = prose(
                    (why, _("Variants of one product each need a SKU, and a column such as variant or colour that sets them apart."))
                )
            run.reject(arrival.file, arrival.number, why, arrival.name)

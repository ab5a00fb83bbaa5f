"""Which column of a table goes where, and on what ground: somebody's choice, last time, its heading, its content.

A heading that is known is taken; what is only guessed, by a likeness or by what the cells are, is guessed for a person who will look at
it, never for a command. What a person said of a set of headings is remembered and holds the next time, in the page and in the command.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import models
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.core.errors import Refused
from boothline.core.privacy import PLAIN, tags
from boothline.core.sayings import spoken
from boothline.core.slots import ask
from boothline.core.text import listed
from boothline.exchange.contents import day_of, holding
from boothline.exchange.dates import ORDERS, Dates, read_columns
from boothline.exchange.headings import UNDERSTOOD
from boothline.exchange.kinds import AIDES, BESIDE, KINDS, PLACELESS, SILENT, Kind, folded, may_be_exhibitors, only_exported, recognised
from boothline.exchange.lists import KINDS as KIND_WORDS
from boothline.exchange.tables import HEADING_LIMIT, Table, some
from boothline.exchange.values import is_nothing

LOOKED_AT = 100  # columns that are guessed, and shown
SHOWN = 3  # cells of each column
CELL = 40  # characters of them
CLEAR = (
    "email",
    "phone",
    "web",
    "date",
    "money",
)  # what cells are beyond doubt: a heading that is only like another's does not outweigh it
REASON = {"未通过原因", "whyrejected", "退回原因", "whynottaken"}  # the column that our own workbook of refused rows has more
SOMEBODY = re.compile(r"人|姓|名|员|老板|负责|联系|称呼|contact|name|person")
SAID = ("chosen", "like", "content", "unknown", "remembered")  # grounds that no heading is
COLLEAGUE = re.compile(r"业务员|跟进人|跟单|销售|客户经理|录入|创建人|填表|操作员|制单|归属人|owner|salesrep|agent")


class ColumnMap(models.Model):
    """Where the columns of tables with these headings go, of one kind, as a person said it last."""

    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    fields = models.JSONField(default=dict)  # {key of the column: field}
    orders = models.JSONField(default=dict)  # {key of the column: order of its days}
    said_at = models.DateTimeField(default=timezone.now)
    privacy = tags(key=PLAIN, kind=PLAIN, fields=PLAIN, orders=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "kind"], name="column_map_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"


@dataclass
class Wishes:
    """What was said of the columns of a run. `tables` is what a person chose, by the table's name: {"kind", "fields", "orders", "rows"};
    `headings` and `order` are for every table of it; with `guesses` a person will look at what is guessed."""

    guesses: bool = False
    tables: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    headings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    order: str = ""

    def of_row(self, file: str, number: int) -> Judged | None:
        """What was said of a row that looks like somebody on record."""
        said = self.tables.get(file, {}).get("rows", {}).get(str(number))
        return Judged(is_same=said[0] == "same", customer=said[1]) if said else None


@dataclass(frozen=True)
class Judged:
    """That a row is of the customer whom it looks like, or of another."""

    is_same: bool
    customer: int


@dataclass
class Column:
    """One column: where it goes ("" is nowhere), on what ground, and whether somebody has to look."""

    key: str
    heading: str
    cells: list[str]
    field: str = ""
    ground: str = ""  # chosen, remembered, heading, like, content, empty, serial, unknown
    asks: bool = False
    looks: str = ""  # what its cells are
    days: dict[str, str] = dataclasses.field(
        default_factory=dict
    )  # the days that the first cell can be, by the order, where nothing decides
    order: str = ""

    @property
    def is_open(self) -> bool:
        """Nobody has said yet which days its cells are."""
        return bool(self.days) and not self.order


@dataclass
class Layout:
    """One table as it is taken: its kind ("" is not at all) and its columns."""

    file: str
    kind: str
    columns: list[Column]
    map_id: int | None = None  # what was remembered of it
    said_on: str = ""
    asks_fair: bool = False  # exhibitors, and nobody said of which fair

    def plain(self) -> dict[str, Any]:
        """As JSON holds it; of a very wide table the columns that are looked at."""
        return asdict(self) | {"columns": [asdict(column) for column in self.columns[:LOOKED_AT]]}


def column_keys(headings: Iterable[str]) -> list[str]:
    """What a column is known by again: its heading without case, width and spaces; a second one of the same is numbered."""
    seen: Counter[str] = Counter()
    keys = []
    for heading in headings:
        bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading).casefold())[:100]
        seen[bare] += 1
        keys.append(bare if seen[bare] == 1 and bare else f"{bare}#{seen[bare]}")
    return keys


def table_key(keys: Iterable[str]) -> str:
    """What a set of headings is known by again, in whatever order they stand."""
    said = sorted(key for key in keys if folded(key) not in REASON)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def settle(table: Table, wanted: str, wishes: Wishes, kinds: Iterable[str] = tuple(KINDS), *, is_of_fair: bool = False) -> Layout:
    """Decides what a table holds and where its columns go, and notes both on the table. Refused where nobody will look and nothing says
    it; of what a person will look at, the kind may be open."""
    keys = column_keys(table.headings)
    told = wishes.tables.get(table.file, {})
    if not wanted and "kind" not in told and (ours := _ours(table.headings)):
        words = _("%(file)s is an export of Boothline: %(kind)s. These do not come in by file; boothline backup moves everything.")
        raise Refused(words % {"file": table.file, "kind": ours})
    kept = _remembered(keys, wanted or told.get("kind", ""))
    columns = [Column(key, heading, _first(table, i)) for i, (key, heading) in enumerate(zip(keys, table.headings, strict=True))]
    said = {c.heading: wishes.headings[c.key] for c in columns if c.key in wishes.headings}
    kind = _kind(table, columns, wanted, told, kept, said, wishes, kinds)
    if is_of_fair and not wanted and "kind" not in told:
        kind = _of_fair(table, kind, wishes)
    asks_fair = kind is not None and kind.code == "exhibitor" and not is_of_fair
    if asks_fair and not wishes.guesses:
        raise Refused(
            _("%(file)s lists exhibitors. Choose their fair when you hand it in (in the command: --fair CODE).") % {"file": table.file},
            field="fair",
        )
    if kind and kind.code in PLACELESS:
        raise Refused(PLACELESS[kind.code] % {"file": table.file})
    layout = Layout(table.file, kind.code if kind else "", columns, asks_fair=asks_fair)
    if kind is None:
        _look(columns, table)
    else:
        known = kept if kept and kept.kind == kind.code else None
        if known:
            layout.map_id, layout.said_on = known.pk, timezone.localdate(known.said_at).isoformat()
        _place(kind, table, columns, told.get("fields", {}), known.fields if known else {}, said, wishes.guesses)
        table.fields = [column.field for column in columns]
        orders = (known.orders if known else {}) | told.get("orders", {})
        _read_days(kind, table, columns, orders, wishes)
        if not wishes.guesses and not kind.is_enough({column.field for column in columns}):
            raise _says_nothing(table)
    return layout


def _ours(headings: list[str]) -> str:
    """What stands in a file that went out here and does not come in: all records of a kind, or a list as it was shown."""
    if kind := only_exported(headings):
        return str(KIND_WORDS.get(kind, kind))
    found: str = ask("list_headed", headings, default="") if get_resolver().url_patterns else ""
    return found


def _kind(
    table: Table, columns: list[Column], wanted: str, told: Mapping[str, Any], kept: ColumnMap | None, said: dict[str, str],
    wishes: Wishes, kinds: Iterable[str],
) -> Kind | None:  # fmt: skip
    """What a table holds: what somebody said now, what was asked for, what they said last, what its headings fit, what its cells look
    like."""
    if "kind" in told:
        return KINDS.get(told["kind"])
    if wanted:
        return KINDS[wanted]
    if kept and kept.kind in KINDS:
        return KINDS[kept.kind]
    found = recognised(table.headings, said)
    if found is None and wishes.guesses:
        found = _likeliest(columns, table, [KINDS[code] for code in kinds], said)
    if found is None and not (wishes.guesses and any(column.cells for column in columns)):
        raise _says_nothing(table)
    return found


def _of_fair(table: Table, kind: Kind | None, wishes: Wishes) -> Kind | None:
    """What a fair is named for: its visitors, or its exhibitors; a person is asked where it may be either."""
    if kind and kind.code not in ("contact", "customer"):
        return kind
    if not may_be_exhibitors(table.headings):
        return KINDS["contact"]
    if wishes.guesses:
        return None
    words = _(
        "%(file)s: the headings do not say whether these are visitors of the fair or its exhibitors. "
        "Say what the files hold (--as exhibitor, or --as contact)."
    )
    raise Refused(words % {"file": table.file}, field="kind")


def _likeliest(columns: list[Column], table: Table, kinds: list[Kind], said: dict[str, str]) -> Kind | None:
    """The kind of which the most columns have a field, by their headings and their cells; people only where somebody is named."""
    scores: dict[str, tuple[int, int]] = {}
    for kind in (kind for kind in kinds if not kind.must_tell and kind.code not in AIDES):
        tried = [Column(c.key, c.heading, c.cells) for c in columns]
        _place(kind, table, tried, {}, {}, said, guesses=True)
        fields = {c.field for c in tried} - SILENT
        if kind.is_enough(fields) and not (kind.code == "contact" and not fields & {"name", "first", "last", "phones", "emails", "wechat"}):
            scores[kind.code] = (len(fields), -len([c for c in tried if c.ground == "like"]))
    return KINDS[max(scores, key=lambda code: scores[code])] if scores else None


def _place(
    kind: Kind,
    table: Table,
    columns: list[Column],
    chosen: Mapping[str, str],
    kept: Mapping[str, str],
    said: Mapping[str, str],
    guesses: bool,
) -> None:
    """Gives each column its field: what is said and known first, then what is guessed."""
    left = []
    meant = kind.fields_of([column.heading for column in columns[:HEADING_LIMIT]])
    for n, column in enumerate(columns):
        own, known = chosen.get(column.key), kept.get(column.key)
        by_heading = meant[n] if n < HEADING_LIMIT else ""
        is_besides = table.is_ours and by_heading == "company_id"  # of ours, another column says it
        by_heading = "" if is_besides else by_heading
        if own is not None and own in ("", *kind.fields):
            column.field, column.ground = own, "chosen"
        elif said.get(column.heading) is not None and said[column.heading] in ("", *kind.fields):
            column.field, column.ground = said[column.heading], "chosen"
        elif not column.cells:
            column.field, column.ground = by_heading, "empty"
        elif known is not None and known in ("", *kind.fields):
            column.field, column.ground = known, "remembered"
        elif by_heading:
            column.field, column.ground = by_heading, "heading"
        elif is_besides or kind.leaves(column.heading) or folded(column.heading) in REASON:
            column.ground = "heading"
        else:
            column.ground, column.asks = "unknown", n < LOOKED_AT
            left += [(n, column)] if column.asks else []
    if guesses:
        _guess(kind, table, left, {c.field for c in columns if c.field and c.cells})


def _guess(kind: Kind, table: Table, left: list[tuple[int, Column]], taken: set[str]) -> None:
    """Columns whose headings nobody knows: those that are like a known one before those that only look so."""
    for n, column in left:
        column.looks = holding(_cells(table, n))
        like, by_content = kind.like(column.heading), kind.holds.get(column.looks, "")
        clear = {kind.holds[code] for code in CLEAR if code in kind.holds}
        if like and like not in taken and (by_content == like or not ({like, by_content} & clear)):
            column.field, column.ground, column.asks = like, "like", by_content != like
            taken.add(like)
    for _n, column in left:
        by_content = kind.holds.get(column.looks, "")
        is_colleague = column.looks == "person" and COLLEAGUE.search(folded(column.heading))
        if column.ground != "unknown":
            continue
        if by_content and not is_colleague and (by_content not in taken or by_content in ("phones", "emails")):
            is_sure = column.looks != "text" and (column.looks != "person" or bool(SOMEBODY.search(folded(column.heading))))
            column.field, column.ground, column.asks = by_content, "content", not is_sure
            taken.add(by_content)
        elif column.looks == "serial":
            column.ground, column.asks = "serial", False
        elif BESIDE in kind.fields:
            column.field = BESIDE


def _look(columns: list[Column], table: Table) -> None:
    for n, column in enumerate(columns[:LOOKED_AT]):
        column.looks = holding(_cells(table, n))
        column.ground, column.asks = ("unknown", True) if column.looks else ("empty", False)


def _read_days(kind: Kind, table: Table, columns: list[Column], orders: Mapping[str, str], wishes: Wishes) -> None:
    """How the days of each column are read. Where nothing decides, a person is asked; where nobody will look, the table is refused."""
    dated = {n: list(_cells(table, n)) for n, column in enumerate(columns) if column.field in kind.days and column.cells}
    said = {n: orders.get(columns[n].key) or wishes.order for n in dated}
    clear: dict[int, Dates] = {}
    for n, cells in dated.items():
        try:
            clear[n] = read_columns({columns[n].heading: cells}, said[n])[columns[n].heading]
        except Refused:
            continue
    for n, cells in dated.items():
        if n in clear:
            continue
        try:  # written as the other days of the table are
            beside = {str(m): dated[m] for m in clear}
            clear[n] = read_columns(beside | {columns[n].heading: cells}, said[n])[columns[n].heading]
        except Refused as refused:
            if not wishes.guesses:
                words = _("%(why)s Or say --dates dmy, mdy or ymd.") % {"why": refused.words}
                raise Refused(f"{table.file}: {words}", code="date_order") from refused
            columns[n].days, columns[n].asks = _doubt(columns[n], cells), True
    for n, dates in clear.items():
        columns[n].order = dates.order
        if orders.get(columns[n].key):  # it was asked, and may be said otherwise
            columns[n].days = _doubt(columns[n], dated[n])
    table.days = clear
    table.fields = ["" if columns[n].is_open else name for n, name in enumerate(table.fields or [])]


def _doubt(column: Column, cells: Iterable[str]) -> dict[str, str]:
    """The days that one cell of a column can be, each by its order; the cell stands first among those that are shown."""
    apart: dict[str, str] = {}
    for cell in dict.fromkeys(cells):
        found = {order: day for order in ORDERS if (day := day_of(cell, order))}
        days = {day: order for order, day in reversed(found.items())}
        if len(days) > 1:
            column.cells = [cell.strip()[:CELL], *(c for c in column.cells if c != cell.strip()[:CELL])][:SHOWN]
            return {order: day.isoformat() for day, order in reversed(days.items())}
        for order, day in found.items() if len(found) == 1 else ():  # no order reads all of them: one of its cells for each
            apart.setdefault(order, day.isoformat())
    return apart


def _cells(table: Table, n: int) -> Iterator[str]:
    return (line.cells[n] for line in table.lines if n < len(line.cells) and not is_nothing(line.cells[n].strip()))


def _first(table: Table, n: int) -> list[str]:
    """The first cells of a column that say something, each once."""
    found: dict[str, None] = {}
    for cell in islice(_cells(table, n), 500):
        found.setdefault(" ".join(cell.split())[:CELL])
        if len(found) == SHOWN:
            break
    return list(found)


def _says_nothing(table: Table) -> Refused:
    words = _(
        "%(file)s: no heading says what a row is about. Found: %(found)s. Understood, in Chinese or English: %(understood)s. "
        "The first row must hold the headings."
    )
    return Refused(words % {"file": table.file, "found": some(table.headings) or "–", "understood": UNDERSTOOD})


def _remembered(keys: list[str], kind: str) -> ColumnMap | None:
    found = ColumnMap.objects.filter(key=table_key(keys))
    return (found.filter(kind=kind) if kind else found).order_by("-said_at", "-id").first()


def forget(layouts: Iterable[Mapping[str, Any]], since: Any) -> None:
    """What was remembered of these tables since a moment."""
    keys = [table_key(column["key"] for column in table["columns"]) for table in layouts]
    ColumnMap.objects.filter(key__in=keys, said_at__gte=since).delete()


def remembered_words(layout: Layout) -> str:
    """That columns go where somebody put them last; "" where nothing was remembered."""
    headings = [column.heading for column in layout.columns if column.ground == "remembered" and column.heading.strip()]
    if not headings:
        return ""
    day = spoken(lambda: clock.day_words(date.fromisoformat(layout.said_on)))
    return _("columns go where they were put on %(day)s: %(headings)s") % {"day": day, "headings": listed(headings)}


def decided(layouts: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What was shown, as wishes: exactly that is taken in."""
    return {
        table["file"]: {
            "kind": table["kind"],
            "fields": {column["key"]: column["field"] for column in table["columns"]},
            "orders": {column["key"]: column["order"] for column in table["columns"] if column["order"]},
        }
        for table in layouts
    }


def remember(layouts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Keeps what a person said, or let stand, of columns whose headings do not say it. The names of these tables."""
    kept = []
    for table in layouts:
        columns = table["columns"]
        if not table["kind"] or not any(column["ground"] in SAID or (column["days"] and column["order"]) for column in columns):
            continue
        values = decided([table])[table["file"]]
        ColumnMap.objects.update_or_create(
            key=table_key(column["key"] for column in columns), kind=table["kind"],
            defaults={"fields": values["fields"], "orders": values["orders"], "said_at": timezone.now()},
        )  # fmt: skip
        kept.append(table["file"])
    return kept


def check_said(layouts: Iterable[Layout], wishes: Wishes) -> None:
    """Refuses what was said of a heading that no table has, or of a field that its rows do not have."""
    columns = [(layout, column) for layout in layouts for column in layout.columns]
    for key, name in wishes.headings.items():
        meant = [(layout, column) for layout, column in columns if column.key == key]
        if not meant:
            words = _("--map: no table has a column %(heading)s. Found: %(found)s.")
            found = some(list(dict.fromkeys(column.heading for _layout, column in columns if column.heading.strip())))
            raise Refused(words % {"heading": key, "found": found or "–"}, code="map")
        if not any(column.field == name for _layout, column in meant):
            layout, _column = meant[0]
            words = _("--map: %(file)s holds %(kind)s; a column of it cannot go to %(field)s. It can go to: %(fields)s.")
            fields = listed(field for field in KINDS[layout.kind].fields if field != BESIDE)
            values = {"file": layout.file, "kind": KIND_WORDS.get(layout.kind, layout.kind), "field": name, "fields": fields}
            raise Refused(words % values, code="map")


def said_headings(pairs: Iterable[str]) -> dict[str, str]:
    """The pairs "heading=field" of a command; refused where a field is none. "heading=" leaves a column out."""
    known = {name for kind in KINDS.values() for name in kind.fields}
    found = {}
    for pair in pairs:
        heading, sign, name = pair.rpartition("=")
        name = name.strip()
        if not sign or not heading.strip() or (name and name not in known):
            words = _('%(pair)s is not understood. Write "heading=field"; fields are %(fields)s.')
            raise Refused(words % {"pair": pair[:80], "fields": ", ".join(sorted(known))}, code="map")
        found[column_keys([heading])[0]] = name
    return found

"""The index: one row for what is open of a record, one for its ways to be reached, which only some may search.

Both databases answer by an index of grams: PostgreSQL by GIN over an array, SQLite by a full-text table that keeps no
text (triggers hold it to the rows, with the grams as they were last indexed, so that changing and deleting are exact).
The index only proposes; what is found is read in the kept lines, in the same statement that asks what the reader may see.

Rooms above write by `keep`, inside the operation that changes what a record is called, and ask by `found`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Lookup, Q
from django.db.models.indexes import Index

from boothline.core.databases.inserting import insert_rows
from boothline.core.kinds import kind_of
from boothline.core.merging import Merging
from boothline.core.privacy import PERSON, PLAIN, REACH, tags
from boothline.search.beside import cut
from boothline.search.words import held, needed, text_of, ways

OPEN, MASKED = "open", "reach"

TRIGGERS = (
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE OF grams ON search_entry BEGIN "
    "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', old.id, old.grams); "
    "INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
)
TABLE = "CREATE VIRTUAL TABLE search_grams USING fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')"


class GramField(models.Field):
    """A set of grams: an array on PostgreSQL, words of one text on SQLite. Written as either."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "text[]" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[str]:
        """As a list."""
        return value.split() if isinstance(value, str) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As the database keeps it."""
        is_text = isinstance(value, str)
        if connection.vendor == "postgresql":
            return value.split() if is_text else value
        return value if is_text else " ".join(value)


@GramField.register_lookup
class Holds(Lookup):
    """`grams__holds=[[a, b], [c]]`: a and b, or c."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """PostgreSQL: the array contains one of the lists."""
        column, params = self.process_lhs(compiler, connection)
        each = " OR ".join([f"{column} @> %s::text[]"] * len(self.rhs))
        return f"({each})", tuple(p for grams in self.rhs for p in (*params, grams))

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """SQLite: the row is among those that the full-text table names."""
        key = compiler.quote_name_unless_alias(self.lhs.alias) + ".id"
        asked = " OR ".join(f"({' AND '.join(grams)})" for grams in self.rhs)
        return f"{key} IN (SELECT rowid FROM search_grams WHERE search_grams MATCH %s)", [asked]


class GramIndex(Index):
    """The index over a GramField, as each database has it."""

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        """GIN, or the full-text table with the triggers that keep it."""
        if schema_editor.connection.vendor == "postgresql":
            statement: Any = super().create_sql(model, schema_editor, using=" USING gin", **kwargs)
            statement.parts["extra"] = " WITH (gin_pending_list_limit = 256)"  # kB; what waits there is read by every search
            return statement
        schema_editor.deferred_sql.extend(TRIGGERS)
        return TABLE


class Entry(models.Model):
    """One row of the index: lines of one record that are open, or that are masked for some (`part`)."""

    kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    under_id = models.BigIntegerField(null=True)  # the customer that it belongs to
    part = models.CharField(max_length=5)
    text = models.TextField()
    grams = GramField()
    privacy = tags(kind=PLAIN, part=PLAIN, text=REACH, grams=PERSON)
    merging = Merging(is_counted=True)

    class Meta:
        # the id first: an index that begins with the kind would be taken instead of the grams
        constraints = [models.UniqueConstraint(fields=["record_id", "kind", "part"], name="entry_once")]
        indexes = [GramIndex(fields=["grams"], name="entry_grams")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id} {self.part}"

    @property
    def key(self) -> tuple[str, int, str]:
        """Which row of the index it is."""
        return self.kind, self.record_id, self.part


@dataclass
class Findable:
    """A record as it is found: lines that everybody may search who sees it, and those of what is masked for some."""

    record: models.Model
    under_id: int | None = None
    open: list[str] = field(default_factory=list)
    reach: list[str] = field(default_factory=list)

    def texts(self) -> dict[str, str]:
        """{part: its kept lines}; a part that says nothing has no row."""
        return {part: text_of(found) for part, found in ((OPEN, self.open), (MASKED, self.reach)) if found}


@dataclass(frozen=True)
class Source:
    """Where the records of a kind come from, for whoever compares or rebuilds the index."""

    kind: str
    mark: str
    model: type[models.Model]
    load: Callable[[list[int]], list[Findable]]


SOURCES: dict[str, Source] = {}
_Key = tuple[str, int, str]  # kind, id of the record, part
_Kept = tuple[str, "int | None"]  # the lines, and whose they are


def declare(kind: str, mark: str, model: type[models.Model], load: Callable[[list[int]], list[Findable]]) -> None:
    """Makes a kind searchable. `mark`: a letter from g to r that keeps the grams of kinds apart which are never asked together."""
    SOURCES[kind] = Source(kind, mark, model, load)


def keep(findables: Iterable[Findable], *, are_new: bool = False) -> int:
    """Writes how records are found, any number with the same few queries; returns how many rows changed.

    `are_new`: they were made in this transaction, nothing can be there yet.
    """
    found = list(findables)
    wanted = {(kind_of(f.record), f.record.pk, part): (text, f.under_id) for f in found for part, text in f.texts().items()}
    gone = [] if are_new else _other({(kind_of(f.record), f.record.pk) for f in found}, wanted)
    if gone:
        Entry.objects.filter(pk__in=gone).delete()
    _store(wanted, cut([_marked(key[0], text) for key, (text, _under) in wanted.items()]))
    return max(len(gone), len(wanted))


def begin(findables: Iterable[Findable]) -> Callable[[], None]:
    """The same for records that are about to be stored: their grams are cut meanwhile; called afterwards, it writes them."""
    found = [(f, f.texts()) for f in findables]
    grams = cut([_marked(kind_of(f.record), text) for f, texts in found for text in texts.values()])

    def finish() -> None:
        _store({(kind_of(f.record), f.record.pk, part): (text, f.under_id) for f, texts in found for part, text in texts.items()}, grams)

    return finish


def _marked(kind: str, text: str) -> tuple[str, str]:
    return SOURCES[kind].mark, text


def _store(wanted: dict[_Key, _Kept], grams: Callable[[], list[str]]) -> None:
    rows = [(*key, *kept, cut_up) for (key, kept), cut_up in zip(wanted.items(), grams(), strict=True)]
    insert_rows(Entry, ("kind", "record_id", "part", "text", "under_id", "grams"), rows)


def _other(records: set[tuple[str, int]], wanted: dict[_Key, _Kept]) -> list[int]:
    """The rows of these records that are not as wanted; what is so already needs no writing and leaves `wanted`."""
    gone = []
    for row in _rows_of(records):
        if wanted.get(row.key) == (row.text, row.under_id):
            del wanted[row.key]
        else:
            gone.append(row.pk)
    return gone


def _rows_of(records: set[tuple[str, int]]) -> models.QuerySet[Entry]:
    among = Q(pk__in=[])
    for kind in {kind for kind, _pk in records}:
        among |= Q(kind=kind, record_id__in=[pk for of, pk in records if of == kind])
    return Entry.objects.filter(among).defer("grams")


def differences(kind: str, ids: list[int]) -> list[int]:
    """Of these records, those that the index has otherwise than they are."""
    wanted: dict[_Key, _Kept] = {
        (kind, f.record.pk, part): (text, f.under_id) for f in SOURCES[kind].load(ids) for part, text in f.texts().items()
    }
    there = {row.key: (row.text, row.under_id) for row in _rows_of({(kind, pk) for pk in ids})}
    return sorted({key[1] for key in wanted.keys() | there.keys() if wanted.get(key) != there.get(key)})


def drop(kind: str, ids: Iterable[int]) -> None:
    """Records of this kind that are gone."""
    Entry.objects.filter(kind=kind, record_id__in=list(ids)).delete()


def keep_all(kind: str, ids: Iterable[int]) -> int:
    """The same for records that are read anew."""
    return keep(SOURCES[kind].load(list(ids)))


def found(asked: str, *kinds: str, reach: Q | None = None) -> models.QuerySet[Entry]:
    """The rows that have what is asked. `reach`: of which rows the masked part may be searched; None: of all."""
    readings = ways(asked)
    if not readings:
        return Entry.objects.none()
    (mark,) = {SOURCES[kind].mark for kind in kinds}
    grams = [list(dict.fromkeys(mark + gram for term in way for gram in needed(term))) for way in readings]
    true = Q(pk__in=[])
    for way in readings:
        each = Q()
        for term in way:
            each &= Q(text__contains=held(term))
        true |= each
    rows = Entry.objects.filter(true, grams__holds=grams)
    if set(kinds) != {source.kind for source in SOURCES.values() if source.mark == mark}:
        rows = rows.filter(kind__in=kinds)
    return rows if reach is None else rows.filter(Q(part=OPEN) | reach)

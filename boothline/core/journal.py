"""What a stretch of work writes into the database, and the way back: the rows that it makes, and of those that it changes or takes away,
how they stood.

It is asked of the statements as they go to the database, so that whoever writes need not know of it, and no room can forget to tell.
Rows are kept as {column: value}, as JSON can hold them and `values_of` reads them back. What may be taken back, and until when, is for
whoever kept the trail to say: an import (`exchange.undo`), a merge (`customers.merging`).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import or_
from typing import Any, Self

from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.db.models.constants import OnConflict
from django.db.models.sql import Query

Image = dict[str, Any]
Model = type[models.Model]
Change = tuple[Image, Image | None]  # the columns that changed, as they were and as they were left; of a row taken away all, and None
Moved = dict[Model, dict[int, set[str]]]  # rows that are not as they were left, and which columns
PART = 400  # keys in one question
SPANS = 100  # spans of keys in one question


@dataclass
class Keys:
    """Keys of one table as spans: what is made together mostly follows each other."""

    spans: list[tuple[int, int]] = field(default_factory=list)  # in order, without gaps between them

    @classmethod
    def of(cls, keys: Iterable[int]) -> Keys:
        """Of single keys."""
        found = cls()
        for key in sorted(set(keys)):
            if found.spans and key == found.spans[-1][1] + 1:
                found.spans[-1] = (found.spans[-1][0], key)
            else:
                found.spans.append((key, key))
        return found

    def __or__(self, other: Keys) -> Keys:
        joined: list[tuple[int, int]] = []
        for first, last in sorted([*self.spans, *other.spans]):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return Keys(joined)

    def __contains__(self, key: Any) -> bool:
        place = bisect_right(self.spans, (key, float("inf"))) if key is not None else 0
        return place > 0 and self.spans[place - 1][1] >= key

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.spans)

    def asked(self, name: str) -> Iterator[Q]:
        """Conditions that a column is among them, each for so many that a database takes it."""
        for start in range(0, len(self.spans), SPANS):
            part = self.spans[start : start + SPANS]
            single = [first for first, last in part if first == last]
            ranges = [Q(**{f"{name}__gte": first, f"{name}__lte": last}) for first, last in part if first != last]
            yield reduce(or_, ([Q(**{f"{name}__in": single})] if single else []) + ranges)


@dataclass
class Trail:
    """What was written, and the way back."""

    made: dict[Model, Keys] = field(default_factory=dict)
    changed: dict[Model, dict[int, Change]] = field(default_factory=dict)

    @classmethod
    def read(cls, parts: Iterable[Mapping[str, Any]]) -> Self:
        """As it was stored; several stretches of one work, in their order, as one."""
        trail = cls()
        for part in parts:
            for label, spans in part["made"].items():
                model = apps.get_model(label)
                trail.made[model] = trail.made.get(model, Keys()) | Keys([(first, last) for first, last in spans])
            for label, rows in part["changed"].items():
                model = apps.get_model(label)
                held = trail.changed.setdefault(model, {})
                for key, (before, after) in ((int(k), pair) for k, pair in rows.items() if not trail.has(model, int(k))):
                    was, now = held.get(key, ({}, {}))
                    held[key] = (before | was, None if after is None else (now or {}) | after)
        trail.changed = {model: _apart(rows) for model, rows in trail.changed.items()}
        return trail

    def plain(self) -> dict[str, Any]:
        """As it is stored: {table: spans of keys} that were made, {table: {key: [before, after]}} of what was there."""
        made = {model._meta.label: keys.spans for model, keys in self.made.items() if keys.spans}
        changed = {model._meta.label: {str(key): pair for key, pair in rows.items()} for model, rows in self.changed.items() if rows}
        return {"made": made, "changed": changed}

    def has(self, model: Model, key: Any) -> bool:
        """The row was made here."""
        return model in self.made and key in self.made[model]

    def touches(self, other: Trail) -> tuple[Model, int] | None:
        """A row that was there before, and that the other made or wrote on."""
        for model, rows in self.changed.items():
            for key in rows:
                if other.has(model, key) or key in other.changed.get(model, ()):
                    return model, key
        return None

    def moved_on(self) -> Moved:
        """Rows that are not as they were left; of one that is gone, its key and every column that was written."""
        found: Moved = {}
        for model, rows in self.changed.items():
            left = {key: after for key, (_before, after) in rows.items() if after is not None}
            now, pk = images(model, left), str(model._meta.pk and model._meta.pk.attname)
            apart = {k: {n for n, v in after.items() if now[k].get(n) != v} if k in now else {pk, *after} for k, after in left.items()}
            found[model] = {key: names for key, names in apart.items() if names}
        return found

    def take_back(self, moved: Moved, recounted: Collection[Model] = ()) -> None:
        """What was made goes, what was there stands as it stood; columns that moved on stay. Of tables that are `recounted` afterwards, a
        row that is gone does not come back beside one that took its place. Keys between tables are checked at the end, so that their
        order says nothing."""
        for model, keys in self.made.items():
            for asked in keys.asked("pk"):
                model._base_manager.filter(asked)._raw_delete(connection.alias)
        for model, rows in self.changed.items():
            stays, alike = moved.get(model, {}), defaultdict(list)
            for key, (before, after) in rows.items():
                if after is not None and (free := {n: value for n, value in before.items() if n not in stays.get(key, ())}):
                    alike[json.dumps(free)].append(key)
            for image, those in alike.items():
                for asked in Keys.of(those).asked("pk"):
                    model._base_manager.filter(asked).update(**values_of(model, json.loads(image)))
            gone = [model(**values_of(model, before)) for before, after in rows.values() if after is None]  # whose place is free by now
            model._base_manager.bulk_create(gone, batch_size=PART, ignore_conflicts=model in recounted)


def _apart(rows: Mapping[int, Change]) -> dict[int, Change]:
    """What stands as it stood was not changed."""
    found: dict[int, Change] = {}
    for key, (before, after) in rows.items():
        names = [n for n, value in before.items() if after is None or after.get(n) != value]
        if names:
            found[key] = ({n: before[n] for n in names}, after and {n: after[n] for n in names if n in after})
    return found


@dataclass
class Journal:
    """What was written so far, by the label of its table; the trail, once it is closed."""

    but: Collection[str] = ()  # tables that say nothing here
    made: dict[Model, set[int]] = field(default_factory=lambda: defaultdict(set))
    before: dict[Model, dict[int, Image]] = field(default_factory=lambda: defaultdict(dict))
    trail: Trail = field(default_factory=Trail)

    @property
    def is_empty(self) -> bool:
        """Nothing was written."""
        return not (any(self.trail.made.values()) or any(self.trail.changed.values()))

    def note(self, model: Model, keys: Iterable[int]) -> None:
        """New rows."""
        if model._meta.label not in self.but:
            self.made[model].update(keys)

    def hold(self, asked: Query) -> None:
        """How the rows of a statement stand before it; those that were made here, or are held already, say nothing new."""
        model: Any = asked.model
        if model._meta.label in self.but:
            return
        rows: models.QuerySet[Any] = models.QuerySet(model, asked.chain(klass=Query), connection.alias)
        keys = set(rows.order_by().select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
        self.before[model] |= images(model, keys - self.made[model] - self.before[model].keys())

    def close(self) -> None:
        """What a savepoint took back is no row."""
        self.trail.made = {model: _standing(model, keys) for model, keys in self.made.items() if keys}
        for model, held in self.before.items():
            now = images(model, held)
            self.trail.changed[model] = _apart({key: (was, now.get(key)) for key, was in held.items()})


def images(model: Model, keys: Iterable[int]) -> dict[int, Image]:
    """{key: the row as it stands}."""
    names = [column.attname for column in model._meta.concrete_fields]
    found: dict[int, Image] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), PART):
        rows = model._base_manager.filter(pk__in=wanted[start : start + PART])
        found |= {pk: {n: _plain(v) for n, v in zip(names, row, strict=True)} for pk, *row in rows.values_list("pk", *names)}
    return found


def values_of(model: Model, image: Image) -> dict[str, Any]:
    """The columns of an image as the database takes them."""
    columns = {column.attname: column for column in model._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in image.items() if name in columns}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return value
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _standing(model: Model, keys: set[int]) -> Keys:
    """Those of these rows that are there; mostly all, and then their number says so."""
    noted = Keys.of(keys)
    parts = [model._base_manager.filter(asked) for asked in noted.asked("pk")]
    if sum(part.count() for part in parts) == len(keys):
        return noted
    return Keys.of(key for part in parts for key in part.values_list("pk", flat=True))


class _Inserts:
    """A statement that makes rows, seen by a journal."""

    journal: Journal
    query: Any

    def execute_sql(self, returning_fields: Any = None) -> Any:
        """Makes them, and notes their keys."""
        model, key = self.query.model, self.query.model._meta.pk
        may_be_there = self.query.on_conflict is not None
        assert self.query.on_conflict in (None, OnConflict.IGNORE), "which rows were there is not known"
        before = self._alike() if may_be_there else set()
        rows = super().execute_sql(returning_fields)  # type: ignore[misc]  # the compiler that it is mixed into has it
        if may_be_there:
            self.journal.note(model, self._alike() - before)
        elif key in (returning_fields or ()):
            place = list(returning_fields).index(key)
            self.journal.note(model, [row[place] for row in rows])
        else:
            self.journal.note(model, [one.pk for one in self.query.objs])
        return rows

    def _alike(self) -> set[int]:
        """Rows that say the same as those to be made, which may be there already."""
        found: set[int] = set()
        model, names = self.query.model, [column.attname for column in self.query.fields if not column.primary_key]
        for start in range(0, len(self.query.objs), SPANS):
            part = self.query.objs[start : start + SPANS]
            same = reduce(or_, (Q(**{name: getattr(one, name) for name in names}) for one in part))
            found |= set(model._base_manager.filter(same).values_list("pk", flat=True))
        return found


class _Changes:
    """A statement that changes rows or takes them away, seen by a journal."""

    journal: Journal
    query: Any

    def execute_sql(self, *args: Any, **options: Any) -> Any:
        """Looks at them first."""
        self.journal.hold(self.query)
        return super().execute_sql(*args, **options)  # type: ignore[misc]  # as above


WATCHED: dict[str, type] = {"SQLInsertCompiler": _Inserts, "SQLUpdateCompiler": _Changes, "SQLDeleteCompiler": _Changes}


@contextmanager
def written(*, but: Collection[str] = ()) -> Iterator[Journal]:
    """Keeps a journal of what this thread writes, inside the transaction that runs."""
    journal, ops = Journal(but), connection.ops
    plain = ops.compiler
    watching = {name: type(name, (seen, plain(name)), {"journal": journal}) for name, seen in WATCHED.items()}
    # this connection's own for as long as it lasts; taken off below, so that the class's stands again
    ops.compiler = lambda compiler_name: watching.get(compiler_name) or plain(compiler_name)  # type: ignore[method-assign]
    try:
        yield journal
    finally:
        del ops.compiler
    journal.close()

"""Rows that are made together, prepared column by column.

Django prepares each value by itself: it asks the field, the connection and the value what they are, some thirty calls a value. Of a
column most of that is the same for all rows, so it is asked once: texts and whole numbers go as they are, and a value that stands in
many rows (a moment, a kind, an empty list) is prepared for the first of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from types import NoneType
from typing import Any

from django.db import connection, models, transaction
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLInsertCompiler

_DATED = (models.DateField, models.TimeField)  # DateTimeField is a DateField
_TEXT, _WHOLE = frozenset({str, NoneType}), frozenset({int, NoneType})
_REPEATED = frozenset({str, int, bool, float, Decimal, date, datetime, time, timedelta, uuid.UUID})  # equal ones are prepared equal


class Columns(dict[str, list[Any]]):
    """Rows by their columns."""

    def __len__(self) -> int:
        """How many rows they are."""
        return len(next(iter(self.values())))


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Makes rows that nobody needs as records, each with plain values of the columns that are named, and answers with their keys. The other
    columns are as in any new record."""
    fields, usual = [field for field in model._meta.concrete_fields if not field.primary_key], vars(model())
    most, found = max(1, connection.ops.bulk_batch_size(fields, rows)), []
    with transaction.atomic(savepoint=False):
        for start in range(0, len(rows), most):
            part = rows[start : start + most]
            told = dict(zip(names, map(list, zip(*part, strict=True)), strict=True))
            columns: Any = Columns((f.attname, told.get(f.attname) or [usual[f.attname]] * len(part)) for f in fields)
            query = InsertQuery(model)
            query.insert_values(fields, columns, raw=True)
            found += [key for (key,) in query.get_compiler(connection=connection).execute_sql([model._meta.pk])]
    return found


class ColumnsFirst(SQLInsertCompiler):
    """Mixed into a database's compiler of INSERT. What is no plain value (an expression, a placeholder of its own) is left to Django."""

    connection: Any
    query: Any

    def as_sql(self) -> list[tuple[str, tuple[Any, ...]]]:  # type: ignore[override]  # as Django's own of INSERT
        """One statement for all rows."""
        columns = self._columns()
        if columns is None:
            return super().as_sql()
        ops, query = self.connection.ops, self.query
        placeholders, rows = self.rows_of(query.fields, columns)
        words = [
            f"{ops.insert_statement(on_conflict=query.on_conflict)} {ops.quote_name(query.get_meta().db_table)}",
            f"({', '.join(ops.quote_name(field.column) for field in query.fields)})",
            ops.bulk_insert_sql(query.fields, placeholders),
            ops.on_conflict_suffix_sql(
                query.fields, query.on_conflict, (f.column for f in query.update_fields), (f.column for f in query.unique_fields)
            ),
        ]
        params = list(chain.from_iterable(rows))
        if self.returning_fields:
            returning, self.returning_params = ops.return_insert_columns(self.returning_fields)
            words.append(returning)
            params += self.returning_params
        return [(" ".join(filter(None, words)), tuple(params))]

    def rows_of(self, fields: list[Any], columns: list[list[Any]]) -> tuple[Any, Any]:
        """(placeholders, parameters) of each row."""
        return [["%s"] * len(fields)] * len(columns[0]), zip(*columns, strict=True)

    def _columns(self) -> list[list[Any]] | None:
        """The values of each column, prepared; None where this is not for us."""
        fields, objs = self.query.fields, self.query.objs
        by_column = isinstance(objs, Columns)
        if not fields or (len(objs) < 2 and not by_column) or any(hasattr(field, "get_placeholder") for field in fields):
            return None
        columns = []
        for field in fields:
            values = objs[field.attname] if by_column else _held_by(field, objs, is_raw=self.query.raw)
            kinds = set(map(type, values))
            if any(hasattr(kind, "resolve_expression") or hasattr(kind, "as_sql") for kind in kinds):
                return None
            columns.append(self._prepared(field, values, kinds))
        return columns

    def _prepared(self, field: Any, values: list[Any], kinds: set[type]) -> list[Any]:
        if (kinds <= _TEXT and _is_text(field)) or (kinds <= _WHOLE and _is_whole(field)):
            return values
        connection = self.connection
        bare = kinds - {NoneType}
        if len(bare) == 1 and bare <= _REPEATED:
            made = {value: field.get_db_prep_save(value, connection=connection) for value in set(values)}
            return [made[value] for value in values]
        if kinds <= {dict, list}:  # equal ones may differ as JSON: [1] and [True]
            told = list(map(repr, values))
            ready = {
                words: field.get_db_prep_save(value, connection=connection) for words, value in dict(zip(told, values, strict=True)).items()
            }
            return [ready[words] for words in told]
        return [field.get_db_prep_save(value, connection=connection) for value in values]


def _held_by(field: Any, objs: list[Any], *, is_raw: bool) -> list[Any]:
    is_moved = isinstance(field, _DATED) and not (getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))
    if is_raw or is_moved or type(field).pre_save is models.Field.pre_save:
        return list(map(attrgetter(field.attname), objs))
    return [field.pre_save(one, add=True) for one in objs]


def _is_text(field: Any) -> bool:
    kind = type(field)
    return (
        isinstance(field, (models.CharField, models.TextField))
        and kind.get_prep_value in (models.CharField.get_prep_value, models.TextField.get_prep_value)
        and kind.get_db_prep_value is models.Field.get_db_prep_value
        and kind.get_db_prep_save is models.Field.get_db_prep_save
    )


def _is_whole(field: Any) -> bool:
    kept = field.target_field if field.is_relation else field
    return isinstance(kept, models.IntegerField) and type(kept).get_prep_value is models.IntegerField.get_prep_value

"""Django's compilers, with ours of INSERT."""

import json
from datetime import date, time, timedelta
from typing import Any

from django.db import models
from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    InsertUnnest,
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLUpdateCompiler,
)
from django.db.backends.postgresql.psycopg_any import Jsonb

from boothline.core.databases.inserting import ColumnsFirst

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class Recordset(InsertUnnest):
    """Rows that go as one text of JSON, which the server takes apart: to write them out value by value costs more than all else."""

    def __str__(self) -> str:
        """Where they are selected from."""
        return f"json_to_recordset(%s::json) AS told({', '.join(self)})"


class SQLInsertCompiler(ColumnsFirst, compiler.SQLInsertCompiler):
    """As `ColumnsFirst`; rows go as JSON, where it can hold them."""

    def rows_of(self, fields: list[Any], columns: list[list[Any]]) -> tuple[Any, Any]:
        """One parameter with all of them."""
        if any(isinstance(field, models.BinaryField) or getattr(field, "encoder", None) for field in fields):
            return super().rows_of(fields, columns)
        quoted = self.connection.ops.quote_name
        types = [field.db_type(self.connection).split("(")[0] for field in fields]  # without a length: nothing is cut in silence
        words = [f"{quoted(field.column)} {kind}" for field, kind in zip(fields, types, strict=True)]
        names = [field.column for field in fields]
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        return Recordset(words), [[json.dumps(rows, default=_told, ensure_ascii=False)]]


def _told(value: Any) -> Any:
    """What JSON does not know, as the server reads it."""
    if isinstance(value, Jsonb):
        return value.obj
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    return value.isoformat() if isinstance(value, (date, time)) else str(value)

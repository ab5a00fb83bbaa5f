"""Django's SQLite with our compiler of INSERT, and more rows in one statement: Django assumes 999 values, the limit of long ago."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.backends.sqlite3 import base, operations

MOST = 2_500  # values: more in one statement is no faster, and a connection keeps some hundred statements with all they were given


class DatabaseOperations(operations.DatabaseOperations):
    """With our compiler of INSERT, and its batches."""

    compiler_module = "boothline.core.databases.sqlite3.compiler"

    def bulk_batch_size(self, fields: Any, objs: Any) -> int:
        """How many rows go into one statement. Who names no columns but asks for keys (`in_bulk`, deleting) is answered as ever."""
        if len(fields) > 1 and all(isinstance(field, models.Field) for field in fields):
            self.connection.ensure_connection()
            limit = int(self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))
            return max(1, min(MOST, limit) // len(fields))
        return int(super().bulk_batch_size(fields, objs))


class Cursor(base.SQLiteCursorWrapper):
    """Django's, which writes the places of values in its own way: the same question is written once."""

    @staticmethod
    @lru_cache(maxsize=100)
    def _in_order(query: str) -> str:
        return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")

    def convert_query(self, query: Any, *, param_names: Any = None) -> Any:
        """With ? for %s."""
        return self._in_order(query) if param_names is None else super().convert_query(query, param_names=param_names)


class DatabaseWrapper(base.DatabaseWrapper):
    """Named in the settings as the ENGINE."""

    ops_class = DatabaseOperations

    def create_cursor(self, name: Any = None) -> Any:
        """Ours."""
        return self.connection.cursor(factory=Cursor)

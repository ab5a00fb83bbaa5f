"""Django's SQLite, which takes as many values in one INSERT as this library really does: Django assumes 999, the limit of long ago."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.db import models
from django.db.backends.sqlite3 import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    """With our compiler of INSERT, and its batches."""

    compiler_module = "boothline.core.databases.sqlite3.compiler"

    def bulk_batch_size(self, fields: Any, objs: Any) -> int:
        """How many rows go into one statement. Who names no columns but asks for keys (`in_bulk`, deleting) is answered as ever."""
        if len(fields) > 1 and all(isinstance(field, models.Field) for field in fields):
            self.connection.ensure_connection()
            return int(self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)) // len(fields)
        return int(super().bulk_batch_size(fields, objs))


class DatabaseWrapper(base.DatabaseWrapper):
    """Named in the settings as the ENGINE."""

    ops_class = DatabaseOperations

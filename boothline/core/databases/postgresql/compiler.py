"""Django's compilers, with ours of INSERT."""

from typing import Any

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    InsertUnnest,
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLUpdateCompiler,
)

from boothline.core.databases.inserting import ColumnsFirst

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class SQLInsertCompiler(ColumnsFirst, compiler.SQLInsertCompiler):
    """As `ColumnsFirst`; columns go as arrays, where their types can stand in one."""

    takes_whole_numbers = False  # the width of a number decides which index answers

    def rows_of(self, fields: list[Any], columns: list[list[Any]]) -> tuple[Any, Any]:
        """One row of arrays, which the server takes apart."""
        known = self.connection.data_types
        if any((field.target_field if field.is_relation else field).get_internal_type() not in known for field in fields):
            return super().rows_of(fields, columns)
        types = [field.db_type(self.connection).split("(")[0] for field in fields]  # without a length: nothing is cut in silence
        return InsertUnnest([f"(%s)::{kind}[]" for kind in types]), [columns]

"""Django's compilers, with ours of INSERT."""

from django.db.models.sql import compiler
from django.db.models.sql.compiler import SQLAggregateCompiler, SQLCompiler, SQLDeleteCompiler, SQLUpdateCompiler

from boothline.core.databases.inserting import ColumnsFirst

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class SQLInsertCompiler(ColumnsFirst, compiler.SQLInsertCompiler):
    """As `ColumnsFirst`."""

"""Django's PostgreSQL with our compiler of INSERT."""

from django.db.backends.postgresql import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    """With our compiler of INSERT."""

    compiler_module = "boothline.core.databases.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """Named in the settings as the ENGINE."""

    ops_class = DatabaseOperations

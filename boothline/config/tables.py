"""The database as the records need it. One that holds data goes forward by the migrations; a new one gets today's tables at once,
which is ten times as fast and the same (`tests/setup/test_tables.py`)."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import connection


def bring_up_to_date() -> None:
    """Makes what is missing; safe to call again, and after a crash: new tables are all there or none."""
    if connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
        return
    with connection.schema_editor() as editor:
        call_command("migrate", "auth", verbosity=0, interactive=False)  # its keys are narrower than its records say
        there = connection.introspection.table_names()
        for model in apps.get_models():
            if model._meta.can_migrate(connection) and model._meta.db_table not in there:
                editor.create_model(model)
        call_command("migrate", verbosity=0, interactive=False, fake=True)  # as if they had been made one by one

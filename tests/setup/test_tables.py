"""A new database, made at once, is the one that the migrations make."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, own_database

MAKE = r"""
import django, json, os, re, signal, sys; django.setup()
from django.core.management import call_command
from django.db import connection, models
from boothline.config import tables
if sys.argv[1] == "migrations":
    call_command("migrate", verbosity=0)
elif sys.argv[1] == "killed":
    tables.call_command = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    tables.bring_up_to_date()
else:
    tables.bring_up_to_date()
found = {}
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        columns = [[c.name, str(c.type_code), c.display_size, c.internal_size, c.precision, c.scale, c.null_ok, c.default, c.collation]
                   for c in connection.introspection.get_table_description(cursor, table)]
        constraints = connection.introspection.get_constraints(cursor, table)
        said = [[re.sub(r"^__unnamed.*|^fk_\d+$", "unnamed", name), {k: v for k, v in c.items() if k != "definition"}] for name, c in constraints.items()]
        found[table] = [sorted(columns, key=str), sorted(said, key=str)]
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    found["applied"] = cursor.fetchall()
print(json.dumps(found, default=str))
"""


def made(home: Path, how: str, database: str, code: int = 0) -> dict[str, Any]:
    """The database that came about in this way."""
    env = os.environ | {"BOOTHLINE_HOME": str(home), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "boothline.config.settings"}
    run = subprocess.run([sys.executable, "-c", MAKE, how], env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == code, run.stderr
    return json.loads(run.stdout) if run.stdout else {}


@pytest.mark.by_turns
def test_a_new_database_is_the_one_that_the_migrations_make(tmp_path: Path):
    at_once = made(tmp_path / "at_once", "at once", own_database("tables_at_once"))
    one_by_one = made(tmp_path / "one_by_one", "migrations", own_database("tables_one_by_one"))
    assert at_once.keys() == one_by_one.keys() and len(at_once) > 80
    for table, as_made in one_by_one.items():
        assert at_once[table] == as_made, table


@pytest.mark.by_turns
def test_killed_on_the_way_it_begins_anew(tmp_path: Path):
    database = own_database("tables_killed")
    made(tmp_path, "killed", database, code=-9)
    first = made(tmp_path, "at once", database)
    assert len(first["applied"]) > 20
    assert made(tmp_path, "at once", database) == first  # what is there already stays as it is

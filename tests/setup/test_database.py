"""What a commit is worth: asked of a real connection that the settings made."""

import pytest
from django.db import connection, transaction

pytestmark = pytest.mark.django_db(transaction=True)


def ask(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_sqlite_keeps_every_commit_and_every_reference():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL")
    assert ask("PRAGMA journal_mode") == "wal"
    assert ask("PRAGMA synchronous") == 2, "FULL: a commit survives the power"
    assert ask("PRAGMA foreign_keys") == 1
    assert ask("PRAGMA busy_timeout") == 20_000
    with transaction.atomic():
        ask("SELECT 1")
        assert connection.transaction_mode == "IMMEDIATE", "writers queue up at BEGIN and are never told 'locked' half-way"


def test_postgresql_keeps_every_commit():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite")
    assert ask("SHOW synchronous_commit") == "on"
    assert ask("SHOW default_transaction_isolation") == "read committed"

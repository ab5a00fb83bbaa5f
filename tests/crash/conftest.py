"""What the crash tests share: databases of their own, a mail server, and the stage that dies on demand."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_database(name: str) -> str:
    """A database for this test alone: the file in its data folder, or a new one on PostgreSQL."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return ""
    import psycopg

    with psycopg.connect(address.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return address.replace("/postgres?", f"/{name}?")


def environment(home: Path, database: str, **more: str) -> dict[str, str]:
    """What a service of ours is started with: nothing of the tests' own settings."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL") and not k.startswith("BOOTHLINE_")}
    return kept | {"BOOTHLINE_HOME": str(home), "DATABASE_URL": own_database(database), "PYTHONPATH": str(ROOT), **more}


class Mailbox:
    """What a mail server took: (Message-ID, address, links)."""

    def __init__(self) -> None:
        self.took: list[tuple[str, str, list[str]]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=default)
        self.took.append((letter["Message-ID"], letter["To"], re.findall(r"http://[^/]+(/p/\S+)", letter.get_content())))
        return "250 OK"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    box.url = f"smtp://127.0.0.1:{server.port}"  # type: ignore[attr-defined]
    yield box
    server.stop()


class Stage:
    """Plays commands in forks of a ready process; `end` is -9 where the fault struck."""

    def __init__(self, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.crash.stage"]
        self.log = Path(env["BOOTHLINE_HOME"]) / "stage.log"
        self.process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("w"), text=True
        )

    def play(self, *acts: dict[str, Any], **command: Any) -> tuple[list[dict[str, Any]], int]:
        assert self.process.stdin and self.process.stdout
        print(json.dumps({"acts": acts, **command}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        answer = json.loads(line)
        assert answer["end"] in (0, -9), self.log.read_text()[-4000:]
        return answer["said"], answer["end"]

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Stage]:
    opened = Stage(environment(tmp_path_factory.mktemp("crash"), "crash_points", SMTP_URL=mailbox.url))  # type: ignore[attr-defined]
    yield opened
    opened.close()

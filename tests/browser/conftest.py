"""The real thing: `boothline run` with its own data, a real SMTP server on loopback, a real browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a microphone that beeps, and is allowed
]  # fmt: skip


@dataclass
class Mailbox:
    """What the mail server took."""

    letters: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        from email import message_from_bytes
        from email.policy import default

        self.letters.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=default).get_content()))
        return "250 OK"

    def link(self, to: str, seconds: float = 40, since: int = 0) -> str:
        """The link of the newest letter to somebody, of those after the first so many, waited for. The demo writes letters of its own."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [m for who, letter in self.letters[since:] if who == to for m in re.findall(r"http://\S+/p/\S+", letter)]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError("no letter with a link came")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_database(name: str) -> str:
    """A database for one service: empty for SQLite (in its data folder), a new one on PostgreSQL."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return ""
    import psycopg

    with psycopg.connect(address.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return address.replace("/postgres?", f"/{name}?")


@dataclass
class Service:
    """A running `boothline run`."""

    home: Path
    port: int
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, demo: bool = True, **env: str) -> None:
        command = [sys.executable, "-m", "boothline.config.cli", "run", *(["--demo"] if demo else [])]
        log = (self.home / "service.log").open("ab")
        self.process = subprocess.Popen(command, env={**self.env, **env}, stdout=log, stderr=log, cwd=ROOT)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process.poll() is None, (self.home / "service.log").read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the service does not answer")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(15)


def make_service(home: Path, name: str, **more: str) -> Service:
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"BOOTHLINE_HOME": str(home), "PORT": str(port), "HOST": "127.0.0.1", "DATABASE_URL": own_database(name), **more}
    return Service(home, port, env)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server for as long as it is needed."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    box.port = server.port
    yield box
    server.stop()


@contextmanager
def served(home: Path, name: str, mailbox: Mailbox) -> Iterator[Service]:
    """The demo, served for as long as it is needed."""
    made = make_service(home, name, SMTP_URL=f"smtp://127.0.0.1:{mailbox.port}")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Service]:
    """One for all journeys of this process; each of them makes its own customers."""
    name = f"browser_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with served(tmp_path_factory.mktemp("home"), name, mailbox) as made:
        yield made


def overhang(page: Page) -> int:
    """Pixels by which the page is wider than its window, once the page that a press opens has arrived."""
    page.wait_for_load_state()
    return int(page.locator("html").evaluate("page => page.scrollWidth - page.clientWidth"))


def chromium() -> str:
    """The path of a browser that works here."""
    found = [sys.executable, "tools/chromium.py"]
    return (
        os.environ.get("BOOTHLINE_CHROMIUM") or subprocess.run(found, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[object]:
    """`open_page(width, language)`: a fresh, anonymous window. Any console error, script error or foreign request fails."""
    trouble: list[str] = []
    contexts = []

    def make(width: int = 1440, language: str = "zh-CN", script: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 780}, locale=language, java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda m: trouble.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
        page.on("pageerror", lambda e: trouble.append(str(e)))
        page.on("request", lambda r: trouble.append(f"foreign: {r.url}") if not r.url.startswith(("http://127.0.0.1", "data:")) else None)
        return page

    yield make
    for number, context in enumerate(contexts):
        if os.environ.get("SHOTS"):  # a look at where each window ended
            context.pages[0].screenshot(path=f"{os.environ['SHOTS']}/{number}.png", full_page=True)
    for context in contexts:
        context.close()
    assert not trouble, trouble

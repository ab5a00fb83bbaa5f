"""What a machine needs to know: every variable with its type and default. Business rules are not here (core.rules).

A variable that is set to nothing counts as not set. What cannot be used raises Misconfigured, with words for the operator.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import dj_database_url
from environs import Env, EnvError

from boothline.config.terminal import worded as _
from boothline.core.errors import Misconfigured
from boothline.core.machine import addresses, in_url

T = TypeVar("T")
env = Env()


def _read(read: Callable[[str], T], name: str, default: T, wanted: str) -> T:
    if not os.environ.get(name, "").strip():
        return default
    try:
        return read(name)
    except EnvError as error:
        raise Misconfigured(_("%(name)s=%(given)s is not %(wanted)s.", name=name, given=os.environ[name], wanted=wanted)) from error


PROJECT = Path(__file__).resolve().parents[2]
BOOTHLINE_HOME = Path(env.str("BOOTHLINE_HOME", "") or PROJECT / "data").expanduser().resolve()
DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{quote(str(BOOTHLINE_HOME / 'boothline.sqlite3'))}"
HOST = env.str("HOST", "") or "127.0.0.1"
PORT = _read(env.int, "PORT", 8000, _("a port (1 to 65535)"))
BASE_URL = env.str("BASE_URL", "").rstrip("/")
SMTP_URL = env.str("SMTP_URL", "")
MAIL_FROM = env.str("MAIL_FROM", "") or "Boothline <boothline@localhost>"
TIME_ZONE = env.str("TIME_ZONE", "") or "Asia/Shanghai"
WEB_WORKERS = _read(env.int, "WEB_WORKERS", 2, _("a number of processes"))
WEB_THREADS = _read(env.int, "WEB_THREADS", 4, _("a number of threads"))
DEBUG = _read(env.bool, "DEBUG", False, _("yes or no"))
DEMO = _read(env.bool, "BOOTHLINE_DEMO", False, _("yes or no"))
TLS = _read(env.bool, "BOOTHLINE_TLS", False, _("yes or no"))
DOORSTEP = ""  # where a phone finds the way in, while `boothline run --tls` runs

try:
    ZoneInfo(TIME_ZONE)
except (KeyError, ValueError, OSError) as unknown:
    raise Misconfigured(_("TIME_ZONE=%(given)s is not a time zone like Asia/Shanghai.", given=TIME_ZONE)) from unknown
if BASE_URL and not BASE_URL.startswith(("http://", "https://")):
    raise Misconfigured(_("BASE_URL=%(given)s is not an address that starts with http:// or https://.", given=BASE_URL))
if SMTP_URL and (urlsplit(SMTP_URL).scheme not in ("smtp", "smtps", "submission") or not urlsplit(SMTP_URL).hostname):
    raise Misconfigured(_("SMTP_URL is no address of a mail server. Use smtp://user:password@host:587/?tls=True."))
if not 0 < PORT < 65536:
    raise Misconfigured(_("%(name)s=%(given)s is not %(wanted)s.", name="PORT", given=PORT, wanted=_("a port (1 to 65535)")))


def settle(port: int, doorstep: int = 0) -> None:
    """The ports that were free and the addresses that follow from them, for this process and those it starts."""
    global PORT, BASE_URL, DOORSTEP  # noqa: PLW0603  (known once a free port is)
    host = HOST if HOST not in ("0.0.0.0", "::", "") else next(iter(addresses()), "127.0.0.1")
    PORT, BASE_URL = port, BASE_URL or f"{'https' if TLS else 'http'}://{in_url(host)}:{port}"
    DOORSTEP = f"http://{in_url(urlsplit(BASE_URL).hostname or host)}:{doorstep}/join/" if doorstep else ""
    os.environ.update(PORT=str(port), BASE_URL=BASE_URL)


def over_tls() -> None:
    """Serve https with an authority of our own: for the phones of the network, unless HOST says otherwise."""
    global TLS, HOST
    if BASE_URL.startswith("http://"):
        words = _("BASE_URL=%(given)s begins with http://, but https is served. Set BASE_URL=https://... or leave it out.", given=BASE_URL)
        raise Misconfigured(words)
    TLS, HOST = True, env.str("HOST", "") or "0.0.0.0"


def database() -> dict[str, Any]:
    """DATABASE_URL as Django takes it: SQLite or PostgreSQL, nothing else is tested."""
    wanted = _("Use sqlite:///path/to/file or postgresql://user:password@host/name.")
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL))
    except Exception as error:  # the library raises what its parts raise; the address may hold a password
        raise Misconfigured(_("DATABASE_URL is no address of a database. %(use)s", use=wanted)) from error
    if not parsed.get("ENGINE", "").endswith(("sqlite3", "postgresql")):
        raise Misconfigured(_("DATABASE_URL names neither SQLite nor PostgreSQL. %(use)s", use=wanted))
    return parsed | {"ENGINE": parsed["ENGINE"].replace("django.db.backends", "boothline.core.databases")}


def secret_key() -> str:
    """The installation's own secret, made at the first start and kept in the data folder."""
    kept = BOOTHLINE_HOME / "secret.key"
    try:
        BOOTHLINE_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not kept.exists() or not kept.stat().st_size:
            _make_secret(kept)
        return kept.read_text().strip()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Misconfigured(
            _(
                "The data folder %(home)s cannot be used: %(why)s. Set BOOTHLINE_HOME to a folder of your own.",
                home=BOOTHLINE_HOME,
                why=why,
            )
        ) from error


def _make_secret(kept: Path) -> None:
    """The first one makes it, whoever starts at the same moment waits for it. Written aside and put in its place
    whole, so that a crash never leaves half of it."""
    folder = os.open(kept.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # let go with the descriptor, however this process ends
        if kept.exists() and kept.stat().st_size:
            return
        with tempfile.NamedTemporaryFile("w", dir=kept.parent, prefix=".secret-", delete=False) as new:
            new.write(secrets.token_urlsafe(48))
            new.flush()
            os.fsync(new.fileno())
        os.replace(new.name, kept)
    finally:
        os.close(folder)

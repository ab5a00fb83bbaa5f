"""`boothline doctor`: is this installation healthy? Each examination answers with one line, and none of them changes anything.

good: as it should be. note: it works, and somebody should know. bad: mend it; the line says how.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import smtplib
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, OperationalError, connection, connections
from django.utils import timezone
from django.utils.translation import gettext_noop

from boothline.config import env
from boothline.config.service import running_address
from boothline.config.terminal import worded as _
from boothline.core import clock

WORKER_SILENT = 60  # seconds; it sweeps every few
LATE = timedelta(minutes=10)
LITTLE, TIGHT = 200 * 2**20, 2 * 2**30
BACKUP_OLD = timedelta(days=7)
CLOCK_OFF = timedelta(minutes=2)
ABOUT = {
    "program": gettext_noop("program"), "data folder": gettext_noop("data folder"), "disk": gettext_noop("disk"),
    "database": gettext_noop("database"), "tables": gettext_noop("tables"), "worker": gettext_noop("worker"),
    "deliveries": gettext_noop("outgoing"), "clock": gettext_noop("clock"), "backup": gettext_noop("backup file"),
    "mail": gettext_noop("mail"), "address": gettext_noop("web address"),
}  # fmt: skip
KEEPS_COMMITS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


@dataclass(frozen=True)
class Finding:
    """What one examination says."""

    about: str
    state: str  # good · note · bad
    words: str


def examine() -> list[Finding]:
    """Every examination in order; those of the database end where it cannot be reached."""
    found = [*_asked(python, data_folder, disk)]
    try:
        reach_database()
    except (DatabaseError, OSError) as error:
        return [
            *found,
            Finding("database", "bad", _("cannot be reached: %(why)s", why=" ".join(str(error).split()))),
            *_asked(mail, address),
        ]
    return [*found, *_asked(database, migrations, worker, deliveries, clock_, backup, mail, address)]


def reach_database() -> None:
    """One connection past the pool, which would try for half a minute before it says why it cannot; OperationalError if there is none."""
    if connection.vendor == "postgresql":
        import psycopg

        try:
            psycopg.connect(**connections["default"].get_connection_params(), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            raise OperationalError(str(error)) from error
    connection.ensure_connection()


def _asked(*examinations: Callable[[], Finding]) -> Iterator[Finding]:
    for ask in examinations:
        try:
            yield ask()
        except (DatabaseError, OSError) as error:  # one that fails says so; the others still speak
            yield Finding(ask.__name__.rstrip("_"), "bad", " ".join(str(error).split()))


def python() -> Finding:
    """The Python that runs this, and whether what is built at set-up is there."""
    version = ".".join(map(str, sys.version_info[:3]))
    missing = [str(p) for p in (settings.ASSETS_DIR / "manifest.json", settings.ASSETS_DIR / "fonts") if not p.exists()]
    if missing:
        return Finding("program", "bad", _("%(what)s is missing. Type: make assets", what=missing[0]))
    return Finding("program", "good", f"Python {version}, {sys.executable}")


def data_folder() -> Finding:
    """Ours to write, and nobody else's to read."""
    home, about = settings.BOOTHLINE_HOME, "data folder"
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding(about, "bad", _("%(home)s may not be written to. Type: chown -R $USER %(home)s", home=home))
    private = [home, home / "secret.key", home / "boothline.sqlite3", home / "files", home / "tls" / "authority.pem"]
    open_to_others = [p for p in private if p.exists() and stat.S_IMODE(p.stat().st_mode) & 0o077]
    if home in open_to_others:
        return Finding(about, "bad", _("others on this machine may read %(home)s. Type: chmod 700 %(home)s", home=home))
    if open_to_others:
        words = _("%(file)s is open to others, the folder around it is not. Type: chmod go= %(file)s", file=open_to_others[0])
        return Finding(about, "note", words)
    if (home / "restored").exists():
        return Finding(about, "bad", _("a restore is running, or was interrupted. The next boothline run finishes it or takes it back"))
    return Finding(about, "good", str(home))


def disk() -> Finding:
    """Room for what comes."""
    free = shutil.disk_usage(settings.BOOTHLINE_HOME).free
    state = "bad" if free < LITTLE else "note" if free < TIGHT else "good"
    words = _("%(size)s free", size=_size(free))
    return Finding("disk", state, words if state == "good" else _("%(left)s. Make room: what is full cannot be saved to", left=words))


def database() -> Finding:
    """What a commit is worth: it survives the power, and no reference leads nowhere."""
    with connection.cursor() as cursor:

        def ask(question: str) -> Any:
            cursor.execute(question)
            return cursor.fetchone()[0]

        if connection.vendor == "sqlite":
            found: dict[str, Any] = {name: ask(f"PRAGMA {name}") for name in KEEPS_COMMITS}
            wrong = [
                _("%(name)s is %(now)s, not %(wanted)s", name=name, now=found[name], wanted=wanted)
                for name, wanted in KEEPS_COMMITS.items()
                if found[name] != wanted
            ]
            about = f"SQLite {ask('SELECT sqlite_version()')}, {_size(ask('PRAGMA page_count') * ask('PRAGMA page_size'))}"
            said = "journal_mode=WAL, synchronous=FULL, foreign_keys=ON, busy_timeout=20 s"
            torn = "" if wrong else ask("PRAGMA quick_check(1)")
            wrong += [_("the file is damaged (%(how)s); restore a backup", how=torn)] if torn not in ("", "ok") else []
        else:
            about = f"PostgreSQL {ask('SHOW server_version').split()[0]}, {_size(ask('SELECT pg_database_size(current_database())'))}"
            kept = {name: ask(f"SHOW {name}") for name in ("synchronous_commit", "fsync")}
            said = ", ".join(f"{name}={value}" for name, value in kept.items())
            wrong = [_("%(name)s is %(now)s", name=name, now=value) for name, value in kept.items() if value in ("off", "local")]
            wrong += [_("Boothline needs PostgreSQL 15 or newer")] if int(ask("SHOW server_version_num")) < 150_000 else []
    return Finding("database", "bad" if wrong else "good", f"{about}; {'; '.join(wrong) or said}")


def migrations() -> Finding:
    """Tables as this version knows them."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader = executor.loader
    newer = [f"{app}.{n}" for app, n in loader.applied_migrations if app in loader.migrated_apps and (app, n) not in loader.disk_migrations]
    pending = executor.migration_plan(loader.graph.leaf_nodes())
    if newer:
        return Finding("tables", "bad", _("written by a newer version (%(newest)s). Update the program", newest=sorted(newer)[-1]))
    if pending:
        return Finding("tables", "bad", _("%(n)s migrations are to come. boothline run brings the tables up to date", n=len(pending)))
    return Finding("tables", "good", _("up to date"))


def worker() -> Finding:
    """It holds a lock for as long as it lives, and touches it with each round."""
    held = settings.BOOTHLINE_HOME / "worker.lock"
    if not held.exists():
        return Finding("worker", "note", _("has not run here yet. boothline run starts it"))
    with held.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            silent = time.time() - held.stat().st_mtime
            if silent > WORKER_SILENT:
                words = _("lives, but has done no round for %(n)s s. Stop boothline run and start it again", n=f"{silent:.0f}")
                return Finding("worker", "bad", words)
            return Finding("worker", "good", _("alive"))
    at = datetime.fromtimestamp(held.stat().st_mtime, UTC)
    return Finding("worker", "note", _("is not running; last seen %(time)s ago. boothline run starts it", time=_ago(clock.now() - at)))


def deliveries() -> Finding:
    """Letters, notices and what else follows from events."""
    from boothline.timeline import delivery

    parked, waiting = delivery.parked().count(), delivery.waiting()
    late = waiting.filter(due_at__lt=timezone.now() - LATE).count()
    if parked:
        words = _("%(n)s were given up after all their tries. boothline deliveries says why, --again tries anew", n=parked)
        return Finding("deliveries", "bad", words)
    if late:
        return Finding("deliveries", "bad", _("%(n)s wait for more than 10 minutes. Is the worker running?", n=late))
    return Finding("deliveries", "good", _("%(n)s waiting, none given up", n=waiting.count()))


def clock_() -> Finding:
    """A clock that goes back makes promises late and links live for ever."""
    from boothline.timeline.models import Event

    now = clock.now()
    newest = Event.objects.order_by("-at").values_list("at", flat=True).first()
    if newest and newest - now > CLOCK_OFF:
        at = f"{newest:%Y-%m-%d %H:%M} UTC"
        words = _("stands %(time)s before the newest entry (%(at)s). Set it right", time=_ago(newest - now), at=at)
        return Finding("clock", "bad", words)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - now)
        if apart > CLOCK_OFF:
            return Finding("clock", "bad", _("differs from the database's by %(time)s. Set both by NTP", time=_ago(apart)))
    return Finding("clock", "good", f"{timezone.localtime(now):%Y-%m-%d %H:%M} {settings.TIME_ZONE}")


def backup() -> Finding:
    """How much would be lost if this disk broke now."""
    from boothline.timeline.models import Event

    last = Event.objects.filter(kind="accounts.backed_up").order_by("-id").values_list("at", flat=True).first()
    if last is None:
        return Finding("backup", "note", _("none was made yet"))
    age = clock.now() - last
    return Finding("backup", "note" if age > BACKUP_OLD else "good", _("%(time)s old", time=_ago(age)))


def mail() -> Finding:
    """Whether the mail server answers and takes the name and password."""
    if not settings.MAIL_SERVER:
        return Finding("mail", "note", _("no mail server: letters are kept, links are handed over by chat. SMTP_URL names one"))
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        server = get_connection(timeout=5)
        server.open()
        server.close()
    except smtplib.SMTPAuthenticationError:
        return Finding("mail", "bad", _("%(where)s refuses name or password. Correct SMTP_URL", where=where))
    except (OSError, smtplib.SMTPException) as error:
        why = " ".join(str(error).split())
        return Finding("mail", "bad", _("%(where)s cannot be reached: %(why)s. Letters wait meanwhile", where=where, why=why))
    return Finding("mail", "good", where)


def address() -> Finding:
    """Whether phones get what they need where the service answers; where none runs, at the address that letters would carry."""
    from boothline.config import tls

    at = running_address() or settings.BASE_URL
    if tls.SERVER.exists() and (at.startswith("https://") if running_address() else env.TLS or not env.BASE_URL):
        left = tls.ends() - clock.now()
        if left < timedelta(0):
            return Finding("address", "bad", _("the certificate of --tls has run out. boothline run --tls makes it anew"))
        return Finding("address", "good", _("%(address)s, certificate of --tls for another %(n)s days", address=at, n=left.days))
    if at.startswith("https://"):
        return Finding("address", "good", at)
    words = _("%(address)s is not encrypted: no camera and no work offline on phones. boothline run --tls", address=at)
    return Finding("address", "note", words)


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.1f} MB"


def _ago(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    if seconds >= 2 * 86_400:
        return _("%(n)s days", n=seconds // 86_400)
    if seconds >= 2 * 3_600:
        return _("%(n)s hours", n=seconds // 3_600)
    return _("%(n)s minutes", n=seconds // 60) if seconds >= 120 else _("%(n)s s", n=seconds)

"""The command line, on the data folder of BOOTHLINE_HOME. `--json` prints one object on standard output."""

from __future__ import annotations

import errno
import fcntl
import gc
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import InterfaceError, OperationalError

from boothline.config.terminal import language, padded, speak
from boothline.config.terminal import worded as _
from boothline.core.errors import Misconfigured
from boothline.core.machine import is_loopback

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor

    from boothline.config.backup import Report

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boothline.config.settings")
os.umask(0o077)  # what is made here holds people's names and numbers: it is for the owner alone


FORMS = ["jsonl", "csv", "xlsx", "vcard", "vcard3"]
MARKS = {"good": "✓", "note": "!", "bad": "✗"}
SETTING_UP = 501_303_204  # any number that is ours, the same on every machine


class Command(click.Command):
    """What the operator can mend is said in one line, without a trace; with --json also as the one object on standard output."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return self._invoke(ctx)
        except click.ClickException as refused:
            if ctx.params.get("as_json"):
                click.echo(json.dumps({"error": refused.format_message()}, ensure_ascii=False))
            raise

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OperationalError, InterfaceError) as error:
            raise click.ClickException(_why(" ".join(str(error).split()))) from error
        except OSError as error:
            raise click.ClickException(_why(os.strerror(error.errno or 0), error)) from error
        except (Misconfigured, ImproperlyConfigured) as error:
            raise click.ClickException(str(error)) from error


class Commands(click.Group):
    """All commands."""

    command_class = Command


def _why(words: str, error: OSError | None = None) -> str:
    """What hinders data folder or database, and what mends it."""
    from boothline.config.env import BOOTHLINE_HOME

    if "disk is full" in words or (error and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)):
        return _(
            "There is no space left for the data folder %(home)s. Make room (df -h shows where), then start again.", home=BOOTHLINE_HOME
        )
    if "disk I/O error" in words:
        return _(
            "The disk of the data folder %(home)s takes nothing more: full, at a limit, or damaged. df -h shows how much is left.",
            home=BOOTHLINE_HOME,
        )
    if "readonly" in words or (error and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)):
        what = (error and error.filename) or BOOTHLINE_HOME
        return _(
            "%(what)s may not be written to by this user (the data folder is %(home)s). Type: chown -R $USER %(home)s",
            what=what, home=BOOTHLINE_HOME,
        )  # fmt: skip
    if error:
        return f"{error.filename or BOOTHLINE_HOME}: {words.lower()}."
    return _("The database of DATABASE_URL cannot be used: %(why)s", why=words)


def _refuse_newer(executor: MigrationExecutor) -> None:
    """What a newer version wrote is not touched by an older one."""
    from boothline.config.env import BOOTHLINE_HOME

    known = executor.loader.disk_migrations
    newer = sorted(
        f"{app}.{name}"
        for app, name in executor.loader.applied_migrations
        if app in executor.loader.migrated_apps and (app, name) not in known
    )
    if newer:
        raise Misconfigured(
            _(
                "The data of %(home)s was written by a newer Boothline (%(newest)s); this one would harm it. "
                "Update the program, or choose another BOOTHLINE_HOME.",
                home=BOOTHLINE_HOME,
                newest=newer[-1],
            )
        )


def _start() -> None:
    import django

    gc.disable()  # loading drops next to nothing; looking for that was a sixth of its time
    django.setup()
    gc.enable()


def _ready() -> None:
    """The database is there and up to date."""
    _start()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from boothline.config.backup import finish_restore
    from boothline.config.doctor import reach_database
    from boothline.config.tables import bring_up_to_date

    reach_database()
    with _one_at_a_time():
        executor = MigrationExecutor(connection)
        _refuse_newer(executor)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            speak("Setting up the database.")
            bring_up_to_date()
        if finish_restore():
            speak("A restore had been interrupted; its files are in their place now.")
    from boothline.accounts.company import keep_our_time

    keep_our_time()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Whoever starts at the same moment waits, and finds the database ready."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [SETTING_UP])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SETTING_UP])
        return
    from boothline.config.env import BOOTHLINE_HOME

    with (BOOTHLINE_HOME / "setting-up.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # let go with the file, however this process ends
        yield


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Boothline (展客通): every customer met at a trade fair, from the first glance to the second order.

    \b
    The data folder is BOOTHLINE_HOME (made if new; "data" beside the program by default).
    The database is DATABASE_URL (SQLite in the data folder by default; postgresql://... for servers).

    \b
    boothline run --demo                      see it with made-up data
    boothline run                             run it with your own: the browser asks for the first administrator
    boothline import cards.vcf --fair JN-NOW  bring contacts in: vCard, csv, xlsx
    boothline export contact --format csv     take them out again
    boothline export --all everything.zip     all of it as an open archive
    boothline backup                          everything in one file, while people work

    \b
    More variables (HOST, PORT, BASE_URL, SMTP_URL ...) and every command: docs/settings.md, docs/commands.md.
    """


@main.command()
@click.option("--demo", is_flag=True, help="Fill an empty database with a made-up fair, and print a sign-in for each role.")
@click.option("--tls", is_flag=True, help="Serve https by a certificate authority of your own, and bring the team's phones in.")
def run(demo: bool, tls: bool) -> None:
    """Start web and worker. HOST and PORT by environment; the next free port if that one is taken."""
    from boothline.config import env, service

    if tls or env.TLS:
        env.over_tls()
    port = service.free_port(env.HOST, env.PORT)
    if port != env.PORT:
        speak("Port %(taken)s is taken; using %(port)s.", taken=env.PORT, port=port)
    plain = service.free_port(env.HOST, port + 1) if env.TLS else 0
    env.settle(port, plain)
    if env.TLS:
        from boothline.config import tls as certificates

        certificates.prepare()
    if demo and env.HOST in ("127.0.0.1", "localhost", "::1"):
        env.DEMO = True
    _ready()
    if demo:
        _fill()
    sys.exit(service.serve(env.HOST, port, speak, lambda: _greet(demo), plain))


def _fill() -> None:
    from boothline.config import demo, service

    if demo.is_empty():
        speak("Making the demo: one fair, customers of all five types.")
        if not service.aside("demo", demo.make_demo):
            sys.exit(1)


def _greet(demo: bool) -> None:
    from boothline.config import env

    speak("\nBoothline runs at %(address)s   (Ctrl-C stops it)", address=f"{env.BASE_URL}/")
    _greet_first()
    if env.TLS:
        _greet_phones()
    elif env.BASE_URL.startswith("http://") and not is_loopback(env.HOST):
        speak(
            "Others reach it without encryption: passwords can be read on the way, and browsers give neither the camera nor work\n"
            "offline at such an address. Type: boothline run --tls   (or set BASE_URL=https://... and let a proxy encrypt)"
        )
    if not demo:
        return
    from boothline.accounts.demo import ticket_of
    from boothline.accounts.people import User
    from boothline.accounts.words import ROLES
    from boothline.config.demo import PASSWORD, PEOPLE

    present = set(User.objects.values_list("username", flat=True))
    here = env.DEMO
    if here:
        speak("Sign in by one click (or by name, password %(password)s):\n", password=PASSWORD)
    else:
        speak("Sign in by name, password %(password)s:\n", password=PASSWORD)
    is_chinese = language() != "en"
    for username, (name, latin, role, _team) in PEOPLE.items():
        if username in present:
            with _reader_language():
                label = str(ROLES[role])
            who = padded(name if is_chinese else latin, 14)
            click.echo(f"  {padded(label, 16)} {who} {username:<8} {ticket_of(username) if here else ''}".rstrip(), err=True)


def _greet_phones() -> None:
    import segno

    from boothline.config import env, tls

    drawn = io.StringIO()
    segno.make(env.DOORSTEP, micro=False).terminal(drawn, compact=True)
    speak("\nThe team's phones, in the same network: %(address)s", address=f"{env.DOORSTEP}\n{drawn.getvalue()}")
    speak("They install the certificate of this installation once; its SHA-256 is\n%(digest)s\n", digest=tls.fingerprint())


def _greet_first() -> None:
    """Nobody works here yet: the browser asks for the first administrator, elsewhere only with the code."""
    from boothline.accounts import first_start

    if first_start.is_waiting():
        speak("Nobody works here yet. Open that address in a browser on this machine and become its administrator.")
        speak("From another machine the page asks for this code: %(code)s\n", code=first_start.new_code())


@main.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def backup(file: Path | None, as_json: bool) -> None:
    """Write everything into one FILE (a zip with rows, files and their hashes), while people work; named by the time if left out."""
    _ready()
    from boothline.accounts.copies import note_backup
    from boothline.config import backup as copies
    from boothline.core.actors import SYSTEM

    try:
        done = copies.make((file or copies.default_name()).expanduser().resolve())
    except copies.Unusable as unusable:
        raise click.ClickException(str(unusable)) from unusable
    note_backup(by=SYSTEM, file=str(done.file), size=done.size, rows=done.rows, files=done.files)
    _tell_copy(done, as_json)


def _tell_copy(done: Report, as_json: bool) -> None:
    for name in done.missing:
        speak("A record names a file that is not in the data folder: %(file)s", file=f"files/{name}")
    if as_json:
        click.echo(json.dumps({"file": str(done.file), "size": done.size, "rows": done.rows, "files": done.files, "missing": done.missing}))
    else:
        speak(
            "%(rows)s rows and %(files)s files, %(size)s bytes: %(file)s",
            rows=f"{done.rows:,}", files=f"{done.files:,}", size=f"{done.size:,}", file=done.file,
        )  # fmt: skip


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also where data is; what is there now is kept as a backup of its own first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Fill an empty data folder from a backup or an archive FILE: all of it, or nothing. Stop boothline run first."""
    _ready()
    from boothline.config import archive
    from boothline.config import backup as copies

    try:
        with _one_at_a_time():
            done = archive.restore(file.expanduser().resolve(), replace=replace)
    except copies.Unusable as unusable:
        raise click.ClickException(str(unusable)) from unusable
    if done.safety:
        speak("What was there before is kept: %(file)s", file=done.safety)
    if as_json:
        safety = str(done.safety) if done.safety else None
        click.echo(json.dumps({"file": str(done.file), "rows": done.rows, "files": done.files, "safety": safety}))
    else:
        speak("%(rows)s rows and %(files)s files are back. People sign in again.", rows=f"{done.rows:,}", files=f"{done.files:,}")


@main.command()
def demo() -> None:
    """Fill an empty database with the demo."""
    _ready()
    from boothline.config import demo as story

    if not story.is_empty():
        raise click.ClickException(_("The database is not empty. Choose another BOOTHLINE_HOME for the demo."))
    story.make_demo()
    speak("The demo is made. boothline run --demo starts it.")


@main.command()
@click.argument("username")
@click.option("--name", required=True, help="As colleagues and customers read it.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(["booth", "sales", "clerk", "manager", "admin"]),
    help="May be given more than once.",
)
@click.password_option(help="Asked for if left out.")
def person(username: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person who may sign in; --role may be given more than once."""
    _ready()
    from boothline.accounts.people import add_person
    from boothline.core.actors import SYSTEM
    from boothline.core.errors import Refused

    try:
        with _reader_language():
            add_person(by=SYSTEM, username=username, name=name, roles=list(roles), password=password)
    except Refused as refused:
        raise click.ClickException(str(refused.words)) from refused
    speak("%(name)s may sign in as %(username)s.", name=name, username=username)


@main.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--as",
    "kind",
    type=click.Choice(
        [
            "contact",
            "customer",
            "product",
            "variant",
            "user",
            "touch",
            "opportunity",
            "order",
            "order_line",
            "receipt",
            "exhibitor",
            "tracking",
        ]
    ),
    help="What the files hold, else as headings say.",
)
@click.option("--source", default="", help="The system that the files come from: its ids are kept apart from those of others.")
@click.option("--fair", "fair_code", help="Code of the fair whose visitors, or exhibitors, the rows are.")
@click.option(
    "--map", "pairs", multiple=True, metavar="HEADING=FIELD", help="Where a column goes; again for each. Nothing after = leaves it."
)
@click.option("--dates", "order", type=click.Choice(["dmy", "mdy", "ymd"]), help="What stands first in days like 03/04/2025.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def import_(
    files: tuple[Path, ...], kind: str | None, source: str, fair_code: str | None, pairs: tuple[str, ...], order: str | None,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Bring in people, companies, products, colleagues, opportunities, past orders, exhibitors, what carriers say: vCard, csv, JSON, xlsx
    and xls, recognised by content. A folder stands for its files, and files of one run may refer to each other. Twice adds nothing."""
    _ready()
    from boothline.core.actors import SYSTEM
    from boothline.core.errors import Refused
    from boothline.exchange.jobs import import_at_once
    from boothline.exchange.mapping import Wishes, said_headings

    def progress(done: int, rows: int) -> None:
        if rows > done and done % 5000 == 0:
            speak("%(done)s of %(all)s rows", done=f"{done:,}", all=f"{rows:,}")

    with _reader_language():
        try:
            result, job = import_at_once(
                list(files), by=SYSTEM, kind=kind or "", source=source, fair_code=fair_code, dry_run=dry_run, progress=progress,
                wishes=Wishes(headings=said_headings(pairs), order=order or ""),
            )  # fmt: skip
        except Refused as refused:
            mistake = click.UsageError if refused.code == "map" else click.ClickException
            raise mistake(str(refused.words)) from refused
    for found in result["rejected"]:
        if found["row"]:
            speak("%(file)s, row %(row)s: not taken: %(why)s", file=found["file"], row=found["row"], why=found["reason"])
        else:
            speak("Not taken: %(why)s", why=found["reason"])
    for found in result["warnings"]:
        speak("%(file)s, row %(row)s: %(words)s", file=found["file"], row=found["row"], words=found["warning"])
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    said = {"created": _("created"), "updated": _("updated"), "unchanged": _("unchanged")}
    counts = [f"{words} {_counted(result[name])}" for name, words in said.items() if result[name]]
    rows, left = _("%(n)s rows", n=result["rows"]), _("not taken %(n)s", n=len(result["rejected"]))
    click.echo("; ".join([rows, *counts, left]) + ".", err=True)
    if dry_run:
        speak("This was a dry run: nothing was stored.")
    if job:
        speak("To undo it: boothline undo %(number)s", number=job.pk)


@main.command()
@click.argument("number", required=False, type=int)
@click.option("--rest", is_flag=True, help="Where somebody built on some of it: take back all the rest, those stay whole.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def undo(number: int | None, rest: bool, dry_run: bool, as_json: bool) -> None:
    """Take the import with this NUMBER back: what it made goes, what it changed stands as it stood. Without a number: those that can be
    undone, for 30 days after they ended. Refused, with names, where somebody built on it since; with --rest those stay."""
    _ready()
    from boothline.core.actors import SYSTEM
    from boothline.core.errors import Refused
    from boothline.exchange.jobs import Import
    from boothline.exchange.undo import ENDED, plan_of, plan_of_rest, undo_import, until

    with _reader_language():
        if number is None:
            for each in Import.objects.filter(state__in=ENDED).order_by("id"):
                if until(each):
                    click.echo(f"{each.pk}  {each.ended_at:%Y-%m-%d %H:%M}  {each}")
            return
        job = Import.objects.filter(pk=number).first()
        if job is None:
            raise click.ClickException(_("There is no import %(number)s.", number=number))
        plan = (plan_of_rest(job) if rest else None) or plan_of(job)
        told: dict[str, Any] = {"import": job.pk, "removed": plan.counts(plan.trail.made), "restored": plan.counts(plan.trail.changed)}
        told["stayed"] = [{"name": one.name, "why": one.why} for one in plan.because]
        told["refused"] = [{"name": one.name, "why": one.why} for one in plan.obstacles]
        try:
            if not dry_run:
                undo_import(job, by=SYSTEM, but=rest)
        except Refused as refused:
            if not as_json:
                raise click.ClickException(str(refused.words)) from refused
            click.echo(json.dumps(told | {"error": str(refused.words)}, ensure_ascii=False))
            raise click.exceptions.Exit(1) from refused
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    click.echo(
        "; ".join(
            [_("removed %(what)s", what=_counted(told["removed"]) or 0), _("put back %(what)s", what=_counted(told["restored"]) or 0)]
        )
        + ".",
        err=True,
    )
    for found in told["stayed"]:
        speak("Stays: %(name)s (%(why)s)", name=found["name"], why=found["why"])
    for found in told["refused"]:
        speak("In the way: %(name)s (%(why)s)", name=found["name"], why=found["why"])
    if dry_run:
        speak("This was a dry run: nothing was changed.")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind} {n}" for kind, n in counts.items())


@contextmanager
def _reader_language() -> Iterator[None]:
    """What the rooms say, in the terminal's language."""
    from django.utils.translation import override

    with override(language()):
        yield


@main.command()
@click.argument("kind", required=False)
@click.option("--format", "form", default="jsonl", show_default=True, type=click.Choice(FORMS), help="How it is written.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; standard output if left out.")
@click.option("--encoding", default="utf-8", show_default=True, type=click.Choice(["utf-8", "gb18030"]), help="Of csv.")
@click.option(
    "--source", default="", help="Give the ids that records have in the files of this system; without, those of files without a name."
)
@click.option("--all", "everything", type=click.Path(dir_okay=False, path_type=Path), help="Everything into one open archive FILE (a zip).")
@click.option("--json", "as_json", is_flag=True, help="With --out or --all: one JSON object on standard output.")
def export(kind: str | None, form: str, out: Path | None, encoding: str, source: str, everything: Path | None, as_json: bool) -> None:
    """Take every record of a KIND out: contact, customer, product, order, intention, receipt ...; or everything there is by --all FILE."""
    if bool(kind) == bool(everything):
        raise click.UsageError(_("Name a kind, or say --all FILE."))
    _ready()
    if everything:
        _take_everything(everything.expanduser().resolve(), as_json)
        return
    from boothline.core.actors import SYSTEM
    from boothline.core.errors import Refused
    from boothline.exchange.exports import export_kind

    with _reader_language():
        try:
            done = export_kind(kind or "", by=SYSTEM, form=form, out=out, encoding=encoding, source=source)
        except Refused as refused:
            raise click.ClickException(str(refused.words)) from refused
    for warning in done.warnings:
        click.echo(warning, err=True)
    if out is not None and as_json:
        click.echo(json.dumps({"kind": kind, "rows": done.rows, "file": str(out)}, ensure_ascii=False))
    else:
        speak("%(rows)s rows of %(kind)s in %(file)s.", rows=done.rows, kind=kind, file=out) if out else speak(
            "%(rows)s rows of %(kind)s.", rows=done.rows, kind=kind
        )


def _take_everything(file: Path, as_json: bool) -> None:
    from boothline.config import archive
    from boothline.core.actors import SYSTEM
    from boothline.exchange.runs import note_export

    done = archive.make(file)
    note_export(by=SYSTEM, kind="everything", rows=done.rows, form="zip")
    _tell_copy(done, as_json)


@main.command()
def worker() -> None:
    """Run the worker alone (boothline run starts one already)."""
    _start()
    from boothline.config import service

    service.work()


@main.command()
def daily() -> None:
    """Record what time brings (expired requests ...). The worker does this by itself."""
    _ready()
    from boothline.core import tasks

    tasks.run_daily()


@main.command()
@click.option("--again", is_flag=True, help="Try all of them again now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def deliveries(again: bool, as_json: bool) -> None:
    """List what listeners are still to hear (letters to the mail server ...): waiting, or parked after eight tries."""
    _ready()
    from boothline.timeline import delivery

    count = delivery.again(delivery.waiting() | delivery.parked()) if again else 0
    rows = (delivery.waiting() | delivery.parked()).select_related("event").order_by("id")
    shown = [
        {
            "id": d.pk, "state": "parked" if d.parked_at else "waiting", "listener": d.listener, "event": d.event.kind,
            "subject": d.event.subject_name, "tries": d.tries, "due": d.due_at.isoformat(timespec="seconds"), "error": d.error,
        }
        for d in rows
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"deliveries": shown, "again": count}, ensure_ascii=False))
        return
    for row in shown:
        click.echo("{id}\t{state}\t{listener}\t{event}\t{subject}\t{tries} tries\t{error}".format(**row))
    if again:
        speak("%(n)s to be tried again.", n=count)
    else:
        speak("%(n)s deliveries are not done.", n=len(shown))


@main.group()
def search() -> None:
    """Look after the search index: rebuild makes it anew, compare mends what differs from the records."""


@search.command()
def rebuild() -> None:
    """Make the search index anew from the records; what is being written meanwhile waits a moment."""
    _ready()
    from boothline.core.actors import SYSTEM
    from boothline.search import upkeep

    done = upkeep.rebuild(by=SYSTEM, progress=lambda n: speak("%(n)s records", n=f"{n:,}") if n % 10_000 == 0 else None)
    speak("The search index holds %(n)s records.", n=f"{done:,}")


@search.command()
def compare() -> None:
    """Compare the search index with the records and mend what differs. The worker does this every night."""
    _ready()
    from boothline.core.actors import SYSTEM
    from boothline.search import upkeep

    mended = upkeep.compare(by=SYSTEM)
    if mended:
        speak("%(n)s differed and were mended.", n=f"{mended:,}")
    else:
        speak("The search index is as the records are.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def doctor(as_json: bool) -> None:
    """Say in a dozen lines whether this installation is healthy; exit code 1 if something is not. Changes nothing."""
    from boothline.config.env import BOOTHLINE_HOME

    if not BOOTHLINE_HOME.is_dir():
        raise click.ClickException(_("There is no installation in %(home)s. boothline run makes one.", home=BOOTHLINE_HOME))
    _start()
    from boothline.config.doctor import ABOUT, examine

    found = examine()
    healthy = all(finding.state != "bad" for finding in found)
    if as_json:
        click.echo(json.dumps({"healthy": healthy, "findings": [asdict(finding) for finding in found]}, ensure_ascii=False))
    else:
        for finding in found:
            click.echo(f"{MARKS[finding.state]} {padded(_(ABOUT[finding.about]), 12)} {finding.words}")
    sys.exit(0 if healthy else 1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def faults(as_json: bool) -> None:
    """List the fault points. BOOTHLINE_FAULT=<name> kills the service there; for tests of what a crash leaves."""
    _start()
    from boothline.core import faults as points

    names = sorted(points.POINTS)
    click.echo(json.dumps({"faults": names}) if as_json else "\n".join(names))


if __name__ == "__main__":
    main()

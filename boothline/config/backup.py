"""Backup and restore: one file with every row and every file, from a snapshot, while people work.

Rows are read by the records themselves and written as JSON lines, for both databases alike: a laptop's backup fills a server, no
tool of the database has to be there in the right version, and the same rows have the same hash on either. The snapshot is SQLite's
own online copy, or one REPEATABLE READ transaction of PostgreSQL. A file is stored before its row is committed, so every file that
the snapshot names is there.

The file is a zip: a manifest with the count and hash of every table and file, tables as JSON lines, the installation's secret. Its
comment is a hash over everything before it: a cut or altered one is refused before anything is touched. A restore lays files and
secret aside, writes all rows in one transaction, commits only when their hashes are those of the manifest, and then puts what lies
aside in its place. Killed in between, the next command does that, or throws it away if the rows were not committed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from boothline.accounts import copies
from boothline.config import env
from boothline.config.terminal import worded as _
from boothline.core.actors import SYSTEM

FORMAT = 1
BATCH = 1000
PLACE = b"sha256:" + b"0" * 64
NOT_KEPT = {"sessions.Session"}  # after a restore people sign in again: an old sign-in may have been ended meanwhile
OURS_BY_SETUP = {"contenttypes.ContentType", "auth.Permission"}  # nobody reads these rows; an installation of before has some


@dataclass(frozen=True)
class Form:
    """How the rows of a table lie in a file: where, and how one becomes a line and a line one."""

    member: str
    written: Callable[[list[str], tuple[Any, ...]], Any]
    read: Callable[[list[str], Any], list[Any]]


PACKED = Form("tables/%s.jsonl", lambda names, row: row, lambda names, said: said)


class Unusable(Exception):
    """Why a backup cannot be made or restored, in one sentence for the operator."""


@dataclass
class Report:
    """What was written or read."""

    file: Path
    rows: int = 0
    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    safety: Path | None = None


def tables() -> list[type[models.Model]]:
    """Every table there is, but sign-ins and the list of migrations."""
    found = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    return [m for m in found if m._meta.label not in NOT_KEPT]


def columns(model: type[models.Model]) -> list[models.Field]:
    """Its columns, in their order."""
    return list(model._meta.concrete_fields)


def lines(model: type[models.Model], using: str, form: Form) -> Iterator[tuple[str, list[Any]]]:
    """Each row as a line of JSON, in the order of keys, the same on every database; and its values."""
    names = [f.attname for f in columns(model)]
    for row in model._base_manager.using(using).order_by("pk").values_list(*names).iterator(chunk_size=BATCH):
        yield json.dumps(form.written(names, row), cls=Exact, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", list(row)


class Exact(DjangoJSONEncoder):
    """Moments to the microsecond, in UTC."""

    def default(self, o: Any) -> Any:
        """What JSON does not know."""
        return o.astimezone(UTC).isoformat() if isinstance(o, datetime) else super().default(o)


# Making one.


def make(target: Path) -> Report:
    """Writes a backup. The file appears under its name only when it is whole."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    report = Report(target)
    with whole(target) as beside:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            manifest = put(out, tables(), PACKED, report, beside=target.parent)
            out.write(env.BOOTHLINE_HOME / "secret.key", "secret.key")
            out.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
            out.comment = PLACE
        _seal(beside)
    report.size = target.stat().st_size
    return report


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Where a file is written that appears under its name only when it is whole."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def put(out: zipfile.ZipFile, models: list[type[models.Model]], form: Form, report: Report, *, beside: Path) -> dict[str, Any]:
    """Every row and file of one moment; answers what the manifest says of them."""
    manifest = _head()
    wanted: set[str] = set()
    with _snapshot(beside) as using:
        for model in models:
            manifest["tables"][model._meta.label] = _put_table(out, model, using, wanted, form)
        _put_files(out, wanted, manifest["files"], report)
    report.rows = sum(t["rows"] for t in manifest["tables"].values())
    report.files = len(manifest["files"])
    return manifest


def _head() -> dict[str, Any]:
    return {
        "format": FORMAT, "version": version("boothline"), "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor, "migrations": _migrations(), "tables": {}, "files": {},
    }  # fmt: skip


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def _snapshot(folder: Path) -> Iterator[str]:
    """A state of the database that stands still; the alias to read it by."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield "default"
        return
    handle, name = tempfile.mkstemp(prefix=".snapshot-", suffix=".sqlite3", dir=folder)
    os.close(handle)
    copy = sqlite3.connect(name)
    try:
        connection.ensure_connection()
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.close()
        connections.databases["snapshot"] = connections.databases["default"] | {"NAME": name, "OPTIONS": {}}
        yield "snapshot"
    finally:
        copy.close()
        if "snapshot" in connections.databases:
            connections["snapshot"].close()
            del connections["snapshot"], connections.databases["snapshot"]
        Path(name).unlink(missing_ok=True)


def _put_table(out: zipfile.ZipFile, model: type[models.Model], using: str, wanted: set[str], form: Form) -> dict[str, Any]:
    digest, count, size = hashlib.sha256(), 0, 0
    holds_files = [i for i, f in enumerate(columns(model)) if isinstance(f, models.FileField)]
    with out.open(form.member % model._meta.label, "w", force_zip64=True) as stream:
        for line, row in lines(model, using, form):
            data = line.encode()
            digest.update(data)
            stream.write(data)
            count += 1
            size += len(data)
            wanted.update(row[i] for i in holds_files if row[i])
    return {"columns": [f.attname for f in columns(model)], "rows": count, "size": size, "sha256": digest.hexdigest()}


def _put_files(out: zipfile.ZipFile, wanted: set[str], kept: dict[str, Any], report: Report) -> None:
    folder = env.BOOTHLINE_HOME / "files"
    for name in sorted(wanted):
        path = folder / name
        if not path.is_file():
            report.missing.append(name)
            continue
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as source, out.open(zipfile.ZipInfo(f"files/{name}"), "w", force_zip64=True) as stream:
            while piece := source.read(2**20):
                digest.update(piece)
                size += len(piece)
                stream.write(piece)
        kept[name] = {"size": size, "sha256": digest.hexdigest()}


def _seal(path: Path) -> None:
    with path.open("r+b") as file:
        found = _hash_without_seal(path)
        file.seek(-len(PLACE), os.SEEK_END)
        file.write(b"sha256:" + found.encode())


def _seal_of(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(PLACE)))
        return file.read()


def _hash_without_seal(path: Path) -> str:
    digest, left = hashlib.sha256(), path.stat().st_size - len(PLACE)
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(2**20, left))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


# Bringing one back.


def restore(source: Path, *, replace: bool) -> Report:
    """Fills this installation from a backup: all of it, or nothing."""
    return bring_back(source, check(source), PACKED, replace=replace)


def bring_back(source: Path, manifest: dict[str, Any], form: Form, *, replace: bool) -> Report:
    """The rows and files of a file that was looked through."""
    _fits(manifest)
    rows = sum(t["rows"] for t in manifest["tables"].values())
    report = Report(source, rows=rows, files=len(manifest["files"]), size=source.stat().st_size)
    if holds_data():
        if not replace:
            raise Unusable(
                _(
                    "%(home)s holds data already. Restore into an empty data folder (BOOTHLINE_HOME, DATABASE_URL), "
                    "or say --replace: what is there now is then kept as a backup of its own first.",
                    home=env.BOOTHLINE_HOME,
                )
            )
        report.safety = default_name("before-restore")
        make(report.safety)
    try:
        with zipfile.ZipFile(source) as packed:
            mark = _lay_aside(packed, manifest)
            with transaction.atomic():
                _empty()
                for model in reversed(tables()):
                    with _named(model):
                        _fill(packed, model, form)
                _after_keys()
                _compare(manifest, form)
                copies.note_restore(by=SYSTEM, file=str(source), rows=report.rows, files=report.files, mark=mark)
    finally:
        finish_restore()
    return report


def aside() -> Path:
    """Where files and secret of a restore lie until its rows are committed."""
    return env.BOOTHLINE_HOME / "restored"


def finish_restore() -> bool:
    """Puts what a restore laid aside in its place if its rows are there, else throws it away; safe to call again."""
    mark = aside() / "mark"
    is_committed = mark.exists() and copies.was_restored(mark.read_text())
    if is_committed:
        _put_in_place()
    shutil.rmtree(aside(), ignore_errors=True)
    return is_committed


def _put_in_place() -> None:
    folder, old = env.BOOTHLINE_HOME / "files", env.BOOTHLINE_HOME / "files.before"
    if (aside() / "files").exists():
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            os.replace(folder, old)
        os.replace(aside() / "files", folder)
    shutil.rmtree(old, ignore_errors=True)
    if (aside() / "secret.key").exists():
        os.replace(aside() / "secret.key", env.BOOTHLINE_HOME / "secret.key")
        settings.SECRET_KEY = env.secret_key()


def check(source: Path) -> dict[str, Any]:
    """The manifest of a whole backup; refused with a sentence if it is none, cut or altered."""
    try:
        if _seal_of(source) != b"sha256:" + _hash_without_seal(source).encode():
            raise Unusable(_("%(file)s is no whole backup: it was cut or altered, or is another file. Nothing was changed.", file=source))
        with zipfile.ZipFile(source) as packed:
            names = set(packed.namelist())
            manifest = json.loads(packed.read("manifest.json"))
    except FileNotFoundError as missing:
        raise Unusable(_("%(file)s is not there.", file=source)) from missing
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as bad:
        raise Unusable(_("%(file)s cannot be read as a backup. Nothing was changed.", file=source)) from bad
    lost = [n for n in ("secret.key", *(f"files/{f}" for f in manifest["files"])) if n not in names]
    if manifest.get("format") != FORMAT or lost:
        raise Unusable(_("%(file)s is a backup in a form that this version does not read. Nothing was changed.", file=source))
    return manifest  # type: ignore[no-any-return]


def _fits(manifest: dict[str, Any]) -> None:
    here = {m._meta.label: [f.attname for f in columns(m)] for m in tables()}
    there = {label: table["columns"] for label, table in manifest["tables"].items()}
    if here != there or manifest["migrations"] != _migrations():
        raise Unusable(
            _(
                "This backup was made by version %(made)s, whose records look different from those of %(here)s. "
                "Restore it with the version that made it, then upgrade. Nothing was changed.",
                made=manifest["version"],
                here=version("boothline"),
            )
        )


def holds_data() -> bool:
    """Whether anything is here besides what a new installation makes for itself."""
    ignored = OURS_BY_SETUP | {"accounts.FirstStart", "accounts.WrongTry"}
    return any(m._base_manager.exists() for m in tables() if m._meta.label not in ignored)


def default_name(kind: str = "boothline") -> Path:
    """Where a backup goes that nobody named."""
    return env.BOOTHLINE_HOME / "backups" / f"{kind}-{timezone.localtime():%Y%m%d-%H%M%S}.zip"


def _empty() -> None:
    with connection.cursor() as cursor:
        names = [m._meta.db_table for m in tables()] + ["django_session"]
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE " + ", ".join(connection.ops.quote_name(n) for n in names))
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")


def _fill(packed: zipfile.ZipFile, model: type[models.Model], form: Form) -> None:
    fields = columns(model)
    names = [f.attname for f in fields]
    with packed.open(form.member % model._meta.label) as stream:
        batch: list[models.Model] = []
        for line in stream:
            values = form.read(names, json.loads(line))
            batch.append(model(**{f.attname: _as_kept(f, v) for f, v in zip(fields, values, strict=True)}))
            if len(batch) == BATCH:
                model._base_manager.bulk_create(batch)
                batch = []
        model._base_manager.bulk_create(batch)


@contextmanager
def _named(model: type[models.Model]) -> Iterator[None]:
    """What no table takes, in a sentence: a file may be whole and its rows none of ours."""
    try:
        yield
    except (IntegrityError, DataError, ValidationError, ValueError, TypeError, RecursionError, OverflowError) as bad:
        words = _("The rows of %(what)s cannot be stored as they are. Nothing was changed.", what=model._meta.label)
        raise Unusable(words) from bad


def _as_kept(column: models.Field, value: Any) -> Any:
    """A value as the record holds it; JSON is one already."""
    if isinstance(column, (models.JSONField, models.ForeignKey)):
        return value
    return column.to_python(value)


def _after_keys() -> None:
    """Keys go on behind the highest one."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def _compare(manifest: dict[str, Any], form: Form) -> None:
    for model in tables():
        digest = hashlib.sha256()
        for line, _row in lines(model, "default", form):
            digest.update(line.encode())
        if digest.hexdigest() != manifest["tables"][model._meta.label]["sha256"]:
            raise Unusable(_("The rows of %(what)s are not those of the backup. Nothing was changed.", what=model._meta.label))
    try:
        connection.check_constraints()
    except IntegrityError as bad:
        raise Unusable(_("A row points at one that is not there. Nothing was changed.")) from bad


def _lay_aside(packed: zipfile.ZipFile, manifest: dict[str, Any]) -> str:
    """Files and secret, and last the mark by which the committed rows are known."""
    shutil.rmtree(aside(), ignore_errors=True)
    fresh = aside() / "files"
    fresh.mkdir(mode=0o700, parents=True)
    for name, known in manifest["files"].items():
        path = (fresh / name).resolve()
        if not path.is_relative_to(fresh.resolve()):
            raise Unusable(_("The backup names a file outside of its folder. Nothing was changed."))
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with packed.open(f"files/{name}") as stream, path.open("wb") as out:
            while piece := stream.read(2**20):
                digest.update(piece)
                out.write(piece)
        if digest.hexdigest() != known["sha256"]:
            raise Unusable(_("The file %(name)s is not that of the backup. Nothing was changed.", name=name))
    secret, mark = aside() / "secret.key", secrets.token_hex(16)
    secret.write_bytes(packed.read("secret.key"))
    secret.chmod(0o600)
    (aside() / "mark").write_text(mark)
    os.sync()  # a commit outlives the power: so do its files
    return mark

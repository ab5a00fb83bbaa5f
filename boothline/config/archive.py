"""Everything as an open archive: what a company takes with it, and can read without us.

A zip with one file of JSON lines for each table, an object a row with its columns by name, in an order in which every row points at
earlier ones; pictures and papers beside them as they are; a manifest with the count, size and hash of each; and what is what, in two
languages. It holds what a backup holds, and restores as one: every row is compared.

A backup is read by us alone and as a whole; an archive may come from anywhere. So it is looked through before anything is touched:
what it holds must be what its manifest says, each name one of ours, each size the one that was said.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop

from boothline.config import backup, env
from boothline.config.backup import Form, Report, Unusable
from boothline.config.terminal import worded as _
from boothline.config.terminal import worded_in

FORMAT = 1
MANIFEST, README, SECRET = "manifest.json", "README.txt", "secret.key"
SMALL = 64 * 2**20  # bytes of a manifest
ROW = 64 * 2**20  # bytes of one row
BOMB = 400  # times smaller than what it unpacks to: no table of ours packs so well
PIECE = 2**20
ABOUT = (  # each part of the README
    gettext_noop("Everything that this installation of Boothline held, version %(version)s, at %(at)s."),
    gettext_noop(
        "rows/ has a file for each table: UTF-8, one JSON object a line, the columns by name. A column that ends in _id holds the id of a "
        "row of another table; below, every table stands behind those that its rows point at. Amounts are text and exact, moments in UTC."
    ),
    gettext_noop("files/ has pictures and papers, under the names that the column content of rows/files.Attachment.jsonl gives."),
    gettext_noop("manifest.json has the version, and of every file in here the number of rows, the size and the SHA-256."),
    gettext_noop(
        "secret.key is the secret of the installation: with it, links that are out stay valid. Passwords and links stand in the rows as "
        "hashes, from which nobody reads them. Nobody stays signed in. Keep this file as you keep your keys."
    ),
    gettext_noop("Back into an empty data folder: boothline restore FILE"),
)
WAYS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def _row(names: list[str], said: Any) -> list[Any]:
    if not isinstance(said, dict) or said.keys() != set(names):
        raise ValueError("not the columns of the table")
    return [said[name] for name in names]


OPEN = Form("rows/%s.jsonl", lambda names, row: dict(zip(names, row, strict=True)), _row)


def in_order() -> list[type[models.Model]]:
    """Every table after those that its rows point at; of a ring, one comes first."""
    found: dict[type[models.Model], None] = {}
    begun: set[type[models.Model]] = set()

    def add(model: type[models.Model]) -> None:
        if model in begun or model not in known:
            return
        begun.add(model)
        for column in backup.columns(model):
            to = column.related_model if column.remote_field else None
            if isinstance(to, type):
                add(to)
        found[model] = None

    known = set(backup.tables())
    for model in sorted(known, key=lambda m: m._meta.label):
        add(model)
    return list(found)


# Making one.


def make(target: Path) -> Report:
    """Writes an archive. The file appears under its name only when it is whole."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    report = Report(target)
    with backup.whole(target) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as out:
        manifest = {"archive": "boothline"} | backup.put(out, in_order(), OPEN, report, beside=target.parent) | {"format": FORMAT}
        besides = {SECRET: (env.BOOTHLINE_HOME / "secret.key").read_bytes(), README: _readme(manifest).encode()}
        manifest["besides"] = {name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in besides.items()}
        for name, data in besides.items():
            out.writestr(name, data)
        out.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    report.size = target.stat().st_size
    return report


def _readme(manifest: dict[str, Any]) -> str:
    """What is what, in both languages, then how many rows each table has."""
    said = {"version": manifest["version"], "at": manifest["made_at"]}
    parts = ["\n\n".join(worded_in(code, words) % said for words in ABOUT) for code in ("zh-hans", "en")]
    counts = [f"{OPEN.member % label}\t{table['rows']}" for label, table in manifest["tables"].items()]
    return "\n\n\n".join([*parts, "\n".join(counts)]) + "\n"


# Bringing one back.


def restore(source: Path, *, replace: bool) -> Report:
    """Fills this installation from a backup or an archive, whichever it is: all of it, or nothing."""
    if not is_archive(source):
        return backup.restore(source, replace=replace)
    return backup.bring_back(source, check(source), OPEN, replace=replace)


def is_archive(source: Path) -> bool:
    """A zip that does not end as a backup does."""
    try:
        with zipfile.ZipFile(source) as packed:
            return not packed.comment.startswith(b"sha256:")
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def check(source: Path) -> dict[str, Any]:
    """The manifest of a whole archive; refused with a sentence that names what is wrong in it. Nothing is written."""
    try:
        with zipfile.ZipFile(source) as packed:
            for entry in packed.infolist():
                if _is_odd(entry):
                    raise Unusable(_odd(source, entry.orig_filename))
            manifest = _manifest(packed, source)
            known = dict(_members(manifest))
            for name, times in Counter(packed.namelist()).items():
                if times > 1 or not (name == MANIFEST or name in known):
                    raise Unusable(_odd(source, name))
            if sum(file["size"] for file in manifest["files"].values()) > shutil.disk_usage(env.BOOTHLINE_HOME).free:
                raise Unusable(_("There is no room for the files of %(file)s. Nothing was changed.", file=source))
            for name, said in known.items():
                if not _is_as_said(packed, name, said):
                    raise Unusable(
                        _("%(name)s in %(file)s is not what the archive says it is: damaged or altered. Nothing was changed.",
                          name=_shown(name), file=source)
                    )  # fmt: skip
    except (zipfile.BadZipFile, OSError, ValueError) as bad:
        raise Unusable(_("%(file)s cannot be read as an archive. Nothing was changed.", file=source)) from bad
    return manifest


def _odd(source: Path, name: str) -> str:
    return _("%(file)s holds %(name)s, which is no part of an archive. Nothing was changed.", file=source, name=_shown(name))


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:120]


def _is_odd(entry: zipfile.ZipInfo) -> bool:
    """A name that leads elsewhere, a link, something locked, packed in another way, or packed beyond reason."""
    name, mode = entry.orig_filename, entry.external_attr >> 16
    return (
        name != entry.filename
        or name != str(PurePosixPath(name))
        or ".." in PurePosixPath(name).parts
        or name.startswith("/")
        or any(sign in name for sign in ("\\", ":"))
        or (stat.S_IFMT(mode) not in (0, stat.S_IFREG))
        or bool(entry.flag_bits & 1)
        or entry.compress_type not in WAYS
        or entry.file_size > max(SMALL, BOMB * entry.compress_size)
    )


def _manifest(packed: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    manifest: Any = None
    try:
        with packed.open(MANIFEST) as stream:
            data = stream.read(SMALL + 1)
        manifest = json.loads(data) if len(data) <= SMALL else None
    except (KeyError, ValueError, RecursionError, zipfile.BadZipFile, zlib.error):
        pass
    if not _is_manifest(manifest):
        raise Unusable(_("%(file)s does not say what it holds: its %(name)s is damaged. Nothing was changed.", file=source, name=MANIFEST))
    if manifest["archive"] != "boothline" or manifest["format"] != FORMAT:
        raise Unusable(_("%(file)s is an archive in a form that this version does not read. Nothing was changed.", file=source))
    found: dict[str, Any] = manifest
    return found


def _is_manifest(said: Any) -> bool:
    """Everything that is asked of it later is there."""

    def are_members(group: Any) -> bool:
        return isinstance(group, dict) and all(
            isinstance(m, dict) and isinstance(m.get("size"), int) and m["size"] >= 0 and isinstance(m.get("sha256"), str)
            for m in group.values()
        )

    return (
        isinstance(said, dict)
        and {"archive", "format", "version", "migrations"} <= said.keys()
        and all(are_members(said.get(group)) for group in ("tables", "files", "besides"))
        and set(said["besides"]) == {README, SECRET}
        and all(isinstance(table.get("rows"), int) and isinstance(table.get("columns"), list) for table in said["tables"].values())
    )


def _members(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of every file that must be in it, and what is said of it."""
    yield from ((OPEN.member % label, table) for label, table in manifest["tables"].items())
    yield from ((f"files/{name}", file) for name, file in manifest["files"].items())
    yield from manifest["besides"].items()


def _is_as_said(packed: zipfile.ZipFile, name: str, said: dict[str, Any]) -> bool:
    """It is there, and has this size, this hash and so many rows; read piece by piece, and no further than was said."""
    digest, size, rows, width = hashlib.sha256(), 0, 0, 0
    try:
        with packed.open(name) as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
                size += len(piece)
                if "rows" in said:
                    rows += piece.count(b"\n")
                    width = len(piece) - piece.rfind(b"\n") - 1 if b"\n" in piece else width + len(piece)
                if size > said["size"] or width > ROW:
                    return False
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError):
        return False
    return bool(size == said["size"] and digest.hexdigest() == said["sha256"] and rows == said.get("rows", 0))

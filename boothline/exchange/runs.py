"""Every import and every export is kept in the history: who, what, how many."""

from __future__ import annotations

from typing import Any

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.operations import operation
from boothline.exchange import events
from boothline.timeline.history import record


@operation("exchange.note_import")
def note_import(*, by: Actor, files: list[str], rows: int, created: dict[str, int]) -> None:
    """Notes an import that stored something."""
    require(by, "imports.run")
    values: dict[str, Any] = {"files": ", ".join(files)[:400], "rows": rows, "created": created}
    record(events.IMPORTED, subject=company(), by=by, values=values)


@operation("exchange.note_list_export")
def note_list_export(*, by: Actor, list_name: Words, sentence: Words, rows: int, form: str) -> None:
    """Notes that a list went out as it was shown: which one, by which filters, how many rows; in both languages, where the
    words are lazy."""
    require(by, "exports.run")
    record(events.LISTED, subject=company(), by=by, values={"list": list_name, "sentence": sentence, "rows": rows, "form": form})


@operation("exchange.note_export")
def note_export(*, by: Actor, kind: str, rows: int, form: str) -> None:
    """Notes an export."""
    require(by, "exports.run")
    record(events.EXPORTED, subject=company(), by=by, values={"kind": kind, "rows": rows, "form": form})

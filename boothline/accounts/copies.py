"""What the administrator sees of backups: that one was made or restored, when, how much, where it lies."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from boothline.accounts import events
from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.timeline.history import Event, record


@operation("accounts.note_backup")
def note_backup(*, by: Actor, file: str, size: int, rows: int, files: int) -> None:
    """Notes a backup that was written and read again."""
    require(by, "settings.edit")
    record(events.BACKED_UP, subject=company(), by=by, values={"file": file, "size": size, "rows": rows, "files": files})


@operation("accounts.note_restore")
def note_restore(*, by: Actor, file: str, rows: int, files: int, mark: str) -> None:
    """Notes that this installation was filled from a backup, with the mark of this restore."""
    require(by, "settings.edit")
    record(events.RESTORED, subject=company(), by=by, values={"file": file, "rows": rows, "files": files, "mark": mark})


def was_restored(mark: str) -> bool:
    """Whether the rows of the restore with this mark are here."""
    return Event.objects.filter(kind=events.RESTORED.code, values__mark=mark).exists()


def last_backup() -> Event | None:
    """The newest backup that is known here."""
    return Event.objects.filter(kind=events.BACKED_UP.code).order_by("-id").first()


def command(folder: Path) -> str:
    """What a terminal takes to call this installation: its data folder, and the program that runs, wherever it lies."""
    program = Path(sys.executable).with_name("boothline")
    call = [str(program)] if program.exists() else [sys.executable, "-m", "boothline.config.cli"]
    return f"BOOTHLINE_HOME={shlex.quote(str(folder))} {shlex.join(call)}"

"""Workbooks (xlsx, xls and their kin): each sheet that holds a table. Their cells are read by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.exchange.reading import Source
from boothline.exchange.rows import ROW_LIMIT
from boothline.exchange.tables import Figure, Line, Table, headings_among, too_many

READER = Path(__file__).with_name("workbook_cells.py")
PATIENCE = 120  # seconds
FIRST = 20  # rows among which the headings are looked for


def tables_of(source: Source) -> list[Table]:
    """A table for each sheet that says anything. Rows are numbered as the sheet numbers them."""
    sheets = [(name, rows) for name, rows in _sheets(source) if rows]
    if not sheets:
        raise Refused(_("%(file)s is empty.") % {"file": source.file})
    return [_table(source.file if len(sheets) == 1 else f"{source.file} [{name}]", rows) for name, rows in sheets]


def _table(file: str, rows: list[tuple[int, list[str]]]) -> Table:
    _best, at = headings_among((n, cells) for n, (_number, cells) in enumerate(islice(rows, FIRST)))
    return Table(file, rows[at][1], [Line(number, cells) for number, cells in rows[at + 1 :]])


def _sheets(source: Source) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """(name, rows that say anything, each with its number) of every sheet."""
    found: list[tuple[str, list[tuple[int, list[str]]]]] = []
    number = rows = 0
    for said in _cells(source):
        if isinstance(said, dict):
            found.append((said["sheet"], []))
            number = 1
            continue
        cells = [Figure.of(*cell) if isinstance(cell, list) else cell for cell in said]
        if any(cell.strip() for cell in cells):
            found[-1][1].append((number, cells))
            rows += 1
        number += 1
        if rows > ROW_LIMIT + FIRST * len(found):
            raise too_many(source.file)
    return found


def _cells(source: Source) -> Iterator[Any]:
    """What the reader says, line by line; it is ended when nobody listens any more."""
    command: list[Any] = [sys.executable, "-I", READER]
    with tempfile.TemporaryFile() as data:
        data.write(source.data)
        data.seek(0)
        reader = subprocess.Popen(command, stdin=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    limit = threading.Timer(PATIENCE, reader.kill)
    assert reader.stdout
    try:
        limit.start()
        yield from map(json.loads, reader.stdout)
        is_whole = reader.wait() == 0
    except ValueError:  # it ended in the middle of a line
        is_whole = False
    finally:
        limit.cancel()
        reader.kill()
        reader.stdout.close()
        reader.wait()
    if not is_whole:
        words = _(
            "%(file)s cannot be read as a workbook: it is broken, locked by a password, or unpacks to too much. "
            "Save the sheet as csv (UTF-8) and import that."
        )
        raise Refused(words % {"file": source.file})

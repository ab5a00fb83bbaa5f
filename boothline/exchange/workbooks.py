"""Workbooks (xlsx, xls and their kin): each sheet that holds a table. Their cells are read by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
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
    if sum(len(rows) for _name, rows in sheets) > ROW_LIMIT + FIRST * len(sheets):
        raise too_many(source.file)
    return [_table(source.file if len(sheets) == 1 else f"{source.file} [{name}]", rows) for name, rows in sheets]


def _table(file: str, rows: list[tuple[int, list[str]]]) -> Table:
    _best, at = headings_among((n, cells) for n, (_number, cells) in enumerate(islice(rows, FIRST)))
    return Table(file, rows[at][1], [Line(number, cells) for number, cells in rows[at + 1 :]])


def _sheets(source: Source) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """(name, rows that say anything, each with its number) of every sheet."""
    found: list[tuple[str, list[tuple[int, list[str]]]]] = []
    number = 0
    for said in map(json.loads, _cells(source).split("\n")[:-1]):
        if isinstance(said, dict):
            found.append((said["sheet"], []))
            number = 1
            continue
        cells = [Figure.of(*cell) if isinstance(cell, list) else cell for cell in said]
        if any(cell.strip() for cell in cells):
            found[-1][1].append((number, cells))
        number += 1
    return found


def _cells(source: Source) -> str:
    command: list[Any] = [sys.executable, "-I", READER]
    try:
        done = subprocess.run(command, input=source.data, capture_output=True, timeout=PATIENCE, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        words = _(
            "%(file)s cannot be read as a workbook: it is broken, locked by a password, or unpacks to too much. "
            "Save the sheet as csv (UTF-8) and import that."
        )
        raise Refused(words % {"file": source.file}) from error
    return done.stdout.decode()

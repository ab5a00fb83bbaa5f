"""Writes the cells of a workbook (xlsx, xls, xlsb, ods), read from standard input, as JSON Lines; run as a process of its own.

A workbook may claim a billion cells, unpack to more than the machine has, or break the parser; that must end this process and no other.
So it stands by itself, knows nothing of the product, and has a limit of memory and of time.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

MEMORY = 700 * 2**20  # of addresses; what is really used stays far below
SECONDS = 60


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without a point, numbers with the 15 digits that a sheet keeps, days and moments in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (int, timedelta)) else value


def kept_of(value: Any) -> Any:
    """A cell as text; of a number that has more digits than are shown, both: money is rounded from what is kept."""
    shown = text_of(value)
    if isinstance(value, float) and Decimal(repr(value)) != Decimal(shown):
        return [shown, format(Decimal(repr(value)), "f")]
    return shown


def main() -> None:
    """`{"sheet": name}`, then one list of cells a row, for every sheet that holds any."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    out = sys.stdout
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        out.write(json.dumps({"sheet": name}) + "\n")
        for cells in sheet.iter_rows():
            out.write(json.dumps([kept_of(cell) for cell in cells]) + "\n")


if __name__ == "__main__":
    main()

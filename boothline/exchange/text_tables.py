"""csv as spreadsheets, mail programs and organisers write it: the delimiter is found.

A quotation mark that nobody closes must not swallow the rest of the file: reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.exchange.reading import SIZE_LIMIT, Source
from boothline.exchange.rows import ROW_LIMIT
from boothline.exchange.split_cells import named_width, put_together
from boothline.exchange.tables import Line, Table, headings_among, too_many

DELIMITERS = (",", ";", "\t", "|")
LINE_LIMIT = 20 * ROW_LIMIT  # a cell may hold lines of its own


class Record(NamedTuple):
    """One record: its cells, or None where it is broken; whether it follows a broken one; the lines in which it stands."""

    number: int
    cells: list[str] | None = None
    follows_broken: bool = False
    start: int = 0
    end: int = 0


def tables_of(source: Source) -> list[Table]:
    """The one table of a text file. Its headings are line 1."""
    text = source.data.decode(source.encoding, "replace")
    if text.count("\n") + text.count("\r") > LINE_LIMIT:
        raise too_many(source.file)
    csv.field_size_limit(SIZE_LIMIT)
    lines, delimiter = _begin(list(io.StringIO(text, newline="")))
    records = _records(lines, delimiter, source.file)
    headings = next(records, Record(1))[1] or []
    rows = list(records)
    width = named_width(headings, [row.cells or [] for row in rows])
    table = Table(source.file, headings[:width], [])
    for row in rows:
        line = _line(row, width)
        if line.reason and row.cells and (whole := put_together(_with_blanks(lines, row, delimiter), width, delimiter)):
            line = Line(row.number, whole)
            table.joined.append(row.number)
        table.lines.append(line)
    return [table]


def _line(row: Record, width: int) -> Line:
    number, cells, follows_broken, _start, _end = row
    if cells is None:
        return Line(number, reason=_("A quotation mark in this row is not closed, or stands in the middle of a cell."))
    if any(c.strip() for c in cells[width:]) or (follows_broken and len(cells) != width and any(c.strip() for c in cells)):
        words = _("%(cells)s cells, the headings are %(headings)s. Is a comma in a cell without quotation marks?")
        return Line(number, cells, reason=words % {"cells": len(cells), "headings": width})
    return Line(number, cells)


def _with_blanks(lines: list[str], row: Record, delimiter: str) -> list[str]:
    """The cells of a row with the blanks before them."""
    return next(csv.reader(lines[row.start : row.end], delimiter=delimiter))


def _begin(lines: list[str]) -> tuple[list[str], str]:
    """The lines from the headings on, and the delimiter by which the most headings are understood."""
    best = (0, 0)
    found = (0, ",")
    for delimiter in DELIMITERS:
        score, start = headings_among(_first(lines, delimiter))
        if score > best:
            best, found = score, (start, delimiter)
    return lines[found[0] :], found[1]


def _first(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    start = 0
    reader = csv.reader(lines[:200], delimiter=delimiter, skipinitialspace=True)
    for cells in islice(reader, 20):
        yield start, cells
        start = reader.line_num


def _records(lines: list[str], delimiter: str, file: str) -> Iterator[Record]:
    """Each record, the headings first."""
    at = read = number = 0
    is_broken = False
    width = 0

    def feed() -> Iterator[str]:
        nonlocal at, read
        while at < len(lines):
            at, read = at + 1, read + 1
            yield lines[at - 1]

    reader = csv.reader(feed(), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        start = at
        number += 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if read > 4 * len(lines) + 1000 or start == 0:
                words = _("%(file)s cannot be read as csv: its quotation marks do not match. Save it anew from the spreadsheet.")
                raise Refused(words % {"file": file}) from None
            at, is_broken = start + 1, True
            reader = csv.reader(feed(), delimiter=delimiter, skipinitialspace=True, strict=True)
            yield Record(number)
            continue
        width = width or len(fields)
        yield Record(number, fields, is_broken, start, at)
        is_broken = is_broken and len(fields) != width

"""csv as spreadsheets, mail programs and organisers write it: the delimiter is found.

A quotation mark that nobody closes must not swallow the rest of the file: reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.exchange.mending import Columns
from boothline.exchange.reading import SIZE_LIMIT, Source
from boothline.exchange.rows import ROW_LIMIT
from boothline.exchange.tables import Line, Table, headings_among, too_many

DELIMITERS = (",", ";", "\t", "|")
FEW = 50  # of so many rows at most one
LINE_LIMIT = 20 * ROW_LIMIT  # a cell may hold lines of its own


def tables_of(source: Source) -> list[Table]:
    """The one table of a text file. Its headings are line 1."""
    text = source.data.decode(source.encoding, "replace")
    if text.count("\n") + text.count("\r") > LINE_LIMIT:
        raise too_many(source.file)
    csv.field_size_limit(SIZE_LIMIT)
    lines, delimiter = _begin(list(io.StringIO(text, newline="")))
    records = list(_records(lines, delimiter, source.file))
    headings = (records[0].cells if records else None) or []
    width = _width(headings, records[1:])
    for one in records[1:]:
        if width < len(headings) and one.cells and not any(cell.strip() for cell in one.cells[width:]):
            one.cells = one.cells[:width]
    return [Table(source.file, headings[:width], list(_lines(records[1:], width, _Raw(lines, delimiter))))]


def _width(headings: list[str], records: list[_Record]) -> int:
    """How many columns there are: the last one without a heading is none where hardly a row has anything in it."""
    width = len(headings)
    while width > 1 and not headings[width - 1].strip():
        if FEW * sum(1 for one in records if any(cell.strip() for cell in (one.cells or [])[width - 1 :])) > len(records):
            break
        width -= 1
    return width


@dataclass
class _Record:
    """One record: its number, its cells or None where it is broken, whether it follows a broken one, and its lines in the file."""

    number: int
    cells: list[str] | None
    follows_broken: bool
    lines: slice


@dataclass
class _Raw:
    """The file's lines, to be read once more with every space in its place."""

    lines: list[str]
    delimiter: str

    def cells(self, record: _Record) -> list[str]:
        """The cells of one record; as they were where they cannot be read so."""
        try:
            (found,) = csv.reader(self.lines[record.lines], delimiter=self.delimiter, strict=True)
        except (csv.Error, ValueError):
            found = record.cells or []
        return found if record.cells is not None and len(found) == len(record.cells) else record.cells or []

    def columns(self, records: Iterable[_Record], width: int) -> Columns:
        """How the columns look in whole rows."""
        whole = (self.cells(one) for one in records if one.cells and len(one.cells) == width and any(c.strip() for c in one.cells))
        return Columns(whole, self.delimiter)


def _lines(records: list[_Record], width: int, raw: _Raw) -> Iterator[Line]:
    columns = raw.columns(records, width) if any(one.cells and len(one.cells) == width + 1 for one in records) else None
    for one in records:
        number, cells = one.number, one.cells
        if cells is None:
            yield Line(number, reason=_("A quotation mark in this row is not closed, or stands in the middle of a cell."))
            continue
        is_over = any(c.strip() for c in cells[width:])
        mended = columns.joined(raw.cells(one)) if columns and len(cells) == width + 1 else None
        if mended and not (is_over or columns is None) and columns.fit(raw.cells(one)[:width]):
            mended = None  # a comma at the end of the row, and nothing behind it
        if mended and not one.follows_broken:
            words = _("A comma stood in a cell without quotation marks; joined: %(words)s")
            yield Line(number, mended[0], mended=words % {"words": mended[1]})
        elif is_over or (one.follows_broken and len(cells) != width and any(c.strip() for c in cells)):
            words = _("%(cells)s cells, the headings are %(headings)s. Is a comma in a cell without quotation marks?")
            yield Line(number, reason=words % {"cells": len(cells), "headings": width})
        else:
            yield Line(number, cells)


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


def _records(lines: list[str], delimiter: str, file: str) -> Iterator[_Record]:
    """Each record of the file, the headings first."""
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
            yield _Record(number, None, False, slice(start, at))
            continue
        width = width or len(fields)
        yield _Record(number, fields, is_broken, slice(start, at))
        is_broken = is_broken and len(fields) != width

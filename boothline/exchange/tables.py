"""Tables as they were read, whatever file they lay in: headings, and lines of cells under them.

The headings stand where, among the first lines, the most of them are understood: above them a sheet may have a title, blank lines, or
the "sep=;" that spreadsheet programs leave for themselves. A line that cannot be read is named and the others stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import listed
from boothline.exchange.headings import UNDERSTOOD
from boothline.exchange.kinds import KINDS, OWN, OWN_BESIDES, Kind, folded, is_understood, recognised
from boothline.exchange.rows import ROW_LIMIT

HEADING_LIMIT = 2000
INERT = re.compile(r"'+\s*[=+\-@＝＋－＠]|'+[\t\r]")
SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One line under the headings, numbered as its program numbers it; or why it cannot be read."""

    number: int
    cells: list[str] = field(default_factory=list)
    reason: str = ""

    @property
    def said(self) -> str:
        """The first words of it, so that a person knows it again."""
        return " · ".join([" ".join(cell.split())[:40] for cell in self.cells if cell.strip()][:4])


@dataclass
class Table:
    """One table of a file. `file` names the sheet, too, where a workbook has several."""

    file: str
    headings: list[str]
    lines: list[Line]
    is_marked: bool = True  # cells that look like formulas have a mark before them, as spreadsheets need it
    unused: dict[str, None] = field(default_factory=dict)  # headings of columns that hold something and were not taken

    @cached_property
    def is_ours(self) -> bool:
        """We wrote it: a column holds the ids by which its records are known again."""
        return any(folded(heading) in OWN for heading in self.headings)

    def awake(self, cell: str) -> str:
        """A cell without the mark."""
        return awake(cell) if self.is_marked else cell

    def read(self, meanings: list[bool]) -> Iterator[Line]:
        """The lines that say something; columns without a meaning are noted where they hold anything."""
        told = ["" if self.is_ours and folded(h) in OWN_BESIDES else h.strip() and h for h in self.headings]
        for line in self.lines:
            if not line.reason and not any(cell.strip() for cell in line.cells):
                continue
            spare = zip(told, meanings, line.cells, strict=False)
            self.unused.update({h: None for h, is_taken, cell in spare if h and not is_taken and cell.strip()})
            yield line

    def unused_words(self) -> str:
        """Which columns were not taken; "" if all were."""
        return _("columns that were not taken: %(headings)s") % {"headings": some(list(self.unused))} if self.unused else ""


def awake(cell: str) -> str:
    """A cell without the mark that keeps formulas asleep, which our own exports and others put before them."""
    return cell[1:] if INERT.match(cell) else cell


def headings_among(first: Iterable[tuple[int, list[str]]]) -> tuple[tuple[int, int], int]:
    """(how good, where) the headings are among the first lines, each (where, cells)."""
    best, found = (0, 0), 0
    for n, (where, cells) in enumerate(first):
        score = (sum(is_understood(cell) for cell in cells[:HEADING_LIMIT]), len(cells) if n == 0 else 0)
        if score > best:
            best, found = score, where
    return best, found


def kind_of(table: Table, wanted: str = "") -> Kind:
    """What a table holds: what somebody said, else what its headings fit best. Refused where they do not fit."""
    kind = KINDS[wanted] if wanted else recognised(table.headings)
    if kind and kind.fit(table.headings) != (False, 0):
        return kind
    words = _(
        "%(file)s: no heading says what a row is about. Found: %(found)s. Understood, in Chinese or English: %(understood)s. "
        "The first row must hold the headings."
    )
    raise Refused(words % {"file": table.file, "found": some(table.headings) or "–", "understood": UNDERSTOOD})


def some(headings: list[str]) -> str:
    """Headings for a sentence: the first of them, each cut."""
    shown = [" ".join(h.split())[:40] for h in headings[:SHOWN]]
    return listed(shown + ["…"] * (len(headings) > SHOWN))


def too_many(file: str) -> Refused:
    """More rows than one run takes."""
    words = _("%(file)s has more than %(limit)s rows. Split it and import the parts one after the other.")
    return Refused(words % {"file": file, "limit": f"{ROW_LIMIT:,}"})

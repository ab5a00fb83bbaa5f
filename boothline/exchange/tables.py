"""Tables as they were read, whatever file they lay in: headings, and lines of cells under them.

The headings stand where, among the first lines, the most of them are understood: above them a sheet may have a title, blank lines, or
the "sep=;" that spreadsheet programs leave for themselves. A line that cannot be read is named and the others stand.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import listed
from boothline.exchange.dates import Dates
from boothline.exchange.kinds import OWN, OWN_BESIDES, Kind, folded, is_understood
from boothline.exchange.rows import ROW_LIMIT

HEADING_LIMIT = 2000
INERT = re.compile(r"'+\s*[=+\-@＝＋－＠]|'+[\t\r]")
SHOWN = 20
COUNTED = {"", "序号", "序", "行号", "项次", "no", "nr", "sn", "index", "rowno", "rownumber", "serial", "serialno", "serialnumber"}
FOOT = re.compile(  # of a line with one cell alone, as programs write it under their tables
    r"(?:grand|sub)\s*totals?\b.*|totals?\s*(?:[:(].*)?|copyright\b.*|confidential information\b.*"
    r"|(?:generated|exported|printed) (?:by|on|at)\b.*"
    r"|(?:合计|总计|小计|共计)\s*(?:[:(\d].*)?|共\s*\d+\s*[条人家位行个].*|(?:制表|导出|打印|生成|填表)(?:人|时间|日期)\s*[:].*",
    re.I | re.S,
)
SUMS = {"合计", "小计", "总计", "总额", "共计", "total", "subtotal", "grandtotal", "sum"}


class Figure(str):
    """A number as a sheet shows it, with 15 digits; `exact` is how the sheet keeps it."""

    exact: str

    @classmethod
    def of(cls, shown: str, exact: str) -> Figure:
        """Both."""
        made = cls(shown)
        made.exact = exact
        return made


@dataclass(frozen=True, slots=True)
class Line:
    """One line under the headings, numbered as its program numbers it; or why it cannot be read. `mended` says what was put right in it."""

    number: int
    cells: list[str] = field(default_factory=list)
    reason: str = ""
    mended: str = ""

    @property
    def said(self) -> str:
        """The first words of it, so that a person knows it again."""
        return " · ".join([" ".join(cell.split())[:40] for cell in self.cells if cell.strip()][:4])


@dataclass
class Table:
    """One table of a file. `file` names the sheet, too, where a workbook has several; `fields` is where each column goes, as decided, and
    `days` how its days are read."""

    file: str
    headings: list[str]
    lines: list[Line]
    fields: list[str] | None = None
    days: dict[int, Dates] = field(default_factory=dict)
    is_marked: bool = True  # cells that look like formulas have a mark before them, as spreadsheets need it
    unused: dict[str, None] = field(default_factory=dict)  # headings of columns that hold something and were not taken

    @cached_property
    def is_ours(self) -> bool:
        """We wrote it: a column holds the ids by which its records are known again."""
        return any(folded(heading) in OWN for heading in self.headings)

    def awake(self, cell: str) -> str:
        """A cell without the mark."""
        return awake(cell) if self.is_marked else cell

    def read(self, meanings: list[bool], *, lets_go: bool = False) -> Iterator[Line]:
        """The lines that say something; columns without a meaning are noted where they hold anything. `lets_go`: what was
        read is not kept, for the last who reads a long table."""
        told = ["" if self.is_ours and folded(h) in OWN_BESIDES else h.strip() and h for h in self.headings]
        counted = self._counted(meanings)
        told = ["" if n in counted else heading for n, heading in enumerate(told)]
        is_wide = len(self.headings) > 1
        for line in _let_go(self.lines) if lets_go else self.lines:
            if not line.reason and (_is_empty(line.cells, counted) or _adds_up(line.cells, is_wide=is_wide)):
                continue
            spare = zip(told, meanings, line.cells, strict=False)
            self.unused.update({h: None for h, is_taken, cell in spare if h and not is_taken and cell.strip()})
            yield line

    def _counted(self, meanings: list[bool]) -> set[int]:
        """The columns that only number the rows: such a number says nothing of its own."""
        found = {n for n, (h, is_taken) in enumerate(zip(self.headings, meanings, strict=False)) if folded(h) in COUNTED and not is_taken}
        said = {n: [line.cells[n].strip() for line in self.lines if n < len(line.cells)] for n in found}
        return {n for n, cells in said.items() if all(cell.isdigit() for cell in cells if cell)}

    def fields_of(self, kind: Kind) -> list[str]:
        """Where each column goes: as decided, else as its heading says."""
        return kind.fields_of(self.headings) if self.fields is None else self.fields

    def column(self, kind: Kind, name: str) -> list[str]:
        """The cells of a field, "" of a line that ends before it; none where no column is of it."""
        fields = self.fields_of(kind)
        place = fields.index(name) if name in fields else None
        return [] if place is None else [line.cells[place] for line in self.lines if place < len(line.cells)]

    def cell(self, n: int, cell: str) -> str:
        """A cell as it is taken: without the mark that keeps formulas asleep; a day of a column of days as 2025-03-31."""
        text = self.awake(cell)
        if dates := self.days.get(n):
            with contextlib.suppress(Refused):  # what is no day is named by its row
                text = day.isoformat() if (day := dates.day(text)) else ""
        return text

    def cells(self, said: list[str]) -> list[str]:
        """All cells of a row."""
        return [self.cell(n, cell) if cell else "" for n, cell in enumerate(said)]

    def unused_words(self) -> str:
        """Which columns were not taken; "" if all were."""
        return _("columns not imported: %(headings)s") % {"headings": some(list(self.unused))} if self.unused else ""


def _let_go(lines: list[Line]) -> Iterator[Line]:
    lines.reverse()
    while lines:
        yield lines.pop()


def awake(cell: str) -> str:
    """A cell without the mark that keeps formulas asleep, which our own exports and others put before them."""
    return cell[1:] if INERT.match(cell) else cell


def _is_empty(cells: list[str], counted: set[int]) -> bool:
    """Nothing stands in it but perhaps its running number."""
    return not any(cell.strip() for n, cell in enumerate(cells) if n not in counted)


def _adds_up(cells: list[str], *, is_wide: bool) -> bool:
    """A line that a sheet adds up in: "total" and figures; or, of several columns, what a program writes under them in one cell."""
    said = [cell.strip() for cell in cells if cell.strip()]
    if is_wide and len(said) == 1 and FOOT.fullmatch(unicodedata.normalize("NFKC", said[0])):
        return True
    return folded(said[0]) in SUMS and len(said) > 1 and all(re.search(r"\d", cell) for cell in said[1:])


def headings_among(first: Iterable[tuple[int, list[str]]]) -> tuple[tuple[int, int], int]:
    """(how good, where) the headings are among the first lines, each (where, cells). Where none is understood, they stand in the first
    line that has about as many cells as the fullest: above it there may be a title."""
    best, found = (0, 0), 0
    filled: list[tuple[int, int]] = []
    for n, (where, cells) in enumerate(first):
        score = (sum(is_understood(cell) for cell in cells[:HEADING_LIMIT]), len(cells) if n == 0 else 0)
        if score > best:
            best, found = score, where
        filled.append((sum(bool(cell.strip()) for cell in cells), where))
    if not best[0] and filled:
        found = next(where for many, where in filled if many >= 0.6 * max(filled)[0])
    return best, found


def some(headings: list[str]) -> str:
    """Headings for a sentence: the first of them, each cut."""
    shown = [" ".join(h.split())[:40] for h in headings[:SHOWN]]
    return listed(shown + ["…"] * (len(headings) > SHOWN))


def too_many(file: str) -> Refused:
    """More rows than one run takes."""
    words = _("%(file)s has more than %(limit)s rows. Split it and import the parts one after the other.")
    return Refused(words % {"file": file, "limit": f"{ROW_LIMIT:,}"})

"""A row with one cell too many, because a comma stands in one of its cells without quotation marks: which two belong together.

Two neighbours are joined where that alone lets every cell look like its column does in the rows that are whole: blank where others are, a
day, a number, letters of one shape, and no space in front of a cell where no other has one; of several such pairs the one that leaves words
which are known in their columns. Where no pair does that, or more than one, nobody knows; such a row is not taken. No column is shifted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from boothline.exchange.values import COMMA, NUMBER, is_nothing

DAY = re.compile(
    r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:[T ].*)?|\d{1,2}([-/.])\d{1,2}\1\d{4}(?: .*)?", re.ASCII
)  # of words, not of figures
SIGN = re.compile(r"&\w+$")  # "B&amp;B" is split behind the sign that a web page wrote
FEWEST = 3  # whole rows from which the look of a column is learned
MANY = 20  # from so many on, a column of few words is known by them
RARE = 0.1  # at most this share of them stands there once


class Column:
    """How the cells of one column look in whole rows."""

    def __init__(self, cells: Sequence[str]) -> None:
        least = max(1, len(cells) // 100)
        self._classes = {name for name, n in Counter(map(_class_of, cells)).items() if n >= least}
        self._is_led = any(cell[:1].isspace() for cell in cells)
        words = [cell.strip() for cell in cells if _class_of(cell) == "text"]
        self._shapes = {_shape(word) for word in words}
        seen = Counter(word.casefold() for word in words)
        once = sum(1 for n in seen.values() if n == 1)
        self._known = set(seen) if len(words) >= MANY and once <= RARE * len(words) else set()

    def knows(self, cell: str) -> bool:
        """A column of few words has this one."""
        return not self._known or _class_of(cell) != "text" or cell.strip().casefold() in self._known

    def fits(self, cell: str) -> bool:
        """A cell looks like those."""
        if cell[:1].isspace() and cell.strip() and not self._is_led:
            return False
        found = _class_of(cell)
        return found in self._classes and (found != "text" or len(self._shapes) > 1 or _shape(cell.strip()) in self._shapes)


class Columns:
    """How whole rows look, to tell what a row with one cell too many should be."""

    def __init__(self, whole: Iterable[list[str]], delimiter: str) -> None:
        rows = list(whole)
        self._columns = [Column(cells) for cells in zip(*rows, strict=True)] if len(rows) >= FEWEST else []
        self._delimiter = delimiter

    def fit(self, cells: list[str]) -> bool:
        """Every cell of the row looks like its column."""
        return all(column.fits(cell) for column, cell in zip(self._columns, cells, strict=True))

    def joined(self, cells: list[str]) -> tuple[list[str], str] | None:
        """(the row with two cells joined, what they say together); None where that is not certain."""
        if not self._columns or len(cells) != len(self._columns) + 1:
            return None
        found = []
        for place in range(len(self._columns)):
            together = cells[place] + ("" if SIGN.search(cells[place]) else self._delimiter) + cells[place + 1]
            row = [*cells[:place], together, *cells[place + 2 :]]
            if self.fit(row):
                knows = all(column.knows(cell) for column, cell in zip(self._columns, row, strict=True))
                found.append(([cell.strip() for cell in row], together.strip(), knows))
        if len(found) > 1:
            found = [one for one in found if one[2]]
        return found[0][:2] if len(found) == 1 else None


def _class_of(cell: str) -> str:
    text = cell.strip()
    if is_nothing(text):
        return "blank"
    if DAY.fullmatch(text):
        return "day"
    if NUMBER.fullmatch(text) or COMMA.fullmatch(text):
        return "number"
    return "text" if any(sign.isalpha() for sign in text) else "digits"


def _shape(word: str) -> str:
    """ALFKI is AAAAA, C-17 is A-99."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", word)).replace("A", "\0")).replace("\0", "A")

"""Rows with a cell too many, because a name or an address was split at its own comma or semicolon: put together where it is plain where.

What was split goes on with the blank that stood in the text ("Korea" is a cell, " Republic of" is the rest of one). Where that does not
say which cells belong together, the row stays as it is, and is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import ngettext

from boothline.core.text import listed

SIGN = re.compile(r"&\w+$")  # "B&amp;B" was split at the end of the sign that a web page writes
FEW = 50  # of so many rows at most one
SHOWN = 50


def named_width(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How many columns there are: the last one without a heading is none where hardly a row has anything in it."""
    width = len(headings)
    while width > 1 and not headings[width - 1].strip():
        held = sum(1 for cells in rows if any(cell.strip() for cell in cells[width - 1 :]))
        if held * FEW > len(rows):
            break
        width -= 1
    return width


def put_together(cells: list[str], width: int, delimiter: str) -> list[str] | None:
    """The cells, each with its blanks, as they were before they were split; None where it cannot be told."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    seams = [n for n in range(1, len(cells)) if cells[n][:1] == " " and cells[n].strip() and cells[n - 1].strip()]
    if not seams or len(seams) != len(cells) - width:
        return None
    whole = [cells[0]]
    for n, cell in enumerate(cells[1:], start=1):
        if n in seams:
            whole[-1] += cell if SIGN.search(whole[-1]) else delimiter + cell
        else:
            whole.append(cell)
    return whole


def told(rows: Sequence[int]) -> str:
    """Which rows were put together."""
    words = ngettext(
        "%(num)s row had a cell too many, because a name or an address was split; it was put together again: %(rows)s",
        "%(num)s rows had a cell too many, because a name or an address was split; they were put together again: %(rows)s",
        len(rows),
    )
    return words % {"num": len(rows), "rows": listed([*rows[:SHOWN], *["…"] * (len(rows) > SHOWN)])}

"""Days as files write them. Which of day, month and year stands first is told from a whole column, never from a single cell.

A cell that can be read in one way only is read so: 2016-10-20, 20161020, 2016年10月20日, 20 Oct 2016, the number of a sheet (42663).
03/04/2016 can be two days; the others of its column decide, where one of them has a day behind the twelfth. Where nothing decides,
the column is refused with its words, and whoever asks may say the order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from boothline.core.errors import Refused, Words
from boothline.exchange.values import is_nothing

ORDERS = ("dmy", "mdy", "ymd")
FIRST, LAST = 1900, 2100  # years
SHEET = date(1899, 12, 30)  # day 0 of a sheet
TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([AP]M)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$", re.I)
FIGURES = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})", re.ASCII)
HAN = re.compile(r"(\d{4}|\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*([a-z]{3,9})[\s\-/.,]*(\d{4}|\d{2})", re.I | re.ASCII)
MONTH_FIRST = re.compile(r"([a-z]{3,9})[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})", re.I | re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
SERIAL = re.compile(r"([2-7]\d{4})(\.\d+)?", re.ASCII)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
Three = tuple[str, str, str]


@dataclass(frozen=True)
class Dates:
    """How the days of one column are read. `order` is "" where every cell says it by itself."""

    order: str = ""

    def day(self, cell: str, label: Words = "") -> date | None:
        """The day of a cell; None for nothing. Refused where it is none."""
        text = _bare(cell)
        if is_nothing(text) or text.startswith("0000"):
            return None
        three = _three(text)
        found = (_in(three, self.order) if self.order else None) if three else _plain(text)
        if found is None:
            words = _("%(field)s: %(value)s is no day. Write it like 2016-10-20.")
            raise Refused(words % {"field": label or _("day"), "value": text[:40]})
        return found


def read_columns(columns: Mapping[str, Iterable[str]], order: str = "") -> dict[str, Dates]:
    """How the days of the date columns of one table are read, told from all their cells: one that says nothing by itself is written as
    the others are; `order` (dmy, mdy, ymd) says it where they do not. Refused with the code `date_order` where a column can be read in
    several ways or is written in several."""
    found = {label: _written(cells) for label, cells in columns.items()}
    possible = {label: _orders(three) for label, three in found.items()}
    said = {orders[0] for label, orders in possible.items() if found[label] and len(orders) == 1}
    settled = {}
    for label, three in found.items():
        orders = possible[label]
        left = [order] if order else [o for o in orders if o in said] if len(orders) > 1 else orders
        if len(left) != 1 and orders and all(len({_in(one, way) for way in orders}) == 1 for one in three):
            left = orders[:1]  # 05/05/2016: one day in every order
        if three and len(left) != 1:
            raise _undecided(label, three, orders)
        settled[label] = Dates(left[0] if three else order)
    return settled


def _written(cells: Iterable[str]) -> set[Three]:
    """The days of a column that three figures say, whose order is to be told."""
    found = {three for cell in set(cells) if (three := _three(_bare(cell)))}
    return {three for three in found if any(_in(three, order) for order in ORDERS)}


def _orders(written: set[Three]) -> list[str]:
    """Every order in which all of these are days."""
    orders = [order for order in ORDERS if all(_in(three, order) for three in written)]
    if "ymd" in orders and len(orders) > 1:  # 20-10-16: a column has many days and few years
        first, last = ({three[place] for three in written} for place in (0, 2))
        if len(first) != len(last):
            orders = ["ymd"] if len(first) < len(last) else [order for order in orders if order != "ymd"]
    return orders


def _undecided(label: str, written: set[Three], orders: list[str]) -> Refused:
    example = min(("/".join(three) for three in written), key=lambda text: (len(text), text))
    words = _(
        "%(field)s: nothing tells whether %(value)s names the day or the month first. "
        "Write the days like 2016-10-20, then import the file again."
    )
    if not orders:
        words = _("%(field)s: some cells name the day first, others the month. Write all days like 2016-10-20, then import the file again.")
    return Refused(words % {"field": label or _("day"), "value": example}, code="date_order")


def _bare(cell: str) -> str:
    """Without the time of day."""
    return TIME.sub("", " ".join(unicodedata.normalize("NFKC", cell).split()))


def _three(text: str) -> Three | None:
    """Three figures whose order their column tells; a year of four figures that stands first says it by itself."""
    found = FIGURES.fullmatch(text)
    return None if not found or len(found[1]) > 2 else (found[1], found[2], found[3])


def _in(three: Three, order: str) -> date | None:
    """The day that three figures are in an order."""
    said = dict(zip(order, three, strict=True))
    if max(len(said["d"]), len(said["m"])) > 2 or len(said["y"]) not in (2, 4):
        return None
    return _day(said["y"], said["m"], said["d"])


def _plain(text: str) -> date | None:
    """A day that can be read in one way only."""
    ways: list[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]]] = [
        (FIGURES, lambda f: _day(f[1], f[2], f[3]) if len(f[1]) == 4 and len(f[3]) < 3 else None),
        (COMPACT, lambda f: _day(f[1], f[2], f[3])),
        (HAN, lambda f: _day(f[1], f[2], f[3])),
        (DAY_FIRST, lambda f: _day(f[3], _month(f[2]), f[1])),
        (MONTH_FIRST, lambda f: _day(f[3], _month(f[1]), f[2])),
        (SERIAL, lambda f: SHEET + timedelta(days=int(f[1]))),
    ]
    return next((day for way, read in ways if (found := way.fullmatch(text)) and (day := read(found))), None)


def _month(name: str) -> str:
    short = name[:3].casefold()
    return str(MONTHS.index(short) + 1) if short in MONTHS else ""


def _day(year: str, month: str, day: str) -> date | None:
    """The day; a year of two figures is one of 1970 to 2069."""
    if not month:
        return None
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    try:
        return date(full, int(month), int(day)) if FIRST <= full <= LAST else None
    except ValueError:
        return None

"""How a column says what comes off a price: a part of it (0.15), percent (15), or as Chinese sheets do, what is left to pay (8.5折)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from boothline.core.errors import Refused, Words
from boothline.exchange.kinds import folded
from boothline.exchange.values import number

EITHER = {"折扣", "折扣率", "折率"}  # headings under which some write what comes off and some what is left
LEFT = "折"
DIGITS = str.maketrans("一二三四五六七八九", "123456789")
HALF = Decimal("0.5")


class Discounts:
    """The discounts of one column. How they are written is told by the whole of it."""

    def __init__(self, heading: str, cells: Sequence[str], label: Words) -> None:
        self._label = label
        self._is_fraction = self._are_fractions(cells)
        self._is_left: bool | None = self._are_left(cells) if folded(heading) in EITHER else False

    def percent(self, cell: str) -> Decimal:
        """What comes off, in percent; 0 where the cell says nothing. Refused is what may be one or the other."""
        text = _plain(cell)
        figure = self._figure(text)
        if figure is None:
            return Decimal(0)
        if text.endswith(LEFT):
            return 100 - (figure if figure > 10 else figure * 10)
        if self._is_left is None:
            words = _(
                "%(field)s: %(value)s may be what comes off or what is left to pay. Head the column 优惠率 for the one, or write the "
                "other as 8.5折."
            )
            raise Refused(words % {"field": self._label, "value": cell.strip()})
        part = self._part(text, figure)
        return (1 - part if self._is_left else part) * 100

    def _figure(self, text: str) -> Decimal | None:
        found = number(text.removesuffix(LEFT).replace("%", ""), self._label)
        return found[0] if found else None

    def _part(self, text: str, figure: Decimal) -> Decimal:
        return figure if self._is_fraction and "%" not in text else figure / 100

    def _known(self, cells: Sequence[str]) -> list[tuple[str, Decimal]]:
        """The cells that hold a number; a row with another is refused by itself."""
        found = []
        for text in map(_plain, cells):
            try:
                figure = self._figure(text)
            except Refused:
                continue
            found += [(text, figure)] if figure is not None else []
        return found

    def _are_fractions(self, cells: Sequence[str]) -> bool:
        """Written as 0.15 and not as 15: none is above 1, and one at least is a part of 1."""
        bare = [figure for text, figure in self._known(cells) if "%" not in text and not text.endswith(LEFT)]
        return any(0 < figure < 1 for figure in bare) and all(figure <= 1 for figure in bare)

    def _are_left(self, cells: Sequence[str]) -> bool | None:
        """Whether they say what is left to pay: nobody pays nothing, and hardly any list gives away more than half. None: who knows."""
        known = self._known(cells)
        if any(text.endswith(LEFT) for text, _figure in known):
            return True
        parts = {self._part(text, figure) for text, figure in known}
        if not parts or 0 in parts:
            return False
        if min(parts) > HALF:
            return True
        may_be_tenths = any(1 < figure < 10 and "%" not in text for text, figure in known)
        return None if may_be_tenths or max(parts) > HALF else False


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().translate(DIGITS)

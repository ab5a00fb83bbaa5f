"""Days as files write them. Where day and month may be taken for each other, their column says which is which, or nobody does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.exchange.values import said

ISO = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?(?:[T ].*)?", re.ASCII)
SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?: .*)?", re.ASCII)


class Days:
    """Reads the days of one column; its other cells tell whether the month stands first."""

    def __init__(self, cells: Iterable[str]) -> None:
        found = [match for cell in cells if (match := SHORT.fullmatch(_plain(cell)))]
        day_first = any(int(match[1]) > 12 or match[2] == "." for match in found)
        month_first = any(int(match[3]) > 12 for match in found)
        self._order = "" if day_first == month_first else "day" if day_first else "month"

    def read(self, cell: str, label: str) -> date | None:
        """The day; None for nothing. Refuses what is none, and what may be two."""
        text = said(cell, 60, label)
        if not text:
            return None
        iso, short = ISO.fullmatch(_plain(text)), SHORT.fullmatch(_plain(text))
        if short and not self._order and short[1] != short[3] and int(short[1]) <= 12 and int(short[3]) <= 12:
            words = _("%(field)s: %(value)s may be two days. Write it like 2026-11-27.")
            raise Refused(words % {"field": label, "value": text})
        try:
            if iso:
                return date(int(iso[1]), int(iso[2]), int(iso[3]))
            if short:
                first, second, year = int(short[1]), int(short[3]), int(short[4])
                is_day_first = first > 12 or (second <= 12 and self._order == "day")
                return date(year, second, first) if is_day_first else date(year, first, second)
        except ValueError:
            pass
        raise Refused(_("%(field)s: %(value)s is no day. Write it like 2026-11-27.") % {"field": label, "value": text})


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()

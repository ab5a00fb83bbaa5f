"""Suitable times 合适的联系时间: the parts of a day in which a contact likes to be reached, in their own time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from boothline.core.countries import zone_of
from boothline.core.text import listed

PARTS = {"morning": _("morning"), "noon": _("noon"), "afternoon": _("afternoon"), "evening": _("evening")}
HOURS = {
    "morning": (time(8), time(12)),
    "noon": (time(12), time(14)),
    "afternoon": (time(14), time(18)),
    "evening": (time(18), time(21)),
}


def parts_in(codes: Iterable[str]) -> list[str]:
    """Those of the codes that are parts of a day, in the day's order; a questionnaire asks for ways of reaching in the same breath."""
    asked = set(codes)
    return [part for part in PARTS if part in asked]


def suits(parts: Iterable[str], at: datetime, country: str, ours: str) -> bool:
    """Whether a moment lies in one of the parts, by the clock of somebody in this country; always where none is known."""
    known = [HOURS[part] for part in parts if part in HOURS]
    there = at.astimezone(ZoneInfo(zone_of(country, ours))).time()
    return not known or any(begins <= there < ends for begins, ends in known)


def parts_words(parts: Iterable[str]) -> str:
    """The parts in the reader's language."""
    return listed(str(PARTS[part]) for part in PARTS if part in set(parts))

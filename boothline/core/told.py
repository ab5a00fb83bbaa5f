"""Messages of ours that are kept with what they tell (a step, a hold, the reasons of an approval): their English words and their
values are stored, so that each reader reads them in their own language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.core.errors import Words
from boothline.core.money import figure, with_sums
from boothline.core.text import close_up, listed

T = TypeVar("T")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_DECIMAL = re.compile(r"-?\d+\.\d+\Z", re.ASCII)
_LINE = re.compile(r"(\d+(?:\.\d+)?) × (\d+(?:\.\d+)?)( −\d+(?:\.\d+)?%)?\Z", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)(?= × )", re.ASCII)  # so many of so many


def told(message: str, values: Mapping[str, Any], *, weak: bool = True) -> str:
    """The sentence: a day as people write it, a sum with its currency, messages in a list one beside the other (`weak`: words; else
    whole clauses), what is kept in both languages in the reader's."""
    worded = {name: _worded(value, weak) for name, value in values.items()}
    return close_up(with_sums(_(message), values), worded) % worded


def kept_words(words: Words) -> str:
    """A reason of ours as it is kept, in English; what somebody wrote as they wrote it. `ours` reads it."""
    with override("en"):
        return str(words)


def ours(words: str) -> str:
    """A kept reason: ours in the reader's language, somebody's own words as they wrote them."""
    return _(words) if words else ""


def in_both(ask: Callable[[], T]) -> dict[str, T]:
    """What reads otherwise in English and is no message of ours, to be kept among the values: names of products, sentences."""
    kept = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            kept[code] = ask()
    return kept


def _worded(value: Any, weak: bool) -> Any:
    if isinstance(value, dict):  # said in both languages
        said = value["zh" if (get_language() or "zh").startswith("zh") else "en"]
        return listed(said, weak=weak) if isinstance(said, list) else said
    return listed(map(_, value), weak=weak) if isinstance(value, list) else day_told(value)


def day_told(value: Any) -> Any:
    """A stored day as people write it; everything else as it is."""
    if isinstance(value, str) and _DAY.match(value):
        try:
            return clock.day_words(date.fromisoformat(value))
        except ValueError:  # somebody typed what only looks like a day
            return value
    return value


def figure_told(value: str) -> str:
    """A stored figure as people write it, 10000.0000 as 10,000, and 700/1500 × as 700 / 1,500 ×; everything else as it is."""
    part = _PART.match(value)
    if part:
        return f"{figure(Decimal(part[1]))} / {figure(Decimal(part[2]))}{value[part.end() :]}"
    return figure(Decimal(value)) if _DECIMAL.match(value) else value


def line_told(value: Any) -> Any:
    """Quantity, price and discount of a line as people write them, 3000 × 23.80 as 3,000 × 23.80; everything else as it is."""
    found = _LINE.match(value) if isinstance(value, str) else None
    if not found:
        return value
    quantity, price, off = found.groups()
    return f"{figure(Decimal(quantity))} × {figure(Decimal(price), 2)}{off or ''}"

"""Weights that a company may set: one setting holds those that are weighed together, a name and a whole number each.

WEIGHTS = declare_weights("intentions.completeness_weights", {"variant": 15, ...}, gettext_lazy("..."))
WEIGHTS.value["variant"]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from boothline.core.errors import Words
from boothline.core.rules import Rule, declare

_PAIRS = re.compile(r"[a-z]+:\d{1,3}(,[a-z]+:\d{1,3})*")


@dataclass(frozen=True)
class Weights:
    """The setting, the weights that hold without it, and what they must add to (None: each is by itself, at most 100)."""

    rule: Rule[str]
    default: Mapping[str, int]
    total: int | None

    @property
    def value(self) -> Mapping[str, int]:
        """{name: weight}; the default where a later version weighs other parts than the company did."""
        text = self.rule.value
        return _said(text) if _holds(text, self.default, self.total) else self.default


def declare_weights(code: str, default: Mapping[str, int], words: Words, *, total: int | None = 100) -> Weights:
    """Makes such a setting known; it takes the same names, each with its weight."""
    sums = gettext_lazy("the same names, each with a whole number; together 100")
    takes = sums if total else gettext_lazy("the same names, each with a whole number up to 100")
    text = ",".join(f"{name}:{weight}" for name, weight in default.items())
    return Weights(declare(code, text, words, takes=takes, check=lambda said: _holds(said, default, total)), default, total)


def _said(text: str) -> dict[str, int]:
    return {name: int(weight) for name, weight in (pair.split(":") for pair in text.split(","))}


def _holds(text: str, default: Mapping[str, int], total: int | None) -> bool:
    if not _PAIRS.fullmatch(text) or text.count(",") != len(default) - 1:
        return False
    said = _said(text)
    return said.keys() == default.keys() and max(said.values()) <= 100 and total in (None, sum(said.values()))

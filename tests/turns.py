"""How much is asked of many alike, where the same code answers for each of them. `make test` takes a part, every place another one, and
of what both databases are asked half on each; ODD=all asks everything on both."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

TURN = os.environ.get("TURN", "")  # first · second: the round of tools/suite.py that runs; empty: there are no two
IS_FULL = os.environ.get("ODD") == "all"


def is_ours(name: str, share: int = 2) -> bool:
    """Whether the round that runs asks this one: a half each, or a smaller share."""
    return not TURN or zlib.crc32(name.encode(errors="replace")) % share == ("first", "second").index(TURN)


def part_of(values: Iterable[T], place: str, share: int = 4) -> list[T]:
    """The values that a place takes: every fourth, or a smaller share, beginning somewhere else in each place."""
    first = zlib.crc32(place.encode()) % share
    return [v for i, v in enumerate(values) if IS_FULL or i % share == first]


def rounds(many: int) -> range:
    """How often two at once are let go: once in each order, or many times."""
    return range(many if IS_FULL else 2)

"""How much is asked of many alike, where the same code answers for each of them. `make test` takes a part, every place another one, and
of what need not be asked on both databases three in four on SQLite, one on PostgreSQL; ODD=all asks everything on both."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

TURN = os.environ.get("TURN", "")  # first · second: the round of tools/suite.py that runs; empty: there are no two
IS_FULL = os.environ.get("ODD") == "all"


def is_ours(name: str) -> bool:
    """Whether the round that runs asks this one: PostgreSQL, where each question takes twice as long, is asked one in four."""
    return not TURN or (zlib.crc32(name.encode(errors="replace")) % 4 == 1) == (TURN == "second")


def part_of(values: Iterable[T], place: str, share: int = 4) -> list[T]:
    """The values that a place takes: every fourth, or a smaller share, beginning somewhere else in each place."""
    first = zlib.crc32(place.encode()) % share
    return [v for i, v in enumerate(values) if IS_FULL or i % share == first]


def rounds(many: int) -> range:
    """How often two at once are let go: once in each order, or many times."""
    return range(many if IS_FULL else 2)

"""Half of many on each database: what tools/suite.py asks for where the same is asked of every page, list and form alike."""

from __future__ import annotations

import os
import zlib

TURN = os.environ.get("TURN", "")  # first · second; empty: all of them here


def is_ours(name: str) -> bool:
    """Whether the round that runs asks this one."""
    return not TURN or ("first", "second")[zlib.crc32(name.encode()) % 2] == TURN

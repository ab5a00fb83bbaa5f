"""The id under which a record that we exported is known again, here and in another installation.

A record that came by file has its id there. Any other gets one made of its key and the moment it was made, so that two installations
do not give the same. Contacts have an id of their own since they were made. A customer who went into another is found there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from boothline.core.kinds import model_of
from boothline.core.text import whole
from boothline.customers.merging import gone

MADE = re.compile(r"([a-z_]+)-(\d+)-[0-9a-f]{12}", re.ASCII)


def made_of(kind: str, record: Any) -> str:
    """The id of a record that came by no file."""
    return _made(kind, record.pk, record.made_at)


def key_in(own_id: str, kind: str) -> int | None:
    """The key that is in an id that we made; whether the record of that key is meant, `made_of` says."""
    found = MADE.fullmatch(own_id)
    return whole(found[2]) if found and found[1] == kind else None

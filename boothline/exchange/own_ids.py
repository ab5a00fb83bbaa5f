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
from boothline.customers.merges import gone

MADE = re.compile(r"([a-z_]+)-(\d+)-[0-9a-f]{12}", re.ASCII)


def made_of(kind: str, record: Any) -> str:
    """The id of a record that came by no file."""
    return _made(kind, record.pk, record.made_at)


def column_of(kind: str) -> str:
    """The column of an export that says who is who, and by its name what the rows are."""
    return "boothline_id" if kind == "contact" else f"boothline_{kind}"


def meant(kind: str, own_ids: Iterable[str]) -> dict[str, int]:
    """{id that we gave: the key of the record that is meant}, of those among these ids."""
    keys = {own_id: whole(found[2]) or 0 for own_id in own_ids if (found := MADE.fullmatch(own_id)) and found[1] == kind}
    if not keys:
        return {}
    made = model_of(kind)._base_manager.filter(pk__in=set(keys.values())).values_list("pk", "made_at")
    leads = {pk: (pk, made_at) for pk, made_at in made}
    if kind == "customer":
        left = gone(set(keys.values()) - leads.keys())
        leads |= {pk: (one.customer_id, one.gone_made_at) for pk, one in left.items() if one.gone_made_at}
    return {own_id: leads[key][0] for own_id, key in keys.items() if key in leads and _made(kind, key, leads[key][1]) == own_id}


def _made(kind: str, key: int, made_at: datetime) -> str:
    said = f"{kind} {key} {made_at.astimezone(UTC).isoformat()}"
    return f"{kind}-{key}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"

"""Privacy tags: for every field, why it is kept, how it is masked, and for how long.

A record lists its free-text fields in `privacy = tags(name=PERSON, note=WORDS, code=PLAIN)`; numbers, dates and
references are plain by their kind. A test fails for a free-text field without a tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")  # of a Chinese landline: 020, 0757
_CODE = re.compile(r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})")  # of a country, whole


@dataclass(frozen=True)
class Tag:
    """`purpose`: why we keep it. `period`: when it ends. `mask`: *reach* is shown by `masked`, *place* by `covered`, without the
    right to unmask."""

    purpose: str
    mask: str = "none"  # none · reach · place · words
    period: str = "relation"  # relation · books · account · none


PLAIN = Tag("operation", period="none")
PERSON = Tag("contact")
REACH = Tag("contact", mask="reach")
ADDRESS = Tag("contact", mask="place")
WORDS = Tag("follow-up", mask="words")
BOOKS = Tag("bookkeeping", period="books")
STAFF = Tag("employment", period="account")
HISTORY = Tag("history", mask="words", period="books")
SECRET = Tag("sign-in", mask="words", period="account")


def tags(**tag_of_field: Tag) -> dict[str, Tag]:
    """The tags of a record's free-text fields."""
    return tag_of_field


def masked(value: str) -> str:
    """A phone number, e-mail or chat id as a person without the right to unmask sees it."""
    if not value:
        return value
    name, at, host = value.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    area = _AREA.match(value) if len(value) > 9 else None  # of a landline: with a part of it, somebody would read another town
    code = _CODE.match(value)
    return f"{(code or area or [value[:3]])[0]} **** {value[-2:]}" if len(value) > 6 else "****"


def covered(value: str) -> str:
    """An address as a person without the right to unmask sees it: a part of one would tell the town or the house."""
    return "****" if value else value


def as_read(tag: Tag | None, value: str, is_open: bool) -> str:
    """What a field says to a reader, `is_open` to who may unmask."""
    ways = {"reach": masked, "place": covered}
    return value if is_open or tag is None or tag.mask not in ways else ways[tag.mask](value)

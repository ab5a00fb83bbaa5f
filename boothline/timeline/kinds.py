"""Event kinds: each room declares what it says, with a sentence in two languages and what an erasure takes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from boothline.core.errors import Words


@dataclass(frozen=True)
class EventKind:
    """One thing that a room says.

    `sentence` is a message id with named placeholders over the event's values, `who`, `subject` and `under`.
    `moves` names the type whose claim this event makes or ends. `tells` names whom a notification goes to.
    `erases` lists the values that an erasure of the person takes out. `codes` says which values and changed fields are codes, and the words
    of each code, so that one stored event reads in every language. `fields` is the kind of record whose fields the
    changes name, if it is not the subject's. `quote` is the value that holds somebody's own words: a customer's page shows
    them apart. `unmakes`: what was said of its subject before is void, as if it had never been. A minor kind is kept, but a
    customer's page leaves it out. `right` is the right without which nobody reads it; `guards` gives the rights without which
    nobody reads some of the changed fields. `is_ours`: no customer does it; where it follows by itself from what one did, it is
    signed by the house. `without`: the sentence where a value is nothing; `where`: that where one says something.
    """

    code: str
    sentence: Words
    icon: str = "flow"
    hue: str = "mute"
    moves: str = ""
    tells: tuple[str, ...] = ()
    erases: tuple[str, ...] = ()
    codes: Mapping[str, Mapping[Any, Words]] = field(default_factory=dict)
    fields: str = ""
    quote: str = ""
    is_minor: bool = False
    grades: bool = False
    right: str = ""
    guards: Mapping[str, str] = field(default_factory=dict)
    unmakes: bool = False
    is_ours: bool = False
    without: Mapping[str, Words] = field(default_factory=dict)
    where: Mapping[str, Words] = field(default_factory=dict)


KINDS: dict[str, EventKind] = {}


def declare(
    code: str,
    sentence: Words,
    *,
    icon: str = "flow",
    hue: str = "mute",
    moves: str = "",
    tells: Iterable[str] = (),
    erases: Iterable[str] = (),
    codes: Mapping[str, Mapping[Any, Words]] | None = None,
    fields: str = "",
    quote: str = "",
    is_minor: bool = False,
    grades: bool = False,
    right: str = "",
    guards: Mapping[str, str] | None = None,
    unmakes: bool = False,
    is_ours: bool = False,
    without: Mapping[str, Words] | None = None,
    where: Mapping[str, Words] | None = None,
) -> EventKind:
    """Makes an event kind known. Codes are "room.what_happened", in the past."""
    kind = EventKind(
        code,
        sentence,
        icon,
        hue,
        moves,
        tuple(tells),
        tuple(erases),
        codes or {},
        fields,
        quote,
        is_minor,
        grades,
        right,
        guards or {},
        unmakes,
        is_ours,
        without or {},
        where or {},
    )
    if code in KINDS:
        raise ValueError(f"event {code} is declared twice")
    KINDS[code] = kind
    return kind


def minor() -> list[str]:
    """The codes of the minor kinds."""
    return [kind.code for kind in KINDS.values() if kind.is_minor]

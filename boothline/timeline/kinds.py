"""Event kinds: each room declares what it says, with a sentence in two languages and what an erasure takes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from boothline.core.errors import Words


@dataclass(frozen=True)
class EventKind:
    """One thing that a room says.

    `sentence` is a message id with named placeholders over the event's values, `who`, `subject` and `under`.
    `moves` names the type whose claim this event makes or ends. `tells` names whom a notification goes to.
    `erases` lists the values that an erasure of the person takes out.
    """

    code: str
    sentence: Words
    icon: str = "flow"
    hue: str = "mute"
    moves: str = ""
    tells: tuple[str, ...] = ()
    erases: tuple[str, ...] = ()


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
) -> EventKind:
    """Makes an event kind known. Codes are "room.what_happened", in the past."""
    kind = EventKind(code, sentence, icon, hue, moves, tuple(tells), tuple(erases))
    if code in KINDS:
        raise ValueError(f"event {code} is declared twice")
    KINDS[code] = kind
    return kind

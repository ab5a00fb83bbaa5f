"""The sentence filter: a list says in one sentence what it shows, and each bold word of it opens its choices.

The sentence is one message per list and language, with a named place for each filter and for the order; so every language
puts its words where they belong, and nothing is glued together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from boothline.core.errors import Words
from boothline.core.text import close_up, listed

PLACE = re.compile(r"%\((\w+)\)s")


@dataclass
class Place:
    """A word of the sentence: what it says now, and its choices as (words, address, is it this one); or a field to fill in."""

    name: str
    label: str
    words: str
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    bound: Any = None


def said(sentence: Words, places: dict[str, Place]) -> list[str | Place]:
    """The sentence in its parts: text, and the places between."""
    parts: list[str | Place] = []
    for i, part in enumerate(PLACE.split(str(sentence))):
        if i % 2 and part in places:
            parts.append(places[part])
        elif part and not i % 2:
            parts.append(part)
    for i, part in enumerate(parts):  # the space beside a place is for Latin words; between Chinese and Chinese it goes
        if isinstance(part, str):
            before, after = ((p.words if isinstance(p, Place) else "") for p in (parts[i - 1] if i else "", (parts[i + 1 :] or [""])[0]))
            parts[i] = close_up(f"%(a)s{part}%(b)s", {"a": before, "b": after})[5:-5]
    return parts


def plain(parts: list[str | Place], besides: list[Place]) -> str:
    """The sentence as one reads it out, and as it stands above a print; what else is chosen follows it."""
    words = "".join(part if isinstance(part, str) else part.words for part in parts)
    more = listed((said_of(place) for place in besides), weak=False)
    return _("%(sentence)s Only with: %(more)s.") % {"sentence": words, "more": more} if more else words


def said_of(place: Place) -> str:
    """A filter and what is chosen of it."""
    return _("%(label)s: %(words)s") % {"label": place.label, "words": place.words}


def places_of(form: Any, chosen: Callable[[str], str], address: Callable[[str, str], str]) -> dict[str, Place]:
    """A place for each filter. `chosen(name)` is what is asked for, `address(name, value)` leads to another choice."""
    return {bound.name: _place(bound, chosen(bound.name), address) for bound in form}


def flat(options: Any) -> list[tuple[str, str]]:
    """Choices as pairs; those that stand in groups too."""
    found: list[tuple[str, str]] = []
    for code, words in options:
        found += flat(words) if isinstance(words, (list, tuple)) else [(str(code), str(words))]
    return found


def _place(bound: Any, value: str, address: Callable[[str, str], str]) -> Place:
    label = str(bound.label)
    options = getattr(bound.field, "choices", None)
    if options is None:
        return Place(bound.name, label, value or label, bound=bound)
    pairs = flat(options)
    now = value if value in {code for code, _words in pairs} else ""
    words = next((words for code, words in pairs if code == now), label)
    return Place(bound.name, label, words, [(words, address(bound.name, code), code == now) for code, words in pairs])

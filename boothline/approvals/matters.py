"""What can be asked: each higher room declares its matters, as data. This room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from boothline.core.errors import Words


@dataclass(frozen=True)
class Matter:
    """One thing that rules ask approval for.

    `levels` gives who is asked, first to last: a role, a duty, or a user name. `until` says by when a level must decide;
    `address` where what is approved can be read; `asks` what is asked, with %(what)s, %(customer)s and %(amount)s for the
    record, its customer and what it comes to; `yes` what the answer does, on its button; `comes_to` its amount, where the
    reasons do not name it; `warns` what else speaks against it, though no rule asks about that; `digest` the hash of what
    stands there now, where others change it than who asked; `shows` what it is, in sentences, before why it is asked.
    """

    code: str
    levels: Callable[[], list[str]]
    until: Callable[[datetime], datetime]
    address: Callable[[int], str]
    asks: Words
    yes: Words
    comes_to: Callable[[int], str] | None = None
    warns: Callable[[int], list[str]] | None = None
    digest: Callable[[int], str] | None = None
    shows: Callable[[int], list[str]] | None = None


MATTERS: dict[str, Matter] = {}


def declare(matter: Matter) -> None:
    """Makes a matter known."""
    MATTERS[matter.code] = matter

"""What can go wrong in a way that a person can mend. Each says what, where, and what next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import Promise

Words = str | Promise


class Refused(Exception):
    """A rule says no. `words` is shown as it is; `field` names the form field, if one is to blame. `afterwards` is done once
    what was begun is taken back: who has to know is told by it. `also` holds what was refused beside it, each with its own field."""

    def __init__(
        self, words: Words, *, field: str | None = None, code: str = "refused", afterwards: Callable[[], None] | None = None, **details: Any
    ) -> None:
        super().__init__(str(words))
        self.afterwards = afterwards
        self.words = words
        self.field = field
        self.code = code
        self.details = details
        self.also: list[Refused] = []


class NotAllowed(Refused):
    """The actor sees the record but lacks the right; `who` names who has it."""

    def __init__(self, right: str, words: Words, *, who: Iterable[str] = ()) -> None:
        super().__init__(words, code="not_allowed")
        self.right = right
        self.who = list(who)


class Stale(Refused):
    """Somebody changed the record meanwhile. `fields` holds (name, theirs, mine) for each that differs."""

    def __init__(self, record: Any, fields: list[tuple[str, Any, Any]], words: Words) -> None:
        super().__init__(words, code="stale")
        self.record = record
        self.fields = fields


class Doubted(Refused):
    """Possible, and probably not meant: whoever says that they are sure may do it."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, code="doubted")


class RowFailed(Refused):
    """Some rows of a batch are bad and are named by their subjects; the others may go on."""

    def __init__(self, words: Words, *, subjects: Iterable[Any]) -> None:
        super().__init__(words, code="row_failed")
        self.subjects = list(subjects)


class Misconfigured(Exception):
    """A variable of the environment or the data folder cannot be used; the words tell the operator which, why, what would do."""


def together(*checks: Callable[[], object]) -> None:
    """Does every check before anything is refused: who sees one fault after the other corrects one after the other."""
    found: list[Refused] = []
    for check in checks:
        try:
            check()
        except Refused as refused:
            found += [refused, *refused.also]
    if found:
        found[0].also = found[1:]
        raise found[0]

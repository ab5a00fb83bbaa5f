"""Slots: what upper rooms hang into lower pages. Data only: a template and a function, never a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from boothline.core.errors import Words


@dataclass(frozen=True)
class Panel:
    """A part of a page that its host does not know. `context(record, by)` gives what the template shows, or None."""

    name: str
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]
    place: str = "side"  # side · aside (below the people of a customer) · main · quick · next · tag
    order: int = 100


@dataclass(frozen=True)
class Entry:
    """A line of the menu. Shown to those who hold `right`, where `when` is so."""

    label: Words
    url_name: str
    icon: str
    group: str
    right: str = ""
    order: int = 100
    keys: str = ""
    count: Callable[[Any], int] | None = None  # how much waits there for the actor
    when: Callable[[Any], bool] = field(default=lambda by: True)

    def is_for(self, by: Any) -> bool:
        """Whether the actor finds it in the menu."""
        return (not self.right or by.has(self.right)) and self.when(by)


@dataclass(frozen=True)
class Act:
    """Something a person may do next with a record: label, address and right; `when` says if it makes sense."""

    label: Words
    url_name: str
    icon: str
    right: str
    when: Callable[[Any, Any], bool] = field(default=lambda record, by: True)
    order: int = 100


@dataclass(frozen=True)
class Summed:
    """Hung into "sums.<list>": `of(rows, shown)` gives what the rows come to, {currency: {code of a column: amount}}, of the columns
    that are shown."""

    of: Callable[[Any, set[str]], dict[str, dict[str, Any]]]
    order: int = 100


_slots: dict[str, list[Any]] = defaultdict(list)


def hang(slot: str, thing: Any) -> None:
    """Hangs a thing into a slot, once."""
    if thing not in _slots[slot]:
        _slots[slot].append(thing)
        _slots[slot].sort(key=lambda t: t.order)


def hung(slot: str) -> list[Any]:
    """What hangs there, in order."""
    return list(_slots[slot])


_answers: dict[str, Callable[..., Any]] = {}


def answer(question: str, by: Callable[..., Any]) -> None:
    """A higher room answers what a lower page needs to know (who holds a right, how many notices are unread)."""
    _answers[question] = by


def ask(question: str, *args: Any, default: Any = None) -> Any:
    """The answer, or the default while no room gives one."""
    return _answers[question](*args) if question in _answers else default


def colleague(name: str) -> str:
    """A colleague's name that a record kept as text, as the reader calls them."""
    return str(ask("called", name, default=name))

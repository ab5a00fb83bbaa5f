"""Who hears what. `now`: in the same transaction, for what must be true together. `later`: a delivery after commit.

Listed in one visible file per room, `listens.py`; now-hearers run in the order of the floors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps

from boothline.core.actors import Actor
from boothline.timeline.kinds import EventKind

Now = Callable[[list[Any], Actor], None]
Later = Callable[[Any], None]

_now: dict[str, list[Now]] = {}
_later: dict[str, tuple[Later, Callable[[EventKind], bool]]] = {}
_outside: set[str] = set()


def now(kind: EventKind, hear: Now) -> None:
    """`hear(events, by)` runs in the transaction that records `kind`."""
    known = _now.setdefault(kind.code, [])
    if hear not in known:
        known.append(hear)
        known.sort(key=_floor)


def later(kind: EventKind, hear: Later, *, name: str) -> None:
    """`hear(event)` runs after commit, exactly once; `name` is kept with the delivery and must not change."""
    every_later(hear, name=name, wants=lambda k, code=kind.code: k.code == code)  # type: ignore[misc]


def every_later(hear: Later, *, name: str, wants: Callable[[EventKind], bool]) -> None:
    """For rooms that hear every event and read only what the kind itself declares."""
    if name in _later and _later[name][0] is not hear:
        raise ValueError(f"two listeners are called {name}")
    _later[name] = (hear, wants)


def outside(kind: EventKind, hear: Later, *, name: str) -> None:
    """Like `later`, for effects outside our database (mail): runs in no transaction and may run twice after a crash,
    so it carries (event, listener) where the other side can tell a repetition."""
    later(kind, hear, name=name)
    _outside.add(name)


def is_outside(name: str) -> bool:
    """Whether a listener acts outside our database."""
    return name in _outside


def now_hearers(kind: EventKind) -> list[Now]:
    """Who hears a kind now, lowest floor first."""
    return _now.get(kind.code, [])


def later_listeners(kind: EventKind) -> list[str]:
    """The names of those who hear a kind after commit."""
    return [name for name, (_, wants) in _later.items() if wants(kind)]


def listener(name: str) -> Later:
    """The function behind a delivery's name."""
    return _later[name][0]


def _floor(hear: Now) -> int:
    order = [config.name for config in apps.get_app_configs()]
    return next((i for i, name in enumerate(order) if hear.__module__.startswith(name + ".")), len(order))

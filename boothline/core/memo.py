"""What one request or operation asks again and again (rule settings, lists of words) is asked of the database once.

Only inside `remembering()`, which a request or an outermost operation opens: outside of it everything is asked anew, so nothing
grows old.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """What is asked inside by `once` is kept until the end of the outermost one."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: str, make: Callable[[], T]) -> T:
    """The answer under this key, made at the first question."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return kept[key]  # type: ignore[no-any-return]


def forget(key: str) -> None:
    """Who writes what was asked takes the old answer away."""
    kept = _kept.get()
    if kept is not None:
        kept.pop(key, None)

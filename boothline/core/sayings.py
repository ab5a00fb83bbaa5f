"""Sentences that are said while something runs, and are read by others later: each can be said again in another language.

They are heard as their messages are looked up, so that whoever says them, in whichever room, need not know of it, and none can forget to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import trans_real

_is_heard = ContextVar("is_heard", default=False)


class Saying(str):
    """A message in the language of the moment, which knows how to be said in another."""

    __slots__ = ("again",)
    again: Callable[[], str]

    def __new__(cls, words: str, again: Callable[[], str]) -> Saying:
        """The words, and how they are said again."""
        made = super().__new__(cls, words)
        made.again = again
        return made

    def __str__(self) -> str:
        return self

    def __mod__(self, values: Any) -> Saying:
        return Saying(str.__mod__(self, values), lambda: self.again() % said_again(values))


def said_again(value: Any) -> Any:
    """The same in the language of the moment; what is no message of ours as it is."""
    if isinstance(value, Mapping):
        return {name: said_again(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(said_again, value))
    return value.again() if isinstance(value, Saying) else str(value) if isinstance(value, Promise) else value


def spoken(say: Callable[[], str]) -> str:
    """What somebody writes otherwise in another language and is no message: a list, a day, a sum."""
    return Saying(say(), say) if _is_heard.get() else say()


def elsewhere(words: str) -> dict[str, str]:
    """{language: the same}, of those languages in which it is said otherwise."""
    if not isinstance(words, Saying):
        return {}
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = words.again()
    return {code: said for code, said in found.items() if said != words}


@contextmanager
def heard() -> Iterator[None]:
    """What is said in here can be said again."""
    _listen()
    before = _is_heard.set(True)
    try:
        yield
    finally:
        _is_heard.reset(before)


@cache
def _listen() -> None:
    """Puts an ear between the messages and their catalogue, once; it is deaf where nobody hears."""
    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        setattr(translation._trans, name, _ear(getattr(trans_real, name)))  # type: ignore[attr-defined]  # Django's own seam


def _ear(plain: Callable[..., str]) -> Callable[..., str]:
    def said(*message: Any) -> str:
        words = plain(*message)
        return Saying(words, partial(plain, *message)) if _is_heard.get() else words

    return said

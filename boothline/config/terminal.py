"""What the terminal reads: Chinese where LC_ALL, LC_MESSAGES or LANG says so, else English.

It reads the catalogue by itself: much is said before Django is up, and what is said must not depend on whose page is being made.
"""

from __future__ import annotations

import os
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import click

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def language() -> str:
    """The language of the terminal, as Django calls it."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh-hans" if said.startswith("zh") else "en"


@cache
def _catalogue(code: str) -> NullTranslations:
    found = ["zh_Hans"] if code == "zh-hans" else ["en"]
    return translation("django", LOCALE, found, fallback=True)


def worded(message: str, /, **values: Any) -> str:
    """A message in the terminal's language."""
    return worded_in(language(), message, **values)


def worded_in(code: str, message: str, /, **values: Any) -> str:
    """A message in a language."""
    words = _catalogue(code).gettext(message)
    return words % values if values else words


def speak(message: str, /, **values: Any) -> None:
    """Everything for people goes to standard error."""
    click.echo(worded(message, **values), err=True)


def padded(words: str, width: int) -> str:
    """So wide on the screen, where a Chinese character takes two places."""
    return words + " " * (width - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in words))

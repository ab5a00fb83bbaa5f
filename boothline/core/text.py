"""Text that comes in: NFC, no NUL, no lone surrogates, trimmed; otherwise kept as typed. And folding for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, overload

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext

from boothline.core.errors import Refused, Words
from boothline.core.pinyin import spelled
from boothline.core.sayings import said_again, spoken

# Control characters, those that turn the direction of everything after them (a name must not reverse our own words), and two that no
# workbook can hold.
_CONTROL = dict.fromkeys([*(i for i in range(32) if i not in (9, 10, 13)), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF])

_STROKES = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe"})

SHORTEST_NUMBER = 5  # digits; fewer are an extension
_ACCENTS, _NO_DIGITS = re.compile("[\u0300-\u036f]+"), re.compile("[^0-9]+")
_PLACE = re.compile(r"%\((\w+)\)s")
_CHINESE, _LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z\u00c0-\u024f]")
_WIDE = re.compile("[，。；：！？、（）《》「」]")  # carries its own room
_TAG = re.compile("<[^>]*>")

_LEGAL = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团"
    r"|(?<![a-z0-9])(?:co\.?,? ?ltd|company limited|limited|ltd|inc|llc|gmbh|ag|s\.?a|corp|corporation))[\s.,]*$"
)


def clean(value: str, limit: int = 10_000) -> str:
    """What a person typed, safe to store. Cuts at `limit` characters."""
    if not value.isprintable():  # then there is nothing in it that could not be stored
        value = (value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")).translate(_CONTROL)
    return (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()[:limit]


def unaccented(value: str) -> str:
    """Small letters without their accents, as many keyboards type them: ø as o, ö as o, æ as ae. Other scripts stand as they are."""
    if value.isascii():
        return value
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", value))
    return unicodedata.normalize("NFC", bare).translate(_STROKES)


@lru_cache(maxsize=4_000)  # of one company, each of its people asks, and whatever compares them
def fold(value: str) -> str:
    """A name as it is compared: width, case, accents, spaces and legal suffix do not count."""
    text = unaccented(unicodedata.normalize("NFKC", value).casefold()).strip()
    text = _LEGAL.sub("", text).strip(" ,.·")
    return re.sub(r"[\s\-_.,·'’]+", "", text) or re.sub(r"\s+", "", unaccented(unicodedata.normalize("NFKC", value).casefold()))


def listed(words: Iterable[Any], *, weak: bool = True) -> str:
    """Several things in the reader's language: 甲、乙 or "a, b"; whole clauses (`weak=False`): 甲；乙 or "a; b"."""
    parts = [str(w) for w in words]
    return spoken(lambda: (("、" if weak else "；") if _is_chinese() else (", " if weak else "; ")).join(said_again(parts)))


def in_turn(words: Iterable[Any]) -> str:
    """Facts about one thing, each its own clause: 甲，乙 or "a, b". 甲、乙 would make a date or a state one more thing of a list."""
    parts = [str(w) for w in words]
    return spoken(lambda: ("，" if _is_chinese() else ", ").join(said_again(parts)))


def either(words: Iterable[Any]) -> str:
    """One of several things: 甲、乙或丙; "a, b or c"."""
    *rest, last = [str(w) for w in words] or [""]
    return listed(rest) + gettext(" or ") + last if rest else last


def prose(sentences: Iterable[Any]) -> str:
    """Whole sentences one after the other, in the reader's language."""
    parts = [str(s) for s in sentences]
    return spoken(lambda: ("" if _is_chinese() else " ").join(said_again(parts)))


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def percent(share: Decimal | None) -> str:
    """A share with one decimal; nothing of nothing."""
    return "–" if share is None else f"{100 * share:.1f}%"


def labelled(label: Any, words: Any) -> str:
    """A label and what it says: 「标签：内容」 or "Label: words"."""
    return f"{label}：{words}" if _is_chinese() else f"{label}: {words}"


def bracketed(words: Any, more: Any) -> str:
    """Words and what is said of them beside: 「甲（乙）」 or "a (b)"."""
    return f"{words}（{more}）" if _is_chinese() else f"{words} ({more})"


labelled_lazy, bracketed_lazy = lazy(labelled, str), lazy(bracketed, str)  # for what is declared before there is a reader


def quoted(words: Any) -> str:
    """Somebody's own words, in the marks of the reader's language."""
    return f"“{words}”" if _is_chinese() else f'"{words}"'


def close_up(sentence: str, values: Mapping[str, Any]) -> str:
    """A message whose places have the room that their values take: a space between Chinese and Latin letters, none between
    Chinese and Chinese, none for what is empty; beside a figure as the message has it."""
    texts = _PLACE.split(sentence)  # the message's own words and the names of its places, by turns
    put, last, is_apart = [], "", False
    for i, text in enumerate(texts):
        is_place = i % 2 == 1
        written = f"%({text})s" if is_place else text
        shown = _TAG.sub("", str(values.get(text, ""))) if is_place else text
        ends_apart = False
        if not is_place:
            is_apart = is_apart or (i > 0 and text.startswith(" "))
            ends_apart = i + 1 < len(texts) and text.endswith(" ") and (text != " " or i == 0)
            written = shown = text[1 if i > 0 and text.startswith(" ") else 0 : len(text) - ends_apart]
        if shown:
            put.append(_room(last, shown[0], is_apart))
            last, is_apart = shown[-1], False
        put.append(written)
        is_apart = is_apart or ends_apart
    return "".join(put) + (" " if is_apart and sentence.endswith(" ") else "")


def phrase(sentence: Any, values: Mapping[str, Any]) -> str:
    """A message with its values, each at its place as one writes it beside its neighbours: where a value may be a name in Latin letters,
    this and not `%`."""
    return spoken(lambda: close_up(str(said_again(sentence)), said := said_again(values)) % said)


def _room(one: str, next_one: str, is_apart: bool) -> str:
    """What stands between two characters that the message sets apart, or does not."""
    if _WIDE.match(one) or _WIDE.match(next_one) or (_CHINESE.match(one) and _CHINESE.match(next_one)):
        return ""
    is_mixed = (_CHINESE.match(one) and _LATIN.match(next_one)) or (_LATIN.match(one) and _CHINESE.match(next_one))
    return " " if is_apart or is_mixed else ""


def whole(value: str | None, places: int = 18) -> int | None:
    """A whole number as our own pages send it, in ASCII digits and no longer than a key; None for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) <= places else None


def digits(value: str) -> str:
    """Only the digits of a phone number, as ASCII."""
    return _NO_DIGITS.sub("", value if value.isascii() else unicodedata.normalize("NFKC", value))


def too_short(numbers: Sequence[str]) -> list[str]:
    """Phone numbers that nobody can dial: of fewer than 5 digits, where no main number stands beside them of which they are extensions."""
    return [] if any(len(digits(number)) >= SHORTEST_NUMBER for number in numbers) else list(numbers)


def sort_key(name: str, *, person: bool = False) -> str:
    """Pinyin of the folded name, so that Chinese and Latin names stand in one order on both databases."""
    return " ".join(part.strip() for part in spelled(name, person))[:200]


class Filled(str):
    """A word that keeps its colour where a file can hold one."""

    fill: str

    def __new__(cls, words: str, fill: str) -> Filled:
        """The word, and the colour behind it."""
        made = super().__new__(cls, words)
        made.fill = fill
        return made


class Dated(str):
    """A day or moment as text, that stays a day or moment where a file can hold one."""

    at: date

    def __new__(cls, words: str, at: date) -> Dated:
        """The words, and the day; a moment without its zone, as the clock on the wall shows it."""
        made = super().__new__(cls, words)
        made.at = at
        return made


def tells_why(words: str) -> bool:
    """Whether a reason says something: five letters, or two characters of Chinese, as 加量, of which each is a word of its own."""
    return sum(3 if letter >= "\u2e80" else 1 for letter in words.strip()) >= 5


def sentence_given(words: str, *, field: str = "override_reason") -> None:
    """Who puts aside what stands against something says why, in a sentence."""
    if len(words.strip()) < 10:
        raise Refused(gettext("Give the reason in a sentence (10 characters or more)."), field=field)


@overload
def reason_given(words: str, limit: int = 300, *, field: str = "reason", asks: str = "") -> str: ...


@overload
def reason_given(words: Words, limit: int = 300, *, field: str = "reason", asks: str = "") -> Words: ...


def reason_given(words: Words, limit: int = 300, *, field: str = "reason", asks: str = "") -> Words:
    """A reason, or the note that is asked for, as it is kept. Refused where it says nothing; `asks` says it for a note. A message of ours
    stays one, so that history has it in every language; on a record it stands as `told.kept_words`."""
    if isinstance(words, Promise):
        return words
    reason = clean(words, limit)
    if not tells_why(reason):
        raise Refused(asks or gettext("Give the reason: at least 5 letters, or 2 Chinese characters."), field=field)
    return reason

"""What is found by what. Pure text: no database.

A record is found by *lines*: its names as typed, without punctuation, in pinyin, by initials; its numbers; its phones in
digits. What is searched is cut into terms at its spaces, and each term must stand somewhere in the lines:

- a term of one or two Latin letters or digits where a word or a syllable begins ("zw" finds 张伟, not every "...zw...");
- every other term anywhere.

The index holds *grams* of the lines. They are chosen so that whatever has a term has its grams; whether it really has
the term is then read in the lines themselves. Single Chinese characters (and marks, emoji) and pairs with one of them
are grams; of Latin letters and digits three and four in a row, and one or two where a word begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from boothline.core.pinyin import HAN, readings
from boothline.core.text import unaccented
from boothline.search.grams import coded, is_letter

_UNITS = re.compile(rf"{HAN.pattern}|(?:(?!{HAN.pattern}).)+", re.S)  # the pieces that `spelled` answers for, one by one
MOST_GRAMS = 40  # of one term; the rest is read in the lines
_CLOSED = re.compile(r"(?<!\d)[\s\-_./,·'’()+&]+|[\s\-_./,·'’()+&]++(?!\d)")  # not between two figures
_MARKS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def plain(value: str) -> str:
    """As it is compared: width, case and accents do not count, one space for many."""
    if value.isascii():
        return " ".join(_MARKS.sub(" ", value).lower().split())
    text = unaccented(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _MARKS.sub(" ", value)).casefold()))
    return " ".join(text.split())


def _runs(word: str) -> Iterator[str]:
    run = ""
    for c in word:
        if is_letter(c):
            run += c
        elif run:
            yield run
            run = ""
    if run:
        yield run


def spellings(*values: str, name: bool = False, person: bool = False) -> list[str]:
    """Everything that a record's values are found by. `name`: by pinyin too, and by initials, 欧阳文静 by oywj and
    Marta Kowalska by mk; `person`: begins with a surname."""
    found = [line for value in values for line in _spelled_ways(value, name or person, person)]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=2_000)  # a company's name is asked for with each of its people
def _spelled_ways(value: str, name: bool, person: bool) -> tuple[str, ...]:
    text = plain(value)
    if text.isascii() and text.isalnum():
        return (text,)
    found = [text, _CLOSED.sub("", text), " ".join(_runs(text))]
    if name and HAN.search(text):
        for reading in readings(text, person):
            parts = [part.replace(" ", "") for part in reading]
            initials = [part[:1] if HAN.match(unit) else part for part, unit in zip(parts, _UNITS.findall(text), strict=True)]
            found += [" ".join(parts), "".join(parts), "".join(initials)]
    elif name and len(words := list(_runs(text))) > 1:
        found.append("".join(word[0] for word in words))
    return tuple(filter(None, found))


def text_of(found: Iterable[str]) -> str:
    """The lines as they are kept: every word stands behind a space, every line on its own."""
    return "\n".join(f" {line}" for line in dict.fromkeys(found))


def is_start(term: str) -> bool:
    """Whether a term is found only where a word begins."""
    return len(term) < 3 and all(map(is_letter, term))


def needed(term: str) -> list[str]:
    """The grams that everything with this term has."""
    if is_start(term):
        return ["s" + coded(term)]
    if len(term) == 1:
        return [coded(term)]
    found = [coded(term[i : i + 2]) for i in range(len(term) - 1) if not all(map(is_letter, term[i : i + 2]))]
    for run in _runs(term):
        n = min(4, len(run))
        if n > 2:
            found += [coded(run[i : i + n]) for i in range(len(run) - n + 1)]
    return list(dict.fromkeys(found))[:MOST_GRAMS]


def held(term: str) -> str:
    """What the kept lines contain if the term is in them."""
    return f" {term}" if is_start(term) else term


def ways(asked: str) -> list[list[str]]:
    """The readings of what was typed, any of which may hold: word by word, all in one, and as a phone number's digits."""
    terms = list(dict.fromkeys(plain(asked).split()))
    whole = "".join(plain(asked).split())
    found = [terms, [whole]]
    number = "".join(c for c in whole if c.isascii() and c.isdigit())
    if len(number) > 2 and not any(c.isalpha() for c in whole):
        found.append([number])
    return [way for i, way in enumerate(found) if any(way) and way not in found[:i]]

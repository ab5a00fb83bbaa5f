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

_UNITS = re.compile(rf"{HAN.pattern}|(?:(?!{HAN.pattern}).)+", re.S)  # the pieces that `spelled` answers for, one by one
MOST_GRAMS = 40  # of one term; the rest is read in the lines
_CLOSED = re.compile(r"(?<!\d)[\s\-_./,·'’()+&]+|[\s\-_./,·'’()+&]++(?!\d)")  # not between two figures
_WIDE = re.compile("[\u2e80-\ud7ff\ue000-\uffff]+")  # of no script that writes words in many letters; three bytes each
_SHORT = 200  # characters; a longer word is cut up as any other
_THREE, _FOUR = ([slice(i, i + 2 * n) for i in range(0, 2 * _SHORT, 2)] for n in (3, 4))  # where they stand among the digits of a word
_ONE_WIDE, _TWO_WIDE = ([slice(i, i + 6 * n) for i in range(0, 6 * _SHORT, 6)] for n in (1, 2))
_MARKS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def plain(value: str) -> str:
    """As it is compared: width, case and accents do not count, one space for many."""
    if value.isascii():
        return " ".join(_MARKS.sub(" ", value).lower().split())
    text = unaccented(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _MARKS.sub(" ", value)).casefold()))
    return " ".join(text.split())


@lru_cache(maxsize=50_000)
def _is_letter(c: str) -> bool:
    """A letter or digit of a script that writes words in many letters."""
    return c < "\u2e80" and c.isalnum()


def _runs(word: str) -> Iterator[str]:
    run = ""
    for c in word:
        if _is_letter(c):
            run += c
        elif run:
            yield run
            run = ""
    if run:
        yield run


def spellings(*values: str, name: bool = False, person: bool = False) -> list[str]:
    """Everything that a record's values are found by. `name`: by pinyin and initials too; `person`: begins with a surname."""
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
    return tuple(filter(None, found))


def text_of(found: Iterable[str]) -> str:
    """The lines as they are kept: every word stands behind a space, every line on its own."""
    return "\n".join(f" {line}" for line in dict.fromkeys(found))


def grams_of(text: str) -> list[str]:
    """Every gram of kept lines."""
    found: set[str] = set()
    for word in set(text.split()):
        found |= _grams_of_word(word)
    return sorted(found)


@lru_cache(maxsize=4_000)
def _grams_of_word(word: str) -> frozenset[str]:
    code, n = word.encode().hex(), len(word)
    if n <= _SHORT and word.isascii() and word.isalnum():  # letters alone, two hexadecimal digits each: most words
        part = code.__getitem__
        return frozenset({"s" + code[:2], "s" + code[:4], *map(part, _THREE[: max(0, n - 2)]), *map(part, _FOUR[: max(0, n - 3)])})
    if n <= _SHORT and _WIDE.fullmatch(word):  # none, six each: most others
        part = code.__getitem__
        return frozenset({*map(part, _ONE_WIDE[:n]), *map(part, _TWO_WIDE[: n - 1])})
    codes, letters = [_coded(c) for c in word], [_is_letter(c) for c in word]
    found = {"s" + "".join(codes[:n]) for n in (1, 2) if len(word) >= n and all(letters[:n])}
    run = 0  # how many letters stand in a row up to here
    for i, is_letter in enumerate(letters):
        if is_letter:
            run += 1
            if run > 2:
                found.add(codes[i - 2] + codes[i - 1] + codes[i])
            if run > 3:
                found.add(codes[i - 3] + codes[i - 2] + codes[i - 1] + codes[i])
        else:
            found.add(codes[i])
        if i and not (is_letter and letters[i - 1]):
            found.add(codes[i - 1] + codes[i])
        run = run if is_letter else 0
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _coded(gram: str) -> str:
    """In hexadecimal digits, so that nothing typed ever reaches a query language."""
    return gram.encode().hex()


def is_start(term: str) -> bool:
    """Whether a term is found only where a word begins."""
    return len(term) < 3 and all(map(_is_letter, term))


def needed(term: str) -> list[str]:
    """The grams that everything with this term has."""
    if is_start(term):
        return ["s" + _coded(term)]
    if len(term) == 1:
        return [_coded(term)]
    found = [_coded(term[i : i + 2]) for i in range(len(term) - 1) if not all(map(_is_letter, term[i : i + 2]))]
    for run in _runs(term):
        n = min(4, len(run))
        if n > 2:
            found += [_coded(run[i : i + n]) for i in range(len(run) - n + 1)]
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

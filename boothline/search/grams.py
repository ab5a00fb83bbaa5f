"""The grams of kept lines (`words` says which, and what for). Another process cuts them, too (`beside`): nothing else is needed here."""

from __future__ import annotations

import re
from functools import lru_cache

_WIDE = re.compile("[\u2e80-\ud7ff\ue000-\uffff]+")  # of no script that writes words in many letters; three bytes each
_SHORT = 200  # characters; a longer word is cut up as any other
_THREE, _FOUR = ([slice(i, i + 2 * n) for i in range(0, 2 * _SHORT, 2)] for n in (3, 4))  # where they stand among the digits of a word
_ONE_WIDE, _TWO_WIDE = ([slice(i, i + 6 * n) for i in range(0, 6 * _SHORT, 6)] for n in (1, 2))


@lru_cache(maxsize=50_000)
def is_letter(c: str) -> bool:
    """A letter or digit of a script that writes words in many letters."""
    return c < "\u2e80" and c.isalnum()


def grams_of(text: str) -> list[str]:
    """Every gram of kept lines."""
    found: set[str] = set()
    for word in set(text.split()):
        found |= _grams_of_word(word)
    return sorted(found)


@lru_cache(maxsize=1_000)
def _grams_of_word(word: str) -> frozenset[str]:
    code, n = word.encode().hex(), len(word)
    if n <= _SHORT and word.isascii() and word.isalnum():  # letters alone, two hexadecimal digits each: most words
        part = code.__getitem__
        return frozenset({"s" + code[:2], "s" + code[:4], *map(part, _THREE[: max(0, n - 2)]), *map(part, _FOUR[: max(0, n - 3)])})
    if n <= _SHORT and _WIDE.fullmatch(word):  # none, six each: most others
        part = code.__getitem__
        return frozenset({*map(part, _ONE_WIDE[:n]), *map(part, _TWO_WIDE[: n - 1])})
    codes, letters = [coded(c) for c in word], [is_letter(c) for c in word]
    found = {"s" + "".join(codes[:n]) for n in (1, 2) if len(word) >= n and all(letters[:n])}
    run = 0  # how many letters stand in a row up to here
    for i, is_one in enumerate(letters):
        if is_one:
            run += 1
            if run > 2:
                found.add(codes[i - 2] + codes[i - 1] + codes[i])
            if run > 3:
                found.add(codes[i - 3] + codes[i - 2] + codes[i - 1] + codes[i])
        else:
            found.add(codes[i])
        if i and not (is_one and letters[i - 1]):
            found.add(codes[i - 1] + codes[i])
        run = run if is_one else 0
    return frozenset(found)


@lru_cache(maxsize=50_000)
def coded(gram: str) -> str:
    """In hexadecimal digits, so that nothing typed ever reaches a query language."""
    return gram.encode().hex()

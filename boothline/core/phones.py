"""Phone numbers as people write them: with their country's code or without it, it is the same number.

A number that names its code (+86 138..., 0086 138...) is of that country. One that does not is dialled at home: in the country of
whoever has it, or in ours; where nobody knows their country, in any.
"""

from __future__ import annotations

import unicodedata

import phonenumbers

from boothline.core.countries import code_of, dialled
from boothline.core.text import digits

TAIL = 7  # the figures at the end that stand in every way to write a number


def calling_code(country: str) -> str:
    """What is dialled before a number of this country, given as people write it: 86 of 中国; "" where nobody knows."""
    return str(phonenumbers.country_code_for_region(code_of(country)) or "")


def tail(figures: str) -> str:
    """The last figures of a number: numbers that are the same end alike, however much stands before."""
    return figures[-TAIL:]


def is_same(one: str, other: str, *, one_in: str = "", other_in: str = "", ours: str = "") -> bool:
    """Whether two numbers are the same. `one_in`, `other_in`: the countries of those who have them; `ours`: that of the company."""
    (code, home), (other_code, other_home) = _parted(one), _parted(other)
    if not home or not other_home:
        return False
    if _dialled_as(code, home, one_in or other_in, ours) & _dialled_as(other_code, other_home, other_in or one_in, ours):
        return True
    is_anywhere = not (code or calling_code(one_in)) or not (other_code or calling_code(other_in))
    return home == other_home and is_anywhere and not (code and other_code)


def _parted(number: str) -> tuple[str, str]:
    """(the code that it names, the number without it and without the zero that is dialled at home); no code where it names none."""
    named = dialled(unicodedata.normalize("NFKC", number))
    try:
        found = phonenumbers.parse(f"+{named}")
    except phonenumbers.NumberParseException:
        return "", digits(number).lstrip("0")
    return str(found.country_code), str(found.national_number)


def _dialled_as(code: str, home: str, country: str, ours: str) -> set[str]:
    """All that it may be across borders; a number without a code may have been written with it, but without its sign."""
    if code:
        return {code + home}
    return {home, calling_code(country) + home, calling_code(ours) + home}

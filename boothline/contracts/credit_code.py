"""The unified social credit code 统一社会信用代码 (GB 32100-2015): cleaned, checked, and what is wrong with it in words.

18 characters out of 31 (no I O S V Z); the last one is the check over the first 17. Parts: registrar, kind, district
(6), organisation code (9) with a check character of its own, which only warns.
"""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
OLD_LENGTH = 15
WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)


def cleaned(text: str) -> str:
    """As it is stored: plain characters, no spaces and hyphens, capitals. A letter O stays a letter O."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    return "".join(c for c in plain if not c.isspace() and c not in "-‐‑–—")


def check_of(first: str) -> str:
    """The check character of the first 17, which are all of the alphabet."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(first, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_old(code: str) -> bool:
    """An old licence number of 15 digits."""
    return len(code) == OLD_LENGTH and code.isdigit()


def problem(code: str) -> str:
    """What is wrong with a cleaned code, and what to do; "" for a valid one."""
    if is_old(code):
        return _("This is an old licence number of 15 digits. Ask for the unified social credit code of 18 on the new licence.")
    if len(code) != LENGTH:
        return _("The code has 18 characters; these are %(n)s. Check the business licence.") % {"n": len(code)}
    for place, character in enumerate(code, start=1):
        if character not in ALPHABET:
            words = _("Character %(n)s is %(c)s; the code has no I, O, S, V, Z. Is it a digit? Check the business licence.")
            return words % {"n": place, "c": character}
    expected = check_of(code[:17])
    if expected != code[17]:
        words = _("Character 18 is wrong: by the first 17 it would be %(c)s. Check the business licence.")
        return words % {"c": expected}
    return ""


def is_valid(code: str) -> bool:
    """Nothing is wrong with it."""
    return not problem(code)


def organisation_check(first: str) -> str:
    """The check character of the first 8 of an organisation code."""
    total = sum(int(c, 36) * w for c, w in zip(first, ORGANISATION, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def organisation_fits(code: str) -> bool:
    """The organisation code of a valid code fits its own check character; some old ones do not, and are right all the same."""
    return organisation_check(code[8:16]) == code[16]

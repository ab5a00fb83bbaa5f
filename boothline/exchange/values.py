"""What a cell says: a number, a name, nothing at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from boothline.core.errors import Refused, Words
from boothline.core.money import CURRENCIES
from boothline.core.text import clean

NOTHING = {"-", "--", "/", "\\", "n/a", "na", "none", "null", "nil", "(null)", "select", "无", "没有", "暂无"}
MARKS = {"¥": "CNY", "元": "CNY", "rmb": "CNY", "$": "USD", "us$": "USD", "美元": "USD", "€": "EUR", "欧元": "EUR", "£": "GBP"}
NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(\.\d+)?", re.ASCII)
APART = re.compile(r';|^"|^\s|\s\Z')
JOINED = re.compile(r'(?:^|;)\s*("(?:[^"]|"")*"(?=\s*(?:;|\Z))|[^;]*)')
COMMA = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+|\d+),(\d{1,2}|\d{4,})", re.ASCII)  # 1.234,50 and 12,5; 1,234 is a thousand


class Exact(str):
    """A cell of a table that we wrote ourselves: it says what it says, to the last space."""


def joined(values: Iterable[Any]) -> str:
    """Several values as one cell, with "; " between; one that would fall apart there stands in quotation marks."""
    return "; ".join(f'"{v.replace(chr(34), chr(34) * 2)}"' if APART.search(v) else v for v in map(str, values))


def apart(cell: str) -> list[str]:
    """The values of a cell that `joined` wrote."""
    found = [part[1:-1].replace('""', '"') if part.startswith('"') else part.strip() for part in JOINED.findall(cell)]
    return [value for value in found if value]


def is_nothing(text: str) -> bool:
    """Blank, or a filler that programs write where nothing was said or chosen."""
    return not text or text == "NaN" or text.casefold() in NOTHING


def said(cell: str, limit: int, label: Words) -> str:
    """The text of a cell in one line; "" for nothing. Too long is refused, never cut."""
    text = clean(cell, 10**8)
    if not isinstance(cell, Exact):
        text = " ".join(text.split())
        if is_nothing(text):
            return ""
    if len(text) > limit:
        words = _("%(field)s is too long: %(length)s characters, the limit is %(limit)s. Shorten it and import the file again.")
        raise Refused(words % {"field": label, "length": len(text), "limit": limit})
    return text


def number(cell: str, label: Words) -> tuple[Decimal, str] | None:
    """(number, currency named beside it or ""); None for nothing. Refuses what is no number, and what may be two."""
    text = said(cell, 60, label)
    if not text:
        return None
    bare, currency = _without_currency(unicodedata.normalize("NFKC", text))
    found = NUMBER.fullmatch(bare)
    comma = COMMA.fullmatch(bare)
    if found:
        return Decimal(found[1] + re.sub(r"[, ]", "", found[2]) + (found[3] or "")), currency
    if comma:
        return Decimal(f"{comma[1]}{comma[2].replace('.', '')}.{comma[3]}"), currency
    raise Refused(_("%(field)s: %(value)s is no number. Write it like 1234.50.") % {"field": label, "value": text})


def currency_of(written: str, beside: str, usual: str) -> str:
    """In which currency a price is: as its column says, or as stands beside it. Refused where the two differ, or none of ours."""
    said_twice = bool(written and beside and written.upper() != beside)
    currency = (written or beside).upper() or usual
    if said_twice:
        words = _("The column says %(written)s and the amount %(beside)s. Say one currency.")
        raise Refused(words % {"written": written.upper()[:20], "beside": beside})
    if currency not in CURRENCIES:
        words = _("%(currency)s is no currency that prices are kept in (%(known)s).")
        raise Refused(words % {"currency": currency[:20], "known": ", ".join(CURRENCIES)})
    return currency


def _without_currency(text: str) -> tuple[str, str]:
    folded = text.casefold()
    for mark, currency in [*((code.casefold(), code) for code in CURRENCIES), *sorted(MARKS.items(), key=lambda pair: -len(pair[0]))]:
        for bare in (folded.removeprefix(mark), folded.removesuffix(mark)):
            if bare != folded:
                return bare.strip(), currency
    return folded, ""

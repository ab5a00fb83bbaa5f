"""What a cell says: a number, a name, nothing at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from boothline.core.errors import Refused, Words
from boothline.core.money import CURRENCIES
from boothline.core.text import clean
from boothline.core.units import known_unit

NOTHING = {"-", "--", "/", "\\", "n/a", "na", "none", "null", "nil", "(null)", "select", "无", "没有", "暂无"}
MARKS = {
    "¥": "CNY", "元": "CNY", "rmb": "CNY", "人民币": "CNY", "$": "USD", "us$": "USD", "美元": "USD", "美金": "USD", "usd$": "USD",
    "€": "EUR", "欧元": "EUR", "£": "GBP", "英镑": "GBP", "hk$": "HKD", "港币": "HKD", "港元": "HKD", "日元": "JPY",
}  # fmt: skip
OPEN = {  # the figure is not said yet
    "面议", "价格面议", "询价", "请询价", "来电询价", "电询", "电议", "议价", "另议", "待定", "待议", "待确认", "tbd", "tba", "tbc",
    "poa", "p.o.a.", "on request", "upon request", "price on request", "ask", "ask for price", "negotiable", "to be confirmed",
    "to be discussed",
}  # fmt: skip
NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(\.\d+)?", re.ASCII)
APART = re.compile(r';|^"|^\s|\s\Z')
JOINED = re.compile(r'(?:^|;)\s*("(?:[^"]|"")*"(?=\s*(?:;|\Z))|[^;]*)')
GRADE = re.compile(r"(?:grade|class)?\s*([a-d])\s*(?:级|类|grade|class)?\s*(?:客户)?", re.I)
PER = re.compile(r"(.*?)\s*(?:/|每|\bper\b)\s*([^\W\d]+)\.?")  # 9.8/pcs, 9.8 USD per set
BEHIND = re.compile(r"(.*\d)\s*([^\W\d]+)\.?")  # 500个, 1,200 pcs
EITHER = re.compile(r"[+-]?\d{1,3}[.,]\d{3}", re.ASCII)
PARTS = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}", re.ASCII)
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


class Measured(NamedTuple):
    """A number as a cell says it, with the currency and the unit that stand beside it ("" where none does)."""

    figure: Decimal
    currency: str
    unit: str


def number(cell: str, label: Words) -> tuple[Decimal, str] | None:
    """(number, currency named beside it or ""); None for nothing. Refuses what is no number, and what may be two."""
    found = measured(cell, label)
    if found and found.unit:
        raise _no_number(cell, label)
    return None if found is None else (found.figure, found.currency)


def measured(cell: str, label: Words, *, has_commas: bool = False) -> Measured | None:
    """The same with a unit: 500个, 9.8 USD/pc. What is not said yet (面议, TBD) is nothing. In a column that writes a comma before the
    decimals (`decimal_commas`), 1.234 may be two numbers and is refused."""
    text = said(cell, 60, label)
    if not text or text.casefold() in OPEN:
        return None
    bare, currency, unit = _parts(unicodedata.normalize("NFKC", text))
    if has_commas and EITHER.fullmatch(bare):
        whole, part = re.sub(r"[.,]", "", bare), bare.replace(",", ".") + "0"
        words = _(
            "%(field)s: %(value)s may be two numbers: other cells of its column have a comma before the decimals. "
            "Write %(whole)s or %(part)s."
        )
        raise Refused(words % {"field": label, "value": text, "whole": whole, "part": part})
    found = NUMBER.fullmatch(bare)
    comma = COMMA.fullmatch(bare)
    if found:
        return Measured(Decimal(found[1] + re.sub(r"[, ]", "", found[2]) + (found[3] or "")), currency, unit)
    if comma:
        return Measured(Decimal(f"{comma[1]}{comma[2].replace('.', '')}.{comma[3]}"), currency, unit)
    raise _no_number(text, label)


def _no_number(text: str, label: Words) -> Refused:
    return Refused(_("%(field)s: %(value)s is no number. Write it like 1234.50.") % {"field": label, "value": text})


def decimal_commas(cells: Iterable[str]) -> bool:
    """A column writes decimals behind a comma: one of its cells can be read in no other way."""
    return any(
        PARTS.fullmatch(_parts(unicodedata.normalize("NFKC", cell[:60]).strip())[0]) for cell in cells if "," in cell or "，" in cell
    )


def _parts(text: str) -> tuple[str, str, str]:
    """(figures, currency, unit) of a cell; what is no unit that we know stays with the figures, and is no number."""
    if NUMBER.fullmatch(text):
        return text, "", ""
    unit = ""
    bare, currency = _without_currency(text)
    for shape in (PER, BEHIND):
        found = shape.fullmatch(bare)
        if found and not unit and known_unit(found[2]):
            (bare, beside), unit = _without_currency(found[1]), found[2]
            currency = currency or beside
    return bare, currency, unit


def one_unit(*units: str) -> str:
    """The unit that these say, "" where none does; refused where two say different ones."""
    said_ones = [unit for unit in units if unit]
    if len({known_unit(unit) or unit.casefold() for unit in said_ones}) > 1:
        words = _("The row counts in %(first)s and in %(other)s. Say one unit.")
        raise Refused(words % {"first": said_ones[0], "other": next(u for u in said_ones if known_unit(u) != known_unit(said_ones[0]))})
    return said_ones[0] if said_ones else ""


def grade_of(cell: str) -> str:
    """The grade that a cell says: A, b, C级, "grade D"; "" where it says none of the four."""
    found = GRADE.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    return found[1].upper() if found else ""


def in_currency(cell: str, heading: str) -> str:
    """A bare figure under a heading that names a currency, as 单价（USD）, with that currency beside it."""
    text, currency = cell.strip(), _headed(heading)
    return f"{text} {currency}" if currency and text[:1].isdigit() and text[-1:].isdigit() else cell


@lru_cache(maxsize=500)
def _headed(heading: str) -> str:
    found = HEADED.search(unicodedata.normalize("NFKC", heading).casefold())
    mark = found[0].strip("([/ ") if found else ""
    return mark.upper() if mark.upper() in CURRENCIES else MARKS.get(mark, "")


def currency_of(written: str, beside: str, usual: str) -> str:
    """In which currency a price is: as its column says (CNY, 人民币, RMB), or as stands beside it. Refused where the two differ, or none
    of ours."""
    column = MARKS.get(written.strip().casefold(), written.upper())
    if column and beside and column != beside:
        words = _("The column says %(written)s and the amount %(beside)s. Say one currency.")
        raise Refused(words % {"written": written.upper()[:20], "beside": beside})
    currency = column or beside or usual
    if currency not in CURRENCIES:
        words = _("%(currency)s is no currency that prices are kept in (%(known)s).")
        raise Refused(words % {"currency": currency[:20], "known": ", ".join(CURRENCIES)})
    return currency


def _without_currency(text: str) -> tuple[str, str]:
    """What is left of a cell without its currency, which may stand twice: RMB 9.80元."""
    bare, named = text.casefold(), ""
    for mark, currency in SIGNS:
        left = bare.removeprefix(mark).removesuffix(mark).strip()
        if left != bare and named in ("", currency):
            bare, named = left, currency
    return bare, named


SIGNS = [*sorted(MARKS.items(), key=lambda pair: -len(pair[0])), *((code.casefold(), code) for code in CURRENCIES)]
_CODES = "|".join(code.casefold() for code in CURRENCIES)
HEADED = re.compile(  # a currency in a heading: as its code, as a word, or as a mark in brackets
    rf"(?<![a-z])(?:{_CODES}|rmb)(?![a-z])|(?:us|hk)\$|美元|美金|人民币|欧元|英镑|港币|港元|日元|[(\[/]\s*[元¥$€£]"
)

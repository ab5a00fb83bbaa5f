"""How a price list says prices and cartons: what the doors of products and of variants read alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.company import company
from boothline.core.errors import Refused
from boothline.core.money import check_price, trimmed
from boothline.core.text import prose
from boothline.exchange.kinds import KINDS
from boothline.exchange.tables import Table
from boothline.exchange.values import Exact, Measured, currency_of, decimal_commas, measured, said

SIDES = ("carton_length", "carton_width", "carton_height")
WEIGHTS = ("net_weight", "gross_weight")
SIZE = re.compile(r"(\d+(?:\.\d)?)\s*(?:cm)?\s*[*×x]\s*(\d+(?:\.\d)?)\s*(?:cm)?\s*[*×x]\s*(\d+(?:\.\d)?)\s*(?:cm)?", re.I)
LARGEST = 250  # cm; more is no carton but a size in millimetres
HEAVIEST = 10_000  # kg
NOT_KG = ("g", "lb", "lbs", "t", "克", "斤", "吨", "磅")
KEPT = (
    {"carton_quantity": (1, 0, 10**6 + 1)} | dict.fromkeys(SIDES, (0, 1, 10**5)) | dict.fromkeys(WEIGHTS, (0, 3, 10**5))
)  # from, decimals, below


class PriceList:
    """The part of a door. A price is said as "4821.00 USD"."""

    kind: str

    def __init__(self) -> None:
        self._currency = company().currency
        self._commas: set[str] = set()  # fields whose column has a comma before the decimals
        self._is_mm = False  # the heading of the cartons' sizes says so

    def look_at(self, table: Table) -> None:
        """How its figures are written."""
        kind = KINDS[self.kind]
        self._commas = {name for name in ("price", "floor", "minimum") if decimal_commas(table.column(kind, name))}
        fields = zip(table.headings, table.fields_of(kind), strict=True)
        self._is_mm = any(name == "carton_size" and re.search(r"\bmm\b|毫米", heading, re.I) for heading, name in fields)

    def words(self, name: str) -> str:
        """What a field is called."""
        raise NotImplementedError

    def _figure(self, name: str, cell: str) -> Measured | None:
        return measured(cell, self.words(name), has_commas=name in self._commas)

    def _price(self, found: Measured | None, written: str) -> str:
        """The price as it is kept; without a currency it is in the company's. "" where none is said."""
        currency = currency_of(written, found.currency if found else "", self._currency)
        if found is None:
            return ""
        check_price(found.figure)
        return f"{trimmed(found.figure, 2)} {currency}"

    def _packing(self, cells: dict[str, str], names: tuple[str, ...], without: str, warn: Callable[[str], None]) -> dict[str, str]:
        """How it is packed; what cannot be read of it is told: the row stands without it."""
        found: dict[str, str] = {}
        for name in names:
            try:
                found |= {name: read} if (read := self._packed(name, cells.get(name, ""))) else {}
            except Refused as refused:
                warn(prose((refused.words, without)))
        return found

    def _packed(self, name: str, cell: str) -> str:
        if name == "carton_size":
            return self._size(said(cell, 60, self.words(name)))
        found = measured(cell, self.words(name))
        if found is None:
            return ""
        least, decimals, most = KEPT[name]
        figure = found.figure if name == "carton_quantity" else round(found.figure, decimals)
        could_be = least <= figure < most and figure == round(figure, decimals)
        if not isinstance(cell, Exact):  # what was not typed into our own form is doubted more
            largest = LARGEST if name in SIDES else HEAVIEST
            could_be = could_be and 0 < figure <= largest and found.unit.casefold() not in NOT_KG
        if not could_be:
            raise Refused(_("%(field)s: %(value)s cannot be.") % {"field": self.words(name), "value": cell.strip()})
        return trimmed(figure)

    def _size(self, text: str) -> str:
        found = SIZE.fullmatch(unicodedata.normalize("NFKC", text))
        sides = [Decimal(side) / (10 if self._is_mm else 1) for side in found.groups()] if found else []
        if text and not (sides and all(0 < side <= LARGEST for side in sides)):
            words = _("%(field)s: %(value)s is no size. Write it in cm like 45 × 35 × 30.")
            raise Refused(words % {"field": self.words("carton_size"), "value": text})
        return " × ".join(trimmed(round(side, 1)) for side in sides)


def as_fields(told: dict[str, Any]) -> dict[str, Any]:
    """How it is packed, as a variant keeps it."""
    found: dict[str, Any] = {name: Decimal(told[name]) for name in (*SIDES, *WEIGHTS) if name in told}
    found |= {"carton_quantity": int(told["carton_quantity"])} if "carton_quantity" in told else {}
    return found | (dict(zip(SIDES, map(Decimal, told["carton_size"].split(" × ")), strict=True)) if "carton_size" in told else {})


def as_price(told: str) -> tuple[Decimal, str]:
    """A price and its currency."""
    amount, currency = told.split()
    return Decimal(amount), currency

"""Money: Decimal with one currency a document. A line is rounded half-up to the minor unit; totals sum rounded lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import format_currency
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.units import is_whole, known_unit, unit_words

NO_MINOR_UNIT = {"JPY", "KRW", "VND", "CLP", "ISK", "HUF"}
TOO_LARGE = Decimal(10) ** 12  # what a column for money does not hold any more
MONEY_DIGITS = 14  # of a column for money, a unit price or a quantity
MOST = Decimal(10) ** 9  # of a quantity or a unit price; a column holds a little more
_SUM = re.compile(r"%\((\w+)\)s %\(currency\)s")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_WORD = re.compile(r"\s*([^\W\d_]\S*)$")
_TYPED = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,3}0*)?", re.ASCII)
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "JPY")


def round_line(amount: Decimal, currency: str) -> Decimal:
    """An amount in the currency's minor unit, half up. The only rounding of money there is."""
    return amount.quantize(_unit(currency), rounding=ROUND_HALF_UP)


def _unit(currency: str) -> Decimal:
    """The smallest amount of a currency that somebody can pay."""
    return Decimal(1) if currency in NO_MINOR_UNIT else Decimal("0.01")


def line_amount(quantity: Decimal, price: Decimal, discount: Decimal, currency: str) -> Decimal:
    """quantity x price x (1 - discount), rounded; `discount` is a percentage (10 = 10 %)."""
    return kept(round_line(quantity * price * (1 - discount / 100), currency))


def net_price(price: Decimal, discount: Decimal) -> Decimal:
    """What a discount in percent leaves of a unit price."""
    return round(price * (1 - discount / 100), 4)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of rounded lines."""
    return kept(sum(amounts, Decimal("0.00")))


def kept(amount: Decimal) -> Decimal:
    """An amount that a column can hold; refused where it is larger."""
    if abs(amount) >= TOO_LARGE:
        raise Refused(_("An amount this large cannot be kept. Lower the quantity or the price."), code="too_large")
    return amount


def check_unit(amount: Decimal, currency: str, field: str) -> None:
    """Refuses parts of the currency's smallest unit: nobody pays them."""
    if not amount % _unit(currency):
        return
    if currency in NO_MINOR_UNIT:
        raise Refused(_("%(currency)s has no smaller unit: enter a whole amount.") % {"currency": currency}, field=field)
    raise Refused(_("Enter an amount with at most 2 decimals."), field=field)


def share(amount: Decimal, parts: Iterable[Decimal], currency: str) -> list[Decimal]:
    """Splits an amount by weights so that the parts add up to the cent (largest remainder)."""
    weights = list(parts)
    whole, unit = sum(weights, Decimal(0)), _unit(currency)
    exact = [amount * w / whole for w in weights]
    floors = [(e / unit).to_integral_value(rounding="ROUND_FLOOR") * unit for e in exact]
    missing = int((amount - sum(floors, Decimal(0))) / unit)
    for i in sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))[:missing]:
        floors[i] += unit
    return floors


def typed_quantity(text: str, unit: str = "") -> Decimal | None:
    """A quantity as a person types it or copies it from our pages: 1200 or 1,200, full-width as well, and with the word of its `unit`
    behind it, 300片 or 300 pcs; None for anything else."""
    text = text.translate(_NARROW).strip()
    written = _WORD.search(text)
    if written and unit and known_unit(written[1].rstrip(".")) == (known_unit(unit) or unit):
        text = text[: written.start()]
    return Decimal(text.replace(",", "")) if len(text) < 30 and _TYPED.fullmatch(text) else None


def check_quantity(quantity: Decimal | None, field: str = "quantity", unit: str = "") -> None:
    """Refuses what is not more than 0, finer than a quantity is kept (3 decimals), or a part of a piece; None is not said yet."""
    if quantity is None:
        return
    if quantity <= 0:
        raise Refused(_("The quantity must be more than 0."), field=field)
    if quantity > MOST:
        raise Refused(_("This quantity is too large. Check the number."), field=field)
    if quantity != round(quantity, 3):
        raise Refused(_("A quantity has at most 3 decimals."), field=field)
    if is_whole(unit) and quantity % 1:
        raise Refused(_("Sold in whole units only (%(unit)s). Enter a whole number.") % {"unit": unit_words(unit)}, field=field)


def check_price(price: Decimal | None, field: str = "price") -> None:
    """Refuses what is below 0, or finer than a unit price is kept (4 decimals); None is not said yet."""
    if price is None:
        return
    if price < 0:
        raise Refused(_("The price cannot be below 0."), field=field)
    if price > MOST:
        raise Refused(_("This price is too high. Check the number."), field=field)
    if price != round(price, 4):
        raise Refused(_("A unit price has at most 4 decimals."), field=field)


def money_words(amount: Decimal, currency: str) -> str:
    """An amount as the reader's language writes it: ¥24,000.00."""
    return format_currency(amount, currency, locale=_locale()).replace("-", "−")


def price_words(amount: Decimal, currency: str) -> str:
    """A unit price: at least two decimals, more where it has them."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    exact = amount.quantize(Decimal(1).scaleb(-places))
    return format_currency(exact, currency, locale=_locale(), decimal_quantization=False).replace("-", "−")


def _locale() -> str:
    return "zh_Hans_CN" if (get_language() or "zh").startswith("zh") else "en_GB"


def with_sums(sentence: str, values: Mapping[str, Any]) -> str:
    """A sentence that names an amount and its currency side by side, with the amount written out in its place."""

    def written(found: re.Match[str]) -> str:
        amount = str(values.get(found[1], "")).replace(",", "")
        return money_words(Decimal(amount), str(values["currency"])) if _AMOUNT.fullmatch(amount) else found[0]

    return _SUM.sub(written, sentence) if values.get("currency") else sentence


def trimmed(value: Decimal, least: int = 0) -> str:
    """Without the zeros that the column adds, with at least so many decimals: 1500.000 -> "1500", 54.0000 (2) -> "54.00"."""
    before, _dot, after = f"{value:f}".partition(".")
    after = after.rstrip("0").ljust(least, "0")
    return f"{before}.{after}" if after else before


def figure(value: Decimal, least: int = 0) -> str:
    """A figure in a sentence, without the zeros that the column adds: 10000.0000 -> "10,000", 1268.5 (2) -> "1,268.50"."""
    before, _dot, after = f"{value:,f}".partition(".")
    after = after.rstrip("0").ljust(least, "0")
    return (f"{before}.{after}" if after else before).replace("-", "−")


def amount_field(**options: Any) -> models.DecimalField:
    """A column for money."""
    return models.DecimalField(max_digits=MONEY_DIGITS, decimal_places=2, **options)


def price_field(**options: Any) -> models.DecimalField:
    """A column for a unit price."""
    return models.DecimalField(max_digits=MONEY_DIGITS, decimal_places=4, **options)


def quantity_field(**options: Any) -> models.DecimalField:
    """A column for a quantity."""
    return models.DecimalField(max_digits=MONEY_DIGITS, decimal_places=3, **options)


def currency_field(**options: Any) -> models.CharField:
    """A column for a currency (ISO 4217)."""
    return models.CharField(max_length=3, default="CNY", choices=[(c, c) for c in CURRENCIES], **options)

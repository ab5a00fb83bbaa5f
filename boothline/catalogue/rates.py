"""What an amount comes to in another currency, at the company's own rates: for limits that are said in CNY, and for floor prices.

Money that comes in counts at the rate on its own slip.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Variant
from boothline.core.rules import declare

BASE = "CNY"
LEAST, MOST = Decimal("0.0001"), Decimal(10_000)
RATES = {
    "USD": declare("catalogue.rate_usd", Decimal("7.1"), gettext_lazy("What 1 USD is worth in CNY, for limits"), low=LEAST, high=MOST),
    "EUR": declare("catalogue.rate_eur", Decimal("7.8"), gettext_lazy("What 1 EUR is worth in CNY, for limits"), low=LEAST, high=MOST),
    "GBP": declare("catalogue.rate_gbp", Decimal("9.2"), gettext_lazy("What 1 GBP is worth in CNY, for limits"), low=LEAST, high=MOST),
    "HKD": declare("catalogue.rate_hkd", Decimal("0.91"), gettext_lazy("What 1 HKD is worth in CNY, for limits"), low=LEAST, high=MOST),
    "JPY": declare("catalogue.rate_jpy", Decimal("0.048"), gettext_lazy("What 1 JPY is worth in CNY, for limits"), low=LEAST, high=MOST),
}


def exchanged(amount: Decimal, of: str, into: str) -> Decimal:
    """An amount of one currency in another; not rounded."""
    return amount if of == into else amount * _in_base(of) / _in_base(into)


def _in_base(currency: str) -> Decimal:
    return Decimal(1) if currency == BASE else RATES[currency].value


def is_below_floor(variant: Variant, price: Decimal, currency: str) -> bool:
    """Whether a unit price lies below the floor that the catalogue knows, whatever currency each of them is in."""
    return variant.floor is not None and price < exchanged(variant.floor, variant.currency, currency)

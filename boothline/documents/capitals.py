"""Totals in capitals, as contracts write them: 人民币贰拾万零壹佰壹拾陆元整, or SAY RENMINBI YUAN TWO HUNDRED THOUSAND ONLY."""

from __future__ import annotations

from decimal import Decimal

CHINESE = {"CNY": "人民币", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "HKD": "港币", "JPY": "日元"}
ENGLISH = {
    "CNY": ("RENMINBI YUAN", "FEN"), "USD": ("US DOLLARS", "CENTS"), "EUR": ("EUROS", "CENTS"), "GBP": ("POUNDS STERLING", "PENCE"),
    "HKD": ("HONG KONG DOLLARS", "CENTS"), "JPY": ("JAPANESE YEN", ""),
}  # fmt: skip
_SMALL = (
    "ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN", "ELEVEN", "TWELVE", "THIRTEEN",
    "FOURTEEN", "FIFTEEN", "SIXTEEN", "SEVENTEEN", "EIGHTEEN", "NINETEEN",
)  # fmt: skip
_TENS = [".", ".", "TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY"]
_LARGE = ((10**12, "TRILLION"), (10**9, "BILLION"), (10**6, "MILLION"), (10**3, "THOUSAND"))


def in_capitals(amount: Decimal, currency: str, language: str) -> str:
    """An amount in capitals, in the reader's language."""
    return _chinese(amount, currency) if language.startswith("zh") else _english(amount, currency)


def _chinese(amount: Decimal, currency: str) -> str:
    from cn2an import an2cn  # with what it brings, only where a document is printed or read

    words: str = an2cn(f"{amount:.2f}", "rmb")
    if amount == amount.to_integral_value() and not words.endswith("整"):
        words += "整"
    return f"{CHINESE.get(currency, currency)}{words}"


def _english(amount: Decimal, currency: str) -> str:
    unit, minor = ENGLISH.get(currency, (currency, "CENTS"))
    whole = int(amount)
    rest = int((amount - whole) * 100)
    parts = [_words(whole)] if whole or not rest else []
    said = f"{unit} {parts[0]}" if parts else unit
    if rest and minor:
        said += f" AND {minor} {_words(rest)}" if parts else f" {minor} {_words(rest)}"
    return f"SAY {said} ONLY"


def _words(n: int) -> str:
    if n < 20:
        return _SMALL[n]
    if n < 100:
        return _TENS[n // 10] + (f"-{_SMALL[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{_SMALL[n // 100]} HUNDRED" + (f" AND {_words(n % 100)}" if n % 100 else "")
    for size, name in _LARGE:
        if n >= size:
            rest = n % size
            between = " AND " if 0 < rest < 100 else " "
            return f"{_words(n // size)} {name}" + (f"{between}{_words(rest)}" if rest else "")
    raise ValueError(n)

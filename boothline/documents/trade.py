"""What the documents of a deal share: who sells, how amounts and lines are written. Names stay text, never markup."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal, get_currency_name
from django.utils.translation import gettext as _

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.core.totals import Costs
from boothline.core.units import unit_words
from boothline.documents.capitals import in_capitals


def locale_of(language: str) -> str:
    """How a language writes numbers."""
    return "zh_Hans_CN" if language.startswith("zh") else "en_GB"


def seller(language: str, person: User | None = None) -> dict[str, str]:
    """Our own firm, and who of us the customer may ask."""
    ours = company()
    return {
        "name": ours.named(language),
        "address": ours.address if language.startswith("zh") else ours.address_latin or ours.address,
        "phone": ours.phone,
        "tax": ours.tax_number,
        "bank": ours.bank_for(language),
        **(_reached(person) if person and person.is_active else {}),
    }


def _reached(person: User) -> dict[str, str]:
    return {"asks": str(person), "asks_at": " · ".join(filter(None, (person.phone, person.email)))}


def to_person(firm: dict[str, str], person: Any) -> dict[str, str]:
    """A buyer with who of them the paper is for; a person who buys for themselves is named once."""
    return firm | ({"person": str(person)} if person and str(person) != firm["name"] else {})


def words() -> dict[str, str]:
    """The labels, in the language that is active."""
    return {
        "seller": _("Seller"), "buyer": _("Buyer"), "item": _("Item"), "quantity": _("Quantity"), "price": _("Unit price"),
        "discount": _("Discount"), "amount": _("Amount"), "total": _("Total"), "payment": _("Payment"),
        "signature": _("Signature and date"), "tax": _("Tax no."), "bank": _("Bank"), "notes": _("Notes"),
        "person": _("Attn."), "asks": _("Your contact"),
    }  # fmt: skip


def currency_words(currency: str, language: str) -> str:
    """A currency as a sentence names it: 人民币; in English by its code, as amounts do."""
    return str(get_currency_name(currency, locale=locale_of(language))) if language.startswith("zh") else currency


def money(amount: Decimal, currency: str, language: str) -> str:
    """An amount with its currency; in English by the code of the currency, as banks and customs read it: CNY 1,200.00."""
    return _written(amount, currency, language)


def _written(amount: Decimal, currency: str, language: str, *, is_exact: bool = False) -> str:
    pattern = None if language.startswith("zh") else "¤¤\u00a0#,##0.00"
    return format_currency(amount, currency, pattern, locale=locale_of(language), decimal_quantization=not is_exact)


def lines(rows: Iterable[Any], currency: str, language: str, more: dict[int, str] | None = None) -> list[dict[str, str]]:
    """Lines of a contract, or what reads like one: sku, name, unit, quantity, price, discount, amount; `more` under a name.
    What is not known yet is a dash."""
    locale = locale_of(language)
    return [
        {
            "sku": line.sku, "name": line.named(language), "unit": unit_words(line.unit), "more": (more or {}).get(line.position, ""),
            "quantity": "–" if line.quantity is None else format_decimal(line.quantity, locale=locale),
            "price": "–" if line.price is None else _written(trimmed(line.price), currency, language, is_exact=True),
            "discount": f"{line.discount.normalize():f}%" if line.discount else "",
            "amount": "–" if line.amount is None else money(line.amount, currency, language),
        }
        for line in rows
    ]  # fmt: skip


def trimmed(price: Decimal) -> Decimal:
    """At least two decimals, more where the price has them."""
    places = max(2, -int(price.normalize().as_tuple().exponent))
    return price.quantize(Decimal(1).scaleb(-places))


def parts(rows: Iterable[tuple[str, str, Decimal]], currency: str, language: str) -> list[list[str]]:
    """The parts of a sum, as they are printed between the lines and the total."""
    return [[words[:1].upper() + words[1:], money(amount, currency, language).replace("-", "−")] for _code, words, amount in rows]


def totals(found: Costs, language: str) -> dict[str, Any]:
    """What a document costs: each part where there is more than the goods, the total in figures and in capitals."""
    return {
        "parts": parts(found.rows(), found.currency, language),
        "total": money(found.total, found.currency, language),
        "capitals": in_capitals(found.total, found.currency, language),
    }

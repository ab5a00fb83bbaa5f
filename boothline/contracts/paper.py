"""The contract on paper: one version as a PDF in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.accounts.company import company
from boothline.contracts.agreement import KINDS, Version
from boothline.core.units import unit_words
from boothline.documents.press import print_pdf
from boothline.intentions.collection import BALANCES, TERMS

TEMPLATE = Path(__file__).parent / "typst" / "contract.typ"


def print_version(version: Version, language: str) -> bytes:
    """The PDF of a version in "zh-hans" or "en"."""
    with override(language):
        return print_pdf(TEMPLATE, _data(version, language))


def _data(version: Version, language: str) -> dict[str, Any]:
    locale = "zh_Hans_CN" if language.startswith("zh") else "en_GB"
    ours, contract = company(), version.contract

    def money(amount: Decimal) -> str:
        return format_currency(amount, version.currency, locale=locale)

    term = " ".join(filter(None, (str(TERMS.get(version.delivery_term, "")), version.delivery_place)))
    facts = [
        (_("Contract no."), f"{contract.number} · {_('version %(n)s') % {'n': version.n}}"),
        (_("Your PO no."), version.po_number),
        (_("Date"), date_format(timezone.localdate(), "DATE_FORMAT")),
        (_("Delivery term"), term),
        (_("Shipping date"), date_format(version.shipping_on, "DATE_FORMAT") if version.shipping_on else ""),
        (_("Delivery address"), version.delivery_address),
        (_("Consignee"), " ".join(filter(None, (version.consignee, version.consignee_phone)))),
        (_("Invoice to"), version.invoice_title),
    ]
    return {
        "title": str(KINDS[contract.kind]).capitalize(),
        "number": contract.number,
        "lang": "zh" if language.startswith("zh") else "en",
        "seller": {
            "name": ours.named(language),
            "address": ours.address if language.startswith("zh") else ours.address_latin or ours.address,
            "phone": ours.phone,
            "tax": ours.tax_number,
            "bank": ours.bank,
        },
        "buyer": {"name": contract.customer.name, "address": contract.customer.address},
        "words": {
            "seller": _("Seller"), "buyer": _("Buyer"), "item": _("Item"), "quantity": _("Quantity"), "price": _("Unit price"),
            "discount": _("Discount"), "amount": _("Amount"), "total": _("Total"), "payment": _("Payment"),
            "signature": _("Signature and date"), "tax": _("Tax no."), "bank": _("Bank"),
        },
        "facts": [[label, value] for label, value in facts if value],
        "lines": [
            {
                "sku": line.sku, "name": line.named(language), "unit": unit_words(line.unit),
                "quantity": format_decimal(line.quantity, locale=locale),
                "price": format_currency(line.price, version.currency, locale=locale, decimal_quantization=False),
                "discount": f"{line.discount.normalize():f} %" if line.discount else "",
                "amount": money(line.amount),
            }
            for line in version.lines.all()
        ],
        "total": money(version.total),
        "payments": [
            [_("deposit") if code == "deposit" else str(BALANCES[code]), money(amount)] for code, amount in version.payments()
        ],
    }  # fmt: skip

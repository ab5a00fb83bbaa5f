"""The contract on paper: one version as a PDF in the reader's language; signed, with who confirmed it, when and how."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.contracts.agreement import KINDS, Version
from boothline.contracts.dossier import buyer
from boothline.contracts.running import running
from boothline.contracts.takeover import named
from boothline.core.text import bracketed
from boothline.customers.items import items_of
from boothline.documents import trade
from boothline.documents.press import print_pdf
from boothline.intentions.collection import BALANCES, TERMS

TEMPLATE = Path(__file__).parent / "typst" / "contract.typ"


def print_version(version: Version, language: str, signed: dict[str, Any] | None = None) -> bytes:
    """The PDF of a version in "zh-hans" or "en"; with `signed` (name, words, picture) in the signature block."""
    with override(language):
        return print_pdf(TEMPLATE, _data(version, language) | {"signed": signed})


def _data(version: Version, language: str) -> dict[str, Any]:
    contract = version.contract
    term = " ".join(filter(None, (str(TERMS.get(version.delivery_term, "")), version.delivery_place)))
    lines = list(version.lines.all())
    items = items_of(contract.customer, [line.variant_id for line in lines])
    theirs = {line.position: _("your item no. %(n)s") % {"n": items[line.variant_id]} for line in lines if line.variant_id in items}
    changes = running(version)
    facts = [
        (_("Contract no."), f"{contract.number} · {_('version %(n)s') % {'n': version.n}}"),
        (_("Changes order"), changes.order if changes else ""),
        (_("Your PO no."), version.po_number),
        (_("Date"), date_format(timezone.localdate(version.frozen_at or timezone.now()), "DATE_FORMAT")),
        (_("Delivery term"), term),
        (_("Shipping date"), date_format(version.shipping_on, "DATE_FORMAT") if version.shipping_on else ""),
        (_("Arrival at the door"), date_format(version.arrival_on, "DATE_FORMAT") if version.arrival_on else ""),
        (_("Delivery address"), version.delivery_address),
        (_("Consignee"), " ".join(filter(None, (version.consignee, version.consignee_phone)))),
        (_("Invoice to") if named(version.invoice_title, "foreign").get("legal_name") else _("Tax no."), version.invoice_title),
        (_("Special terms"), version.special_terms),
    ]
    return {
        "title": str(KINDS[contract.kind]).capitalize(),
        "number": f"{contract.number} · {_('version %(n)s') % {'n': version.n}}",
        "lang": "zh" if language.startswith("zh") else "en",
        "seller": trade.seller(language, contract.customer.owner),
        "buyer": trade.to_person(buyer(contract.customer, language), version.signs),
        "words": trade.words(),
        "facts": [[label, value] for label, value in facts if value],
        "lines": trade.lines(lines, version.currency, language, theirs),
        **trade.totals(version.costs(), language),
        "payments": [[words[:1].upper() + words[1:], _amount(amount, version, language)] for words, amount in _payments(version)],
    }


def _amount(amount: Decimal, version: Version, language: str) -> str:
    return trade.money(amount, version.currency, language).replace("-", "−")


def _payments(version: Version) -> list[tuple[str, Decimal]]:
    changes = running(version)
    return [*shares(version), *(changes.sums if changes else ())]


def shares(version: Version) -> list[tuple[str, Decimal]]:
    """The parts of the price as people read them: deposit 30 %, balance 70 % before shipping; with their amounts. Of a change, those of
    its order once it is changed."""
    changes = running(version)
    if changes:
        return changes.shares
    deposit = version.deposit_percent or Decimal(0)
    found = []
    for code, amount in version.payments():
        percent, words = (deposit, _("deposit")) if code == "deposit" else (100 - deposit, str(BALANCES[code]))
        if code == "fixed" and version.balance_on:
            words = bracketed(words, date_format(version.balance_on, "DATE_FORMAT"))
        found.append((_("%(what)s, %(percent)s%%") % {"what": words, "percent": f"{percent.normalize():f}"}, amount))
    return found

"""The packing list 装箱单 of a shipment (101): goods, cartons, net and gross weight, m³, marks and what they travel with; no prices.

Printed as the shipment stands and kept nowhere. What the catalogue does not know of a line is a dash, and so is the sum over it.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.catalogue.packing import Load, load
from boothline.contracts.dossier import buyer
from boothline.core.money import trimmed
from boothline.core.units import unit_words
from boothline.customers.items import items_of
from boothline.documents import trade
from boothline.documents.press import print_pdf
from boothline.orders.shipments import Shipment, ShipmentLine

TEMPLATE = Path(__file__).parent / "typst" / "packing_list.typ"


def print_packing_list(shipment: Shipment, *, language: str) -> bytes:
    """The PDF in "zh-hans" or "en"."""
    with override(language):
        return print_pdf(TEMPLATE, packing_list(shipment, language=language))


def packing_list(shipment: Shipment, *, language: str) -> dict[str, Any]:
    """What stands on it."""
    order = shipment.order
    parts = list(shipment.lines.select_related("line__variant"))
    items = items_of(order.customer, [part.line.variant_id for part in parts])
    seller = trade.seller(language)
    facts = [
        (_("Packing list no."), shipment.number),
        (_("Date"), date_format(timezone.localdate(shipment.shipped_at or shipment.packed_at or timezone.now()), "DATE_FORMAT")),
        (_("Order no."), order.number),
        (_("Your PO no."), order.po_number),
        (_("Consignee"), " ".join(filter(None, (order.consignee, order.consignee_phone)))),  # whoever brings the goods calls it
        (_("Delivery address"), order.delivery_address),
        (_("Marks"), order.shipping_mark),
        (_("Carrier"), " ".join(filter(None, (shipment.carrier, shipment.tracking_number)))),
        (_("Vessel or flight"), shipment.vessel),
        (_("Container no."), shipment.container),
        (_("Seal no."), shipment.seal),
    ]
    return {
        "title": _("Packing list"),
        "number": shipment.number,
        "lang": "zh" if language.startswith("zh") else "en",
        "seller": {name: seller[name] for name in ("name", "address", "phone")},
        "buyer": buyer(order.customer, language),
        "words": trade.words() | {
            "cartons": _("Cartons"), "net": _("Net kg"), "gross": _("Gross kg"), "volume": "m³",
        },
        "facts": [[label, value] for label, value in facts if value],
        "lines": [_row(part, str(items.get(part.line.variant_id, "")), language) for part in parts],
        "sums": _sums(parts, language),
    }  # fmt: skip


def _row(part: ShipmentLine, item: str, language: str) -> dict[str, str]:
    packed = load([(part.line.variant, part.quantity)])
    quantity = format_decimal(trimmed(part.quantity), locale=trade.locale_of(language))
    return {
        "sku": part.line.sku,
        "name": part.line.named(language),
        "more": _("your item no. %(n)s") % {"n": item} if item else "",
        "quantity": f"{quantity} {unit_words(part.line.unit)}",
        **_packed(packed, packed.cartons > 0, language),
    }


def _sums(parts: list[ShipmentLine], language: str) -> dict[str, str]:
    """Of the whole; where a line is not known, nor is the sum."""
    packed = load((part.line.variant, part.quantity) for part in parts)
    return _packed(packed, not packed.unknown and all(part.line.variant for part in parts), language)


def _packed(packed: Load, is_known: bool, language: str) -> dict[str, str]:
    """Cartons, kilograms and cubic metres as they are printed."""
    return {
        "cartons": str(packed.cartons) if is_known else "–",
        "net": _figure(packed.net if is_known else None, 2, language),
        "gross": _figure(packed.weight if is_known else None, 2, language),
        "volume": _figure(packed.volume if is_known else None, 3, language),
    }


def _figure(amount: Decimal | None, places: int, language: str) -> str:
    pattern = "#,##0." + "0" * places
    return "–" if amount is None else format_decimal(amount, pattern, locale=trade.locale_of(language))

"""How an order stands that a version of its contract changes: for the page and the paper that the customer reads."""

from __future__ import annotations

from typing import Any

from boothline.contracts.agreement import Version
from boothline.core.totals import NAMES, summed
from boothline.orders.changes import agreed_for, changed_by, threads
from boothline.orders.register import Order, OrderLine

FACTS = ("delivery_address", "consignee", "consignee_phone", "promised_on", *NAMES)


def order_of(version: Version) -> dict[str, Any] | None:
    """Number, lines, terms of the order that a version changes, and what it costs besides: fees less allowances, goods taken in
    exchange, of which no version says anything. None where none stands."""
    if not Order.objects.filter(contract=version.contract_id, void_at=None, merged_into=None).exists():
        return None
    order = changed_by(version.contract)
    known = threads(order)
    lines = list(order.lines.filter(replaces=None, due__gt=0).order_by("position"))
    agreed = summed([line.amount for line in lines], order.price_terms(), order.currency).total
    facts = {name: getattr(order, name) for name in FACTS} | {"total": agreed, "po_number": agreed_for(order).po_number}
    said = [_said(line) | {"thread": known[line.pk]} for line in lines]
    return {"number": order.number, "lines": said, "facts": facts, "beside": order.total - agreed}


def _said(line: OrderLine) -> dict[str, Any]:
    names = ("pk", "position", "variant_id", "sku", "name", "name_latin", "unit", "price", "discount", "amount")
    return {name: getattr(line, name) for name in names} | {"quantity": line.due}

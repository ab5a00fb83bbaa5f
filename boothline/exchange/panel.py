"""What this room shows above every list: the ways to take it out as it is shown."""

from __future__ import annotations

from typing import Any

from django.template.backends.utils import csrf_input
from django.urls import reverse

from boothline.accounts.rights import where
from boothline.core.actors import Actor
from boothline.exchange.exports import may_export
from boothline.exchange.rights import may_bring

BROUGHT = {  # lists whose records files bring
    "customers": "customer", "contacts": "contact", "products": "product", "people": "user", "orders": "order", "receipts": "receipt",
    "shipments": "tracking", "exhibitors": "exhibitor",
}  # fmt: skip


def export(page: Any, by: Actor) -> dict[str, Any] | None:
    """The formats. A download leaves the page as it is, so its form is pressed any number of times and is each time a new one."""
    if not may_export(by, page.under):
        return None
    query = page.asked.query.copy()
    query.pop("after", None)
    query["columns"] = ",".join(column.code for column in page.asked.columns)
    return {
        "action": f"{reverse('list-export', args=[page.name])}?{query.urlencode()}",
        "token": csrf_input(page.request),
        "has_people": bool(page.people),
        "is_part": where(by, "exports.run") is not None,
    }


def bring_in(page: Any, by: Actor) -> dict[str, Any] | None:
    """The way in, above the lists whose records files bring."""
    kind = BROUGHT.get(page.name)
    return {} if kind and by.has("imports.run") and may_bring(by, kind) else None

"""What stands beside the lines of an order: the customer's item numbers, the shipping mark 唛头, a remark of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Stale
from boothline.core.operations import operation
from boothline.core.records import revise
from boothline.core.text import clean
from boothline.customers.items import items_of, note_items
from boothline.orders import events
from boothline.orders.register import Order, locked
from boothline.search import index
from boothline.timeline.history import record

LENGTH = 60  # of a customer's number


@operation("orders.edit_particulars")
def edit_particulars(order: Order, *, by: Actor, revision: int, values: dict[str, Any], items: Mapping[int, tuple[str, str]]) -> Order:
    """Writes shipping mark and remark, and what the customer calls the goods: {variant id: (item number, barcode)}. The numbers are
    remembered for their next order."""
    require(by, "orders.change", order)
    order = locked(order)
    if order.void_at:
        raise Refused(_("Order %(number)s is void; it is not changed any more.") % {"number": order.number}, code="void")
    skus = dict(order.lines.filter(variant__in=list(items)).values_list("variant", "sku"))
    wanted = {pk: (clean(number, LENGTH), clean(barcode, LENGTH)) for pk, (number, barcode) in items.items() if pk in skus}
    try:
        changes = revise(order, revision=revision, values=values)
    except Stale as stale:
        stale.fields += _apart(order, wanted)
        raise
    renamed = note_items(order.customer, wanted)
    if not changes and not renamed:
        return order
    if renamed and not changes:  # whoever has the form open since sees them first
        Order.objects.filter(pk=order.pk).update(revision=F("revision") + 1)
        order.refresh_from_db()
    index.keep([order.findable()])
    said = [" ".join([skus[pk], *(filter(None, wanted[pk]))]) for pk in renamed]  # listed in the reader's language
    record(
        events.PARTICULARS_EDITED, subject=order, under=order.customer, by=by, values={"number": order.number, "items": said},
        changes=changes,
    )  # fmt: skip
    return order


def _apart(order: Order, wanted: Mapping[int, tuple[str, str]]) -> list[tuple[str, str, str]]:
    """What the customer calls the goods, where it is otherwise by now than it was typed: (field of the form, as it stands, as typed)."""
    known = items_of(order.customer, wanted)
    found: list[tuple[str, str, str]] = []
    for variant, (number, barcode) in wanted.items():
        kept = known.get(variant)
        pairs = (("number", kept.number if kept else "", number), ("barcode", kept.barcode if kept else "", barcode))
        found += [(f"{what}_{variant}", stands, typed) for what, stands, typed in pairs if stands != typed]
    return found

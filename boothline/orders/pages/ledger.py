"""The ledger by line, and the columns that both ledgers have: a row an order, or a row a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.core.countries import called
from boothline.core.slots import hang
from boothline.core.text import listed
from boothline.core.units import unit_words
from boothline.orders import ledger
from boothline.orders.filters import OrderLineFilter
from boothline.orders.register import FLAGS, MARKS, Order, OrderLine
from boothline.ui.columns import FILLS, Column, Sort
from boothline.ui.kit import ListPage
from boothline.views.saved import Given

HUES = {
    "trouble": "plum", "overdue": "red", "cancelled": "mute", "complete": "mute", "part_shipped": "violet", "in_transit": "violet",
    "arrived": "violet", "ready": "green", "waiting": "ochre", "open": "blue",
}  # fmt: skip


def order_url(order: Order) -> str:
    """The order's page."""
    return reverse("order", args=[order.number])


def itself(order: Order) -> Order:
    """Of a row that is an order."""
    return order


def beside(of: Callable[[Any], Order], at: str) -> list[Column]:
    """What either ledger shows of the customer and of the units, where somebody chooses it. `of` is the row's order."""
    customer = "customer" if at == "pk" else "order__customer"
    return [
        Column(_("flags"), lambda r: listed(str(FLAGS[flag]) for flag in of(r).flags), usual=False),
        Column(
            _("team"),
            lambda r: str(of(r).customer.team or ""),
            usual=False,
            needs=lambda rows, by: rows.select_related(f"{customer}__team"),
        ),
        Column(_("order clerk"), lambda r: r.clerk_name or "", usual=False, needs=ledger.with_clerk(at)),
        Column(_("contact"), lambda r: r.first_contact or "", usual=False, needs=ledger.with_person(at)),
        Column(_("phone"), ledger.phone_of, usual=False, needs=ledger.with_person(at)),
        Column(_("planned delivery"), lambda r: r.leaves_on, "day", usual=False, needs=ledger.with_delivery(at)),
        Column(_("goods data in order"), ledger.goods_of, usual=False, needs=ledger.with_goods(at)),
        Column(_("open problem"), lambda r: r.problem_number or "", usual=False, needs=ledger.with_problem(at)),
        Column(_("last touch"), lambda r: of(r).customer.last_touch_at, "moment", usual=False),
        Column(_("next step"), lambda r: of(r).customer.next_step_on, "day", usual=False),
        Column(_("what is next"), ledger.step_of, usual=False, needs=ledger.with_step(at)),
        Column(_("shipping mark"), lambda r: of(r).shipping_mark, usual=False),
        Column(_("remark"), lambda r: of(r).remark, usual=False),
    ]


class OrderLineList(ListPage):
    """The ledger by line: every line of the orders that one may see, as a row of its own."""

    right = "orders.see"
    title = _("Order lines")
    nav = "orders"
    columns = [
        Column(_("line"), str, "link", lambda r: order_url(r.order)),
        Column(_("order's state"), lambda r: (r.order.mark, MARKS[r.order.mark]), "state", fill=lambda r: FILLS[HUES[r.order.mark]]),
        Column(_("state of the line"), lambda r: (r.state, r.get_state_display()), "state", fill=lambda r: FILLS[HUES[r.state]]),
        Column(_("customer"), lambda r: str(r.order.customer)),
        Column(_("article"), lambda r: r.named(get_language() or "zh")),
        Column(_("ordered"), lambda r: r.due, "number"),
        Column(_("shipped"), lambda r: r.shipped, "number"),
        Column(_("accepted"), lambda r: r.accepted, "number"),
        Column(_("amount"), lambda r: (r.amount, r.order.currency), "money"),
        Column(_("shipping date"), lambda r: r.promised_on, "day"),
        Column(_("owner"), lambda r: str(r.order.customer.owner or "")),
        Column(_("PO number"), lambda r: r.order.po_number, usual=False),
        Column(_("SKU"), lambda r: r.sku, usual=False),
        Column(_("product"), lambda r: r.variant.product.code, usual=False),
        Column(_("customer's item number"), lambda r: r.item_number or "", usual=False, needs=ledger.with_item),
        Column(_("customer's barcode"), lambda r: r.item_barcode or "", usual=False, needs=ledger.with_item),
        Column(_("unit"), lambda r: unit_words(r.unit), usual=False),
        Column(_("committed"), lambda r: r.reserved if r.from_stock else None, "number", usual=False),
        Column(_("purchase expected"), lambda r: r.goods_expected_on, "day", usual=False, needs=ledger.with_line_expected),
        Column(_("packed"), lambda r: r.packed, "number", usual=False),
        Column(_("arrived"), lambda r: r.arrived, "number", usual=False),
        Column(_("short"), lambda r: r.short, "number", usual=False),
        Column(_("damaged"), lambda r: r.damaged, "number", usual=False),
        Column(_("returned"), lambda r: r.returned, "number", usual=False),
        Column(_("unit price"), lambda r: (r.price, r.order.currency), "money", usual=False),
        Column(_("discount, %"), lambda r: r.discount, "number", usual=False),
        Column(_("amount of the order"), lambda r: (r.order.total, r.order.currency), "money", usual=False, name="order_amount"),
        Column(_("contract"), lambda r: r.order.contract.number, usual=False),
        Column(_("opened"), lambda r: r.order.opened_at, "day", usual=False),
        Column(_("first promised"), lambda r: r.order.first_promised_on, "day", usual=False),
        Column(_("times moved"), lambda r: r.order.times_moved, "number", usual=False),
        Column(_("consignee"), lambda r: r.order.consignee, usual=False),
        Column(_("delivery address"), ledger.place_of, usual=False, needs=ledger.with_home("order_id")),
        Column(_("country"), lambda r: called(r.order.customer.country), usual=False),
        *beside(lambda r: r.order, "order_id"),
    ]
    under = "order__customer"
    sentence = _("Showing order lines of customers of %(owner)s, order: %(state)s, line: %(line)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest order"), "order_id", descending=True, rising=True),
        "promised": Sort(_("shipping date"), "promised_on", nulls=True),
        "sku": Sort(_("SKU"), "sku"),
    }
    filters = OrderLineFilter
    search_words = _("Find: order, customer, article")
    empty = _("No orders yet. The first one opens when a customer confirms a contract.")
    leads = ("contracts", _("Go to the contracts"), "contracts.see")

    def rows(self) -> QuerySet[OrderLine]:
        """Visible ones; those of an order that is void were never made."""
        return ledger.with_promise(OrderLine.objects.visible_to(self.by).filter(order__void_at=None).for_list())


ALL = (
    *(column.code for column in OrderLineList.columns),
    "order_paid",
    "order_credited",
    "order_open",
    "deposit_due_on",
    "balance_due_on",
    "fair",
)
hang("views.order-lines", Given("export", _("System export"), {}, ALL, order=10))
hang("views.order-lines", Given("export-mine", _("System export: mine"), {"owner": "me"}, ALL, order=20))

"""The order: list and page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.catalogue.packing import load
from boothline.contracts.establishment import sender_of
from boothline.contracts.milestones import MilestonePlan
from boothline.core import slots
from boothline.core.actors import Actor
from boothline.core.amounts import from_units
from boothline.core.countries import called
from boothline.core.money import total
from boothline.core.text import labelled, phrase
from boothline.customers.card import is_unmasked
from boothline.customers.dealings import price_memory
from boothline.customers.items import items_of
from boothline.customers.trail import customer_trail
from boothline.orders.again import wanted_again
from boothline.orders.arrivals import Arrival
from boothline.orders.changes import underway
from boothline.orders.events import MERGED, SPLIT
from boothline.orders.fees import asked_fee
from boothline.orders.filters import OrderFilter
from boothline.orders.goods import files_of, with_goods_due
from boothline.orders.ledger import place_of, with_home
from boothline.orders.link import make_link, whose
from boothline.orders.lists import GOODS_STATES
from boothline.orders.next_action import NextAction, next_action
from boothline.orders.pages.ledger import HUES, beside, itself, order_url
from boothline.orders.problems import Problem
from boothline.orders.promises import promise_of
from boothline.orders.register import MONEY_RECORDS, SETTLED, Order, costs_of
from boothline.orders.reservations import lacks, reservable, sources_of, with_committed, with_expected, with_uncovered
from boothline.orders.shipments import STATES as SHIPMENT_STATES
from boothline.orders.shipments import Shipment, planned_elsewhere
from boothline.orders.splits import HAS_OTHERS, lineage
from boothline.timeline.history import Event
from boothline.ui.columns import FILLS, Column, Sort
from boothline.ui.kit import DetailPage, LinkPage, ListPage, panels

SHOWN = 40  # events of an order's history on its page


class OrderList(ListPage):
    """Every order that one may see."""

    right = "orders.see"
    title = _("Orders")
    nav = "orders"
    columns = [
        Column(_("order"), str, "link", order_url),
        Column(_("state"), lambda o: (o.mark, o.mark_words), "state", fill=lambda o: FILLS[HUES[o.mark]]),
        Column(_("customer"), lambda o: str(o.customer)),
        Column(_("shipping date"), lambda o: o.promised_on, "day"),
        Column(_("amount"), lambda o: (o.total, o.currency), "money"),
        Column(_("PO number"), lambda o: o.po_number),
        Column(_("owner"), lambda o: str(o.customer.owner or "")),
        Column(_("how far the goods are"), lambda o: (o.state, o.get_state_display()), "state", usual=False),
        Column(
            _("committed"),
            lambda o: from_units(o.committed_units) if o.committed_units else None,
            "number",
            usual=False,
            needs=with_committed,
        ),
        Column(
            _("not covered"),
            lambda o: from_units(o.uncovered_units) if o.uncovered_units else None,
            "number",
            usual=False,
            needs=with_uncovered,
        ),
        Column(_("purchase expected"), lambda o: o.goods_expected_on, "day", usual=False, needs=with_expected),
        Column(_("contract"), lambda o: o.contract.number, usual=False),
        Column(_("first promised"), lambda o: o.first_promised_on, "day", usual=False),
        Column(_("times moved"), lambda o: o.times_moved, "number", usual=False),
        Column(_("opened"), lambda o: o.opened_at, "day", usual=False),
        Column(_("consignee"), lambda o: o.consignee, usual=False),
        Column(_("delivery address"), place_of, usual=False, needs=with_home("pk")),
        Column(_("country"), lambda o: called(o.customer.country), usual=False),
        *beside(itself, "pk"),
    ]
    under = "customer"
    sentence = _("Showing orders of customers of %(owner)s, state: %(state)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest"), "id", descending=True),
        "number": Sort(_("number"), "number"),
        "promised": Sort(_("shipping date"), "promised_on", nulls=True),
    }
    filters = OrderFilter
    search_words = _("Find: order, PO number, customer")
    empty = _("No orders yet. The first one opens when a customer confirms a contract.")
    leads = ("contracts", _("Go to the contracts"), "contracts.see")

    def rows(self) -> QuerySet[Order]:
        """Visible ones; one that is void was never made."""
        return Order.objects.visible_to(self.by).filter(void_at=None).for_list()


class OrderPage(DetailPage):
    """One order: what is due, what was shipped, what each line still needs."""

    right = "orders.see"
    template = "orders/order.html"
    nav = "orders"
    key = "number"

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return with_goods_due(Order.objects.visible_to(self.by).for_list()).annotate(has_others=HAS_OTHERS)

    def trail(self) -> list[tuple[str, str]]:
        """Orders."""
        return [(str(_("Orders")), reverse("orders"))]

    def heading(self) -> str:
        """Its number."""
        return str(_("Order %(number)s") % {"number": self.record.number})

    def context(self) -> dict[str, Any]:
        """Lines with their goods data, shipments, history."""
        order: Order = self.record
        lines = list(order.lines.select_related("replaces", "variant__product").prefetch_related("goods__person"))
        memory = price_memory(order.customer, [(line.variant.product, line.variant) for line in lines])
        changes = list(order.changes.order_by("-id"))
        besides = total(change.adjustment for change in changes)
        taken = planned_elsewhere(order)
        uncovered = [line for line in lines if line.uncovered] if order.void_at is None else []
        free = reservable(uncovered)
        goods = [item for line in lines for item in line.goods.all()]
        shipments = list(order.shipments.for_list().with_lack().order_by("id"))
        problems = list(order.problems.select_related("line").order_by("-id"))
        holds = list(order.holds.open().select_related("shipment"))
        return {
            "lines": lines,
            "items": items_of(order.customer, [line.variant_id for line in lines]),
            "memory": {
                line: memory[line.variant.product_id, line.variant_id] for line in {line.variant_id: line for line in lines}.values()
            },
            "load": load((line.variant, line.due) for line in lines),
            "loads": {line.pk: load([(line.variant, line.due)]) for line in lines},
            "costs": costs_of(order, amounts=[line.amount for line in lines], besides=besides),
            "from_stock": [line for line in lines if line.from_stock],
            "sources": sources_of(order) if any(line.reserved for line in lines) else {},
            "may_reserve": may(self.by, "stock.reserve", order) and any(lacks(line) for line in lines if line.from_stock),
            "uncovered": uncovered,
            "free": free,
            "reserves_next": any(free.values()) and may(self.by, "stock.reserve", order),
            "sees_purchases": self.by.has("purchases.see"),
            "may_buy": self.by.has("purchases.edit"),
            "to_buy": next((line for line in uncovered if line.uncovered > free[line.pk]), None) if self.by.has("purchases.edit") else None,
            "unmasked": is_unmasked(order.customer, self.by),
            "may_unmask": may(self.by, "customers.unmask", order.customer),
            "shipments": shipments,
            "shipment_states": SHIPMENT_STATES,
            "problems": problems,
            "onward": _onward(problems, shipments, self.by),
            "may_report": may(self.by, "problems.report", order) and order.merged_into_id is None,
            "goods_states": GOODS_STATES,
            "goods_files": files_of(goods),
            "left": any(line.due > taken[line.pk] for line in lines),
            "may_submit": may(self.by, "goods.submit", order),
            "may_approve": may(self.by, "goods.approve", order),
            "may_plan": may(self.by, "shipments.plan", order),
            "again": wanted_again(order) if order.state in ("arrived", "complete") else None,
            "may_reorder": order.state == "complete" and may(self.by, "expansions.send", order.customer),
            "may_change": may(self.by, "orders.change", order) and order.state != "cancelled",
            "may_link": may(self.by, "orders.link", order),
            **_change_of(order, self.by),
            "lineage": lineage(order),
            "promise": promise_of(order),
            "may_part": any(line.due > line.shipped for line in lines),
            "may_merge": self.record.has_others,
            "may_cancel": any(line.due > line.shipped and not (line.replaces and line.replaces.shipped) for line in lines),
            "lacking": [shipment for shipment in shipments if order.on_hold and shipment.lacks_data],
            "stops": [hold for hold in holds if hold.kind == "manual"],
            "waits": [hold for hold in holds if hold.kind == "money"],
            "fee_asked": asked_fee(order) if may(self.by, "orders.change", order) else None,
            "changes": changes,
            "panels": panels("order", order, self.by),
            "customer_trail": customer_trail(order.customer),
            "events": _history(order, [*lines, *goods, *changes, *shipments, *problems], self.by)
            if may(self.by, "history.see", order)
            else [],
        }


class OrderLink(LinkPage):
    """A fresh link of an order, to hand over by chat."""

    right = "orders.link"
    nav = "orders"
    opens = _("A link opens the order, its payments and its goods without an account. Links made earlier go on working.")
    back_words = _("Back to the order")
    key = "number"

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).filter(void_at=None).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        return [(str(_("Orders")), reverse("orders")), (self.record.number, reverse("order", args=[self.record.number]))]

    def for_whom(self) -> str:
        """To whom, about which order."""
        return phrase(_now("For %(name)s alone: %(subject)s"), {"name": whose(self.record) or "–", "subject": self.record})

    def make(self) -> str:
        """A fresh address."""
        return make_link(self.record, by=self.by)


def _onward(problems: list[Problem], shipments: list[Shipment], by: Actor) -> NextAction | None:
    """What the order waits for from us once its goods are on their way: its problem, else that somebody signs for them."""
    still = [problem for problem in problems if problem.state not in SETTLED]
    if still:
        problem = still[-1]  # they stand here with the newest first
        carried = NextAction(_("Open the problem"), "problem", "warn", problem.number)  # its own page says how far that is
        action = carried if problem.state in ("agreed", "resolving") else next_action(problem)
        if action.url_name and by.has(action.right):
            return replace(action, words=labelled(problem.number, action.words))
    coming = [one for one in shipments if one.shipped_at and not one.arrived_at and not one.cancelled_at]
    if coming and by.has("arrivals.record"):
        words = _("Record the arrival of %(number)s") % {"number": coming[0].number}
        return NextAction(words, "shipment-arrival", "in", coming[0].number, "arrivals.record")
    return None


def _history(order: Order, records: Iterable[Model], by: Actor) -> list[Event]:
    """What happened to it, and to whatever belongs to it: these records of it, its plan, arrivals and holds, and the money that a room
    above keeps for it. The newest first."""
    plan = MilestonePlan.objects.filter(contract=order.contract_id)
    parts = [plan, Arrival.objects.filter(shipment__order=order), order.holds.all(), *slots.ask(MONEY_RECORDS, order, by, default=[])]
    found = Event.objects.about_any([order, *records], parts)
    if order.split_from:  # it is told of the other order
        found |= Event.objects.about(order.split_from).filter(kind=SPLIT.code, values__new=order.number)
    if order.merged_into:
        found |= Event.objects.about(order.merged_into).filter(kind=MERGED.code, values__other=order.number)
    return list(found.order_by("-id")[:SHOWN])


def _change_of(order: Order, by: Actor) -> dict[str, Any]:
    """The change that is begun, who goes on with it, and whether one may discard it."""
    version = underway(order)
    contract = order.contract
    may_send = may(by, "contracts.send", contract)
    may_end = may(by, "contracts.prepare", contract) and (may_send or contract.state in ("preparing", "in_approval"))
    return {
        "underway": version,
        "sender": sender_of(contract) if version and version.frozen_at is None and not may_send else "",
        "may_discard": version is not None and order.state != "cancelled" and may_end,
    }

"""What this type hears."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from boothline.accounts.people import person_with_role
from boothline.approvals import events as approvals
from boothline.contracts import events as contracts
from boothline.contracts.establishment import Confirmation
from boothline.contracts.milestones import note_facts
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.followups.steps import NextStep, Plan, done, plan_many
from boothline.orders import events
from boothline.orders.arrivals import Arrival
from boothline.orders.changes import apply_confirmed, postpone
from boothline.orders.faults import report_what_is_wrong
from boothline.orders.goods import goods_on, open_items
from boothline.orders.register import Order, OrderLine, open_from, undo
from boothline.orders.shipments import Shipment, cancel, packed_on
from boothline.orders.solutions import decided, finish_replacements
from boothline.timeline import hearing
from boothline.worktime.calendar import add_workdays

COLLECT = gettext_noop("collect goods data for %(number)s")


def register() -> None:
    """Now: a confirmation opens an order, its void undoes it; what came short or damaged is a problem, what was sent again
    solves one; an approved allowance goes to the customer. Later: the clerk is to collect its goods data."""
    hearing.now(contracts.CONFIRMED, open_orders)
    hearing.now(contracts.VOIDED, undo_orders)
    hearing.now(events.ARRIVED, solved_by_arrival)
    hearing.now(events.ARRIVED_WITH_FAULTS, report_faults)
    hearing.now(events.ACCEPTED_BY_TIME, solved_by_arrival)
    hearing.now(approvals.APPROVED, decided)
    hearing.now(contracts.PLAN_SHIFTED, postpone_orders)
    for told in (events.SHIPMENT_PACKED, events.SHIPMENT_CANCELLED, events.CHANGED):
        hearing.now(told, follow_packing)
    for told in (events.GOODS_CHANGED, events.GOODS_LINE_APPROVED):
        hearing.now(told, follow_goods)
    for told in (events.SPLIT, events.MERGED):
        hearing.now(told, follow_orders)
        hearing.later(told, collect_what_moved, name=f"{told.code}.collect_goods_data")
    hearing.later(events.OPENED, collect_goods_data, name="orders.collect_goods_data")
    for told in (events.GOODS_CHANGED, events.GOODS_LINE_APPROVED):
        hearing.now(told, goods_collected)


def open_orders(told: list[Any], by: Actor) -> None:
    """Opens the orders of the confirmations, with their goods data, in the same transaction; one whose contract has an order
    already changes that."""
    found = list(Confirmation.objects.filter(pk__in=[e.subject_id for e in told]).select_related("version__contract__customer"))
    ordered = set(
        Order.objects.filter(contract__in=[c.version.contract for c in found], void_at=None).values_list("contract_id", flat=True)
    )
    for confirmation in found:
        if confirmation.version.contract_id in ordered:
            apply_confirmed(confirmation, by=by.trusted())
    first = [c for c in found if c.version.contract_id not in ordered]
    if first:
        open_items(open_from(first, by=by))


def undo_orders(told: list[Any], by: Actor) -> None:
    """Undoes the orders of the void confirmations, with what was planned to ship of them; refuses once something was packed."""
    orders = list(Order.objects.filter(confirmation__in=[e.subject_id for e in told]).select_related("customer").order_by("pk"))
    for order in orders:
        if order.merged_into_id or order.taken_in.exists():
            words = _("Order %(number)s was merged with another: it is not voided any more. Cancel it instead.")
            raise Refused(words % {"number": order.number}, code="merged")
    undo(orders, by=by)
    for shipment in Shipment.objects.filter(order__in=orders, packed_at=None, cancelled_at=None):
        cancel(shipment, by=by, reason=_("The order is void"))


def solved_by_arrival(told: list[Any], by: Actor) -> None:
    """What was sent again has arrived and is accepted: its problem is solved."""
    for arrival in Arrival.objects.filter(pk__in=[e.subject_id for e in told]).select_related("shipment__order"):
        finish_replacements(arrival.shipment.order, by=by)


def report_faults(told: list[Any], by: Actor) -> None:
    """What the customer named short or damaged as they signed is a problem at once; nobody says it twice."""
    for arrival in Arrival.objects.filter(pk__in=[e.subject_id for e in told]).select_related("shipment__order__customer"):
        report_what_is_wrong(arrival, by=by)
        finish_replacements(arrival.shipment.order, by=by)


def postpone_orders(told: list[Any], by: Actor) -> None:
    """Production starts late: the shipping date of the order moves as its plan does."""
    for event in told:
        standing = Order.objects.filter(contract__plan=event.subject_id, void_at=None, merged_into=None)
        orders = list(standing.select_related("contract__plan").order_by("pk"))
        for order in orders:
            day = order.contract.plan.promised_on
            if len(orders) > 1 and order.promised_on:  # of one contract, since it was split: each by as many days
                day = order.promised_on + timedelta(days=int(event.values["days"]))
            if day and day != order.promised_on:
                postpone(order, by=by.trusted(), promised_on=day, kind=f"late_{event.values['reason']}")


def follow_packing(told: list[Any], by: Actor) -> None:
    """Everything of an order is packed, or is not any more: so is its milestone."""
    ids = {e.subject_id for e in told}
    is_change = {e.subject_kind for e in told} == {"order_change"}
    for order in Order.objects.filter(**{"changes__in" if is_change else "shipments__in": ids}).select_related("contract").distinct():
        note_facts(order.contract, by=by.trusted(), reached={"packed": packed_on(order)})


def follow_goods(told: list[Any], by: Actor) -> None:
    """All goods data of an order is approved, or is not any more."""
    for order in Order.objects.filter(number__in={e.values["order"] for e in told}).select_related("contract"):
        note_facts(order.contract, by=by.trusted(), reached={"goods": goods_on(order)})


def follow_orders(told: list[Any], by: Actor) -> None:
    """Orders were split or merged: their milestones say how far all of the contract's goods are; the step for the goods data of an
    order that is empty now is done."""
    for order in Order.objects.filter(pk__in=[e.subject_id for e in told]).select_related("contract"):
        note_facts(order.contract, by=by.trusted(), reached={"packed": packed_on(order), "goods": goods_on(order)})
    empty = {event.values["other"] for event in told if "other" in event.values}
    for number in sorted(empty):
        for step in NextStep.objects.open().filter(what=COLLECT, values={"number": number}).select_related("customer"):
            done(step, by=by.trusted())


def collect_what_moved(event: Any) -> None:
    """Goods data that is missing is collected for the order that the goods are in now."""
    number = event.values.get("new", event.values["number"])
    if not NextStep.objects.open().filter(what=COLLECT, values={"number": number}).exists():
        _collect(Order.objects.select_related("customer__owner").get(number=number))


def collect_goods_data(event: Any) -> None:
    """Gives the order clerk the next step, for today: nothing leaves before it is done."""
    _collect(Order.objects.select_related("customer__owner").get(pk=event.subject_id))


def _collect(order: Order) -> None:
    if not _goods_missing([order.number]):
        return  # somebody was faster
    clerk = person_with_role("clerk", "manager", team_id=order.customer.team_id)
    today = add_workdays(clock.today(), 0)
    plan_many([Plan(order.customer, COLLECT, today, owner=clerk, kind="do", values={"number": order.number})], by=SYSTEM)


def goods_collected(told: list[Any], by: Actor) -> None:
    """That step is done as soon as every line has what it needs."""
    changed = {event.values["order"] for event in told}
    for number in sorted(changed - _goods_missing(changed)):
        for step in NextStep.objects.open().filter(what=COLLECT, values={"number": number}).select_related("customer"):
            done(step, by=by.trusted())


def _goods_missing(numbers: Iterable[str]) -> set[str]:
    """Which of these orders have a line that still lacks goods data."""
    lines = OrderLine.objects.filter(order__number__in=numbers, due__gt=0, goods_ready=False)
    return set(lines.values_list("order__number", flat=True))

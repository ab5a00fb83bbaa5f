"""What this type hears."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.approvals import events as approvals
from boothline.catalogue import events as catalogue
from boothline.catalogue.products import Variant
from boothline.contracts import events as contracts
from boothline.contracts.agreement import Contract
from boothline.contracts.establishment import Confirmation
from boothline.contracts.letters import write_moved
from boothline.contracts.milestones import note_facts, note_left, stop_plan
from boothline.contracts.speaking import speak_no_more
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.customers import events as customers
from boothline.customers.card import Customer
from boothline.customers.doing import doing
from boothline.followups import events as followups
from boothline.followups.handover import change_hands, come_back, go_along
from boothline.followups.steps import Desk, NextStep, Plan, done, drop, plan_many, seen_at_once, worked_at
from boothline.messaging import events as messaging
from boothline.messaging.letters import led_to
from boothline.orders import events, reservations
from boothline.orders.arrivals import Arrival
from boothline.orders.buying import MAKES, ask_to_buy
from boothline.orders.changes import OrderChange, apply_confirmed, follow_date, has_rest, note_discarded, postpone
from boothline.orders.faults import report_what_is_wrong
from boothline.orders.fees import CANCEL, follow_order, plan_to_cancel
from boothline.orders.goods import follow_country, goods_on, open_items, reopen
from boothline.orders.grounds import PICTURES, Changed
from boothline.orders.preparation import take_back
from boothline.orders.problems import THERE, Problem, end_with_orders, finish_replacements, give, reach
from boothline.orders.promises import lead
from boothline.orders.purchases import PurchaseArrivalLine, PurchaseLine, open_lines
from boothline.orders.register import Order, OrderLine, keep, locked, made_for, open_from, undo
from boothline.orders.shipments import Shipment, cancel, packed_on, was_made
from boothline.orders.solutions import Resolution, decided
from boothline.timeline import hearing
from boothline.worktime.calendar import add_workdays

COLLECT = worked_at(
    seen_at_once(gettext_noop("collect goods data for %(number)s")), Desk(gettext_lazy("Open the order"), "order", "number", "table")
)


def register() -> None:
    """Now: a confirmation opens an order, its void undoes it; what came short or damaged is a problem, what was sent again
    solves one; an approved allowance goes to the customer; goods data waits for approval again where the product's data changed;
    reservations follow orders, purchases and counts. Later: the clerk is to collect goods data; what became free is shared out."""
    hearing.now(contracts.CONFIRMED, open_orders)
    hearing.now(contracts.VOIDED, undo_orders)
    hearing.now(contracts.CHANGE_DISCARDED, change_discarded)
    for told in (customers.ASSIGNED, customers.COLLABORATOR_REMOVED, followups.TAKEN):
        hearing.now(told, problems_change_hands)
    hearing.now(customers.EDITED, goods_follow_country)
    hearing.now(contracts.EDITED, dates_move)
    hearing.now(followups.LEFT, problems_go_along)
    hearing.now(followups.HANDED_BACK, problems_come_back)
    hearing.now(messaging.LINK_MADE, links_handed_over)
    hearing.now(events.ARRIVED, solved_by_arrival)
    hearing.now(events.ARRIVED_WITH_FAULTS, report_faults)
    hearing.now(events.ACCEPTED_BY_TIME, solved_by_arrival)
    for told in (events.ARRIVED, events.ARRIVED_WITH_FAULTS, events.ACCEPTED_BY_TIME):
        hearing.now(told, speak_of_what_is_there)
    hearing.now(approvals.APPROVED, decided)
    hearing.now(approvals.APPROVED, plan_to_cancel)
    hearing.now(contracts.PLAN_SHIFTED, postpone_orders)
    for told in (contracts.MILESTONE_REACHED, contracts.MILESTONE_REOPENED, contracts.MILESTONE_SKIPPED, contracts.PLAN_EDITED):
        hearing.now(told, follow_production)
    for told in (events.SHIPMENT_PACKED, events.SHIPMENT_CANCELLED, events.CHANGED):
        hearing.now(told, follow_packing)
    for told in (catalogue.PRODUCT_EDITED, catalogue.VARIANT_EDITED, catalogue.PICTURE_ADDED, catalogue.PICTURE_REMOVED):
        hearing.now(told, follow_product_data)
    for told in (events.GOODS_CHANGED, events.GOODS_LINE_APPROVED, events.GOODS_REOPENED):
        hearing.now(told, follow_goods)
    hearing.later(events.GOODS_REOPENED, collect_again, name="orders.goods_reopened.collect_goods_data")
    for told in (events.SPLIT, events.MERGED):
        hearing.now(told, follow_orders)
        hearing.now(told, fees_follow)
        hearing.later(told, collect_what_moved, name=f"{told.code}.collect_goods_data")
    for told in (events.OPENED, events.UNDONE, events.CHANGED, events.SPLIT, events.MERGED, events.SOLUTION_AGREED):
        hearing.now(told, reserve_goods)
    for told in (events.UNDONE, events.CHANGED):
        hearing.now(told, leave_what_is_over)
        hearing.now(told, fees_follow)
    hearing.now(events.SOLUTION_AGREED, fees_follow)
    hearing.now(events.SHIPMENT_REPLANNED, told_of_another_day)
    hearing.now(events.SHIPPED, consume_goods)
    hearing.now(events.SHIPPED, follow_leaving)
    hearing.now(catalogue.STOCK_KEPT, follow_kind)
    for told in (catalogue.STOCK_COUNTED, catalogue.STOCK_CORRECTED):
        hearing.now(told, follow_count)
    hearing.now(events.GOODS_RETURNED, goods_come_back)
    for told in (events.PURCHASED, events.PURCHASE_EDITED, events.PURCHASE_MOVED, events.PURCHASE_CANCELLED):
        hearing.now(told, follow_purchase)
    hearing.now(events.PURCHASE_ARRIVED, cover_by_arrival)
    hearing.every_later(share_what_is_free, name="orders.share_out", wants=lambda kind: kind in (events.CHANGED, events.UNDONE))
    hearing.later(events.OPENED, collect_goods_data, name="orders.collect_goods_data")
    for told in (events.GOODS_CHANGED, events.GOODS_LINE_APPROVED):
        hearing.now(told, goods_collected)


def goods_follow_country(told: list[Any], by: Actor) -> None:
    """What goods need abroad follows the country of whoever gets them."""
    moved = [event.subject_id for event in told if "country" in (event.changes or {})]
    for customer in Customer.objects.filter(pk__in=moved):
        follow_country(customer)


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


def dates_move(told: list[Any], by: Actor) -> None:
    """A draft says another shipping date. Where it changes an order, that has a reason."""
    causes = {e.subject_id: e.values.get("cause", "") for e in told if "shipping_on" in e.changes}
    for contract in Contract.objects.filter(pk__in=causes):
        if contract.is_ordered:
            follow_date(contract, by=by, cause=causes[contract.pk])


def undo_orders(told: list[Any], by: Actor) -> None:
    """Undoes the orders of the void confirmations, with what was planned to ship of them and their problems; refuses once something was
    packed, or one was cancelled: what they wanted goes on elsewhere since."""
    orders = list(Order.objects.filter(confirmation__in=[e.subject_id for e in told]).select_related("customer").order_by("pk"))
    for order in orders:
        if order.merged_into_id or order.taken_in.exists():
            words = _("Order %(number)s was merged with another: it is not voided any more. Cancel it instead.")
            raise Refused(words % {"number": order.number}, code="merged")
        if order.state == "cancelled":
            words = _("Order %(number)s was cancelled since: it is not voided any more. What they still want stands with their intentions.")
            raise Refused(words % {"number": order.number}, code="cancelled")
    undo(orders, by=by)
    for shipment in Shipment.objects.filter(order__in=orders, packed_at=None, cancelled_at=None):
        cancel(shipment, by=by, reason=gettext_lazy("The order is void"))
    end_with_orders(orders, by=by.trusted())


def problems_change_hands(told: list[Any], by: Actor) -> None:
    """Customers changed hands, or somebody works with one no longer: so do the open problems that are left behind."""
    found = Problem.objects.open().filter(order__customer__in=[event.under_id for event in told]).for_list().order_by("pk")
    change_hands(told, by, work=found, pass_on=give)


def problems_go_along(told: list[Any], by: Actor) -> None:
    """Who takes over works on their open problems, and with those customers."""
    go_along(told, by, work=Problem.objects.open().for_list(), customer="order__customer", pass_on=give)


def problems_come_back(told: list[Any], by: Actor) -> None:
    """So do the problems that are still open with the colleague."""
    work = Problem.objects.open().for_list()
    come_back(told, by, work=work, customer="order__customer", pass_on=give, given=events.PROBLEM_GIVEN)


def links_handed_over(told: list[Any], by: Actor) -> None:
    """A link was made to be handed over: what we said about that problem is with the customer."""
    found = led_to([e.subject_id for e in told], "problem")
    for problem in Problem.objects.filter(pk__in=found, untold_since__isnull=False).order_by("pk"):
        reach(problem, by=by.trusted())


def change_discarded(told: list[Any], by: Actor) -> None:
    """A change that was being prepared comes to nothing: the order's own history says so."""
    found = Contract.objects.in_bulk([e.subject_id for e in told])
    for event in told:
        note_discarded(found[event.subject_id], by=by, n=event.values["n"], reason=event.values["reason"])


def solved_by_arrival(told: list[Any], by: Actor) -> None:
    """What was sent again has arrived and is accepted: its problem is solved."""
    for arrival in Arrival.objects.filter(pk__in=[e.subject_id for e in told]).select_related("shipment__order"):
        finish_replacements(arrival.shipment.order, by=by)


def report_faults(told: list[Any], by: Actor) -> None:
    """What the customer named short or damaged as they signed is a problem at once; nobody says it twice."""
    for arrival in Arrival.objects.filter(pk__in=[e.subject_id for e in told]).select_related("shipment__order__customer"):
        report_what_is_wrong(arrival, by=by)
        finish_replacements(arrival.shipment.order, by=by)


def speak_of_what_is_there(told: list[Any], by: Actor) -> None:
    """All goods of a contract are with the customer: nobody thanks them for having ordered, or says how far it is, any more."""
    arrived = Order.objects.filter(shipments__arrival__in=[e.subject_id for e in told])
    for contract in Contract.objects.filter(pk__in=arrived.values("contract")):
        if not Order.objects.filter(contract=contract, void_at=None).exclude(state__in=THERE).exists():
            speak_no_more(contract, by=by)


def follow_leaving(told: list[Any], by: Actor) -> None:
    """Goods that were made for an order have left: what comes before their making has happened, whatever was noted of it."""
    for shipment in Shipment.objects.filter(pk__in=[e.subject_id for e in told]).select_related("order__contract"):
        here = shipment.lines.values("line__source")
        for contract in made_for(shipment.order).filter(versions__lines__in=here) if was_made(shipment) else ():
            note_left(contract, by=by.trusted(), on=timezone.localdate(shipment.shipped_at))


def postpone_orders(told: list[Any], by: Actor) -> None:
    """Production starts late: the shipping date of each order of the contract moves by as many days, whatever was promised since it
    was split or merged; the customer is told once a date."""
    for event in told:
        moves: dict[tuple[date, date], Contract] = {}
        standing = Order.objects.filter(contract__plan=event.subject_id, void_at=None, merged_into=None)
        for order in standing.select_related("contract").order_by("pk"):
            if order.promised_on:
                day = order.promised_on + timedelta(days=int(event.values["days"]))
                postpone(order, by=by.trusted(), promised_on=day, kind=f"late_{event.values['reason']}")
                moves[order.promised_on, day] = order.contract
        for (was, now), contract in moves.items():
            write_moved(contract, by, was, now, event.values["reason"])


def follow_packing(told: list[Any], by: Actor) -> None:
    """Everything of an order is packed, or is not any more: so is its milestone."""
    ids = {e.subject_id for e in told}
    is_change = {e.subject_kind for e in told} == {"order_change"}
    for order in Order.objects.filter(**{"changes__in" if is_change else "shipments__in": ids}).select_related("contract").distinct():
        for contract in made_for(order):
            note_facts(contract, by=by.trusted(), reached={"packed": packed_on(contract)})


def told_of_another_day(told: list[Any], by: Actor) -> None:
    """A shipment is planned for another day, or another time of it than the customer was told: they are to be told again."""
    moved = [e.subject_id for e in told if "planned_on" in e.changes or e.changes.get("slot", [""])[0]]
    for shipment in Shipment.objects.filter(pk__in=moved).select_related("order"):
        take_back(shipment, by=by.trusted(), kind="informed")


def follow_production(told: list[Any], by: Actor) -> None:
    """Goods are being made, or they are made: what waits for them follows, and nobody buys them. Other milestones move no line."""
    moved = [e for e in told if e.kind == contracts.PLAN_EDITED.code or e.values.get("milestone") in MAKES]
    plans = Q(plan__in=[e.subject_id for e in moved if e.kind == contracts.PLAN_EDITED.code])
    plans |= Q(plan__milestones__in=[e.subject_id for e in moved if e.kind != contracts.PLAN_EDITED.code])
    made = Contract.objects.filter(plans)
    here = Q(contract__in=made) | Q(lines__source__version__contract__in=made)
    for order in Order.objects.filter(here, void_at=None).distinct().order_by("pk") if moved else ():
        keep(locked(order))
        ask_to_buy([order], by=by)


def follow_product_data(told: list[Any], by: Actor) -> None:
    """What was approved stood on the product's data as it was."""
    pictures = (catalogue.PICTURE_ADDED.code, catalogue.PICTURE_REMOVED.code)
    fields = [frozenset({PICTURES} if event.kind in pictures else event.changes) for event in told]
    changed = [Changed(event.subject_id, of, event.values.get("sku", "")) for event, of in zip(told, fields, strict=True)]
    reopen(changed, by=by.trusted())


def follow_goods(told: list[Any], by: Actor) -> None:
    """All goods data of an order is approved, or is not any more."""
    for order in Order.objects.filter(number__in={e.values["order"] for e in told}).select_related("contract"):
        note_facts(order.contract, by=by.trusted(), reached={"goods": goods_on(order)})


def follow_orders(told: list[Any], by: Actor) -> None:
    """Orders were split or merged: their milestones say how far all of the contract's goods are; the step for the goods data of an
    order that is empty now is done."""
    for order in Order.objects.filter(pk__in=[e.subject_id for e in told]).select_related("contract"):
        note_facts(order.contract, by=by.trusted(), reached={"packed": packed_on(order.contract), "goods": goods_on(order)})
        lead(order.contract)
    empty = {event.values["other"] for event in told if "other" in event.values}
    for number in sorted(empty):
        for step in NextStep.objects.open().filter(what=COLLECT, values={"number": number}).select_related("customer"):
            done(step, by=by.trusted())


def fees_follow(told: list[Any], by: Actor) -> None:
    """What was asked about the fee of a cancellation speaks of the order as it was."""
    for order in _orders_of(told):
        follow_order(order, by=by.trusted(), is_over=bool(order.void_at) or not has_rest(order))


def leave_what_is_over(told: list[Any], by: Actor) -> None:
    """For an order that is cancelled or void no goods data is collected; where no order of a contract goes on, its plan stops, and nobody
    says how far it is."""
    over = [order for order in _orders_of(told) if order.void_at or order.state == "cancelled"]
    if not over:
        return
    open_steps = NextStep.objects.open().filter(what__in=(COLLECT, CANCEL), values__number__in=[order.number for order in over])
    drop(list(open_steps.select_related("customer")), by=by.trusted())
    for order, contract in [(one, contract) for one in over for contract in made_for(one)]:
        others = Order.objects.filter(Q(contract=contract) | Q(lines__source__version__contract=contract), void_at=None, merged_into=None)
        if others.exclude(pk=order.pk).exclude(state="cancelled").exists():
            lead(contract)
            continue
        speak_no_more(contract, by=by)
        if not order.void_at:
            stop_plan(contract, by=by.trusted(), reason=gettext_lazy("The order is cancelled"))


def collect_what_moved(event: Any) -> None:
    """Goods data that is missing is collected for the order that the goods are in now."""
    _collect_once(event.values.get("new", event.values["number"]))


def collect_again(event: Any) -> None:
    """Goods data is to be approved again: the clerk gets the step back, unless it is there."""
    _collect_once(event.values["order"])


def _collect_once(number: str) -> None:
    if not NextStep.objects.open().filter(what=COLLECT, values={"number": number}).exists():
        _collect(Order.objects.select_related("customer__owner").get(number=number))


def collect_goods_data(event: Any) -> None:
    """Gives the order clerk the next step, for today: nothing leaves before it is done."""
    _collect(Order.objects.select_related("customer__owner").get(pk=event.subject_id))


def _collect(order: Order) -> None:
    if not _goods_missing([order.number]):
        return  # somebody was faster
    clerk = doing(order.customer, "K")
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


def reserve_goods(told: list[Any], by: Actor) -> None:
    """What an order wants of stock is reserved, what it does not want any more is free."""
    reservations.follow(_orders_of(told), by=by)


def _orders_of(told: Iterable[Any]) -> list[Order]:
    """The orders that some events are about: themselves, their changes, what was agreed on their problems; of a split or a merger both."""
    ids: dict[str, list[int]] = {}
    for event in told:
        ids.setdefault(event.subject_kind, []).append(event.subject_id)
    found = set(ids.get("order", []))
    found |= set(OrderChange.objects.filter(pk__in=ids.get("order_change", [])).values_list("order", flat=True))
    found |= set(Resolution.objects.filter(pk__in=ids.get("resolution", [])).values_list("problem__order", flat=True))
    beside = {event.values[name] for event in told for name in ("new", "other") if event.subject_kind == "order" and name in event.values}
    return list(Order.objects.filter(Q(pk__in=found) | Q(number__in=beside)).select_related("customer").order_by("pk"))


def consume_goods(told: list[Any], by: Actor) -> None:
    """What leaves is not on hand any more."""
    for shipment in Shipment.objects.filter(pk__in=[e.subject_id for e in told]).select_related("order"):
        reservations.leave(shipment, by=by)


def follow_kind(told: list[Any], by: Actor) -> None:
    """Stock of some goods is kept from now on, or not any more: open orders reserve, or give back."""
    ids = [e.subject_id for e in told]
    concerned = list(Order.objects.filter(pk__in=open_lines(ids).values("order")).select_related("customer").order_by("pk"))
    for order in concerned:
        keep(order)
    goods = list(Variant.objects.filter(pk__in=ids).order_by("pk"))
    reservations.follow_goods(goods, by=by, why="kind", also=concerned)


def follow_count(told: list[Any], by: Actor) -> None:
    """More is there than was known, or less."""
    goods = list(Variant.objects.filter(pk__in=[e.subject_id for e in told]).order_by("pk"))
    reservations.follow_goods(goods, by=by, why="counted")


def goods_come_back(told: list[Any], by: Actor) -> None:
    """What came back and is good lies in stock again: whoever waits for such goods is served."""
    goods = list(Variant.objects.filter(pk__in={event.values.get("stocked", 0) for event in told}).order_by("pk"))
    if goods:
        reservations.follow_goods(goods, by=by, why="returned")


def follow_purchase(told: list[Any], by: Actor) -> None:
    """Something was bought, or comes on another day, or does not come. Orders that wait for it say when it comes now."""
    lines = PurchaseLine.objects.filter(purchase__in=[e.subject_id for e in told])
    goods = list(Variant.objects.kept().filter(pk__in=lines.values("variant")).order_by("pk"))
    reservations.follow_goods(goods, by=by, why="purchase")
    for event in told:
        if event.kind == events.PURCHASE_MOVED.code:
            reservations.tell_waiting(PurchaseLine.objects.get(pk=event.values["line"]), event.values, by=by)


def cover_by_arrival(told: list[Any], by: Actor) -> None:
    """What was on its way is on hand: for all who wait for such goods, in order of promise."""
    came = PurchaseArrivalLine.objects.filter(arrival__in=[e.values["arrival"] for e in told])
    goods = list(Variant.objects.kept().filter(pk__in=came.values("line__variant")).order_by("pk"))
    reservations.follow_goods(goods, by=by, why="arrived", came=True)


def share_what_is_free(event: Any) -> None:
    """What one order does not want any more may be what another one waits for."""
    free = reservations.free_for_others(_orders_of([event]))
    if free:
        reservations.share_out(free, by=SYSTEM)

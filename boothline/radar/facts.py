"""What the records say of many orders at once, for the rules: the same few queries for one order and for a hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from boothline.accounts.duties import DUTY_OF, who_does
from boothline.accounts.people import User
from boothline.billing.announced import Announcement
from boothline.billing.books import ZERO, Balance, Instalment
from boothline.billing.lists import BEFORE_SHIPPING
from boothline.billing.receipts import due_first
from boothline.billing.schedule import LetterOfCredit, by_letter
from boothline.contracts.milestones import OWNERS, Milestone, by_custom, soon_until, starters
from boothline.contracts.templates import CARRIAGE
from boothline.core import clock
from boothline.core.amounts import exact_sum
from boothline.customers.card import with_countries
from boothline.orders.goods import GoodsItem
from boothline.orders.holds import Hold
from boothline.orders.problems import Problem
from boothline.orders.purchases import PurchaseLine
from boothline.orders.register import Order, OrderLine, carried
from boothline.orders.reservations import Reservation
from boothline.orders.shipments import Shipment, ShipmentLine
from boothline.orders.tracking import TrackingEvent
from boothline.radar.rules import Coming, Known, Point, Trouble, Way
from boothline.worktime.calendar import add_workdays

Who = Callable[[str, Order], User | None]


def known(orders: list[Order]) -> dict[int, Known]:
    """{order id: what its records say today}. Orders come with customer and owner."""
    today, soon, who = clock.today(), soon_until(), _people(orders)
    plans, carriage, left = _plans(orders), carried(orders), _left(orders)
    ways, taken = _ways(orders)
    troubles, letters, unpayable = _troubles(orders), _letters(orders), _unpayable(orders)
    with_countries(order.customer for order in orders)
    coming, short, owed = _coming(orders), _short(orders), _goods_owed(orders)
    held, confirmed, money, announced = _held(orders), _confirmed(orders), _money(orders, plans), _announced(orders)
    found = {}
    for order in orders:
        plan = plans.get(order.contract_id, [])
        by_arrival, mode = carriage.get(order.contract_id, (False, ""))
        mode = mode or by_custom(order.customer)
        arrives_on = order.promised_on + timedelta(days=CARRIAGE[mode].value) if by_arrival and order.promised_on else None
        still, clerk = left.get(order.pk, {}), who("K", order)
        found[order.pk] = Known(
            today, soon, order.promised_on, arrives_on, mode, is_leaving=bool(still),
            is_released=all(taken[pk, True] >= due for pk, due in still.items()),
            is_planned=all(taken[pk, True] + taken[pk, False] >= due for pk, due in still.items()),
            **_waits(held.get(order.pk)), begun_on=confirmed.get(order.pk),
            paid=money[order.pk][0], booked_soon=money[order.pk][1], said_paid_on=announced.get(order.pk),
            waits=any(m.done_on is None for m in starters(plan[0].plan)) if plan else False,
            points={
                m.code: Point(m.plan_on, m.chosen or who(OWNERS[m.code], order))
                for m in plan
                if m.plan_on and m.done_on is None and m.skipped_at is None and not m.has_passed
            },
            goods_owed=tuple(owed[order.pk]), ways=tuple(ways[order.pk]), troubles=tuple(troubles[order.pk]),
            coming=tuple(coming[order.pk]), short_on=short.get(order.pk),
            letters={code: day for code, day in letters[order.pk].items() if still or code != "lc_ship_by"},
            unpayable=unpayable[order.pk],
            seller=who("S", order), clerk=clerk, buyer=who("B", order), booker=who("F", order),
            after=add_workdays,
        )  # fmt: skip
    return found


def _people(orders: list[Order]) -> Who:
    """Who does what the letter says for an order; each letter is asked once a team and product families."""
    asked: dict[tuple[str, int | None, tuple[str, ...]], User | None] = {}
    families: dict[int, list[str]] = defaultdict(list)
    lines = OrderLine.objects.filter(order__in=orders).order_by("position", "pk")
    for order_id, family in lines.values_list("order_id", "variant__product__family"):
        families[order_id].append(family)

    def who(letter: str, order: Order) -> User | None:
        customer = order.customer
        if letter == "S" and customer.owner and customer.owner.is_active:
            return customer.owner
        key = (letter, customer.team_id, tuple(families[order.pk]) if letter in DUTY_OF else ())
        if key not in asked:
            asked[key] = who_does(letter, team_id=customer.team_id, families=key[2])
        return asked[key]

    return who


def _plans(orders: list[Order]) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = defaultdict(list)
    of_theirs = Milestone.objects.filter(plan__contract__in=[o.contract_id for o in orders], plan__confirmed_on__isnull=False)
    for milestone in of_theirs.select_related("plan", "owner").prefetch_related("plan__milestones"):
        found[milestone.plan.contract_id].append(milestone)
    return found


def _held(orders: list[Order]) -> dict[int, Hold]:
    """{order id: the first of the holds by which its goods wait for money}."""
    rows = Hold.objects.open().filter(order__in=orders, kind="money").select_related("shipment")
    return {hold.order_id: hold for hold in rows.order_by("-made_at", "-pk")}  # the first counts


def _waits(hold: Hold | None) -> dict[str, Any]:
    """What a hold says to the rules."""
    if hold is None:
        return {}
    number = hold.shipment.number if hold.shipment else ""
    return {"is_held": True, "held_on": timezone.localdate(hold.made_at), "held_due": hold.day("due"), "held": number}


def _confirmed(orders: list[Order]) -> dict[int, date]:
    """{order id: the day on which it was confirmed}: the orders of a split have one."""
    rows = Order.objects.filter(pk__in=[order.pk for order in orders]).order_by().values_list("pk", "confirmation__confirmed_at")
    return {pk: timezone.localdate(at) for pk, at in rows}


def _money(orders: list[Order], plans: dict[int, list[Milestone]]) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """{order id: (which of deposit and balance it has paid itself, which of them came and waits to be allocated)}. A sample is paid in
    full before it is made."""
    parts: dict[int, list[Instalment]] = defaultdict(list)
    for part in Instalment.objects.filter(order__in=orders, amount__gt=0):
        parts[part.order_id].append(part)
    soon = _booked_soon({order.customer_id for order in orders})
    found = {}
    for order in orders:
        plan = plans.get(order.contract_id, [])
        is_sample = bool(plan) and plan[0].plan.template == "sample"
        missing = [part for part in parts[order.pk] if part.rest]
        first = [part.pk for part in missing if is_sample or (part.kind == "deposit" and not part.is_joined)]
        all_of_it = [part.pk for part in missing if part.kind in BEFORE_SHIPPING]
        last = [part.pk for part in missing if part.kind in ("before_shipping", "in_full")]
        paid = frozenset(code for code, those in (("deposit", first), ("balance", last)) if not those)
        came = frozenset(code for code, those in (("deposit", first), ("balance", all_of_it)) if those and soon.issuperset(those))
        found[order.pk] = (paid, came)
    return found


def _booked_soon(customers: set[int]) -> set[int]:
    """The instalments for which money came that waits to be allocated: it goes to what is due first, and once."""
    waits = Balance.objects.filter(customer__in=customers, unallocated__gt=0)
    left = {(one.customer_id, one.currency): one.unallocated for one in waits}
    found = set()
    for part in due_first(customer for customer, _currency in left):
        whose = (part.order.customer_id, part.order.currency)
        came = left.get(whose, ZERO)
        if part.rest <= came:
            found.add(part.pk)
        left[whose] = max(came - part.rest, ZERO)
    return found


def _announced(orders: list[Order]) -> dict[int, date]:
    """{order id: the last day on which the customer says that they sent money for it, for the one that it was split off, or for no order
    by name}; nobody has recorded it."""
    said = Announcement.objects.open().filter(customer__in={order.customer_id for order in orders}).order_by("paid_on")
    days = {(one.customer_id, one.currency, one.order_id): one.paid_on for one in said}
    found = {o.pk: [days.get((o.customer_id, o.currency, of)) for of in (o.pk, o.split_from_id, None)] for o in orders}
    return {pk: max(filter(None, on)) for pk, on in found.items() if any(on)}


def _left(orders: list[Order]) -> dict[int, dict[int, Decimal]]:
    """{order id: {line id: due}} of the lines of which something is still to leave."""
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    lines = OrderLine.objects.filter(order__in=orders, due__gt=0, shipped__lt=F("due")).exclude(state="complete")
    for order_id, pk, due in lines.values_list("order_id", "pk", "due"):
        found[order_id][pk] = due
    return found


def _goods_owed(orders: list[Order]) -> dict[int, list[tuple[str, User | None]]]:
    """{order id: who owes what is not in order of the lines of which something is still to leave}; who left us owes nothing."""
    found: dict[int, list[tuple[str, User | None]]] = defaultdict(list)
    lines = OrderLine.objects.filter(order__in=orders, due__gt=F("shipped"))
    items = GoodsItem.objects.filter(line__in=lines, approved_at=None, not_needed_at=None)
    for item in items.select_related("line", "person").order_by("line__position", "id"):
        found[item.line.order_id].append((item.owes, item.person if item.person and item.person.is_active else None))
    return found


def _coming(orders: list[Order]) -> dict[int, list[Coming]]:
    """{order id: the purchases of which something is reserved for it}, with the day on which the last of that is expected."""
    rows = Reservation.objects.filter(line__order__in=orders, purchase_line__isnull=False).order_by()
    still = rows.values_list("line__order", "purchase_line").annotate(n=exact_sum("quantity"))
    of_line: dict[int, set[int]] = defaultdict(set)
    for order_id, purchase_line, n in still:
        if n:
            of_line[purchase_line].add(order_id)
    days: dict[int, dict[str, date]] = defaultdict(dict)
    bought = PurchaseLine.objects.filter(pk__in=list(of_line)).order_by("expected_on", "id")
    for pk, number, on in bought.values_list("pk", "purchase__number", "expected_on"):
        for order_id in of_line[pk]:
            days[order_id][number] = on  # the last counts
    return defaultdict(list, {pk: [Coming(number, on) for number, on in found.items()] for pk, found in days.items()})


def _short(orders: list[Order]) -> dict[int, date]:
    """{order id: the first day on which counted goods are to leave that nothing covers}; pre-order goods are still to be bought. What a
    line has is for what leaves first of it."""
    short = OrderLine.objects.filter(order__in=orders, from_stock=True, variant__stock_kind="counted", reserved__lt=F("due") - F("shipped"))
    has = {pk: (order, reserved) for pk, order, reserved in short.values_list("pk", "order", "reserved")}
    days = {order.pk: order.promised_on for order in orders if order.promised_on}
    found = {order: days[order] for order, _reserved in has.values() if order in days}
    parts = ShipmentLine.objects.filter(line__in=has, shipment__shipped_at=None, shipment__cancelled_at=None)
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for pk, day, quantity in parts.order_by("shipment__planned_on", "pk").values_list("line", "shipment__planned_on", "quantity"):
        taken[pk] += quantity
        order, reserved = has[pk]
        if taken[pk] > reserved:
            found[order] = min(found.get(order, day), day)
    return found


def _ways(orders: list[Order]) -> tuple[dict[int, list[Way]], dict[tuple[int, bool], Decimal]]:
    """{order id: its shipments}, and {(line id, released): quantity that stands in shipments}."""
    shipments = list(Shipment.objects.filter(order__in=orders, cancelled_at=None).order_by("id").prefetch_related("lines"))
    heard: dict[int, list[tuple[str, date]]] = defaultdict(list)
    moving = [s.pk for s in shipments if s.shipped_at and not s.arrived_at]
    for pk, state, at in TrackingEvent.objects.filter(shipment__in=moving).order_by("at", "id").values_list("shipment_id", "state", "at"):
        heard[pk].append((state, timezone.localdate(at)))
    found: dict[int, list[Way]] = defaultdict(list)
    taken: dict[tuple[int, bool], Decimal] = defaultdict(Decimal)
    for one in shipments:
        said = heard[one.pk]
        since = _customs(said) if one.tracking_state == "customs" else None
        way = Way(
            one.number, one.planned_on, _day(one.shipped_at), one.there_on, said[-1][1] if said else None, since, _day(one.delivered_at),
            is_signed=one.arrived_at is not None,
        )  # fmt: skip
        found[one.order_id].append(way)
        for part in one.lines.all():
            taken[part.line_id, one.released_at is not None] += part.quantity
    return found, taken


def _customs(said: Iterable[tuple[str, date]]) -> date | None:
    """The first of the days of which only customs was said since."""
    since = None
    for state, day in said:
        since = (since or day) if state == "customs" else None
    return since


def _day(at: Any) -> date | None:
    return timezone.localdate(at) if at else None


def _troubles(orders: list[Order]) -> dict[int, list[Trouble]]:
    found: dict[int, list[Trouble]] = defaultdict(list)
    grave = Problem.objects.open().filter(order__in=orders, severity__in=("critical", "major"))
    for one in grave.select_related("owner").order_by("id"):
        found[one.order_id].append(Trouble(one.number, one.severity, one.owner, one.is_theirs))
    return found


def _unpayable(orders: list[Order]) -> dict[int, frozenset[str]]:
    """{order id: why the bank would not pay what is to be paid by letter of credit}: there is none, or it does not fit."""
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    owed, order_of = by_letter(orders), {order.pk: order for order in orders}
    there = {one.order_id: one for one in LetterOfCredit.objects.filter(order__in=owed)}
    for pk, amount in owed.items():
        faults = there[pk].faults(order_of[pk], amount) if pk in there else ["missing"]
        found[pk] = frozenset(f"lc_{fault}" for fault in faults)
    return found


def _letters(orders: list[Order]) -> dict[int, dict[str, date]]:
    """{order id: the dates of its letter of credit}, as long as it is not paid."""
    found: dict[int, dict[str, date]] = defaultdict(dict)
    waiting = Instalment.objects.open().filter(kind="lc").values("order")
    for one in LetterOfCredit.objects.filter(order__in=orders).filter(order__in=waiting):
        for code, day in (("lc_ship_by", one.ship_by), ("lc_present_by", one.present_by), ("lc_expires_on", one.expires_on)):
            if day:
                found[one.order_id][code] = day
    return found

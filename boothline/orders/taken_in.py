"""Orders of the past that come in from a file: each an order like any other, with its contract agreed and frozen, made in numbers.

What the file says is done, is done: what left is shipped, and accepted by time where its days of silence are over; what it calls returned
has arrived and come back, with a closed problem that says so, and its value is off what the order costs. Nothing of the past makes noise:
nobody is written to, no step is planned, no goods data is collected, nothing is reserved. What has not left is an open order, and
shows as one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.products import Variant
from boothline.catalogue.stock import held
from boothline.contracts.recorded import PastDeal, PastTerm, record_past
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, RowFailed
from boothline.core.money import check_price, check_quantity, figure, kept, line_amount, round_line, total
from boothline.core.operations import operation
from boothline.core.totals import PriceTerms, check_terms
from boothline.customers.card import Customer, hold
from boothline.documents import numbers
from boothline.orders import events
from boothline.orders.arrivals import SILENCE, Arrival, ArrivalLine
from boothline.orders.changes import OrderChange
from boothline.orders.problems import Problem, ProblemMessage, ProblemTurn
from boothline.orders.register import Counts, Order, OrderLine, begun, line_state, put, worth
from boothline.orders.reservations import keep_goods
from boothline.orders.severity import propose
from boothline.orders.shipments import Packing, Shipment, ShipmentLine
from boothline.orders.solutions import GoodsReturn, Resolution
from boothline.search import index
from boothline.timeline.history import Telling, record_many

EARLIEST = date(1950, 1, 1)  # of an order that somebody still has in a file
KIND = "other"  # of a return of which nothing is said but that it was one
MOST_LINES = 2000
FINEST = Decimal("0.0001")  # of a unit price


@dataclass(frozen=True)
class PastLine:
    """A line as it was sold: so many at a unit price, less a discount in percent. `amount` is what the file says that it came to; the
    price follows from it where none is said, or where it gives another amount. `name` is what the goods were called there."""

    variant: Variant
    quantity: Decimal
    price: Decimal | None = None
    discount: Decimal = Decimal(0)
    amount: Decimal | None = None
    name: str = ""


@dataclass(frozen=True)
class PastOrder:
    """An order as it was. `came_as` is its number there, by which it is found; `owner` is who sold it. The variants of its lines were
    fetched with their products."""

    customer: Customer
    opened_on: date
    currency: str
    lines: list[PastLine] = field(default_factory=list)
    promised_on: date | None = None
    shipped_on: date | None = None
    po_number: str = ""
    freight: Decimal = Decimal(0)
    delivery_address: str = ""
    consignee: str = ""
    owner: User | None = None
    is_returned: bool = False
    came_as: str = ""
    carrier: str = ""


@operation("orders.take_in")
def take_in(orders: list[PastOrder], *, by: Actor) -> list[Order]:
    """Takes them in, any number with the same few queries; answers in the same order. One that cannot be refuses them all, by name."""
    require(by, "orders.change")
    priced = [_checked(past) for past in orders]
    hold(*sorted({past.customer.pk for past in orders}))
    confirmations = record_past([_deal(past, terms) for past, terms in zip(orders, priced, strict=True)], by=by.trusted())
    made, lines = begun(confirmations)
    of_order: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines:
        of_order[id(line.order)].append(line)
    facts = [_Facts(past, order, of_order[id(order)]) for past, order in zip(orders, made, strict=True)]
    put(made, lines, by=by)
    _ship([one for one in facts if one.left_at], by)
    _take_back([one for one in facts if one.past.is_returned], by)
    if wanted := {line.variant_id for line in lines if line.from_stock}:  # nothing is reserved for them, but it is known that they wait
        keep_goods(held(wanted))
    tellings = [Telling(o, under=o.customer, values={"number": o.number, "on": timezone.localdate(o.opened_at)}) for o in made]
    record_many(events.TAKEN_IN, tellings, by=by)
    return made


class _Facts:
    """What became of one order; its kept columns are written before it is stored."""

    def __init__(self, past: PastOrder, order: Order, lines: list[OrderLine]) -> None:
        self.past, self.order, self.lines = past, order, lines
        self.left_at, self.came_at = _moments(past)
        for line in lines:
            gone = line.due if self.left_at else Decimal(0)
            came = line.due if self.came_at else Decimal(0)
            counts = Counts(
                packed=gone, shipped=gone, arrived=came, accepted=came, returned=came if past.is_returned else Decimal(0), goods_ready=True,
                from_stock=line.variant.keeps_stock and gone < line.due,
            )  # fmt: skip
            for name, value in vars(counts).items():
                setattr(line, name, value)
            line.state = line_state(line.due, counts)
        self.back = min(total(worth(line, line.due) for line in lines), order.total) if past.is_returned else Decimal(0)
        order.opened_at = order.confirmation.confirmed_at
        order.state = _state({line.state for line in lines})
        order.total -= self.back
        order.is_overdue = bool(past.promised_on and past.promised_on < clock.today() and not self.left_at)
        self.gone, self.over = self.left_at or order.opened_at, self.came_at or order.opened_at
        order.extra = {name: said for name, said in (("came_as", past.came_as), ("sold_by", str(past.owner or ""))) if said}


def _moments(past: PastOrder) -> tuple[datetime | None, datetime | None]:
    """When its goods left, and since when they count as accepted; None for what has not happened yet. What came back had arrived."""
    left_on = past.shipped_on or (past.opened_on if past.is_returned else None)
    if left_on is None:
        return None, None
    silent_until = left_on + timedelta(days=SILENCE.value)
    if past.is_returned or silent_until <= clock.today():
        return _moment(left_on), _moment(min(silent_until, clock.today()))
    return _moment(left_on), None


def _moment(day: date) -> datetime:
    """Noon of a past day; of today, now."""
    return min(timezone.make_aware(datetime.combine(day, time(12))), timezone.now())


def _state(states: set[str]) -> str:
    """Of an order whose lines all went the same way."""
    return states.pop() if len(states) == 1 else "open"


def _deal(past: PastOrder, terms: list[PastTerm]) -> PastDeal:
    return PastDeal(
        customer=past.customer, agreed_at=_moment(past.opened_on), currency=past.currency, lines=terms,
        price_terms=PriceTerms(freight=past.freight), shipping_on=past.promised_on, po_number=past.po_number,
        delivery_address=past.delivery_address, consignee=past.consignee,
    )  # fmt: skip


# What is checked.


def _checked(past: PastOrder) -> list[PastTerm]:
    try:
        return terms_of(past)
    except Refused as refused:
        raise RowFailed(refused.words, subjects=[past]) from refused


def terms_of(past: PastOrder) -> list[PastTerm]:
    """Its lines with their prices; refused where something of the order cannot have been."""
    today = clock.today()
    if not past.lines:
        raise Refused(_("The order has no lines."))
    if len(past.lines) > MOST_LINES:
        raise Refused(_("The order has %(n)s lines. At most %(most)s can be kept.") % {"n": len(past.lines), "most": f"{MOST_LINES:,}"})
    if not EARLIEST <= past.opened_on <= today:
        raise Refused(_("The day of the order lies ahead, or too far back: %(day)s.") % {"day": past.opened_on})
    if past.shipped_on and past.shipped_on > today:
        raise Refused(_("The day of shipping lies ahead: %(day)s. Leave it empty while the goods are here.") % {"day": past.shipped_on})
    if past.shipped_on and past.shipped_on < past.opened_on:
        days = {"shipped": past.shipped_on, "ordered": past.opened_on}
        raise Refused(_("Shipped on %(shipped)s, and ordered only on %(ordered)s. Check the days.") % days)
    if past.promised_on and past.promised_on.year not in range(EARLIEST.year, today.year + 11):
        raise Refused(_("No date that goods can be promised for: %(day)s.") % {"day": past.promised_on})
    check_terms(PriceTerms(freight=past.freight), past.currency)
    terms = [term_of(line, past.currency) for line in past.lines]
    kept(total(line_amount(term.quantity, term.price, term.discount, past.currency) for term in terms) + past.freight)
    return terms


def term_of(line: PastLine, currency: str) -> PastTerm:
    """A line with its price; refused where it cannot have been."""
    check_quantity(line.quantity, unit=line.variant.product.unit)
    if not 0 <= line.discount <= 100 or line.discount != round(line.discount, 2):
        raise Refused(_("A discount lies between 0 and 100 percent, with at most 2 decimals."))
    price = line.price
    if line.amount is not None and (price is None or _off(line, price, line.amount, currency)):
        price = price_giving(line.amount, line.quantity, line.discount, currency)
        if price is None:
            words = _("No unit price with 4 decimals gives %(amount)s for %(quantity)s pieces. Give quantity and unit price.")
            raise Refused(words % {"amount": figure(line.amount), "quantity": figure(line.quantity)})
    if price is None:
        raise Refused(_("Nothing says what the line cost. Give a unit price or an amount."))
    check_price(price)
    return PastTerm(line.variant, line.quantity, price, line.discount, line.name)


def _off(line: PastLine, price: Decimal, amount: Decimal, currency: str) -> bool:
    return line_amount(line.quantity, price, line.discount, currency) != round_line(amount, currency)


def price_giving(amount: Decimal, quantity: Decimal, discount: Decimal, currency: str) -> Decimal | None:
    """The unit price from which a line comes to this amount, rounded as every line is; None where none with 4 decimals does."""
    wanted, parts = round_line(amount, currency), quantity * (1 - discount / 100)
    if not parts:
        return None if wanted else Decimal(0)
    near = round(amount / parts, 4)
    for away in (0, 1, -1, 2, -2):
        price = near + away * FINEST
        if price >= 0 and line_amount(quantity, price, discount, currency) == wanted:
            return price
    return None


# What became of them.


def _ship(facts: list[_Facts], by: Actor) -> None:
    """All of an order left at once."""
    given = numbers.take("shipment", len(facts)) if facts else []
    shipments = [
        Shipment(
            number=number, order=one.order, planned_on=timezone.localdate(one.left_at), carrier=one.past.carrier, released_at=one.left_at,
            packed_at=one.left_at, shipped_at=one.left_at, arrived_at=one.came_at,
        )
        for number, one in zip(given, facts, strict=True)
    ]  # fmt: skip
    Shipment.objects.bulk_create(shipments, batch_size=1000)
    pairs = list(zip(shipments, facts, strict=True))
    parts = [ShipmentLine(shipment=s, line=line, quantity=line.due) for s, one in pairs for line in one.lines]
    ShipmentLine.objects.bulk_create(parts, batch_size=1000)
    packed = [Packing(shipment=s, line=line, quantity=line.due, made_at=one.gone) for s, one in pairs for line in one.lines]
    Packing.objects.bulk_create(packed, batch_size=1000)
    arrivals = [(Arrival(shipment=s, how="time", at=one.came_at, made_at=one.came_at), one) for s, one in pairs if one.came_at]
    Arrival.objects.bulk_create([arrival for arrival, _one in arrivals], batch_size=1000)
    counted = [ArrivalLine(arrival=arrival, line=line, received=line.due) for arrival, one in arrivals for line in one.lines]
    ArrivalLine.objects.bulk_create(counted, batch_size=1000)
    index.keep([shipment.findable() for shipment in shipments], are_new=True)


def _take_back(facts: list[_Facts], by: Actor) -> None:
    """All of an order came back: a problem that is over, its value off the total."""
    if not facts:
        return
    severity, words = propose(KIND, Decimal(0)), _("Returned, says the file that the order came from.")
    problems = [
        Problem(
            number=number, order=one.order, kind=KIND, words=words, by_customer=False, proposed_severity=severity, severity=severity,
            state="closed", is_imported=True, made_at=one.over, begun_at=one.over, answered_at=one.over, proposed_at=one.over,
            resolved_at=one.over, closed_at=one.over,
        )
        for number, one in zip(numbers.take("problem", len(facts)), facts, strict=True)
    ]  # fmt: skip
    Problem.objects.bulk_create(problems, batch_size=1000)
    pairs = list(zip(problems, facts, strict=True))
    ProblemTurn.objects.bulk_create([ProblemTurn(problem=p, state="closed", at=one.over) for p, one in pairs], batch_size=1000)
    said = [ProblemMessage(problem=p, by_staff=True, name=by.name[:200], words=words, made_at=one.over) for p, one in pairs]
    ProblemMessage.objects.bulk_create(said, batch_size=1000)
    solved = [
        Resolution(
            problem=p, kind="return", quantity=total(line.due for line in one.lines), amount=one.back, made_at=one.over,
            proposed_at=one.over, agreed_at=one.over, done_at=one.over, agreed_by=by.name[:200],
        )
        for p, one in pairs
    ]  # fmt: skip
    Resolution.objects.bulk_create(solved, batch_size=1000)
    GoodsReturn.objects.bulk_create(
        [
            GoodsReturn(resolution=r, line=line, wished=line.due, received=line.due, received_at=one.over, made_at=one.over)
            for r, one in zip(solved, facts, strict=True)
            for line in one.lines
        ],
        batch_size=1000,
    )
    OrderChange.objects.bulk_create(
        [
            OrderChange(
                order=one.order, kind="allowance", adjustment=-one.back, was=one.order.total + one.back, now=one.order.total, reason=words,
                made_at=one.over,
            )
            for one in facts
            if one.back
        ],
        batch_size=1000,
    )  # fmt: skip
    index.keep([problem.findable() for problem in problems], are_new=True)

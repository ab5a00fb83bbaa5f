"""Money holds: goods wait for what must be in before they leave, documents for what is paid against them.

A week before the planned day of a shipment (at once where that is nearer, and when it is packed) the money must be in: what
the goods shipped so far cost with this shipment, all of it before the last one. Where the goods cannot be there on the day planned, the
week counts from the day on which they can: until then the customer is asked for what the schedule says, and for nothing else. Whoever
may, lets goods go with a reason: without what was missing then, not without what is missing beyond it later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.billing.books import ZERO, Account, Instalment, standing
from boothline.billing.lists import DOCUMENTS_WAIT, UNSAID
from boothline.billing.schedule import ASKED_DAYS, FOLLOW_DATE, before, goods_value, is_everything, tell_to_ask
from boothline.contracts.templates import BALANCE_DAYS
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.money import amount_field, share, total
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.totals import with_tax
from boothline.orders.holds import Hold, Why, lift, place
from boothline.orders.register import Order, locked
from boothline.orders.shipments import Shipment
from boothline.orders.solutions import coming_back
from boothline.orders.supply import NOBODY_KNOWS, goods_on, with_sources
from boothline.worktime.calendar import add_workdays

PARTS = declare(
    "billing.part_shipments", "covered", gettext_lazy("What must be in before a part shipment"), choices=("covered", "whole"),
    worded={"covered": gettext_lazy("the value of the goods shipped so far"), "whole": gettext_lazy("the whole order before the first")},
)  # fmt: skip
UNPAID = gettext_noop("%(amount)s %(currency)s must be in before the goods leave.")
PAPERS = gettext_noop("The documents wait for %(amount)s %(currency)s.")


class AskedBefore(models.Model):
    """Kept: how much our people were told to ask for before a shipment leaves, as far as it is still missing."""

    shipment = models.OneToOneField(Shipment, on_delete=models.CASCADE, related_name="+")
    amount = amount_field()

    def __str__(self) -> str:
        return f"{self.shipment.number} {self.amount:,.2f}"


def before_shipping(parts: Iterable[Instalment], leaves_on: date) -> Decimal:
    """How much of an order's instalments must be in before its goods leave on a day."""
    return total(part.amount for part in parts if part.is_before(leaves_on))


def _parts(order: Order) -> list[Instalment]:
    return list(Instalment.objects.filter(order=order))


def needed(shipment: Shipment) -> Decimal:
    """How much must be in before this shipment leaves."""
    beside = shipment.order.shipments.filter(cancelled_at=None).select_related("order").prefetch_related("lines__line")
    return needed_of(shipment, beside, before_shipping(_parts(shipment.order), shipment.planned_on))


def _beside(order: Order) -> list[Shipment]:
    """The shipments of an order with their lines; the order with all that is asked of it for each of them, once."""
    known = Order.objects.prefetch_related("lines", with_sources("lines__"), "changes").get(pk=order.pk)
    found = list(order.shipments.filter(cancelled_at=None).prefetch_related("lines__line"))
    for shipment in found:
        shipment.order = known
    return found


def needed_of(shipment: Shipment, beside: Iterable[Shipment], all_of_it: Decimal) -> Decimal:
    """The same where all shipments of its order are at hand, with their lines, and what of the order must be in before goods leave:
    by the day planned, after those that come before it."""
    order = shipment.order
    coming = coming_back(order)
    if all(part.line.replaces_id for part in shipment.lines.all()) and not _differs(shipment, coming):
        return ZERO  # what is made good waits for no money of its order
    sooner = [s for s in beside if s.shipped_at or (s.planned_on, s.pk) <= (shipment.planned_on, shipment.pk)]
    is_last = is_everything(order, sooner, but_made_good=True)
    only_part_is_due_before = all_of_it < order.total  # the rest is due after shipping: the deposit is what goods wait for
    owed = max(all_of_it - total(coming.values()), ZERO)
    if is_last or PARTS.value == "whole" or only_part_is_due_before:
        return owed
    return min(_goods_cost(order, sooner, coming), owed)


def _differs(shipment: Shipment, coming: dict[int, Decimal]) -> bool:
    """What is sent in exchange costs more than what comes back for it."""
    parts = {part.line for part in shipment.lines.all()}
    return any(with_tax(line.amount, shipment.order.price_terms(), shipment.order.currency) > coming.get(line.pk, ZERO) for line in parts)


def _goods_cost(order: Order, shipments: Iterable[Shipment], coming: dict[int, Decimal]) -> Decimal:
    """What the goods of some of its shipments cost the customer: with their part of the order discount, of the tax and of what was taken
    off since, less what comes back for them. Charges are due with the last goods."""
    terms, lines = order.price_terms(), list(order.lines.all())
    goods = total(line.amount for line in lines)
    gone = {part.line_id for shipment in shipments for part in shipment.lines.all()}
    value = min(total(goods_value(shipment) for shipment in shipments), goods)
    off: dict[int | None, Decimal] = defaultdict(Decimal)
    for change in order.changes.all():
        off[change.line_id] += change.adjustment
    whole = with_tax(goods - terms.order_discount, terms, order.currency) + min(off[None], ZERO)
    cost = share(whole, [value, goods - value], order.currency)[0] if goods else ZERO
    less = total(amount for pk, amount in off.items() if pk in gone) - total(amount for pk, amount in coming.items() if pk in gone)
    return max(cost + less, ZERO)


def leaves_on(shipment: Shipment, beside: Iterable[Shipment]) -> date:
    """When its goods are to leave: on the day planned, or once they can be there. While nobody knows when that is, the schedule counts: its
    money is due with the order's shipping date."""
    there_on = goods_on(shipment, beside)
    return max(shipment.planned_on, (shipment.order.promised_on or shipment.planned_on) if there_on == NOBODY_KNOWS else there_on)


def days_of(shipment: Shipment) -> tuple[date, date]:
    """(when the goods of one that is still here are to leave, by when what they wait for must be in)."""
    beside = _beside(shipment.order)
    leaves = next(leaves_on(one, beside) for one in beside if one == shipment)
    held = _held_since(shipment.order)
    return leaves, _due_on(leaves, held.get(shipment.pk, held.get(None)))


def is_asked_now(shipment: Shipment, beside: Iterable[Shipment]) -> bool:
    """Whether what must be in before it leaves is waited for by now."""
    return bool(shipment.packed_at) or _week_before(leaves_on(shipment, beside)) <= clock.today()


def _week_before(leaves_on: date) -> date:
    """A free day moves it on, never behind the day on which they leave."""
    return min(add_workdays(leaves_on - timedelta(days=BALANCE_DAYS.value), 0), leaves_on)


@dataclass(frozen=True)
class Awaited:
    """What must be in before a shipment leaves and is not: said from the beginning, holding it back from a day on."""

    amount: Decimal
    leaves_on: date  # as planned, or once its goods can be there
    due_on: date  # by when it must be in; from then on it holds the goods back, packed or not
    is_held: bool
    needed: Decimal  # all that must be in by then
    is_in: Decimal  # what of it was paid, credited, or let go without
    is_part: bool  # the cost of the goods so far is asked, not all that is due before goods leave
    is_there: bool  # its goods can be there on the day planned

    @property
    def is_asked(self) -> bool:
        """The customer is told of it: not while its goods are still to come, unless they are near by now."""
        return self.is_there or self.is_held


def awaited(shipment: Shipment) -> Awaited | None:
    """What is missing for a shipment that is still here; None where all of it is in, or somebody let it go without."""
    return dict(waiting(shipment.order)).get(shipment)


def waiting(order: Order) -> list[tuple[Shipment, Awaited]]:
    """What is missing for each shipment that is still here, in the order in which they leave."""
    account = None if order.void_at else Account.objects.filter(order=order, open__gt=0).first()
    if account is None:
        return []
    waived, parts, found = _waived(order), _parts(order), []
    held, beside = _held_since(order), _beside(order)
    for shipment in sorted(beside, key=lambda one: (one.planned_on, one.pk)):
        all_of_it, is_in = before_shipping(parts, shipment.planned_on), account.is_in + _of(waived, shipment)
        asked = needed_of(shipment, beside, all_of_it)
        if asked > is_in and not shipment.shipped_at:
            leaves, since = leaves_on(shipment, beside), held.get(shipment.pk, held.get(None))
            due_on = _due_on(leaves, since)
            is_there, is_part = leaves <= shipment.planned_on, asked < all_of_it
            found.append((shipment, Awaited(asked - is_in, leaves, due_on, since is not None, asked, is_in, is_part, is_there)))
    return found


def _held_since(order: Order) -> dict[int | None, date]:
    """{shipment id, None for the whole order: since when money that is not in holds it back}."""
    rows = Hold.objects.open().filter(order=order, kind="money").values_list("shipment_id", "made_at")
    return {pk: timezone.localdate(at) for pk, at in rows}


def _due_on(leaves: date, held_since: date | None) -> date:
    """By when what goods wait for must be in: a week before they leave; at once, counted from the day on which it first held them, where
    that is nearer. One day for everybody who is told."""
    return before(leaves, held_since or clock.today()) or leaves


def held_back(order: Order) -> Decimal:
    """How much goods of the order wait for by now: of several shipments, what lets the last of them go."""
    return max((missing for _shipment, missing, _leaves in _wanted(order).values()), default=ZERO)


def asking(order: Order) -> tuple[Shipment, Awaited] | None:
    """The shipment that asks for money first."""
    return next(iter(waiting(order)), None)


def _waived(order: Order) -> dict[int | None, Decimal]:
    """{shipment id, None for the whole order: how much somebody let its goods go without}: what each hold said as it was lifted."""
    found: dict[int | None, Decimal] = defaultdict(Decimal)
    for shipment_id, said in Hold.objects.filter(order=order, kind="money", lifted_by__isnull=False).values_list("shipment_id", "values"):
        found[shipment_id] += Decimal(said["amount"].replace(",", "")) if said else ZERO
    return found


def _of(waived: dict[int | None, Decimal], shipment: Shipment | None) -> Decimal:
    """What goods may leave without, of one shipment; None: of an order in which none is planned."""
    return waived[None] + (waived[shipment.pk] if shipment else ZERO)


def review(order: Order, *, by: Actor) -> None:
    """Places the holds that money asks for today, and lifts those whose money is in. The rule places them, whoever touched the order.
    What was asked for before a shipment leaves, and is in or not needed any more, is no more asked for."""
    trusted, wanted, since = by.trusted(), _wanted(order), _held_since(order)
    for pk, (shipment, missing, leaves) in wanted.items():
        said = _said(order, missing) | {"due": str(_due_on(leaves, since.get(pk))), "leaves": str(leaves)}
        place(order, by=SYSTEM, kind="money", why=Why(UNPAID, said), shipment=shipment)
    for hold in Hold.objects.open().filter(order=order, kind="money").select_related("order"):
        if hold.shipment_id not in wanted:
            lift(hold, by=trusted)
    review_papers(order, by=trusted)
    for asked in AskedBefore.objects.filter(shipment__order=order, amount__gt=0).select_related("shipment__order"):
        AskedBefore.objects.filter(pk=asked.pk).update(amount=max(min(asked.amount, missing_before(asked.shipment)), ZERO))


def _wanted(order: Order) -> dict[int | None, tuple[Shipment | None, Decimal, date]]:
    """{shipment id, None for the whole order: (shipment, what is missing, when they leave)} that must be in by today and is not, beyond
    what somebody let goods go without."""
    now, waived, parts = standing(order), _waived(order), _parts(order)
    there = now.paid + now.credited
    beside = _beside(order)
    waiting = [shipment for shipment in beside if not shipment.shipped_at]
    found: dict[int | None, tuple[Shipment | None, Decimal, date]] = {}
    for shipment in (one for one in waiting if is_asked_now(one, beside)):
        missing = needed_of(shipment, beside, before_shipping(parts, shipment.planned_on)) - there - _of(waived, shipment)
        if missing > 0:
            found[shipment.pk] = (shipment, missing, leaves_on(shipment, beside))
    open_lines = order.lines.filter(due__gt=0, state__in=("open", "ready", "waiting")).exists()
    if not waiting and order.promised_on and open_lines and not order.shipments.filter(shipped_at__isnull=False).exists():
        missing = before_shipping(parts, order.promised_on) - there - _of(waived, None)
        if missing > 0 and _week_before(order.promised_on) <= clock.today():
            found[None] = (None, missing, order.promised_on)
    return found


def _said(order: Order, missing: Decimal) -> dict[str, str]:
    return {"amount": f"{missing:,.2f}", "currency": order.currency}


def review_papers(order: Order, *, by: Actor) -> None:
    """Documents of what has left wait until what is paid against them is in: each shipment for its part, as they left."""
    parts = list(Instalment.objects.filter(order=order, kind__in=DOCUMENTS_WAIT, due_on__isnull=False).order_by("position"))
    if not parts:
        return
    papers = Hold.objects.filter(order=order, kind="documents")
    waived = set(papers.filter(lifted_by__isnull=False).values_list("shipment_id", flat=True))
    for n, shipment in enumerate(order.shipments.filter(shipped_at__isnull=False).order_by("shipped_at", "pk"), start=1):
        missing = sum((part.rest for part in parts[:n]), ZERO)
        if missing <= 0:
            for hold in papers.open().filter(shipment=shipment).select_related("order"):
                lift(hold, by=by)
        elif shipment.pk not in waived:
            place(order, by=by, kind="documents", why=Why(PAPERS, _said(order, missing)), shipment=shipment)


@operation("billing.review_holds")
def look_at(order: Order, *, by: Actor) -> bool:
    """What a day brings: the holds of an order as money asks for them today. Whether something was placed or lifted."""
    order = locked(order)
    before = set(Hold.objects.open().filter(order=order).values_list("pk", flat=True))
    review(order, by=by)
    return before != set(Hold.objects.open().filter(order=order).values_list("pk", flat=True))


def missing_before(shipment: Shipment) -> Decimal:
    """What must still come in before this shipment leaves; nothing or less where all of it is there."""
    now = standing(shipment.order)
    return needed(shipment) - now.paid - now.credited


@operation("billing.ask_before_shipment")
def ask_before(shipment: Shipment, *, by: Actor) -> bool:
    """What time brings: a shipment with a day of its own is near; the owner asks for what must be in before it. Once, and again where more
    is missing than they were told to ask for."""
    order = locked(shipment.order)
    missing, (leaves, due) = missing_before(shipment), days_of(shipment)
    if leaves > clock.today() + timedelta(days=ASKED_DAYS.value):
        return False
    if missing <= 0 or AskedBefore.objects.filter(shipment=shipment, amount__gte=missing).exists():
        return False
    AskedBefore.objects.update_or_create(shipment=shipment, defaults={"amount": missing})
    values = _said(order, missing) | {
        "number": order.number,
        "kind": "before_shipping",
        "due": str(due),
        "shipment": shipment.number,
        "leaves": str(leaves),
    }
    return tell_to_ask(shipment, values, by)


def run_daily() -> int:
    """The daily task: orders with money missing whose goods are to leave soon."""
    unasked = Instalment.objects.unasked().filter(kind__in=FOLLOW_DATE, order__void_at=None).values("order")
    ahead = clock.today() + timedelta(days=ASKED_DAYS.value)
    coming = Shipment.objects.filter(order__in=unasked, cancelled_at=None, shipped_at=None, planned_on__lte=ahead)
    asked = sum(alone(ask_before, shipment) for shipment in coming.select_related("order__customer__owner"))
    near = clock.today() + timedelta(days=BALANCE_DAYS.value + 10)
    owing = Instalment.objects.open().exclude(kind=UNSAID).values("order")
    done = 0
    for order in Order.objects.filter(pk__in=owing, void_at=None).exclude(state="cancelled").select_related("customer"):
        planned = order.shipments.filter(cancelled_at=None, shipped_at=None, planned_on__lte=near).exists()
        if planned or (order.promised_on and order.promised_on <= near):
            done += alone(look_at, order)
    return asked + done

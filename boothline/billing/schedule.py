"""The schedule of an order: opened with it from the terms of its contract, dated by confirmation, shipping date and shipments.

What the customer owes on a free day moves on to the next workday. What is due after shipping has no day until goods leave;
each shipment then takes its share of it along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.billing import events
from boothline.billing.books import ZERO, Account, Instalment, add_up, more_open, settle
from boothline.billing.lists import AFTER_SHIPPING, EXCHANGE, UNSAID
from boothline.contracts.agreement import Version
from boothline.contracts.establishment import Confirmation
from boothline.contracts.milestones import MilestonePlan
from boothline.contracts.templates import BALANCE_DAYS, DAYS, DEPOSIT_DAYS
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Doubted, Refused, together
from boothline.core.money import amount_field, line_amount, money_words, share, total
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, tags
from boothline.core.records import Record, label_of, revise
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import prose
from boothline.customers.card import Customer
from boothline.followups.steps import NextStep, Plan, plan_many, say_now
from boothline.orders.changes import OrderChange, changed_by
from boothline.orders.register import Order, locked
from boothline.orders.shipments import Shipment
from boothline.timeline.history import Telling, record, record_many
from boothline.worktime.calendar import add_workdays

ASKED_DAYS = declare(
    "billing.balance_asked_days", 14, gettext_lazy("Days before the shipping date that the balance is asked for"), low=0, high=120
)
DOCUMENT_DAYS = declare(
    "billing.documents_days", 7, gettext_lazy("Days after shipping until payment against documents is due"), low=0, high=90
)
MONTH_DAY = declare("billing.monthly_day", 25, gettext_lazy("Day of the next month on which monthly payments are due"), low=1, high=28)
LC_NEAR = declare(
    "billing.lc_near_days", 14, gettext_lazy("Days before a date of a letter of credit from which on it is amber"), low=1, high=90
)
LC_URGENT = declare(
    "billing.lc_urgent_days", 7, gettext_lazy("Days before a date of a letter of credit from which on it is red"), low=0, high=90
)
GONE = ("in_transit", "arrived", "complete", "cancelled")  # states of orders of which no goods are here
FOLLOW_DATE = ("before_shipping", "in_full", "whole")  # due before the shipping date, and move with it
PAYMENT = ("deposit_percent", "balance", "balance_on")  # what a version says of it
ASK = gettext_noop("ask for the payment of %(number)s: %(amount)s %(currency)s by %(due)s")
ASK_BEFORE = gettext_noop("ask for the payment of %(number)s: %(amount)s %(currency)s by %(due)s, before %(shipment)s leaves on %(leaves)s")
ASKING = (ASK, ASK_BEFORE)
AFTER = {"days_after": 30, "days_45": 45, "days_60": 60}


class LetterOfCredit(Record):
    """What the bank wrote: amounts and the three dates that must be kept."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(gettext_lazy("number of the letter of credit"), max_length=60)
    bank = models.CharField(gettext_lazy("bank"), max_length=200, blank=True, default="")
    amount = amount_field(null=True, blank=True, verbose_name=gettext_lazy("amount"))
    ship_by = models.DateField(gettext_lazy("latest shipment"), null=True, blank=True)
    present_by = models.DateField(gettext_lazy("presentation by"), null=True, blank=True)
    expires_on = models.DateField(gettext_lazy("expiry"), null=True, blank=True)
    privacy = tags(number=BOOKS, bank=BOOKS)

    def __str__(self) -> str:
        return self.number

    @property
    def customer(self) -> Customer:
        """Whose bank opened it."""
        return self.order.customer

    def faults(self, order: Order, owed: Decimal) -> list[str]:
        """Why the bank would not pay all that the order is to be paid by it: `late`, promised for a day after the latest shipment;
        `short`, opened for less. Nothing where nothing is to be paid by it."""
        is_late = self.ship_by and order.promised_on and self.ship_by < order.promised_on
        is_short = self.amount is not None and self.amount < owed
        return [name for name, is_so in (("late", is_late), ("short", is_short)) if is_so and owed]

    def dates(self) -> list[tuple[str, date | None, str]]:
        """(words, day, amber when it is near, red when urgent; "" else)."""
        named = (("ship_by", self.ship_by), ("present_by", self.present_by), ("expires_on", self.expires_on))
        return [(label_of(type(self), name), day, nearness(day)) for name, day in named]


def nearness(day: date | None, today: date | None = None) -> str:
    """How near a date of a letter of credit is: red, ochre, or "" while it is far."""
    if day is None:
        return ""
    left = (day - (today or clock.today())).days
    return "red" if left <= LC_URGENT.value else "ochre" if left <= LC_NEAR.value else ""


@operation("billing.schedule")
def open_schedules(orders: Iterable[Order], *, by: Actor) -> None:
    """Opens the instalments of new orders, in the transaction that opens them: they add up to the total from the first moment."""
    orders = list(orders)
    parts = [part for order in orders for part in _parts(order)]
    Instalment.objects.bulk_create(parts)
    for order in orders:
        settle(order, by=by)
    values = [{"number": o.number, "total": f"{o.total:,.2f}", "currency": o.currency} for o in orders]
    record_many(events.SCHEDULED, [Telling(o, under=o.customer, values=v) for o, v in zip(orders, values, strict=True)], by=by)


def open_undated(orders: list[Order]) -> None:
    """Opens the instalments of orders of the past, in the transaction that takes them in, any number with the same few queries.

    The file says nothing of their money: whether it came, and what is still to come. No receipt is made up, so all of it is open; but it
    has no day, so that nobody is reminded of it, and goods wait for none of it. Whoever knows that it came books it.
    """
    Instalment.objects.bulk_create([Instalment(order=o, position=1, kind=UNSAID, amount=o.total) for o in orders], batch_size=1000)
    Account.objects.bulk_create([Account(order=o, total=o.total, open=o.total) for o in orders], batch_size=1000)
    owed: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for order in orders:
        owed[order.customer_id, order.currency] += order.total
    more_open(owed)


def _parts(order: Order) -> list[Instalment]:
    return [
        Instalment(order=order, position=i, kind=kind, amount=amount, due_on=due_on(kind, order, order.confirmation))
        for i, (kind, amount) in enumerate(_asked(order, order.confirmation.version), start=1)
    ]


def _asked(order: Order, version: Version, whole: Decimal | None = None) -> list[tuple[str, Decimal]]:
    """(kind, amount) of what the order costs, or is to cost, by the payment terms of a version."""
    whole = order.total if whole is None else whole
    asked = version.payments(whole) or [("whole", whole)]
    return [("in_full", asked[0][1])] if [kind for kind, _amount in asked] == ["before_shipping"] else asked


@operation("billing.agree_terms")
def agree_terms(change: OrderChange, *, by: Actor) -> None:
    """The customer confirmed a change of the order: where it says other payment terms, what is to be paid follows them. What is owed for
    goods that left keeps its kind and its day, and counts as a part of the rest."""
    order, agreed = change.order, Confirmation.objects.valid().select_related("version").filter(version=change.version_id).first()
    if agreed is None:
        return
    moved = _moved(_agreed_before(order, change).version, agreed.version)
    if not moved:
        return
    parts = list(Instalment.objects.filter(order=order).order_by("position"))
    stays, asked = _apart(parts, _asked(order, agreed.version))
    free = [part for part in parts if part not in stays]
    rows = [_by_terms(kind, amount, free, agreed, order, "deposit_percent" in moved) for kind, amount in asked]
    last = [row for row in rows if row.due_on is None][-1:]
    rows = [*(row for row in rows if row not in last), *stays, *last]
    Instalment.objects.filter(pk__in=[part.pk for part in free]).delete()
    Instalment.objects.filter(order=order).update(position=models.F("position") + len(parts) + len(rows))
    for position, row in enumerate(rows, start=1):
        row.position = position
        row.save()
    for row in rows:
        if row not in stays:
            values = {"number": order.number, "kind": row.kind, "due": row.due_on or ""}
            record(events.RESCHEDULED, subject=row, under=order.customer, by=by, values=values)


@operation("billing.owe_fee")
def owe_fee(order: Order, *, by: Actor) -> None:
    """Nothing is left of an order: what it still costs is a fee, due as a deposit is. Nothing is asked for before goods leave."""
    parts = Instalment.objects.filter(order=order)
    if not order.total or parts.filter(kind="fee").exists():
        return
    day = add_workdays(clock.today() + timedelta(days=DEPOSIT_DAYS.value), 0)
    parts.delete()
    fee = Instalment.objects.create(order=order, position=1, kind="fee", amount=order.total, due_on=day)
    record(events.RESCHEDULED, subject=fee, under=order.customer, by=by, values={"number": order.number, "kind": "fee", "due": day})


def _moved(was: Version, now: Version) -> set[str]:
    """In which of the payment terms two versions differ."""
    return {name for name in PAYMENT if getattr(was, name) != getattr(now, name)}


def _apart(parts: list[Instalment], asked: list[tuple[str, Decimal]]) -> tuple[list[Instalment], list[tuple[str, Decimal]]]:
    """What is owed for goods that left, which stays as it is; what is asked for beside it."""
    stays = [part for part in parts if part.due_on and part.kind in AFTER_SHIPPING]
    left, beside = sum((part.amount for part in stays), ZERO), []
    for kind, amount in reversed(asked):
        beside.append((kind, amount - min(amount, left)))
        left -= min(amount, left)
    return stays, [(kind, amount) for kind, amount in reversed(beside) if amount or not stays]


def of_change(version: Version, whole: Decimal) -> dict[str, Any]:
    """What is in of the order that a version changes, and its schedule once that is confirmed and it costs so much: what
    `agree_terms` and `settle` will write."""
    order = changed_by(version.contract)
    account, parts = account_of(order), list(Instalment.objects.filter(order=order).order_by("position"))
    if _moved(_agreed_before(order).version, version):
        stays, asked = _apart(parts, _asked(order, version, whole))
        found = [*asked, *((part.kind, part.amount) for part in stays)]
    else:
        waits = [part for part in parts if part.kind == EXCHANGE]
        parts = [part for part in parts if part.kind != EXCHANGE]
        add_up(order, parts, whole - total(part.amount for part in waits))
        found = [(part.kind, part.amount) for part in [*parts, *waits]]
    return {"paid": account.is_in, "credited": account.credited, "payments": [(kind, amount) for kind, amount in found if amount]}


def _agreed_before(order: Order, change: OrderChange | None = None) -> Confirmation:
    """What the customer had confirmed last of an order, before one of its changes; of one that was split off, what they had confirmed of
    both."""
    earlier = (order.changes.filter(pk__lt=change.pk) if change else order.changes).values("version")
    last = Confirmation.objects.valid().filter(version__in=earlier).select_related("version").order_by("version__n").last()
    return last or (_agreed_before(order.split_from, change) if order.split_from else order.confirmation)


def _by_terms(kind: str, amount: Decimal, free: list[Instalment], agreed: Confirmation, order: Order, is_deposit_new: bool) -> Instalment:
    """A row of this kind that stands, taken out of the free ones, or a new one, with the amount and the day that are agreed."""
    row = next((part for part in free if part.kind == kind), None)
    if row is None:
        return Instalment(order=order, kind=kind, amount=amount, due_on=due_on(kind, order, agreed))
    free.remove(row)
    day = due_on(kind, order, agreed) if kind == "fixed" or (kind == "deposit" and is_deposit_new) else row.due_on
    if day != row.due_on:
        row.due_on, row.asked, row.overdue_on = day, ZERO, None
    row.amount = amount
    return row


def due_on(kind: str, order: Order, agreed: Confirmation) -> date | None:
    """When an instalment must be in, as far as it is known: after shipping nothing is, before goods leave. The milestones of deposit
    and balance have the same days."""
    confirmed = timezone.localdate(agreed.confirmed_at)
    if kind == "deposit":
        day = add_workdays(confirmed + timedelta(days=_deposit_days(order)), 0)
        return min(day, _needed_by(order, agreed.version, confirmed) or day)
    if kind == "fixed":
        return agreed.version.balance_on
    if kind in FOLLOW_DATE:
        return before(order.promised_on, confirmed)
    return None


def _deposit_days(order: Order) -> int:
    """As its plan has it: a sample is paid sooner."""
    plan = MilestonePlan.objects.filter(contract=order.contract_id).first()
    return DAYS[plan.template]["deposit"].value if plan else DEPOSIT_DAYS.value


def _needed_by(order: Order, version: Version, confirmed: date) -> date | None:
    """No deposit is due after the balance, or after the goods are to leave."""
    if "before_shipping" in (kind for kind, _amount in version.payments()):
        return before(order.promised_on, confirmed)
    return max(order.promised_on, confirmed) if order.promised_on else None


def before(shipping_on: date | None, today: date) -> date | None:
    """A week before the goods are to leave; at once where that is nearer. A free day moves it on, never behind the day they leave."""
    if shipping_on is None:
        return None
    return min(add_workdays(max(shipping_on - timedelta(days=BALANCE_DAYS.value), today), 0), max(shipping_on, today))


def after(kind: str, left: date) -> date:
    """When what is due after shipping must be in: goods left on that day, or came on it where it is due on delivery."""
    if kind in ("documents", "lc"):
        day = left + timedelta(days=DOCUMENT_DAYS.value)
    elif kind == "monthly":
        following = (left.replace(day=1) + timedelta(days=32)).replace(day=1)
        day = following.replace(day=MONTH_DAY.value)
    else:
        day = left + timedelta(days=AFTER.get(kind, 0))
    return add_workdays(day, 0)


@operation("billing.reschedule")
def follow_date(order: Order, *, by: Actor, stays: Collection[int] = ()) -> None:
    """The shipping date moved: what is due before it moves with it. What is owed anew is dated by it too; what `stays` keeps its day."""
    for part in Instalment.objects.filter(order=order, kind__in=FOLLOW_DATE).exclude(pk__in=stays).open():
        day = before(order.promised_on, clock.today())
        if day != part.due_on:
            Instalment.objects.filter(pk=part.pk).update(due_on=day, asked=ZERO, overdue_on=None)
            values = {"number": order.number, "kind": part.kind, "due": day or ""}
            record(events.RESCHEDULED, subject=part, under=order.customer, by=by, values=values)
    settle(order, by=by)


@operation("billing.date_growth")
def date_growth(order: Order, *, by: Actor) -> None:
    """The order costs more, and no goods are left to take along what is due after shipping: it is dated as if they left today."""
    date_delivered(order, by=by)
    undated = Instalment.objects.filter(order=order, due_on=None, amount__gt=0, kind__in=AFTER_SHIPPING).exclude(kind="on_delivery").last()
    if undated is not None and not order.lines.filter(due__gt=models.F("shipped")).exists():
        _date(undated, undated.amount, by)


def goods_value(shipment: Shipment) -> Decimal:
    """What the goods of a shipment cost; its lines were fetched with it."""
    currency = shipment.order.currency
    return total(line_amount(part.quantity, part.line.price, part.line.discount, currency) for part in shipment.lines.all())


@operation("billing.date_after_shipping")
def date_after(shipment: Shipment, *, by: Actor) -> None:
    """Goods left: the share of what is due after shipping that goes with them gets its day; with the last goods, the rest does."""
    order = locked(shipment.order)
    undated = Instalment.objects.filter(order=order, due_on=None).exclude(kind__in=(*FOLLOW_DATE, "on_delivery", UNSAID, EXCHANGE)).last()
    if undated is not None:
        models.prefetch_related_objects([shipment], "lines__line")
        _date(undated, _share(undated, [shipment], is_last=not order.lines.filter(due__gt=models.F("shipped")).exists()), by)


@operation("billing.date_on_delivery")
def date_delivered(order: Order, *, by: Actor) -> None:
    """Goods were delivered or signed for: the share of what is due on delivery that goes with all of them so far is due now."""
    order = locked(order)
    undated = Instalment.objects.filter(order=order, due_on=None, kind="on_delivery").last()
    part = _undated_share(undated) if undated else ZERO
    if undated and part > 0:
        _date(undated, part, by)


@operation("billing.undate_on_delivery")
def undate_delivered(order: Order, *, by: Actor) -> None:
    """Goods that were delivered are on their way back: what is not in of what was due for them waits until they are delivered again."""
    order = locked(order)
    rows = Instalment.objects.filter(order=order, kind="on_delivery").order_by("-position")
    over = -_undated_share(rows[0]) if rows else ZERO
    for row in rows.open().filter(due_on__isnull=False):
        back = min(row.rest, over)
        if back <= 0:
            break
        over -= back
        values = {"number": order.number, "kind": row.kind, "due": ""}
        record(events.RESCHEDULED, subject=row, under=order.customer, by=by, values=values)
        _undate(row, back)
    settle(order, by=by)


def _undate(row: Instalment, back: Decimal) -> None:
    """So much of it has no day any more, and stands with what has none yet, behind all others."""
    waiting = Instalment.objects.filter(order=row.order, kind=row.kind, due_on=None).last()
    if waiting is None:
        last = Instalment.objects.filter(order=row.order).aggregate(last=models.Max("position"))["last"]
        waiting = Instalment.objects.create(order=row.order, position=last + 1, kind=row.kind, amount=ZERO)
    Instalment.objects.filter(pk=waiting.pk).update(amount=waiting.amount + back)
    if back == row.amount:
        row.delete()
    else:
        Instalment.objects.filter(pk=row.pk).update(amount=row.amount - back)


def _undated_share(part: Instalment) -> Decimal:
    """How much of what is due on delivery goes with the goods that are there and has no day yet; below 0 where too much has one."""
    order = part.order
    came = models.Q(delivered_at__isnull=False) | models.Q(arrived_at__isnull=False)
    there = list(order.shipments.filter(came, cancelled_at=None).prefetch_related("lines__line"))
    dated = sum(Instalment.objects.filter(order=order, kind="on_delivery", due_on__isnull=False).values_list("amount", flat=True), ZERO)
    return _share(part, there, is_last=is_everything(order, there)) - dated


def is_everything(order: Order, shipments: list[Shipment], *, but_made_good: bool = False) -> bool:
    """Nothing is left to ship besides these; or nothing but what makes other goods good."""
    sent: dict[int, Decimal] = {}
    for shipment in shipments:
        for part in shipment.lines.all():
            sent[part.line_id] = sent.get(part.line_id, ZERO) + part.quantity
    return all(
        line.due <= sent.get(line.pk, ZERO) for line in order.lines.all() if line.due > 0 and not (but_made_good and line.replaces_id)
    )


def _share(undated: Instalment, shipments: list[Shipment], *, is_last: bool) -> Decimal:
    """How much of all instalments of this kind goes with these shipments, by the value of their goods."""
    order = undated.order
    whole = sum(Instalment.objects.filter(order=order, kind=undated.kind).values_list("amount", flat=True), ZERO)
    goods = sum(order.lines.values_list("amount", flat=True), ZERO)
    value = sum((goods_value(shipment) for shipment in shipments), ZERO)
    return whole if is_last or value >= goods else share(whole, [value, goods - value], order.currency)[0]


def _date(undated: Instalment, part: Decimal, by: Actor) -> None:
    """So much of it gets its day, as a row of its own where something stays without one."""
    order, part, day = undated.order, min(part, undated.amount), after(undated.kind, clock.today())
    if part == undated.amount:
        Instalment.objects.filter(pk=undated.pk).update(due_on=day)
    else:
        Instalment.objects.filter(pk=undated.pk).update(amount=undated.amount - part, position=undated.position + 1)
        Instalment.objects.create(order=order, position=undated.position, kind=undated.kind, amount=part, due_on=day)
    settle(order, by=by)
    record(
        events.RESCHEDULED, subject=undated, under=order.customer, by=by,
        values={"number": order.number, "kind": undated.kind, "due": day},
    )  # fmt: skip


@operation("billing.note_lc")
def note_lc(order: Order, *, by: Actor, revision: int, values: dict[str, Any]) -> LetterOfCredit:
    """Writes what stands in the letter of credit: the goods leave, then the papers are presented, all of it before it expires."""
    require(by, "receipts.record", order)
    order = locked(order)
    _check_lc(values)
    kept = LetterOfCredit.objects.filter(order=order).first()
    if kept is None:
        kept = LetterOfCredit.objects.create(order=order, number=values["number"])
        revision = kept.revision
    changes = revise(kept, revision=revision, values=values)
    said = {"number": order.number, "lc": kept.number, "currency": order.currency}
    record(events.LC_NOTED, subject=order, under=order.customer, by=by, values=said, changes=changes)
    return kept


def _check_lc(values: dict[str, Any]) -> None:
    if not values.get("number"):
        raise Refused(_("Enter the number of the letter of credit."), field="number")
    ship_by, present_by, expires_on = (values.get(name) for name in ("ship_by", "present_by", "expires_on"))
    presented = _("This day is before the latest shipment of %(day)s: the papers can be presented only once the goods have left.")
    expired = _("It would expire before %(day)s, until when goods may leave or papers be presented.")
    last = max((day for day in (ship_by, present_by) if day), default=None)
    together(
        partial(_check_later, "present_by", present_by, ship_by, presented), partial(_check_later, "expires_on", expires_on, last, expired),
    )  # fmt: skip


def _check_later(field: str, day: date | None, other: date | None, words: str) -> None:
    if day and other and day < other:
        raise Refused(words % {"day": clock.day_words(other)}, field=field)


def by_letter(orders: Iterable[Order]) -> dict[int, Decimal]:
    """{order id: how much is to be paid by letter of credit}, as long as something of it is open and goods are still here."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    here = [order for order in orders if order.state not in GONE]
    for part in Instalment.objects.open().filter(order__in=here, kind="lc"):
        found[part.order_id] += part.amount
    return found


def doubts_of(asked: LetterOfCredit, order: Order) -> list[str]:
    """Why the bank would not pay all that is to be paid by this letter of credit, in sentences."""
    owed = by_letter([order]).get(order.pk, ZERO)
    late = _("The order is promised for %(promised)s, after the latest shipment of %(day)s: the bank would not pay.")
    short = _("%(owed)s are to be paid by it, and it is opened for %(amount)s: the bank would pay no more.")
    values = {
        "promised": _day_or_not(order.promised_on), "day": _day_or_not(asked.ship_by), "owed": money_words(owed, order.currency),
        "amount": money_words(asked.amount or ZERO, order.currency),
    }  # fmt: skip
    return [{"late": late, "short": short}[fault] % values for fault in asked.faults(order, owed)]


def _day_or_not(day: date | None) -> str:
    return clock.day_words(day) if day else ""


def check_pays(order: Order, *, values: dict[str, Any]) -> None:
    """Doubts a letter of credit that would not pay. Read before a person saves it; what is impossible is refused first."""
    _check_lc(values)
    doubts = doubts_of(LetterOfCredit(order=order, **values), order)
    if doubts:
        raise Doubted(prose([*doubts, _("Note it as it is?")]))


def run_daily() -> int:
    """The daily task: what must be asked for now, and what was due and is not in. What follows the shipping date is asked for by that
    date itself: it may be due later than a week before, after free days."""
    today = clock.today()
    soon = models.Q(due_on__lte=today + timedelta(days=max(ASKED_DAYS.value - BALANCE_DAYS.value, 0)))
    soon |= models.Q(kind__in=FOLLOW_DATE, order__promised_on__lte=today + timedelta(days=ASKED_DAYS.value))
    waiting = Instalment.objects.open().filter(due_on__isnull=False, order__void_at=None).select_related("order__customer__owner")
    done = sum(alone(ask_for, part) for part in waiting.unasked().filter(soon))
    return done + sum(alone(note_overdue, part) for part in waiting.filter(overdue_on=None, due_on__lt=today))


@operation("billing.ask_for")
def ask_for(part: Instalment, *, by: Actor) -> bool:
    """What time brings: an instalment is near, or it grew since it was asked for; the owner asks the customer for what is open of it.
    False if somebody was faster, or is at it."""
    if not Instalment.objects.unasked().filter(pk=part.pk).update(asked=models.F("amount")):
        return False
    return tell_to_ask(part, _said(part), by)


def tell_to_ask(subject: Any, values: dict[str, Any], by: Actor) -> bool:
    """The owner asks the customer for it: by its day, or before a shipment leaves that is sooner. Whoever is at it asks for all of it."""
    what = ASK_BEFORE if "shipment" in values else ASK
    same = {f"values__{name}": values[name] for name in ("number", "kind", "shipment" if "shipment" in values else "due")}
    begun = NextStep.objects.open().filter(customer=subject.customer, what=what, **same).first()
    if begun:
        say_now(begun, **values)
        return False
    plan_many([Plan(subject.customer, what, add_workdays(clock.today(), 0), values=values)], by=by.trusted())
    kind = "shipment" if "shipment" in values else values["kind"]  # the deposit may be part of it: no instalment is meant
    record(events.ASKED_FOR, subject=subject, under=subject.customer, by=by, values=values | {"kind": kind})
    return True


@operation("billing.note_overdue")
def note_overdue(part: Instalment, *, by: Actor) -> bool:
    """What time brings: an instalment was due and is not in."""
    if not Instalment.objects.open().filter(pk=part.pk, overdue_on=None).update(overdue_on=clock.today()):
        return False
    record(events.OVERDUE, subject=part, under=part.order.customer, by=by, values=_said(part))
    return True


def _said(part: Instalment) -> dict[str, Any]:
    day = part.due_on.isoformat() if part.due_on else ""
    return {"number": part.order.number, "kind": part.kind, "amount": f"{part.rest:,.2f}", "currency": part.order.currency, "due": day}


def account_of(order: Order) -> Account:
    """How an order stands."""
    return Account.objects.filter(order=order).first() or Account(order=order, total=order.total, open=order.total)

"""The books: rows of what came in, was used and went back, and the sums kept beside them.

For an order: total = paid + credited + open. Paid is what receipts brought it, less what moved to credit; credited is credit
applied to it. For a customer and a currency: receipts - refunds = paid + credited of all orders + credit left + what is not
allocated. `settle()` alone writes what is kept, and moves an excess to credit at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.billing import events
from boothline.billing.lists import AFTER_SHIPPING, BEFORE_SHIPPING, BORNE_BY, CREDIT_STATES, EXCHANGE, INSTALMENT_KINDS, REFUND_STATES
from boothline.contracts.establishment import Confirmation
from boothline.contracts.milestones import note_money
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused
from boothline.core.merging import Merging
from boothline.core.money import TOO_LARGE, amount_field, currency_field, kept, round_line, total
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.customers.card import Contact, Customer
from boothline.orders.changes import OrderChange
from boothline.orders.holds import Hold
from boothline.orders.register import Order
from boothline.orders.solutions import Resolution, coming_back
from boothline.timeline.history import record
from boothline.worktime.calendar import last_workday

M = TypeVar("M", bound=models.Model)
ZERO = Decimal("0.00")
CREDIT_DAYS = declare("billing.credit_days", 28, gettext_lazy("Days until a credit is refunded"), low=1, high=365)


class UnderOrders(models.QuerySet[M]):
    """Records of an order: who sees the order sees them."""

    def visible_to(self, by: Actor) -> Self:
        """Those of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))


class Instalments(UnderOrders["Instalment"]):
    """Questions about instalments."""

    def open(self) -> Instalments:
        """Something of it is not in."""
        return self.filter(amount__gt=F("covered"))

    def unasked(self) -> Instalments:
        """Nobody was told to ask for something that is open of it: for none of it, or for less than it is by now."""
        return self.open().filter(amount__gt=F("asked"))

    def before_goods_leave(self, on: Any) -> Instalments:
        """What goods that leave on a day wait for: by its kind, or by a fixed date that is not later. What comes back for goods sent in
        exchange is taken off it by whoever asks."""
        return self.filter(Q(kind__in=(*BEFORE_SHIPPING, EXCHANGE)) | Q(kind="fixed", due_on__lte=on))

    def in_state(self, state: str) -> Instalments:
        """Not paid ones, all or by the day: overdue, due today, later; or paid."""
        today = clock.today()
        if state == "unpaid":
            return self.open()
        if state == "paid":
            return self.filter(amount__lte=F("covered"), amount__gt=0)
        by_day = {
            "overdue": Q(due_on__lt=today),
            "due": Q(due_on=today),
            "open": Q(due_on__gt=today) | Q(due_on=None),
        }
        return self.open().filter(by_day[state])

    def for_list(self) -> Instalments:
        """With what a list shows: also which shipment waits for money of its order, and since when."""
        sooner = F("shipment__planned_on").asc(nulls_last=True)
        waits = Hold.objects.open().filter(order=models.OuterRef("order"), kind="money").order_by(sooner, "-made_at", "-pk")
        return self.select_related("order__customer__owner").annotate(
            waits_at=models.Subquery(waits.values("made_at")[:1]), waits_number=models.Subquery(waits.values("shipment__number")[:1])
        )

    def search(self, words: str, by: Actor) -> Instalments:
        """By order, PO number or customer."""
        return self.filter(order__in=Order.objects.all().search(words, by))


class Instalment(Record):
    """One dated part of what an order costs. `covered` is kept: what of it is in, filled in their order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=list(INSTALMENT_KINDS.items()))
    amount = amount_field()
    covered = amount_field(default=ZERO)
    due_on = models.DateField(null=True)  # empty until the goods leave, where that decides it
    asked = amount_field(default=ZERO)  # up to which amount of it our people were told to ask for it
    overdue_on = models.DateField(null=True)  # when it was noted as overdue
    is_joined = models.BooleanField(default=False)  # came with a merged order once production had been paid for
    privacy = tags(kind=PLAIN)

    objects = Instalments.as_manager()

    class Meta:
        ordering = ("order_id", "position")
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="instalment_once")]
        indexes = [models.Index(fields=["due_on", "id"], name="instalment_due")]

    def __str__(self) -> str:
        return f"{self.order.number} {INSTALMENT_KINDS[self.kind]}"

    @property
    def customer(self) -> Customer:
        """Who owes it."""
        return self.order.customer

    @property
    def rest(self) -> Decimal:
        """What of it is not in."""
        rest: Decimal = self.amount - self.covered
        return rest

    def is_before(self, leaves_on: date) -> bool:
        """Whether goods that leave on a day wait for it: of one at hand, what `before_goods_leave` finds."""
        return self.kind in (*BEFORE_SHIPPING, EXCHANGE) or (self.kind == "fixed" and self.due_on is not None and self.due_on <= leaves_on)

    @property
    def state(self) -> str:
        """open · due · overdue · paid, by the day."""
        if self.rest <= 0:
            return "paid"
        today = clock.today()
        return "open" if self.due_on is None or self.due_on > today else "due" if self.due_on == today else "overdue"


class Receipts(models.QuerySet["Receipt"]):
    """Questions about receipts."""

    def visible_to(self, by: Actor) -> Receipts:
        """Those of the customers whose orders the actor sees."""
        return self.filter(customer__in=Order.objects.visible_to(by).values("customer_id"))

    def standing(self) -> Receipts:
        """Not void."""
        return self.filter(void_at=None)

    def by_rest(self, state: str) -> Receipts:
        """A part waits; the whole is allocated; void."""
        if state == "void":
            return self.exclude(void_at=None)
        return self.standing().filter(**{"amount__gt" if state == "waits" else "amount__lte": F("allocated")})

    def for_list(self) -> Receipts:
        """With what a list shows."""
        return self.select_related("customer__owner").prefetch_related(
            models.Prefetch("allocations", Allocation.objects.select_related("order"))
        )

    def search(self, words: str, by: Actor) -> Receipts:
        """By the bank's words, or the customer."""
        found = Customer.objects.all().search(words, by)
        return self.filter(Q(reference__icontains=words) | Q(customer__in=found))


class Receipt(Record):
    """Money that came in, as the bank says it. `amount` is what counts, in `currency`; the bank's own currency stands beside it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(gettext_lazy("received on"))
    bank_currency = currency_field()
    sent = amount_field()
    charges = amount_field(default=ZERO)
    borne_by = models.CharField(max_length=8, default="customer", choices=list(BORNE_BY.items()))
    rate = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(1))
    currency = currency_field()
    amount = amount_field()
    allocated = amount_field(default=ZERO)
    reference = models.CharField(gettext_lazy("reference"), max_length=200, blank=True, default="")
    confirmation = models.ForeignKey(
        Confirmation, null=True, on_delete=models.PROTECT, related_name="+"
    )  # the deposit that was its evidence
    void_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(bank_currency=PLAIN, borne_by=PLAIN, currency=PLAIN, reference=BOOKS, void_reason=WORDS)

    objects = Receipts.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-received_on", "-id"], name="receipt_days")]

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount:,.2f} {self.currency}"

    @property
    def arrived(self) -> Decimal:
        """What reached our account."""
        there: Decimal = self.sent - self.charges
        return there

    @property
    def rest(self) -> Decimal:
        """What no order has."""
        return ZERO if self.void_at else self.amount - self.allocated

    @property
    def state(self) -> str:
        """void · received (a part waits) · allocated."""
        return "void" if self.void_at else "received" if self.rest > 0 else "allocated"


class Allocation(Record):
    """How much of a receipt an order has."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    amount = amount_field()

    def __str__(self) -> str:
        return f"{self.amount:,.2f} {self.order.number}"


class Credits(UnderOrders["Credit"]):
    """Questions about credits."""

    def open(self) -> Credits:
        """Something is left."""
        return self.filter(left__gt=0)

    def in_state(self, state: str) -> Credits:
        """As `Credit.state` says it."""
        waiting = Refund.objects.waiting().values("credit")
        if state in ("used", "refunded"):
            back = Refund.objects.filter(paid_on__isnull=False).values("credit")
            done = self.filter(left__lte=0)
            return done.filter(pk__in=back) if state == "refunded" else done.exclude(pk__in=back)
        late = Q(due_on__lt=clock.today())
        standing = self.open()
        if state == "overdue":
            return standing.filter(late)
        prepared = Q(pk__in=waiting)
        return standing.exclude(late).filter(prepared if state == "prepared" else ~prepared)

    def for_list(self) -> Credits:
        """With what a list shows."""
        return self.select_related("order__customer__owner", "change", "contacted_by").prefetch_related(
            models.Prefetch("uses", CreditUse.objects.select_related("order")), "refunds"
        )

    def search(self, words: str, by: Actor) -> Credits:
        """By order, PO number or customer."""
        return self.filter(order__in=Order.objects.all().search(words, by))


class Credit(Record):
    """挂账: money of the customer that is with us since an order cost less than was in. To be used or refunded by `due_on`."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(OrderChange, null=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.ForeignKey(Resolution, null=True, on_delete=models.PROTECT, related_name="+")  # the refund that was agreed
    currency = currency_field()
    from_paid = amount_field()
    from_credited = amount_field(default=ZERO)
    origin_on = models.DateField()
    due_on = models.DateField()
    left = amount_field()
    warned_day = models.PositiveSmallIntegerField(default=0)
    overdue_told_on = models.DateField(null=True)
    wish = models.CharField(max_length=300, blank=True, default="")
    contacted_on = models.DateField(null=True)
    contacted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(currency=PLAIN, wish=WORDS)

    objects = Credits.as_manager()

    class Meta:
        ordering = ("origin_on", "id")
        indexes = [models.Index(fields=["due_on", "id"], name="credit_due")]

    def __str__(self) -> str:
        return f"{self.order.number} {self.amount:,.2f} {self.currency}"

    @property
    def customer(self) -> Customer:
        """Whose money it is."""
        return self.order.customer

    @property
    def amount(self) -> Decimal:
        """What was credited."""
        whole: Decimal = self.from_paid + self.from_credited
        return whole

    @property
    def waiting(self) -> Refund | None:
        """The refund that is prepared or approved, not paid."""
        return next((r for r in self.refunds.all() if r.is_waiting), None)

    @property
    def standing(self) -> str:
        """Its state in words; under refund, what that waits for."""
        waiting = self.waiting
        return str(REFUND_STATES[waiting.state] if waiting and self.state == "prepared" else CREDIT_STATES[self.state])

    @property
    def under_refund(self) -> Decimal:
        """What of it is to go back: no order has it meanwhile."""
        return sum((r.amount for r in self.refunds.all() if r.is_waiting), ZERO)

    @property
    def free(self) -> Decimal:
        """What of it may be used."""
        rest: Decimal = self.left - self.under_refund
        return rest

    @property
    def state(self) -> str:
        """open · prepared · overdue · used · refunded."""
        if self.left <= 0:
            return "refunded" if any(r.paid_on for r in self.refunds.all()) else "used"
        if self.due_on < clock.today():
            return "overdue"
        return "prepared" if self.waiting else "open"


class CreditUse(Record):
    """How much of a credit an order has."""

    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, related_name="uses")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    amount = amount_field()

    def __str__(self) -> str:
        return f"{self.amount:,.2f} {self.order.number}"


class Refunds(models.QuerySet["Refund"]):
    """Questions about refunds."""

    def visible_to(self, by: Actor) -> Refunds:
        """Those of the orders that the actor sees."""
        return self.filter(credit__order__in=Order.objects.visible_to(by))

    def waiting(self) -> Refunds:
        """Prepared or approved, not paid."""
        return self.filter(refused_at=None, stopped_at=None, paid_on=None)


class Refund(Record):
    """Money that is to go back: prepared, approved by a second person with its amount and bank account, paid to that account."""

    number = models.CharField(max_length=20, unique=True)
    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, related_name="refunds")
    amount = amount_field()
    account = models.CharField(gettext_lazy("bank account"), max_length=300, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # nobody refused it: the customer leaves the money with us
    paid_on = models.DateField(null=True)
    privacy = tags(number=PLAIN, account=BOOKS)

    objects = Refunds.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.number

    @property
    def customer(self) -> Customer:
        """Who gets it."""
        return self.credit.customer

    @property
    def state(self) -> str:
        """no_account · asked · approved · refused · stopped · paid, from its facts."""
        if self.paid_on:
            return "paid"
        if self.refused_at or self.stopped_at:
            return "refused" if self.refused_at else "stopped"
        return "approved" if self.approved_at else "asked" if self.account else "no_account"

    @property
    def is_waiting(self) -> bool:
        """Prepared or approved, not paid."""
        return self.state in ("no_account", "asked", "approved")


class Accounts(UnderOrders["Account"]):
    """Questions about accounts of orders."""

    def of_contact(self, contact: Contact) -> Accounts:
        """What a guest may see: those of their company's orders."""
        return self.filter(order__in=Order.objects.of_contact(contact))


class Account(models.Model):
    """Kept: how an order stands. total = paid + credited + open."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    total = amount_field(default=ZERO)
    paid = amount_field(default=ZERO)
    credited = amount_field(default=ZERO)
    open = amount_field(default=ZERO)
    next_due_on = models.DateField(null=True)

    objects = Accounts.as_manager()

    def __str__(self) -> str:
        return self.order.number

    @property
    def is_in(self) -> Decimal:
        """Paid and credited."""
        there: Decimal = self.paid + self.credited
        return there


class Balance(models.Model):
    """Kept: how a customer stands in one currency. received - refunded = paid + credited + credit + unallocated."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = currency_field()
    received = amount_field(default=ZERO)
    refunded = amount_field(default=ZERO)
    paid = amount_field(default=ZERO)
    credited = amount_field(default=ZERO)
    open = amount_field(default=ZERO)
    credit = amount_field(default=ZERO)
    unallocated = amount_field(default=ZERO)
    privacy = tags(currency=PLAIN)
    merging = Merging(is_counted=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "currency"], name="balance_once")]

    def __str__(self) -> str:
        return f"{self.customer} {self.currency}"


@dataclass(frozen=True)
class Standing:
    """How an order stands, counted from its rows."""

    total: Decimal
    paid: Decimal
    credited: Decimal

    @property
    def open(self) -> Decimal:
        """What is not in."""
        return self.total - self.paid - self.credited


def added(rows: models.QuerySet[Any]) -> Decimal:
    """The exact sum of the amounts."""
    (amount,) = sums(rows, "amount")
    return amount


def sums(rows: models.QuerySet[Any], *columns: str) -> list[Decimal]:
    """The exact sums of some columns, in one question."""
    found = rows.order_by().aggregate(**{f"sum_{column}": exact_sum(column, 2) for column in columns})
    return [from_units(found[f"sum_{column}"], 2) for column in columns]


def standing(order: Order) -> Standing:
    """Counted from receipts, credits and their uses."""
    allocated = added(Allocation.objects.filter(order=order, receipt__void_at=None))
    from_paid, from_credited = sums(Credit.objects.filter(order=order), "from_paid", "from_credited")
    return Standing(order.total, allocated - from_paid, added(CreditUse.objects.filter(order=order)) - from_credited)


def settle(order: Order, *, by: Actor, change: OrderChange | None = None) -> Account:
    """Writes how an order stands, its instalments, and its customer's balance; what is too much becomes a credit."""
    account = _keep(order, by, change)
    _tell_plan(order, by)
    return account


def settle_together(orders: list[Order], *, by: Actor) -> None:
    """The same for orders between which money moved: their plans hear of it once all of it is where it belongs."""
    for order in orders:
        _keep(order, by, None)
    for order in orders:
        _tell_plan(order, by)


def _keep(order: Order, by: Actor, change: OrderChange | None) -> Account:
    now = standing(order)
    if now.open < 0:
        _to_credit(order, now, change, by)
        now = standing(order)
    _fill(order, now)
    due = Instalment.objects.filter(order=order).open().filter(due_on__isnull=False)
    account, _made = Account.objects.update_or_create(
        order=order,
        defaults={
            "total": now.total, "paid": now.paid, "credited": now.credited, "open": now.open,
            "next_due_on": due.order_by("due_on").values_list("due_on", flat=True).first(),
        },
    )  # fmt: skip
    settle_customer(order.customer, order.currency)
    return account


def _tell_plan(order: Order, by: Actor) -> None:
    """The milestones of the contract follow what is in: deposit, balance, everything; of all its orders, where it was split. What came
    with a merged order takes back no deposit that was in; of one that is void nothing was."""
    if order.merged_into_id:
        return  # its goods follow another plan
    standing = Order.objects.filter(contract=order.contract_id, void_at=None, merged_into=None).exclude(state="cancelled")
    books = [_came_in(one) for one in standing.order_by("pk")]
    if not books and not order.void_at:
        return  # what is paid of a fee moves no plan

    def day_of(*kinds: str, also_joined: bool = False) -> date | None:
        """The day on which all instalments of these kinds were in."""
        days = []
        for parts, came in books:
            own = [part for part in parts if also_joined or not part.is_joined]
            if any(not kinds or part.kind in kinds for part in own):
                days.append(_day_in(own, kinds, sum((part.covered for part in parts), ZERO), came))
        return max((day for day in days if day), default=None) if all(days) else None

    days = {"deposit": day_of("deposit"), "balance": day_of("before_shipping", "in_full", also_joined=True), "whole": day_of()}
    note_money(order.contract, by=by.trusted(), **days)


def _came_in(order: Order) -> tuple[list[Instalment], list[tuple[date, Decimal]]]:
    """(instalments, what came in on which day) of one order."""
    parts = list(Instalment.objects.filter(order=order, amount__gt=0).exclude(kind=EXCHANGE).order_by("position"))
    came = [*Allocation.objects.filter(order=order, receipt__void_at=None).values_list("receipt__received_on", "amount")]
    came += [(timezone.localdate(use.made_at), use.amount) for use in CreditUse.objects.filter(order=order)]
    return parts, came


def _day_in(parts: list[Instalment], kinds: tuple[str, ...], there: Decimal, came: list[tuple[date, Decimal]]) -> date | None:
    last = [part.position for part in parts if part.kind in kinds or not kinds][-1]
    needed = sum((part.amount for part in parts if part.position <= last), ZERO)
    if there < needed:
        return None
    for day, amount in sorted(came):
        needed -= amount
        if needed <= 0:
            return day
    return max((day for day, _amount in came), default=None)


def settle_customer(customer: Customer, currency: str) -> Balance:
    """Writes how a customer stands in a currency."""
    Balance.objects.get_or_create(customer=customer, currency=currency)
    balance = Balance.objects.select_for_update(of=("self",)).get(customer=customer, currency=currency)
    for name, amount in counted(customer, currency).items():
        setattr(balance, name, kept(amount))
    balance.save()
    return balance


def more_open(owed: Mapping[tuple[int, str], Decimal]) -> None:
    """The same for many, {(customer id, currency): amount}, of whose new orders nothing is in: so much more is open. The customers are
    held."""
    customers = {customer for customer, _currency in owed}
    there = Balance.objects.filter(customer__in=customers)
    known = set(there.values_list("customer_id", "currency"))
    Balance.objects.bulk_create([Balance(customer_id=c, currency=money) for c, money in owed if (c, money) not in known], batch_size=1000)
    balances = [one for one in there if (one.customer_id, one.currency) in owed]
    for balance in balances:
        balance.open = kept(balance.open + owed[balance.customer_id, balance.currency])
    Balance.objects.bulk_update(balances, ["open"], batch_size=500)


def settle_whole(customer: Customer) -> None:
    """The same in every currency in which there is something; when two customers became one, or two again."""
    there = [
        rows.filter(customer=customer).values_list("currency", flat=True) for rows in (Balance.objects, Receipt.objects, Order.objects)
    ]
    for currency in sorted({currency for currencies in there for currency in currencies.distinct().order_by()}):
        settle_customer(customer, currency)


def counted(customer: Customer, currency: str) -> dict[str, Decimal]:
    """The figures of a balance from their rows."""
    receipts = Receipt.objects.standing().filter(customer=customer, currency=currency)
    accounts = Account.objects.filter(order__customer=customer, order__currency=currency)
    credits = Credit.objects.filter(order__customer=customer, currency=currency)
    refunds = Refund.objects.filter(credit__in=credits, paid_on__isnull=False)
    received = added(receipts)
    allocated = added(Allocation.objects.filter(receipt__in=receipts))
    paid, credited, still_open = sums(accounts, "paid", "credited", "open")
    (credit,) = sums(credits, "left")
    return {
        "received": received, "refunded": added(refunds), "paid": paid, "credited": credited, "open": still_open, "credit": credit,
        "unallocated": received - allocated,
    }  # fmt: skip


def keep_receipt(receipt: Receipt) -> Receipt:
    """The kept sum of what orders have of a receipt."""
    Receipt.objects.filter(pk=receipt.pk).update(allocated=added(receipt.allocations.all()))
    receipt.refresh_from_db()
    return receipt


def left_of(credit: Credit) -> Decimal:
    """What is neither used nor refunded."""
    return credit.amount - added(credit.uses.all()) - added(credit.refunds.filter(paid_on__isnull=False))


def keep_credit(credit: Credit) -> Credit:
    """The kept rest of a credit."""
    Credit.objects.filter(pk=credit.pk).update(left=left_of(credit))
    credit.refresh_from_db()
    return credit


def set_apart(order: Order, *, by: Actor, amount: Decimal) -> Credit | None:
    """So much of what is in becomes a credit, though something of the order is still to pay: the order is about to cost so much less, and
    that is paid back. What the instalments have of it they are not to have: what is open of each stays. None where nothing is in."""
    now = standing(order)
    back = rest = min(amount, now.paid + now.credited)
    for part in Instalment.objects.filter(order=order, covered__gt=0).exclude(kind=EXCHANGE).order_by("-position"):
        less = min(part.covered, rest)
        Instalment.objects.filter(pk=part.pk).update(amount=part.amount - less, covered=part.covered - less)
        rest -= less
    return _credited(order, back, now, None, by) if back else None


def _to_credit(order: Order, now: Standing, change: OrderChange | None, by: Actor) -> None:
    """The excess becomes a credit at once."""
    _credited(order, -now.open, now, change, by)


def _credited(order: Order, excess: Decimal, now: Standing, change: OrderChange | None, by: Actor) -> Credit:
    """First what was paid, then what had been credited here."""
    today = clock.today()
    from_paid = min(excess, now.paid)
    credit = Credit.objects.create(
        order=order, change=change, currency=order.currency, from_paid=from_paid, from_credited=excess - from_paid, origin_on=today,
        due_on=due_of(today), left=excess,
    )  # fmt: skip
    values = {"number": order.number, "amount": f"{excess:,.2f}", "currency": order.currency, "due": credit.due_on}
    record(events.CREDIT_OPENED, subject=credit, under=order.customer, by=by, values=values)
    return credit


def due_of(origin: date) -> date:
    """28 days later; what we owe on a free day is due on the workday before."""
    return before_free(origin + timedelta(days=CREDIT_DAYS.value), origin)


def before_free(day: date, since: date) -> date:
    """A day on which we owe something; where it is free, the workday before, unless that one was over when we came to owe it."""
    found = last_workday(day)
    return found if found >= since else day


def _fill(order: Order, now: Standing) -> None:
    """The instalments add up to the total, growth on the last open one, less from the last back; what is in fills them
    in turn. Of what they were asked for, that is what is still open; what was in and is not any more is asked for anew."""
    found = list(Instalment.objects.filter(order=order).order_by("position"))
    parts = [part for part in found if part.kind != EXCHANGE]
    if not parts:
        return
    waits = _set_off(order, now, found)
    add_up(order, parts, now.total - waits)
    if waits:
        parts.append(Instalment(order=order, position=parts[-1].position + 1, kind=EXCHANGE, amount=waits))
    rest = now.paid + now.credited
    for part in parts:
        was, part.covered = part.covered, min(part.amount, rest)
        rest -= part.covered
        part.asked = part.covered + min(max(part.asked - was, ZERO), part.rest)
        if part.pk is None:
            part.save()
        Instalment.objects.filter(pk=part.pk).update(amount=part.amount, covered=part.covered, asked=part.asked)


def _set_off(order: Order, now: Standing, found: list[Instalment]) -> Decimal:
    """What of the open sum is for goods sent in exchange and is credited once those come back for which they are sent: it is owed by no
    day, and stands apart. What is stored of it makes room for what is so now."""
    stored = [part.pk for part in found if part.kind == EXCHANGE]
    if stored:
        Instalment.objects.filter(pk__in=stored).delete()
    elif now.total <= sum((part.amount for part in found), ZERO):
        return ZERO
    return max(min(total(coming_back(order).values()), now.open), ZERO)


def add_up(order: Order, parts: list[Instalment], whole: Decimal) -> None:
    """Makes the amounts of instalments add up to what the order costs, or is to cost; one that begins with it is not stored yet."""
    delta = whole - sum((p.amount for p in parts), ZERO)
    if delta > 0:
        last = next((p for p in reversed(parts) if p.rest > 0), None) or _after_paid(order, parts)
        last.amount += delta
    for part in reversed(parts):
        if delta < 0:
            less = min(part.amount, -delta)
            part.amount -= less
            delta += less


def _after_paid(order: Order, parts: list[Instalment]) -> Instalment:
    """Everything is in, and the order grows: the last instalment does, or where its day is given and over, another one begins. It gets
    its day as it would have: as more goods leave, else by the shipping date."""
    last = parts[-1]
    is_due_after = last.kind in AFTER_SHIPPING
    if last.due_on is None or not (is_due_after or (last.kind in ("deposit", "fixed") and last.due_on < clock.today())):
        return last
    kind = last.kind if is_due_after else "in_full"
    begun = Instalment(order=order, position=last.position + 1, kind=kind, amount=ZERO)
    parts.append(begun)
    return begun


def converted(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """An amount at the rate that is written on the receipt."""
    counts = round_line(amount * rate, currency)
    if counts >= TOO_LARGE:
        raise Refused(_("An amount this large cannot be kept. Check the amount and the rate."), field="rate")
    return counts

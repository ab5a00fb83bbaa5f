"""Receipts by hand: what was sent, what the banks kept, what arrived; allocated to the named order, else oldest due first.

Charges borne by us cost us: the sent amount counts. Borne by the customer: the arrived amount. What no order needs stays
unallocated and is shown. A small rest may be written off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.billing import events
from boothline.billing.announced import Announcement, check_paid_day, note_in
from boothline.billing.books import (
    ZERO,
    Account,
    Allocation,
    Instalment,
    Instalments,
    Receipt,
    converted,
    keep_receipt,
    settle,
    settle_customer,
    standing,
)
from boothline.billing.credits import offset
from boothline.billing.gates import review
from boothline.billing.lists import BORNE_BY, EXCHANGE
from boothline.catalogue.rates import BASE, exchanged
from boothline.contracts.establishment import Confirmation
from boothline.contracts.milestones import follow_start
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Doubted, Refused, Words
from boothline.core.money import CURRENCIES, check_unit, money_words
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.core.text import clean, listed, prose, reason_given
from boothline.core.told import kept_words
from boothline.customers.card import Customer, hold
from boothline.orders.changes import OrderChange, adjust
from boothline.orders.register import Order, OrderLine, locked
from boothline.timeline.history import record

SMALL_REST = declare(
    "billing.write_off_up_to", Decimal(50), gettext_lazy("Rest in CNY that may be written off as bank charges"), low=0, high=10_000
)


@dataclass(frozen=True)
class Sent:
    """A receipt as the bank's slip says it. `rate` turns the bank's currency into the one in which it counts, where they differ."""

    sent: Decimal
    received_on: date
    charges: Decimal = ZERO
    borne_by: str = "customer"
    bank_currency: str = "CNY"
    currency: str = ""  # in which it counts; empty: the bank's
    rate: Decimal | None = None
    reference: str = ""

    def counts_in(self, order: Order | None) -> str:
        """The currency in which it counts."""
        return self.currency or (order.currency if order else self.bank_currency)

    def counts(self, currency: str) -> Decimal:
        """How much of it counts."""
        return converted(self.sent if self.borne_by == "us" else self.sent - self.charges, self.factor(currency), currency)

    def factor(self, currency: str) -> Decimal:
        """How much of a currency one unit of the bank's counts."""
        return Decimal(1) if currency == self.bank_currency or self.rate is None else self.rate


@operation("billing.receive")
def receive(
    customer: Customer,
    *,
    by: Actor,
    slip: Sent,
    order: Order | None = None,
    confirmation: Confirmation | None = None,
    announced: Announcement | None = None,
) -> Receipt:
    """Records money that came in and allocates it: to the named order, else to what was due first. What the customer `announced` is in."""
    require(by, "receipts.record", customer)
    hold(customer.pk)
    currency = slip.counts_in(order)
    _check(slip, currency, customer, order)
    receipt = Receipt.objects.create(
        customer=customer, received_on=slip.received_on, bank_currency=slip.bank_currency, sent=slip.sent, charges=slip.charges,
        borne_by=slip.borne_by, rate=slip.factor(currency), currency=currency, amount=slip.counts(currency),
        reference=clean(slip.reference, 200), confirmation=confirmation,
    )  # fmt: skip
    note_in(announced, receipt, goes_on_as(order) if order else None)
    _spread(receipt, order, by)
    settle_customer(customer, currency)
    receipt = keep_receipt(receipt)
    note = receipt.reference
    values = {"amount": f"{receipt.amount:,.2f}", "currency": currency, "note": note, "rest": f"{receipt.rest:,.2f}"}
    record(events.RECEIVED, subject=receipt, under=customer, by=by, values=values)
    return receipt


def check_meant(customer: Customer, *, slip: Sent, order: Order | None) -> None:
    """Doubts what is probably a slip booked twice, or more than anybody asked for. Read before a person's receipt is recorded; what is
    impossible is refused first."""
    currency = slip.counts_in(order)
    _check(slip, currency, customer, order)
    doubts = [*_booked_twice(customer, slip), *_more_than_owed(customer, slip.counts(currency), currency, order)]
    if doubts:
        raise Doubted(prose(doubts))


def _booked_twice(customer: Customer, slip: Sent) -> Iterator[Words]:
    alike = {"received_on": slip.received_on, "sent": slip.sent, "bank_currency": slip.bank_currency, "void_at": None}
    for same in Receipt.objects.filter(customer=customer, **alike):
        if same.reference == slip.reference or not (same.reference and slip.reference):
            values = {"amount": money_words(slip.sent, slip.bank_currency), "on": clock.day_words(slip.received_on)}
            yield _("A receipt of %(amount)s from %(on)s is recorded already. Is this another one?") % values
            return


def _more_than_owed(customer: Customer, counts: Decimal, currency: str, order: Order | None) -> Iterator[Words]:
    asked = standing(goes_on_as(order)).open if order else sum((part.rest for part in owing(customer, currency)), ZERO)
    if counts > asked:
        values = {"number": order or "", "open": money_words(asked, currency), "rest": money_words(counts - asked, currency)}
        if order:
            yield _("%(number)s has %(open)s open. %(rest)s of this receipt would wait unallocated. Is the amount right?") % values
        else:
            yield _("This customer owes %(open)s. %(rest)s of this receipt would wait unallocated. Is the amount right?") % values


def _check(slip: Sent, currency: str, customer: Customer, order: Order | None) -> None:
    if slip.sent <= 0:
        raise Refused(_("Enter the amount that was sent."), field="sent")
    if not 0 <= slip.charges < slip.sent:
        raise Refused(_("Bank charges lie between 0 and what was sent."), field="charges")
    for field, amount in (("sent", slip.sent), ("charges", slip.charges)):
        check_unit(amount, slip.bank_currency, field)
    check_paid_day(slip.received_on, "received_on")
    if slip.borne_by not in BORNE_BY:
        raise Refused(_("Choose from the list."), field="borne_by")
    if slip.bank_currency not in CURRENCIES or currency not in CURRENCIES:
        raise Refused(_("Choose from the list."), field="bank_currency")
    if slip.rate is None and currency != slip.bank_currency:
        words = _("Enter the rate on the slip: how much of %(currency)s one %(bank)s counts.")
        raise Refused(words % {"currency": currency, "bank": slip.bank_currency}, field="rate")
    if slip.rate is not None and slip.rate <= 0:
        raise Refused(_("Enter the rate on the slip, more than 0."), field="rate")
    if order is not None and order.customer_id != customer.pk:
        raise Refused(_("This order is another customer's."), field="order")


@operation("billing.allocate")
def allocate(receipt: Receipt, *, by: Actor, order: Order | None = None) -> Receipt:
    """Gives what waits of a receipt to an order, else to what is due first. Nothing left, or nothing open: refused."""
    require(by, "receipts.record", receipt)
    hold(receipt.customer_id)
    receipt = Receipt.objects.get(pk=receipt.pk)
    if receipt.rest <= 0:
        raise Refused(_("Nothing of this receipt is left to allocate."), code="nothing_left")
    if order is not None and order.customer_id != receipt.customer_id:
        raise Refused(_("This order is another customer's."), field="order")
    given = _spread(receipt, order, by)
    if not given:
        raise Refused(_("Nothing is open there in %(currency)s.") % {"currency": receipt.currency}, code="nothing_open", field="order")
    settle_customer(receipt.customer, receipt.currency)
    receipt = keep_receipt(receipt)
    values = {
        "amount": f"{sum(given.values(), ZERO):,.2f}", "currency": receipt.currency, "on": receipt.received_on, "orders": listed(given),
    }  # fmt: skip
    record(events.ALLOCATED, subject=receipt, under=receipt.customer, by=by, values=values)
    return receipt


def _spread(receipt: Receipt, order: Order | None, by: Actor) -> dict[str, Decimal]:
    """{order number: amount}. A named order takes what it needs, the rest waits; without one, the oldest due first."""
    rest = receipt.amount - receipt.allocated
    wanted = {order: rest} if order else _oldest_first(receipt.customer, receipt.currency, rest)
    given: dict[str, Decimal] = {}
    for asked, most in wanted.items():
        one = locked(asked)
        one = locked(goes_on_as(one)) if one.merged_into_id else one
        part = min(most, standing(one).open) if one.currency == receipt.currency else ZERO
        if part > 0:
            Allocation.objects.create(receipt=receipt, order=one, amount=part)
            settle(one, by=by)
            follow_start(one.contract, by=by.trusted())
            review(one, by=by)
            given[one.number] = part
    return given


def goes_on_as(order: Order) -> Order:
    """The order that is paid for its goods: of one that was merged, which the slip may still name, the one that took it in."""
    while order.merged_into:
        order = order.merged_into
    return order


def _oldest_first(customer: Customer, currency: str, rest: Decimal) -> dict[Order, Decimal]:
    """{order: what it gets}: every instalment in turn, whichever order it is of."""
    wanted: dict[Order, Decimal] = {}
    for part in owing(customer, currency):
        less = min(part.rest, rest)
        if less > 0:
            wanted[part.order] = wanted.get(part.order, ZERO) + less
            rest -= less
    return wanted


def owing(customer: Customer, currency: str) -> Instalments:
    """What is open of all the customer's orders, by the day on which it is or was due; what has no day comes last. What waits for goods
    that come back is not to be paid."""
    return due_first([customer.pk]).filter(order__currency=currency)


def due_first(customers: Iterable[int]) -> Instalments:
    """The same of several customers, in every currency."""
    theirs = Instalment.objects.open().filter(order__customer__in=set(customers), order__void_at=None).exclude(kind=EXCHANGE)
    return theirs.select_related("order").order_by(F("due_on").asc(nulls_last=True), "order_id", "position")


@operation("billing.void_receipt")
def void_receipt(receipt: Receipt, *, by: Actor, reason: Words) -> Receipt:
    """A receipt that was booked in error is taken off. What its orders had too much by it is no credit any more; refused where more of
    it has become one than they have. Voided twice, the first stands."""
    require(by, "receipts.record", receipt)
    hold(receipt.customer_id)
    receipt = Receipt.objects.select_related("customer").get(pk=receipt.pk)
    if receipt.void_at:
        return receipt
    reason = reason_given(reason)
    Receipt.objects.filter(pk=receipt.pk).update(void_at=timezone.now(), void_reason=kept_words(reason))
    for order in Order.objects.filter(pk__in=receipt.allocations.values("order")).order_by("pk"):
        if standing(locked(order)).paid < 0:
            words = _("Part of it has become a credit of order %(number)s. Settle that first.")
            raise Refused(words % {"number": order.number}, code="credited")
        settle(order, by=by)
        offset(order, by=by.trusted())
        review(order, by=by)
    settle_customer(receipt.customer, receipt.currency)
    receipt.refresh_from_db()
    values = {"amount": f"{receipt.amount:,.2f}", "currency": receipt.currency, "reason": reason}
    record(events.RECEIPT_VOIDED, subject=receipt, under=receipt.customer, by=by, values=values)
    return receipt


def small_rest(order: Order, account: Account | None) -> Decimal:
    """What is open and small enough to be written off, of the whole order or of a payment that came short; 0 where nothing is. What waits
    for goods to come back is none."""
    if account is None or account.is_in <= 0:
        return ZERO
    parts = list(Instalment.objects.filter(order=order).order_by("position"))
    later = sum((part.amount for part in parts if part.kind == EXCHANGE), ZERO)  # waits for goods that come back, and is not to be paid
    begun = _begun(parts)
    limit = exchanged(SMALL_REST.value, BASE, order.currency)
    rests = (account.open - later, begun.rest if begun else ZERO)
    return next((rest for rest in rests if 0 < rest <= limit), ZERO)


def _begun(parts: Iterable[Instalment]) -> Instalment | None:
    """The payment of which a part is in."""
    return next((part for part in parts if part.kind != EXCHANGE and 0 < part.covered < part.amount), None)


@operation("billing.write_off")
def write_off(order: Order, *, by: Actor) -> OrderChange:
    """A small rest stayed with the banks: it is taken off as an allowance of that kind, and off the payment that came short, which is in
    by that. Written off twice, the first stands."""
    require(by, "receipts.record", order)
    hold(order.customer_id)
    order = locked(order)
    rest, begun = small_rest(order, Account.objects.filter(order=order).first()), _begun(Instalment.objects.filter(order=order))
    if not rest:
        first = OrderChange.objects.filter(order=order, kind="bank_charges").last()
        if first and begun is None:
            return first
        raise Refused(_("The rest is too large to be written off, or nothing was paid yet."), code="too_large")
    if begun and begun.rest == rest:
        Instalment.objects.filter(pk=begun.pk).update(amount=begun.covered)
    made = adjust(order, by=by.trusted(), kind="bank_charges", amount=rest, reason="")
    follow_start(order.contract, by=by.trusted())
    values = {"number": order.number, "amount": f"{rest:,.2f}", "currency": order.currency}
    record(events.WRITTEN_OFF, subject=order, under=order.customer, by=by, values=values)
    return made


@operation("billing.allow")
def allow(order: Order, *, by: Actor, amount: Decimal, reason: str, line: OrderLine | None = None) -> OrderChange:
    """An allowance 折让: less is owed for the order, or for the goods of a line; what was paid too much becomes a credit at once."""
    made = adjust(order, by=by.trusted(), kind="allowance", amount=amount, reason=reason, line=line)
    values = {"number": order.number, "amount": f"{amount:,.2f}", "currency": order.currency, "reason": reason}
    record(events.ALLOWED, subject=order, under=order.customer, by=by, values=values)
    return made

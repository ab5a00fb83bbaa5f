"""Refunds 退款: prepared from a credit with amount and bank account, approved by a second person, then paid to that account.

Without an account nobody is asked; another account is asked anew. Whoever approved does not pay."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.approvals import matters
from boothline.approvals.approval import Approval, ask, drop, granted
from boothline.billing import events
from boothline.billing.books import Account, Credit, Refund, keep_credit, settle_customer
from boothline.billing.lists import REFUND_STATES
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.kinds import word_of
from boothline.core.money import money_words, round_line
from boothline.core.operations import operation
from boothline.core.text import clean
from boothline.customers.card import hold
from boothline.documents import numbers
from boothline.orders.solutions import money_settled
from boothline.timeline.history import record
from boothline.worktime.calendar import eight_hours_later

MATTER = "billing.refund"
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}", re.I)  # an international number, whatever is written beside it
NAMED = re.compile(r"account|bank|iban|swift|账|户|银行|行号", re.I)
DIGITS = re.compile(r"\d(?:[ -]?\d){7,}")  # a number as long as those of accounts


def register() -> None:
    """A refund is a matter that approvals know."""
    matters.declare(
        matters.Matter(
            MATTER, lambda: ["manager", "head", "admin"], eight_hours_later, _address,
            gettext_lazy("Refund %(amount)s to %(customer)s"), gettext_lazy("Approve the refund"), _comes_to, _warns,
        )
    )  # fmt: skip


def _address(key: int) -> str:
    credit = Refund.objects.filter(pk=key).values_list("credit_id", flat=True).first()
    return reverse("credit", args=[credit]) if credit else reverse("credits")


def _warns(key: int) -> list[str]:
    """That the same customer owes us something meanwhile, which the credit could be used for: of the same order first."""
    refund = Refund.objects.select_related("credit__order").get(pk=key)
    order, currency = refund.credit.order, refund.credit.currency
    owing = Account.objects.filter(order__customer=order.customer_id, order__currency=currency, open__gt=0, order__void_at=None)
    words = _("%(amount)s of order %(order)s are still to be paid: the credit could be used for it instead.")
    found = sorted(owing.select_related("order"), key=lambda account: (account.order_id != order.pk, account.order_id))
    return [words % {"amount": money_words(account.open, currency), "order": account.order.number} for account in found[:3]]


def _comes_to(key: int) -> str:
    made = Refund.objects.select_related("credit").get(pk=key)
    return money_words(made.amount, made.credit.currency)


@operation("billing.prepare_refund")
def prepare(credit: Credit, *, by: Actor, amount: Decimal | None = None, account: str = "") -> Refund:
    """Prepares a refund of what is left, and asks a second person. Prepared twice, the one that waits is the answer.

    `account`: where none is given, the one that was named last, unless it was refused; without any it waits for one."""
    require(by, "refunds.propose", credit)
    hold(credit.order.customer_id)
    credit = Credit.objects.select_related("order__customer").get(pk=credit.pk)
    waiting = Refund.objects.waiting().filter(credit=credit).first()
    if waiting:
        return waiting
    amount = credit.left if amount is None else amount
    if not 0 < amount <= credit.left or amount != round_line(amount, credit.currency):
        words = _("Between 0 and %(left)s can be refunded: that is what is left.")
        raise Refused(words % {"left": money_words(credit.left, credit.currency)}, field="amount")
    return _begin(credit, amount, clean(account, 300) or account_of(credit), by)


@operation("billing.prepare_rest")
def prepare_rest(credit: Credit, *, by: Actor) -> Refund | None:
    """Prepares a refund of what is left beside those that wait already; None where they are all of it."""
    require(by, "refunds.propose", credit)
    hold(credit.order.customer_id)
    credit = Credit.objects.select_related("order__customer").get(pk=credit.pk)
    rest = credit.left - _waiting(credit)
    return _begin(credit, rest, account_of(credit), by) if rest > 0 else None


def _waiting(credit: Credit) -> Decimal:
    return sum(Refund.objects.waiting().filter(credit=credit).values_list("amount", flat=True), Decimal(0))


def _begin(credit: Credit, amount: Decimal, account: str, by: Actor) -> Refund:
    refund = Refund.objects.create(number=numbers.take("refund")[0], credit=credit, amount=amount, account=account)
    if account:
        _ask(refund, by)
    else:
        record(events.REFUND_WAITS, subject=refund, under=credit.customer, by=by, values=_said(refund))
    return refund


@operation("billing.name_refund_account")
def name_account(refund: Refund, *, by: Actor, account: str) -> Refund:
    """To which account it goes; a second person is asked, and anew where another one was named before."""
    require(by, "refunds.propose", refund)
    hold(refund.credit.order.customer_id)
    refund = Refund.objects.select_related("credit__order__customer").get(pk=refund.pk)
    account = clean(account, 300)
    if not account:
        raise Refused(_("Enter the bank account of the customer."), field="account")
    if not refund.is_waiting:
        words = _("Refund %(number)s is over: %(state)s.")
        raise Refused(words % {"number": refund.number, "state": REFUND_STATES[refund.state]}, code="over")
    if account == refund.account:
        return refund
    before = (refund.account, granted(refund, MATTER, _digest(refund))) if refund.account else None
    Refund.objects.filter(pk=refund.pk).update(account=account, approved_at=None)
    refund.account, refund.approved_at = account, None
    _ask(refund, by, before)
    return refund


def _ask(refund: Refund, by: Actor, before: tuple[str, Approval | None] | None = None) -> None:
    """Asks a second person; where another account was named `before`, with that, and who had approved it."""
    credit = refund.credit
    said = {"amount": f"{refund.amount:,.2f}", "currency": credit.currency, "order": credit.order.number}
    why = [(gettext_noop("Refund of %(amount)s %(currency)s, credit of order %(order)s"), said)]
    if before:
        account, yes = before
        words = (
            gettext_noop("Approved before by %(who)s for another account: %(account)s")
            if yes
            else gettext_noop("Another account was named before: %(account)s")
        )
        why.append((words, {"account": account} | ({"who": str(yes.decided_by)} if yes else {})))
    ask(
        refund, by=by.trusted(), matter=MATTER, why=why,
        digest=_digest(refund), under=credit.customer, team_id=credit.customer.team_id, words=refund.account,
    )  # fmt: skip
    record(events.REFUND_PREPARED, subject=refund, under=credit.customer, by=by, values=_said(refund))


def account_of(credit: Credit) -> str:
    """The bank account that was named last; empty where none is known. One that a second person refused since is not proposed again."""
    before = Credit.objects.filter(order__customer=credit.order.customer_id).values("pk")
    named = Refund.objects.filter(credit__in=before).exclude(account="").order_by("-id")
    no = Approval.objects.filter(
        matter=MATTER, state="refused", subject_kind=word_of(Refund), subject_id__in=named.order_by().values("pk")
    ).values_list("subject_id", flat=True)
    over, refused = set(no), set()
    for pk, account in named.values_list("pk", "account"):
        if pk in over:
            refused.add(account)
        elif account not in refused:
            return str(account)
    return ""


def told_account(refund: Refund) -> str:
    """What the customer wrote about the problem that looks like a bank account: their words, as long as we have not noted one."""
    made = refund.credit.resolution
    if refund.account or made is None:
        return ""
    theirs = made.problem.messages.filter(by_staff=False).order_by("-pk").values_list("words", flat=True)
    return next((words for words in theirs if IBAN.search(words) or (NAMED.search(words) and DIGITS.search(words))), "")


def _digest(refund: Refund) -> str:
    return hashlib.sha256(f"{refund.number} {refund.amount} {refund.account}".encode()).hexdigest()


def _said(refund: Refund) -> dict[str, Any]:
    return {"number": refund.number, "amount": f"{refund.amount:,.2f}", "currency": refund.credit.currency}


def decided(told: list[Any], by: Actor) -> None:
    """A second person said yes or no; what they saw with another account is over."""
    approvals = Approval.objects.filter(pk__in=[e.subject_id for e in told], matter=MATTER)
    for key, state, digest in approvals.values_list("subject_id", "state", "digest"):
        refund = Refund.objects.select_related("credit__order__customer").get(pk=key)
        if digest == _digest(refund):
            decide(refund, by=by, is_approved=state == "approved")


@operation("billing.decide_refund")
def decide(refund: Refund, *, by: Actor, is_approved: bool) -> Refund:
    """What the second person said, noted on the refund."""
    now = timezone.now()
    Refund.objects.filter(pk=refund.pk, paid_on=None).update(**{"approved_at" if is_approved else "refused_at": now})
    refund.refresh_from_db()
    customer = refund.credit.customer
    if is_approved:
        record(events.REFUND_APPROVED, subject=refund, under=customer, by=by, values=_said(refund))
    else:
        record(events.REFUND_REFUSED, subject=refund, under=customer, by=by, values=_said(refund))
    return refund


@operation("billing.pay_refund")
def pay(refund: Refund, *, by: Actor, paid_on: date) -> Refund:
    """The money went back. Only what was approved, by somebody else than whoever approved it; paid twice, the first stands."""
    require(by, "refunds.propose", refund)
    hold(refund.credit.order.customer_id)
    refund = Refund.objects.select_related("credit__order__customer").get(pk=refund.pk)
    if refund.paid_on:
        return refund
    approval = granted(refund, MATTER, _digest(refund))
    if refund.state != "approved" or approval is None:
        raise Refused(_("Refund %(number)s is not approved.") % {"number": refund.number}, code="not_approved")
    future = _("This day is in the future. Enter the day on the bank's slip.")
    early = _("The credit is of %(since)s: nothing of it was paid back before. Enter the day on the bank's slip.")
    clock.check_happened(paid_on, "paid_on", future=future, since=refund.credit.origin_on, early=early)
    if by.kind == "user" and by.id == approval.decided_by_id:
        words = _("You approved refund %(number)s. Somebody else who may pay refunds notes the payment.")
        raise Refused(words % {"number": refund.number}, code="own")
    Refund.objects.filter(pk=refund.pk).update(paid_on=paid_on)
    refund.refresh_from_db()
    credit = keep_credit(refund.credit)
    settle_customer(credit.customer, credit.currency)
    record(events.REFUNDED, subject=refund, under=credit.customer, by=by, values=_said(refund) | {"on": paid_on})
    settle_solution(credit, by)
    return refund


def stop(credit: Credit, by: Actor) -> None:
    """A refund that waits is not wished any more."""
    for refund in Refund.objects.waiting().filter(credit=credit):
        drop(refund, by=by.trusted(), matter=MATTER)
        Refund.objects.filter(pk=refund.pk).update(stopped_at=timezone.now())


def settle_solution(credit: Credit, by: Actor) -> None:
    """What was agreed about a problem is carried out once nothing of its money is with us, or the customer wrote that it may stay."""
    if credit.resolution and (credit.left <= 0 or credit.wish):
        money_settled(credit.resolution, by=by)

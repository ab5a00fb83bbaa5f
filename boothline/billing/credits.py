"""Credits 挂账: used for another order, oldest first, or refunded; four weeks, with warnings on the way.

On the last day a refund stands for approval. The customer's written wish to leave the money with us moves the clock.
"""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.duties import managers
from boothline.accounts.rights import require
from boothline.billing import events
from boothline.billing.books import CREDIT_DAYS, ZERO, Credit, Credits, CreditUse, before_free, due_of, keep_credit, settle, standing
from boothline.billing.gates import review
from boothline.billing.refunds import prepare_rest, settle_solution, stop
from boothline.contracts.milestones import follow_start
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.money import check_unit, money_words
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.core.text import clean, reason_given
from boothline.customers.card import hold
from boothline.orders.register import Order, locked
from boothline.timeline.history import record

LONGEST = timedelta(days=366)  # that a customer's word leaves money with us

log = logging.getLogger(__name__)

WARNED = declare(
    "billing.credit_warning_days", "14,7,2", gettext_lazy("Days before a credit is refunded on which its owner is told"),
    takes=gettext_lazy("days in their order, such as 14,7,2"), check=lambda text: bool(re.fullmatch(r"[1-9]\d{0,2}(,[1-9]\d{0,2})*", text)),
)  # fmt: skip


@operation("billing.use_credit")
def use(order: Order, *, by: Actor, amount: Decimal | None = None) -> Order:
    """Applies the customer's credit to an order, oldest first: so much, or what is open. Each keeps its date. What is to be refunded is
    no part of it: whoever wants to use that notes first that the customer leaves it with us."""
    require(by, "receipts.record", order)
    hold(order.customer_id)
    order = locked(order)
    wanted = standing(order).open if amount is None else amount
    if not 0 < wanted <= standing(order).open:
        raise Refused(_("More than what is open cannot be applied."), field="amount")
    check_unit(wanted, order.currency, "amount")
    rest = wanted
    for credit in usable(order):
        part = min(rest, credit.free)
        if part <= 0:
            break
        CreditUse.objects.create(credit=credit, order=order, amount=part)
        settle_solution(keep_credit(credit), by)
        rest -= part
    used = wanted - rest
    if used <= 0 or (amount is not None and rest > 0):
        raise Refused(too_little(order), field="amount", code="no_credit")
    settle(order, by=by)
    follow_start(order.contract, by=by.trusted())
    review(order, by=by)
    values = {"number": order.number, "amount": f"{used:,.2f}", "currency": order.currency}
    record(events.CREDIT_USED, subject=order, under=order.customer, by=by, values=values)
    return order


@operation("billing.offset_credit")
def offset(order: Order, *, by: Actor) -> None:
    """Less is in for the order than was thought, and it had given off what was too much as a credit: what is left of that is its own
    again, as far as it is open, the latest first. A refund of it is not prepared any more, but for what stays."""
    used = ZERO
    own = Credit.objects.open().filter(order=order).exclude(resolution__pays_back=True)  # that was no excess
    for credit in own.order_by("-origin_on", "-id").prefetch_related("refunds"):
        part = min(credit.left, standing(order).open)
        if part <= 0:
            break
        is_less = part > credit.free
        if is_less:
            stop(credit, by)
        CreditUse.objects.create(credit=credit, order=order, amount=part)
        keep_credit(credit)
        if is_less and credit.left > 0:
            prepare_rest(credit, by=by.trusted())
        settle_solution(credit, by)
        used += part
    if used:
        settle(order, by=by)
        values = {"number": order.number, "amount": f"{used:,.2f}", "currency": order.currency}
        record(events.CREDIT_USED, subject=order, under=order.customer, by=by, values=values)


def usable(order: Order) -> list[Credit]:
    """The customer's credits in the order's currency of which something is free, the oldest first."""
    return [credit for credit in _of_customer(order) if credit.free > 0]


def _of_customer(order: Order) -> Credits:
    mine = Credit.objects.open().filter(order__customer=order.customer_id, currency=order.currency)
    return mine.order_by("origin_on", "id").prefetch_related("refunds")


def credit_for(order: Order) -> Decimal:
    """How much credit could be applied to an order."""
    return sum((credit.free for credit in usable(order)), ZERO)


def too_little(order: Order) -> str:
    """Why no more can be used."""
    held = sum((credit.under_refund for credit in _of_customer(order)), ZERO)
    if not held:
        return _("The customer has no such credit in %(currency)s.") % {"currency": order.currency}
    words = _(
        "%(free)s can be used; %(held)s are to be refunded. If the customer wishes to use that too, note on the credit that they leave it "
        "with us."
    )
    return words % {"free": money_words(credit_for(order), order.currency), "held": money_words(held, order.currency)}


@operation("billing.leave_credit")
def leave(credit: Credit, *, by: Actor, until: date, words: str) -> Credit:
    """The customer wrote that the money may stay with us until a day: the clock moves there, the workday before if that
    is free and still to come, and warns anew on its way."""
    require(by, "credits.talk", credit)
    hold(credit.order.customer_id)
    credit = Credit.objects.select_related("order__customer").get(pk=credit.pk)
    if credit.left <= 0:
        raise Refused(_("Nothing of this credit is left."), code="nothing_left")
    if until <= clock.today():
        raise Refused(_("Choose a day that is still to come."), field="until")
    if until > clock.today() + LONGEST:
        raise Refused(
            _("Money stays with us for a year at most. Choose an earlier day; by then the customer is asked again."), field="until"
        )
    words = reason_given(
        words, field="words", asks=_("Note what the customer wrote and when: at least 5 letters, or 2 Chinese characters.")
    )
    due = before_free(until, clock.today())
    Credit.objects.filter(pk=credit.pk).update(due_on=due, wish=words, overdue_told_on=None, warned_day=_passed(credit, due), **_spoken(by))
    stop(credit, by)
    credit.refresh_from_db()
    settle_solution(credit, by)
    values = {"number": credit.order.number, "due": due, "words": words}
    record(events.CREDIT_LEFT, subject=credit, under=credit.customer, by=by, values=values)
    return credit


@operation("billing.note_contact")
def note_contact(credit: Credit, *, by: Actor, words: str) -> Credit:
    """Somebody spoke with the customer about the money."""
    require(by, "credits.talk", credit)
    hold(credit.order.customer_id)
    credit = Credit.objects.select_related("order__customer").get(pk=credit.pk)
    words = clean(words, 300)
    if len(words) < 2:
        raise Refused(_("Note in a few words what was said."), field="words")
    Credit.objects.filter(pk=credit.pk).update(**_spoken(by))
    credit.refresh_from_db()
    values = {"number": credit.order.number, "words": words}
    record(events.CREDIT_CONTACTED, subject=credit, under=credit.customer, by=by, values=values)
    return credit


def _passed(credit: Credit, due_on: date) -> int:
    """The last warning whose day has come, in days since its origin; 0 before the first. Counted back from the last of the days that a
    credit lives; of one that was left with us, or came before that setting changed, from the day on which it is due."""
    origin = credit.origin_on
    length = CREDIT_DAYS.value if due_on == due_of(origin) else (due_on - origin).days
    days = (length - int(before) for before in WARNED.value.split(","))
    return max((day for day in days if 0 < day <= (clock.today() - origin).days), default=0)


def _spoken(by: Actor) -> dict[str, Any]:
    return {"contacted_on": clock.today(), "contacted_by_id": by.id if by.kind == "user" else None}


def run_daily() -> int:
    """The daily task: warnings 14, 7 and 2 days before the last; a refund for approval on the last day; after it, the manager daily."""
    done = 0
    for credit in Credit.objects.open().for_list():
        try:
            done += bool(tick(credit, by=SYSTEM))
        except Exception:
            log.exception("the clock of credit %s did not move", credit.pk)
    return done


@operation("billing.tick_credit")
def tick(credit: Credit, *, by: Actor) -> bool:
    """What a day brings to one credit."""
    hold(credit.order.customer_id)
    credit = Credit.objects.for_list().get(pk=credit.pk)
    today = clock.today()
    said = {"number": credit.order.number, "amount": f"{credit.left:,.2f}", "currency": credit.currency, "due": credit.due_on}
    if credit.left <= 0:
        return False
    if today > credit.due_on and credit.overdue_told_on != today:
        Credit.objects.filter(pk=credit.pk).update(overdue_told_on=today)
        record(
            events.CREDIT_OVERDUE,
            subject=credit,
            under=credit.customer,
            by=by,
            values=said | {"people": [user.pk for user in managers(credit.customer.team_id)]},
        )
    was_asked = any(timezone.localdate(r.made_at) >= credit.due_on for r in credit.refunds.all())
    if today >= credit.due_on and not was_asked and prepare_rest(credit, by=by.trusted()):
        return True
    passed = _passed(credit, credit.due_on)
    if passed > credit.warned_day and today < credit.due_on:
        Credit.objects.filter(pk=credit.pk).update(warned_day=passed)
        record(events.CREDIT_WARNED, subject=credit, under=credit.customer, by=by, values=said | {"day": (today - credit.origin_on).days})
        return True
    return False

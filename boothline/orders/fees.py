"""The agreed fee of a cancellation: never more than the order costs, and above a part of that with a second pair of eyes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.approvals import matters
from boothline.approvals.approval import Approval, ask, drop, outdate
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_unit, money_words, trimmed
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.core.slots import ask as ask_room
from boothline.core.text import reason_given
from boothline.followups.steps import Desk, NextStep, Plan, plan_many, worked_at
from boothline.orders.register import OPEN_OF, Order, locked
from boothline.worktime.calendar import eight_hours_later

PERCENT = declare(
    "orders.approve_fee_percent", Decimal(30), gettext_lazy("Fee for a cancellation in percent of the order above which it needs approval"),
    low=0, high=100,
)  # fmt: skip
MATTER = "orders.cancellation_fee"
WORTH = gettext_noop("The order costs %(total)s %(currency)s, of which %(open)s %(currency)s are not paid")
CANCEL = worked_at(
    gettext_noop("cancel order %(number)s: its fee was approved"), Desk(gettext_lazy("Open the order"), "order", "number", "box")
)
WHY = gettext_noop("Fee of %(amount)s %(currency)s for the cancellation, more than %(limit)s%% of order %(order)s")


def register() -> None:
    """A high fee is a matter that approvals know."""
    levels = ["manager", "head", "admin"]
    matters.declare(
        matters.Matter(
            MATTER, lambda: levels, eight_hours_later, _address, gettext_lazy("Fee for cancelling %(what)s, %(customer)s"),
            gettext_lazy("Approve the fee"), digest=_digest_now,
        )
    )  # fmt: skip


def _address(key: int) -> str:
    number = Order.objects.filter(pk=key).values_list("number", flat=True).first()
    return reverse("order", args=[number]) if number else reverse("orders")


def check_fee(order: Order, fee: Decimal) -> None:
    """Refuses what no fee can be."""
    if fee < 0:
        raise Refused(_("A fee is not below 0."), field="fee")
    check_unit(fee, order.currency, "fee")
    if fee > order.total:
        words = _("The fee is more than the order costs: at most %(amount)s.")
        raise Refused(words % {"amount": money_words(order.total, order.currency)}, field="fee", code="fee")


@dataclass(frozen=True)
class AskedFee:
    """A cancellation that was asked for with a fee: how much, the customer's reason, the words."""

    approval: Approval
    fee: Decimal
    why: str
    words: str
    is_approved: bool  # exactly this, of the order as it stands


def asked_fee(order: Order) -> AskedFee | None:
    """What stands of it: with whom it is, or that one may cancel with it; what was approved of another order than this one is now is
    over."""
    asked = asked_about(order) if order.state != "cancelled" else None
    if asked is None:
        return None
    values = asked.why[0][1]
    fee = Decimal(values["amount"].replace(",", ""))
    is_same = asked.digest == _digest(order, fee)
    return AskedFee(asked, fee, values.get("why", ""), asked.words, asked.state == "approved") if is_same else None


def plan_to_cancel(told: list[Any], by: Actor) -> None:
    """A fee was approved: whoever asked for it has a step for today, to cancel."""
    for asked in Approval.objects.filter(pk__in=[e.subject_id for e in told], matter=MATTER, state="approved").select_related("asked_by"):
        order = Order.objects.select_related("customer__owner").get(pk=asked.subject_id)
        if not NextStep.objects.open().filter(what=CANCEL, values__number=order.number).exists():
            step = Plan(order.customer, CANCEL, clock.today(), owner=asked.asked_by, kind="do", values={"number": order.number})
            plan_many([step], by=by.trusted())


def needs_approval(order: Order, fee: Decimal) -> bool:
    """It is high, and nobody said yes to exactly this fee of the order as it stands."""
    given = Approval.objects.of_many([order]).filter(matter=MATTER, state="approved", digest=_digest(order, fee))
    return fee * 100 > order.total * PERCENT.value and not given.exists()


def _digest(order: Order, fee: Decimal) -> str:
    return hashlib.sha256(f"{order.number} {order.total:.2f} {fee:.2f}".encode()).hexdigest()


def _digest_now(key: int) -> str:
    """The fee that was asked about last, of the order as it stands."""
    order = Order.objects.get(pk=key)
    asked = asked_about(order)
    return _digest(order, Decimal(asked.why[0][1]["amount"].replace(",", ""))) if asked else ""


def asked_about(order: Order) -> Approval | None:
    """What was asked last about a fee of this order and stands: open, or approved."""
    return Approval.objects.of_many([order]).filter(matter=MATTER, state__in=("open", "approved")).order_by("-id").first()


@operation("orders.ask_fee")
def ask_fee(order: Order, *, by: Actor, fee: Decimal, reason: str, why: str = "") -> Approval:
    """Asks whether so much may be charged; whoever asked cancels once it is approved. Asked again about the same, the open question is
    the answer. `why`: the customer's reason, where it is they who cancel, for the one press that is left then."""
    require(by, "orders.change", order)
    order = locked(order)
    check_fee(order, fee)
    values = {"amount": f"{fee:,.2f}", "currency": order.currency, "limit": trimmed(PERCENT.value), "order": order.number, "why": why}
    still_open = ask_room(OPEN_OF, order, default=Decimal(0))
    worth = {"total": f"{order.total:,.2f}", "open": f"{still_open:,.2f}", "currency": order.currency}
    return ask(
        order, by=by.trusted(), matter=MATTER, why=[(WHY, values), (WORTH, worth)], digest=_digest(order, fee), under=order.customer,
        team_id=order.customer.team_id, words=reason_given(reason),
    )  # fmt: skip


def follow_order(order: Order, *, by: Actor, is_over: bool) -> None:
    """The order changed, or nothing is left to cancel: nobody decides on a fee of what it was, and of a yes to one both are told that it
    does not hold."""
    asked = asked_about(order)
    if asked is None:
        return
    if is_over:
        drop(order, by=by, matter=MATTER)
    elif asked.is_changed:
        (drop if asked.state == "open" else outdate)(order, by=by, matter=MATTER)

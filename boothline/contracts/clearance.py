"""Approval before sending: which rules ask a second person, and whether one has said yes to exactly this version.

A floor price counts where the catalogue knows one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.duties import is_somebody
from boothline.accounts.rights import require
from boothline.accounts.words import DUTIES, ROLES
from boothline.approvals import matters
from boothline.approvals.approval import Approval, ask, granted, newest_about, open_about
from boothline.catalogue.products import Variant
from boothline.catalogue.rates import BASE, exchanged, is_below_floor
from boothline.contracts import events
from boothline.contracts.agreement import SENDING, Contract, Version, keep_state, locked
from boothline.contracts.dossier import ENOUGH, completeness, dossier_of, gaps
from boothline.contracts.needs import stopping
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import money_words, trimmed
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.core.text import listed, phrase
from boothline.core.told import in_both, told
from boothline.core.totals import Costs
from boothline.timeline.history import record
from boothline.worktime.calendar import eight_hours_later

DISCOUNT = declare(
    "contracts.approve_discount_above", Decimal(10), gettext_lazy("Discount in percent above which a contract needs approval"), low=0,
    high=100,
)  # fmt: skip
VALUE = declare(
    "contracts.approve_value_above", Decimal(500_000), gettext_lazy("Value in CNY above which a contract needs approval"), low=0
)
LATE_PAYMENT = declare("contracts.approve_late_payment", True, gettext_lazy("Payment after delivery without a credit check needs approval"))
INCOMPLETE = declare("contracts.approve_incomplete", True, gettext_lazy("A contract with something missing needs approval"))
FLOOR = declare("contracts.approve_below_floor", True, gettext_lazy("A price below the floor price needs approval"))
BY = declare(
    "contracts.approved_by", "manager", gettext_lazy("Who approves contracts first: a role, a duty, or a user name"),
    takes=gettext_lazy("manager, admin, another role or duty, or the user name of somebody who may sign in"), check=is_somebody,
    worded=ROLES | DUTIES,
)  # fmt: skip
DAYS = declare("contracts.approval_days", 1, gettext_lazy("Workdays of 8 hours until the next level is asked"), low=1, high=10)
LATE = ("on_delivery", "monthly", "days_after", "days_45", "days_60")
NEEDS = declare("contracts.approve_open_needs", True, gettext_lazy("A need marked must that is open or refused needs approval"))
INCOMPLETE_WORDS = gettext_noop("Incomplete: %(gaps)s")
NEEDS_WORDS = gettext_noop("Needs that must be met are open or refused: %(needs)s")
DOSSIER_WORDS = gettext_noop("Customer dossier only %(percent)s of 100: %(gaps)s")
MISSING = (INCOMPLETE_WORDS, NEEDS_WORDS, DOSSIER_WORDS)  # what a manager's reason clears as well
Why = tuple[str, dict[str, Any]]


def register(warns: Callable[[int], list[str]], shows: Callable[[int], list[str]]) -> None:
    """Sending a contract is a matter that approvals know."""
    matters.declare(
        matters.Matter(
            SENDING, _levels, _until, _address,
            gettext_lazy("Send contract %(what)s to %(customer)s"), gettext_lazy("Approve the contract"), _total, warns, _digest, shows,
        )
    )  # fmt: skip


def _levels() -> list[str]:
    return list(dict.fromkeys((BY.value, "manager", "head", "admin")))


def _until(asked: datetime) -> datetime:
    return eight_hours_later(asked, DAYS.value)


def _address(version_id: int) -> str:
    number = Version.objects.filter(pk=version_id).values_list("contract__number", flat=True).first()
    return reverse("contract", args=[number]) if number else reverse("contracts")


def _total(version_id: int) -> str:
    found = Version.objects.filter(pk=version_id).values_list("total", "currency").first()
    return money_words(*found) if found else ""


def _digest(version_id: int) -> str:
    return Version.objects.select_related("contract__customer").get(pk=version_id).fingerprint()


def asks(version: Version) -> list[Why]:
    """Every rule that asks for approval before this version is sent, with its words."""
    found: list[Why] = []
    lines = list(version.lines.select_related("variant"))
    steep = [line for line in lines if line.discount > DISCOUNT.value]
    if steep:
        most = max(steep, key=lambda line: line.discount)
        found.append((gettext_noop("Discount of %(percent)s%% on %(sku)s"), {"percent": trimmed(most.discount), "sku": most.sku}))
    costs = version.costs()
    off = taken_off(sum((line.quantity * line.price for line in lines), Decimal(0)), costs)
    if version.order_discount and off > DISCOUNT.value:
        found.append((gettext_noop("Discounts of %(percent)s%% in all, with the order discount"), {"percent": trimmed(round(off, 1))}))
    limit = exchanged(VALUE.value, BASE, version.currency)
    if version.total > limit:
        values = {"total": f"{version.total:,.2f}", "limit": f"{limit:,.0f}", "currency": version.currency}
        found.append((gettext_noop("Value of %(total)s %(currency)s, above %(limit)s"), values))
    if LATE_PAYMENT.value and _is_paid_late(version) and version.deposit_percent != 100:
        found.append((gettext_noop("Payment after the goods have left, without a credit check"), {}))
    if FLOOR.value:
        found += [
            below_floor(line.sku, costs.left_of(line.price), version.currency)
            for line in lines
            if is_below(line.variant, costs.left_of(line.price), line.discount, version.currency)
        ]
    lacks = in_both(version.gaps)
    if INCOMPLETE.value and lacks["en"]:
        found.append((INCOMPLETE_WORDS, {"gaps": lacks}))
    dossier = dossier_of(version.contract.customer)
    percent = completeness(dossier)
    if percent < ENOUGH.value:
        found.append((DOSSIER_WORDS, {"percent": percent, "gaps": in_both(lambda: gaps(dossier))}))
    unmet = stopping(version.contract) if NEEDS.value else []
    if unmet:
        found.append((NEEDS_WORDS, {"needs": [need.words for need in unmet]}))
    return found


def taken_off(listed: Decimal, costs: Costs) -> Decimal:
    """Discounts of lines and of the whole, in percent of what the goods cost without them."""
    return (1 - (costs.goods - costs.terms.order_discount) / listed) * 100 if listed else Decimal(0)


def missing(version: Version) -> list[Why]:
    """Of the rules that ask, those that a manager's reason clears as well."""
    return [why for why in asks(version) if why[0] in MISSING]


def _is_paid_late(version: Version) -> bool:
    """The balance comes after the goods have left: by its kind, or on a fixed date after the shipping date."""
    if version.balance == "fixed" and version.balance_on and version.shipping_on:
        return version.balance_on > version.shipping_on
    return version.balance in LATE


def below_floor(sku: str, price: Decimal, currency: str) -> Why:
    """That a price lies below the floor, in words."""
    values = {"sku": sku, "price": trimmed(price), "currency": currency}
    return gettext_noop("Unit price of %(sku)s below its floor price: %(price)s %(currency)s"), values


def is_below(variant: Variant, price: Decimal, discount: Decimal, currency: str) -> bool:
    """Whether a unit price, less its discount, lies below the floor that the catalogue knows."""
    return is_below_floor(variant, price * (1 - discount / 100), currency)


def is_approved(version: Version) -> bool:
    """Somebody said yes to exactly this, to every need that is not met, and to a dossier that was no fuller."""
    found = granted(version, SENDING, version.fingerprint())
    if found is None or _is_thinner(version, found):
        return False
    known = {need for _message, values in found.why for need in values.get("needs", ())}
    return {need.words for need in stopping(version.contract)} <= known if NEEDS.value else True


def _is_thinner(version: Version, given: Approval) -> bool:
    """The dossier holds less than when it was asked, and less than enough."""
    percent = completeness(dossier_of(version.contract.customer))
    named = next((values["percent"] for message, values in given.why if message == DOSSIER_WORDS), ENOUGH.value)
    return percent < min(named, ENOUGH.value)


def approval_of(version: Version) -> Approval | None:
    """The latest question about a version."""
    return newest_about(version, SENDING)


def check_cleared(version: Version, *, is_overridden: bool = False) -> None:
    """Refuses while a rule asks for an approval that is not there. A manager's reason clears what is missing, and only that."""
    reasons = [why for why in asks(version) if not (is_overridden and why[0] in MISSING)]
    if not reasons or is_approved(version):
        return
    waiting = open_about(version, SENDING)
    if waiting:
        words = _("With %(who)s for approval since %(since)s. It can be sent once they have approved it.")
        raise Refused(phrase(words, {"who": waiting.with_whom, "since": waiting.since}), code="in_approval")
    said = listed(said_of(reasons), weak=False)
    if all(message in MISSING for message, _values in reasons):
        words = _("Not sent. %(why)s. Complete it, ask for approval, or let a manager send it with a reason.")
        raise Refused(words % {"why": said}, code="incomplete")
    raise Refused(_("This needs approval before it is sent: %(why)s. Ask for it.") % {"why": said}, code="needs_approval")


def said_of(reasons: list[Why]) -> list[str]:
    """The reasons in the reader's words; a list among the values holds messages too."""
    return [told(message, values, weak=False) for message, values in reasons]


@operation("contracts.ask_approval")
def ask_approval(version: Version, *, by: Actor, words: str = "") -> Approval:
    """Asks a second person, if a rule asks for one. Asked again, the open question is the answer: with whom, since when."""
    require(by, "contracts.send", version.contract)
    contract = locked(version.contract)
    version = Version.objects.select_related("contract__customer", "signatory").get(pk=version.pk)
    standing = open_about(version, SENDING)
    if standing:
        return standing
    if not contract.is_alive or version.frozen_at:
        raise Refused(_("Only a draft is approved. Make a new version."), code="frozen")
    reasons = asks(version)
    if not reasons:
        raise Refused(_("No rule asks for approval. It can be sent."), code="not_needed")
    approval = ask(
        version, by=by.trusted(), matter=SENDING, why=reasons, digest=version.fingerprint(), under=contract.customer,
        team_id=contract.customer.team_id, words=words,
    )  # fmt: skip
    if contract.state == "preparing":
        keep_state(contract, "in_approval")
    record(
        events.APPROVAL_ASKED, subject=contract, under=contract.customer, by=by,
        values={"number": contract.number, "n": version.n, "of": lazy(lambda: approval.with_whom, str)()},
    )  # fmt: skip
    return approval


def keep_preparing(contract: Contract) -> None:
    """The state of a contract whose request is over: in preparation again, in approval while somebody is asked about the newest."""
    keep_state(contract, "in_approval" if open_about(contract.newest, SENDING) else "preparing")


def decided(told: list[Any], by: Actor) -> None:
    """Approved, refused, or asked no more: the contract is a draft again, with the answer beside it."""
    subjects = Approval.objects.filter(pk__in=[e.subject_id for e in told], matter=SENDING).values_list("subject_id", flat=True)
    for contract in Contract.objects.filter(versions__in=list(subjects), state="in_approval"):
        keep_preparing(contract)

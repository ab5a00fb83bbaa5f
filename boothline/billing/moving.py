"""The money of an order that is split, or merged with another: it goes where the goods go, nothing is asked for anew (6.4).

Split: what is paid and what is credited is shared by what each order costs, to the cent; each instalment too, with its day, and the amount
of a letter of credit, whose dates hold for both. What is due after shipping for goods that have left stays with them. Merged: everything of
the empty order is the other's, and so is what the customer says they paid for it. A row of what is paid is never rewritten: what moves is a
pair of rows of the same receipt or credit, less here, more there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _

from boothline.billing.announced import Announcement
from boothline.billing.books import ZERO, Allocation, CreditUse, Instalment, settle_together, standing
from boothline.billing.gates import review
from boothline.billing.lists import DOCUMENTS_WAIT, INSTALMENT_KINDS
from boothline.billing.schedule import LetterOfCredit, follow_date
from boothline.contracts.milestones import MilestonePlan
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import share
from boothline.core.operations import operation
from boothline.orders.register import Order
from boothline.orders.shipments import Shipment

ORDER = ("deposit", "before_shipping", "in_full", "whole")  # the rest after these, as each order had it
LAST = (datetime.max.replace(tzinfo=UTC), 0)


@operation("billing.share_out")
def share_out(order: Order, *, by: Actor, new: Order) -> None:
    """The order was split: the new one takes its share of instalments, payments and credit along."""
    costs = [order.total, new.total]
    now = standing(order)
    there = now.paid + now.credited
    goes = share(there, costs, order.currency)[1] if sum(costs) else ZERO
    paid = share(now.paid, costs, order.currency)[1] if sum(costs) else ZERO
    paid = max(min(paid, goes), goes - now.credited)
    _move_payments(order, new, paid)
    _move_credit(order, new, goes - paid)
    _share_parts(order, new, costs)
    _share_letter(order, new, costs)
    settle_together([order, new], by=by)
    for each in (order, new):
        review(each, by=by)


@operation("billing.join")
def join(order: Order, *, by: Actor, other: Order, is_sooner: bool, left: Collection[int] = ()) -> None:
    """The other order was merged into this one: what was owed and paid for it is owed and paid here. `left` are its shipments that had
    left: what is owed for the goods of each stays theirs."""
    _join_letters(order, other)
    Announcement.objects.filter(order=other).update(order=order)
    now = standing(other)
    _move_payments(other, order, now.paid)
    _move_credit(other, order, now.credited)
    _join_parts(order, other, left)
    settle_together([other, order], by=by)
    if is_sooner:
        follow_date(order, by=by.trusted())
    for each in sorted((order, other), key=lambda one: one.pk):
        review(each, by=by)


def _share_letter(order: Order, new: Order, costs: list[Decimal]) -> None:
    """One letter of credit pays for both: the same bank, the same dates, its amount by what each costs."""
    letter = LetterOfCredit.objects.filter(order=order).first()
    if letter is None:
        return
    parts = share(letter.amount, costs, order.currency) if letter.amount and sum(costs) else [letter.amount] * 2
    LetterOfCredit.objects.filter(pk=letter.pk).update(amount=parts[0])
    same = {name: getattr(letter, name) for name in ("number", "bank", "ship_by", "present_by", "expires_on")}
    LetterOfCredit.objects.create(order=new, amount=parts[1], **same)


def _join_letters(order: Order, other: Order) -> None:
    """The letter of credit of the empty order is the other's; two parts of one are whole again."""
    mine, theirs = (LetterOfCredit.objects.filter(order=each).first() for each in (order, other))
    if theirs is None:
        return
    if mine is None:
        LetterOfCredit.objects.filter(pk=theirs.pk).update(order=order)
        return
    if (mine.number, mine.bank) != (theirs.number, theirs.bank):
        words = _("Each of the two orders has a letter of credit. Orders that two letters pay for are not merged.")
        raise Refused(words, field="other", code="lc")
    amounts = [each.amount for each in (mine, theirs) if each.amount is not None]
    LetterOfCredit.objects.filter(pk=mine.pk).update(amount=sum(amounts) if amounts else None)
    theirs.delete()


def _move_payments(order: Order, to: Order, amount: Decimal) -> None:
    """So much of what receipts brought goes along, of the latest ones first."""
    held: dict[int, Decimal] = defaultdict(Decimal)
    rows = Allocation.objects.filter(order=order, receipt__void_at=None).order_by("-receipt__received_on", "-receipt_id")
    for receipt_id, part in rows.values_list("receipt_id", "amount"):
        held[receipt_id] += part
    for receipt_id, part in _taken(held, amount):
        pair = ((order, -part), (to, part))
        Allocation.objects.bulk_create(Allocation(receipt_id=receipt_id, order=each, amount=moved) for each, moved in pair)


def _move_credit(order: Order, to: Order, amount: Decimal) -> None:
    """So much of the credit that was applied goes along."""
    held: dict[int, Decimal] = defaultdict(Decimal)
    for credit_id, part in CreditUse.objects.filter(order=order).order_by("-id").values_list("credit_id", "amount"):
        held[credit_id] += part
    for credit_id, part in _taken(held, amount):
        pair = ((order, -part), (to, part))
        CreditUse.objects.bulk_create(CreditUse(credit_id=credit_id, order=each, amount=moved) for each, moved in pair)


def _taken(held: dict[int, Decimal], amount: Decimal) -> list[tuple[int, Decimal]]:
    """[(key, part)] of what is held, in turn, until the amount is reached."""
    found = []
    for key, there in held.items():
        part = min(there, amount)
        if part > 0:
            found.append((key, part))
            amount -= part
    return found


def _share_parts(order: Order, new: Order, costs: list[Decimal]) -> None:
    """Each kind of instalment is shared by what the orders cost; the last rows of a kind give first: what goods that have left are
    owed for stands before them."""
    kinds: dict[tuple[str, bool], list[Instalment]] = defaultdict(list)
    for part in Instalment.objects.filter(order=order).order_by("position"):
        kinds[part.kind, part.is_joined].append(part)
    begun: list[Instalment] = []
    for parts in kinds.values():
        whole = sum((part.amount for part in parts), ZERO)
        rest = share(whole, costs, order.currency)[1] if sum(costs) else ZERO
        taken = []
        for part in reversed(parts):
            moved = min(part.amount, rest)
            rest -= moved
            if moved or (part is parts[-1] and not new.total):
                taken.append(_like(part, new, moved, asked=ZERO))
                Instalment.objects.filter(pk=part.pk).update(amount=part.amount - moved)
        begun += reversed(taken)
    for position, part in enumerate(begun, start=1):
        part.position = position
    Instalment.objects.bulk_create(begun)


def _like(part: Instalment, order: Order, amount: Decimal, asked: Decimal) -> Instalment:
    return Instalment(
        order=order, kind=part.kind, amount=amount, due_on=part.due_on, asked=asked, overdue_on=part.overdue_on, position=0,
        is_joined=part.is_joined,
    )  # fmt: skip


def _paid_for(order: Order) -> Collection[str]:
    """The kinds of instalments that production of this contract waited for and has: the deposit; of a sample all."""
    plan = MilestonePlan.objects.filter(contract=order.contract_id, milestones__code="deposit", milestones__done_on__isnull=False).first()
    return () if plan is None else tuple(INSTALMENT_KINDS) if plan.template == "sample" else ("deposit",)


def _place(part: Instalment) -> tuple[int, date]:
    return ORDER.index(part.kind) if part.kind in ORDER else len(ORDER), part.due_on or date.max


def _left_with(parts: list[Instalment], shipments: models.QuerySet[Shipment]) -> dict[int, tuple[datetime | None, int]]:
    """{row of what papers wait for: when the goods that it is owed for left}: a row for each shipment, as they left."""
    dated = [part.pk for part in parts if part.kind in DOCUMENTS_WAIT and part.due_on]
    return dict(zip(dated, shipments.order_by("shipped_at", "pk").values_list("shipped_at", "pk"), strict=False))


def _join_parts(order: Order, other: Order, left: Collection[int]) -> None:
    """The instalments of both, those that come before shipping first; of the same kind and day they are one. What production had
    been paid for is not asked for once more: such a one stays apart, and so does what the papers of a shipment wait for."""
    paid_for = _paid_for(order) if other.contract_id != order.contract_id else ()  # else they are of one plan again
    mine, theirs = (list(Instalment.objects.filter(order=each).order_by("position")) for each in (order, other))
    gone = order.shipments.filter(shipped_at__isnull=False)
    when = _left_with(mine, gone.exclude(pk__in=left)) | _left_with(theirs, gone.filter(pk__in=left))
    both = [(one, when.get(one.pk)) for one in mine]
    for part in theirs:
        if not part.amount and part.pk not in when:
            continue
        part.is_joined = part.kind in paid_for or (part.is_joined and other.contract_id == order.contract_id)
        like = (part.kind, part.due_on, part.is_joined)
        alike = (one for one, at in both if at is None and (one.kind, one.due_on, one.is_joined) == like)
        same = next(alike, None) if part.pk not in when else None
        if same:
            same.amount += part.amount
            same.asked += part.asked
        else:
            both.append((_like(part, order, part.amount, asked=part.asked), when.get(part.pk)))
    both.sort(key=lambda one: (*_place(one[0]), one[1] or LAST))
    Instalment.objects.filter(order=order).update(position=models.F("position") + len(both) + 100)
    for position, (part, _at) in enumerate(both, start=1):
        part.position = position
        part.save()

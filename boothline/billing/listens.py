"""What this room hears: every fact of an order that moves its money, all of it now, so that the money adds up at once."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.approvals import events as approvals
from boothline.billing import events
from boothline.billing.books import ZERO, Allocation, Credit, CreditUse, Instalment, Receipt, set_apart, settle, settle_whole
from boothline.billing.gates import days_of, missing_before, review
from boothline.billing.moving import join, share_out
from boothline.billing.receipts import Sent, allow, receive, void_receipt
from boothline.billing.refunds import decided, prepare
from boothline.billing.schedule import (
    ASKING,
    agree_terms,
    date_after,
    date_delivered,
    date_growth,
    follow_date,
    open_schedules,
    open_undated,
    owe_fee,
    undate_delivered,
)
from boothline.contracts import events as contracts
from boothline.contracts.establishment import Confirmation
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.customers import events as customers
from boothline.customers.card import Customer
from boothline.followups.steps import NextStep, drop, happened, say_now
from boothline.orders import events as orders
from boothline.orders.arrivals import Arrival
from boothline.orders.changes import OrderChange
from boothline.orders.register import Order
from boothline.orders.shipments import Shipment
from boothline.orders.solutions import GoodsReturn, Resolution, money_settled, note_taken_off, worth_back
from boothline.timeline import hearing


def register() -> None:
    """Now, all of it."""
    hearing.now(orders.OPENED, opened)
    hearing.now(orders.TAKEN_IN, taken_in)
    hearing.now(orders.UNDONE, undone)
    hearing.now(orders.CHANGED, changed)
    hearing.now(orders.SPLIT, split)
    hearing.now(orders.MERGED, merged)
    hearing.now(contracts.PAPER_RECORDED, proved)
    hearing.now(orders.SHIPMENT_PLANNED, moved)
    hearing.now(orders.SHIPMENT_REPLANNED, moved)
    hearing.now(orders.SHIPMENT_PACKED, moved)
    hearing.now(orders.SHIPMENT_CANCELLED, moved)
    hearing.now(orders.SHIPPED, left)
    hearing.now(orders.ARRIVED, delivered)
    hearing.now(orders.ARRIVED_WITH_FAULTS, delivered)
    hearing.now(orders.TRACKED, tracked)
    hearing.now(orders.ACCEPTED_BY_TIME, delivered)
    hearing.now(orders.SOLUTION_AGREED, agreed)
    hearing.now(orders.GOODS_RETURNED, returned)
    for money in (events.RECEIVED, events.ALLOCATED, events.CREDIT_USED, events.WRITTEN_OFF, events.ALLOWED):
        hearing.now(money, came_in)
    for supply in (orders.RESERVED, orders.FREED, orders.SUPPLY_MOVED):
        hearing.now(supply, supplied)
        hearing.now(supply, asked_otherwise)
    dates = (orders.SHIPMENT_REPLANNED, orders.SHIPMENT_CANCELLED, events.RESCHEDULED)
    for otherwise in (orders.CHANGED, orders.SPLIT, orders.MERGED, orders.UNDONE, events.RECEIPT_VOIDED, *dates):
        hearing.now(otherwise, asked_otherwise)
    hearing.now(customers.MERGED, added_up)
    hearing.now(customers.UNMERGED, added_up)
    hearing.now(approvals.APPROVED, decided)
    hearing.now(approvals.REFUSED, decided)


def added_up(told: list[Any], by: Actor) -> None:
    """Two customers became one, or two again: so is their money."""
    for customer in Customer.objects.filter(pk__in=[e.under_id for e in told]):
        settle_whole(customer)


def opened(told: list[Any], by: Actor) -> None:
    """An order opened: its instalments stand; a deposit that was the evidence is allocated."""
    found = list(_orders(e.subject_id for e in told))
    open_schedules(found, by=by.trusted())
    for order in found:
        _receive_proof(order, order.confirmation, by)


def taken_in(told: list[Any], by: Actor) -> None:
    """Orders of the past came by file: what they cost stands, and nothing of it is asked for."""
    open_undated(list(_orders(e.subject_id for e in told)))


def _receive_proof(order: Order, proof: Confirmation, by: Actor) -> None:
    if proof.how == "deposit" and proof.amount:
        slip = Sent(
            proof.amount, proof.signed_on or timezone.localdate(proof.confirmed_at), bank_currency=order.currency, reference=_("evidence")
        )
        receive(order.customer, by=by.trusted(), slip=slip, order=order, confirmation=proof)


def undone(told: list[Any], by: Actor) -> None:
    """A confirmation was void: the deposit that was its evidence is taken off with it. Refused where anything else was paid."""
    for order in _orders(e.subject_id for e in told):
        more = Allocation.objects.filter(order=order, receipt__void_at=None).exclude(receipt__confirmation=order.confirmation)
        if more.exists() or CreditUse.objects.filter(order=order).exists():
            words = _("Money was received for order %(number)s: take the receipt off first, or cancel the order.")
            raise Refused(words % {"number": order.number}, code="paid")
        for receipt in Receipt.objects.standing().filter(confirmation=order.confirmation):
            void_receipt(receipt, by=by.trusted(), reason=gettext_lazy("The confirmation was void"))
        settle(order, by=by)
        review(order, by=by)


def changed(told: list[Any], by: Actor) -> None:
    """An order changed: the money follows at once."""
    moved = {e.subject_id for e in told if "promised_on" in e.changes}
    for change in OrderChange.objects.filter(pk__in=[e.subject_id for e in told]).select_related(
        "order__customer", "order__confirmation__version"
    ):
        owed = _owed(change.order)
        if change.version_id:
            agree_terms(change, by=by.trusted())
        if change.order.state == "cancelled":
            owe_fee(change.order, by=by.trusted())
        settle(change.order, by=by, change=change)
        _date(change.order, by, stays=() if change.pk in moved else owed)


def _owed(order: Order) -> set[int]:
    return set(Instalment.objects.open().filter(order=order).values_list("pk", flat=True))


def _date(order: Order, by: Actor, stays: Collection[int]) -> None:
    """What an order is owed anew gets its day, and its goods wait for it."""
    follow_date(order, by=by.trusted(), stays=stays)
    date_growth(order, by=by.trusted())
    review(order, by=by)


def split(told: list[Any], by: Actor) -> None:
    """An order was split: what was paid for the goods goes along with them."""
    for event in told:
        (order,), (new,) = _orders([event.subject_id]), _named([event.values["new"]])
        share_out(order, by=by.trusted(), new=new)


def merged(told: list[Any], by: Actor) -> None:
    """Two orders were merged: so is their money."""
    for event in told:
        (order,), (other,) = _orders([event.subject_id]), _named([event.values["other"]])
        join(order, by=by.trusted(), other=other, is_sooner=event.values["sooner"], left=event.values["left"])


def proved(told: list[Any], by: Actor) -> None:
    """A deposit was the evidence for a change of an order that stands: it is received like that of the first confirmation."""
    for proof in Confirmation.objects.valid().filter(pk__in=[e.subject_id for e in told]).select_related("version"):
        for order in _orders(OrderChange.objects.filter(version=proof.version_id).values_list("order_id", flat=True)):
            _receive_proof(order, proof, by)


def moved(told: list[Any], by: Actor) -> None:
    """A shipment was planned, packed or cancelled: what it waits for is looked at."""
    for order in _orders(Shipment.objects.filter(pk__in=[e.subject_id for e in told]).values_list("order_id", flat=True)):
        review(order, by=by)


def supplied(told: list[Any], by: Actor) -> None:
    """Goods came for an order, or come on another day: so is what its shipments wait for."""
    waiting = Shipment.objects.filter(order__in={e.subject_id for e in told}, shipped_at=None, cancelled_at=None)
    for order in _orders(waiting.values_list("order_id", flat=True)):
        review(order, by=by)


def left(told: list[Any], by: Actor) -> None:
    """Goods left: what is due after shipping gets its day, documents wait."""
    for shipment in Shipment.objects.filter(pk__in=[e.subject_id for e in told]).select_related("order__customer"):
        date_after(shipment, by=by.trusted())
        review(shipment.order, by=by)


def delivered(told: list[Any], by: Actor) -> None:
    """Goods were signed for: what is due on delivery is due."""
    for arrival in Arrival.objects.filter(pk__in=[e.subject_id for e in told]).select_related("shipment__order__customer"):
        date_delivered(arrival.shipment.order, by=by.trusted())


def tracked(told: list[Any], by: Actor) -> None:
    """The carrier says that goods were delivered: what is due on delivery is due. Or that they are on their way back: it is not."""
    for shipment in Shipment.objects.filter(pk__in=[e.subject_id for e in told]).select_related("order__customer"):
        if shipment.delivered_at:
            date_delivered(shipment.order, by=by.trusted())
        elif shipment.tracking_state == "returning":
            undate_delivered(shipment.order, by=by.trusted())


def agreed(told: list[Any], by: Actor) -> None:
    """What was agreed about a problem: allowance and refund take money off, the refund is prepared at once; an exchange may cost."""
    for made in Resolution.objects.filter(pk__in=[e.subject_id for e in told]).select_related("problem__order__customer", "problem__line"):
        order, line = made.problem.order, made.problem.line
        if made.kind in ("allowance", "refund"):
            amount = min(made.amount, Order.objects.get(pk=order.pk).total)  # what was taken off since is not taken off again
            credit = set_apart(order, by=by, amount=amount) if made.pays_back and amount else None
            change = allow(order, by=by, amount=amount, reason=made.grounds, line=line and line.bought) if amount else None
            if credit and change:
                Credit.objects.filter(pk=credit.pk).update(change=change)
            if made.kind == "refund":
                _refund(made, change, by)
        else:
            order, owed = Order.objects.get(pk=order.pk), _owed(order)
            settle(order, by=by)
            _date(order, by, stays=owed)


def _refund(made: Resolution, change: OrderChange | None, by: Actor) -> None:
    """What was paid too much by it is to go back; where nothing was, less is owed, and that is all."""
    credit = change and Credit.objects.open().filter(change=change).first()  # of one that is paid back, no more than that is too much
    if change:
        note_taken_off(made, -change.delta - (credit.amount if credit else ZERO))
    if not credit:
        money_settled(made, by=by)
        return
    Credit.objects.filter(pk=credit.pk).update(resolution=made)
    prepare(credit, by=by.trusted())


def returned(told: list[Any], by: Actor) -> None:
    """Goods came back and were checked: their value is an allowance."""
    for event in told:
        back = GoodsReturn.objects.select_related("line__order__customer", "resolution__problem").get(pk=event.subject_id)
        amount = min(
            worth_back(back.line, back.received, now=back), back.line.order.total
        )  # what was taken off before is not credited again
        if back.resolution.kind in ("return", "exchange") and amount > 0:
            allow(back.line.order, by=by, amount=amount, reason=back.resolution.grounds, line=back.line.bought)


def came_in(told: list[Any], by: Actor) -> None:
    """Money came in: steps that asked for it are done; where some of it is still owed, they ask for that."""
    for step in _asked_in_vain(told):
        happened(*ASKING, by=by, customers=[step.customer_id], **(step.values or {}))


def asked_otherwise(told: list[Any], by: Actor) -> None:
    """An order costs less or more, its money is due on another day, or is not in after all: nobody asks for what it was before."""
    drop(_asked_in_vain(told), by=by.trusted())


def _asked_in_vain(told: list[Any]) -> list[NextStep]:
    """The open steps of these customers that ask for money which is not owed, or not on that day, or that another one asks for since two
    orders are one. The others ask for what is owed now."""
    found = NextStep.objects.open().filter(customer__in={event.under_id for event in told}, what__in=ASKING).select_related("customer")
    vain, asked = [], set()
    for step in found.order_by("pk"):
        values = step.values or {}
        said = _owed_now(**values)
        about = (said.get("number"), values["kind"], values["due"], values.get("shipment"))
        if said and about not in asked:
            asked.add(about)
            say_now(step, **said)
        else:
            vain.append(step)
    return vain


def _owed_now(number: str, kind: str, due: str, shipment: str = "", **said: str) -> dict[str, str]:
    """How much of an instalment, or of what a shipment waits for, is still owed, of which order, and when that leaves; nothing where it
    is in."""
    if shipment:
        waits = Shipment.objects.filter(number=shipment, cancelled_at=None, shipped_at=None, order__void_at=None)
        one = waits.select_related("order").first()
        missing = missing_before(one) if one else ZERO
        if one is None or missing <= 0:
            return {}
        leaves, due_on = days_of(one)
        return {"number": one.order.number, "amount": f"{missing:,.2f}", "leaves": str(leaves), "due": str(due_on)}
    whose = Order.objects.filter(Q(number=number) | Q(pk__in=Order.objects.filter(number=number).values("merged_into")), void_at=None)
    parts = list(Instalment.objects.open().filter(order__in=whose, kind=kind, due_on=due or None).select_related("order"))
    owed = sum((part.rest for part in parts), ZERO)
    return {"number": parts[0].order.number, "amount": f"{owed:,.2f}"} if owed else {}


def _named(given: list[str]) -> Any:
    return _orders(Order.objects.filter(number__in=given).values_list("pk", flat=True))


def _orders(ids: Iterable[int]) -> Any:
    return Order.objects.filter(pk__in=list(ids)).select_related("customer", "confirmation__version").order_by("pk")

"""Changes of an order: each is a row with what it does to the total. Add, fewer, remove, price, discount; cancel the rest.

A change that the customer must say yes to (the total rises, the date moves, or it falls without their wish) becomes the
next version of the contract and is confirmed like the first; what they wish themselves is done at once. What is packed
is unpacked first. Whoever keeps the books hears `orders.changed`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.catalogue.products import Variant
from boothline.contracts.agreement import Changed, Contract, ContractLine, Version, prepare_change
from boothline.contracts.clearance import DISCOUNT, is_below, taken_off
from boothline.contracts.establishment import Confirmation, end_contract
from boothline.contracts.speaking import send_change
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.clock import check_ahead, check_near
from boothline.core.errors import Doubted, Refused
from boothline.core.money import (
    amount_field,
    check_price,
    check_quantity,
    check_unit,
    figure,
    line_amount,
    net_price,
    quantity_field,
    trimmed,
)
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean, prose, reason_given
from boothline.core.totals import CHARGES, NAMES, Costs, PriceTerms, check_discount, check_terms, summed, terms_from
from boothline.customers.card import Customer
from boothline.customers.dealings import end
from boothline.followups.steps import NextStep, Plan, plan_many
from boothline.intentions.collection import collect
from boothline.intentions.products import Wish, lose, open_intention, reopen
from boothline.negotiation.lists import REASONS
from boothline.negotiation.objections import object_to
from boothline.orders import events, promises
from boothline.orders.fees import check_fee, needs_approval
from boothline.orders.goods import open_items_of
from boothline.orders.letters import write_cancelled
from boothline.orders.lists import CHANGE_KINDS
from boothline.orders.register import Order, OrderLine, costs_of, goods_of, keep_terms, locked, noted
from boothline.orders.shipments import Shipment, overplanned
from boothline.orders.shipments import cancel as cancel_shipment
from boothline.search import index
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays

CALL = gettext_noop("call about order %(number)s: what they wanted to confirm does not hold any more")
OLD_DATE = gettext_noop("version %(n)s of contract %(number)s says an older shipping date: make a new one with the date that the order has")

Besides = defaultdict[int | None, Decimal]


class Changes(models.QuerySet["OrderChange"]):
    """Questions about changes."""

    def visible_to(self, by: Actor) -> Changes:
        """Those of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))


class OrderChange(Record):
    """One change: what moved on which line, what was charged or taken off besides (`adjustment`, for the goods of `line` where it is
    said), and the total before and after."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=list(CHANGE_KINDS.items()))
    adjustment = amount_field(default=Decimal(0))  # beside the lines: a fee raises the total, an allowance lowers it
    line = models.ForeignKey(OrderLine, null=True, on_delete=models.PROTECT, related_name="+")
    was = amount_field()
    now = amount_field()
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(kind=PLAIN, reason=WORDS)

    objects = Changes.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.order.number} {CHANGE_KINDS[self.kind]}"

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.order.customer

    @property
    def delta(self) -> Decimal:
        """What it did to the total."""
        moved: Decimal = self.now - self.was
        return moved


class LineMove(models.Model):
    """How many more or fewer a change makes of one line; a cancelled quantity says so."""

    change = models.ForeignKey(OrderChange, on_delete=models.CASCADE, related_name="moves")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="moves")
    quantity = quantity_field()
    is_cancelled = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.quantity:+f} × {self.line.sku}"


class AskedChange(models.Model):
    """Which order a version of its contract changes: after a split, a contract has more than one."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.order.number} {self.version}"


@dataclass(frozen=True)
class LineWish:
    """How a line is to be; quantity 0 takes it out."""

    line: OrderLine
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)


@dataclass(frozen=True)
class NewLine:
    """A line that the order gets besides."""

    variant: Variant
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)
    source: ContractLine | None = None


@dataclass(frozen=True)
class ChangeWish:
    """What is to change. `is_theirs`: the customer wishes it themselves."""

    lines: tuple[LineWish, ...] = ()
    added: tuple[NewLine, ...] = ()
    promised_on: date | None = None
    is_theirs: bool = False
    reason: str = ""
    cause: str = ""  # why the date moves
    price_terms: dict[str, Any] = field(default_factory=dict)  # charges, order discount: {column: value}; what is not said stays


@operation("orders.change")
def change(order: Order, *, by: Actor, wish: ChangeWish, revision: int | None = None) -> OrderChange | Version:
    """Changes an order: at once, or by a version of the contract that the customer is to confirm. `revision` is what the person saw."""
    require(by, "orders.change", order)
    order = locked(order)
    if order.state == "cancelled":
        raise Refused(_("Order %(number)s is cancelled; it is not changed any more.") % {"number": order.number}, code="cancelled")
    if revision is not None and revision != order.revision:
        raise Refused(_("Not saved: somebody changed the order meanwhile. Check the lines, then press again."), code="stale")
    reason = reason_given(wish.reason)
    other = underway(order)
    if other:
        values = {"n": other.n, "number": order.contract.number}
        words = _("Version %(n)s of contract %(number)s changes this order and is not confirmed yet. Write it there, or discard it first.")
        raise Refused(words % values, code="underway")
    moved = _moved(order, wish.lines)
    for new in wish.added:
        check_quantity(new.quantity, unit=new.variant.product.unit)
        check_price(new.price)
    gone = {w.line.pk for w in moved if not w.quantity}
    if gone and not wish.added and not order.lines.filter(replaces=None, due__gt=0).exclude(pk__in=gone).exists():
        raise Refused(_("Nothing would be left of the order. Cancel it instead."), code="nothing_left")
    terms = terms_from(wish.price_terms, order.price_terms())
    check_terms(terms, order.currency)
    wanted = _wanted(order, moved, list(wish.added), terms)
    check_discount(wanted.goods, terms, order.currency)
    day = wish.promised_on or order.promised_on
    check_ahead(wish.promised_on, "promised_on", was=order.promised_on)
    check_near(wish.promised_on, "promised_on", was=order.promised_on)
    if not moved and not wish.added and day == order.promised_on and terms == order.price_terms():
        raise Refused(_("Nothing is different. Change a line, add one, change a charge, or move the date."), code="same")
    cause = promises.check_cause(wish.cause, is_theirs=wish.is_theirs) if day != order.promised_on else ""
    if needs_yes(order, moved, list(wish.added), day, wish.is_theirs, wanted):
        version = _ask(order, moved, list(wish.added), terms, day, by, reason)
        if cause:
            promises.ask(order, version, by=by, cause=cause, words=reason)
        return version
    return _apply(order, by, kind="edited", moved=moved, added=[], reason=reason, price_terms=terms)


def _wanted(order: Order, moved: list[LineWish], added: list[NewLine], terms: PriceTerms) -> Costs:
    """What the order would cost."""
    wished = {w.line.pk: line_amount(w.quantity, w.price, w.discount, order.currency) for w in moved}
    amounts = [wished.get(pk, amount) for pk, amount in order.lines.values_list("pk", "amount")]
    amounts += [line_amount(n.quantity, n.price, n.discount, order.currency) for n in added]
    return summed(amounts, terms, order.currency, costs_of(order).besides)


def check_planned(order: Order, wish: ChangeWish) -> None:
    """Doubts a change that leaves less of a line than is planned to leave with shipments. Read before a person saves it."""
    lacking = overplanned(order, {w.line.pk: w.quantity for w in wish.lines if w.quantity < w.line.due})
    words = _(
        "Shipment %(number)s is planned with %(planned)s %(sku)s, and only %(left)s would be left for it: change its plan afterwards."
    )
    said = [
        words % {"number": shipment.number, "planned": figure(planned), "sku": line.sku, "left": figure(left)}
        for shipment, line, planned, left in lacking
    ]
    if said:
        raise Doubted(prose(said))


def needs_yes(order: Order, moved: list[LineWish], added: list[NewLine], day: date | None, is_theirs: bool, wanted: Costs) -> bool:
    """The customer must confirm: the total rises, the date moves, it falls without their wish, or a price needs a second look."""
    was = order.price_terms()
    if wanted.total > order.total or added or day != order.promised_on or not is_theirs:
        return True
    if any(getattr(wanted.terms, code) > getattr(was, code) for code in CHARGES):  # agreed by nobody yet, whatever else falls
        return True
    return any(_is_steep(w, order.currency) for w in moved if w.quantity) or _discounts_are_steep(order, moved, wanted)


def _is_steep(wish: LineWish, currency: str) -> bool:
    """Such a price goes through the approvals of a contract."""
    if is_below(wish.line.variant, wish.price, wish.discount, currency):
        return True
    net, was = wish.price * (1 - wish.discount / 100), wish.line.price * (1 - wish.line.discount / 100)
    return net < was and (wish.discount > DISCOUNT.value or net < was * (1 - DISCOUNT.value / 100))


def _discounts_are_steep(order: Order, moved: list[LineWish], wanted: Costs) -> bool:
    """Where a price falls or more is taken off the whole: with the order discount, a price comes below its floor, or all discounts
    together are more than a contract may give without approval."""
    was = costs_of(order)
    is_cheaper = any((w.price, w.discount) != (w.line.price, w.line.discount) for w in moved if w.quantity)
    if not wanted.terms.order_discount or (wanted.terms.order_discount <= was.terms.order_discount and not is_cheaper):
        return False
    wished = {w.line.pk: w for w in moved}
    before = [LineWish(line, line.due, line.price, line.discount) for line in order.lines.select_related("variant")]
    pairs = [(wished.get(old.line.pk, old), old) for old in before]
    for new, old in pairs:
        is_lower = _left(new, wanted) < _left(old, was)
        if new.quantity and is_lower and is_below(old.line.variant, wanted.left_of(new.price), new.discount, order.currency):
            return True
    off, off_before = (
        taken_off(sum((w.quantity * w.price for w in wishes), Decimal(0)), costs)
        for wishes, costs in (([new for new, _old in pairs], wanted), (before, was))
    )
    return off > max(DISCOUNT.value, off_before)


def _left(wish: LineWish, costs: Costs) -> Decimal:
    """What both discounts leave of a unit price."""
    return costs.left_of(wish.price) * (1 - wish.discount / 100)


def underway(order: Order) -> Version | None:
    """The version of its contract that says how an order is to become, until it is answered: one change at a time."""
    return order.contract.newest if order.contract.is_alive else None


def changed_by(contract: Contract) -> Order:
    """The order that the versions of a contract change: the one that it has, or whose change was asked for last."""
    rows = Order.objects.filter(contract=contract, void_at=None, merged_into=None)
    standing = list(rows.select_related("contract").order_by("pk"))
    asked = AskedChange.objects.filter(version__contract=contract).order_by("-version__n").first() if len(standing) > 1 else None
    return next((order for order in standing if asked and order.pk == asked.order_id), standing[0])


def threads(order: Order) -> dict[int, UUID]:
    """{line id: the thread that it has in a version}: the contract's; where two lines come from one line of it, after a split and
    a merge, the later one has its own."""
    found: dict[int, UUID] = {}
    for line in order.lines.filter(replaces=None).select_related("source").order_by("position"):
        thread = line.source.thread
        found[line.pk] = uuid5(thread, str(line.pk)) if thread in found.values() else thread
    return found


def elsewhere(contract: Contract) -> set[UUID]:
    """The threads of its lines that go on in orders beside the one that its versions change: no version says anything of them."""
    if not Order.objects.filter(contract=contract, void_at=None, merged_into=None).exists():
        return set()
    lines = OrderLine.objects.filter(source__version__contract=contract, replaces=None, due__gt=0, order__void_at=None)
    return set(lines.exclude(order=changed_by(contract)).values_list("source__thread", flat=True))


def _moved(order: Order, wishes: Iterable[LineWish]) -> list[LineWish]:
    """What differs from the lines as they are now, under the lock."""
    lines = {line.pk: line for line in order.lines.filter(replaces=None).select_related("source", "variant__product")}
    if any(wish.line.pk not in lines for wish in wishes):
        raise Refused(_("A line does not belong to this order."), field="lines")
    now = [replace(wish, line=lines[wish.line.pk]) for wish in wishes]
    moved = [w for w in now if (w.quantity, w.price, w.discount) != (w.line.due, w.line.price, w.line.discount)]
    for wish in moved:
        _check(wish)
    return moved


def _check(wish: LineWish) -> None:
    """Never below what is packed; figures that can be kept."""
    line = wish.line
    if wish.quantity and wish.quantity != line.due:
        check_quantity(wish.quantity, f"quantity_{line.pk}", line.unit)
    check_price(wish.price, f"price_{line.pk}")
    if not 0 <= wish.discount <= 100:
        raise Refused(_("A discount lies between 0 and 100 percent."), field=f"discount_{line.pk}")
    if wish.quantity < line.packed:
        words = _("%(sku)s: %(packed)s are packed. Unpack first: cancel the shipment that holds them.")
        raise Refused(words % {"sku": line.sku, "packed": figure(line.packed)}, field=f"quantity_{line.pk}", code="packed")


def _ask(
    order: Order, moved: list[LineWish], added: list[NewLine], terms: PriceTerms, day: date | None, by: Actor, reason: str
) -> Version:  # fmt: skip
    """The next version of the contract says how the order is to be."""
    wished, known = {w.line.pk: w for w in moved}, threads(order)
    lines = []
    for line in order.lines.filter(replaces=None).select_related("source", "variant__product"):
        asked = wished.get(line.pk) or LineWish(line, line.due, line.price, line.discount)
        if asked.quantity:
            lines.append(Changed(line.variant, asked.quantity, asked.price, asked.discount, line.source, known[line.pk]))
    lines += [Changed(new.variant, new.quantity, new.price, new.discount) for new in added]
    version = prepare_change(order.contract, by=by.trusted(), lines=lines, price_terms=terms, shipping_on=day)
    AskedChange.objects.update_or_create(version=version, defaults={"order": order})
    values = {"number": order.number, "contract": order.contract.number, "n": version.n, "reason": reason}
    record(events.CHANGE_PREPARED, subject=order, under=order.customer, by=by, values=values)
    send_change(order.contract, order.number, by=by)
    return version


def follow_date(contract: Contract, *, by: Actor, cause: str) -> None:
    """The draft of a change says another shipping date: why it moves is said with it, or was when the change was asked for."""
    order, version = changed_by(contract), contract.newest
    if version.shipping_on == order.promised_on:
        return
    first = AskedChange.objects.filter(version__contract=contract).order_by("version__n").values_list("version__n", flat=True).last()
    earlier = order.promise_moves.filter(held_at=None, version__n__gte=first or version.n).last()
    cause = promises.check_cause(cause or (earlier.cause if earlier else ""), is_theirs=False)
    promises.ask(order, version, by=by, cause=cause, words=earlier.words if earlier else "")


@operation("orders.note_discarded")
def note_discarded(contract: Contract, *, by: Actor, n: int, reason: str) -> None:
    """The change was discarded with its version; the order says so, and can be changed anew."""
    order = changed_by(contract)
    values = {"number": order.number, "contract": contract.number, "n": n, "reason": reason}
    record(events.CHANGE_DISCARDED, subject=order, under=order.customer, by=by, values=values)


@operation("orders.apply_change")
def apply_confirmed(confirmation: Confirmation, *, by: Actor) -> OrderChange:
    """The customer confirmed a version that changes an order: the order follows it, line by line."""
    order = locked(changed_by(confirmation.version.contract))
    version = confirmation.version
    asked = {line.thread: line for line in version.lines.select_related("variant__product")}
    wishes, known = [], threads(order)
    for line in order.lines.filter(replaces=None).select_related("source"):
        new = asked.pop(known[line.pk], None)
        wishes.append(
            LineWish(line, new.quantity, new.price, new.discount) if new else LineWish(line, Decimal(0), line.price, line.discount)
        )
    try:
        _check_current(order, version)
        moved = _moved(order, wishes)
    except Refused as refused:
        if by.kind == "user":  # who records a paper reads why
            raise
        words = _("The order changed after this was sent to you, so it cannot be confirmed as it is. Your contact is told and calls you.")
        raise Refused(words, code="overtaken", afterwards=lambda: _plan(order, CALL, {"number": order.number})) from refused
    added = [NewLine(line.variant, line.quantity, line.price, line.discount, line) for line in asked.values()]
    facts = {
        "po_number": version.po_number, "delivery_address": version.delivery_address,
        "consignee": version.consignee, "consignee_phone": version.consignee_phone,
    }  # fmt: skip
    agreed = agreed_for(order)
    facts = {n: v for n, v in facts.items() if getattr(agreed, n) != v}  # what came along with another order stays
    changes = {n: [str(getattr(order, n) or ""), str(v or "")] for n, v in facts.items() if getattr(order, n) != v}
    if order.promised_on != version.shipping_on:
        changes["promised_on"] = [str(order.promised_on or ""), str(version.shipping_on or "")]
        promises.move(order, version.shipping_on, by=by, told="confirmed")
    promises.lead(order.contract)
    Order.objects.filter(pk=order.pk).update(**facts)
    order.refresh_from_db()
    if "po_number" in changes:
        index.keep([order.findable()])
    return _apply(
        order, by, kind="confirmed", moved=moved, added=added, version=version, changes=changes,
        price_terms=version.price_terms(),
    )  # fmt: skip


def agreed_for(order: Order) -> Version:
    """The version of its contract that an order follows: the last one that changed it, else the one that it opened from."""
    last = order.changes.filter(version__isnull=False).select_related("version").last()
    return last.version if last and last.version else order.confirmation.version


def _check_current(order: Order, version: Version) -> None:
    """Nothing else changed the order since the version was sent; its shipping date was not moved by a letter since it was asked."""
    since = order.changes.filter(made_at__gt=version.frozen_at).filter(models.Q(moves__isnull=False) | models.Q(version__isnull=False))
    values = {"n": version.n}
    if order.state == "cancelled" or since.exists():
        raise Refused(_("The order was changed after version %(n)s was sent. Make a new version.") % values, code="overtaken")
    if order.promised_on and promises.is_left(order, version.shipping_on):
        words = _("The shipping date moved to %(on)s after version %(n)s was written. Make a new version with that date.")
        raise Refused(words % (values | {"on": clock.day_words(order.promised_on)}), code="overtaken")


def _plan(order: Order, what: str, values: dict[str, Any]) -> None:
    """The owner's next step, for today; asked once."""
    if not NextStep.objects.open().filter(customer=order.customer_id, what=what, values=values).exists():
        plan_many([Plan(order.customer, what, add_workdays(clock.today(), 0), values=values)], by=SYSTEM)


OF_OURS = models.Q(replaces__shipped__gt=0)  # sent for goods that stay: what we owe for a problem is no rest of the order


def has_rest(order: Order) -> bool:
    """Something has not left that could be cancelled."""
    return order.lines.exclude(OF_OURS).filter(due__gt=models.F("shipped")).exists()


@operation("orders.cancel")
def cancel(order: Order, *, by: Actor, reason: str, fee: Decimal = Decimal(0), why: str = "") -> OrderChange:
    """Cancels what has not left: all of it, or the rest. What is packed is unpacked first; an agreed fee is charged. What we send
    again for goods that left stays owed. Cancelled twice, the first stands.

    `why` is the customer's reason, of the list of objections, where it is they who cancel: it stands open as an objection, and
    the intention of an order of which nothing stays is lost. Else it is us: they still want what is cancelled, and are told.
    """
    require(by, "orders.change", order)
    order = locked(order)
    first = order.changes.filter(kind="cancelled").last()
    if first and order.state == "cancelled":
        return first
    reason = reason_given(reason)
    check_fee(order, fee)
    if why and why not in REASONS:
        raise Refused(_("Choose a reason from the list."), field="why")
    lines = list(order.lines.exclude(OF_OURS).select_related("variant__product"))
    packed = [line for line in lines if line.packed > line.shipped]
    if packed:
        words = _("%(sku)s: %(packed)s are packed. Unpack first: cancel the shipment that holds them.")
        raise Refused(words % {"sku": packed[0].sku, "packed": figure(packed[0].packed - packed[0].shipped)}, code="packed")
    if all(line.due == line.shipped for line in lines):
        raise Refused(_("Everything has left already: there is nothing to cancel."), code="left")
    if needs_approval(order, fee):
        raise Refused(_("A fee this high needs approval first."), field="fee", code="approval")
    for shipment in Shipment.objects.filter(lines__line__in=lines, packed_at=None, cancelled_at=None).distinct():
        cancel_shipment(shipment, by=by.trusted(), reason=gettext_lazy("The order is cancelled"))
    if order.contract.is_alive and changed_by(order.contract).pk == order.pk:  # a change that was being prepared comes to nothing
        end_contract(order.contract, by=by.trusted(), reason=reason)
    moved = [LineWish(line, line.shipped, line.price, line.discount) for line in lines if line.due != line.shipped]
    wishes = [_wish(line) for line in lines if line.due != line.shipped]
    is_otherwise = _is_otherwise(order, lines)
    made = _apply(order, by, kind="cancelled", moved=moved, added=[], reason=reason, adjustment=fee)
    if order.state == "cancelled":
        end([order])
    _follow(order, wishes, by=by.trusted(), why=why, reason=reason, is_otherwise=is_otherwise)
    return made


def _wish(line: OrderLine) -> Wish:
    """What is still to come of a line, as they want it; what is not sold any more by its name."""
    quantity, price = line.due - line.shipped, net_price(line.price, line.discount)  # a wish knows no discount
    if line.variant.product.retired_at:
        return Wish(special=line.name, quantity=quantity, price=price)
    return Wish(variant=line.variant, quantity=quantity, price=price)


def _follow(order: Order, wishes: list[Wish], *, by: Actor, why: str, reason: str, is_otherwise: bool) -> None:
    """What a cancellation means for what they want (rule book 1.2). Of the rest of an order, and of one that was split, merged or changed
    and is not what was intended any more, the open lines are wanted, at the net prices that were agreed; the intention is lost with the
    last of its orders."""
    if why:
        object_to(order.customer, by=by, reason=why, words=reason, contact=order.confirmation.contact)
    else:
        write_cancelled(order, by, reason)
    wanted = order.contract.intention
    if wanted and wanted.state != "won":
        return
    is_rest = order.state != "cancelled"
    parted = Order.objects.filter(contract=order.contract, void_at=None, merged_into=None).exclude(pk=order.pk)
    if why:
        if wanted and not is_rest and not parted.exclude(state="cancelled").exists():
            reopen(wanted, by=by)
            lose(wanted, by=by, reason=reason)
    elif wanted and not (is_rest or parted.exists() or order.taken_in.exists() or is_otherwise):
        reopen(wanted, by=by)
    else:
        made = open_intention(order.customer, by=by, wishes=wishes, currency=order.currency)
        if order.tax_rate is not None:  # its prices are without it, whoever makes them a contract next
            collect(made, by=by, revision=1, values={"tax_rate": order.tax_rate})


def _is_otherwise(order: Order, lines: list[OrderLine]) -> bool:
    """These lines are not what the order opened with."""
    first = order.confirmation.version.lines.values_list("variant", "quantity", "price", "discount")
    return sorted(first) != sorted((line.variant_id, line.due, line.price, line.discount) for line in lines if line.due)


@operation("orders.adjust")
def adjust(order: Order, *, by: Actor, kind: str, amount: Decimal, reason: str, line: OrderLine | None = None) -> OrderChange:
    """Takes an amount off the total: an allowance, for the goods of a line or at all, or a small rest that stays with the banks."""
    require(by, "orders.change", order)
    order = locked(order)
    if not 0 < amount <= order.total:
        raise Refused(_("Enter an amount that is not more than the order."), field="amount")
    check_unit(amount, order.currency, "amount")
    return _apply(order, by, kind=kind, moved=[], added=[], reason=clean(reason, 300), adjustment=-amount, line=line)


@operation("orders.send_no_more")
def send_no_more(line: OrderLine, *, by: Actor, reason: str) -> OrderChange:
    """What was to be sent for a problem is given up: what of it has not left is not due any more. What is packed or planned to leave is
    taken out first."""
    order = locked(line.order)
    line = order.lines.get(pk=line.pk)
    if line.packed > line.shipped:
        words = _("%(sku)s: %(packed)s are packed. Unpack first: cancel the shipment that holds them.")
        raise Refused(words % {"sku": line.sku, "packed": figure(line.packed - line.shipped)}, code="packed")
    for shipment, *_rest in overplanned(order, {line.pk: line.shipped}):
        words = _("Shipment %(number)s is planned with %(sku)s: take it out of that plan, or cancel the shipment first.")
        raise Refused(words % {"number": shipment.number, "sku": line.sku}, code="planned")
    wish = LineWish(line, line.shipped, line.price, line.discount)
    return _apply(order, by, kind="edited", moved=[wish], added=[], reason=reason[:300])


def besides(order: Order) -> Besides:
    """{line id: what was taken off for its goods; None: what was charged or taken off at all}."""
    found: Besides = defaultdict(Decimal)
    for line, amount in order.changes.values_list("line", "adjustment"):
        found[line] += amount
    return found


def note_exchange(order: Order, *, was: Decimal, reason: str) -> None:
    """What is taken in exchange costs something: a row like any other change, told by whoever agreed on it."""
    if order.total != was:
        OrderChange.objects.create(order=order, kind="edited", was=was, now=order.total, reason=reason[:300])


@operation("orders.postpone")
def postpone(order: Order, *, by: Actor, promised_on: date, kind: str) -> OrderChange:
    """What starts production came late: the shipping date moves with it."""
    order = locked(order)
    changes = {"promised_on": [str(order.promised_on or ""), str(promised_on)]}
    promises.move(order, promised_on, by=by, told="letter", cause=kind.removeprefix("late_"))
    order.refresh_from_db()
    version = underway(order)
    if version:  # what it says was written before
        _plan(order, OLD_DATE, {"number": order.contract.number, "n": version.n})
    return _apply(order, by, kind=kind, moved=[], added=[], changes=changes)


def _apply(
    order: Order, by: Actor, *, kind: str, moved: list[LineWish], added: list[NewLine], reason: str = "", version: Version | None = None,
    adjustment: Decimal = Decimal(0), changes: dict[str, list[Any]] | None = None, line: OrderLine | None = None,
    price_terms: PriceTerms | None = None,
) -> OrderChange:  # fmt: skip
    """The change itself: rows of what moved, the total before and after, and one event."""
    said = changes or {}
    made = OrderChange.objects.create(
        order=order, kind=kind, adjustment=adjustment, line=line, was=order.total, now=order.total, version=version, reason=reason
    )
    last = max(order.lines.values_list("position", flat=True), default=0)
    new_lines = [_new_line(order, last + i, new) for i, new in enumerate(added, start=1)]
    skus = [*order.lines.values_list("sku", flat=True), *(new_line.sku for new_line in new_lines)]
    for wish in moved:
        mine, delta = wish.line, wish.quantity - wish.line.due
        if delta:
            LineMove.objects.create(change=made, line=mine, quantity=delta, is_cancelled=kind == "cancelled" or not wish.quantity)
        OrderLine.objects.filter(pk=mine.pk).update(price=wish.price, discount=wish.discount)
        before, after = _figures(mine.due, mine.price, mine.discount), _figures(wish.quantity, wish.price, wish.discount)
        said[_called(mine, skus)] = [before, after]
    OrderLine.objects.bulk_create(new_lines)
    for new_line in new_lines:
        said[_called(new_line, skus)] = ["", _figures(new_line.due, new_line.price, new_line.discount)]
    open_items_of(order, new_lines)
    Order.objects.filter(pk=order.pk).update(revision=models.F("revision") + 1)
    order = keep_terms(order)
    terms = _left_terms(order, price_terms or order.price_terms())
    if terms != order.price_terms():
        said |= _terms_apart(order.price_terms(), terms)
        Order.objects.filter(pk=order.pk).update(**terms.columns())
        order.refresh_from_db()
        order = keep_terms(order)
    lapsed = max(adjustment, Decimal(0)) - order.total  # more was taken off before than what is left costs: that much of it is no more
    if lapsed > 0:
        OrderChange.objects.filter(pk=made.pk).update(adjustment=adjustment + lapsed)
        order = keep_terms(order)
    if moved or added:
        noted(order, by=by)
    OrderChange.objects.filter(pk=made.pk).update(now=order.total)
    made.refresh_from_db()
    values = {
        "number": order.number, "kind": kind, "was": f"{made.was:,.2f}", "now": f"{made.now:,.2f}", "currency": order.currency,
        "reason": reason,
    }  # fmt: skip
    record(events.CHANGED, subject=made, under=order.customer, by=by, values=values, changes=said)
    return made


def _left_terms(order: Order, terms: PriceTerms) -> PriceTerms:
    """What is left to charge: nothing with the last goods; no more is taken off than the goods cost that stay."""
    if order.state == "cancelled":
        return terms.without_charges()
    return replace(terms, order_discount=min(terms.order_discount, goods_of(order)))


def _terms_apart(was: PriceTerms, now: PriceTerms) -> dict[str, list[Any]]:
    """{column: [before, now]} of what differs."""
    pairs = {name: (getattr(was, name), getattr(now, name)) for name in NAMES}
    return {name: ["" if old is None else str(old), "" if new is None else str(new)] for name, (old, new) in pairs.items() if old != new}


def _called(line: OrderLine, skus: list[str]) -> str:
    """A line in the history: by its goods, and by its place where another line has the same."""
    return line.sku if skus.count(line.sku) == 1 else f"{line.sku} ({line.position})"


def _figures(quantity: Decimal, price: Decimal, discount: Decimal) -> str:
    off = f" −{trimmed(discount)}%" if discount else ""
    return f"{trimmed(quantity)} × {trimmed(price)}{off}"


def _new_line(order: Order, position: int, new: NewLine) -> OrderLine:
    source = new.source
    assert source is not None  # a line is added by a confirmed version only
    return OrderLine(
        order=order, position=position, source=source, variant=new.variant, sku=source.sku, name=source.name,
        name_latin=source.name_latin, unit=source.unit, ordered=new.quantity, due=new.quantity, price=new.price,
        discount=new.discount, amount=line_amount(new.quantity, new.price, new.discount, order.currency),
    )  # fmt: skip

"""Splitting an order in two 拆单, and merging two of one customer 并单 (6.4). Nothing is agreed anew: what is due, what it costs and
what was promised is the same in sum before and after.

Split: lines, or a part of their quantity, go on as a new order of the same contract; what is in a shipment stays. Merged: one order
takes the lines of the other with all their facts, shipments and problems, and the earlier promise; the other stays, empty, and
points to it. Whoever keeps the books hears both and moves what is paid. The customer is held first, then orders by their key.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.contracts.agreement import Version
from boothline.contracts.milestones import stop_plan
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_quantity, figure, line_amount, share, total, trimmed
from boothline.core.operations import operation
from boothline.core.records import column_of, label_of
from boothline.core.text import listed, reason_given
from boothline.core.totals import PriceTerms, with_tax
from boothline.customers.card import hold
from boothline.customers.dealings import drop
from boothline.documents import numbers
from boothline.orders import events, promises
from boothline.orders.changes import Besides, LineMove, OrderChange, besides, underway
from boothline.orders.goods import carry_over
from boothline.orders.holds import Hold
from boothline.orders.register import Order, OrderLine, costs_of, keep_terms, noted
from boothline.orders.shipments import planned_elsewhere
from boothline.search import index
from boothline.timeline.history import record

TERMS = ("delivery_term", "delivery_place", "deposit_percent", "balance", "balance_on")  # of the contract
WHERE = ("delivery_address", "consignee", "consignee_phone")  # of the order: goods of one order go to one place
NAMES = {"po_number": ", ", "shipping_mark": "\n\n", "remark": "\n"}  # of the order, and what stands between those of two
TAX = "tax_rate"  # prices of one order are with tax or without


HAS_OTHERS = models.Exists(  # of an order: its customer has others in its currency that stand, on whichever terms
    Order.objects.filter(customer=models.OuterRef("customer"), currency=models.OuterRef("currency"), void_at=None)
    .exclude(pk=models.OuterRef("pk"))
    .exclude(state="cancelled")
)


def locked_together(*orders: Order) -> list[Order]:
    """These orders of one customer as they are now: the customer held, then each order by its key, so that nobody waits in a ring."""
    hold(orders[0].customer_id)
    rows = Order.objects.select_for_update(of=("self",)).filter(pk__in=[order.pk for order in orders]).order_by("pk")
    by_id = {row.pk: row for row in rows}
    return [by_id[order.pk] for order in orders]


def movable(order: Order) -> dict[int, Decimal]:
    """{line id: how much of it can go on as another order}: what is due and in no shipment. What is sent again stays."""
    taken = planned_elsewhere(order)
    return {line.pk: line.due - taken[line.pk] for line in order.lines.filter(replaces=None, due__gt=0)}


@operation("orders.split")
def split(order: Order, *, by: Actor, quantities: dict[int, Decimal], reason: str, revision: int | None = None) -> Order:
    """So much of these lines goes on as a new order of the same contract: {order line id: quantity}. Its total is shared by its lines,
    what was taken off for the goods of a line stays with them; charges, order discount, tax and what was charged or taken off at all go
    by their value, to the cent.
    `revision` is what the person saw: pressed twice, it is split once."""
    require(by, "orders.change", order)
    (order,) = locked_together(order)
    _check_open(order, revision)
    reason = reason_given(reason)
    parts = _parts(order, quantities)
    old_total = order.total
    new = _begun(order)
    made = OrderChange.objects.create(order=order, kind="split", was=old_total, now=old_total, reason=reason)
    lines: dict[int, OrderLine] = {}
    for position, (line, quantity) in enumerate(parts, start=1):
        LineMove.objects.create(change=made, line=line, quantity=-quantity)
        lines[line.pk] = _moved(line, new, position, quantity)
        carry_over(line, by=by.trusted(), to=lines[line.pk])
    order = keep_terms(order)
    new = keep_terms(new)
    twin = OrderChange.objects.create(order=new, kind="split", was=Decimal(0), now=Decimal(0), reason=reason)
    stays, goes = _shared(order, new, old_total, lines)
    _keep_besides(made, stays)
    _keep_besides(twin, goes)
    Order.objects.filter(pk=order.pk).update(revision=models.F("revision") + 1)
    order, new = keep_terms(order), keep_terms(new)
    noted(order, by=by)
    noted(new, by=by)
    index.keep([new.findable()], are_new=True)
    goods = listed([f"{trimmed(line.due)} × {line.sku}" for line in lines.values()])
    values = {"number": order.number, "new": new.number, "goods": goods, "reason": reason}
    record(events.SPLIT, subject=order, under=order.customer, by=by, values=values)
    return new


def _check_open(order: Order, revision: int | None = None) -> None:
    """An order that may be split or merged: it stands, and nothing is on its way that says how it is to become."""
    if order.void_at or order.state == "cancelled":
        raise Refused(_("Order %(number)s is cancelled; it is not changed any more.") % {"number": order.number}, code="cancelled")
    if revision is not None and revision != order.revision:
        raise Refused(_("Not saved: somebody changed the order meanwhile. Check the lines, then press again."), code="stale")
    other = underway(order)
    if other:
        values = {"n": other.n, "number": order.contract.number, "order": order.number}
        words = _(
            "Version %(n)s of contract %(number)s is on its way and would change order %(order)s. Wait for the answer, or discard it first."
        )
        raise Refused(words % values, code="underway")


def _parts(order: Order, quantities: dict[int, Decimal]) -> list[tuple[OrderLine, Decimal]]:
    """What goes, in the order of the lines; something must go, and something stay."""
    wanted = {pk: quantity for pk, quantity in quantities.items() if quantity}
    left = movable(order)
    lines = {line.pk: line for line in order.lines.select_related("variant__product", "source")}
    if not wanted:
        raise Refused(_("Enter the quantity of at least one line."), field="lines")
    for pk, quantity in wanted.items():
        if pk not in lines or lines[pk].replaces_id:
            raise Refused(_("A line does not belong to this order."), field="lines")
        line, most = lines[pk], left.get(pk, Decimal(0))
        check_quantity(quantity, f"line_{pk}", line.unit)
        if quantity > most:
            words = _("%(sku)s: at most %(left)s can go on as another order; the rest is in a shipment. Cancel that shipment first.")
            raise Refused(words % {"sku": line.sku, "left": figure(most)}, field=f"line_{pk}", code="in_shipment")
    if all(line.due == wanted.get(pk, Decimal(0)) for pk, line in lines.items()):
        raise Refused(_("Nothing would stay in this order. Leave a line, or a part of one."), code="nothing_left")
    return [(line, wanted[pk]) for pk, line in lines.items() if pk in wanted]


def _begun(order: Order) -> Order:
    """The new order: same contract, confirmation, day and promise; where a person stopped the old one, it is stopped too."""
    same = (
        "customer", "contract", "confirmation", "opened_at", "currency", "promised_on", "first_promised_on", "times_moved", "po_number",
        "shipping_mark", "remark", "extra", TAX, *WHERE,
    )  # fmt: skip
    new = Order.objects.create(
        number=numbers.take("order")[0], total=Decimal(0), split_from=order, **{name: getattr(order, name) for name in same}
    )
    _copy(order.promise_moves.standing(), order=new)
    _copy(Hold.objects.open().filter(order=order, shipment=None, kind="manual"), order=new)
    return new


def _copy(rows: models.QuerySet[Any], **other: Any) -> None:
    """The same rows once more, for another record."""
    copies = []
    for row in rows:
        values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key and f.name not in other}
        copies.append(type(row)(**values, **other))
    rows.model._default_manager.bulk_create(copies)


def _moved(line: OrderLine, new: Order, position: int, quantity: Decimal) -> OrderLine:
    """The line as it goes on."""
    return OrderLine.objects.create(
        order=new, position=position, source=line.source, variant=line.variant, sku=line.sku, name=line.name, name_latin=line.name_latin,
        unit=line.unit, ordered=quantity, due=quantity, price=line.price, discount=line.discount,
        amount=line_amount(quantity, line.price, line.discount, new.currency),
    )  # fmt: skip


def _shared(order: Order, new: Order, before: Decimal, lines: dict[int, OrderLine]) -> tuple[Besides, Besides]:
    """(what is charged or taken off since beside the lines of the old order, what of the new one): what was taken off for goods stays
    with their line as far as it costs that much, the rest goes along with what goes on of it. By the value that is left: charges, order
    discount and tax, fees less allowances at all, and the cents that rounding makes. Together they cost what they cost before."""
    had, terms, currency = besides(order), order.price_terms(), order.currency
    stays, goes = Besides(Decimal), Besides(Decimal)
    for line in order.lines.filter(pk__in=[pk for pk in had if pk]):
        stays[line.pk] = max(had[line.pk], -with_tax(line.amount, terms, currency))
        if line.pk in lines:
            goes[lines[line.pk].pk] = max(had[line.pk] - stays[line.pk], -with_tax(lines[line.pk].amount, terms, currency))
    both = ((order, stays), (new, goes))
    values = [
        total([*(with_tax(amount, terms, currency) for amount in each.lines.values_list("amount", flat=True)), *off.values()])
        for each, off in both
    ]
    is_worth = bool(sum(values))
    parts = terms.shared(values, currency) if is_worth else [terms, terms.without_charges()]
    rest = before - sum(values)
    shares = share(rest, values, currency) if is_worth else [rest, Decimal(0)]
    for (each, off), part, value, more in zip(both, parts, values, shares, strict=True):
        _keep_terms_of(each, part)
        off[None] = value + more - total([_agreed(each), *off.values()])
    return stays, goes


def _keep_terms_of(order: Order, terms: PriceTerms) -> None:
    """Charges and order discount as they are shared or joined."""
    Order.objects.filter(pk=order.pk).update(**terms.columns())
    order.refresh_from_db()


def _agreed(order: Order) -> Decimal:
    """What it costs without what was charged or taken off since: lines, charges, order discount, tax."""
    found = costs_of(order)
    return found.total - found.besides


def _keep_besides(change: OrderChange, wanted: Besides) -> None:
    """Beside the lines of its order this is charged or taken off after the change: for each line a row of its own."""
    order, had = change.order, besides(change.order)
    now = total([_agreed(order), *wanted.values()])
    moved = {of: wanted[of] - had[of] for of in {*wanted, *had}}
    OrderChange.objects.filter(pk=change.pk).update(adjustment=moved.pop(None, Decimal(0)), now=now)
    OrderChange.objects.bulk_create(
        OrderChange(order=order, kind=change.kind, line_id=of, adjustment=delta, was=now, now=now, reason=change.reason)
        for of, delta in moved.items()
        if delta
    )


@operation("orders.merge")
def merge(order: Order, *, by: Actor, other: Order, reason: str, revision: int | None = None) -> Order:
    """The order takes the lines of the other one, of the same customer and on the same terms, with everything that happened to them.
    The other stays, empty, and points to it. Pressed twice, they are merged once."""
    require(by, "orders.change", order)
    require(by, "orders.change", other)
    if other.pk == order.pk or other.customer_id != order.customer_id:
        raise Refused(_("Choose another order of the same customer."), field="other")
    order, other = locked_together(order, other)
    if other.merged_into_id == order.pk:
        return order
    _check_open(order, revision)
    _check_open(other)
    reason = reason_given(reason)
    apart = differing(order, other)
    if apart:
        words = _("Orders %(number)s and %(other)s differ in: %(what)s. Only orders on the same terms are merged.")
        raise Refused(words % {"number": order.number, "other": other.number, "what": listed(apart)}, field="other", code="terms")
    was, theirs = order.total, other.total
    both = besides(order)
    for of, amount in besides(other).items():
        both[of] += amount
    left = list(other.shipments.filter(shipped_at__isnull=False).order_by("pk").values_list("pk", flat=True))
    _take_over(order, other)
    _join_names(order, other)
    _keep_terms_of(order, order.price_terms().joined(other.price_terms()))
    _keep_terms_of(other, other.price_terms().without_charges())
    both[None] += was + theirs - total([_agreed(order), *both.values()])  # a cent that rounding tax of both at once would make
    for each, before, wanted in ((other, theirs, Besides(Decimal)), (order, was, both)):
        _keep_besides(OrderChange.objects.create(order=each, kind="merged", was=before, now=before, reason=reason), wanted)
    Order.objects.filter(pk=order.pk).update(revision=models.F("revision") + 1)
    Order.objects.filter(pk=other.pk).update(merged_into=order, revision=models.F("revision") + 1)
    is_sooner = bool(other.promised_on and (order.promised_on is None or other.promised_on < order.promised_on))
    if is_sooner:
        promises.move(order, other.promised_on, by=by, told="merge")
    order, other = keep_terms(order), keep_terms(other)
    noted(order, by=by)
    drop([other])
    index.keep([order.findable()])
    if not Order.objects.filter(contract=other.contract_id, void_at=None, merged_into=None).exists():
        is_made_on = order.lines.filter(source__version__contract=other.contract_id, packed__lt=models.F("due")).exists()
        why = gettext_lazy("The order was merged into another")
        stop_plan(other.contract, by=by.trusted(), reason=why, is_made_on=is_made_on)
    values = {
        "number": order.number, "other": other.number, "was": f"{was:,.2f}", "now": f"{order.total:,.2f}", "currency": order.currency,
        "reason": reason, "sooner": is_sooner, "left": left,
    }  # fmt: skip
    record(events.MERGED, subject=order, under=order.customer, by=by, values=values)
    return order


def differing(order: Order, other: Order) -> list[str]:
    """The terms in which two orders differ, in words."""
    standing = _standing((order, other))
    return _apart(order, other, [standing[each.contract_id] for each in (order, other)])


def _standing(orders: Iterable[Order]) -> dict[int, Version]:
    """{contract id: the version that stands}: the latest that the customer confirmed, else the one that the order opened from."""
    found = {each.contract_id: each.confirmation.version for each in orders}
    found |= {v.contract_id: v for v in Version.objects.confirmed().filter(contract__in=list(found)).order_by("n")}
    return found


def _apart(order: Order, other: Order, versions: list[Version]) -> list[str]:
    found = [] if order.currency == other.currency else [str(_("currency"))]
    found += [label_of(type(versions[0]), name) for name in TERMS if getattr(versions[0], name) != getattr(versions[1], name)]
    found += [label_of(type(versions[0]), name) for name in (*WHERE, TAX) if getattr(order, name) != getattr(other, name)]
    return found


def mergeable(order: Order) -> list[Order]:
    """Other orders of the customer that this one may take in."""
    if order.void_at or order.state == "cancelled" or underway(order):
        return []
    rows = Order.objects.filter(customer=order.customer_id, currency=order.currency, void_at=None).exclude(pk=order.pk)
    standing = rows.exclude(state="cancelled").select_related("contract", "confirmation__version").prefetch_related("contract__versions")
    others = [other for other in standing.order_by("-pk") if not underway(other)]
    terms = _standing((order, *others))
    return [other for other in others if not _apart(order, other, [terms[order.contract_id], terms[other.contract_id]])]


def _take_over(order: Order, other: Order) -> None:
    """Lines, shipments, problems and what stops them are the order's; each keeps its dates and its number."""
    last = max(order.lines.values_list("position", flat=True), default=0)
    for position, pk in enumerate(other.lines.order_by("position").values_list("pk", flat=True), start=last + 1):
        OrderLine.objects.filter(pk=pk).update(order=order, position=position)
    other.shipments.update(order=order)
    other.problems.update(order=order)
    other.reorders.update(order=order)
    other.holds.exclude(shipment=None).update(order=order)
    other.holds.filter(shipment=None, kind="manual").update(order=order)


def _join_names(order: Order, other: Order) -> None:
    """What the customer calls the two, what stands on their cartons and what we noted: both, where they differ, since the goods of both go
    on here."""
    for name, between in NAMES.items():
        mine, theirs = (str(getattr(each, name)) for each in (order, other))
        parts = mine.split(between)
        both = between.join(filter(None, [mine, *(part for part in theirs.split(between) if part not in parts)]))
        if len(both) > (column_of(Order, name).max_length or 0):
            words = _("%(what)s of both orders together are too long. Shorten one of them first.")
            raise Refused(words % {"what": label_of(Order, name)}, field="other", code="too_long")
        setattr(order, name, both)
    Order.objects.filter(pk=order.pk).update(**{name: getattr(order, name) for name in NAMES})


def lineage(order: Order) -> dict[str, Any]:
    """Where an order comes from and what became of parts of it: the orders that its page points to."""
    others = list(Order.objects.filter(models.Q(split_from=order) | models.Q(merged_into=order)).order_by("pk"))
    return {
        "from": order.split_from, "into": order.merged_into, "off": [one for one in others if one.split_from_id == order.pk],
        "taken": [one for one in others if one.merged_into_id == order.pk],
    }  # fmt: skip

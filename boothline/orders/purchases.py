"""103 Purchase arrivals 采购到货: goods bought in from suppliers, since they hold up deliveries.

A purchase has lines: variant, quantity, promised, expected, arrived. What arrives is counted a line at a time, never more than was
ordered, and goes into the stock of what is counted. A moved date keeps its history. Which orders wait for it, and what becomes of
their reservations, is `orders.reservations`, which hears it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import OperationalError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.products import CLAIMS, Variant
from boothline.catalogue.stock import held, move
from boothline.core import clock, slots
from boothline.core.actors import Actor
from boothline.core.clock import check_ahead, check_near
from boothline.core.errors import Refused, together
from boothline.core.money import check_quantity, figure, quantity_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.text import clean, reason_given
from boothline.customers.card import Customer, hold
from boothline.documents import numbers
from boothline.orders import events
from boothline.orders.lists import PURCHASE_STATES
from boothline.orders.register import Order, OrderLine
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import record


class Purchases(models.QuerySet["Purchase"]):
    """Questions about purchases."""

    def visible_to(self, by: Actor) -> Purchases:
        """Whoever sees purchases sees all."""
        return self if by.has("purchases.see") else self.none()

    def for_list(self) -> Purchases:
        """With what a list shows."""
        return self.select_related("firm").prefetch_related(
            models.Prefetch("lines", PurchaseLine.objects.select_related("variant__product"))
        )

    def late(self) -> Purchases:
        """Something of it should be here."""
        return self.filter(expected_on__lt=clock.today())

    def search(self, words: str, by: Actor) -> Purchases:
        """By number, the supplier, or their number."""
        return self.filter(pk__in=index.found(words, "purchase").values("record_id"))


class Purchase(Record):
    """What was ordered of a supplier: by name, or one of the cooperation list. `state` and `expected_on` are kept beside its lines."""

    number = models.CharField(max_length=20, unique=True)
    supplier = models.CharField(gettext_lazy("supplier"), max_length=200)
    firm = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("supplier on file")
    )
    reference = models.CharField(gettext_lazy("supplier's number"), max_length=60, blank=True, default="")
    ordered_on = models.DateField(gettext_lazy("ordered on"))
    note = models.CharField(gettext_lazy("note"), max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, default="ordered", choices=list(PURCHASE_STATES.items()), editable=False)
    expected_on = models.DateField(null=True, editable=False)
    chased_on = models.DateField(null=True, editable=False)  # when the supplier was asked last where it stays
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_reason = models.CharField(max_length=300, blank=True, default="", editable=False)
    privacy = tags(number=PLAIN, supplier=PLAIN, reference=PLAIN, note=WORDS, state=PLAIN, cancelled_reason=WORDS)

    objects = Purchases.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expected_on", "id"], name="purchase_expected")]

    def __str__(self) -> str:
        return self.number

    def findable(self) -> Findable:
        """By its number, the supplier and their number."""
        return Findable(self, open=spellings(self.number, self.reference) + spellings(self.supplier, name=True))


def findable_purchases(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [purchase.findable() for purchase in Purchase.objects.filter(pk__in=ids)]


def register() -> None:
    """Purchases are found in the box; whoever counts goods holds first who waits for them."""
    index.declare("purchase", "b", Purchase, findable_purchases)
    slots.answer(CLAIMS, hold_claims)


class PurchaseLine(models.Model):
    """So many of a variant, when the supplier promised them, when they are expected; `arrived` is kept beside the arrivals."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    quantity = quantity_field()
    promised_on = models.DateField()
    expected_on = models.DateField()
    arrived = quantity_field(default=Decimal(0))
    cancelled = quantity_field(default=Decimal(0))

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="never_more_than_bought",
                condition=Q(quantity__gt=0, arrived__gte=0, cancelled__gte=0, arrived__lte=F("quantity"), cancelled__lte=F("quantity")),
            )
        ]
        indexes = [models.Index(fields=["variant", "expected_on"], name="purchase_line_variant")]

    def __str__(self) -> str:
        return f"{self.purchase.number} {trimmed(self.quantity)} × {self.variant.sku}"

    @property
    def rest(self) -> Decimal:
        """What is still to come."""
        left: Decimal = self.quantity - self.arrived - self.cancelled
        return left

    @property
    def days_late(self) -> int:
        """How many days ago the rest should have come; 0 where it is in time."""
        return (clock.today() - self.expected_on).days if self.is_late else 0

    @property
    def is_late(self) -> bool:
        """It should be here, and is not."""
        return self.rest > 0 and self.expected_on < clock.today()


class ExpectedMove(Record):
    """That the expected date of a line moved: from, to, why, who."""

    line = models.ForeignKey(PurchaseLine, on_delete=models.CASCADE, related_name="date_moves")
    was = models.DateField()
    now = models.DateField()
    reason = models.CharField(max_length=300)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    privacy = tags(reason=WORDS)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.line} {self.was} → {self.now}"


class PurchaseArrival(Record):
    """What came of a purchase on a day, and who counted it."""

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="arrivals")
    on = models.DateField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(words=WORDS)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.purchase.number} {self.on}"


class PurchaseArrivalLine(models.Model):
    """How many of a line were counted."""

    arrival = models.ForeignKey(PurchaseArrival, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(PurchaseLine, on_delete=models.PROTECT, related_name="arrivals")
    quantity = quantity_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["arrival", "line"], name="purchase_arrival_line_once"),
            models.CheckConstraint(name="something_arrived", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{trimmed(self.quantity)} × {self.line.variant.sku}"


@dataclass(frozen=True)
class Bought:
    """A line as it is entered."""

    variant: Variant
    quantity: Decimal
    expected_on: date
    row: int = 1  # of the form, so that a refusal names it


BUSY = gettext_lazy("Somebody is working with an order of these goods right now. Press again.")

# Who waits for goods is held before the goods are: customers, their orders, the variants last.


def open_lines(variants: Iterable[int]) -> models.QuerySet[OrderLine]:
    """Lines that still want some of these, or hold some."""
    return OrderLine.objects.filter(Q(due__gt=F("shipped")) | Q(reserved__gt=0), variant__in=set(variants))


def hold_claims(variants: Iterable[int]) -> list[Variant]:
    """Holds everybody who waits for these goods, then their orders, then the goods: what follows may share them out anew."""
    ids = set(variants)
    lines = open_lines(ids)
    customers = set(lines.values_list("order__customer", flat=True))
    hold(*customers)
    list(Order.objects.select_for_update(of=("self",)).filter(pk__in=lines.values("order")).order_by("pk").values_list("pk", flat=True))
    goods = held(ids)
    late = open_lines(ids).exclude(order__customer__in=customers)
    if late.exists():  # came between; who holds goods waits for nobody any more
        try:
            with transaction.atomic():
                who = Customer.objects.select_for_update(of=("self",), no_key=True, nowait=True)
                list(who.filter(pk__in=late.values("order__customer")))
                list(Order.objects.select_for_update(of=("self",), nowait=True).filter(pk__in=late.values("order")))
        except OperationalError as busy:
            raise Refused(BUSY, code="busy") from busy
    return goods


# Operations, in the order of life.


@operation("orders.add_purchase")
def add_purchase(
    *, by: Actor, supplier: str = "", lines: list[Bought], ordered_on: date | None = None, firm: Customer | None = None,
    reference: str = "", note: str = "",
) -> Purchase:  # fmt: skip
    """Something was ordered of a supplier. What waits for such goods is covered at once."""
    require(by, "purchases.edit")
    values = _checked({"supplier": supplier, "firm": firm, "reference": reference, "note": note, "ordered_on": ordered_on or clock.today()})
    together(*(partial(_check, line, values["ordered_on"]) for line in lines))
    if not lines:
        raise Refused(_("Enter at least one line: what was ordered, how many, and when it is expected."), field="lines")
    hold_claims(line.variant.pk for line in lines)
    purchase = Purchase.objects.create(number=numbers.take("purchase")[0], **values)
    _write(purchase, lines)
    keep_purchase(purchase)
    index.keep([purchase.findable()], are_new=True)
    said = {"number": purchase.number, "supplier": purchase.supplier, "lines": [f"{figure(b.quantity)} × {b.variant.sku}" for b in lines]}
    record(events.PURCHASED, subject=purchase, by=by, values=said)
    return purchase


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    firm = values.get("firm")
    values = values | {"supplier": clean(values["supplier"], 200) or (firm.name if firm else "")}
    if not values["supplier"]:
        raise Refused(_("Name the supplier."), field="supplier")
    if values["ordered_on"] > clock.today():
        raise Refused(_("This day lies ahead. Enter the day on which it was ordered."), field="ordered_on")
    return values


def _check(line: Bought, ordered_on: date) -> None:
    day = f"expected_{line.row}"
    together(
        partial(check_quantity, line.quantity, f"quantity_new_{line.row}", line.variant.product.unit),
        partial(check_near, line.expected_on, day),
        partial(_check_after, line.variant.sku, line.expected_on, ordered_on, day),
    )


def _check_after(sku: str, expected_on: date, ordered_on: date, field: str = "expected_on") -> None:
    """Nothing comes before it was ordered."""
    if expected_on < ordered_on:
        words = _("%(sku)s cannot come on %(on)s: it was ordered on %(ordered)s. Check both days.")
        said = {"sku": sku, "on": clock.day_words(expected_on), "ordered": clock.day_words(ordered_on)}
        raise Refused(words % said, field=field, code="before_order")


def _write(purchase: Purchase, lines: list[Bought]) -> None:
    PurchaseLine.objects.bulk_create(
        PurchaseLine(
            purchase=purchase, variant=b.variant, quantity=b.quantity, promised_on=b.expected_on, expected_on=b.expected_on
        )
        for b in lines
    )  # fmt: skip


@operation("orders.edit_purchase")
def edit_purchase(
    purchase: Purchase, *, by: Actor, revision: int, values: dict[str, Any], quantities: dict[int, Decimal], added: list[Bought]
) -> Purchase:
    """Supplier, note, quantities {line id: quantity} and further lines. Never fewer than arrived; what orders had reserved of what is
    no more is covered anew as far as it goes."""
    require(by, "purchases.edit", purchase)
    _held(purchase, also=[b.variant.pk for b in added])
    values = _checked(values)
    if values["ordered_on"] != purchase.ordered_on:
        for line in purchase.lines.select_related("variant"):
            _check_after(line.variant.sku, line.promised_on, values["ordered_on"])
    changes = revise(purchase, revision=revision, values=values)
    said: dict[str, Any] = {}
    for line in purchase.lines.select_related("variant__product"):
        quantity = quantities.get(line.pk, line.quantity)
        if quantity == line.quantity:
            continue
        check_quantity(quantity, f"quantity_{line.pk}", line.variant.product.unit)
        if quantity < line.arrived:
            words = _("%(sku)s: %(n)s have arrived already.") % {"sku": line.variant.sku, "n": figure(line.arrived)}
            raise Refused(words, field=f"quantity_{line.pk}", code="too_few")
        said[line.variant.sku] = [trimmed(line.quantity), trimmed(quantity)]
        PurchaseLine.objects.filter(pk=line.pk).update(quantity=quantity)
    together(*(partial(_check, bought, values["ordered_on"]) for bought in added))
    for bought in added:
        said[bought.variant.sku] = ["", trimmed(bought.quantity)]
    _write(purchase, added)
    if said and not changes:
        Purchase.objects.filter(pk=purchase.pk).update(revision=F("revision") + 1)
    if changes or said:
        keep_purchase(purchase)
        index.keep([purchase.findable()])
        record(events.PURCHASE_EDITED, subject=purchase, by=by, values={"number": purchase.number}, changes=changes | said)
    return purchase


@operation("orders.expect_purchase")
def expect(line: PurchaseLine, *, by: Actor, on: date, reason: str) -> PurchaseLine:
    """The goods are expected on another day; why is kept. What they hold up is told."""
    require(by, "purchases.edit", line.purchase)
    check_ahead(on, "on")
    check_near(on, "on")
    reason = reason_given(reason)
    purchase, _goods = _held(line.purchase)
    line = PurchaseLine.objects.select_related("variant").get(pk=line.pk)
    if on == line.expected_on:
        return line
    if not line.rest:
        raise Refused(_("Nothing of this line is still to come."), code="over")
    ExpectedMove.objects.create(line=line, was=line.expected_on, now=on, reason=reason, user_id=by.id if by.kind == "user" else None)
    values = {"number": purchase.number, "sku": line.variant.sku, "was": line.expected_on, "now": on, "reason": reason, "line": line.pk}
    PurchaseLine.objects.filter(pk=line.pk).update(expected_on=on)
    keep_purchase(purchase)
    record(events.PURCHASE_MOVED, subject=purchase, by=by, values=values)
    line.refresh_from_db()
    return line


@operation("orders.chase_purchase")
def chase(purchase: Purchase, *, by: Actor, words: str) -> Purchase:
    """The supplier was asked where it stays, and what they said; whoever buys is asked again tomorrow, unless a new date is entered."""
    require(by, "purchases.edit", purchase)
    words = clean(words, 300)
    if not words:
        raise Refused(_("Note what the supplier said."), field="words")
    purchase = _fresh(purchase)
    Purchase.objects.filter(pk=purchase.pk).update(chased_on=clock.today())
    record(events.PURCHASE_CHASED, subject=purchase, by=by, values={"number": purchase.number, "words": words})
    purchase.refresh_from_db()
    return purchase


@operation("orders.purchase_arrives")
def arrive(purchase: Purchase, *, by: Actor, counted: dict[int, Decimal], seen: int | None = None, words: str = "") -> PurchaseArrival:
    """What came was counted: {line id: quantity}, never more than is still to come. `seen` is the last arrival that the person knew: the
    same again is the one that is there, another one is shown."""
    require(by, "purchases.arrive", purchase)
    came = {pk: quantity for pk, quantity in counted.items() if quantity}
    purchase, goods = _held(purchase, is_open=False)
    last = purchase.arrivals.last()
    if seen is not None and last and last.pk > seen:
        if dict(last.lines.values_list("line", "quantity")) == came:
            return last
        raise Refused(_("Not saved: another arrival was counted meanwhile. Check what is still to come, then press again."), code="stale")
    lines = {line.pk: line for line in purchase.lines.select_related("variant__product")}
    if set(came) - set(lines):
        raise Refused(_("A line does not belong to this purchase."), field="lines")
    if not came:
        raise Refused(_("Enter how many came of at least one line."), field="lines")
    for pk, quantity in came.items():
        line = lines[pk]
        check_quantity(quantity, f"line_{pk}", line.variant.product.unit)
        if quantity > line.rest:
            words_ = _("%(sku)s: %(came)s counted, but only %(rest)s are still to come. Change the purchase first if more were sent.")
            values = {"sku": line.variant.sku, "came": figure(quantity), "rest": figure(line.rest)}
            raise Refused(words_ % values, field=f"line_{pk}", code="too_much")
    user_id = by.id if by.kind == "user" else None
    arrival = PurchaseArrival.objects.create(purchase=purchase, on=clock.today(), user_id=user_id, words=clean(words, 300))
    PurchaseArrivalLine.objects.bulk_create(PurchaseArrivalLine(arrival=arrival, line=lines[pk], quantity=q) for pk, q in came.items())
    for pk, quantity in came.items():
        PurchaseLine.objects.filter(pk=pk).update(arrived=F("arrived") + quantity)
        variant = goods[lines[pk].variant_id]
        if variant.keeps_stock:
            move(variant, quantity, "received", by=by, source=purchase)
    keep_purchase(purchase)
    said = [f"{trimmed(q)} × {lines[pk].variant.sku}" for pk, q in came.items()]
    facts = {"number": purchase.number, "supplier": purchase.supplier, "lines": said, "arrival": arrival.pk}
    record(events.PURCHASE_ARRIVED, subject=purchase, by=by, values=facts)
    return arrival


@operation("orders.cancel_purchase")
def cancel_rest(purchase: Purchase, *, by: Actor, reason: str) -> Purchase:
    """What has not come does not come. Cancelled twice, the first stands."""
    require(by, "purchases.edit", purchase)
    reason = reason_given(reason)
    purchase, _goods = _held(purchase, is_open=False)
    if purchase.cancelled_at:
        return purchase
    if purchase.state == "arrived":
        raise Refused(_("Everything of this purchase has arrived already."), code="over")
    for line in purchase.lines.all():
        PurchaseLine.objects.filter(pk=line.pk).update(cancelled=line.rest)
    Purchase.objects.filter(pk=purchase.pk).update(cancelled_at=timezone.now(), cancelled_reason=reason)
    keep_purchase(purchase)
    record(events.PURCHASE_CANCELLED, subject=purchase, by=by, values={"number": purchase.number, "reason": reason})
    return purchase


def _held(purchase: Purchase, *, also: Iterable[int] = (), is_open: bool = True) -> tuple[Purchase, dict[int, Variant]]:
    """(the purchase as it is, {variant id: its goods and these}) with everybody who waits for any of them held: whatever is said of a
    purchase, all of its goods are shared out anew."""
    goods = {v.pk: v for v in hold_claims([*purchase.lines.values_list("variant", flat=True), *also])}
    purchase = _fresh(purchase, is_open=is_open)
    if purchase.lines.exclude(variant__in=goods).exists():  # other goods came between
        raise Refused(BUSY, code="busy")
    return purchase, goods


def _fresh(purchase: Purchase, *, is_open: bool = True) -> Purchase:
    purchase = Purchase.objects.select_for_update(of=("self",), no_key=True).get(pk=purchase.pk)
    if is_open and purchase.state in ("arrived", "cancelled"):
        raise Refused(_("Purchase %(number)s is closed: nothing of it is still to come.") % {"number": purchase.number}, code="over")
    return purchase


def keep_purchase(purchase: Purchase) -> None:
    """Its state, and the next day on which something of it is expected. The only writer of them."""
    purchase.refresh_from_db()
    state, expected_on = standing_of(purchase)
    Purchase.objects.filter(pk=purchase.pk).update(state=state, expected_on=expected_on)
    purchase.refresh_from_db()


def standing_of(purchase: Purchase) -> tuple[str, date | None]:
    """(state, next expected day) from its lines."""
    lines = list(purchase.lines.all())
    waiting = [line for line in lines if line.rest]
    has_come = any(line.arrived for line in lines)
    if waiting:
        return ("in_part" if has_come else "ordered"), min(line.expected_on for line in waiting)
    return ("cancelled" if purchase.cancelled_at and not has_come else "arrived"), None

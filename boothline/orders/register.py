"""The order: opened exactly once from a confirmation, its lines frozen. States and sums are kept beside the facts.

Quantities of a line: due `n`, packed `p`, shipped `s`, arrived `r`, short `h`, damaged `g`, accepted `c`, returned `b`;
always 0 <= s <= p <= n, c + g <= r <= s, b <= r. What is short or damaged and was answered by a resolution is made
good. `keep()` alone writes the kept columns; nobody sets a state.
Reserved `v` (committed 产品提交量), of which `at_hand` lies in stock: 0 <= at_hand <= v <= n - s; only where stock is kept of the goods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Variant
from boothline.contracts.agreement import Contract, ContractLine
from boothline.contracts.establishment import Confirmation
from boothline.contracts.milestones import PRODUCTION, Milestone
from boothline.contracts.templates import CARRIAGE
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused
from boothline.core.money import amount_field, currency_field, kept, line_amount, price_field, quantity_field, total
from boothline.core.operations import operation
from boothline.core.privacy import ADDRESS, BOOKS, PERSON, PLAIN, REACH, WORDS, tags
from boothline.core.records import Record
from boothline.core.totals import Costs, Priced, summed, with_tax
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.dealings import Memory, Noted, end, given_by, note_many, restate
from boothline.customers.items import called
from boothline.documents import numbers
from boothline.orders import events
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import Telling, record_many

STATES = {
    "open": gettext_lazy("open"),
    "waiting": gettext_lazy("waiting for goods"),
    "ready": gettext_lazy("ready"),
    "part_shipped": gettext_lazy("part-shipped"),
    "in_transit": gettext_lazy("in transit"),
    "arrived": gettext_lazy("arrived"),
    "complete": gettext_lazy("complete"),
    "cancelled": gettext_lazy("cancelled"),
}
MARKS = {"trouble": gettext_lazy("in trouble"), "overdue": gettext_lazy("overdue"), **STATES}  # what stands first covers the rest
FLAGS = {  # what stands beside the state, however many hold
    "trouble": MARKS["trouble"],
    "overdue": MARKS["overdue"],
    "hold": gettext_lazy("on hold"),
    "moved": gettext_lazy("date moved"),
}
MONEY_RECORDS = "orders.money_records"  # the room that keeps the money of orders answers: what of it an order's history tells
OPEN_OF = "open_of_order"  # asked of whoever keeps the books: what of an order is still to be paid
SETTLED = ("resolved", "closed")  # states of a problem that is not open any more
ON_HAND = Q(reservations__purchase_line=None)
LACKS_GOODS_DATA = Q(  # a shipment: of an item, and nobody let it go without since that was asked for last
    Q(lines__overridden_at=None)
    | Q(lines__line__goods__rejected_at__gt=F("lines__overridden_at"))
    | Q(lines__line__goods__reopened_at__gt=F("lines__overridden_at")),
    lines__line__goods__isnull=False, lines__line__goods__approved_at=None, lines__line__goods__not_needed_at=None,
)  # fmt: skip
UNDONE = Q(due=0) | Q(shipped=F("due"), arrived=F("shipped") - F("short"), returned=F("arrived"))  # a line of which nothing is left


@dataclass(frozen=True)
class Counts:
    """What the facts say of one line: the kept columns beside `due`."""

    packed: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    arrived: Decimal = Decimal(0)
    short: Decimal = Decimal(0)
    damaged: Decimal = Decimal(0)
    accepted: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    made_good: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    at_hand: Decimal = Decimal(0)
    goods_ready: bool = False
    from_stock: bool = False

    @property
    def owed(self) -> Decimal:
        """Short or damaged, and not made good."""
        return self.short + self.damaged - self.made_good


class Orders(models.QuerySet["Order"]):
    """Questions about orders."""

    def visible_to(self, by: Actor) -> Orders:
        """Order clerks see all; others those of the customers that they see; nobody without the right."""
        if not by.has("orders.see"):
            return self.none()
        if "clerk" in by.roles or by.reach == "all":
            return self
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Orders:
        """What a guest may see: the orders of their company. One that is void was never made."""
        return self.filter(customer_id=contact.customer_id, void_at=None)

    def for_list(self) -> Orders:
        """With what a list shows."""
        return self.select_related("customer", "contract", "customer__owner")

    def standing(self, mark: str) -> Orders:
        """Those that the ledger shows under this mark."""
        if mark == "trouble":
            return self.filter(in_trouble=True)
        if mark == "overdue":
            return self.filter(in_trouble=False, is_overdue=True)
        return self.filter(in_trouble=False, is_overdue=False, state=mark)

    def search(self, words: str, by: Actor) -> Orders:
        """By our number, the customer's PO number, what they call the goods, or the customer."""
        return self.filter(_named(words, by) | Q(pk__in=OrderLine.objects.called(words).values("order")))


def _named(words: str, by: Actor) -> Q:
    """An order, by our number, the customer's PO number, or the customer."""
    own = index.found(words, "order").values("record_id")
    return Q(pk__in=own) | Q(customer__in=Customer.objects.all().search(words, by))


class Order(Priced, Record):
    """One order of one customer. `promised_on` is the shipping date promised (D), as it was last agreed."""

    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="+")
    split_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="split_off")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="taken_in")
    opened_at = models.DateTimeField(default=timezone.now)
    currency = currency_field()
    total = amount_field()
    promised_on = models.DateField(null=True)
    first_promised_on = models.DateField(null=True)  # the original promise stays for ever
    times_moved = models.PositiveSmallIntegerField(default=0)
    po_number = models.CharField(
        gettext_lazy("customer's PO number"), max_length=200, blank=True, default=""
    )  # of orders that became one, each
    shipping_mark = models.CharField(gettext_lazy("shipping mark"), max_length=300, blank=True, default="")
    remark = models.CharField(gettext_lazy("remark"), max_length=500, blank=True, default="")
    delivery_address = models.CharField(max_length=400, blank=True, default="")
    consignee = models.CharField(max_length=100, blank=True, default="")
    consignee_phone = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=16, default="open", choices=list(STATES.items()))
    in_trouble = models.BooleanField(default=False)
    is_overdue = models.BooleanField(default=False)
    on_hold = models.BooleanField(default=False)
    void_at = models.DateTimeField(null=True)
    let_go_at = models.DateTimeField(null=True)  # complete for so long that it keeps its customer ordering no more; kept empty else
    extra = models.JSONField(default=dict)
    labels = {"promised_on": gettext_lazy("shipping date")}
    privacy = Priced.privacy | tags(
        number=PLAIN, currency=PLAIN, po_number=BOOKS, shipping_mark=BOOKS, remark=WORDS, delivery_address=ADDRESS,
        consignee=PERSON, consignee_phone=REACH, state=PLAIN, extra=BOOKS,
    )  # fmt: skip

    objects = Orders.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["confirmation"], condition=Q(split_from=None), name="order_opens_once"),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="order_newest"),
            models.Index(fields=["customer"], name="order_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def came_as(self) -> str:
        """Its number in the file that it came from; "" where it was made here."""
        return str(self.extra.get("came_as", ""))

    @property
    def heir(self) -> Order:
        """The order that its goods are in now: itself, or the one into which it was merged."""
        return self.merged_into.heir if self.merged_into else self

    @property
    def mark(self) -> str:
        """How the ledger shows it: trouble before overdue before the state, which is kept beside both."""
        return "trouble" if self.in_trouble else "overdue" if self.is_overdue else self.state

    @property
    def mark_words(self) -> str:
        """The same in the reader's words."""
        return _("merged into another order") if self.merged_into_id else str(MARKS[self.mark])

    @property
    def flags(self) -> list[str]:
        """What stands beside its state: codes of FLAGS."""
        holds = {"trouble": self.in_trouble, "overdue": self.is_overdue, "hold": self.on_hold, "moved": self.times_moved > 0}
        return [flag for flag in FLAGS if holds[flag]]

    def findable(self) -> Findable:
        """By our number and the customer's, by the mark on the cartons, and by its number in the file that it came from."""
        own = (self.number, self.po_number, " ".join(self.shipping_mark.split()), self.came_as)
        return Findable(self, under_id=self.customer_id, open=spellings(*own))


def findable_orders(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [order.findable() for order in Order.objects.filter(pk__in=ids)]


class OrderLines(models.QuerySet["OrderLine"]):
    """Questions about lines."""

    def visible_to(self, by: Actor) -> OrderLines:
        """The lines of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))

    def for_list(self) -> OrderLines:
        """With what a list shows."""
        return self.select_related("order__customer__owner", "order__contract", "variant__product")

    def called(self, words: str) -> OrderLines:
        """The lines of goods that the customer of the order calls so."""
        theirs = called(words)  # few: the lines are looked up by their goods, not looked through
        own = theirs.filter(customer=OuterRef("order__customer"), variant=OuterRef("variant"))
        return self.filter(Exists(own), variant__in=theirs.values("variant"))

    def search(self, words: str, by: Actor) -> OrderLines:
        """By their order, or by the article, as we or the customer call it."""
        own = Order.objects.filter(_named(words, by))
        by_us = Q(sku__icontains=words) | Q(name__icontains=words) | Q(name_latin__icontains=words)
        return self.filter(Q(order__in=own) | by_us | Q(pk__in=OrderLine.objects.called(words).values("pk")))


class OrderLine(Record):
    """One line: what is due, and the kept sums of what was packed and shipped."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    source = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    name_latin = models.CharField(max_length=200, blank=True, default="")
    unit = models.CharField(max_length=20)
    ordered = quantity_field()  # as the line began; `due` is this and every change since
    due = quantity_field()
    price = price_field()
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    amount = amount_field()
    packed = quantity_field(default=Decimal(0))
    shipped = quantity_field(default=Decimal(0))
    arrived = quantity_field(default=Decimal(0))
    short = quantity_field(default=Decimal(0))
    damaged = quantity_field(default=Decimal(0))
    accepted = quantity_field(default=Decimal(0))
    returned = quantity_field(default=Decimal(0))
    made_good = quantity_field(default=Decimal(0))
    reserved = quantity_field(default=Decimal(0))  # of what is on hand or on its way: committed
    at_hand = quantity_field(default=Decimal(0))  # of that, what is on hand
    goods_ready = models.BooleanField(default=False)
    from_stock = models.BooleanField(default=False)  # stock is kept of its goods, and something is still to leave
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replacements")
    state = models.CharField(max_length=16, default="open", choices=list(STATES.items()))
    privacy = tags(sku=PLAIN, name=PLAIN, name_latin=PLAIN, unit=PLAIN, state=PLAIN)

    objects = OrderLines.as_manager()

    class Meta:
        ordering = ("position",)
        indexes = [models.Index(fields=["variant"], name="order_line_wants", condition=Q(due__gt=F("shipped")) | Q(reserved__gt=0))]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_position_once"),
            models.CheckConstraint(name="at_hand_of_reserved", condition=Q(at_hand__gte=0, at_hand__lte=F("reserved"))),
            models.CheckConstraint(
                name="never_more_than_ordered",
                condition=models.Q(shipped__gte=0, shipped__lte=models.F("packed"), packed__lte=models.F("due")),
            ),
            models.CheckConstraint(
                name="never_more_than_shipped",
                condition=models.Q(
                    arrived__lte=models.F("shipped") - models.F("short"),
                    accepted__lte=models.F("arrived") - models.F("damaged"),
                    returned__lte=models.F("arrived"),
                    returned__gte=0,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number}/{self.position}"

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.order.customer

    @property
    def bought(self) -> OrderLine:
        """The line that the customer pays for these goods with: of what was sent again at no charge, the one that it makes good. What was
        taken in exchange has a price of its own."""
        is_free = self.replaces is not None and not self.price and self.variant_id == self.replaces.variant_id
        return self.replaces.bought if self.replaces and is_free else self

    @property
    def uncovered(self) -> Decimal:
        """How much of its goods is still to leave and reserved of nothing, where stock of them is kept."""
        return max(self.due - self.shipped - self.reserved, Decimal(0)) if self.from_stock else Decimal(0)

    @property
    def stands_for(self) -> str:
        """What it is sent for: makes another line good at no charge, or is sent in exchange for it; "" of what was ordered."""
        if self.replaces is None:
            return ""
        words = _("in exchange for line %(n)s") if self.price else _("makes line %(n)s good")
        return words % {"n": self.replaces.position}

    def named(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.name if language.startswith("zh") or not self.name_latin else self.name_latin


@operation("orders.open")
def open_from(confirmations: list[Confirmation], *, by: Actor) -> list[Order]:
    """Opens one order for each confirmation; the database keeps a second one of the same confirmation out."""
    orders, lines = begun(confirmations)
    put(orders, lines, by=by)
    tellings = [Telling(o, under=o.customer, values={"number": o.number, "contract": o.contract.number}) for o in orders]
    record_many(events.OPENED, tellings, by=by)
    return orders


def begun(confirmations: list[Confirmation]) -> tuple[list[Order], list[OrderLine]]:
    """The orders of these confirmations with their lines, as they begin; not stored yet."""
    given = numbers.take("order", len(confirmations))
    orders = [_order(number, confirmation) for number, confirmation in zip(given, confirmations, strict=True)]
    agreed: dict[int, list[ContractLine]] = defaultdict(list)
    rows = ContractLine.objects.filter(version__in=[confirmation.version_id for confirmation in confirmations])
    for row in rows.select_related("variant__product"):
        agreed[row.version_id].append(row)
    lines = [
        OrderLine(
            order=order, position=line.position, source=line, variant=line.variant, sku=line.sku, name=line.name,
            name_latin=line.name_latin, unit=line.unit, ordered=line.quantity, due=line.quantity, price=line.price, discount=line.discount,
            amount=line.amount,
        )
        for order in orders
        for line in agreed[order.confirmation.version_id]
    ]  # fmt: skip
    return orders, lines


def put(orders: list[Order], lines: list[OrderLine], *, by: Actor) -> None:
    """Stores new orders and their lines, their prices in the customers' memory on the day of each, and how they are found."""
    Order.objects.bulk_create(orders, batch_size=1000)
    OrderLine.objects.bulk_create(lines, batch_size=1000)
    held: dict[int, list[Noted]] = defaultdict(list)
    offered = given_by("version", (order.confirmation.version_id for order in orders))
    for line in lines:
        held[line.order_id].append(_noted(line, offered.get(line.order.confirmation.version_id, "")))
    days = {order.pk: timezone.localdate(order.opened_at) for order in orders}
    note_many([Memory(order.customer, order, held[order.pk], days[order.pk]) for order in orders], "order", by=by)
    index.keep([order.findable() for order in orders], are_new=True)


def noted(order: Order, *, by: Actor) -> None:
    """The customer's dealings say what the order holds now, each line on the day on which it was ordered, whatever changed since; an
    article at one price is one purchase, on however many lines it stands."""
    lines = order.lines.filter(due__gt=0, replaces=None).select_related("variant__product", "order", "source")
    confirmed = Confirmation.objects.valid().filter(version__in=[line.source.version_id for line in lines])
    days = dict(confirmed.values_list("version", "confirmed_at"))
    offered = given_by("version", days)
    held: dict[date, dict[tuple[int, Decimal, Decimal], Noted]] = defaultdict(dict)
    for line in lines:
        version = line.source.version_id
        on, said = timezone.localdate(days.get(version, order.opened_at)), _noted(line, offered.get(version, ""))
        key = (line.variant_id, said.price, said.discount)
        there = held[on].get(key)
        held[on][key] = replace(said, quantity=line.due + (there.quantity or 0)) if there else said
    restate(order, [Memory(order.customer, order, [*prices.values()], on) for on, prices in held.items()], "order", by=by)


def _noted(line: OrderLine, who: str) -> Noted:
    return Noted(line.variant.product, line.variant, line.price, line.order.currency, line.due, line.discount, who)


@operation("orders.undo")
def undo(orders: list[Order], *, by: Actor) -> list[Order]:
    """The confirmation was void: the order is as if never made. Its number stays given. Refused once something was packed."""
    for order in sorted(orders, key=lambda order: (order.customer_id, order.pk)):
        locked(order)
    for order in orders:
        if order.lines.filter(packed__gt=0).exists():
            words = _("Something of order %(number)s is packed or shipped: it is not voided any more.")
            raise Refused(words % {"number": order.number}, code="packed")
        end([order])
        Order.objects.filter(pk=order.pk).update(void_at=timezone.now())
        order.refresh_from_db()
        keep_terms(order)
    record_many(events.UNDONE, [Telling(o, under=o.customer, values={"number": o.number}) for o in orders], by=by)
    return orders


def _order(number: str, confirmation: Confirmation) -> Order:
    version = confirmation.version
    return Order(
        number=number, customer=version.contract.customer, contract=version.contract, confirmation=confirmation,
        currency=version.currency, total=version.total, promised_on=version.shipping_on, first_promised_on=version.shipping_on,
        po_number=version.po_number,
        delivery_address=version.delivery_address, consignee=version.consignee, consignee_phone=version.consignee_phone,
        **version.price_terms().columns(),
    )  # fmt: skip


def locked(order: Order) -> Order:
    """The order as it is now, its customer held and its row locked: whoever comes late reads what the first one wrote."""
    hold(order.customer_id)
    return Order.objects.select_for_update(of=("self",)).get(pk=order.pk)


def add_line(line: OrderLine, *, variant: Variant, quantity: Decimal, price: Decimal) -> OrderLine:
    """A line that makes another one good: a replacement at price 0, or what the customer takes in exchange. Under the order's lock."""
    order = line.order
    same = variant.pk == line.variant_id
    made = OrderLine.objects.create(
        order=order, position=1 + max(order.lines.values_list("position", flat=True)), source=line.source, variant=variant,
        sku=variant.sku, name=line.name if same else variant.full_name("zh-hans"),
        name_latin=line.name_latin if same else variant.full_name("en"), unit=line.unit if same else variant.product.unit,
        ordered=quantity, due=quantity, price=price,
        amount=line_amount(quantity, price, Decimal(0), order.currency), replaces=line,
    )  # fmt: skip
    keep_terms(order)
    return made


def keep_terms(order: Order) -> Order:
    """Recounts what is due of each line, its amount, and the order's total from the order as it began and its changes."""
    for pk, (due, amount) in terms(order).items():
        order.lines.filter(pk=pk).update(due=due, amount=amount)
    Order.objects.filter(pk=order.pk).update(total=total_of(order))
    order.refresh_from_db()
    return keep(order)


def terms(order: Order) -> dict[int, tuple[Decimal, Decimal]]:
    """{line id: (due, amount)}: ordered at the start and every change since; nothing of an order that is void."""
    moved = _sums(order, moved=exact_sum("moves__quantity"))["moved"]
    found = {}
    for line in order.lines.all():
        due = Decimal(0) if order.void_at else line.ordered + from_units(moved.get(line.pk, 0))
        found[line.pk] = (due, line_amount(due, line.price, line.discount, order.currency))
    return found


def costs_of(order: Order, *, amounts: Iterable[Decimal] | None = None, besides: Decimal | None = None) -> Costs:
    """What the order costs, part by part: the rounded amounts of its lines, charges, order discount, tax, and what was charged or
    taken off since (asked for, where they are not at hand); nothing of an order that is void."""
    if order.void_at:
        return summed([], order.price_terms().without_charges(), order.currency)
    if amounts is None:
        amounts = order.lines.values_list("amount", flat=True)
    if besides is None:
        besides = total(order.changes.values_list("adjustment", flat=True))
    return summed(amounts, order.price_terms(), order.currency, besides)


def total_of(order: Order) -> Decimal:
    """What the order costs: T."""
    return kept(costs_of(order).total)


def goods_of(order: Order) -> Decimal:
    """The value of its goods: the rounded amounts of its lines, without charges, order discount and tax."""
    return total(order.lines.values_list("amount", flat=True))


def worth(line: OrderLine, quantity: Decimal) -> Decimal:
    """What so much of a line cost the customer, at its net price with the tax that is added to it: what is taken off when it comes
    back. What was sent again is worth what it replaces. Charges and the order discount were agreed for the whole and stay."""
    amount = line_amount(quantity, line.bought.price, line.bought.discount, line.order.currency)
    return with_tax(amount, line.order.price_terms(), line.order.currency)


def keep(order: Order) -> Order:
    """Recounts the kept columns of an order and its lines from their facts. The only writer of them."""
    counted, production = counts(order), production_of(order)
    for line in order.lines.all():
        known = counted[line.pk]
        kept = {f.name: getattr(known, f.name) for f in fields(known)}
        OrderLine.objects.filter(pk=line.pk).update(state=line_state(line.due, known, production[line.pk]), **kept)
    flags = {"in_trouble": in_trouble(order), "is_overdue": is_overdue(order, clock.today()), "on_hold": on_hold(order)}
    state = order_state(order)
    Order.objects.filter(pk=order.pk).update(state=state, **flags, **({} if state == "complete" else {"let_go_at": None}))
    order.refresh_from_db()
    return order


def counts(order: Order) -> dict[int, Counts]:
    """{line id: what the facts say}. Reverse names: a register asks its units so."""
    gone = Q(packings__shipment__shipped_at__isnull=False)
    sums = _sums(order, packed=exact_sum("packings__quantity"), shipped=exact_sum("packings__quantity", only=gone))
    came = {"arrived": "received", "short": "short", "damaged": "damaged"}
    sums |= _sums(order, **{name: exact_sum(f"arrivals__{column}") for name, column in came.items()})
    sums |= _sums(order, returned=exact_sum("returns__received"))
    kept = _from_stock(order, sums["shipped"])
    if kept:
        held = "reservations__quantity"
        sums |= _sums(order, reserved=exact_sum(held), at_hand=exact_sum(held, only=ON_HAND))
    missing = set(order.lines.filter(goods__approved_at=None, goods__not_needed_at=None, goods__isnull=False).values_list("pk", flat=True))
    found = {}
    for pk in order.lines.values_list("pk", flat=True):
        own = {name: from_units(known.get(pk, 0)) for name, known in sums.items()}
        own |= {"accepted": own["arrived"] - own["damaged"]}
        found[pk] = Counts(**own, goods_ready=pk not in missing, from_stock=kept.get(pk, False))
    made_good = _made_good(order, found)
    return {pk: replace(known, made_good=made_good[pk]) for pk, known in found.items()}


def _from_stock(order: Order, shipped: dict[int, int]) -> dict[int, bool]:
    """{line id: whether something of it is still to leave} of the lines whose goods have a stock that is kept."""
    lines = order.lines.exclude(variant__stock_kind="always").values_list("pk", "due")
    return {pk: due > from_units(shipped.get(pk, 0)) for pk, due in lines}


def _sums(order: Order, **named: Coalesce) -> dict[str, dict[int, int]]:
    """{name: {line id: sum}} of rows of one kind, in one question; two kinds at once would count each row as often as the other has."""
    found = list(order.lines.order_by().values_list("pk").annotate(**{f"sum_{name}": asked for name, asked in named.items()}))
    return {name: {row[0]: row[at] for row in found} for at, name in enumerate(named, 1)}


def _made_good(order: Order, known: dict[int, Counts]) -> dict[int, Decimal]:
    """{line id: quantity answered}: a replacement as far as it is accepted or was itself made good, a refund once it is agreed (its
    money is the books'), any other resolution when it is done. More than was short or damaged is not owed."""
    answers: dict[int, list[tuple[Decimal, int | None]]] = defaultdict(list)
    settled = order.problems.filter(resolutions__agreed_at__isnull=False, line__isnull=False)
    rows = settled.values_list("line_id", "resolutions__quantity", "resolutions__new_line_id", "resolutions__done_at", "resolutions__kind")
    for line_id, quantity, new_line_id, done_at, kind in rows:
        if new_line_id is not None or done_at is not None or kind == "refund":
            answers[line_id].append((quantity, new_line_id))
    found: dict[int, Decimal] = {}
    for pk in sorted(known, reverse=True):  # what is sent again was made later than what it replaces
        given = [q if new is None else min(q, known[new].accepted + found[new]) for q, new in answers[pk]]
        found[pk] = min(sum(given, Decimal(0)), known[pk].short + known[pk].damaged)
    return found


def production_of(order: Order) -> dict[int, str]:
    """{line id: what the plan of its contract says of goods that no stock is kept of}: *to_come*, *running*, or "" where they are made, or
    nothing is to be made. Goods that came along from another order go on being made by the plan of theirs."""
    contracts = dict(order.lines.values_list("pk", "source__version__contract"))
    steps = Milestone.objects.filter(plan__contract__in=set(contracts.values()), code__in=PRODUCTION, skipped_at=None)
    left: dict[int, set[str]] = defaultdict(set)
    for contract, code in steps.filter(plan__confirmed_on__isnull=False, done_on=None).values_list("plan__contract", "code"):
        left[contract].add(code)
    return {pk: _production(left[contract]) for pk, contract in contracts.items()}


def _production(left: set[str]) -> str:
    return "" if "production_end" not in left else "to_come" if "production_start" in left else "running"


def made_for(order: Order) -> models.QuerySet[Contract]:
    """The contracts whose plans its goods follow: its own, and that of goods which came along from another order and are still made."""
    along = Q(versions__lines__in=order.lines.values("source"), plan__milestones__code="packed", plan__milestones__skipped_at=None)
    return Contract.objects.filter(Q(pk=order.contract_id) | along).distinct().order_by("pk")


def line_state(due: Decimal, known: Counts, production: str = "") -> str:
    """The state of one line, the first that holds."""
    if due == 0:
        return "cancelled"
    if known.accepted + known.made_good >= due:
        return "complete"
    if known.arrived + known.short >= due:
        return "arrived"
    if known.shipped == due:
        return "in_transit"
    return "part_shipped" if known.shipped > 0 else _before_it_leaves(due, known, production)


def _before_it_leaves(due: Decimal, known: Counts, production: str) -> str:
    """Waiting: it is covered, but not all of that is on hand; or it is being made. What is packed is there."""
    if production and not known.from_stock and known.packed < due:
        return "waiting" if production == "running" else "open"
    if known.from_stock and known.at_hand < due:
        return "waiting" if known.reserved >= due else "open"
    return "ready" if known.goods_ready else "open"


def order_state(order: Order) -> str:
    """The state of an order over its lines with something due."""
    lines = list(order.lines.exclude(due=0).values_list("due", "shipped", "state"))
    states = {state for _due, _shipped, state in lines}
    if not lines:
        return "cancelled"
    if states == {"complete"} and not order.problems.exclude(state__in=SETTLED).exists():
        return "complete"
    if states <= {"complete", "arrived"}:
        return "arrived"
    if all(shipped == due for due, shipped, _state in lines):
        return "in_transit"
    if any(shipped for _due, shipped, _state in lines):
        return "part_shipped"
    return "ready" if states == {"ready"} else "waiting" if "waiting" in states else "open"


def in_trouble(order: Order) -> bool:
    """A critical or major problem is open, a shipment is in exception, or a shortage or damage is not made good."""
    return (
        order.problems.filter(severity__in=("critical", "major")).exclude(state__in=SETTLED).exists()
        or order.shipments.filter(tracking_state="exception", arrived_at=None, cancelled_at=None).exists()
        or order.lines.filter(made_good__lt=F("short") + F("damaged")).exists()
    )


def on_hold(order: Order) -> bool:
    """Something stops the goods: money that is not in, a person, or goods data that a shipment waits for: nobody overrode it, or it was
    asked for again since."""
    held = order.holds.filter(lifted_at=None).exclude(kind="documents")
    here = order.shipments.filter(shipped_at=None, cancelled_at=None)
    return held.exists() or here.filter(LACKS_GOODS_DATA).exists()


def carried(orders: Iterable[Order]) -> dict[int, tuple[bool, str]]:
    """{contract id: (arrival at the door was promised, how the goods are carried)}, as it was confirmed last."""
    rows = Confirmation.objects.valid().filter(version__contract__in=[o.contract_id for o in orders]).order_by("id")
    said = rows.values_list("version__contract_id", "version__arrival_on", "version__carriage")
    return {contract: (arrival is not None, mode) for contract, arrival, mode in said}


def is_overdue(order: Order, today: date) -> bool:
    """The shipping date is over and a line has not left in full, or the day of arrival and one has not arrived."""
    return order.promised_on is not None and order.promised_on < today and order.pk in _overdue(Order.objects.filter(pk=order.pk), today)


def _overdue(orders: models.QuerySet[Order], today: date) -> set[int]:
    """Those of which D is over, or A: where arrival was promised, D and as many days as the carrier takes."""
    lines = OrderLine.objects.filter(order__in=orders.filter(promised_on__lt=today), due__gt=0).exclude(state="complete")
    found = set(lines.filter(shipped__lt=F("due")).values_list("order", flat=True))
    coming = lines.filter(shipped=F("due"), arrived__lt=F("due") - F("short")).values("order")
    to_the_door = list(orders.filter(pk__in=coming, contract__versions__arrival_on__isnull=False).distinct())
    how = carried(to_the_door) if to_the_door else {}
    for order in to_the_door:
        by_arrival, mode = how.get(order.contract_id, (False, ""))
        if by_arrival and mode and order.promised_on and order.promised_on + timedelta(days=CARRIAGE[mode].value) < today:
            found.add(order.pk)
    return found


def flag_overdue() -> int:
    """The daily task: what the day brings to the date flags. An order at a time: none waits for another in a ring."""
    overdue = _overdue(Order.objects.all(), clock.today())
    flagged = set(Order.objects.filter(is_overdue=True).values_list("pk", flat=True))
    return sum(Order.objects.filter(pk=pk).update(is_overdue=pk in overdue) for pk in sorted(overdue ^ flagged))

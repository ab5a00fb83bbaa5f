"""The order: opened exactly once from a confirmation, its lines frozen. States and sums are kept beside the facts.

Quantities of a line: due `n`, packed `p`, shipped `s`, always 0 <= s <= p <= n. `keep()`
alone writes the kept columns; nobody sets a state.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.catalogue.products import Variant
from boothline.contracts.agreement import Contract, ContractLine
from boothline.contracts.establishment import Confirmation
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Refused
from boothline.core.money import amount_field, currency_field, price_field, quantity_field
from boothline.core.operations import operation
from boothline.core.privacy import ADDRESS, BOOKS, PERSON, PLAIN, REACH, tags
from boothline.core.records import Record
from boothline.customers.card import Contact, Customer
from boothline.customers.dealings import Noted, end, note
from boothline.documents import numbers
from boothline.orders import events
from boothline.timeline.history import Telling, record_many

STATES = {
    "open": gettext_lazy("open"),
    "ready": gettext_lazy("ready"),
    "part_shipped": gettext_lazy("part-shipped"),
    "in_transit": gettext_lazy("in transit"),
    "cancelled": gettext_lazy("cancelled"),
}


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
        """What a guest may see: the orders of their company."""
        return self.filter(customer_id=contact.customer_id)

    def for_list(self) -> Orders:
        """With what a list shows."""
        return self.select_related("customer", "contract", "customer__owner")

    def search(self, words: str, by: Actor) -> Orders:
        """By our number, the customer's PO number, or the customer."""
        found = models.Q(number__icontains=words) | models.Q(po_number__icontains=words)
        return self.filter(found | models.Q(customer__in=Customer.objects.all().search(words, by)))


class Order(Record):
    """One order of one customer. `promised_on` is the shipping date promised (D)."""

    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    confirmation = models.OneToOneField(Confirmation, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    currency = currency_field()
    total = amount_field()
    promised_on = models.DateField(null=True)
    po_number = models.CharField(max_length=60, blank=True, default="")
    delivery_address = models.CharField(max_length=400, blank=True, default="")
    consignee = models.CharField(max_length=100, blank=True, default="")
    consignee_phone = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=16, default="open", choices=list(STATES.items()))
    void_at = models.DateTimeField(null=True)
    extra = models.JSONField(default=dict)
    privacy = tags(
        number=PLAIN, currency=PLAIN, po_number=BOOKS, delivery_address=ADDRESS, consignee=PERSON, consignee_phone=REACH,
        state=PLAIN, extra=BOOKS,
    )  # fmt: skip

    objects = Orders.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="order_newest"),
            models.Index(fields=["customer"], name="order_customer"),
        ]

    def __str__(self) -> str:
        return self.number


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
    due = quantity_field()
    price = price_field()
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    amount = amount_field()
    packed = quantity_field(default=Decimal(0))
    shipped = quantity_field(default=Decimal(0))
    goods_ready = models.BooleanField(default=False)
    state = models.CharField(max_length=16, default="open", choices=list(STATES.items()))
    privacy = tags(sku=PLAIN, name=PLAIN, name_latin=PLAIN, unit=PLAIN, state=PLAIN)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_position_once"),
            models.CheckConstraint(
                name="never_more_than_ordered",
                condition=models.Q(shipped__gte=0, shipped__lte=models.F("packed"), packed__lte=models.F("due")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number}/{self.position}"

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.order.customer

    def named(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.name if language.startswith("zh") or not self.name_latin else self.name_latin


@operation("orders.open")
def open_from(confirmations: list[Confirmation], *, by: Actor) -> list[Order]:
    """Opens one order for each confirmation; the database keeps a second one of the same confirmation out."""
    given = numbers.take("order", len(confirmations))
    orders = [_order(number, confirmation) for number, confirmation in zip(given, confirmations, strict=True)]
    Order.objects.bulk_create(orders)
    lines = [
        OrderLine(
            order=order, position=line.position, source=line, variant=line.variant, sku=line.sku, name=line.name,
            name_latin=line.name_latin, unit=line.unit, due=line.quantity, price=line.price, discount=line.discount,
            amount=line.amount,
        )
        for order in orders
        for line in order.confirmation.version.lines.select_related("variant__product")
    ]  # fmt: skip
    OrderLine.objects.bulk_create(lines)
    for order in orders:
        note(order.customer, "order", order, [_noted(line) for line in lines if line.order is order], by=by)
    tellings = [Telling(o, under=o.customer, values={"number": o.number, "contract": o.contract.number}) for o in orders]
    record_many(events.OPENED, tellings, by=by)
    return orders


def _noted(line: OrderLine) -> Noted:
    return Noted(line.variant.product, line.variant, line.price, line.order.currency, line.due, line.discount)


@operation("orders.undo")
def undo(orders: list[Order], *, by: Actor) -> list[Order]:
    """The confirmation was void: the order is as if never made. Its number stays given. Refused once something was packed."""
    for order in orders:
        locked(order)
        if order.lines.filter(packed__gt=0).exists():
            words = _("Something of order %(number)s is packed or shipped: it is not voided any more.")
            raise Refused(words % {"number": order.number}, code="packed")
        order.lines.update(due=0)
        end([order])
        Order.objects.filter(pk=order.pk).update(void_at=timezone.now())
        keep(order)
    record_many(events.UNDONE, [Telling(o, under=o.customer, values={"number": o.number}) for o in orders], by=by)
    return orders


def _order(number: str, confirmation: Confirmation) -> Order:
    version = confirmation.version
    return Order(
        number=number, customer=version.contract.customer, contract=version.contract, confirmation=confirmation,
        currency=version.currency, total=version.total, promised_on=version.shipping_on, po_number=version.po_number,
        delivery_address=version.delivery_address, consignee=version.consignee, consignee_phone=version.consignee_phone,
    )  # fmt: skip


def locked(order: Order) -> Order:
    """The order, its row locked on PostgreSQL: whoever comes late reads what the first one wrote."""
    return Order.objects.select_for_update(of=("self",)).get(pk=order.pk)


def keep(order: Order) -> Order:
    """Recounts the kept columns of an order and its lines from their facts. The only writer of them."""
    counted = counts(order)
    for line in order.lines.all():
        packed, shipped, ready = counted[line.pk]
        state = line_state(line.due, shipped, ready)
        OrderLine.objects.filter(pk=line.pk).update(packed=packed, shipped=shipped, goods_ready=ready, state=state)
    Order.objects.filter(pk=order.pk).update(state=order_state(order))
    order.refresh_from_db()
    return order


def counts(order: Order) -> dict[int, tuple[Decimal, Decimal, bool]]:
    """{line id: (packed, shipped, goods data ready)} as the facts say it. Reverse names: a register asks its units so."""
    packed = dict(order.lines.values_list("pk").annotate(n=exact_sum("packings__quantity")))
    gone = models.Q(packings__shipment__shipped_at__isnull=False)
    shipped = dict(order.lines.filter(gone).values_list("pk").annotate(n=exact_sum("packings__quantity")))
    missing = set(order.lines.filter(goods__approved_at=None, goods__not_needed_at=None, goods__isnull=False).values_list("pk", flat=True))
    return {
        pk: (from_units(packed.get(pk, 0)), from_units(shipped.get(pk, 0)), pk not in missing)
        for pk in order.lines.values_list("pk", flat=True)
    }


def line_state(due: Decimal, shipped: Decimal, ready: bool) -> str:
    """The state of one line, from its due and shipped quantities and its goods data."""
    if due == 0:
        return "cancelled"
    if shipped == due:
        return "in_transit"
    if shipped > 0:
        return "part_shipped"
    return "ready" if ready else "open"


def order_state(order: Order) -> str:
    """The state of an order over its lines with something due."""
    lines = list(order.lines.exclude(due=0).values_list("due", "shipped", "goods_ready"))
    if not lines:
        return "cancelled"
    if all(shipped == due for due, shipped, _ready in lines):
        return "in_transit"
    if any(shipped for _due, shipped, _ready in lines):
        return "part_shipped"
    return "ready" if all(ready for _due, _shipped, ready in lines) else "open"

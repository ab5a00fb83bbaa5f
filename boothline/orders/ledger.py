"""The ledger 订单管理台账: what its rows show besides themselves, a row an order or a row a line. It only reads.

Each answer is added to the query of the rows where somebody chose its column, so a list costs the same for 3 and for 30 rows.
`at` is the row's way to its order: "pk" of an order, "order_id" of a line.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from boothline.accounts.people import User
from boothline.accounts.rights import where
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.privacy import covered, masked
from boothline.core.told import told
from boothline.customers.card import Contact, ContactPoint, Customer
from boothline.customers.items import CustomerItem
from boothline.customers.rights import owned
from boothline.followups.steps import NextStep
from boothline.orders.goods import GoodsItem
from boothline.orders.problems import Problem
from boothline.orders.register import SETTLED, Order, OrderLine, OrderLines
from boothline.orders.reservations import Reservation
from boothline.orders.shipments import Shipment, ShipmentLine

Needs = Callable[[Any, Actor], Any]
Sums = dict[str, dict[str, Decimal]]


def with_person(at: str) -> Needs:
    """The customer's first contact and phone number; it is masked for who is not at home there."""
    customer = "customer" if at == "pk" else "order__customer"

    def add(rows: Any, by: Actor) -> Any:
        if "open_to_me" in rows.query.annotations:
            return rows
        people = Contact.objects.filter(customer=OuterRef(customer)).order_by("id")
        ways = ContactPoint.objects.filter(contact__customer=OuterRef(customer), kind="phone").order_by("contact_id", "id")
        mine = Customer.objects.filter(owned(by), where(by, "customers.unmask") or Q(), pk=OuterRef(customer))
        return rows.annotate(
            first_contact=Subquery(people.values("name")[:1]), first_phone=Subquery(ways.values("value")[:1]), open_to_me=Exists(mine)
        )

    return add


def phone_of(row: Any) -> str:
    """Of a row that was asked `with_person`."""
    value = row.first_phone or ""
    return value if row.open_to_me else masked(value)


def with_home(at: str) -> Needs:
    """Whether one reads where the customer is: who works with them, or on their orders."""
    customer = "customer" if at == "pk" else "order__customer"

    def add(rows: Any, by: Actor) -> Any:
        theirs = Customer.objects.filter(where(by, "customers.unmask") or Q(), pk=OuterRef(customer))
        return rows.annotate(reads_place=Exists(theirs))

    return add


def place_of(row: Any) -> str:
    """Where its goods go, of a row that was asked `with_home`."""
    order = row if isinstance(row, Order) else row.order
    return order.delivery_address if row.reads_place else covered(order.delivery_address)


def with_clerk(at: str) -> Needs:
    """The order clerk who sees to the customer's team."""
    team = "customer__team" if at == "pk" else "order__customer__team"

    def add(rows: Any, by: Actor) -> Any:
        clerks = User.objects.filter(is_active=True, held_roles__role="clerk").order_by("id").values("name")
        return rows.annotate(clerk_name=Coalesce(Subquery(clerks.filter(team=OuterRef(team))[:1]), Subquery(clerks[:1])))

    return add


def with_step(at: str) -> Needs:
    """What the customer's next step says."""
    customer = "customer" if at == "pk" else "order__customer"

    def add(rows: Any, by: Actor) -> Any:
        steps = NextStep.objects.open().filter(customer=OuterRef(customer)).order_by("due_on", "id")
        return rows.annotate(step_what=Subquery(steps.values("what")[:1]), step_values=Subquery(steps.values("values")[:1]))

    return add


def step_of(row: Any) -> str:
    """Of a row that was asked `with_step`, in the reader's language."""
    return "" if not row.step_what else row.step_what if row.step_values is None else told(row.step_what, row.step_values)


def with_item(rows: Any, by: Actor) -> Any:
    """What the customer calls the article of a line."""
    if "item_number" in rows.query.annotations:
        return rows
    items = CustomerItem.objects.filter(customer=OuterRef("order__customer"), variant=OuterRef("variant"))
    return rows.annotate(item_number=Subquery(items.values("number")[:1]), item_barcode=Subquery(items.values("barcode")[:1]))


def with_delivery(at: str) -> Needs:
    """The day on which the next shipment is to leave: of the order, or with this line."""

    def add(rows: Any, by: Actor) -> Any:
        if at == "pk":
            coming = Shipment.objects.filter(order=OuterRef("pk"), shipped_at=None, cancelled_at=None)
            return rows.annotate(leaves_on=Subquery(coming.order_by("planned_on").values("planned_on")[:1]))
        parts = ShipmentLine.objects.filter(line=OuterRef("pk"), shipment__shipped_at=None, shipment__cancelled_at=None)
        return rows.annotate(leaves_on=Subquery(parts.order_by("shipment__planned_on").values("shipment__planned_on")[:1]))

    return add


def with_goods(at: str) -> Needs:
    """How many pieces of goods data are in order, of how many: of the order, or of this line."""

    def add(rows: Any, by: Actor) -> Any:
        one = "line__order" if at == "pk" else "line"
        items = GoodsItem.objects.filter(**{one: OuterRef("pk")}).order_by()
        done = items.filter(Q(approved_at__isnull=False) | Q(not_needed_at__isnull=False))
        return rows.annotate(goods_all=_count(items, one), goods_done=_count(done, one))

    return add


def goods_of(row: Any) -> str:
    """x/y of a row that was asked `with_goods`; nothing where nothing is asked for."""
    return f"{row.goods_done or 0}/{row.goods_all}" if row.goods_all else ""


def with_problem(at: str) -> Needs:
    """The latest open problem: of the order, or of this line and of the whole order."""

    def add(rows: Any, by: Actor) -> Any:
        about = Problem.objects.filter(order=OuterRef(at)).exclude(state__in=SETTLED)
        if at != "pk":
            about = about.filter(Q(line=OuterRef("pk")) | Q(line=None))
        return rows.annotate(problem_number=Subquery(about.order_by("-id").values("number")[:1]))

    return add


def with_line_expected(rows: Any, by: Actor) -> Any:
    """The day on which the last of what this line waits for is expected from a supplier."""
    waits = Reservation.objects.filter(line=OuterRef("pk"), line__reserved__gt=F("line__at_hand"), purchase_line__isnull=False)
    still = waits.order_by().values("purchase_line").annotate(n=exact_sum("quantity")).filter(n__gt=0)
    days = still.order_by("-purchase_line__expected_on").values("purchase_line__expected_on")
    return rows.annotate(goods_expected_on=Subquery(days[:1]))


def with_promise(rows: OrderLines) -> OrderLines:
    """The promised day beside the line, to sort by."""
    return rows.annotate(promised_on=F("order__promised_on"))


def order_sums(rows: QuerySet[Order], shown: set[str]) -> Sums:
    """What the orders of a list come to, each currency for itself."""
    return _sums(Order.objects.filter(pk__in=rows.order_by().values("pk")), "currency", "total") if "amount" in shown else {}


def line_sums(rows: QuerySet[OrderLine], shown: set[str]) -> Sums:
    """What the lines of a list come to."""
    lines = OrderLine.objects.filter(pk__in=rows.order_by().values("pk"))
    return _sums(lines, "order__currency", "amount") if "amount" in shown else {}


def _sums(rows: QuerySet[Any], currency: str, column: str) -> Sums:
    found = rows.order_by().values_list(currency).annotate(units=exact_sum(column, 2))
    return {code: {"amount": from_units(units, 2)} for code, units in found}


def _count(rows: QuerySet[Any], one: str) -> Subquery:
    return Subquery(rows.values(one).annotate(n=Count("pk")).values("n")[:1])

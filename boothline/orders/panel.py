"""What this type shows on a customer's page and on the board: orders."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Case, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boothline.catalogue.products import Variant
from boothline.contracts import progress
from boothline.contracts.agreement import Contract
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.memo import once
from boothline.customers.board import Fact
from boothline.customers.card import Customer, Customers
from boothline.orders.compensation import CompensationClaim
from boothline.orders.lists import SEVERITIES
from boothline.orders.problems import Problem
from boothline.orders.register import SETTLED, Order
from boothline.orders.reservations import rest_of_purchases, wanting


def orders(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any and one may see them."""
    if not by.has("orders.see"):
        return None
    found = list(Order.objects.visible_to(by).filter(customer=customer, void_at=None, merged_into=None).for_list().order_by("-id")[:3])
    return {"orders": found} if found else None


def problems(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """Three of them: those that are open first, then the newest. Nothing where there never was one."""
    found = _problems(customer, by)[:3]
    return {"problems": found} if found else None


def trouble(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """In the head: the problem that is open, the gravest first, who sees to it, and how many more there are."""
    still = [problem for problem in _problems(customer, by) if problem.state not in SETTLED]
    worst = min(still, key=lambda one: list(SEVERITIES).index(one.severity), default=None)
    return {"problem": worst, "more": len(still) - 1} if worst else None


def _problems(customer: Customer, by: Actor) -> list[Problem]:
    """Those that are open first, then the newest; asked once for all that a page shows of them."""
    if not by.has("orders.see"):
        return []
    theirs = Problem.objects.visible_to(by).filter(order__customer=customer)
    is_open = Case(When(pk__in=Problem.objects.open().values("pk"), then=0), default=1)
    return once(f"orders.problems.{customer.pk}", lambda: list(theirs.for_list().order_by(is_open, "-id")[:MOST]))


def of_contract(contract: Contract, by: Actor) -> dict[str, Any] | None:
    """The order that was opened from it and stands; several, where it was split."""
    if not by.has("orders.see"):
        return None
    found = list(Order.objects.visible_to(by).filter(contract=contract, void_at=None).order_by("pk"))
    return {"orders": found} if found else None


def plan_of(order: Order, by: Actor) -> dict[str, Any] | None:
    """The milestones, which go on under the order; what is noted there leads back to it. What was merged goes by another plan."""
    if order.merged_into_id:
        return None
    shown = progress.panel(order.contract, by)
    return shown | {"back": f"{reverse('order', args=[order.number])}#plan"} if shown else None


LEDGERS = ("orders", "order-lines")


def by_line(page: Any, by: Actor) -> dict[str, Any] | None:
    """The switch between a row an order and a row a line; what both can be asked goes along."""
    if page.name not in LEDGERS:
        return None
    query = page.asked.query.copy()
    for name in ("view", "columns", "density", "after", "line", "sort", "product"):
        query.pop(name, None)
    for name in [name for name in query if not query[name]]:
        del query[name]
    return {"is_by_line": page.name == "order-lines", "same": query.urlencode()}


def to_claims(page: Any, by: Actor) -> dict[str, Any] | None:
    """Over the list of problems: what is claimed for them from others."""
    return {"count": CompensationClaim.objects.visible_to(by).standing("open").count()} if page.name == "problems" else None


MOST = 20
OVER = ("complete", "cancelled")  # no business that is open


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The order to look at first, in trouble or else the newest; of several how many; and what those that are open come to together."""
    held: dict[int, list[Order]] = defaultdict(list)
    for order in (
        Order.objects.visible_to(by).filter(customer__in=ids, void_at=None, merged_into=None).order_by("-in_trouble", "-is_overdue", "-id")
    ):
        held[order.customer_id].append(order)
    return {pk: _fact(orders) for pk, orders in held.items()}


def _fact(orders: list[Order]) -> Fact:
    first, count = orders[0], len(orders)
    words = [str(first), _("in trouble") if first.in_trouble else first.get_state_display()]
    if count > 1:
        words.append(ngettext("%(num)s order in all", "%(num)s orders in all", count) % {"num": count})
    still = [o for o in orders if o.state not in OVER]
    currency = first.currency if first in still or not still else still[0].currency
    amounts = [o.total for o in still if o.currency == currency]
    return Fact(tuple(map(str, words)), sum(amounts, Decimal(0)) if amounts else None, currency)


def in_lane(rows: Customers, by: Actor) -> dict[str, Decimal]:
    """{currency: amount} of the orders of these customers that are open."""
    still = Order.objects.visible_to(by).filter(customer__in=rows.values("pk")).exclude(state__in=OVER).order_by()
    return {currency: from_units(units) for currency, units in still.values_list("currency").annotate(units=exact_sum("total")) if units}


def of_goods(variant: Variant, by: Actor) -> dict[str, Any] | None:
    """What is on its way of a variant, and which orders want it, the nearest promise first."""
    bought = list(rest_of_purchases([variant.pk]).get(variant.pk, {}).values()) if by.has("purchases.see") else []
    lines = wanting([variant.pk]).get(variant.pk, []) if variant.keeps_stock and by.has("orders.see") else []
    visible = set(Order.objects.visible_to(by).filter(pk__in=[line.order_id for line in lines]).values_list("pk", flat=True))
    seen = [line for line in lines if line.order_id in visible]
    return {"purchases": bought, "claims": seen, "hidden": len(lines) - len(seen), "may_buy": by.has("purchases.edit")}

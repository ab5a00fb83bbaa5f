"""Who is asked to buy: as soon as neither stock nor a purchase covers what an order wants, whoever buys has a step for today. It follows
what is missing, and is done once everything is covered. Whether it is bought or made, somebody has to begin: what is being made for the
order, its material in or its production begun, is not bought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.contracts.milestones import PRODUCTION, Milestone
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.money import trimmed
from boothline.customers.doing import doing, let_in
from boothline.followups.steps import Desk, NextStep, Plan, done, drop, plan_many, seen_at_once, worked_at
from boothline.orders.register import Order, OrderLine
from boothline.worktime.calendar import add_workdays

MAKES = ("material", *PRODUCTION)  # done, goods of the order are being made
BUY = worked_at(
    seen_at_once(gettext_noop("buy what %(number)s lacks: %(lines)s")), Desk(gettext_lazy("Open the order"), "order", "number", "box")
)


def ask_to_buy(orders: Iterable[Order], *, by: Actor) -> None:
    """Whoever buys has a step for each of these orders that lacks something, and none for the others."""
    by_number = {order.number: order for order in orders}
    lacks = _lacks(by_number.values())
    asked = set()
    for step in NextStep.objects.open().filter(what=BUY, values__number__in=list(by_number)).select_related("customer"):
        number = (step.values or {})["number"]
        if lacks.get(number) == (step.values or {})["lines"]:
            asked.add(number)
        elif number not in lacks and by.kind == "user":
            done(step, by=by.trusted())
        else:
            drop([step], by=by.trusted())
    plans, pairs = [], []
    for number in sorted(lacks.keys() - asked):
        customer, buyer = by_number[number].customer, doing(by_number[number].customer, "B")
        pairs += [(customer, buyer)] if buyer else []
        values = {"number": number, "lines": lacks[number]}
        plans.append(Plan(customer, BUY, add_workdays(clock.today(), 0), owner=buyer, kind="do", values=values))
    if plans:
        let_in(pairs, by=by)
        plan_many(plans, by=by.trusted())


def _lacks(orders: Iterable[Order]) -> dict[str, list[str]]:
    """{order number: what of it nothing covers}."""
    made = Milestone.objects.filter(code__in=MAKES, done_on__isnull=False).values("plan__contract")
    lines = OrderLine.objects.filter(
        order__in=list(orders), order__void_at=None, from_stock=True, reserved__lt=F("due") - F("shipped")
    ).exclude(order__contract__in=made)
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines.select_related("order").order_by("order", "position"):
        found[line.order.number].append(f"{trimmed(line.uncovered)} × {line.sku}")
    return dict(found)

"""What this room shows on a fair's page: the way to its report, with the first figures."""

from __future__ import annotations

from typing import Any

from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.fairs.budget import cost_of, currency_of
from boothline.fairs.editions import Fair
from boothline.insights.met import customers_of


def of_fair(fair: Fair, by: Actor) -> dict[str, Any] | None:
    """For who may see the figures: how many customers were captured, and what is on record of cost and goals."""
    if not by.has("fairs.figures"):
        return None
    captured = customers_of(fair).filter(pk__in=Customer.objects.visible_to(by).order_by().values("pk")).count()
    lines = list(fair.budget.all())
    return {
        "fair": fair,
        "captured": captured,
        "cost": cost_of(lines),
        "currency": currency_of(lines),
        "goals": fair.goals.count(),
    }

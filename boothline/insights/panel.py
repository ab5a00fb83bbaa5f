"""What this room shows on a fair's page: the way to its report, with the first figures; its exhibits, with who was shown them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.fairs.budget import cost_of, currency_of
from boothline.fairs.editions import Fair
from boothline.insights.met import customers_of, shown_there
from boothline.visitors.solicitation import Capture


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


def exhibits(fair: Fair, by: Actor) -> dict[str, Any] | None:
    """The list of exhibits; of each, how many customers of the fair were shown the product there, and how many are interested in it.
    Counts are of the customers that one sees, so that each opens its list."""
    rows = list(fair.exhibits.select_related("variant__product").order_by("variant__sku"))
    if not rows and not by.has("fairs.edit"):
        return None
    mine = Customer.objects.visible_to(by).order_by().values("pk")
    ids = [row.variant.product_id for row in rows]
    shown = shown_there(fair).filter(product__in=ids, briefing__customer__in=mine).order_by()
    taken = Capture.objects.of_visitors().filter(fair=fair, customer__in=mine, interest__in=ids).order_by()
    briefed = dict(shown.values_list("product").annotate(n=Count("briefing__customer", distinct=True)))
    ticked = dict(taken.values_list("interest").annotate(n=Count("customer", distinct=True)))
    counted = [(row, briefed.get(row.variant.product_id, 0), ticked.get(row.variant.product_id, 0)) for row in rows]
    return {"fair": fair, "rows": counted, "may_edit": by.has("fairs.edit")}

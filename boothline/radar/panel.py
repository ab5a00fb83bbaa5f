"""What this room shows on the page of an order and beside it in the list of orders."""

from typing import Any

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Concat

from boothline.core.actors import Actor
from boothline.orders.register import Order
from boothline.radar.lists import RISKS
from boothline.radar.watch import Risk, endangered


def of_order(order: Order, by: Actor) -> dict[str, Any] | None:
    """Each risk: since when, who owes, who follows. Nothing where nothing is in danger."""
    found = endangered(order)
    return {"risks": found} if found else None


def with_risk(rows: Any, by: Actor) -> Any:
    """Adds what leads of each order to a list of orders."""
    own = Risk.objects.leading().filter(order=OuterRef("pk"))
    said = own.values(said=Concat(F("colour"), Value(" "), F("code"), output_field=CharField()))[:1]
    return rows.annotate(radar=Subquery(said))


def mark_of(order: Any) -> tuple[str, str] | None:
    """(mark, words) of a row that `with_risk` was asked for."""
    if not order.radar:
        return None
    colour, code = order.radar.split(" ")
    return f"radar_{colour}", str(RISKS[code])


def to_figures(page: Any, by: Actor) -> dict[str, Any] | None:
    """The way from the radar to how good it is."""
    return {} if page.name == "radar" else None

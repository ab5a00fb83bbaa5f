"""From an order that has arrived to the next one: the same again, in quantities of their own. A plain form, no script needed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from boothline.core.errors import Refused, together
from boothline.core.money import trimmed, typed_quantity
from boothline.orders.again import lines_again, order_again, wanted_again
from boothline.orders.register import Order, OrderLine
from boothline.portal.pages.door import faults_of
from boothline.portal.pages.orders import OrderPages


class OrderAgain(OrderPages):
    """What they want again; once they said so, what they asked for."""

    def get(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """The form, or what stands."""
        order = self.order(number)
        return self._form(order, {f"quantity_{line.pk}": trimmed(line.due) for line in lines_again(order)})

    def post(self, request: HttpRequest, grant: int, number: str) -> HttpResponse:
        """Asks for it."""
        order, typed = self.order(number), request.POST
        try:
            quantities: dict[int, Decimal | None] = {}
            together(*(partial(_read, line, typed, quantities) for line in lines_again(order)), partial(_day, typed))
            words = typed.get("words", "")
            order_again(order, by=self.guest.actor, quantities=quantities, wanted_on=_day(typed), words=words)
        except Refused as refused:
            if not refused.field:
                raise
            return self._form(order, typed, refused)
        return redirect("portal-order-again", grant=grant, number=number)

    def _form(self, order: Order, typed: Any, refused: Refused | None = None) -> HttpResponse:
        standing, lines, faults = wanted_again(order), lines_again(order), faults_of(refused)
        if standing is None and not lines:  # nothing of it is there yet
            return redirect("portal-order", grant=self.guest.grant.pk, number=order.number)
        asked = [line for line in standing.intention.lines.select_related("variant__product") if line.lost_at is None] if standing else []
        return self.say(
            "portal/again.html", status=422 if faults else 200, order=order, standing=standing, asked=asked, lines=lines, typed=typed,
            faults=faults, at_fields=["wanted_on", *(f"quantity_{line.pk}" for line in lines)],
        )  # fmt: skip


def _read(line: OrderLine, typed: Any, quantities: dict[int, Decimal | None]) -> None:
    """What was typed of a line; nothing is not wanted this time."""
    field = f"quantity_{line.pk}"
    text = typed.get(field, "").strip()
    quantities[line.pk] = typed_quantity(text, line.unit) if text else None
    if text and quantities[line.pk] is None:
        raise Refused(_("Write the quantity as a number, such as 200."), field=field)


def _day(typed: Any) -> date | None:
    text = typed.get("wanted_on", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Refused(_("Enter a day."), field="wanted_on") from wrong

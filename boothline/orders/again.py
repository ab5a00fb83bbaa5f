"""Order again 再次订购: of an order that has arrived the customer wants the same once more, in quantities of their own.

What they ask for is an open intention of theirs (301), with what was collected for them last; their owner has a step to make them an
offer until a contract takes it over (`intentions.offers`). A price is nobody's to promise before. As long as that intention goes on,
asking once more is the same wish.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from django.db import models
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, together
from boothline.core.money import check_quantity
from boothline.core.operations import operation
from boothline.core.privacy import WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean
from boothline.customers.card import Contact
from boothline.intentions.collection import collect_as_before
from boothline.intentions.products import Intention, Wish, amounts, open_intention
from boothline.orders import events
from boothline.orders.register import Order, OrderLine, locked
from boothline.timeline.history import record

GOING_ON = ("open", "in_contract")  # states of the intention


class Reorder(Record):
    """That a contact wants an order again: by when, and what they say to it. What and how much is in the intention."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reorders")
    intention = models.ForeignKey(Intention, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    wanted_on = models.DateField(null=True)
    words = models.TextField(blank=True, default="")
    privacy = tags(words=WORDS)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.order.number


def lines_again(order: Order) -> list[OrderLine]:
    """What of it may be wanted again: ordered, no replacement, and still offered. Nothing before the goods are there."""
    if order.state not in ("arrived", "complete") or order.void_at:
        return []
    lines = order.lines.filter(due__gt=0, replaces=None, variant__product__retired_at=None)
    return list(lines.select_related("variant__product").order_by("position"))


def wanted_again(order: Order) -> Reorder | None:
    """The wish that goes on, if there is one."""
    return order.reorders.filter(intention__state__in=GOING_ON).select_related("intention", "contact").order_by("-id").first()


@operation("orders.order_again")
def order_again(
    order: Order, *, by: Actor, quantities: Mapping[int, Decimal | None], wanted_on: date | None = None, words: str = ""
) -> Reorder:
    """They want it again: {line id: quantity}; a line without one is not wanted this time. Asked twice, the first wish stands."""
    require(by, "orders.order_again", order)
    order = locked(order)
    standing = wanted_again(order)
    if standing:
        return standing
    lines = lines_again(order)
    if not lines:
        raise Refused(_("This order cannot be ordered again here. Please ask your contact."), code="not_again")
    wanted = [(line, quantity) for line in lines if (quantity := quantities.get(line.pk)) is not None and quantity != 0]
    together(
        *(partial(check_quantity, quantity, f"quantity_{line.pk}", line.unit) for line, quantity in wanted),
        partial(clock.check_ahead, wanted_on, "wanted_on"),
        partial(clock.check_near, wanted_on, "wanted_on"),
    )
    if not wanted:
        raise Refused(_("Choose at least one product, with its quantity."), field="wanted")
    wishes = [Wish(line.variant.product, line.variant, quantity=quantity, wanted_on=wanted_on) for line, quantity in wanted]
    intention = open_intention(order.customer, by=by.trusted(), wishes=wishes, currency=order.currency, source="reorder")
    collect_as_before(intention)
    contact = Contact.objects.filter(pk=by.id).first() if by.kind == "guest" and by.id else None
    made = Reorder.objects.create(order=order, intention=intention, contact=contact, wanted_on=wanted_on, words=clean(words, 2000))
    values = {"number": order.number, "products": amounts(list(intention.lines.all())), "words": made.words[:500]}
    record(events.ORDERED_AGAIN, subject=order, under=order.customer, by=by, values=values)
    return made

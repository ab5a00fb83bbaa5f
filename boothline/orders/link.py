"""The way to an order for its customer, at any time: who has lost a link, or never had one since they signed on paper, gets a new one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.customers.card import Contact
from boothline.links.grants import grant, mint
from boothline.orders import events
from boothline.orders.register import Order
from boothline.timeline.history import record


def whose(order: Order) -> Contact | None:
    """Whom an order is spoken about with: who confirmed it, else the customer's first person."""
    return order.confirmation.contact or order.customer.contacts.order_by("pk").first()


@operation("orders.link")
def make_link(order: Order, *, by: Actor) -> str:
    """A fresh address of the order, to hand over by chat. Shown once; addresses made earlier go on working."""
    require(by, "orders.link", order)
    contact = whose(order)
    if contact is None:
        raise Refused(_("The customer has no contact who could get a link. Add one first."), code="nobody")
    if order.void_at:
        raise Refused(_("This order is void: the customer never had it."), code="void")
    address = mint(grant(contact, by=by.trusted(), subject=order, purpose="order"), by=by.trusted())
    record(events.LINK_MADE, subject=order, under=order.customer, by=by, values={"to": contact.name})
    return address

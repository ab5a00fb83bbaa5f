"""Which rights this type enforces."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import HeldDuty
from boothline.accounts.rights import declare, scope
from boothline.core.actors import Actor


def is_theirs(by: Actor, record: Any) -> bool:
    """The guest belongs to the company whose order it is."""
    return record is not None and record.customer.pk == by.customer_id


def keeps_books(by: Actor, record: Any = None) -> bool:
    """Holds the duty finance; where nobody holds it, order clerks do its work."""
    if "finance" in by.duties:
        return True
    return "clerk" in by.roles and not HeldDuty.objects.filter(duty="finance", user__is_active=True).exists()


def where_keeps_books(by: Actor) -> Q:
    """The same as a condition on customers."""
    return Q(pk__isnull=False) if keeps_books(by) else Q(pk__in=[])  # an empty Q would be lost beside another scope


def register() -> None:
    """Declares them."""
    scope("by_duty", keeps_books, where_keeps_books)
    scope("if_duty", keeps_books, where_keeps_books, by_setting=True)
    declare("orders.see", _("see orders"), sales="all", clerk="all", manager="all", admin="all")
    declare("orders.change", _("change orders"), clerk="all", manager="all")
    declare("orders.link", _("make a link to an order, to hand it over by chat"), sales="own", clerk="all", manager="all")
    declare("orders.unlock", _("lift what a person stopped"), clerk="all", manager="all")
    declare("orders.lift_money", _("let goods or documents go before they are paid"), clerk="by_duty", manager="all")
    declare("goods.submit", _("hand in goods data"), sales="own", clerk="all", manager="all")
    declare("goods.approve", _("approve goods data"), clerk="all", manager="all")
    declare("shipments.plan", _("plan shipments"), clerk="all", manager="all")
    declare("shipments.release", _("release, pack and ship"), clerk="all", manager="all")
    declare("orders.override_gate", _("release goods without data"), manager="all")
    declare("stock.reserve", _("reserve stock for orders"), clerk="all", manager="all")
    declare("purchases.see", _("see purchases"), sales="all", clerk="all", manager="all", admin="all")
    declare("purchases.edit", _("enter and change purchases"), clerk="all", manager="all")
    declare("purchases.arrive", _("count what came of purchases"), clerk="all", manager="all")
    declare("arrivals.record", _("record arrivals and returns"), clerk="all", manager="all")
    declare("arrivals.sign", _("sign for goods as the customer"), guests=is_theirs)
    declare("orders.order_again", _("order again as the customer"), guests=is_theirs)
    declare("problems.report", _("report problems with orders"), sales="own", clerk="all", manager="all", guests=is_theirs)
    declare("problems.work", _("work on problems with orders"), sales="own", clerk="all", manager="all")
    declare("problems.answer", _("answer about problems as the customer"), guests=is_theirs)

"""Which rights this type enforces."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare
from boothline.core.actors import Actor


def is_theirs(by: Actor, record: Any) -> bool:
    """The guest belongs to the company whose order it is."""
    return record is not None and record.customer.pk == by.customer_id


def register() -> None:
    """Declares them."""
    declare("orders.see", _("see orders"), sales="all", clerk="all", manager="all", admin="all")
    declare("goods.submit", _("hand in goods data"), sales="own", clerk="all", manager="all")
    declare("goods.approve", _("approve goods data"), clerk="all", manager="all")
    declare("shipments.plan", _("plan shipments"), clerk="all", manager="all")
    declare("shipments.release", _("release, pack and ship"), clerk="all", manager="all")
    declare("orders.override_gate", _("release goods without data"), manager="all")
    declare("arrivals.record", _("record arrivals and returns"), clerk="all", manager="all")
    declare("arrivals.sign", _("sign for goods as the customer"), guests=is_theirs)
    declare("problems.report", _("report problems with orders"), sales="own", clerk="all", manager="all", guests=is_theirs)
    declare("problems.work", _("work on problems with orders"), sales="own", clerk="all", manager="all")
    declare("problems.answer", _("answer about problems as the customer"), guests=is_theirs)

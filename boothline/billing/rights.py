"""Which rights this room enforces. *By duty*: who holds finance; where nobody does, order clerks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare
from boothline.core.actors import Actor
from boothline.customers.card import Customer


def is_theirs(by: Actor, record: Any) -> bool:
    """The guest speaks for their own company."""
    return isinstance(record, Customer) and record.pk == by.customer_id


def register() -> None:
    """Declares them."""
    declare("billing.see", _("see what orders cost and what was paid"), sales="all", clerk="all", manager="all", admin="all")
    declare("receipts.record", _("record receipts and use credits"), clerk="by_duty", manager="if_duty")
    declare("receipts.announce", _("announce payments as the customer"), guests=is_theirs)
    declare("refunds.propose", _("prepare and pay refunds"), clerk="by_duty", manager="if_duty")
    declare("credits.talk", _("note what a customer wishes about a credit"), sales="own", clerk="all", manager="all")
    declare("targets.set", _("set the targets of a month"), manager="all")

"""Which rights this room enforces."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare
from boothline.core.actors import Actor
from boothline.customers.card import Customer


def is_theirs(by: Actor, record: Any) -> bool:
    """The guest belongs to the company; what was told or asked of one person is that person's."""
    if isinstance(record, Customer):
        return record.pk == by.customer_id
    return record is not None and record.contact_id == by.id


def register() -> None:
    """Declares them."""
    declare("complaints.see", _("see complaints and surveys"), sales="all", clerk="all", manager="all", admin="all")
    declare("complaints.receive", _("record complaints"), sales="all", clerk="all", manager="all", guests=is_theirs)
    declare("complaints.work", _("work on complaints"), sales="own", clerk="all", manager="all")
    declare("complaints.evaluate", _("evaluate complaints"), manager="all")
    declare("complaints.answer", _("say as the customer whether a complaint is settled"), guests=is_theirs)
    declare("surveys.send", _("send surveys"), sales="own", clerk="all", manager="all")
    declare("surveys.answer", _("answer surveys as the customer"), guests=is_theirs)

"""Which rights this room enforces."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare
from boothline.core.actors import Actor


def is_theirs(by: Actor, record: Any) -> bool:
    """An invitation is the person's to whom it went."""
    return record is not None and record.contact_id == by.id


def register() -> None:
    """Declares them."""
    declare("fairs.see", _("see fairs"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("fairs.edit", _("edit fairs"), manager="all", admin="all")
    declare("appointments.edit", _("book appointments"), booth="captured", sales="all", clerk="all", manager="all")
    declare("fairs.figures", _("see the figures, goals and budgets of fairs"), manager="all", admin="all")
    declare("invitations.see", _("see invitations to fairs"), sales="all", clerk="all", manager="all", admin="all")
    declare("invitations.send", _("invite to fairs"), sales="own", manager="all")
    declare("invitations.answer", _("answer an invitation as the customer"), guests=is_theirs)

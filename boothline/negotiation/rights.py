"""Which rights this type enforces."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare
from boothline.core.actors import Actor


def is_of_customer(by: Actor, briefing: Any) -> bool:
    """The guest belongs to the company that it was sent to."""
    return briefing is not None and briefing.customer_id == by.customer_id


def register() -> None:
    """Declares them."""
    declare("briefings.see", _("see briefings"), sales="all", clerk="all", manager="all", admin="all")
    declare("briefings.edit", _("record briefings"), sales="own", manager="all")
    declare("objections.see", _("see objections"), sales="all", clerk="all", manager="all", admin="all")
    declare("objections.edit", _("record objections"), sales="own", manager="all")
    declare("plans.edit", _("plan the answer to an objection"), sales="own", manager="all")
    declare("briefings.answer", _("answer a briefing as the customer"), guests=is_of_customer)

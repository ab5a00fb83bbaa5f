"""Which rights this type enforces."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare, scope
from boothline.core.actors import Actor
from boothline.intentions.requirements import Requirement


def is_of_customer(by: Actor, expansion: Any) -> bool:
    """The guest belongs to the company that it was sent to."""
    return expansion is not None and expansion.customer_id == by.customer_id


def answers(by: Actor, asked: Any) -> bool:
    """It was given to them to answer."""
    return bool(asked.answered_by_id == by.id)


def where_answers(by: Actor) -> Q:
    """The same as a condition on customers."""
    return Q(pk__in=Requirement.objects.filter(answered_by=by.id).values("intention__customer"))


def register() -> None:
    """Declares them."""
    declare("intentions.see", _("see intentions"), sales="all", clerk="all", manager="all", admin="all")
    declare("intentions.edit", _("record intentions"), sales="own", manager="all")
    scope("answers", answers, where_answers)
    declare("requirements.answer", _("answer what customers require"), sales="own", clerk="answers", manager="all")
    declare("expansions.send", _("send expansion requests"), sales="own", manager="all")
    declare("expansions.override", _("send an expansion request while a problem is open"), manager="all")
    declare("expansions.answer", _("answer an expansion request as the customer"), guests=is_of_customer)

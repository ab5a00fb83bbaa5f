"""Which rights this room enforces, and what *own* means for anything that stands under a customer."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare, scope
from boothline.core.actors import Actor
from boothline.core.rules import declare as declare_rule
from boothline.customers import reach

OWNERS_PIN = declare_rule("customers.owners_pin", False, _("Owners may pin the type of their customers"))


def owns(by: Actor, record: Any) -> bool:
    """The customer is mine, or I collaborate."""
    customer = record.customer
    return customer.owner_id == by.id or any(one.user_id == by.id for one in customer.collaborators.all())  # they are few


def owned(by: Actor) -> Q:
    """The same as a condition on customers."""
    return reach.mine(by)


def owns_and_may_pin(by: Actor, record: Any) -> bool:
    """The customer is mine, and the company lets owners pin a type."""
    return OWNERS_PIN.value and owns(by, record)


def where_may_pin(by: Actor) -> Q:
    """The same as a condition on customers."""
    return owned(by) if OWNERS_PIN.value else Q(pk__in=[])


def register() -> None:
    """Declares them."""
    scope("own", owns, owned)
    declare("customers.see", _("see customers"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("customers.add", _("add customers"), booth="all", sales="all", clerk="all", manager="all", admin="all")
    declare("customers.edit", _("edit customers"), sales="own", manager="all", admin="all")
    declare("customers.merge", _("merge customers"), sales="own", manager="all", admin="all")
    declare("customers.assign", _("assign customers"), manager="all", admin="all")
    scope("if_allowed", owns_and_may_pin, where_may_pin, by_setting=True)
    declare("customers.pin", _("pin a type"), sales="if_allowed", manager="all", admin="all")
    declare("customers.unmask", _("see phone numbers and e-mail addresses"), sales="own", clerk="with_order", manager="all", admin="all")
    declare("history.see", _("see history"), sales="own", clerk="with_order", manager="all", admin="all")
    declare("key_accounts.see", _("see key accounts"), sales="all", clerk="all", manager="all", admin="all")
    declare("key_accounts.plan", _("plan key accounts, note their people and rivals"), sales="own", manager="all")
    declare("key_accounts.decide", _("decide who is a key account"), manager="all")

"""Which rights this room enforces. Every run is kept in the history."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import RIGHTS, declare, may, require, scope, where, who_holds
from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed
from boothline.core.text import phrase
from boothline.exchange.kinds import KINDS, OF_ORDERS


def is_of_orders(by: Actor, record: Any) -> bool:
    """It is of orders, receipts and shipments, and their own."""
    return bool(record.by_user_id == by.id)


def of_no_customer(by: Actor) -> Q:
    """The same as a condition on customers: nothing stands under one."""
    return Q(pk__in=[])


def brings_all(by: Actor) -> bool:
    """Whether whoever may import may import everything."""
    return may(by, "imports.run") and where(by, "imports.run") is None


def may_bring(by: Actor, kind: str) -> bool:
    """Whether they may import rows of this kind: whoever may make such records by hand, where their right to import goes so far."""
    return bool(KINDS[kind].right) and may(by, KINDS[kind].right) and (brings_all(by) or kind in OF_ORDERS)


def require_kind(by: Actor, kind: str) -> None:
    """Raises NotAllowed unless they may."""
    require(by, KINDS[kind].right)
    if not may_bring(by, kind):
        words = _now("You may import orders, receipts and shipments. Everything else is imported by %(who)s.")
        raise NotAllowed("imports.run", phrase(words, {"who": who_holds("imports.run", "all")}), who=RIGHTS["imports.run"].roles)


def register() -> None:
    """Declares them."""
    scope("of_orders", is_of_orders, of_no_customer)
    declare("imports.run", _("import files"), clerk="of_orders", manager="all", admin="all")
    declare("exports.run", _("export records"), sales="own", clerk="with_order", manager="all", admin="all")

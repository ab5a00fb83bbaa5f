"""A customer is always at least a visitor, so there is no condition. Booth staff see what they captured themselves; who took a
capture may mend it on the same day. Whom they meet by appointment they may work with like those."""

from typing import Any

from django.db.models import Q

from boothline.accounts.rights import scope
from boothline.core.actors import Actor
from boothline.customers import reach
from boothline.fairs.claim import is_met, where_met
from boothline.visitors.solicitation import captured_by, taken_today_by


def register() -> None:
    """The reach of booth staff, and their scope *captured*."""
    reach.open_way(_captured)
    scope("captured", is_captured, where_captured)
    scope("same_day", is_of_today, where_of_today)


def _captured(by: Actor) -> Q | None:
    return where_captured(by) if "booth" in by.roles else None


def where_captured(by: Actor) -> Q:
    """The same as a condition on customers."""
    return Q(pk__in=captured_by(by).values("customer_id")) | where_met(by)


def is_captured(by: Actor, record: Any) -> bool:
    """The customer was captured by this person at a running fair, or today; or they meet by appointment at a fair that is not over."""
    return captured_by(by).filter(customer_id=record.customer.pk).exists() or is_met(by, record)


def where_of_today(by: Actor) -> Q:
    """Customers whom this person captured today."""
    return Q(pk__in=taken_today_by(by).values("customer_id"))


def is_of_today(by: Actor, record: Any) -> bool:
    """This capture is their own, and of today."""
    return taken_today_by(by).filter(pk=record.pk).exists()

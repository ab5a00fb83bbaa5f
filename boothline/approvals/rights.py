"""Who may decide at all: managers and administrators, and whomever a rule names; which approvals, the turn of each says."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare, scope
from boothline.approvals.approval import Approval
from boothline.core.actors import Actor


def is_asked(by: Actor, record: Any) -> bool:
    """A rule of the company names them, their role or their duty, and it is their turn."""
    return Approval.objects.for_turn_of(by).filter(pk=record.pk).exists()


def where_asked(by: Actor) -> Q:
    """The same as a condition on customers."""
    return Q(pk__in=Approval.objects.for_turn_of(by).filter(under_kind="customer").values("under_id"))


def register() -> None:
    """Declares it."""
    scope("asked", is_asked, where_asked, by_setting=True)
    declare("approvals.decide", _("decide on approvals"), booth="asked", sales="asked", clerk="asked", manager="all", admin="all")

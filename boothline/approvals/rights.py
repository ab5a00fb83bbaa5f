"""Who may decide at all: managers and administrators, and whomever a rule names; which approvals, the turn of each says. Whoever asked
reads what became of it."""

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


def takes_part(by: Actor, record: Any) -> bool:
    """They asked, were asked, or decided."""
    return Approval.objects.visible_to(by).filter(pk=record.pk).exists()


def where_part(by: Actor) -> Q:
    """The same as a condition on customers."""
    return Q(pk__in=Approval.objects.visible_to(by).filter(under_kind="customer").values("under_id"))


def register() -> None:
    """Declares them."""
    scope("part", takes_part, where_part, by_setting=True)
    declare("approvals.see", _("read what was asked for approval"), booth="part", sales="part", clerk="part", manager="all", admin="all")
    scope("asked", is_asked, where_asked, by_setting=True)
    declare("approvals.decide", _("decide on approvals"), booth="asked", sales="asked", clerk="asked", manager="all", admin="all")

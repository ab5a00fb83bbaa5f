"""Which rights this type enforces, and what a guest with a link may do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import declare
from boothline.core.actors import Actor


def is_signatory(by: Actor, request: Any) -> bool:
    """The guest is the person whom the request names."""
    return request is not None and request.signatory_id == by.id


def is_of_customer(by: Actor, request: Any) -> bool:
    """The guest belongs to the company that is asked."""
    return request is not None and request.version.contract.customer_id == by.customer_id


def register() -> None:
    """Declares them."""
    declare("contracts.see", _("see contracts"), sales="all", clerk="all", manager="all", admin="all")
    declare("contracts.prepare", _("prepare contracts"), sales="all", clerk="all", manager="all")
    declare("contracts.send", _("send contracts"), sales="own", manager="all")
    declare("contracts.send_incomplete", _("send an incomplete contract"), manager="all")
    declare("contracts.record_paper", _("record the evidence of a confirmation"), sales="all", clerk="all", manager="all")
    declare("contracts.void", _("void a confirmation that was entered in error"), manager="all")
    declare("dossier.see", _("see customer dossiers"), sales="all", clerk="all", manager="all", admin="all")
    declare("dossier.edit", _("edit customer dossiers"), sales="own", clerk="all", manager="all")
    declare("milestones.edit", _("work with the milestones of a contract"), sales="own", clerk="all", manager="all")
    declare("milestones.templates", _("say how the products of a family are made"), manager="all", admin="all")
    declare("contracts.confirm", _("confirm a contract as its signatory"), guests=is_signatory)
    declare("contracts.read", _("read and answer as the customer"), guests=is_of_customer)

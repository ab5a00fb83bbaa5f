"""What this type shows on a customer's page: briefings with their answers, objections."""

from typing import Any

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.customers.card import Customer
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.objections import Objection


def negotiation(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five of each, if there are any."""
    briefings = list(Briefing.objects.filter(customer=customer).for_list().order_by("-id")[:5])
    objections = list(Objection.objects.filter(customer=customer).for_list().order_by("-id")[:5])
    if not briefings and not objections:
        return None
    return {"briefings": briefings, "objections": objections, "may_edit": may(by, "objections.edit", customer)}

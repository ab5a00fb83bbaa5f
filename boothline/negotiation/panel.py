"""What this type shows on a customer's page: briefings with their answers, objections; on the board, what holds them back."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.core.text import listed
from boothline.customers.board import Fact
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


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The reasons of the open objections; of who only was shown something, that no reason is stated."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for objection in Objection.objects.alive().filter(customer__in=ids).order_by("id"):
        reasons[objection.customer_id].append(str(objection))
    stated = {pk: Fact((_("Objection: %(reasons)s") % {"reasons": listed(dict.fromkeys(found))},)) for pk, found in reasons.items()}
    return {pk: Fact((_("Reason not stated"),)) for pk in ids} | stated

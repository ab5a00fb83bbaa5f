"""What this type shows on Today: plans that are over, for whose customer it is, until somebody notes how they ended."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from boothline.core.actors import Actor
from boothline.core.text import bracketed
from boothline.customers.card import Customer
from boothline.followups.today import SHOWN, Asked, Row, end_of
from boothline.negotiation.decisions import Decision


def outcomes(asked: Asked) -> list[Row]:
    """Every step is done or skipped, or what the plan was for is over: how did it end?"""
    if not asked.by.has("plans.edit"):
        return []
    over = asked.of_owners(Decision.objects.visible_to(asked.by).over(), "objection__customer")
    return [
        Row(
            "outcomes", one.customer, end_of(timezone.localdate(one.asked_again_at or one.asked_at)), _words(one), kind="do",
            owner=one.customer.owner, opens=(_("Note the outcome"), "objection-close", one.objection_id, "flow"),
        )
        for one in over.for_list().select_related("objection__customer__owner").order_by("asked_at", "id")[: SHOWN + 1]
    ]  # fmt: skip


def waits(customer: Customer, by: Actor) -> list[tuple[str, str, Any]]:
    """The same of one customer, for the head of their page."""
    over = Decision.objects.visible_to(by).over().filter(objection__customer=customer).for_list().order_by("asked_at", "id")
    return [(_words(one), "objection", one.objection_id) for one in over]


def _words(decision: Decision) -> str:
    return _("How did the plan end? %(plan)s") % {"plan": bracketed(str(decision), str(decision.objection))}

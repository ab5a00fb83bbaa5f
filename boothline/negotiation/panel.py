"""What this type shows on a customer's page: briefings with their answers, objections; on the board, what holds them back."""

from collections import defaultdict
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.core.text import bracketed, listed
from boothline.customers.board import Fact
from boothline.customers.card import Customer
from boothline.customers.moves import Way
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.decisions import Decision
from boothline.negotiation.objections import Objection
from boothline.negotiation.questions import Question


def negotiation(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest five of each, if there are any; and whether an answer is awaited of whom no objection says what holds them back."""
    asks = Question.objects.filter(briefing=OuterRef("pk"), answered_at=None).order_by("-id").values("words")[:1]
    theirs = Briefing.objects.visible_to(by).filter(customer=customer).for_list()
    briefings = list(theirs.annotate(asks=Subquery(asks)).order_by("-id")[:5])
    objections = list(Objection.objects.visible_to(by).filter(customer=customer).for_list().order_by("-id")[:5])
    if not briefings and not objections:
        return None
    is_unstated = any(b.answer == "pending" for b in briefings) and not any(o.is_alive for o in objections)
    return {
        "briefings": briefings, "objections": objections, "is_unstated": is_unstated, "may_edit": may(by, "objections.edit", customer),
        "may_answer": may(by, "briefings.edit", customer),
    }  # fmt: skip


def waits(customer: Customer, by: Actor) -> list[tuple[str, str, Any]]:
    """Their plans that are over and of which nobody has said how they ended, for the head of their page."""
    over = Decision.objects.visible_to(by).over().filter(objection__customer=customer).for_list().order_by("asked_at", "id")
    words = _("How did the plan end? %(plan)s")
    return [(words % {"plan": bracketed(str(one), str(one.objection))}, "objection", one.objection_id) for one in over]


def ways_here(customer: Customer, by: Actor) -> list[Way]:
    """What makes somebody negotiating: products shown, a reason recorded."""
    found = [("briefings.edit", _("Record a briefing"), "briefing-new"), ("objections.edit", _("Record an objection"), "objection-new")]
    return [Way(words, reverse(name, args=[customer.pk])) for right, words, name in found if may(by, right, customer)]


def ways_back(customer: Customer, by: Actor) -> list[Way]:
    """What ends the negotiation: closing what is open, noting what was answered."""
    if not may(by, "objections.edit", customer):
        return []
    held = Objection.objects.alive().filter(customer=customer).order_by("id")[:10]
    awaited = Briefing.objects.pending().filter(customer=customer).for_list().order_by("id")[:10]
    closing = [Way(_("Close the objection: %(reason)s") % {"reason": o}, reverse("objection-close", args=[o.pk])) for o in held]
    noting = [
        Way(_("Note the answer to the briefing on %(products)s") % {"products": b}, reverse("briefing-answer", args=[b.pk]))
        for b in awaited
    ]
    return closing + noting


def on_board(ids: list[int], by: Actor) -> dict[int, Fact]:
    """The reasons of the open objections; of who only was shown something, that no reason is stated."""
    reasons: dict[int, list[str]] = defaultdict(list)
    if not by.has("objections.see"):
        return {}
    for objection in Objection.objects.alive().filter(customer__in=ids).order_by("id"):
        reasons[objection.customer_id].append(str(objection))
    stated = {pk: Fact((_("Objection: %(reasons)s") % {"reasons": listed(dict.fromkeys(found))},)) for pk, found in reasons.items()}
    return {pk: Fact((_("Reason not stated"),)) for pk in ids} | stated

"""What this room shows on a customer's page."""

from typing import Any

from django.utils.translation import gettext as _

from boothline.care.complaints import Complaint
from boothline.care.surveys import Survey, figures
from boothline.core.actors import Actor
from boothline.core.text import labelled
from boothline.customers.card import Customer
from boothline.orders.problems import Problem


def complaints(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three, if there are any and one may see them."""
    if not by.has("complaints.see"):
        return None
    found = list(Complaint.objects.filter(customer=customer).order_by("-id")[:3])
    return {"complaints": found} if found else None


def waits(customer: Customer, by: Actor) -> list[tuple[str, str, Any]]:
    """Their open complaints, and surveys that nobody has sent yet, for the head of their page."""
    if not by.has("complaints.see"):
        return []
    told = Complaint.objects.visible_to(by).filter(customer=customer).alone().open().order_by("id")
    unsent = Survey.objects.visible_to(by).filter(customer=customer, state="proposed").order_by("id")
    return [
        *((labelled(_("Complaint %(number)s") % {"number": one.number}, one.get_state_display()), "complaint", one.number) for one in told),
        *((labelled(str(one), one.get_state_display()), "survey", one.pk) for one in unsent),
    ]


def of_problem(problem: Problem, by: Actor) -> dict[str, Any] | None:
    """The complaints that a problem carries, or carried."""
    found = list(Complaint.objects.visible_to(by).filter(problem=problem).order_by("id")) if by.has("complaints.see") else []
    for one in found:
        one.problem = problem
    return {"complaints": found} if found else None


def surveys(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """Satisfaction with how it is counted, and the newest three surveys; nothing where they were never asked."""
    if not by.has("complaints.see"):
        return None
    theirs = Survey.objects.filter(customer=customer)
    found = list(theirs.order_by("-id")[:3])
    return {"surveys": found, "figures": figures(theirs)} if found else None

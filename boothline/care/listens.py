"""What this room hears: that customers changed hands, that somebody left, and that this was taken back; that a complaint is about an
order, and how it goes with the problem that carries it."""

from typing import Any

from django.utils.translation import gettext_lazy

from boothline.care import events
from boothline.care.carried import carry, follow, part
from boothline.care.complaints import Complaint, give, move, reach
from boothline.care.surveys import Survey, leave
from boothline.core.actors import Actor
from boothline.customers import events as customers
from boothline.followups import events as followups
from boothline.followups.handover import change_hands, come_back, go_along
from boothline.messaging import events as messaging
from boothline.messaging.letters import led_to
from boothline.orders import events as orders
from boothline.orders.problems import Problem
from boothline.orders.register import Order
from boothline.timeline import hearing


def register() -> None:
    """Now: their open complaints go along; an order's complaint opens a problem, and goes with it; of an order that went into another
    nobody asks how its delivery was."""
    for told in (customers.ASSIGNED, customers.COLLABORATOR_REMOVED, followups.TAKEN):
        hearing.now(told, complaints_change_hands)
    hearing.now(followups.LEFT, complaints_go_along)
    hearing.now(followups.HANDED_BACK, complaints_come_back)
    for told in (events.COMPLAINT_RECEIVED, events.COMPLAINT_EDITED):
        hearing.now(told, problems_carry_complaints)
    for told in (
        orders.PROBLEM_TAKEN, orders.PROBLEM_GIVEN, orders.PROBLEM_ANSWERED, orders.PROBLEM_WRITTEN, orders.SOLUTION_PREPARED,
        orders.SOLUTION_PROPOSED, orders.SOLUTION_AGREED, orders.SOLUTION_GIVEN_UP, orders.PROBLEM_REACHED, orders.PROBLEM_RESOLVED,
        orders.PROBLEM_CLOSED, orders.PROBLEM_LAPSED, orders.PROBLEM_REOPENED,
    ):  # fmt: skip
        hearing.now(told, complaints_follow_problems)
    hearing.now(orders.PROBLEM_ENDED, complaints_go_on_alone)
    hearing.now(orders.MERGED, complaints_follow_orders)
    hearing.now(orders.MERGED, surveys_follow_orders)
    hearing.now(messaging.LINK_MADE, links_handed_over)


def complaints_change_hands(told: list[Any], by: Actor) -> None:
    """Customers changed hands, or somebody works with one no longer: so do the open complaints that are left behind."""
    found = Complaint.objects.open().alone().filter(customer__in=[event.under_id for event in told]).for_list().order_by("pk")
    change_hands(told, by, work=found, pass_on=give)


def complaints_go_along(told: list[Any], by: Actor) -> None:
    """Who takes over works on their open complaints, and with those customers."""
    go_along(told, by, work=Complaint.objects.open().alone().for_list(), customer="customer", pass_on=give)


def complaints_come_back(told: list[Any], by: Actor) -> None:
    """So do the complaints that are still open with the colleague."""
    work = Complaint.objects.open().alone().for_list()
    come_back(told, by, work=work, customer="customer", pass_on=give, given=events.COMPLAINT_GIVEN)


def problems_carry_complaints(told: list[Any], by: Actor) -> None:
    """One was received about an order, or set to one, or is more severe than before."""
    wanted = [e.subject_id for e in told if e.kind == events.COMPLAINT_RECEIVED.code or {"order", "problem", "severity"} & e.changes.keys()]
    for complaint in Complaint.objects.for_list().filter(pk__in=wanted).exclude(order=None).order_by("pk"):
        carry(complaint, by=by)


def complaints_follow_problems(told: list[Any], by: Actor) -> None:
    """What is done about a problem is done about the complaints that it carries."""
    carrying = Complaint.objects.filter(problem__number__in=[e.values["number"] for e in told]).values("problem")
    for problem in Problem.objects.filter(pk__in=carrying).order_by("pk"):
        follow(problem, by=by)


def complaints_go_on_alone(told: list[Any], by: Actor) -> None:
    """Their orders are void, and so are the problems that carried them."""
    for complaint in Complaint.objects.for_list().filter(problem__in=[e.subject_id for e in told]).order_by("pk"):
        part(complaint, by=by)


def complaints_follow_orders(told: list[Any], by: Actor) -> None:
    """An order went into another one, and its problems with it: what was said about it is about that one."""
    gone = Complaint.objects.filter(order__merged_into__in=[e.subject_id for e in told]).select_related("order__merged_into", "customer")
    for complaint in gone.order_by("pk"):
        move(complaint, order=complaint.order and complaint.order.heir)


def surveys_follow_orders(told: list[Any], by: Actor) -> None:
    """An order went into another one: nobody is asked about the delivery of the empty one; of the other they are, once all of it is
    there."""
    gone = Order.objects.filter(merged_into__in=[e.subject_id for e in told]).values("pk")
    waiting = Survey.objects.for_list().filter(kind="delivery", occasion_kind="order", occasion_id__in=gone, state="proposed")
    for survey in waiting.order_by("pk"):
        leave(survey, by=by.trusted(), reason=gettext_lazy("The order was merged into another"))


def links_handed_over(told: list[Any], by: Actor) -> None:
    """A link was made to be handed over: what we said about that complaint is with the customer."""
    found = led_to([e.subject_id for e in told], "complaint")
    for complaint in Complaint.objects.filter(pk__in=found, untold_since__isnull=False).order_by("pk"):
        reach(complaint, by=by.trusted())

"""What the owner says to a customer whose order goes on. A contract that is confirmed is good news: it waits for a word at once, and
it stays theirs to say, whatever others do with the order, until the customer has all of its goods.
Whoever has the contract waits for no quotation any more. One that was approved waits for whoever asked to send it.

Touches at milestones: a customer of grade B is spoken with at each milestone of their order (7), beside the weekly cadence.

A milestone that is reached gives the owner of the customer a step for that day: say so, and ask what is next. While such a step
of the contract is open, it covers what is reached besides.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.approvals.approval import Approval
from boothline.contracts.agreement import SENDING, Contract
from boothline.contracts.establishment import Confirmation
from boothline.contracts.milestones import Milestone
from boothline.contracts.templates import MILESTONES
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.rules import declare
from boothline.followups.steps import PROMISE, Desk, NextStep, Plan, drop, plan_many, seen_at_once, worked_at
from boothline.visitors.solicitation import PROMISED
from boothline.worktime.calendar import add_workdays

ON = declare("contracts.touch_at_milestones", True, gettext_lazy("Whether the owner speaks with grade B at each milestone"))
THANK = seen_at_once(gettext_noop("%(number)s is confirmed: thank them, and say what comes next"))
WHO = seen_at_once(gettext_noop("check who signed %(number)s: %(name)s confirmed on the page of %(signatory)s"))
SEND = seen_at_once(gettext_noop("send %(number)s for confirmation: it was approved"))
SEND_CHANGE = worked_at(
    seen_at_once(gettext_noop("send the change of order %(order)s for confirmation: %(number)s")),
    Desk(gettext_lazy("Open the contract"), "contract", "number", "file"),
)
TELL = gettext_noop("tell them how %(number)s is getting on: %(milestone)s")


def thank(told: list[Any], by: Actor) -> None:
    """Contracts were confirmed for the first time: who owns the customer has a next step for today; another one where the name under it
    is not the signatory's."""
    found = Confirmation.objects.filter(pk__in=[event.subject_id for event in told], void_at=None)
    plans = []
    for confirmation in found.select_related("version__contract__customer__owner", "contact").order_by("pk"):
        contract = confirmation.version.contract
        is_first = not contract.versions.filter(confirmations__pk__lt=confirmation.pk, confirmations__void_at=None).exists()
        if is_first and contract.customer.owner_id:
            today = add_workdays(clock.today(), 0)
            plans.append(Plan(contract.customer, THANK, today, values={"number": contract.number}))
            if confirmation.is_under_another_name:
                who = {"name": confirmation.signed_by, "signatory": str(confirmation.contact)}
                plans.append(Plan(contract.customer, WHO, today, values={"number": contract.number} | who))
    if plans:
        plan_many(plans, by=by.trusted())


def send_what_was_approved(told: list[Any], by: Actor) -> None:
    """Drafts were approved: whoever asked has a next step for today."""
    plans = []
    for approval in Approval.objects.filter(pk__in=[event.subject_id for event in told], matter=SENDING).select_related("asked_by"):
        contract = Contract.objects.select_related("customer__owner").get(versions=approval.subject_id)
        waits = NextStep.objects.open().filter(customer=contract.customer, what=SEND, values__number=contract.number)
        if contract.is_alive and not waits.exists():
            values = {"number": contract.number}
            plans.append(Plan(contract.customer, SEND, add_workdays(clock.today(), 0), owner=approval.asked_by, kind="do", values=values))
    if plans:
        plan_many(plans, by=by.trusted())


def send_change(contract: Contract, order: str, *, by: Actor) -> None:
    """A change of an order is prepared, says whoever keeps orders: who owns the customer has a step for today, until it is sent, or
    discarded."""
    if not NextStep.objects.open().filter(customer=contract.customer_id, what=SEND_CHANGE, values__number=contract.number).exists():
        values = {"number": contract.number, "order": order}
        plan_many([Plan(contract.customer, SEND_CHANGE, add_workdays(clock.today(), 0), kind="do", values=values)], by=by.trusted())


def send_no_more(told: list[Any], by: Actor) -> None:
    """What was approved is not what stands there any more: nobody has to send it."""
    approved = Approval.objects.filter(pk__in=[event.subject_id for event in told], matter=SENDING).values("subject_id")
    numbers = Contract.objects.filter(versions__in=approved).values_list("number", flat=True)
    steps = NextStep.objects.open().filter(what=SEND, values__number__in=list(numbers)).select_related("customer")
    if steps:
        drop(list(steps), by=by.trusted())


def thank_for_nothing(told: list[Any], by: Actor) -> None:
    """The confirmation was void: there is nothing to thank for."""
    numbers = Contract.objects.filter(versions__confirmations__in=[e.subject_id for e in told]).values_list("number", flat=True)
    steps = NextStep.objects.open().filter(what__in=(THANK, WHO), values__number__in=list(numbers)).select_related("customer")
    if steps:
        drop(list(steps), by=by.trusted())


def speak_no_more(contract: Contract, *, by: Actor) -> None:
    """All of its goods are there, says whoever keeps the orders: a word of thanks for the confirmation, or how it is getting on, comes too
    late. What is said now is another matter, and has its own step."""
    late = NextStep.objects.open().filter(customer=contract.customer_id, what__in=(THANK, TELL), values__number=contract.number)
    steps = list(late.select_related("customer"))
    if steps:
        drop(steps, by=by.trusted())


def quote_no_more(told: list[Any], by: Actor) -> None:
    """A contract went out, or was confirmed: its prices are the quotation that was promised at the booth; nobody has to send one."""
    promised = NextStep.objects.open().filter(customer__in={event.under_id for event in told}, what=PROMISE).select_related("customer")
    quotes = [step for step in promised if step.promises(PROMISED["quote"])]
    if quotes:
        drop(quotes, by=by.trusted())


def speak_at(event: Any) -> None:
    """A milestone was reached: the owner of a customer of grade B tells them. One that is open again by now is not told."""
    milestone = Milestone.objects.for_list().filter(pk=event.subject_id, done_on__isnull=False).first()
    if milestone is None or not ON.value or milestone.customer.grade != "B" or milestone.customer.owner_id is None:
        return
    number = milestone.plan.contract.number
    if NextStep.objects.open().filter(customer=milestone.customer, what__in=(TELL, THANK), values__number=number).exists():
        return
    with override("en"):  # the milestone as a message, to be read in any language
        values = {"number": number, "milestone": [str(MILESTONES[milestone.code])]}
    plan_many([Plan(milestone.customer, TELL, add_workdays(clock.today(), 0), values=values)], by=SYSTEM)

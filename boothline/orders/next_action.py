"""The one next action of a problem, from its facts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words
from boothline.orders.problems import Problem
from boothline.orders.register import OrderLine


@dataclass(frozen=True)
class NextAction:
    """What to do, and by which page of which record; no page where it is the customer's turn. `right`: without it, it is for others."""

    words: Words
    url_name: str = ""
    icon: str = ""
    key: str | int = ""
    right: str = "problems.work"


def next_action(problem: Problem) -> NextAction:
    """The first that holds. A list asks `Problem.objects.with_solutions()`."""
    number = problem.number
    if problem.state == "closed":
        return NextAction("")
    if problem.waits_since and problem.is_open:
        return NextAction(_("Answer the customer"), "problem-message", "mail", number)
    if problem.untold_since:
        return NextAction(_("Hand over the link"), "problem-link", "link", number)
    if problem.state in ("agreed", "resolving"):
        return _carrying_out(problem)
    by_state = {
        "waiting": NextAction(_("Customer's turn: answer")),
        "proposed": NextAction(_("Customer's turn: agree or refuse")),
        "resolved": NextAction(_("Customer's turn: is it solved?")),
    }
    return by_state.get(problem.state, NextAction(_("Propose a solution"), "problem-solution", "flow", number))


def _to_send(line: OrderLine, number: str) -> NextAction | None:
    """Of goods that are sent again or instead: they are found first, then planned, shipped, signed for."""
    leaving = [part for part in line.shipment_lines.all() if part.shipment.cancelled_at is None]
    if sum((part.quantity for part in leaving), Decimal(0)) < line.due:
        if line.uncovered:
            return NextAction(_("Buy or reserve what is missing"), "order", "box", number, "orders.see")
        return NextAction(_("Plan the replacement shipment"), "shipment-new", "truck", number, "shipments.plan")
    for part in leaving:
        if not part.shipment.shipped_at:
            return NextAction(_("Ship the replacement"), "shipment", "truck", part.shipment.number, "orders.see")
    for part in leaving:
        if not part.shipment.arrived_at:
            return NextAction(_("Follow the replacement until it is signed for"), "shipment", "truck", part.shipment.number, "orders.see")
    return None


def _carrying_out(problem: Problem) -> NextAction:
    """What was agreed, step by step: goods are sent first, then signed for; a return is received."""
    agreed = [one for one in problem.resolutions.all() if one.agreed_at and not one.done_at]
    for line in (one.new_line for one in agreed if one.new_line):
        action = _to_send(line, problem.order.number)
        if action:
            return action
    if any(one.kind == "refund" for one in agreed):
        return NextAction(_("Pay the refund back"), "order", "card", problem.order.number, "billing.see")
    for back in (back for one in agreed if one.kind == "return" for back in one.returns.all()):
        if not back.received_at:
            return NextAction(_("Receive the return"), "return-receipt", "in", back.pk, "arrivals.record")
    return NextAction(_("Carry it out, then mark as solved"), "problem-resolution", "ok", problem.number)

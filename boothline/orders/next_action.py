"""The one next action of a problem, from its facts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words
from boothline.orders.problems import Problem


@dataclass(frozen=True)
class NextAction:
    """What to do, and by which page; no page where it is the customer's turn."""

    words: Words
    url_name: str = ""
    icon: str = ""


def next_action(problem: Problem) -> NextAction:
    """The first that holds."""
    if problem.state == "closed":
        return NextAction("")
    if problem.waits_since and problem.is_open:
        return NextAction(_("Answer the customer"), "problem-message", "mail")
    by_state = {
        "waiting": NextAction(_("Customer's turn: answer")),
        "proposed": NextAction(_("Customer's turn: agree or refuse")),
        "agreed": NextAction(_("Carry it out, then mark as solved"), "problem-resolution", "ok"),
        "resolving": NextAction(_("Carry it out, then mark as solved"), "problem-resolution", "ok"),
        "resolved": NextAction(_("Customer's turn: is it solved?")),
    }
    return by_state.get(problem.state, NextAction(_("Propose a solution"), "problem-solution", "flow"))

"""How severe a problem is, and by when it is answered, gets a proposal, is solved: in working hours from the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from boothline.core.rules import declare
from boothline.worktime.calendar import Calendar, add_working_hours, working_time

LIMITS = {  # severity: working hours to the first answer, the proposal, the solution
    "critical": (
        declare("orders.critical_answer_hours", 2, _("Working hours to the first answer to a critical problem"), low=1, high=400),
        declare("orders.critical_proposal_hours", 8, _("Working hours to the proposal for a critical problem"), low=1, high=400),
        declare("orders.critical_solution_hours", 40, _("Working hours to the solution of a critical problem"), low=1, high=800),
    ),
    "major": (
        declare("orders.major_answer_hours", 4, _("Working hours to the first answer to a major problem"), low=1, high=400),
        declare("orders.major_proposal_hours", 16, _("Working hours to the proposal for a major problem"), low=1, high=400),
        declare("orders.major_solution_hours", 80, _("Working hours to the solution of a major problem"), low=1, high=800),
    ),
    "minor": (
        declare("orders.minor_answer_hours", 8, _("Working hours to the first answer to a minor problem"), low=1, high=400),
        declare("orders.minor_proposal_hours", 24, _("Working hours to the proposal for a minor problem"), low=1, high=400),
        declare("orders.minor_solution_hours", 120, _("Working hours to the solution of a minor problem"), low=1, high=800),
    ),
    "question": (
        declare("orders.question_answer_hours", 8, _("Working hours to the first answer to a question"), low=1, high=400),
        declare("orders.question_proposal_hours", 16, _("Working hours to the proposal for a question"), low=1, high=400),
        declare("orders.question_solution_hours", 40, _("Working hours to the solution of a question"), low=1, high=800),
    ),
}
MAJOR_SHARE = declare(
    "orders.major_from_percent", Decimal(10), _("Percent of an order's value from which a problem is major"), low=1, high=100
)
STAGES = ("answer", "proposal", "solution")
MISSING = ("damage", "shortage", "quality")  # kinds whose goods are missing or unusable
OF_GOODS = (*MISSING, "wrong_goods")
ASKING = ("invoice", "other")  # kinds that claim no defect
LEVELS = {"owner": Decimal("0.5"), "manager": Decimal(1), "head": Decimal("1.5")}  # parts of a limit, and who is told then

Wait = tuple[datetime, datetime]


def propose(kind: str, share: Decimal, *, is_urgent: bool = False) -> str:
    """From the kind, the share of the order's value in percent, and whether the customer says that their work stands still."""
    if is_urgent or (kind in OF_GOODS and share >= 100):
        return "critical"
    if kind == "wrong_goods" or (kind in MISSING and share >= MAJOR_SHARE.value):
        return "major"
    return "question" if kind in ASKING else "minor"


def due_at(begun: datetime, hours: Decimal, waits: Iterable[Wait], calendar: Calendar) -> datetime:
    """The moment when so much working time has passed; while we waited for the customer the clock stood still."""
    at = add_working_hours(begun, hours, calendar)
    for since, until in sorted(waits):
        if begun <= since < at or since <= begun < until:
            stood = working_time(max(since, begun), until, calendar)
            at = add_working_hours(at, Decimal(int(stood / timedelta(seconds=1))) / 3600, calendar) if stood else at
    return at

"""By when a complaint is acknowledged, answered, agreed: in working hours from its receipt; and when the customer is asked again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from boothline.core.rules import declare
from boothline.orders.severity import LEVELS, due_at
from boothline.worktime.calendar import Calendar

LIMITS = {
    "acknowledgement": declare("care.acknowledge_hours", 4, _("Working hours until a complaint is acknowledged"), low=1, high=80),
    "answer": declare("care.answer_hours", 8, _("Working hours until a complaint is answered"), low=1, high=160),
    "solution": declare("care.solution_hours", 40, _("Working hours until the solution of a complaint is agreed"), low=1, high=400),
}
CHECKING = declare(
    "care.check_days", 7, _("Days after its end until the customer of a complaint is asked whether it is settled"), low=1, high=60
)
CRITICAL_PART = Decimal("0.5")  # severity critical halves the limits


def hours_of(stage: str, severity: str) -> Decimal:
    """The limit of a stage."""
    return LIMITS[stage].value * (CRITICAL_PART if severity == "critical" else Decimal(1))


def marks_of(begun: datetime, severity: str, calendar: Calendar) -> dict[str, dict[str, datetime]]:
    """{stage: {who is told then: moment}}: half of each limit, the limit, half as much again."""
    return {
        stage: {level: due_at(begun, part * hours_of(stage, severity), [], calendar) for level, part in LEVELS.items()} for stage in LIMITS
    }

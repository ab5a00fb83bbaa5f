"""204: what keeps a request from being forgotten: reminders to the customer, and their wish to be asked again."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.contracts import events, letters
from boothline.contracts.agreement import locked
from boothline.contracts.establishment import LIVE, OPEN, ConfirmationRequest, about, hold_link, move
from boothline.contracts.lists import REMINDERS
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.told import in_both
from boothline.followups.steps import NextStep, Plan, plan_many, waited_for
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays, next_workday

UNOPENED = declare("contracts.remind_unopened_days", 3, gettext_lazy("Days until an unopened request is reminded of"), low=1, high=60)
UNANSWERED = declare(
    "contracts.remind_unanswered_days", 7, gettext_lazy("Days until an opened, unanswered request is reminded of"), low=1, high=60
)
ENDING = declare("contracts.remind_before_end_days", 2, gettext_lazy("Days before its end that a request is reminded of"), low=0, high=30)
ASK = gettext_noop("ask %(name)s about contract %(number)s")
ASKED_AGAIN = waited_for(gettext_noop("the customer asks for contract %(number)s again"), "waiting", OPEN)
OVER = ("declined", "expired", "withdrawn")


class Reminder(models.Model):
    """That a request was reminded of, and why. Each reason once."""

    request = models.ForeignKey(ConfirmationRequest, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=12, choices=list(REMINDERS.items()))
    made_at = models.DateTimeField(default=timezone.now)
    privacy = tags(kind=PLAIN)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.request_id}"


def remind_all() -> int:
    """The daily task: every request that waits long enough gets its reminder, each in a transaction of its own."""
    waiting = ConfirmationRequest.objects.filter(state__in=("sent", "opened"), expires_at__gt=timezone.now())
    return sum(alone(remind, request) for request in waiting.for_list() if due(request))


def due(request: ConfirmationRequest) -> str | None:
    """Which reminder is due now, if one is and none went out today. The one about the end comes first."""
    if request.state not in ("sent", "opened") or not request.is_live:
        return None
    made = dict(request.reminders.values_list("kind", "made_at"))
    today = clock.today()
    if any(timezone.localdate(at) == today for at in made.values()):
        return None
    found = {"ending": request.days_left <= ENDING.value and timezone.localdate(request.sent_at) < today}
    found["unopened"] = request.state == "sent" and _days_since(request.sent_at) >= UNOPENED.value
    since = max(at for at in (request.sent_at, request.opened_at, request.stood_at) if at)  # our answer begins it anew
    found["unanswered"] = request.state == "opened" and _days_since(since) >= UNANSWERED.value
    return next((kind for kind, is_due in found.items() if is_due and kind not in made), None)


def _days_since(moment: datetime) -> int:
    return (clock.today() - timezone.localdate(moment)).days


@operation("contracts.remind")
def remind(request: ConfirmationRequest, *, by: Actor) -> bool:
    """Reminds the signatory by letter; who cannot be reached by mail is a next step of the owner. False where nothing is due any more."""
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    kind = due(request)
    if kind is None:
        return False
    Reminder.objects.create(request=request, kind=kind)
    if request.signatory.point("email"):
        hold_link(request, by)
        letters.write_reminder(request, by)
    else:
        values = {"number": contract.number, "name": request.signatory.name}
        plan_many([Plan(contract.customer, ASK, add_workdays(clock.today(), 0), kind="call", values=values)], by=by.trusted())
    values = about(request) | {"to": request.signatory.name, "kind": kind}
    record(events.REMINDED, subject=request, under=contract.customer, by=by, values=values)
    return True


@operation("contracts.ask_again")
def ask_again(request: ConfirmationRequest, *, by: Actor) -> ConfirmationRequest:
    """The customer wants what is over after all: renewal of what expired or was withdrawn, another offer after a no. Makes
    one next step, however often it is pressed; of a contract that lapsed since, another one where it was done."""
    require(by, "contracts.read", request)
    contract = locked(request.contract)
    request = ConfirmationRequest.objects.for_list().get(pk=request.pk)
    is_past = request.state in LIVE and not request.is_live  # its day has passed, the daily task has not come yet
    if request.is_asked_again or not (request.state in OVER or is_past):
        return request
    move(request, request.state, asked_again_at=timezone.now())
    said = (request.declined_words or request.changes_words)[:160]
    values = {"number": contract.number, "words": said or in_both(lambda: request.declined_reason_words)}
    if not NextStep.objects.open().filter(customer=contract.customer, what=ASKED_AGAIN, values__number=contract.number).exists():
        plan_many([Plan(contract.customer, ASKED_AGAIN, next_workday(clock.today()), kind="do", values=values)], by=by.trusted())
    record(events.ASKED_AGAIN, subject=request, under=contract.customer, by=by, values=about(request))
    return request

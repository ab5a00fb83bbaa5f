"""Compensation claims 理赔 (6.3): what we claim from carrier, insurer or supplier for a problem, freight damage among them.

Noted -> filed -> accepted, accepted in part or refused -> paid, in one sum or in several; taken back before anybody
answered. What comes in makes the problem cost us less; the customer's money is another matter.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Doubted, Refused, together
from boothline.core.money import amount_field, check_unit, kept, money_words
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.text import clean, reason_given
from boothline.customers.card import Customer
from boothline.files.attachments import Received, put_received
from boothline.followups.steps import FURTHEST, NextStep, Plan, drop, happened, plan_many
from boothline.orders import events
from boothline.orders.arrivals import Arrival
from boothline.orders.lists import CLAIM_STATES, CLAIMED_FROM
from boothline.orders.problems import Problem
from boothline.orders.register import locked
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays, last_workday

CARRIER_DAYS = declare(
    "orders.carrier_claim_days", 7, gettext_lazy("Days after the arrival in which a carrier is claimed from"), low=1, high=365
)
LONGEST = timedelta(days=731)  # an insurer's two years
OVER = ("refused", "dropped")  # outcomes after which nothing comes
FILE_IT = gettext_noop("File the compensation claim against %(who)s for problem %(number)s")


class Claims(models.QuerySet["CompensationClaim"]):
    """Questions about compensation claims."""

    def visible_to(self, by: Actor) -> Claims:
        """Those of the problems that the actor sees."""
        return self.filter(problem__in=Problem.objects.visible_to(by))

    def for_list(self) -> Claims:
        """With what a page shows."""
        return self.select_related("problem__order__customer", "problem__owner").prefetch_related("payments")

    def search(self, words: str, by: Actor) -> Claims:
        """By whom it is claimed from, their number, the problem, its order, the customer."""
        about = Problem.objects.all().search(words, by)
        return self.filter(Q(name__icontains=words) | Q(reference__icontains=words) | Q(problem__in=about))

    def standing(self, state: str) -> Claims:
        """In one state (`CompensationClaim.state`), or all of which something is still to come: *open*."""
        if state == "open":
            return self.filter(paid_on=None).exclude(outcome__in=OVER)
        if state == "paid":
            return self.filter(paid_on__isnull=False)
        outcome = "" if state in ("noted", "filed") else state
        found = self.filter(paid_on=None, outcome=outcome)
        return found if outcome else found.filter(filed_on__isnull=state == "noted")

    def due(self, until: date) -> Claims:
        """Not filed, and to be filed before this day."""
        return self.standing("noted").filter(due_on__lt=until)


class CompensationClaim(Record):
    """What is claimed, from whom, in the currency of the order; by its moments how far it is."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="claims")
    against = models.CharField(gettext_lazy("against"), max_length=8, choices=list(CLAIMED_FROM.items()))
    name = models.CharField(gettext_lazy("who"), max_length=200)
    reference = models.CharField(gettext_lazy("policy or waybill number"), max_length=100, blank=True, default="")
    amount = amount_field(verbose_name=gettext_lazy("amount claimed"))
    due_on = models.DateField(gettext_lazy("to be filed by"), null=True)
    filed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, blank=True, default="")  # accepted · part · refused; dropped: we took it back
    accepted = amount_field(default=Decimal(0))
    answer = models.CharField(max_length=300, blank=True, default="")  # of one that we took back, why
    paid_on = models.DateField(null=True)  # the last of it came, or somebody said that no more comes
    short_reason = models.CharField(max_length=300, blank=True, default="")  # why no more comes
    privacy = tags(against=PLAIN, name=BOOKS, reference=BOOKS, outcome=PLAIN, answer=WORDS, short_reason=WORDS)

    objects = Claims.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_against_display()} {self.name}"

    @property
    def customer(self) -> Customer:
        """Whose problem it is about."""
        return self.problem.customer

    @property
    def currency(self) -> str:
        """The order's."""
        currency: str = self.problem.order.currency
        return currency

    @property
    def state(self) -> str:
        """noted · filed · part · accepted · refused · dropped · paid."""
        return "paid" if self.paid_on else self.outcome or ("filed" if self.filed_on else "noted")

    @property
    def may_change(self) -> bool:
        """Nobody answered it yet."""
        return self.state in ("noted", "filed")

    @property
    def received(self) -> Decimal:
        """What came of it so far."""
        return sum((payment.amount for payment in self.payments.all()), Decimal(0))

    @property
    def rest(self) -> Decimal:
        """What is accepted and has not come; nothing where it is over."""
        return Decimal(0) if self.paid_on else max(self.accepted - self.received, Decimal(0))


class CompensationPayment(models.Model):
    """One sum that came of a claim, and the day on which it came."""

    claim = models.ForeignKey(CompensationClaim, on_delete=models.PROTECT, related_name="payments")
    amount = amount_field()
    on = models.DateField()

    class Meta:
        ordering = ("on", "id")

    def __str__(self) -> str:
        return f"{self.claim} {self.amount}"


def recovered_of(problem: Problem) -> Decimal:
    """What its claims brought: the recount of `Problem.recovered`."""
    paid = CompensationPayment.objects.filter(claim__problem=problem)
    return from_units(paid.aggregate(units=exact_sum("amount", 2))["units"], 2)


def deadline(problem: Problem, against: str) -> date | None:
    """Until when it is to be filed, where that is known: from a carrier so many days after the goods arrived."""
    if against != "carrier":
        return None
    arrived = Arrival.objects.filter(shipment__order=problem.order_id)
    if problem.line_id:
        arrived = arrived.filter(shipment__lines__line=problem.line_id)
    last = arrived.order_by("-at").values_list("at", flat=True).first() or problem.made_at
    return timezone.localdate(last) + timedelta(days=CARRIER_DAYS.value)


@operation("orders.note_claim")
def note_claim(problem: Problem, *, by: Actor, values: dict[str, Any], evidence: Received | None = None) -> CompensationClaim:
    """Somebody else is to make it good to us; whoever works on the problem gets the step to file it in time. Noted twice as the same, the
    first stands."""
    require(by, "problems.work", problem)
    locked(problem.order)
    wanted = _wanted(problem, values)
    made = CompensationClaim.objects.filter(problem=problem, outcome="", paid_on=None, **wanted).first()
    if made is None:
        due_on = values.get("due_on") or deadline(problem, wanted["against"])
        _check_due(due_on)
        made = CompensationClaim.objects.create(problem=problem, due_on=due_on, **wanted)
        record(events.CLAIM_NOTED, subject=made, under=made.customer, by=by, values=_said(made))
        if due_on:
            _remind(made, due_on, by)
    if evidence:
        put_received(made, by=by.trusted(), received=evidence)
    return made


def _remind(made: CompensationClaim, due_on: date, by: Actor) -> None:
    furthest = clock.today() + timedelta(days=FURTHEST)  # where it is further ahead, they are asked to file it sooner
    day = max(last_workday(min(due_on, furthest)), add_workdays(clock.today(), 0))
    values = {"who": made.name, "number": made.problem.number, "claim": made.pk}
    plan_many([Plan(made.customer, FILE_IT, day, owner=made.problem.owner, kind="do", values=values)], by=by.trusted())


def _wanted(problem: Problem, values: dict[str, Any]) -> dict[str, Any]:
    wanted = {
        "against": values.get("against", ""), "name": clean(values.get("name", ""), 200), "amount": values.get("amount") or Decimal(0),
        "reference": clean(values.get("reference", ""), 100),
    }  # fmt: skip
    together(partial(_check_against, wanted), partial(_check_amount, wanted["amount"], problem.order.currency, "amount"))
    return wanted


def _check_due(due_on: date | None) -> None:
    if due_on and due_on > clock.today() + LONGEST:
        raise Refused(_("A claim is filed within two years. Check the year of this day."), field="due_on")


def check_claimed(problem: Problem, amount: Decimal | None) -> None:
    """Doubts a claim for more than the whole order costs. Read before a person notes it."""
    order = problem.order
    if amount and amount > order.total:
        values = {"amount": money_words(amount, order.currency), "cost": money_words(order.total, order.currency)}
        raise Doubted(_("%(amount)s are more than the whole order costs, %(cost)s. Is the amount right?") % values)


@operation("orders.edit_claim")
def edit_claim(made: CompensationClaim, *, by: Actor, revision: int, values: dict[str, Any]) -> CompensationClaim:
    """What was noted is corrected, as long as nobody answered it; one that is to be filed by another day is filed in time for that."""
    made = _fresh(made, by)
    if not made.may_change:
        raise _wrong(made)
    wanted = _wanted(made.problem, values) | {"due_on": values.get("due_on")}
    _check_due(wanted["due_on"])
    changes = revise(made, revision=revision, values=wanted)
    if not changes:
        return made
    made = _again(made)
    if made.state == "noted":
        drop(list(NextStep.objects.open().filter(customer=made.customer, what=FILE_IT, values__claim=made.pk)), by=by.trusted())
        if made.due_on:
            _remind(made, made.due_on, by)
    record(events.CLAIM_EDITED, subject=made, under=made.customer, by=by, values=_said(made), changes=changes)
    return made


@operation("orders.drop_claim")
def drop_claim(made: CompensationClaim, *, by: Actor, reason: str) -> CompensationClaim:
    """We claim it no more, or it was noted in error: why. Pressed twice, the first reason stands."""
    made = _fresh(made, by)
    if made.outcome == "dropped":
        return made
    if not made.may_change:
        raise _wrong(made)
    made = _moved(made, by, outcome="dropped", answer=reason_given(reason))
    values = _said(made) | {"amount": f"{made.amount:,.2f}", "reason": made.answer}
    record(events.CLAIM_DROPPED, subject=made, under=made.customer, by=by, values=values)
    return made


@operation("orders.file_claim")
def file_claim(made: CompensationClaim, *, by: Actor) -> CompensationClaim:
    """It is filed with them. Pressed twice, the first day stands."""
    made = _fresh(made, by)
    if made.filed_on:
        return made
    made = _moved(made, by, filed_on=clock.today())
    record(events.CLAIM_FILED, subject=made, under=made.customer, by=by, values=_said(made))
    return made


@operation("orders.answer_claim")
def answer_claim(made: CompensationClaim, *, by: Actor, outcome: str, words: str, amount: Decimal | None = None) -> CompensationClaim:
    """They accept it, in whole or in part, or refuse it; what they say."""
    made = _fresh(made, by)
    if made.state not in ("filed", "accepted", "part", "refused"):
        raise _wrong(made)
    if outcome not in ("accepted", "part", "refused"):
        raise Refused(_("Choose from the list."), field="outcome")
    given = {"accepted": made.amount, "refused": Decimal(0)}.get(outcome, amount or Decimal(0))
    if outcome == "part":
        _check_amount(given, made.currency, "amount")
        if given >= made.amount:
            words_ = _("In part is less than the %(amount)s that are claimed.")
            raise Refused(words_ % {"amount": money_words(made.amount, made.currency)}, field="amount")
    if given < made.received:
        words_ = _("%(amount)s of it came already; they cannot have accepted less.")
        raise Refused(words_ % {"amount": money_words(made.received, made.currency)}, field="amount" if outcome == "part" else "outcome")
    made = _moved(made, by, outcome=outcome, accepted=given, answer=reason_given(words, field="words"))
    record(events.CLAIM_ANSWERED, subject=made, under=made.customer, by=by, values=_said(made))
    return _paid_up(made, by)


@operation("orders.note_claim_paid")
def note_paid(made: CompensationClaim, *, by: Actor, amount: Decimal, on: date) -> CompensationClaim:
    """Money of it is here: the problem costs us so much less. *Paid* is the claim with the last of what they accepted. The same sum of the
    same day noted twice, the first stands."""
    made = _fresh(made, by)
    if made.paid_on or made.payments.filter(amount=amount, on=on).exists():
        return made
    if made.state not in ("accepted", "part"):
        raise _wrong(made)
    together(partial(_check_amount, amount, made.currency, "amount"), partial(_check_day, on, made.problem))
    CompensationPayment.objects.create(claim=made, amount=amount, on=on)
    Problem.objects.filter(pk=made.problem_id).update(recovered=recovered_of(made.problem))
    record(events.CLAIM_PAID, subject=made, under=made.customer, by=by, values=_said(made) | {"amount": f"{amount:,.2f}"})
    return _paid_up(_again(made), by)


@operation("orders.close_claim")
def close_claim(made: CompensationClaim, *, by: Actor, reason: str) -> CompensationClaim:
    """No more comes, though they accepted more: why. Pressed twice, the first reason stands."""
    made = _fresh(made, by)
    if made.paid_on:
        return made
    if made.state not in ("accepted", "part"):
        raise _wrong(made)
    if not made.received:
        raise Refused(_("Nothing of it came yet. Where nothing will come, note their answer as refused."), code="nothing_came")
    rest = made.rest
    made = _moved(made, by, paid_on=clock.today(), short_reason=reason_given(reason))
    values = _said(made) | {"amount": f"{rest:,.2f}", "reason": made.short_reason}
    record(events.CLAIM_CLOSED, subject=made, under=made.customer, by=by, values=values)
    return made


def _paid_up(made: CompensationClaim, by: Actor) -> CompensationClaim:
    """It is paid on the day on which the last of what they accepted came."""
    days = [payment.on for payment in made.payments.all()]
    return _moved(made, by, paid_on=max(days)) if days and made.received >= made.accepted else made


def _fresh(made: CompensationClaim, by: Actor) -> CompensationClaim:
    require(by, "problems.work", made.problem)
    locked(made.problem.order)
    return _again(made)


def _again(made: CompensationClaim) -> CompensationClaim:
    return CompensationClaim.objects.for_list().get(pk=made.pk)


def _moved(made: CompensationClaim, by: Actor, **facts: Any) -> CompensationClaim:
    CompensationClaim.objects.filter(pk=made.pk).update(**facts)
    made = _again(made)
    happened(FILE_IT, by=by.trusted(), customers=[made.customer.pk], claim=made.pk)
    return made


def _said(made: CompensationClaim) -> dict[str, Any]:
    sum_ = made.accepted if made.outcome else made.amount
    return {
        "number": made.problem.number, "who": made.name, "what": made.state, "amount": f"{sum_:,.2f}", "currency": made.currency,
        "answer": made.answer,
    }  # fmt: skip


def _check_against(wanted: dict[str, Any]) -> None:
    if wanted["against"] not in CLAIMED_FROM:
        raise Refused(_("Choose from the list."), field="against")
    if not wanted["name"]:
        raise Refused(_("Name against whom it is claimed."), field="name")


def _check_amount(amount: Decimal, currency: str, field: str) -> None:
    if amount <= 0:
        raise Refused(_("Enter an amount of more than 0."), field=field)
    check_unit(amount, currency, field)
    kept(amount)


def _check_day(on: date, problem: Problem) -> None:
    future = _("This day is in the future. Enter the day on which it came.")
    early = _("The order is of %(since)s: no compensation for it came before. Enter the day on which it came.")
    clock.check_happened(on, "on", future=future, since=timezone.localdate(problem.order.opened_at), early=early)


def wrong_words(made: CompensationClaim) -> str:
    """That it is too far for what is asked."""
    return _("This claim is %(state)s; that does not follow.") % {"state": CLAIM_STATES[made.state]}


def _wrong(made: CompensationClaim) -> Refused:
    return Refused(wrong_words(made), code="wrong_state")

"""104 Problem feedback 订单问题反馈: what is wrong with an order, told by the customer or by staff for them; its clock, its
conversation, its end.

reported -> in work -> waiting for customer -> proposed -> agreed -> resolving -> resolved -> closed. What is proposed and
done stands in `solutions`. While we wait for the customer the clocks stand still; as long as they know nothing of our last word,
we do not wait for them: it is ours to hand over its link. Solved, it closes by the customer's word or 7 days after they knew; for
30 days they may open it again, with the same clocks anew.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.approvals.approval import drop
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Doubted, Refused, Words, together
from boothline.core.money import amount_field, check_quantity, figure, line_amount, money_words, quantity_field, trimmed
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import bracketed, clean, phrase, prose, reason_given
from boothline.core.told import kept_words
from boothline.core.units import unit_words
from boothline.customers import quiet
from boothline.customers.card import Contact, Customer
from boothline.customers.doing import doing
from boothline.documents import numbers
from boothline.files.attachments import put_picture
from boothline.followups.steps import Plan, plan_many, waited_for
from boothline.messaging.letters import has_reached, newest_about, reached, untold_since
from boothline.messaging.letters import make_link as link_to
from boothline.orders import events, letters
from boothline.orders.lists import PROBLEM_KINDS, PROBLEM_STATES, SEVERITIES, STAGES, TURNS
from boothline.orders.register import SETTLED, Order, OrderLine, goods_of, keep, locked
from boothline.orders.severity import LEVELS, LIMITS, OF_GOODS, due_at, propose
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import record
from boothline.worktime.calendar import Calendar, company_calendar, next_workday

CLOSING = declare("orders.problem_closes_days", 7, gettext_lazy("Days after its solution until a problem closes"), low=1, high=60)
ASKING = declare(
    "orders.problem_asks_days", "3,6", gettext_lazy("Days after its solution on which the customer is asked"),
    takes=gettext_lazy("days in their order, such as 3,6"), check=lambda text: bool(re.fullmatch(r"[1-9]\d?(,[1-9]\d?)*", text)),
)  # fmt: skip
REOPENING = declare(
    "orders.problem_reopens_days", 30, gettext_lazy("Days after closing in which a problem may be opened again"), low=1, high=365
)
MATTER = "orders.allowance"  # a large one is a matter that approvals know
THERE = ("arrived", "complete", "cancelled")  # states of a line of which nothing more is to come
STILL = ("waiting", "proposed")  # states in which the clocks stand still: it is the customer's turn
UNTOLD = (*STILL, "resolved")  # in which it is ours while they know nothing of our last word
LOW = waited_for(gettext_noop("speak with them about their low mark (%(n)s of 5, problem %(number)s)"), "problems")
LOWEST = 2  # of 5: so low somebody is to speak with them
NAMED = {  # by an arrival
    "shortage": gettext_noop("Short at arrival %(number)s: %(goods)s."),
    "damage": gettext_noop("Damaged at arrival %(number)s: %(goods)s."),
}
LONGEST = 4000
SAME = timedelta(days=1)  # how long the same words are the same report

log = logging.getLogger(__name__)


class Problems(models.QuerySet["Problem"]):
    """Questions about problems."""

    def visible_to(self, by: Actor) -> Problems:
        """The problems of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Problems:
        """What a guest may see: those of their company."""
        return self.filter(order__customer_id=contact.customer_id)

    def open(self) -> Problems:
        """Not solved yet."""
        return self.exclude(state__in=SETTLED)

    def late(self) -> Problems:
        """Over the limit that runs now."""
        now, answered, proposed = timezone.now(), reached("answered_at"), reached("proposed_at")
        return self.filter(
            ~answered & models.Q(answer_due__lt=now)
            | answered & ~proposed & models.Q(proposal_due__lt=now)
            | answered & proposed & models.Q(solution_due__lt=now)
        )

    def for_list(self) -> Problems:
        """With what a list shows."""
        return self.select_related("order__customer__owner", "line", "owner", "contact")

    def with_solutions(self) -> Problems:
        """With what the next action of one that is carried out is read from."""
        return self.prefetch_related("resolutions__new_line__shipment_lines__shipment", "resolutions__returns")

    def search(self, words: str, by: Actor) -> Problems:
        """By its number, the order, the customer."""
        own = index.found(words, "problem").values("record_id")
        return self.filter(models.Q(pk__in=own) | models.Q(order__in=Order.objects.all().search(words, by)))


class Problem(Record):
    """One problem of one order. `begun_at` is where its clocks begin: the report, or the day it was opened again."""

    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="problems")
    line = models.ForeignKey(OrderLine, null=True, on_delete=models.PROTECT, related_name="problems")
    arrival = models.ForeignKey("orders.Arrival", null=True, on_delete=models.PROTECT, related_name="problems")  # that named it
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=16, choices=list(PROBLEM_KINDS.items()))
    quantity = quantity_field(null=True)
    words = models.TextField()
    by_customer = models.BooleanField()
    share = models.DecimalField(max_digits=7, decimal_places=2, default=0)  # of the order's value, in percent
    proposed_severity = models.CharField(max_length=10, choices=list(SEVERITIES.items()))
    severity = models.CharField(gettext_lazy("severity"), max_length=10, choices=list(SEVERITIES.items()))
    severity_reason = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, default="reported", choices=list(PROBLEM_STATES.items()))
    begun_at = models.DateTimeField(default=timezone.now)
    round = models.PositiveSmallIntegerField(default=1)
    answered_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_word = models.BooleanField(default=False)
    asked_to_close = models.PositiveSmallIntegerField(default=0)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    waits_since = models.DateTimeField(null=True)  # the customer waits for our word
    untold_since = models.DateTimeField(null=True)  # the customer knows nothing of what we said since
    cost = amount_field(default=Decimal(0))  # ours
    recovered = amount_field(default=Decimal(0))  # kept: what compensation claims brought (compensation.py)
    answer_due = models.DateTimeField(null=True)
    proposal_due = models.DateTimeField(null=True)
    solution_due = models.DateTimeField(null=True)
    is_imported = models.BooleanField(default=False)  # it came by file with its order, and was over by then
    next_at = models.DateTimeField(null=True)  # when the sweep has to look again
    privacy = tags(number=PLAIN, kind=PLAIN, words=WORDS, proposed_severity=PLAIN, severity=PLAIN, severity_reason=WORDS, state=PLAIN)

    objects = Problems.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["order"], name="problem_order"),
            models.Index(fields=["-made_at", "-id"], name="problem_newest"),
            models.Index(fields=["next_at"], name="problem_next", condition=models.Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def net_cost(self) -> Decimal:
        """What it costs us, less what others made good to us."""
        net: Decimal = self.cost - self.recovered
        return net

    @property
    def opening(self) -> str:
        """What an arrival named of its line, in the reader's language; "" of what somebody reported in their own words."""
        if self.arrival is None or self.line is None or self.quantity is None or self.kind not in NAMED:
            return ""
        goods = f"{figure(self.quantity)} × {self.line.sku}"
        return _(NAMED[self.kind]) % {"number": self.arrival.shipment.number, "goods": goods}

    @property
    def said(self) -> str:
        """What is wrong: its own part of an arrival first, then what was said of all of it."""
        return prose(filter(None, (self.opening, self.words)))

    @property
    def standing(self) -> str:
        """Its state in words; where our last word has not reached the customer, whose turn it would be, that it is with us."""
        words = str(self.get_state_display())
        return bracketed(words, _("link not handed over yet")) if self.turn == "untold" else words

    @property
    def turn(self) -> str:
        """Its state, as its clocks see it: where it would be the customer's turn and they know nothing of it, *untold*."""
        return "untold" if self.untold_since and self.state in UNTOLD else self.state

    @property
    def is_theirs(self) -> bool:
        """We wait for the customer, and they know it: the clocks stand still."""
        return self.turn in STILL

    @property
    def customer(self) -> Customer:
        """Whose problem it is."""
        return self.order.customer

    @property
    def is_open(self) -> bool:
        """Not solved yet."""
        return self.state not in SETTLED

    @property
    def may_reopen(self) -> bool:
        """Solved and not closed, or closed not long ago."""
        is_recent = self.closed_at is None or timezone.now() < self.closed_at + timedelta(days=REOPENING.value)
        return self.state in SETTLED and is_recent and self.order.void_at is None

    @property
    def wrong(self) -> str:
        """How much of which goods is short or damaged, or else of what the problem is; "" where it is about the whole order."""
        if self.line is None or self.quantity is None:
            return ""
        words = {"shortage": _("%(q)s short"), "damage": _("%(q)s damaged")}.get(self.kind, "%(q)s")
        return words % {"q": f"{figure(self.quantity)} × {self.line.sku}"}

    @property
    def trouble(self) -> str:
        """For whom it is not theirs: what it is, and who sees to it."""
        values = {"number": self.number, "order": self.order.number, "kind": PROBLEM_KINDS[self.kind]}
        words = _("Problem %(number)s with order %(order)s: %(kind)s") % values
        return bracketed(words, phrase(_("with %(name)s"), {"name": self.owner})) if self.owner else words

    @property
    def stage(self) -> tuple[str, datetime | None]:
        """What the clock runs for now, and until when."""
        stage = next(iter(self.running), "") if self.is_open and not self.is_theirs else ""
        return stage, getattr(self, f"{stage}_due") if stage else None

    @property
    def running(self) -> list[str]:
        """The stages that are not reached yet: what the customer does not know of is not."""
        said = {"answer": self.answered_at, "proposal": self.proposed_at, "solution": self.resolved_at}
        return [stage for stage in STAGES if not has_reached(said[stage], self.untold_since)]

    def findable(self) -> Findable:
        """By its number."""
        return Findable(self, under_id=self.order.customer_id, open=spellings(self.number))


def findable_problems(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [problem.findable() for problem in Problem.objects.filter(pk__in=ids).select_related("order")]


class ProblemTurn(models.Model):
    """That a problem came into a state, and when: its history, and the time we waited."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="turns")
    state = models.CharField(max_length=10, choices=list(TURNS.items()))
    at = models.DateTimeField(default=timezone.now)
    privacy = tags(state=PLAIN)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.problem_id} {self.state}"


class Messages(models.QuerySet["ProblemMessage"]):
    """Questions about what was said."""

    def visible_to(self, by: Actor) -> Messages:
        """What was said about problems that the actor sees."""
        return self.filter(problem__in=Problem.objects.visible_to(by))


class ProblemMessage(Record):
    """What staff or the customer said; its photos hang on it, seen by both."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="messages")
    by_staff = models.BooleanField()
    name = models.CharField(max_length=200)
    words = models.TextField(blank=True, default="")
    privacy = tags(name=WORDS, words=WORDS)

    objects = Messages.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.problem.number} {self.name}"

    @property
    def customer(self) -> Customer:
        """With whom it was said."""
        return self.problem.customer


class Reminding(models.Model):
    """That somebody was told of a limit: half of it, all of it, half as much again. Each once a round."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="remindings")
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=10, choices=list(STAGES.items()))
    level = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)
    privacy = tags(stage=PLAIN, level=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "round", "stage", "level"], name="reminding_once")]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.stage} {self.level}"


@dataclass(frozen=True)
class Report:
    """What somebody says is wrong. `is_urgent`: danger, or the customer's work stands still. `is_own`: the contact wrote it themselves,
    elsewhere. `is_hearsay`: none of the customer's people told it, so nobody is written to. `arrival`: that it was named with, where
    the count says what is wrong and words may be missing."""

    kind: str
    words: str
    line: OrderLine | None = None
    quantity: Decimal | None = None
    is_urgent: bool = False
    photos: tuple[bytes, ...] = ()
    is_own: bool = False
    is_hearsay: bool = False
    arrival: Any = None


@operation("orders.report_problem")
def report(order: Order, *, by: Actor, told: Report, contact: Contact | None = None) -> Problem:
    """The customer reports a problem, or staff do it for them. Its severity is proposed from kind and share of value."""
    require(by, "problems.report", order)
    order = Order.objects.select_related("customer", "confirmation").get(pk=locked(order).pk)
    _refuse_gone(order)
    said = partial(_check_kind, told.kind) if told.arrival else partial(check_said, told.kind, told.words)
    together(said, partial(_check_quantity, order, told))
    words = clean(told.words, LONGEST)
    share = _share(order, told)
    severity = propose(told.kind, share, is_urgent=told.is_urgent)
    speaks = Contact.objects.get(pk=by.id or 0) if by.kind == "guest" else contact or order.confirmation.contact
    speaks = None if told.is_hearsay else speaks
    writes = speaks if by.kind == "guest" or told.is_own else None
    problem = Problem.objects.create(
        number=numbers.take("problem")[0], order=order, line=told.line, arrival=told.arrival, contact=speaks, owner=_owner(order),
        kind=told.kind, words=words, quantity=told.quantity, by_customer=writes is not None, share=_kept(share),
        proposed_severity=severity, severity=severity, waits_since=timezone.now(),
    )  # fmt: skip
    ProblemTurn.objects.create(problem=problem, state="reported")
    _put_photos(say(problem, by, words, writes), by, told.photos)
    index.keep([problem.findable()], are_new=True)
    keep_clocks(problem)
    _speak_of_quiet(problem)
    words = lazy(lambda: problem.said[:300], str)()
    values = about(problem) | {"kind": problem.kind, "severity": severity, "words": words, "people": _people(problem.owner)}
    record(events.PROBLEM_REPORTED, subject=problem, under=order.customer, by=by, values=values)
    return problem


@operation("orders.tell_problem")
def tell(order: Order, *, by: Actor, told: Report, contact: Contact | None = None) -> Problem:
    """A problem as somebody fills it in: no more pieces than have left of the line, unless they are late. The same said twice within
    a day is answered with the first; what is shown besides joins it."""
    require(by, "problems.report", order)
    locked(order)
    together(partial(check_said, told.kind, told.words), partial(check_shipped, told))
    words = clean(told.words, LONGEST)
    same = order.problems.open().filter(kind=told.kind, line=told.line, quantity=told.quantity, words=words)
    if told.is_urgent:  # that it is urgent now was not said before: it is no repetition
        same = same.filter(proposed_severity="critical")
    first = same.filter(made_at__gt=timezone.now() - SAME).order_by("id").first()
    if first is None:
        return report(order, by=by, told=told, contact=contact)
    if told.photos and by.kind == "guest":
        write(first, by=by.trusted(), words="", photos=told.photos)
    elif told.photos:  # on the customer's behalf: no answer of ours
        _put_photos(say(first, by, ""), by, told.photos)
    return first


@operation("orders.add_to_problem")
def add(problem: Problem, *, by: Actor, told: Report, contact: Contact | None = None) -> Problem:
    """What was said elsewhere about the same matter joins the conversation, and they wait for our word. Words that stand there already
    change nothing."""
    require(by, "problems.report", problem.order)
    problem = fresh(problem)
    words = clean(told.words, LONGEST)
    if not problem.messages.filter(words=words).exists():
        say(problem, by, words, contact if told.is_own else None)
        _wait_for_us(problem, by, words)
    return problem


def _refuse_gone(order: Order) -> None:
    if order.void_at:
        raise Refused(_("Order %(number)s is void. Report it about the order that stands.") % {"number": order.number}, code="void")
    if order.merged_into:
        words = _("Order %(number)s was merged into %(into)s. Report it about that order.")
        raise Refused(words % {"number": order.number, "into": order.heir.number}, code="merged")


def check_said(kind: str, words: str) -> None:
    """What everybody who reports has to say; all that is missing is named at once."""
    together(partial(_check_kind, kind), partial(_check_words, words))


def _check_kind(kind: str) -> None:
    if kind not in PROBLEM_KINDS:
        raise Refused(_("Choose what it is about."), field="kind")


def _check_words(words: str) -> None:
    if len(clean(words, LONGEST)) < 2:
        raise Refused(_("Say in a few words what is wrong."), field="words")


def check_shipped(told: Report) -> None:
    """A line that has not left can be late; it cannot be damaged."""
    if told.line is None or told.quantity is None or told.kind == "late":
        return
    shipped = told.line.shipped
    if told.quantity > shipped:
        words = _("%(shipped)s %(unit)s of %(sku)s have been shipped. Give no more than that, or choose another product.")
        if not shipped:
            words = _("Nothing of %(sku)s has been shipped yet. Leave the quantity empty, or choose another product.")
        raise Refused(
            words % {"shipped": figure(shipped), "sku": told.line.sku, "unit": unit_words(told.line.unit, shipped)}, field="quantity"
        )


@operation("orders.correct_problem")
def correct(problem: Problem, *, by: Actor, told: Report, reason: str, revision: int | None = None) -> Problem:
    """What was reported under the wrong kind, of the wrong line or in the wrong number; while no solution is proposed. Share and
    proposed severity follow; a severity that a person chose stays."""
    require(by, "problems.work", problem)
    problem = fresh(problem, "reported", "in_work", "waiting")
    refuse_agreed(problem)
    told = replace(told, words=problem.words)
    if told.kind not in PROBLEM_KINDS:
        raise Refused(_("Choose what it is about."), field="kind")
    if told.quantity is not None and told.line is None:
        raise Refused(_("Choose the product that this quantity is about."), field="line")
    _check_quantity(problem.order, told)
    if (told.kind, told.line, told.quantity) == (problem.kind, problem.line, problem.quantity):
        return problem
    if revision is not None and revision != problem.revision:
        raise Refused(_("Somebody changed this problem meanwhile. Check it, then press again."), code="stale")
    reason = reason_given(reason)
    was_urgent = problem.proposed_severity == "critical" and propose(problem.kind, problem.share) != "critical"  # they said so
    share = _share(problem.order, told)
    severity = propose(told.kind, share, is_urgent=was_urgent)
    said = {
        "was": problem.kind,
        "was_part": _part(problem.line, problem.quantity),
        "kind": told.kind,
        "part": _part(told.line, told.quantity),
    }
    kept = problem.severity if problem.severity_reason else severity
    move(
        problem, problem.state, kind=told.kind, line=told.line, quantity=told.quantity, share=_kept(share), proposed_severity=severity,
        severity=kept,
    )  # fmt: skip
    values = about(problem) | said | {"reason": reason}
    record(events.PROBLEM_CORRECTED, subject=problem, under=problem.customer, by=by, values=values)
    return problem


def _part(line: OrderLine | None, quantity: Decimal | None) -> str:
    """The goods that it is about, for the history."""
    if line is None:
        return "whole"
    return f"{line.sku} × {trimmed(quantity)}" if quantity else line.sku


def _check_quantity(order: Order, told: Report) -> None:
    if told.line is None:
        return
    if told.line.order_id != order.pk:
        raise Refused(_("A line does not belong to this order."), field="line")
    if told.quantity is not None and not 0 < told.quantity <= told.line.due:
        words = _("Between 1 and %(due)s %(unit)s of this line can have a problem.")
        raise Refused(words % {"due": figure(told.line.due), "unit": unit_words(told.line.unit, told.line.due)}, field="quantity")
    check_quantity(told.quantity, "quantity", told.line.unit)


def _share(order: Order, told: Report) -> Decimal:
    """Of the order's value, in percent; a line without a quantity counts whole, goods of no line are all of them."""
    if told.line is None:
        return Decimal(100) if told.kind in OF_GOODS else Decimal(0)
    goods = goods_of(order)  # value against value: what is charged beside them is no part of it
    if not goods:
        return Decimal(0)
    quantity = told.line.due if told.quantity is None else told.quantity
    bought = told.line.bought
    value = line_amount(quantity, bought.price, bought.discount, order.currency)
    share: Decimal = min(value / goods * 100, Decimal(100))
    return share


def _kept(share: Decimal) -> Decimal:
    """As it is kept and shown: cut off, so that what is just below a limit never reads as if it reached it."""
    return share.quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def _owner(order: Order) -> User | None:
    return doing(order.customer, "K")


def _people(*users: User | None) -> list[int]:
    return sorted({user.pk for user in users if user})


def about(problem: Problem) -> dict[str, Any]:
    """What every event of a problem says."""
    return {"number": problem.number, "order": problem.order.number}


def fresh(problem: Problem, *states: str) -> Problem:
    """The problem as it stands, its order locked; refused unless it is in one of the states."""
    locked(problem.order)
    now = Problem.objects.for_list().get(pk=problem.pk)
    if states and now.state not in states:
        words = _("Problem %(number)s is %(state)s now. Nothing was changed.")
        raise Refused(words % {"number": now.number, "state": PROBLEM_STATES[now.state]}, code="wrong_state")
    return now


def move(problem: Problem, state: str, **facts: Any) -> None:
    """Into a state, if it is not there; with its clocks, and what the order keeps of it."""
    was = problem.turn
    Problem.objects.filter(pk=problem.pk).update(state=state, revision=models.F("revision") + 1, **facts)
    problem.refresh_from_db()
    if problem.turn != was:
        ProblemTurn.objects.create(problem=problem, state=problem.turn)
    keep_clocks(problem)
    _speak_of_quiet(problem)


def _speak_of_quiet(problem: Problem) -> None:
    """While a critical problem is open, nobody approaches the customer with offers."""
    if problem.is_open and problem.severity == "critical":
        quiet.place(problem.customer, "critical_problem", problem)
    else:
        quiet.lift(problem)


def say(problem: Problem, by: Actor, words: str, writes: Contact | None = None) -> ProblemMessage:
    """Puts words into its conversation. `writes`: a contact whose own words these are, whoever puts them here."""
    is_ours = by.kind != "guest" and writes is None
    return ProblemMessage.objects.create(problem=problem, by_staff=is_ours, name=writes.name if writes else by.name, words=words)


def _put_photos(message: ProblemMessage, by: Actor, photos: tuple[bytes, ...]) -> None:
    for place, photo in enumerate(photos, start=1):
        name = f"{message.problem.number} {message.pk}-{place}"
        put_picture(message, by=by.trusted(), content=photo, name=name, visibility="customer")


@operation("orders.take_problem")
def take(problem: Problem, *, by: Actor) -> Problem:
    """Somebody takes the problem into their hands; it is theirs from now on."""
    require(by, "problems.work", problem)
    problem = fresh(problem)
    if not problem.is_open or (problem.owner_id == by.id and problem.state != "reported"):
        return problem
    owner = User.objects.filter(pk=by.id or 0).first() if by.kind == "user" else problem.owner
    move(problem, "in_work" if problem.state == "reported" else problem.state, owner=owner)
    record(events.PROBLEM_TAKEN, subject=problem, under=problem.customer, by=by, values=about(problem))
    return problem


def give(problems: list[Problem], *, by: Actor, to: User, deed: int) -> None:
    """Open problems that somebody else works on from now on, with everything else of somebody who left."""
    for problem in problems:
        was = problem.owner or "–"
        move(problem, problem.state, owner=to)
        record(
            events.PROBLEM_GIVEN,
            subject=problem,
            under=problem.customer,
            by=by,
            values=about(problem) | {"was": was, "now": to, "deed": deed},
        )


@operation("orders.write_about_problem")
def write(problem: Problem, *, by: Actor, words: str, photos: tuple[bytes, ...] = (), asks: bool = False) -> ProblemMessage:
    """One more message of the conversation. Ours answers the customer; with `asks` it is their turn, and the clocks stand still.
    Theirs puts them among those who wait for us."""
    guest = by.kind == "guest"
    require(by, "problems.answer" if guest else "problems.work", problem)
    problem = fresh(problem)
    words = clean(words, LONGEST)
    if not words and not photos:
        raise Refused(_("Write something, or add a photo."), field="words")
    last = problem.messages.last()
    if last and words and (last.words, last.name, last.by_staff) == (words, by.name, not guest) and not photos:
        return last
    if problem.state == "closed":
        raise Refused(_("This problem is closed. Open it again to write about it."), code="closed")
    message = say(problem, by, words)
    _put_photos(message, by, photos)
    now = timezone.now()
    if guest:
        _wait_for_us(problem, by, words)
        return message
    state = "in_work" if problem.state == "reported" else problem.state
    if asks and problem.is_open and state != "proposed":  # a proposal waits for them anyway
        state = "waiting"
    move(problem, state, answered_at=problem.answered_at or now, waits_since=None, **told_by_mail(problem, now))
    letters.write_about(problem, by, words)
    record(events.PROBLEM_ANSWERED, subject=problem, under=problem.customer, by=by, values=about(problem) | {"words": words[:300]})
    return message


def _wait_for_us(problem: Problem, by: Actor, words: str) -> None:
    """The customer said something more: it is our turn."""
    state = _go_on(problem) if problem.state in ("waiting", "resolved") else problem.state
    again = {"resolved_at": None} if problem.state == "resolved" else {}
    move(problem, state, waits_since=problem.waits_since or timezone.now(), untold_since=None, **again)
    values = about(problem) | {"words": words[:300], "people": _people(problem.owner)}
    record(events.PROBLEM_WRITTEN, subject=problem, under=problem.customer, by=by, values=values)


def told_by_mail(problem: Problem, now: datetime) -> dict[str, Any]:
    """What a word of ours says about whether they know it."""
    return {"untold_since": untold_since(problem.contact, now=now, since=problem.untold_since)}


@operation("orders.tell_about_problem")
def reach(problem: Problem, *, by: Actor) -> Problem:
    """Our last word has reached the customer: its link was made to be handed over, or they opened it. What we said counts from now, and
    so do the days after which it closes. Reached already, nothing is said."""
    require(by, "problems.answer" if by.kind == "guest" else "problems.work", problem)
    problem = fresh(problem)
    if problem.untold_since is None:
        return problem
    said = {name: getattr(problem, name) for name in ("answered_at", "proposed_at", "resolved_at")}
    now = timezone.now()
    late = {name: now for name, at in said.items() if at and at >= problem.untold_since}
    move(problem, problem.state, untold_since=None, **late)
    record(events.PROBLEM_REACHED, subject=problem, under=problem.customer, by=by, values=about(problem))
    return problem


@operation("orders.link_problem")
def make_link(problem: Problem, *, by: Actor) -> str:
    """A fresh address of its conversation, to hand over by chat."""
    require(by, "problems.work", problem)
    return link_to(newest_about(problem), by=by.trusted())


@operation("orders.rate_problem")
def rate(problem: Problem, *, by: Actor, severity: str, reason: Words, revision: int | None = None) -> Problem:
    """Another severity than proposed, and why; the limits are counted anew from the report."""
    require(by, "problems.work", problem)
    problem = fresh(problem)
    if severity not in SEVERITIES:
        raise Refused(_("Choose a severity from the list."), field="severity")
    if severity == problem.severity:
        return problem
    if revision is not None and revision != problem.revision:
        raise Refused(_("Somebody changed this problem meanwhile. Check it, then press again."), code="stale")
    reason = reason_given(reason)
    was = problem.severity
    move(problem, problem.state, severity=severity, severity_reason=kept_words(reason))
    values = about(problem) | {"was": was, "severity": severity, "reason": reason}
    record(events.PROBLEM_RATED, subject=problem, under=problem.customer, by=by, values=values)
    return problem


def pending(problem: Problem) -> bool:
    """Something is agreed and not done yet, whatever was asked and answered since."""
    there: bool = problem.resolutions.filter(agreed_at__isnull=False, done_at=None).exists()
    return there


def refuse_agreed(problem: Problem) -> None:
    """Nothing is made good twice."""
    if pending(problem):
        words = _("A solution is agreed already. It is carried out first; what cannot be sent is given up.")
        raise Refused(words, code="agreed")


def unsent(problem: Problem) -> OrderLine | None:
    """A line that was agreed to make it good, and of which something has not left yet."""
    agreed = problem.resolutions.filter(agreed_at__isnull=False).values("new_line")
    return OrderLine.objects.filter(pk__in=agreed, shipped__lt=models.F("due")).order_by("position").first()


def unpaid(problem: Problem) -> Any:
    """A refund that was agreed, and whose money has not left."""
    return problem.resolutions.filter(kind="refund", agreed_at__isnull=False, done_at=None).first()


def carried_out(problem: Problem) -> bool:
    """What was agreed is done, and the customer opened it again or wrote since: it may be solved without another proposal."""
    there: bool = problem.resolutions.filter(agreed_at__isnull=False, given_up_at=None).exists()
    return there and problem.state in ("in_work", "waiting") and not pending(problem)


def check_solved(problem: Problem) -> None:
    """Doubts that a problem is solved while goods are still on their way. Read before a person marks it."""
    agreed = problem.resolutions.filter(agreed_at__isnull=False, done_at=None).select_related("new_line")
    for made in agreed:
        line = made.new_line
        if line and line.state not in THERE and line.shipped >= line.due:
            words = _("%(q)s × %(sku)s are on their way and not signed for yet; with that the problem is solved by itself.")
            raise Doubted(words % {"q": figure(line.due), "sku": line.sku})
        back = made.returns.filter(received_at=None).select_related("line").first() if made.kind == "return" else None
        if back:
            words = _("%(q)s × %(sku)s are still to come back, and are credited only when they are received.")
            raise Doubted(words % {"q": figure(back.wished), "sku": back.line.sku})


def _go_on(problem: Problem) -> str:
    """The state in which a solved problem goes on: carried out still, where goods that belong to it have not come, whatever was
    marked; else in work."""
    coming = models.Q(new_line__isnull=False) & ~models.Q(new_line__state__in=THERE)
    coming |= models.Q(kind="return", returns__received_at=None, returns__isnull=False)
    left = problem.resolutions.filter(coming, agreed_at__isnull=False, given_up_at=None).values_list("pk", flat=True)
    problem.resolutions.filter(pk__in=list(left)).update(done_at=None)
    return "resolving" if pending(problem) else "in_work"


def take_back_proposals(problem: Problem, by: Actor) -> None:
    """What was proposed and not answered stands no more, nor what waits for approval."""
    unanswered = problem.resolutions.filter(agreed_at=None, refused_at=None, withdrawn_at=None)
    for old in unanswered:
        drop(old, by=by.trusted(), matter=MATTER)
    unanswered.update(withdrawn_at=timezone.now())


@operation("orders.resolve_problem")
def resolve(problem: Problem, *, by: Actor, words: str = "", cost: Decimal | None = None) -> Problem:
    """What was agreed is done, or a question is answered. The customer has the last word. Not before all that is sent again has left;
    nor before money that was agreed was paid back; opened again after it was carried out, with words what was done since."""
    require(by, "problems.work", problem)
    problem = fresh(problem)
    if problem.state in SETTLED:
        return problem
    is_agreed = problem.state in ("agreed", "resolving") or pending(problem)
    again = carried_out(problem)
    if not is_agreed and not again and problem.severity != "question":
        raise Refused(_("Propose a solution first; the customer agrees, then it is carried out."), code="nothing_agreed")
    line = unsent(problem)
    if line:
        told = _(
            "%(q)s × %(sku)s are still to be sent. Plan the shipment; signed for, the problem is solved by itself. What cannot be "
            "sent is given up."
        )
        raise Refused(told % {"q": figure(line.due - line.shipped), "sku": line.sku}, code="not_sent")
    refund = unpaid(problem)
    if refund:
        told = _("%(amount)s are still to be paid back. Once the refund is noted as paid, the problem is solved by itself.")
        raise Refused(told % {"amount": money_words(refund.amount, problem.order.currency)}, code="not_paid")
    words = clean(words, LONGEST)
    if again and not words:
        raise Refused(_("Write what was done since it was opened again."), field="words")
    if not is_agreed and not words:
        raise Refused(_("Write what the answer is."), field="words")
    if words:
        say(problem, by, words)
    now = timezone.now()
    facts = {"cost": cost} if cost is not None else {}
    take_back_proposals(problem, by)
    problem.resolutions.filter(agreed_at__isnull=False, done_at=None).update(done_at=now)
    answered = {"answered_at": problem.answered_at or now, "proposed_at": problem.proposed_at or now}
    heard = told_by_mail(problem, now)
    move(problem, "resolved", resolved_at=now, waits_since=None, asked_to_close=0, **facts, **answered, **heard)
    letters.write_resolved(problem, by, words)
    record(events.PROBLEM_RESOLVED, subject=problem, under=problem.customer, by=by, values=about(problem) | {"words": words[:300]})
    finish_replacements(problem.order, by=by)
    return problem


def finish_replacements(order: Order, *, by: Actor) -> None:
    """What was sent again is accepted, or was made good itself: its problem is solved."""
    for problem in Problem.objects.open().filter(order=order).order_by("pk"):
        there = models.F("new_line__accepted") + models.F("new_line__made_good")
        came = problem.resolutions.filter(agreed_at__isnull=False, done_at=None, quantity__lte=there)
        if came and unsent(problem):
            came.update(done_at=timezone.now())
        elif came:
            resolve(problem, by=by.trusted() if by.kind != "system" else SYSTEM.trusted())


@operation("orders.close_problem")
def close(problem: Problem, *, by: Actor, satisfaction: int | None = None) -> Problem:
    """The customer says that it is solved, and how satisfied they are; asked once. What they opened again they may call solved too."""
    require(by, "problems.answer", problem)
    problem = fresh(problem)
    again = carried_out(problem)
    problem = problem if again else fresh(problem, *SETTLED)
    if satisfaction is not None and satisfaction not in range(1, 6):
        raise Refused(_("Choose between 1 and 5."), field="satisfaction")
    if problem.state == "closed" and (satisfaction is None or problem.satisfaction is not None):
        return problem
    rated = {} if satisfaction is None or problem.satisfaction is not None else {"satisfaction": satisfaction}
    if rated.get("satisfaction", 5) <= LOWEST:
        _speak_of_low(problem, rated["satisfaction"], by)
    if problem.state == "closed":
        move(problem, "closed", **rated)
        record(events.PROBLEM_JUDGED, subject=problem, under=problem.customer, by=by, values=about(problem) | {"n": satisfaction})
        return problem
    now = timezone.now()
    solved = {"resolved_at": now, "waits_since": None} if again else {}
    move(problem, "closed", closed_at=now, closed_by_word=True, untold_since=None, **rated, **solved)
    record(events.PROBLEM_CLOSED, subject=problem, under=problem.customer, by=by, values=about(problem))
    return problem


def _speak_of_low(problem: Problem, mark: int, by: Actor) -> None:
    """Who owns the customer speaks with them, the next workday."""
    values = {"n": mark, "number": problem.number}
    plan_many([Plan(problem.customer, LOW, next_workday(clock.today()), values=values)], by=by.trusted())


@operation("orders.reopen_problem")
def reopen(problem: Problem, *, by: Actor, words: str) -> Problem:
    """It is not solved after all: in work again, or carried out again where goods have not come, once more with the same clocks.
    Until 30 days after closing."""
    require(by, "problems.answer" if by.kind == "guest" else "problems.work", problem)
    problem = fresh(problem)
    if problem.is_open:
        return problem
    _refuse_gone(problem.order)
    if not problem.may_reopen:
        raise Refused(_("It was closed more than %(n)s days ago. Report a new problem.") % {"n": REOPENING.value}, code="too_late")
    words = clean(words, LONGEST)
    if len(words) < 2:
        raise Refused(_("Say in a few words what is wrong."), field="words")
    say(problem, by, words)
    begins: dict[str, Any] = dict.fromkeys(("answered_at", "proposed_at", "resolved_at", "closed_at", "untold_since"))
    now = timezone.now()
    state = _go_on(problem)
    move(problem, state, begun_at=now, round=problem.round + 1, waits_since=now, closed_by_word=False, asked_to_close=0, **begins)
    values = about(problem) | {"words": words[:300], "people": _people(problem.owner)}
    record(events.PROBLEM_REOPENED, subject=problem, under=problem.customer, by=by, values=values)
    return problem


def end_with_orders(orders: list[Order], *, by: Actor) -> None:
    """These orders are void, as if never made: so are their problems, and what was proposed for them."""
    for problem in Problem.objects.for_list().filter(order__in=orders).exclude(state="closed").order_by("pk"):
        take_back_proposals(problem, by)
        move(problem, "closed", closed_at=timezone.now(), waits_since=None, untold_since=None)
        values = about(problem) | {"people": _people(problem.owner)}
        record(events.PROBLEM_ENDED, subject=problem, under=problem.customer, by=by, values=values)


# What time brings.


def keep_clocks(problem: Problem) -> None:
    """Writes the kept limits, and when the sweep has to look again; the only writer of them. Then what the order keeps."""
    marks = _marks(problem, company_calendar())
    limits = {f"{stage}_due": marks[stage]["manager"] for stage in STAGES} if marks else dict.fromkeys(f"{s}_due" for s in STAGES)
    Problem.objects.filter(pk=problem.pk).update(next_at=_next(problem, marks), **limits)
    problem.refresh_from_db()
    keep(problem.order)


def _marks(problem: Problem, calendar: Calendar) -> dict[str, dict[str, datetime]]:
    """{stage: {level: moment}}: half of each limit, the limit, half as much again; {} while the clocks stand still."""
    if not problem.is_open or problem.is_theirs:
        return {}
    turns = list(problem.turns.filter(at__gte=problem.begun_at).order_by("id").values_list("state", "at"))
    waits = [(at, turns[n + 1][1]) for n, (state, at) in enumerate(turns[:-1]) if state in STILL]
    return {
        stage: {level: due_at(problem.begun_at, part * limit.value, waits, calendar) for level, part in LEVELS.items()}
        for stage, limit in zip(STAGES, LIMITS[problem.severity], strict=True)
    }


def _next(problem: Problem, marks: dict[str, dict[str, datetime]]) -> datetime | None:
    done = set(problem.remindings.filter(round=problem.round).values_list("stage", "level"))
    waiting = [at for s in problem.running if s in marks for level, at in marks[s].items() if (s, level) not in done]
    return min(waiting, default=None)


def run_due(ids: list[int] | None = None) -> int:
    """The sweep's part: every problem of which somebody has to be told now."""
    if ids is not None:
        return 0  # a ring is about deliveries
    due = list(Problem.objects.filter(next_at__lte=timezone.now()).order_by("next_at", "id")[:200])
    for problem in due:
        try:
            remind(problem, by=SYSTEM)
        except Exception:  # one problem's trouble must not stop the others
            log.exception("nobody was reminded of problem %s", problem.pk)
    return len(due)


@operation("orders.remind_of_problem")
def remind(problem: Problem, *, by: Actor) -> None:
    """Tells who has to know: at half of a limit the owner, at the limit the manager, at one and a half the head. Each once."""
    problem = fresh(problem)
    marks, now = _marks(problem, company_calendar()), timezone.now()
    for stage in problem.running:
        for level, at in marks.get(stage, {}).items():
            if at > now or not _mark(problem, stage, level):
                continue
            values = about(problem) | {"stage": stage, "level": level, "people": _people(*_told_at(problem, level))}
            record(events.PROBLEM_REMINDED, subject=problem, under=problem.customer, by=by, values=values)
    keep_clocks(problem)


def _mark(problem: Problem, stage: str, level: str) -> bool:
    return Reminding.objects.get_or_create(problem=problem, round=problem.round, stage=stage, level=level)[1]


def _told_at(problem: Problem, level: str) -> list[User | None]:
    if level == "owner":
        return [problem.owner]
    lines = problem.order.lines.filter(pk=problem.line_id) if problem.line_id else problem.order.lines
    families = lines.values_list("variant__product__family", flat=True)
    return [doing(problem.customer, "M" if level == "manager" else "H", families=families)]


def run_daily() -> int:
    """The daily task: the customer is asked whether it is solved, and what nobody spoke of for 7 days is closed."""
    resolved = Problem.objects.for_list().filter(state="resolved", resolved_at__isnull=False)
    return sum(alone(bring, problem) for problem in resolved)


@operation("orders.settle_problem")
def bring(problem: Problem, *, by: Actor) -> bool:
    """What time brings to a solved problem of which the customer knows: a question to them on day 3 and 6, its end on day 7."""
    problem = fresh(problem)
    if problem.turn != "resolved" or problem.resolved_at is None:
        return False
    days = (timezone.localdate() - timezone.localdate(problem.resolved_at)).days
    if days >= CLOSING.value:
        move(problem, "closed", closed_at=timezone.now())
        record(events.PROBLEM_LAPSED, subject=problem, under=problem.customer, by=by, values=about(problem) | {"n": days})
        return True
    due = sum(days >= int(day) for day in ASKING.value.split(",") if day.strip().isdecimal())
    if due <= problem.asked_to_close:
        return False
    Problem.objects.filter(pk=problem.pk).update(asked_to_close=due)
    letters.write_asking(problem, by)
    record(events.PROBLEM_ASKED, subject=problem, under=problem.customer, by=by, values=about(problem))
    return True

"""Complaints and suggestions 投诉与意见: from anyone, on any channel, until we have learned from them.

received -> acknowledged -> answered -> solution agreed -> done -> checked with the customer -> evaluated -> lesson. Each step is
a fact with its moment; `state` is kept from them by `move` alone. While a complaint is open, nobody approaches the customer with
offers or surveys. What concerns an order goes with a problem of that order (104, `carried`): until that is closed, its steps happen there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import may, require
from boothline.care import events, letters
from boothline.care.deadlines import CHECKING, marks_of
from boothline.care.lists import ABOUT, CAUSES, CHANNELS, COMPLAINT_KINDS, COMPLAINT_STATES, OUTCOMES, SEVERITIES, STAGES
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.core.money import amount_field
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.text import bracketed, clean
from boothline.customers import quiet
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.doing import doing, let_in
from boothline.documents import numbers
from boothline.messaging.letters import has_reached, reached, untold_since
from boothline.orders.problems import Problem
from boothline.orders.register import Order
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import record
from boothline.worktime.calendar import company_calendar

LONGEST = 4000
OVER = ("done", "checked", "evaluated")  # states in which nothing speaks against approaching the customer any more
FACTS = {  # the fact that brings a complaint into a state, the furthest first
    "evaluated": "evaluated_at", "checked": "checked_at", "done": "done_at", "agreed": "agreed_at", "answered": "answered_at",
    "acknowledged": "acknowledged_at",
}  # fmt: skip
ALONE = models.Q(problem=None) | models.Q(problem__state="closed")
REACHED = {"acknowledgement": "acknowledged_at", "answer": "answered_at", "solution": "agreed_at"}

log = logging.getLogger(__name__)


class Complaints(models.QuerySet["Complaint"]):
    """Questions about complaints."""

    def visible_to(self, by: Actor) -> Complaints:
        """Those of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Complaints:
        """What a guest may see: what they told us themselves, or somebody noted as told by them."""
        return self.filter(contact=contact)

    def open(self) -> Complaints:
        """Not done yet."""
        return self.exclude(state__in=OVER)

    def alone(self) -> Complaints:
        """No problem carries them."""
        return self.filter(ALONE)

    def late(self) -> Complaints:
        """Open, and over a limit; of what a problem carries, its limit."""
        now = timezone.now()
        stages = [~reached(said) & models.Q(**{f"{stage}_due__lt": now}) for stage, said in REACHED.items()]
        return self.open().filter(ALONE & (stages[0] | stages[1] | stages[2]) | models.Q(problem__in=Problem.objects.late()))

    def for_list(self) -> Complaints:
        """With what a list shows."""
        return self.select_related("customer__owner", "contact", "owner", "order", "problem__order")

    def search(self, words: str, by: Actor) -> Complaints:
        """By its number, or the customer."""
        own = index.found(words, "complaint").values("record_id")
        return self.filter(models.Q(pk__in=own) | models.Q(customer__in=Customer.objects.all().search(words, by)))


class Complaint(Record):
    """One complaint or suggestion. `begun_at` is where its clocks begin: the receipt, or the day it was not settled after all."""

    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    told_by = models.CharField(gettext_lazy("told by somebody else"), max_length=200, blank=True, default="")
    kind = models.CharField(gettext_lazy("kind"), max_length=12, choices=list(COMPLAINT_KINDS.items()))
    channel = models.CharField(gettext_lazy("how it came"), max_length=10, choices=list(CHANNELS.items()))
    about = models.CharField(gettext_lazy("what it is about"), max_length=12, choices=list(ABOUT.items()))
    words = models.TextField(gettext_lazy("in their words"))
    severity = models.CharField(gettext_lazy("severity"), max_length=10, default="normal", choices=list(SEVERITIES.items()))
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("order"))
    problem = models.ForeignKey(Problem, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("problem"))
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    by_customer = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default="received", choices=list(COMPLAINT_STATES.items()))
    received_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(default=timezone.now)
    round = models.PositiveSmallIntegerField(default=1)
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    reply = models.TextField(blank=True, default="")  # what they wrote after they told us, one below the other
    replied_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    untold_since = models.DateTimeField(null=True)  # the customer has not heard what we said since
    solution = models.TextField(blank=True, default="")
    agreed_how = models.CharField(max_length=200, blank=True, default="")
    done_at = models.DateTimeField(null=True)
    done_words = models.TextField(blank=True, default="")
    check_on = models.DateField(null=True)  # the day on which the customer is asked whether it is settled
    checked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="", choices=list(OUTCOMES.items()))
    check_words = models.TextField(blank=True, default="")
    evaluated_at = models.DateTimeField(null=True)
    is_upheld = models.BooleanField(null=True)
    cause = models.CharField(max_length=12, blank=True, default="", choices=list(CAUSES.items()))
    whose = models.CharField(max_length=200, blank=True, default="")
    cost = amount_field(null=True)  # ours, in the company's currency
    learned_at = models.DateTimeField(null=True)
    lesson = models.TextField(blank=True, default="")
    lesson_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    acknowledgement_due = models.DateTimeField(null=True)
    answer_due = models.DateTimeField(null=True)
    solution_due = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # when the sweep has to look again
    privacy = tags(
        number=PLAIN, told_by=PERSON, kind=PLAIN, channel=PLAIN, about=PLAIN, words=WORDS, severity=PLAIN, state=PLAIN, answer=WORDS,
        reply=WORDS, solution=WORDS, agreed_how=WORDS, done_words=WORDS, outcome=PLAIN, check_words=WORDS, cause=PLAIN, whose=PERSON,
        lesson=WORDS,
    )  # fmt: skip

    objects = Complaints.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="complaint_customer"),
            models.Index(fields=["next_at"], name="complaint_next", condition=models.Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def replies(self) -> list[str]:
        """What they wrote after they told us, each time."""
        return self.reply.split("\n\n") if self.reply else []

    @property
    def last_words(self) -> str:
        """What they said last."""
        return self.replies[-1] if self.reply else self.words

    @property
    def is_open(self) -> bool:
        """Not done yet."""
        return self.state not in OVER

    @property
    def is_carried(self) -> bool:
        """A problem that is not closed carries it: its steps happen there."""
        return self.problem is not None and self.problem.state != "closed"

    @property
    def needs_problem(self) -> bool:
        """It is about an order that stands, and nothing carries it yet. What is about people is between them and whoever leads these."""
        is_of_order = self.kind == "complaint" and self.about != "people" and self.order is not None and not self.order.void_at
        return is_of_order and self.problem is None and self.is_open

    @property
    def is_with_us(self) -> bool:
        """Our last word has not reached them: it is ours to hand over its link."""
        return self.untold_since is not None and not self.is_carried

    @property
    def standing(self) -> str:
        """Its state in words; of our last word that has not reached them, that it is with us."""
        words = str(self.get_state_display())
        return bracketed(words, _("link not handed over yet")) if self.is_with_us else words

    @property
    def teller(self) -> str:
        """Who told us: somebody named in words, else the contact."""
        return self.told_by or str(self.contact or "")

    @property
    def stage(self) -> tuple[str, datetime | None]:
        """What the clock runs for now, and until when; of what a problem carries, its clock."""
        if self.problem is not None and self.is_carried:
            return self.problem.stage
        stage = next(iter(self.running), "") if self.is_open else ""
        return stage, getattr(self, f"{stage}_due") if stage else None

    @property
    def running(self) -> list[str]:
        """The stages that are not reached yet: an answer that the customer has not heard is none."""
        return [stage for stage, said in REACHED.items() if not has_reached(getattr(self, said), self.untold_since)]

    def findable(self) -> Findable:
        """By its number."""
        return Findable(self, under_id=self.customer_id, open=spellings(self.number))


def findable_complaints(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [one.findable() for one in Complaint.objects.filter(pk__in=ids)]


class ComplaintReminding(models.Model):
    """That somebody was told of a limit: half of it, all of it, half as much again. Each once a round."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="remindings")
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=16, choices=list(STAGES.items()))
    level = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)
    privacy = tags(stage=PLAIN, level=PLAIN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "round", "stage", "level"], name="complaint_reminding_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.stage} {self.level}"


@dataclass(frozen=True)
class Told:
    """What somebody said. `told_by`: who, where it is none of the customer's known people. `is_critical` halves the limits."""

    words: str
    kind: str = "complaint"
    channel: str = "phone"
    about: str = "other"
    is_critical: bool = False
    contact: Contact | None = None
    told_by: str = ""
    order: Order | None = None


@operation("care.receive_complaint")
def receive(customer: Customer, *, by: Actor, told: Told) -> Complaint:
    """Takes a complaint or suggestion, from the customer by their link or by whoever hears it. Its clocks begin."""
    require(by, "complaints.receive", customer)
    hold(customer.pk)
    words = clean(told.words, LONGEST)
    if told.kind not in COMPLAINT_KINDS:
        raise Refused(_("Choose from the list."), field="kind")
    if told.channel not in CHANNELS:
        raise Refused(_("Choose from the list."), field="channel")
    if told.about not in ABOUT:
        raise Refused(_("Choose what this is about."), field="about")
    if len(words) < 2:
        raise Refused(_("Say in a few words what happened."), field="words")
    guest = by.kind == "guest"
    speaks = Contact.objects.get(pk=by.id or 0) if guest else told.contact
    if speaks is not None and speaks.customer_id != customer.pk:
        raise Refused(_("This person is no contact of the customer."), field="contact")
    order = _standing(customer.pk, told.order)
    made = Complaint.objects.create(
        number=numbers.take("complaint")[0], customer=customer, contact=speaks, told_by=clean(told.told_by, 200), kind=told.kind,
        channel="portal" if guest else told.channel, about=told.about, words=words, order=order,
        severity="critical" if told.is_critical else "normal", owner=_owner(customer, told.about, by), by_customer=guest,
    )  # fmt: skip
    index.keep([made.findable()], are_new=True)
    keep(made)
    letters.write_about(made, by, "received")
    values = about(made) | {
        "kind": made.kind,
        "words": words[:300],
        "people": [] if made.needs_problem else people(made.owner),
    }  # its problem tells of it
    record(events.COMPLAINT_RECEIVED, subject=made, under=customer, by=by, values=values)
    made.refresh_from_db()
    return made


def _standing(customer_id: int, order: Order | None) -> Order | None:
    """The order of the customer that it is about; of one that was merged, the one that its goods are in now."""
    if order is not None and order.customer_id != customer_id:
        raise Refused(_("This order is not the customer's."), field="order")
    return order and order.heir


def _owner(customer: Customer, about: str, by: Actor) -> User | None:
    """The owner of the customer; of what is about people the manager, since it may be about the owner."""
    if about != "people":
        return doing(customer, "S")
    second = next((user for user in (doing(customer, letter) for letter in "MH") if user and user.pk != customer.owner_id), None)
    let_in([(customer, second)] if second else [], by=by)
    return second or doing(customer, "S")


def is_second(complaint: Complaint, by: Actor) -> bool:
    """Nobody judges what may be about themselves: of a complaint about people the owner of the customer works only on what they were
    given for want of somebody else."""
    return complaint.about != "people" or by.id != complaint.customer.owner_id or complaint.owner_id == by.id or by.is_trusted


def may_work(complaint: Complaint, by: Actor) -> bool:
    """Whether this person may work on it: for showing buttons."""
    return may(by, "complaints.work", complaint.customer) and is_second(complaint, by)


def _require_work(complaint: Complaint, by: Actor) -> None:
    require(by, "complaints.work", complaint.customer)
    if not is_second(complaint, by):
        words = _("%(number)s is about people: %(who)s works on it, since you are with this customer yourself.")
        raise NotAllowed("complaints.work", words % {"number": complaint.number, "who": complaint.owner or "–"}, who=["manager"])


def people(*users: User | None) -> list[int]:
    """Who is told, for an event."""
    return sorted({user.pk for user in users if user})


def about(complaint: Complaint) -> dict[str, Any]:
    """What every event of a complaint says."""
    return {"number": complaint.number}


def fresh(complaint: Complaint, *states: str) -> Complaint:
    """The complaint as it stands, its customer held; refused unless it is in one of the states."""
    hold(complaint.customer_id)
    now = Complaint.objects.for_list().get(pk=complaint.pk)
    if states and now.state not in states:
        words = _("%(number)s is %(state)s now. Nothing was changed.")
        raise Refused(words % {"number": now.number, "state": COMPLAINT_STATES[now.state]}, code="wrong_state")
    return now


def alone(complaint: Complaint, *states: str) -> Complaint:
    """The complaint as it stands, for a step of its own; refused while a problem carries it: nobody does the same twice."""
    now = fresh(complaint, *states)
    if now.is_carried:
        words = _("%(number)s goes with problem %(problem)s: go on there, and the complaint follows.")
        raise Refused(words % {"number": now.number, "problem": now.problem}, code="carried")
    return now


def state_of(complaint: Complaint) -> str:
    """What its facts say."""
    return next((state for state, fact in FACTS.items() if getattr(complaint, fact)), "received")


def move(complaint: Complaint, **facts: Any) -> None:
    """Writes facts, and what is kept from them."""
    Complaint.objects.filter(pk=complaint.pk).update(revision=models.F("revision") + 1, **facts)
    complaint.refresh_from_db()
    keep(complaint)


def keep(complaint: Complaint) -> None:
    """The only writer of the state, the limits, when the sweep looks again, and whether the customer is left alone."""
    state = state_of(complaint)
    marks = marks_of(complaint.begun_at, complaint.severity, company_calendar())
    limits = {f"{stage}_due": marks[stage]["manager"] for stage in STAGES}
    done = set(complaint.remindings.filter(round=complaint.round).values_list("stage", "level"))
    is_running = state not in OVER and not complaint.is_carried
    running = complaint.running if is_running else []
    waiting = [at for stage in running for level, at in marks[stage].items() if (stage, level) not in done]
    Complaint.objects.filter(pk=complaint.pk).update(state=state, next_at=min(waiting, default=None), **limits)
    complaint.refresh_from_db()
    if complaint.is_open and complaint.kind == "complaint":
        quiet.place(complaint.customer, "complaint", complaint)
    else:
        quiet.lift(complaint)


@operation("care.acknowledge_complaint")
def acknowledge(complaint: Complaint, *, by: Actor) -> Complaint:
    """Somebody takes it into their hands, and the customer is told who. It is theirs from now on."""
    _require_work(complaint, by)
    complaint = alone(complaint)
    if not complaint.is_open or (complaint.owner_id == by.id and complaint.acknowledged_at):
        return complaint
    owner = User.objects.filter(pk=by.id or 0).first() if by.kind == "user" else complaint.owner
    is_first = complaint.acknowledged_at is None
    move(complaint, owner=owner, acknowledged_at=complaint.acknowledged_at or timezone.now())
    if is_first:
        letters.write_about(complaint, by, "acknowledged")
    record(events.COMPLAINT_ACKNOWLEDGED, subject=complaint, under=complaint.customer, by=by, values=about(complaint))
    return complaint


def give(complaints: list[Complaint], *, by: Actor, to: User, deed: int) -> None:
    """Open complaints that somebody else works on from now on, with everything else of somebody who left."""
    for complaint in complaints:
        was = complaint.owner or "–"
        move(complaint, owner=to)
        values = about(complaint) | {"was": was, "now": to, "deed": deed}
        record(events.COMPLAINT_GIVEN, subject=complaint, under=complaint.customer, by=by, values=values)


@operation("care.edit_complaint")
def edit_complaint(complaint: Complaint, *, by: Actor, revision: int, values: dict[str, Any]) -> Complaint:
    """What it is about, how severe, which order and problem it concerns. Another severity counts its limits anew; another order leaves
    the problem behind, another problem brings its order."""
    _require_work(complaint, by)
    complaint = fresh(complaint)
    if not {"about", "severity"} <= values.keys() or values["about"] not in ABOUT or values["severity"] not in SEVERITIES:
        raise Refused(_("Choose from the list."), field="about")
    values = values | {"order": _standing(complaint.customer_id, values.get("order"))}
    problem = values.get("problem")
    if problem is not None and problem.order.customer_id != complaint.customer_id:
        raise Refused(_("This problem is not the customer's."), field="problem")
    if problem is not None and problem.pk != complaint.problem_id:
        values = values | {"order": problem.order}
    elif values["order"] != complaint.order:
        values = values | {"problem": None}
    elif complaint.kind == "complaint":  # its order stays, and so does what carries it
        values = values | {"problem": complaint.problem}
    changes = revise(complaint, revision=revision, values=values)
    if changes:
        if "about" in changes and complaint.about == "people" and complaint.is_open:
            Complaint.objects.filter(pk=complaint.pk).update(owner=_owner(complaint.customer, complaint.about, by))
        keep(complaint)
        record(
            events.COMPLAINT_EDITED, subject=complaint, under=complaint.customer, by=by, values=about(complaint), changes=changes
        )  # fmt: skip
        complaint.refresh_from_db()
    return complaint


@operation("care.answer_complaint")
def answer(complaint: Complaint, *, by: Actor, words: str) -> Complaint:
    """Our answer, sent to the customer. It acknowledges, too. The same again changes nothing."""
    _require_work(complaint, by)
    complaint = alone(complaint, "received", "acknowledged", "answered")
    words = _said(words)
    if complaint.answer == words:
        return complaint
    now = timezone.now()
    first = {"answered_at": complaint.answered_at or now, "acknowledged_at": complaint.acknowledged_at or now}
    move(complaint, answer=words, **first, **_told(complaint, now))
    letters.write_about(complaint, by, "answered")
    values = about(complaint) | {"words": words[:300]}
    record(events.COMPLAINT_ANSWERED, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint


def _told(complaint: Complaint, now: datetime) -> dict[str, Any]:
    """What a word of ours says about whether they have heard it."""
    return {"untold_since": untold_since(complaint.contact, now=now, since=complaint.untold_since)}


@operation("care.tell_about_complaint")
def reach(complaint: Complaint, *, by: Actor) -> Complaint:
    """Our last word has reached the customer: its link was made to be handed over, or they opened it. What we said counts from now, and
    so do the days after which they are asked. Reached already, nothing is said."""
    require(by, "complaints.answer" if by.kind == "guest" else "complaints.work", complaint if by.kind == "guest" else complaint.customer)
    complaint = fresh(complaint)
    if complaint.untold_since is None:
        return complaint
    said = {name: getattr(complaint, name) for name in ("acknowledged_at", "answered_at", "done_at")}
    now = timezone.now()
    facts: dict[str, Any] = {name: now for name, at in said.items() if at and at >= complaint.untold_since}
    if "done_at" in facts:
        facts["check_on"] = clock.today() + timedelta(days=CHECKING.value)
    move(complaint, untold_since=None, **facts)
    record(events.COMPLAINT_REACHED, subject=complaint, under=complaint.customer, by=by, values=about(complaint))
    return complaint


@operation("care.reply_to_complaint")
def reply(complaint: Complaint, *, by: Actor, words: str) -> Complaint:
    """The customer writes once more, while it is open: to our answer, or what they forgot. The same again changes nothing."""
    require(by, "complaints.answer", complaint)
    complaint = alone(complaint, "received", "acknowledged", "answered", "agreed")
    words = _said(words)
    if complaint.reply == words or complaint.reply.endswith(f"\n\n{words}"):
        return complaint
    move(complaint, reply=f"{complaint.reply}\n\n{words}".strip(), replied_at=timezone.now())
    values = about(complaint) | {"words": words[:300], "people": people(complaint.owner)}
    record(events.COMPLAINT_REPLIED, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint


@operation("care.agree_complaint")
def agree(complaint: Complaint, *, by: Actor, words: str, how: str) -> Complaint:
    """What is done about it, and how they agreed. Agreed twice, the first stands."""
    _require_work(complaint, by)
    complaint = alone(complaint)
    if complaint.agreed_at:
        return complaint
    if not complaint.answered_at:
        raise Refused(_("Answer first; then agree on what is done."), code="not_answered")
    words, how = _said(words), clean(how, 200)
    if not how:
        raise Refused(_("Note how the customer agreed."), field="how")
    move(complaint, solution=words, agreed_how=how, agreed_at=timezone.now())
    values = about(complaint) | {"words": words[:300], "how": how}
    record(events.COMPLAINT_AGREED, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint


@operation("care.finish_complaint")
def finish(complaint: Complaint, *, by: Actor, words: str) -> Complaint:
    """What was agreed is done; the customer is written to, and asked in a week whether it is settled. Done twice, the first stands."""
    _require_work(complaint, by)
    complaint = alone(complaint)
    if complaint.done_at:
        return complaint
    if not complaint.agreed_at:
        raise Refused(_("Agree with the customer on what is done first."), code="not_agreed")
    words = _said(words)
    now = timezone.now()
    move(complaint, done_words=words, done_at=now, check_on=clock.today() + timedelta(days=CHECKING.value), **_told(complaint, now))
    letters.write_about(complaint, by, "done")
    values = about(complaint) | {"words": words[:300]}
    record(events.COMPLAINT_DONE, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint


@operation("care.check_complaint")
def check(complaint: Complaint, *, by: Actor, outcome: str, words: str = "") -> Complaint:
    """Is it settled? The customer says so by their link, or staff asked. Not settled: open again, with the clock of the solution
    anew. Said again, the first word stands."""
    if by.kind == "guest":
        require(by, "complaints.answer", complaint)
    else:
        _require_work(complaint, by)
    complaint = alone(complaint)
    words = clean(words, LONGEST)
    if complaint.checked_at or (complaint.is_open and outcome == complaint.outcome == "not_settled"):
        return complaint
    if not complaint.done_at:
        raise Refused(_("It is not done yet. Only then the customer is asked."), code="not_done")
    if outcome not in OUTCOMES:
        raise Refused(_("Choose from the list."), field="outcome")
    if outcome == "not_settled" and len(words) < 2:
        raise Refused(_("Say in a few words what is still wrong."), field="words")
    if outcome == "not_settled":
        move(complaint, check_words=words, **unsettled(complaint))
        values = about(complaint) | {"words": words[:300], "people": people(complaint.owner)}
        record(events.COMPLAINT_REOPENED, subject=complaint, under=complaint.customer, by=by, values=values)
        return complaint
    move(complaint, outcome=outcome, check_words=words, checked_at=timezone.now(), untold_since=None)
    values = about(complaint) | {"outcome": outcome, "words": words[:300]}
    record(events.COMPLAINT_CHECKED, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint


def unsettled(complaint: Complaint) -> dict[str, Any]:
    """What it is not settled means: open again, the clock of the solution anew."""
    begins: dict[str, Any] = dict.fromkeys(("agreed_at", "done_at", "check_on", "untold_since"))
    return begins | {"outcome": "not_settled", "round": complaint.round + 1, "begun_at": timezone.now()}


@operation("care.evaluate_complaint")
def evaluate(
    complaint: Complaint, *, by: Actor, is_upheld: bool, cause: str, whose: str = "", cost: Decimal | None = None
) -> Complaint:  # fmt: skip
    """Were they right, what was the cause, whose, what did it cost us. Evaluated twice, the first stands."""
    require(by, "complaints.evaluate", complaint.customer)
    complaint = fresh(complaint)
    if complaint.evaluated_at:
        return complaint
    if not complaint.checked_at:
        raise Refused(_("Ask the customer first whether it is settled."), code="not_checked")
    if cause not in CAUSES:
        raise Refused(_("Choose from the list."), field="cause")
    if cost is not None and cost < 0:
        raise Refused(_("Not less than %(limit_value)s.") % {"limit_value": 0}, field="cost")
    move(complaint, is_upheld=is_upheld, cause=cause, whose=clean(whose, 200), cost=cost, evaluated_at=timezone.now())
    values = about(complaint) | {"cause": cause}
    record(events.COMPLAINT_EVALUATED, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint


@operation("care.learn_from_complaint")
def learn(complaint: Complaint, *, by: Actor, lesson: str, person: User | None = None) -> Complaint:
    """What changes because of it, and who sees to that; they are told. Said again, the first stands."""
    require(by, "complaints.evaluate", complaint.customer)
    complaint = fresh(complaint)
    if complaint.learned_at:
        return complaint
    if not complaint.evaluated_at:
        raise Refused(_("Evaluate it first."), code="not_evaluated")
    lesson = _said(lesson, "lesson")
    move(complaint, lesson=lesson, lesson_by=person, learned_at=timezone.now())
    values = about(complaint) | {"words": lesson[:300], "people": people(person)}
    record(events.COMPLAINT_LEARNED, subject=complaint, under=complaint.customer, by=by, values=values)
    return complaint


def _said(words: str, field: str = "words") -> str:
    words = clean(words, LONGEST)
    if len(words) < 2:
        raise Refused(_("Write it in a few words."), field=field)
    return words


# What time brings.


def run_due(ids: list[int] | None = None) -> int:
    """The sweep's part: every complaint of which somebody has to be told now."""
    if ids is not None:
        return 0  # a ring is about deliveries
    due = list(Complaint.objects.filter(next_at__lte=timezone.now()).order_by("next_at", "id")[:200])
    for complaint in due:
        try:
            remind(complaint, by=SYSTEM)
        except Exception:  # one's trouble must not stop the others
            log.exception("nobody was reminded of complaint %s", complaint.pk)
    return len(due)


@operation("care.remind_of_complaint")
def remind(complaint: Complaint, *, by: Actor) -> None:
    """Tells who has to know: at half of a limit whoever works on it, at the limit the manager, at one and a half the head. Each once."""
    complaint = fresh(complaint)
    now = timezone.now()
    if complaint.is_open and not complaint.is_carried:
        for stage, levels in marks_of(complaint.begun_at, complaint.severity, company_calendar()).items():
            for level, at in levels.items():
                if stage in complaint.running and at <= now and _mark(complaint, stage, level):
                    values = about(complaint) | {"stage": stage, "level": level, "people": people(_told_at(complaint, level))}
                    record(events.COMPLAINT_REMINDED, subject=complaint, under=complaint.customer, by=by, values=values)
    keep(complaint)


def _mark(complaint: Complaint, stage: str, level: str) -> bool:
    return ComplaintReminding.objects.get_or_create(complaint=complaint, round=complaint.round, stage=stage, level=level)[1]


def _told_at(complaint: Complaint, level: str) -> User | None:
    if level == "owner":
        return complaint.owner
    families = complaint.order.lines.values_list("variant__product__family", flat=True) if complaint.order else ()
    return doing(complaint.customer, "H" if level == "head" else "M", families=families)

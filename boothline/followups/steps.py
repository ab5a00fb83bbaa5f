"""Next steps: what happens next, by whom, when. The next open one is kept on the customer for lists to sort by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed, Refused, Words
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.text import clean
from boothline.core.told import told
from boothline.customers.card import Customer, hold, keep_next_step
from boothline.customers.doing import doers
from boothline.followups import events
from boothline.followups.ways import NEEDS, known_ways, way
from boothline.timeline.history import Telling, record_many
from boothline.worktime.calendar import add_workdays, last_workday
from boothline.worktime.shows import ShowDay

STEP_KINDS = {
    "call": gettext_lazy("call"),
    "chat": gettext_lazy("chat message"),
    "mail": pgettext_lazy("way", "e-mail"),
    "meet": gettext_lazy("meeting"),
    "do": gettext_lazy("task"),
}
FURTHEST = 365  # days ahead
ASKS_WHY = 3  # postponing for this time asks for a reason
PROMISE = "%(promised)s"  # what a step says that was promised to somebody at the booth


def _last(**of_ours: Any) -> models.Case:
    """For the order of steps: 1 for messages of ours that are such, else 0."""
    return models.Case(models.When(**of_ours, values__isnull=False, then=1), default=0)


class NextSteps(models.QuerySet["NextStep"]):
    """Questions about next steps."""

    def visible_to(self, by: Actor) -> NextSteps:
        """The steps of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def open(self) -> NextSteps:
        """Still to be done."""
        return self.filter(done_at=None)

    def nearest_first(self) -> NextSteps:
        """By their day; of one day what business asks for stands before what was promised at the booth, as on Today."""
        return self.order_by("due_on", _last(what=PROMISE), "id")

    def waited_for_first(self) -> NextSteps:
        """What the customer waits for stands before all else, as on Today; the rest by its day."""
        return self.order_by(_last(what__in=list(WAITED_FOR)).desc(), "due_on", _last(what=PROMISE), "id")

    def for_list(self) -> NextSteps:
        """With what a list shows."""
        return self.select_related("customer", "owner")


class NextStep(Record):
    """One thing to do with a customer. `what` is what a person wrote; with `values` it is a message of ours."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(gettext_lazy("what"), max_length=200)
    values = models.JSONField(null=True, editable=False)
    kind = models.CharField(gettext_lazy("how"), max_length=8, default="call", choices=list(STEP_KINDS.items()))
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(gettext_lazy("when"))
    moved = models.PositiveSmallIntegerField(default=0, editable=False)  # how often it was postponed
    done_at = models.DateTimeField(null=True)
    is_dropped = models.BooleanField(default=False, editable=False)  # over, and nobody did it: not needed any more, or replaced
    labels = {"owner": gettext_lazy("owner")}
    privacy = tags(what=WORDS, values=WORDS, kind=PLAIN)

    objects = NextSteps.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on", "id"], name="step_due", condition=models.Q(done_at__isnull=True)),
            models.Index(fields=["customer", "due_on"], name="step_customer", condition=models.Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What to do, in the reader's language where the words are ours. A list among the values holds messages too."""
        return self.what if self.values is None else told(self.what, self.values)

    @property
    def desk(self) -> Desk | None:
        """Where it is done, of work of the house."""
        return None if self.values is None else DESKS.get(self.what)

    @property
    def place(self) -> tuple[str, str, Any, str] | None:
        """The page where it is done, or where who waits for it is answered, as (words, page, key, icon)."""
        values = self.values or {}
        at = self.desk or (None if self.values is None else ANSWERED_AT.get(self.what))
        return (str(at.words), at.url_name, values[at.value], at.icon) if at and at.value in values else None

    @property
    def is_waited_for(self) -> bool:
        """A customer asked us and reads that we answer: neither silence nor a word that reached nobody makes it superfluous."""
        return self.values is not None and self.what in WAITED_FOR

    @property
    def contact_id(self) -> int | None:
        """Whose word it follows: the contact who asked, wished or confirmed on a page of ours."""
        return (self.values or {}).get("contact")

    @property
    def is_promise(self) -> bool:
        """Something that was promised to somebody: only whoever keeps it can say that it is done."""
        return self.values is not None and self.what == PROMISE

    def promises(self, words: Words) -> bool:
        """Whether this is what was promised; by the message that stands for it."""
        with override("en"):
            return self.is_promise and [str(words)] == (self.values or {}).get("promised")

    def is_for(self, by: Actor) -> bool:
        """Whether this person may say that it is done: anybody who plans, but of what somebody else answers for only they, or a manager."""
        if self.values is None or self.what not in ANSWERED_FOR or self.owner_id in (None, self.customer.owner_id, by.id):
            return True
        return "manager" in by.roles or by.kind == "system"

    @property
    def days_late(self) -> int:
        """Days since it was due; 0 when it is not."""
        return max(0, (clock.today() - self.due_on).days) if self.done_at is None else 0

    @property
    def asks_why(self) -> bool:
        """Postponed so often that the next time needs a reason."""
        return self.moved + 1 >= ASKS_WHY


@dataclass
class Plan:
    """A step to be planned. `values` (may be empty) says that `what` is a message of ours, to be read in any language."""

    customer: Customer
    what: str
    due_on: date
    owner: User | None = None
    kind: str = "call"
    values: dict[str, Any] | None = None


ANSWERED_FOR: set[str] = set()  # messages of ours
FIRST: dict[str, Callable[[NextStep], Words]] = {}  # {message of ours: what is to be done before such a step, in words; "" for nothing}
AT_ONCE: set[str] = set()  # the same
WAITED_FOR: dict[str, str] = {}  # {message of ours: code of its band on Today}


@dataclass(frozen=True)
class Desk:
    """Where work of the house is done: the link's words, the page, which of the step's values is its key, and an icon."""

    words: Words
    url_name: str
    value: str
    icon: str


DESKS: dict[str, Desk] = {}  # by message of ours
ANSWERED_AT: dict[str, Desk] = {}  # the same, of what a customer waits for


def answered_for(what: str, at: Desk | None = None) -> str:
    """Steps of this message are given to whom a plan names by role or duty: nobody else's word does it. `at` is where it is read what is
    to be done. Answers the message."""
    ANSWERED_FOR.add(what)
    if at:
        ANSWERED_AT[what] = at
    return what


def seen_at_once(what: str) -> str:
    """Steps of this message stand on Today from the moment of their fact, whatever their day: on a free day, too, until they are done or
    somebody postpones them. Answers the message."""
    AT_ONCE.add(what)
    return what


def waited_for(what: str, band: str = "questions", at: Desk | None = None) -> str:
    """A customer asked, and steps of this message answer them: on Today they stand with whoever waits for us, among the questions or in
    a band of the room that asks, with a link to where it is done. Answers the message."""
    WAITED_FOR[what] = band
    if at:
        ANSWERED_AT[what] = at
    return what


def worked_at(what: str, desk: Desk) -> str:
    """Steps of this message are work of the house, done on a page: on Today they open it, and need no word with the customer. Answers
    the message."""
    DESKS[what] = desk
    return what


@operation("followups.plan")
def plan_many(plans: list[Plan], *, by: Actor) -> list[NextStep]:
    """Plans any number of steps; the owner of the customer does what names nobody, and what names somebody who left or does not see the
    customer; the manager where the owner left, or nobody has the customer. What a guest sets going is about that guest."""
    for customer in {plan.customer.pk: plan.customer for plan in plans}.values():
        require(by, "steps.plan", customer)
    for planned in plans:
        _check_day(planned.due_on)
    hold(*{plan.customer.pk for plan in plans})
    does = doers([(plan.customer, plan.owner) for plan in plans], by=by)
    guest = {"contact": by.id} if by.kind == "guest" else {}
    steps = [
        NextStep(
            customer=p.customer, what=p.what[:200], values=None if p.values is None else p.values | guest,
            kind=kind, due_on=p.due_on, owner_id=owner,
        )
        for p, kind, owner in zip(plans, _kinds(plans), does, strict=True)
    ]  # fmt: skip
    NextStep.objects.bulk_create(steps, batch_size=1000)
    keep_nearest([s.customer_id for s in steps])
    record_many(events.PLANNED, [Telling(s, under=s.customer, values={"on": s.due_on}) for s in steps], by=by)
    return steps


def plan_again(ids: Iterable[int], *, by: Actor) -> list[NextStep]:
    """Steps that ended by what is void now, by age: each is planned once more, as it was, for the next workday where its day
    has passed."""
    ended = NextStep.objects.filter(pk__in=ids, done_at__isnull=False).select_related("customer", "owner").order_by("pk")
    today, soonest = clock.today(), add_workdays(clock.today(), 0)
    plans = [
        Plan(s.customer, s.what, s.due_on if s.due_on >= today else soonest, owner=s.owner, kind=s.kind, values=s.values) for s in ended
    ]
    return plan_many(plans, by=by) if plans else []


@operation("followups.done")
def done(step: NextStep, *, by: Actor) -> NextStep:
    """The step is done. Pressed twice, the first counts. What has to wait for another step is skipped with a word instead."""
    require(by, "steps.plan", step)
    check_doer(step, by)
    hold(step.customer_id)
    check_turn(step, by)
    if NextStep.objects.filter(pk=step.pk, done_at=None).update(done_at=timezone.now()):
        keep_nearest([step.customer_id])
        record_many(events.DONE, [Telling(step, under=step.customer)], by=by)
    step.refresh_from_db()
    return step


def check_doer(step: NextStep, by: Actor) -> None:
    """Refuses somebody who did not do it."""
    if not by.is_trusted and not step.is_for(by):
        words = _("This step is with %(who)s: only they, or a manager, say that it is done or not needed.") % {"who": step.owner}
        raise NotAllowed("steps.plan", words, who=["manager"])


def waits_for(step: NextStep) -> Words:
    """What is to be done before it, in words; "" for nothing."""
    first = FIRST.get(step.what) if step.values is not None else None
    return first(step) if first else ""


def check_turn(step: NextStep, by: Actor) -> None:
    """Refuses what is to be done only after something else."""
    words = "" if by.is_trusted else waits_for(step)
    if words and not NextStep.objects.filter(pk=step.pk, done_at__isnull=False).exists():
        raise Refused(words, code="waits")


@operation("followups.drop")
def drop(steps: list[NextStep], *, by: Actor) -> None:
    """Steps that nobody has to do any more, because it ended."""
    for customer in {step.customer_id: step.customer for step in steps}.values():
        require(by, "steps.plan", customer)
    hold(*{step.customer_id for step in steps})
    ended = _end(steps)
    record_many(events.DROPPED, [Telling(step, under=step.customer) for step in ended], by=by)


def say_now(step: NextStep, **values: Any) -> None:
    """What a step of ours tells has changed, and it stays to be done: by whoever planned it, in the transaction of the fact."""
    said = (step.values or {}) | values
    if said != step.values:
        NextStep.objects.filter(pk=step.pk).update(values=said)


def happened(*whats: str, by: Actor, customers: Iterable[int], **values: Any) -> None:
    """What steps of ours asked for, by the messages that stand for them, has happened: done where one of us did it, else not needed."""
    named = {f"values__{name}": value for name, value in values.items()}
    found = list(NextStep.objects.open().filter(customer__in=customers, what__in=whats, **named).select_related("customer"))
    if by.kind != "user":
        drop(found, by=by.trusted())
        return
    for step in found:
        done(step, by=by.trusted())


@operation("followups.replace")
def replace(steps: list[NextStep], *, by: Actor, now: NextStep) -> None:
    """Steps in whose place another one stands from now on: nobody did them, and nobody has to any more."""
    for customer in {step.customer_id: step.customer for step in steps}.values():
        require(by, "steps.plan", customer)
    hold(*{step.customer_id for step in steps})
    ended = _end([step for step in steps if step.pk != now.pk])
    record_many(events.REPLACED, [Telling(step, under=step.customer, values={"now": now.words}) for step in ended], by=by)


def _end(steps: list[NextStep]) -> list[NextStep]:
    """Those of them that were still open: they are not any more."""
    still = set(NextStep.objects.open().filter(pk__in=[step.pk for step in steps]).values_list("pk", flat=True))
    NextStep.objects.filter(pk__in=still).update(done_at=timezone.now(), is_dropped=True)
    keep_nearest([step.customer_id for step in steps])
    return [step for step in steps if step.pk in still]


@operation("followups.give")
def give(steps: list[NextStep], *, by: Actor, to: User, **values: Any) -> None:
    """Open steps that somebody else does from now on. `values`: what history keeps besides."""
    for customer in {step.customer_id: step.customer for step in steps}.values():
        require(by, "steps.plan", customer)
    hold(*{step.customer_id for step in steps})
    was = {step.pk: step.owner or "–" for step in steps}
    NextStep.objects.filter(pk__in=was, done_at=None).update(owner=to)
    tellings = [
        Telling(step, under=step.customer, values=values | {"was": was[step.pk], "now": to}, changes={"owner": [was[step.pk], to]})
        for step in steps
    ]
    record_many(events.GIVEN, tellings, by=by)


@operation("followups.postpone")
def postpone(step: NextStep, *, by: Actor, due_on: date, reason: str = "", revision: int | None = None) -> NextStep:
    """Moves an open step to another day, from a free one on to a workday; the third time says why. Who saw it on another day is told
    where it stands."""
    require(by, "steps.plan", step)
    hold(step.customer_id)
    step.refresh_from_db()
    if step.done_at:
        raise Refused(_("This step is done already; plan a new one instead."))
    if revision is not None and revision != step.revision:
        moved = _("Somebody moved this step meanwhile: it is on %(on)s now. Check the day, then press again.")
        raise Refused(moved % {"on": clock.day_words(step.due_on)}, field="due_on", code="stale")
    _check_day(due_on)
    due_on, reason = workday_for(due_on), clean(reason, 200)
    if step.asks_why and not reason:
        raise Refused(_("It was postponed twice already. Say why it moves again."), field="reason")
    was = step.due_on
    NextStep.objects.filter(pk=step.pk).update(due_on=due_on, moved=models.F("moved") + 1, revision=models.F("revision") + 1)
    keep_nearest([step.customer_id])
    values, changes = {"on": due_on, "reason": reason}, {"due_on": [was, due_on]}
    record_many(events.POSTPONED, [Telling(step, under=step.customer, values=values, changes=changes)], by=by)
    step.refresh_from_db()
    return step


def workday_for(day: date) -> date:
    """The day that a person names for a step, or where it is free the workday after it (at the end of the year ahead the one before).
    Today stays: whoever plans works on it; so does a day on which a fair is open."""
    last = clock.today() + timedelta(days=FURTHEST)
    if not clock.today() < day <= last or ShowDay.objects.filter(day=day).exists():
        return day
    found = add_workdays(day, 0)
    return found if found <= last else last_workday(day)


def _check_day(day: date) -> None:
    clock.check_ahead(day, "due_on")
    if day > clock.today() + timedelta(days=FURTHEST):
        raise Refused(_("A next step lies at most a year ahead. Choose an earlier day."), field="due_on")


def _kinds(plans: list[Plan]) -> list[str]:
    """How each is done: as a person said, and of what the house plans by a way that is known."""
    ours = {plan.customer.pk for plan in plans if plan.values is not None and plan.kind in NEEDS}
    known = known_ways(ours) if ours else {}
    return [way(p.kind, known[p.customer.pk]) if p.values is not None and p.kind in NEEDS else p.kind for p in plans]


def keep_nearest(customer_ids: list[int]) -> None:
    """The nearest open step of each, kept on the customer."""
    nearest = dict(NextStep.objects.open().filter(customer__in=customer_ids).values_list("customer_id").annotate(Min("due_on")))
    keep_next_step({pk: nearest.get(pk) for pk in customer_ids})

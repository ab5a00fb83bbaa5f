"""Response clocks 首次回复时限: every capture has a time to its first answer, by heat, in working time; nobody is forgotten.

A clock begun in a fair's show hours goes on in the fair's hours, any other in the company's. At three quarters the holder
is reminded. When the time is over, the backup of the roster gets it with a fresh clock, else the manager; at the second
breach the manager. The first personal touch out that reached or was sent answers it, a briefing or a contract that somebody sends
as well; letters that go by themselves do not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate, chain

from django.db import models
from django.db.models import F, Model
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.duties import who_does
from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core.actors import SYSTEM, Actor
from boothline.core.clock import today
from boothline.core.kinds import refer
from boothline.core.operations import operation
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.core.records import Record, leaning_on
from boothline.core.rules import declare
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.doing import doers, let_in
from boothline.followups import events
from boothline.followups.steps import PROMISE, NextStep, NextSteps, Plan, done, drop, give, keep_nearest, plan_again, plan_many
from boothline.followups.ways import known_ways, way
from boothline.timeline.history import Event, Telling, record, record_many
from boothline.worktime.calendar import Calendar, add_working_hours, company_calendar
from boothline.worktime.shows import Show, ShowDay, backup_of, is_open, show_calendar

HOT = declare("followups.hot_hours", Decimal("0.5"), _("Working hours to the first answer, heat 4"), low=Decimal("0.1"), high=80)
WARM = declare("followups.warm_hours", Decimal("4"), _("Working hours to the first answer, heat 3 or none"), low=Decimal("0.1"), high=80)
KNOWN_A = declare(
    "followups.known_a_hours",
    Decimal("0.5"),
    _("Working hours to the first answer, known customer of grade A"),
    low=Decimal("0.1"),
    high=80,
)
KNOWN_B = declare(
    "followups.known_b_hours", Decimal("4"), _("Working hours to the first answer, known customer of grade B"), low=Decimal("0.1"), high=80
)
COOL = declare("followups.cool_hours", Decimal("8"), _("Working hours to the first answer, heat 1 or 2"), low=Decimal("0.1"), high=80)
REMINDER = declare("followups.reminder_percent", 75, _("Percent of the time after which the holder is reminded"), low=10, high=99)

HEAT = {
    4: pgettext_lazy("heat", "hot"), 3: pgettext_lazy("heat", "warm"), 2: pgettext_lazy("heat", "mild"), 1: pgettext_lazy("heat", "cold"),
}  # fmt: skip
FIRST, BACKUP, MANAGER = 1, 2, 3  # whose turn it is
MOST = 200  # clocks in one round of the sweep
FIRST_ANSWER = gettext_noop("first answer")
FIRST_STEPS = (PROMISE, FIRST_ANSWER)  # what a clock plans, and nothing else does

log = logging.getLogger(__name__)


class Clocks(models.QuerySet["Clock"]):
    """Questions about response clocks."""

    def visible_to(self, by: Actor) -> Clocks:
        """The clocks of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def open(self) -> Clocks:
        """Nobody has answered yet."""
        return self.filter(answered_at=None, closed_at=None)

    def passed(self) -> Clocks:
        """Those that the in-time share counts: the first limit has passed."""
        return self.filter(due_at__lte=timezone.now())

    def in_time(self) -> Clocks:
        """Answered within the first limit."""
        return self.filter(answered_at__lte=F("due_at"))

    def counted(self) -> Clocks:
        """With whom each counts for in the share, and in which team: whoever let the first limit pass, else whoever has it."""
        return self.annotate(counts_for_id=Coalesce("let_pass_id", "owner_id"), counts_in=Coalesce("let_pass__team_id", "owner__team_id"))

    def tally(self, since: datetime) -> dict[str, int]:
        """What a fair shows of its captures, in one question: those since a moment, those whose first limit has passed, those answered in
        time among them, and those still to be answered."""
        passed = models.Q(due_at__lte=timezone.now())
        return self.aggregate(
            captured=models.Count("pk", filter=models.Q(started_at__gte=since)),
            passed=models.Count("pk", filter=passed),
            in_time=models.Count("pk", filter=passed & models.Q(answered_at__lte=F("due_at"))),
            running=models.Count("pk", filter=models.Q(answered_at=None, closed_at=None)),
        )

    def for_list(self) -> Clocks:
        """With what a list shows."""
        return self.select_related("customer", "contact", "owner", "handed_by", "step", "show")

    def search(self, words: str, by: Actor) -> Clocks:
        """By the customer."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Clock(Record):
    """The first answer that one capture asks for. `due_at` is the first limit and stays; `turn_due_at` is the holder's."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=200)
    show = models.ForeignKey(Show, null=True, on_delete=models.SET_NULL, related_name="+")
    by_show = models.BooleanField(default=False)  # begun in show hours: goes on in them
    step = models.ForeignKey(NextStep, null=True, on_delete=models.SET_NULL, related_name="+")
    heat = models.PositiveSmallIntegerField(_("heat"), null=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("with"))
    let_pass = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # with whom the first limit passed
    handed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # of whom away or gone a colleague has it
    turn = models.PositiveSmallIntegerField(default=FIRST)
    turn_due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)  # empty once reminded
    next_at = models.DateTimeField(null=True)  # when the sweep has to look again
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)
    privacy = tags(subject_kind=PLAIN, subject_name=PERSON)

    objects = Clocks.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="clock_once")]
        indexes = [
            models.Index(fields=["next_at"], name="clock_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["customer"], name="clock_open", condition=models.Q(answered_at__isnull=True, closed_at__isnull=True)),
            models.Index(fields=["due_at", "id"], name="clock_due"),
            models.Index(fields=["show", "started_at"], name="clock_show"),
        ]

    def __str__(self) -> str:
        return self.subject_name

    @property
    def is_open(self) -> bool:
        """Nobody has answered yet."""
        return self.answered_at is None and self.closed_at is None

    @property
    def state(self) -> str:
        """in_time · late (answered after the limit) · closed · missed (limit over, not answered) · running."""
        if self.answered_at:
            return "in_time" if self.answered_at <= self.due_at else "late"
        if self.closed_at:
            return "closed"
        return "missed" if self.due_at <= timezone.now() else "running"

    @property
    def show_name(self) -> str:
        """The fair, as the reader calls it."""
        return self.show.named(get_language() or "") if self.show else ""


STATES = {
    "running": _("time is running"), "missed": _("not answered in time"), "in_time": _("answered in time"),
    "late": _("answered late"), "closed": _("no answer wanted"),
}  # fmt: skip


@dataclass
class Start:
    """A clock to be started: for which capture, since when, how warm, at which fair, and what was promised to the person."""

    subject: Model
    customer: Customer
    contact: Contact | None
    at: datetime
    heat: int | None = None
    show: Show | None = None
    promised: list[str] = field(default_factory=list)  # messages of ours


class _Calendars:
    """The calendars of one batch, each read once."""

    def __init__(self) -> None:
        self.ordinary = company_calendar()
        self._shows: dict[int, Calendar] = {}
        self._days: dict[int, list[ShowDay]] = {}

    def runs_in(self, show: Show | None, at: datetime) -> bool:
        """Whether a clock begun at this moment runs in the hours of the show."""
        if show is None:
            return False
        if show.pk not in self._days:
            self._days[show.pk] = list(show.days.all())
        return is_open(self._days[show.pk], at)

    def of(self, show: Show | None) -> Calendar:
        """A show's, else the ordinary one."""
        if show is None:
            return self.ordinary
        if show.pk not in self._shows:
            self._shows[show.pk] = show_calendar(show, self.ordinary)
        return self._shows[show.pk]


def _turn(at: datetime, hours: Decimal, percent: int, calendar: Calendar) -> tuple[datetime, datetime]:
    """(when the holder is reminded, when the time is over)."""
    return add_working_hours(at, hours * percent / 100, calendar), add_working_hours(at, hours, calendar)


def _limits() -> Callable[[int | None, str], Decimal]:
    """Working hours to the first answer, by heat and by the grade of who is known already; the settings are read once."""
    by_heat = {4: HOT.value, 3: WARM.value, None: WARM.value, 2: COOL.value, 1: COOL.value}
    known = {"A": KNOWN_A.value, "B": KNOWN_B.value}  # who is new has no such grade yet
    return lambda heat, grade: min(by_heat[heat], known.get(grade, by_heat[heat]))


@operation("followups.start_clocks")
def start_clocks(starts: list[Start], *, by: Actor) -> list[Clock]:
    """Starts any number of clocks, each with its first step, by a fixed number of questions. Nobody's customer, and that of somebody who
    left, is the manager's at once."""
    if not starts:
        return []
    for customer in {start.customer.pk: start.customer for start in starts}.values():
        require(by, "steps.plan", customer)
    calendars, percent = _Calendars(), REMINDER.value
    hours_for = _limits()
    does = doers([(start.customer, None) for start in starts], by=by)
    clocks, plans, known_of = [], [], known_ways({start.customer.pk for start in starts})
    for start, owner in zip(starts, does, strict=True):
        by_show = calendars.runs_in(start.show, start.at)
        hours = hours_for(start.heat, start.customer.grade)
        remind_at, due_at = _turn(start.at, hours, percent, calendars.of(start.show if by_show else None))
        clocks.append(
            Clock(
                customer=start.customer, contact=start.contact, **refer("subject", start.subject), show=start.show, by_show=by_show,
                heat=start.heat, hours=hours, started_at=start.at, due_at=due_at,
                owner_id=owner, turn_due_at=due_at, remind_at=remind_at, next_at=remind_at,
            )
        )  # fmt: skip
        plans.append(_first_plans(start, max(today(), timezone.localdate(due_at)), way("call", known_of[start.customer.pk])))
    steps = plan_many(list(chain(*plans)), by=by)
    for begun, at in zip(clocks, accumulate(map(len, plans), initial=0), strict=False):
        begun.step = steps[at]  # the clock runs to the first of them
    Clock.objects.bulk_create(clocks, batch_size=1000)
    tellings = [Telling(begun, under=begun.customer, values={"hours": begun.hours}) for begun in clocks]
    record_many(events.CLOCK_STARTED, tellings, by=by)
    return clocks


def _first_plans(start: Start, due_on: date, kind: str) -> list[Plan]:
    """Each thing that was promised is a step on the day on which the time is over; where nothing was, the first answer is one, by the
    way that is known."""
    all_of_it = {"all": start.promised}
    told = [Plan(start.customer, PROMISE, due_on, values={"promised": [words]} | all_of_it) for words in start.promised]
    return told or [Plan(start.customer, FIRST_ANSWER, due_on, kind=kind, values={})]


def begun_with(subject: Model) -> tuple[Clock | None, list[NextStep]]:
    """The clock of a capture and the first steps that were planned with it: one for each promise, else one."""
    ref = refer("subject", subject)
    clock = Clock.objects.for_list().filter(subject_kind=ref["subject_kind"], subject_id=subject.pk).first()
    return clock, _planned_with(clock) if clock else []


def begin_otherwise(subject: Model, *, heat: int | None, promised: list[str], is_new: bool, by: Actor) -> None:
    """A capture was corrected: its clock has the time of the heat as it is now, while the first turn runs; what is promised now is a step
    each, and what is not any more is none. `is_new`: the customer came with it, so their grade shortens nothing."""
    clock, steps = begun_with(subject)
    if clock is None:  # a list from elsewhere starts none
        return
    if clock.heat != heat:
        _run_otherwise(clock, heat, "" if is_new else clock.customer.grade)
    due_on = max(today(), timezone.localdate(clock.turn_due_at))
    kept = [step for step in steps if _is_promised(step, promised) or not (promised or step.is_promise)]
    new = [words for words in promised if not any(_is_promised(step, [words]) for step in kept)]
    if new or (not kept and clock.is_open):
        start = Start(subject, clock.customer, clock.contact, at=clock.started_at, promised=new)
        kept += plan_many(_first_plans(start, due_on, way("call", known_ways({clock.customer_id})[clock.customer_id])), by=by)
    for step in kept:
        values = {"promised": step.values["promised"], "all": promised} if step.is_promise and step.values else step.values
        is_moved = step.moved > 0 or step.done_at is not None  # somebody named another day, or it is over
        NextStep.objects.filter(pk=step.pk).update(values=values, due_on=step.due_on if is_moved else due_on)
    Clock.objects.filter(pk=clock.pk).update(step=min(kept, key=lambda step: step.pk, default=None))
    gone = [step for step in steps if step not in kept and step.done_at is None]
    leant_on = [step for step in gone if leaning_on([step])]  # a touch said that it still holds
    drop(leant_on, by=by)
    forget(None, [step for step in gone if step not in leant_on])
    keep_nearest([clock.customer_id])


def _run_otherwise(clock: Clock, heat: int | None, grade: str) -> None:
    """As if it had begun with this heat; whoever has it after somebody let it pass keeps the time they were given."""
    hours = _limits()(heat, grade)
    if clock.is_open and clock.turn == FIRST and clock.hours != hours:
        calendar = _Calendars().of(clock.show if clock.by_show else None)
        clock.hours = hours
        clock.remind_at, clock.due_at = _turn(clock.started_at, hours, REMINDER.value, calendar)
        clock.turn_due_at, clock.next_at = clock.due_at, clock.remind_at
    clock.heat = heat
    clock.save(update_fields=["heat", "hours", "remind_at", "due_at", "turn_due_at", "next_at"])


def _is_promised(step: NextStep, promised: list[str]) -> bool:
    return step.is_promise and (step.values or {})["promised"][0] in promised


def forget(clock: Clock | None, steps: list[NextStep]) -> None:
    """What they began with was taken by mistake: as if they never were."""
    customers = [step.customer_id for step in steps]
    if clock:
        clock.delete()
    NextStep.objects.filter(pk__in=[step.pk for step in steps]).delete()
    keep_nearest(customers)


def answer_clocks(customer: Customer, contact: Contact | None, *, at: datetime, by: Actor) -> list[NextStep]:
    """A personal touch reached them or was sent: their open clocks are answered. Returns the first steps that this
    was; what was promised stays to be done."""
    clocks = _open_with(customer, contact).filter(started_at__lte=at)
    ended = _end(clocks, answered_at=at, answered_by_id=by.id if by.kind == "user" else None)
    record_many(events.ANSWERED, [Telling(clock, under=clock.customer) for clock in ended], by=by)
    return [step for step in _steps_of(ended) if not step.is_promise]


def answered_by(customer: Customer, contact: Contact | None, *, by: Actor) -> None:
    """Somebody sent this contact a briefing or a contract, or it was signed: a personal word as well, to them and nobody else of the
    customer."""
    for step in answer_clocks(customer, contact, at=timezone.now(), by=by.trusted()):
        done(step, by=by.trusted())


def unanswered_of(customer: Customer) -> set[int]:
    """Their clocks that run."""
    return set(_open_with(customer, None).values_list("pk", flat=True))


def run_on(clocks: Clocks, *, by: Actor) -> None:
    """What answered these was void: their time runs on from where it stood, with whoever has the customer now."""
    found = list(clocks.exclude(answered_at=None).select_related("customer", "owner"))
    for clock, owner in zip(found, doers([(clock.customer, clock.owner) for clock in found], by=by), strict=True):
        clock.next_at, clock.owner_id, clock.answered_at, clock.answered_by = clock.remind_at or clock.turn_due_at, owner, None, None
        clock.save(update_fields=["next_at", "owner", "answered_at", "answered_by"])


def ask_first_again(clocks: Clocks, *, by: Actor) -> None:
    """Those of them that wait once more have the first answer as a step again; what was promised never ended by an answer."""
    for clock in clocks.open().filter(step__done_at__isnull=False).select_related("step"):
        if clock.step_id and clock.step and not clock.step.is_promise:
            Clock.objects.filter(pk=clock.pk).update(step=plan_again([clock.step_id], by=by)[0])


def goes_on(told: Iterable[Event], by: Actor) -> None:
    """What was promised is over, and nobody has answered yet: whose clock runs on, and who has nothing left to be done, is to get the
    first answer. Heard as a step ends."""
    kept = NextStep.objects.filter(pk__in=[event.subject_id for event in told], what=PROMISE, values__isnull=False)
    left = Clock.objects.open().filter(customer__in=kept.values("customer"), customer__next_step_on=None).for_list()
    for clock in left.order_by("pk"):
        kind = way("call", known_ways({clock.customer_id})[clock.customer_id])
        due_on = max(today(), timezone.localdate(clock.turn_due_at))
        plan = Plan(clock.customer, FIRST_ANSWER, due_on, owner=clock.owner, kind=kind, values={})
        Clock.objects.filter(pk=clock.pk).update(step=plan_many([plan], by=by.trusted())[0])


def close_clocks(customer: Customer, contact: Contact | None, *, by: Actor) -> list[NextStep]:
    """The touch ended it: no first answer is wanted any more."""
    ended = _end(_open_with(customer, contact), closed_at=timezone.now())
    record_many(events.UNANSWERED, [Telling(clock, under=clock.customer) for clock in ended], by=by)
    return _steps_of(ended)


def _open_with(customer: Customer, contact: Contact | None) -> Clocks:
    clocks = Clock.objects.open().filter(customer=customer)
    return clocks.filter(models.Q(contact=contact) | models.Q(contact=None)) if contact else clocks


def _end(clocks: Clocks, **facts: object) -> list[Clock]:
    ended = list(clocks.select_related("step", "customer"))
    Clock.objects.filter(pk__in=[clock.pk for clock in ended]).update(next_at=None, **facts)
    return ended


def _steps_of(clocks: list[Clock]) -> list[NextStep]:
    """What was planned as they began, as far as it is open: a step for each promise, else one."""
    return [step for clock in clocks for step in _planned_with(clock) if step.done_at is None]


def _planned_with(clock: Clock) -> list[NextStep]:
    step = clock.step
    if step is None:
        return []
    promised = (step.values or {}).get("all", [])
    if len(promised) < 2:
        return [step]
    return [one for one in _first_steps_from(step) if (one.values or {}).get("all") == promised][: len(promised)]


def _first_steps_from(step: NextStep) -> NextSteps:
    of_clocks = NextStep.objects.filter(customer=step.customer_id, pk__gte=step.pk, what__in=FIRST_STEPS, values__isnull=False)
    return of_clocks.for_list().order_by("pk")


@operation("followups.run_clock")
def run_clock(clock: Clock, *, by: Actor) -> Clock:
    """What time brings to a clock: the reminder, or the hand-over. Safe to run at any moment and any number of times."""
    require(by, "steps.plan", clock)
    hold(clock.customer_id)
    clock = Clock.objects.for_list().get(pk=clock.pk)
    now = timezone.now()
    if not clock.is_open or clock.next_at is None or clock.next_at > now:
        return clock
    if clock.turn_due_at <= now:
        _hand_over(clock, now, by)
    else:
        until = timezone.localtime(clock.turn_due_at)
        Clock.objects.filter(pk=clock.pk).update(remind_at=None, next_at=clock.turn_due_at)
        record(
            events.REMINDED,
            subject=clock,
            under=clock.customer,
            by=by,
            values={"on": until.date(), "time": f"{until:%H:%M}", "people": [clock.owner_id]},
        )
    clock.refresh_from_db()
    return clock


def _hand_over(clock: Clock, now: datetime, by: Actor) -> None:
    turn, to = _next_holder(clock, now)
    if to is None:  # nobody stands above: it stays where it is, late
        Clock.objects.filter(pk=clock.pk).update(next_at=None, remind_at=None)
        return
    hand_clock(clock, to, turn=turn, now=now)
    values = {"was": clock.owner or "–", "now": to, "people": [to.pk]}
    record(events.HANDED, subject=clock, under=clock.customer, by=by, values=values)
    let_in([(clock.customer, to)], by=by)
    theirs = NextStep.objects.open().filter(customer=clock.customer, owner_id=clock.owner_id).for_list()
    steps = _steps_of([clock]) or list(theirs.order_by("due_on", "id")[:1])
    if steps:
        give(steps, by=by.trusted(), to=to)


def hand_clock(clock: Clock, to: User, *, turn: int, now: datetime, of: User | None = None) -> None:
    """Gives a clock to somebody with fresh time; that the first limit passed stays with who had it then. `of`: who is away or left; else
    their time is over."""
    calendar = show_calendar(clock.show) if clock.by_show and clock.show else company_calendar()
    remind_at, due_at = _turn(now, clock.hours, REMINDER.value, calendar)
    let_pass = clock.let_pass_id or (clock.owner_id if clock.due_at <= now else None)
    Clock.objects.filter(pk=clock.pk).update(
        owner=to, let_pass=let_pass, handed_by=of, turn=turn, turn_due_at=due_at, remind_at=remind_at, next_at=remind_at
    )


def _next_holder(clock: Clock, now: datetime) -> tuple[int, User | None]:
    """The backup after the first breach, else the manager; after the second the manager."""
    if clock.turn == FIRST:
        backup = backup_of(clock.show, clock.owner_id, timezone.localdate(now))
        if backup and backup.pk != clock.owner_id:
            return BACKUP, backup
    if clock.turn < MANAGER:
        manager = who_does("M", team_id=clock.customer.team_id)
        if manager and manager.pk != clock.owner_id:
            return MANAGER, manager
    return MANAGER, None


def run_due(ids: list[int] | None = None) -> int:
    """The sweep's part: every clock that has something to happen now. Returns how many were looked at."""
    if ids is not None:
        return 0  # a ring is about deliveries
    due = list(Clock.objects.open().filter(next_at__lte=timezone.now()).order_by("next_at", "id")[:MOST])
    for clock in due:
        try:
            run_clock(clock, by=SYSTEM)
        except Exception:  # one clock's trouble must not stop the others
            log.exception("the clock %s could not be run", clock.pk)
    return len(due)


def share(clocks: Clocks) -> tuple[int, int]:
    """The in-time share: (answered within the first limit, all whose limit has passed)."""
    passed = clocks.passed()
    found = passed.aggregate(all=models.Count("pk"), in_time=models.Count("pk", filter=models.Q(answered_at__lte=F("due_at"))))
    return found["in_time"], found["all"]


def heat_words(heat: int | None) -> str:
    """The heat as a sentence says it."""
    return _now("heat: %(heat)s") % {"heat": HEAT[heat]} if heat else _now("heat not noted")


def running(clocks: Iterable[Clock]) -> list[Clock]:
    """Those still to be answered, the most urgent first."""
    return sorted((clock for clock in clocks if clock.is_open), key=lambda clock: (clock.turn_due_at, clock.pk))

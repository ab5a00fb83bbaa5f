"""203 Order follow-up 订单跟进: the milestones of the order to be, with plan and actual dates.

A plan comes with the contract, is provisional until production may start, and goes on under the order. Its days are kept
beside the facts that they follow from (`keep`). Deposit and balance are set by receipts, goods data and packing by their
rows, never by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override, pgettext_lazy

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.catalogue.products import Product
from boothline.contracts import events
from boothline.contracts.agreement import ALIVE, Contract, Version, locked
from boothline.contracts.establishment import Confirmation, ConfirmationRequest
from boothline.contracts.lists import STARTS
from boothline.contracts.supply import promised
from boothline.contracts.templates import MILESTONES, OFFSETS, TEMPLATES, dates, workday
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.memo import once
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import listed, reason_given
from boothline.core.told import kept_words
from boothline.customers.card import Contact, Customer, is_abroad
from boothline.customers.doing import doing, let_in
from boothline.followups.steps import NextStep, Plan, done, plan_many
from boothline.timeline.history import Event, record
from boothline.worktime.calendar import add_workdays, company_calendar

SOON = declare("contracts.milestone_soon", 3, gettext_lazy("Workdays before its plan date that a milestone is soon"), low=0, high=30)
LATE = gettext_noop("%(milestone)s: %(number)s is late with it")
BY_FACTS = ("deposit", "balance", "goods", "packed")  # never by hand
OWNERS = {  # who sees to it, by the letters of the duties
    "deposit": "S", "measured": "E", "artwork": "S", "sample": "S", "material": "B", "production_start": "B", "production_end": "B",
    "inspection": "Q", "goods": "K", "balance": "S", "booked": "K", "packed": "W", "installed": "E",
}  # fmt: skip
STATES = {
    "planned": pgettext_lazy("milestone", "planned"),
    "soon": pgettext_lazy("milestone", "soon"),
    "late": pgettext_lazy("milestone", "late"),
    "done": pgettext_lazy("milestone", "done"),
    "passed": pgettext_lazy("milestone", "passed, day not noted"),
    "skipped": pgettext_lazy("milestone", "skipped"),
}
MADE = (  # one after the other: what is packed has been inspected, what is inspected has been made
    "measured", "artwork", "sample", "material", "production_start", "production_end", "inspection", "packed",
)  # fmt: skip
PRODUCTION = ("production_start", "production_end")
AFTERWARDS = (*PRODUCTION, "inspection")  # noted by hand, and never before the order
BEGUN = MADE[: MADE.index("production_start") + 1]  # what the first of the goods went through; of the rest nobody knows yet
MAKING = ("sample", "material", *PRODUCTION)  # what goods on hand need none of


class FamilyTemplate(Record):
    """Which template the products of a family follow, and what their production waits for."""

    family = models.CharField(max_length=100, unique=True)
    template = models.CharField(gettext_lazy("template"), max_length=8, choices=list(TEMPLATES.items()))
    start = models.CharField(gettext_lazy("production starts with"), max_length=12, choices=list(STARTS.items()))
    privacy = tags(family=PLAIN, template=PLAIN, start=PLAIN)

    def __str__(self) -> str:
        return self.family


class Plans(models.QuerySet["MilestonePlan"]):
    """Questions about plans."""

    def visible_to(self, by: Actor) -> Plans:
        """Those of the contracts that the actor sees."""
        return self.filter(contract__in=Contract.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Plans:
        """What a guest may see: those of their company's contracts."""
        return self.filter(contract__customer_id=contact.customer_id)

    def for_list(self) -> Plans:
        """With everything that a chart of it shows."""
        return self.select_related("contract__customer__owner").prefetch_related("milestones__owner")


class MilestonePlan(Record):
    """The plan of one contract. `confirmed_on`, `promised_on` (D), `shift` and `is_squeezed` are kept."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="plan")
    template = models.CharField(gettext_lazy("template"), max_length=8, choices=list(TEMPLATES.items()))
    start = models.CharField(gettext_lazy("production starts with"), max_length=12, choices=list(STARTS.items()))
    expected_on = models.DateField(gettext_lazy("confirmation expected on"), null=True, blank=True)
    confirmed_on = models.DateField(null=True)
    promised_on = models.DateField(null=True)
    shift = models.PositiveSmallIntegerField(default=0)  # days that production started late
    is_squeezed = models.BooleanField(default=False)
    left_on = models.DateField(null=True)  # the first of what was made for it left
    privacy = tags(template=PLAIN, start=PLAIN)

    objects = Plans.as_manager()

    def __str__(self) -> str:
        return self.contract.number

    @property
    def customer(self) -> Customer:
        """Whose order it is to be."""
        return self.contract.customer

    def families(self) -> Iterator[str]:
        """Of the products that it is for; asked of the database only by who reads them."""
        yield from self.contract.newest.lines.values_list("variant__product__family", flat=True)

    @property
    def waits_for(self) -> list[Milestone]:
        """The milestones that production waits for and that are not reached."""
        return [m for m in starters(self) if m.done_on is None]

    @property
    def is_provisional(self) -> bool:
        """Not confirmed, or production may not start yet; goods that were made have proved that it did."""
        return self.confirmed_on is None or (self.left_on is None and bool(self.waits_for))


class Milestones(models.QuerySet["Milestone"]):
    """Questions about milestones."""

    def visible_to(self, by: Actor) -> Milestones:
        """Those of the contracts that the actor sees."""
        return self.filter(plan__contract__in=Contract.objects.visible_to(by))

    def running(self) -> Milestones:
        """Of contracts that are alive or agreed; neither reached nor skipped, and not passed."""
        return self.filter(
            ~passed(), done_on=None, skipped_at=None, plan_on__isnull=False,
            plan__contract__state__in=(*ALIVE, "agreed"),
        )  # fmt: skip

    def late(self) -> Milestones:
        """Their day is over, and the customer has confirmed."""
        return self.running().filter(plan_on__lt=clock.today(), plan__confirmed_on__isnull=False)

    def in_state(self, state: str) -> Milestones:
        """As `Milestone.state` says it."""
        if state in ("done", "skipped"):
            return self.filter(done_on__isnull=False) if state == "done" else self.filter(skipped_at__isnull=False)
        today, soon = clock.today(), soon_until()
        open_ones = self.filter(done_on=None, skipped_at=None)
        if state == "passed":
            return open_ones.filter(passed())
        by_day = {
            "late": models.Q(plan_on__lt=today),
            "soon": models.Q(plan_on__gte=today, plan_on__lte=soon),
            "planned": models.Q(plan_on__gt=soon) | models.Q(plan_on=None),
        }
        return open_ones.filter(~passed(), by_day[state])

    def search(self, words: str, by: Actor) -> Milestones:
        """By contract, PO number or customer."""
        return self.filter(plan__contract__in=Contract.objects.all().search(words, by))

    def for_list(self) -> Milestones:
        """With everything that a row shows."""
        return self.select_related("plan__contract__customer__owner", "owner").prefetch_related("plan__milestones")


class Milestone(Record):
    """One dated point. `plan_on` is kept; `own_on` is the day that somebody set instead."""

    plan = models.ForeignKey(MilestonePlan, on_delete=models.CASCADE, related_name="milestones")
    code = models.CharField(max_length=16, choices=list(MILESTONES.items()))
    position = models.PositiveSmallIntegerField()
    plan_on = models.DateField(null=True)
    own_on = models.DateField(gettext_lazy("plan date"), null=True, blank=True)
    done_on = models.DateField(null=True)
    skipped_at = models.DateTimeField(null=True)
    skipped_reason = models.CharField(max_length=300, blank=True, default="")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=gettext_lazy("owner"))
    note = models.CharField(gettext_lazy("note"), max_length=300, blank=True, default="")
    late_on = models.DateField(null=True)  # when it was noted as late
    privacy = tags(code=PLAIN, skipped_reason=WORDS, note=WORDS)

    objects = Milestones.as_manager()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="milestone_once")]
        indexes = [models.Index(fields=["plan_on"], name="milestone_open", condition=models.Q(done_on=None, skipped_at=None))]

    is_inland = False  # goods that stay in the country, as who draws the plan has seen: nobody books a hold for them

    def __str__(self) -> str:
        return _("transport arranged") if self.code == "booked" and self.is_inland else str(MILESTONES[self.code])

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.plan.contract.customer

    @property
    def state(self) -> str:
        """done · skipped · passed · late · soon · planned, by the day."""
        return state_on(self, clock.today(), soon_until())

    @property
    def state_words(self) -> str:
        """As people read it."""
        return words_of(self, self.state)

    @property
    def has_passed(self) -> bool:
        """Something that comes after it happened, or goods that were made have left: it happened too, though nobody noted the day."""
        return bool(self.plan.left_on and self.code in BEGUN) or self.is_behind

    @property
    def is_behind(self) -> bool:
        """Something that comes after it was noted as done."""
        rows = self.plan.milestones.all() if self.code in MADE else []
        return any(other.code in MADE and other.done_on and other.position > self.position for other in rows)

    @property
    def days_late(self) -> int:
        """The actual day, or today, less the plan date; 0 where it is in time, or nobody knows."""
        if self.plan_on is None or self.skipped_at or (self.done_on is None and self.has_passed):
            return 0
        return max(0, ((self.done_on or clock.today()) - self.plan_on).days)

    @property
    def is_by_facts(self) -> bool:
        """Reached by what is booked elsewhere, never by hand."""
        return self.code in BY_FACTS

    @property
    def chosen(self) -> User | None:
        """Whom somebody named for it, while they are here."""
        return self.owner if self.owner and self.owner.is_active else None

    @property
    def person(self) -> User | None:
        """Who sees to it."""
        return self.chosen or doing(self.customer, OWNERS[self.code], families=self.plan.families())


def leaves_on(contract: Contract) -> date | None:
    """D as it stands: what was agreed, moved by a late start of production; of what nobody has confirmed, what the newest version says."""
    plan = getattr(contract, "plan", None)
    return plan.promised_on if plan and plan.confirmed_on else contract.newest.shipping_on


def soon_until() -> date:
    """The last day that is soon."""
    return once("contracts.soon", lambda: add_workdays(clock.today(), SOON.value))


def state_on(milestone: Milestone, today: date, soon: date) -> str:
    """The same for many, with the days asked once."""
    if milestone.done_on or milestone.skipped_at:
        return "done" if milestone.done_on else "skipped"
    if milestone.has_passed:
        return "passed"
    if milestone.plan_on is None or milestone.plan_on > soon:
        return "planned"
    return "late" if milestone.plan_on < today else "soon"


def words_of(milestone: Milestone, state: str) -> str:
    """A state as people read it. Of one that passed only what is known: done, where a later one is; else the goods that left went
    through it, and of the rest nobody knows."""
    if state != "passed":
        return str(STATES[state])
    return _("done, day not noted") if milestone.is_behind else _("done for the goods that left")


def passed() -> models.Q:
    """Of milestones: as `Milestone.has_passed` says it."""
    later = Milestone.objects.filter(plan=models.OuterRef("plan"), position__gt=models.OuterRef("position"), code__in=MADE)
    has_left = models.Q(code__in=BEGUN, plan__left_on__isnull=False)
    return has_left | models.Q(code__in=MADE) & models.Q(models.Exists(later.filter(done_on__isnull=False)))


def starters(plan: MilestonePlan) -> list[Milestone]:
    """What production waits for after the confirmation; nothing where no deposit is asked for."""
    found = {m.code: m for m in plan.milestones.all() if m.skipped_at is None}
    if plan.start == "confirmation" or "deposit" not in found:
        return []
    return [found[code] for code in (("deposit", "artwork") if plan.start == "artwork" else ("deposit",)) if code in found]


@operation("contracts.set_family_template")
def set_family(family: str, *, by: Actor, template: str, start: str) -> FamilyTemplate:
    """How the products of a family are made: their template, and what production waits for. Plans made from now on follow it."""
    require(by, "milestones.templates")
    if template not in TEMPLATES or start not in STARTS:
        raise Refused(_("Choose from the list."), field="template" if template not in TEMPLATES else "start")
    kept, is_new = FamilyTemplate.objects.get_or_create(family=family, defaults={"template": template, "start": start})
    was = (kept.template, kept.start)
    if is_new or was != (template, start):
        FamilyTemplate.objects.filter(pk=kept.pk).update(template=template, start=start, revision=models.F("revision") + 1)
        kept.refresh_from_db()
        values = {"family": family, "template": template, "start": start}
        record(events.FAMILY_SET, subject=kept, by=by, values=values)
    return kept


@operation("contracts.edit_plan")
def edit_plan(plan: MilestonePlan, *, by: Actor, revision: int, values: dict[str, Any]) -> MilestonePlan:
    """Another template, another start of production, the day on which the confirmation is expected."""
    require(by, "milestones.edit", plan.contract)
    contract = locked(plan.contract)
    plan = MilestonePlan.objects.for_list().get(pk=plan.pk)
    expected = values.get("expected_on")
    if expected and expected != plan.expected_on and expected < clock.today():
        raise Refused(_("This day has passed. Choose today or a later one."), field="expected_on", code="past")
    _check_near(expected, contract, "expected_on")
    changes = revise(plan, revision=revision, values=values)
    if changes:
        keep(contract)
        record(events.PLAN_EDITED, subject=plan, under=contract.customer, by=by, values={"number": contract.number}, changes=changes)
    return plan


@operation("contracts.edit_milestone")
def edit_milestone(milestone: Milestone, *, by: Actor, revision: int, values: dict[str, Any]) -> Milestone:
    """Sets its plan date by hand (empty: the template's), who sees to it, and a note that customers never see. A free day moves as one
    of the template does: back of what we owe, on of what the customer owes."""
    require(by, "milestones.edit", milestone.plan.contract)
    contract, milestone = _at_work(milestone)
    _check_near(values.get("own_on"), contract, "own_on")
    changes = revise(milestone, revision=revision, values=values)
    if changes:
        keep(contract)
        milestone.refresh_from_db()
        record(events.MILESTONE_EDITED, subject=milestone, under=contract.customer, by=by, values=_said(milestone), changes=changes)
    return milestone


@operation("contracts.reach_milestone")
def reach(milestone: Milestone, *, by: Actor, on: date | None = None) -> Milestone:
    """It is reached, on that day. Pressed twice, the first day stands. Production is not begun before what it waits for."""
    require(by, "milestones.edit", milestone.plan.contract)
    contract, milestone = _at_work(milestone)
    if milestone.done_on:
        return milestone
    on = on or clock.today()
    clock.check_happened(on, "on", future=_("This day is in the future. Note it on the day."))
    _check_near(on, contract, "on")
    _check_order(milestone, on)
    if milestone.is_by_facts:
        raise Refused(BY_WHAT[milestone.code], code="by_facts")
    if milestone.code.startswith("production") and milestone.plan.is_provisional:
        waits = [str(m) for m in milestone.plan.waits_for] if milestone.plan.confirmed_on else [_("confirmation")]
        raise Refused(_("Production does not start yet: it waits for %(what)s.") % {"what": listed(waits, weak=False)}, code="not_yet")
    _reached(milestone, on, by)
    follow_start(contract, by=by.trusted())
    return Milestone.objects.for_list().get(pk=milestone.pk)


BY_WHAT = {
    "deposit": gettext_lazy("The deposit is set by the receipt. Record the receipt."),
    "balance": gettext_lazy("The balance is set by the receipt. Record the receipt."),
    "goods": gettext_lazy("Goods data is set by its lines. Approve them on the order."),
    "packed": gettext_lazy("Packing is set by the shipments. Pack them there."),
}


@operation("contracts.skip_milestone")
def skip(milestone: Milestone, *, by: Actor, reason: str) -> Milestone:
    """This order does not need it, and why. Skipped twice, the first reason stands."""
    require(by, "milestones.edit", milestone.plan.contract)
    contract, milestone = _at_work(milestone)
    if milestone.skipped_at or milestone.done_on:
        return milestone
    if milestone.is_by_facts:
        raise Refused(BY_WHAT[milestone.code], code="by_facts")
    reason = reason_given(reason)
    Milestone.objects.filter(pk=milestone.pk).update(skipped_at=timezone.now(), skipped_reason=reason)
    record(
        events.MILESTONE_SKIPPED, subject=milestone, under=contract.customer, by=by, values=_said(milestone) | {"reason": reason}
    )  # fmt: skip
    _step_done(milestone, by)
    keep(contract)
    follow_start(contract, by=by.trusted())
    return Milestone.objects.for_list().get(pk=milestone.pk)


@operation("contracts.reopen_milestone")
def reopen_milestone(milestone: Milestone, *, by: Actor) -> Milestone:
    """Noted in error, or needed after all: it is open again."""
    require(by, "milestones.edit", milestone.plan.contract)
    contract, milestone = _at_work(milestone)
    if milestone.is_by_facts:
        raise Refused(BY_WHAT[milestone.code], code="by_facts")
    if milestone.done_on or milestone.skipped_at:
        _opened_again(milestone, by)
        keep(contract)
        milestone.refresh_from_db()
    return milestone


@operation("contracts.note_milestones")
def note_facts(contract: Contract, *, by: Actor, reached: dict[str, date | None]) -> None:
    """What is booked elsewhere reaches a milestone, or takes it back: receipts the deposit and the balance, rows of goods data
    and packing theirs. Called down by whoever keeps those."""
    for milestone in Milestone.objects.for_list().filter(plan__contract=contract, code__in=reached):
        day = reached[milestone.code]
        if day == milestone.done_on:
            continue
        if day is None:
            _opened_again(milestone, by)
        elif milestone.done_on is None:
            _reached(milestone, day, by)
        else:
            Milestone.objects.filter(pk=milestone.pk).update(done_on=day)


def note_money(contract: Contract, *, by: Actor, deposit: date | None, balance: date | None, whole: date | None) -> None:
    """The days on which deposit, balance and everything was in; a sample is paid in full before it is made."""
    plan = MilestonePlan.objects.filter(contract=contract).first()
    if plan:
        note_facts(contract, by=by, reached={"deposit": whole if plan.template == "sample" else deposit, "balance": balance})


def _reached(milestone: Milestone, on: date, by: Actor) -> None:
    Milestone.objects.filter(pk=milestone.pk).update(done_on=on, skipped_at=None, skipped_reason="")
    milestone.refresh_from_db()
    values = _said(milestone) | {"on": on, "late": milestone.days_late}
    record(events.MILESTONE_REACHED, subject=milestone, under=milestone.customer, by=by, values=values)
    _step_done(milestone, by)


def _opened_again(milestone: Milestone, by: Actor) -> None:
    Milestone.objects.filter(pk=milestone.pk).update(done_on=None, skipped_at=None, skipped_reason="", late_on=None)
    record(events.MILESTONE_REOPENED, subject=milestone, under=milestone.customer, by=by, values=_said(milestone))


def note_left(contract: Contract, *, by: Actor, on: date) -> None:
    """Some of what was made for it left, says whoever keeps the orders: its production has begun, and nothing before that is late."""
    if not MilestonePlan.objects.filter(contract=contract, left_on=None).update(left_on=on):
        return
    for milestone in Milestone.objects.for_list().filter(plan__contract=contract, code__in=BEGUN, done_on=None, skipped_at=None):
        _step_done(milestone, by)


def promise(contract: Contract, promised_on: date) -> None:
    """The day that its plan is for: of several orders the first on which goods are to leave, says whoever keeps the orders."""
    if MilestonePlan.objects.filter(contract=contract, confirmed_on__isnull=False).exclude(promised_on=promised_on).exists():
        MilestonePlan.objects.filter(contract=contract).update(promised_on=promised_on)
        keep(contract)


@operation("contracts.plan_from_stock")
def plan_from_stock(contract: Contract, *, by: Actor) -> None:
    """All goods of its orders are on hand: nothing is made for it, and a plan made to order goes on as one of stock goods. Once something
    was made or passed over, or a person gave the plan or a step of it another shape, it stays as it is: what is still open of the making
    is not needed any more, of goods that are finished for the customer the material alone."""
    contract = locked(contract)
    plan = MilestonePlan.objects.filter(contract=contract, confirmed_on__isnull=False).first()
    making = Milestone.objects.for_list().filter(plan=plan, code__in=MAKING)
    if plan is None:
        return
    if plan.template != "made" or plan.revision > 1 or making.exclude(done_on=None, skipped_at=None, own_on=None).exists():
        needless = MAKING if plan.template == "made" else ("material",)
        _needed_no_more(making.filter(code__in=needless, done_on=None, skipped_at=None), gettext_lazy("all goods are on hand"), by)
        return
    MilestonePlan.objects.filter(pk=plan.pk).update(template="stock")
    for milestone in making:
        _step_done(milestone, by)
    keep(contract)
    record(events.PLAN_FROM_STOCK, subject=plan, under=contract.customer, by=by, values={"number": contract.number})


def _needed_no_more(open_ones: Iterable[Milestone], reason: Words, by: Actor) -> None:
    for milestone in open_ones:
        Milestone.objects.filter(pk=milestone.pk).update(skipped_at=timezone.now(), skipped_reason=kept_words(reason))
        record(
            events.MILESTONE_SKIPPED, subject=milestone, under=milestone.customer, by=by, values=_said(milestone) | {"reason": reason}
        )  # fmt: skip
        _step_done(milestone, by)


@operation("contracts.stop_plan")
def stop_plan(contract: Contract, *, by: Actor, reason: Words, is_made_on: bool = False) -> None:
    """The goods go on under another contract's order, or not at all: nothing of this plan is waited for any more; what was reached
    stays. Where they are made on, so does their making until they are packed: the other's plan knows nothing of it."""
    contract = locked(contract)
    open_ones = Milestone.objects.for_list().filter(plan__contract=contract, done_on=None, skipped_at=None)
    waited = list(open_ones.exclude(code__in=MADE) if is_made_on and open_ones.filter(code__in=PRODUCTION).exists() else open_ones)
    if not waited:
        return
    Milestone.objects.filter(pk__in=[m.pk for m in waited]).update(skipped_at=timezone.now(), skipped_reason=kept_words(reason))
    for milestone in waited:
        _step_done(milestone, by)
    values = {"number": contract.number, "reason": reason}
    record(events.PLAN_STOPPED, subject=waited[0].plan, under=contract.customer, by=by, values=values)


@operation("contracts.start_production")
def follow_start(contract: Contract, *, by: Actor) -> None:
    """What starts production came k days late: all later plan dates and the shipping date move by k days, and the customer is
    told by whoever keeps the orders. Asked by whoever books what production waits for; once moved, it stays so."""
    plan = MilestonePlan.objects.for_list().filter(contract=contract).first()
    needed = starters(plan) if plan else []
    planned = [m.plan_on for m in needed if m.plan_on]
    if plan is None or plan.confirmed_on is None or not needed or plan.waits_for or len(planned) < len(needed):
        return
    behind = max(planned)
    last = max(needed, key=lambda m: (m.done_on, m.code == "artwork"))
    assert last.done_on is not None  # the plan waits for none of them
    late = (last.done_on - behind).days
    if late <= plan.shift:
        return
    move = timedelta(days=late - plan.shift)
    was, now = plan.promised_on, plan.promised_on + move if plan.promised_on else None
    own = [(m, m.own_on, m.own_on + move) for m in plan.milestones.all() if m.own_on and m.own_on > behind and m.done_on is None]
    for milestone, _before, after in own:
        Milestone.objects.filter(pk=milestone.pk).update(own_on=after)
    MilestonePlan.objects.filter(pk=plan.pk).update(shift=late, promised_on=now)
    keep(contract)
    reason = "artwork" if last.code == "artwork" else "payment"
    values = {"number": contract.number, "days": move.days, "reason": reason, "was": was or "", "now": now or ""}
    moved = [[m.code, before.isoformat(), after.isoformat()] for m, before, after in own]
    record(events.PLAN_SHIFTED, subject=plan, under=contract.customer, by=by, values=values | {"own": moved})


def keep(contract: Contract) -> MilestonePlan:
    """The only writer of the kept columns: which milestones the plan has, and their days, from template, C, D and payment terms."""
    plan = MilestonePlan.objects.select_related("contract__customer").get(contract=contract)
    version = current(plan)
    promised = plan.promised_on if plan.confirmed_on else version.shipping_on
    _sync(plan, version)
    rows = list(plan.milestones.all())
    days, squeezed = plan_days(plan, version, promised, rows)
    for row in rows:
        if row.plan_on != days.get(row.code):
            Milestone.objects.filter(pk=row.pk).update(plan_on=days.get(row.code), late_on=None)
    MilestonePlan.objects.filter(pk=plan.pk).update(promised_on=promised, is_squeezed=squeezed)
    return MilestonePlan.objects.for_list().get(pk=plan.pk)


def by_custom(customer: Customer) -> str:
    """How goods are carried where nothing was agreed: by road at home, by sea abroad."""
    return "sea" if is_abroad(customer) else "road"


def plan_days(
    plan: MilestonePlan, version: Version, promised: date | None, rows: Iterable[Milestone]
) -> tuple[dict[str, date | None], bool]:
    """The plan date of every milestone. What moved with a late start keeps its distance; what came before the start stays."""
    rows = list(rows)
    works = company_calendar().works
    own = {row.code: workday(row.code, row.own_on, works) for row in rows if row.own_on}
    begins = plan.confirmed_on or expected(plan, promised)
    if begins is None:
        return {row.code: own.get(row.code) for row in rows}, False
    mode = version.carriage or by_custom(plan.customer)
    codes, shift = [row.code for row in rows], timedelta(days=plan.shift)
    first = dates(plan.template, codes, start=begins, shipping=promised - shift if promised else None, mode=mode, works=works)
    found: dict[str, date | None] = dict(first.days)
    if plan.shift:
        moved = dates(plan.template, codes, start=begins + shift, shipping=promised, mode=mode, works=works)
        needed = {m.code for m in starters(plan)}
        behind = max((first.days[code] for code in needed), default=begins)
        found = {code: day if code in needed or day <= behind else moved.days[code] for code, day in first.days.items()}
    return {row.code: own.get(row.code) or found.get(row.code) for row in rows}, first.is_squeezed


def expected(plan: MilestonePlan, promised: date | None) -> date | None:
    """The day on which the confirmation is expected: the salesperson's, else the end of the running request; the day on which
    that was sent, where the goods are to leave before its end."""
    if plan.expected_on:
        return plan.expected_on
    live = ConfirmationRequest.objects.live().filter(version__contract=plan.contract_id).order_by("-id").first()
    if live is None:
        return None
    sent_on = timezone.localdate(live.sent_at)
    return sent_on if promised and promised <= live.last_day else live.last_day


def current(plan: MilestonePlan) -> Version:
    """The version that the plan follows: the newest that was confirmed, else the newest."""
    confirmed = Confirmation.objects.valid().filter(version__contract=plan.contract_id).select_related("version").order_by("-id").first()
    return confirmed.version if confirmed else plan.contract.versions.latest("n")


def wanted(template: str, version: Version) -> list[str]:
    """The milestones of a template, less what the payment terms do not ask for."""
    asked = {kind for kind, _amount in version.payments()}
    if not asked:  # not agreed yet
        return [code for code in MILESTONES if code in OFFSETS[template]]
    gone = set() if "deposit" in asked or template == "sample" else {"deposit"}
    gone |= set() if "before_shipping" in asked else {"balance"}
    return [code for code in MILESTONES if code in OFFSETS[template] and code not in gone]


def _sync(plan: MilestonePlan, version: Version) -> None:
    """The rows that the template and the payment terms ask for; what was reached stays."""
    codes = wanted(plan.template, version)
    plan.milestones.filter(done_on=None).exclude(code__in=codes).delete()
    there = set(plan.milestones.values_list("code", flat=True))
    places = {code: n for n, code in enumerate(MILESTONES, start=1)}
    Milestone.objects.bulk_create([Milestone(plan=plan, code=c, position=places[c]) for c in codes if c not in there])


def template_for(version: Version) -> tuple[str, str]:
    """(template, start) of a contract: the longest of its products' families; of a family that nobody set, made to order where
    the product has a lead time."""
    order = ("sample", "stock", "made", "artwork", "project")
    kept = {one.family: one for one in FamilyTemplate.objects.all()}
    found = []
    for line in version.lines.select_related("variant__product"):
        family = kept.get(line.variant.product.family)
        template = _template_of(line.variant.product, family)
        found.append((template, family.start if family else default_start(template)))
    template = max((t for t, _start in found), key=order.index, default="stock")
    return template, max((s for _t, s in found), key=list(STARTS).index, default="deposit")


def template_now(version: Version) -> tuple[str, str]:
    """The same as the stock stands: what is made to order, and can all be promised today, is stock goods, as it is once it is reserved."""
    template, start = template_for(version)
    if template != "made":
        return template, start
    lines = list(version.lines.select_related("variant").prefetch_related("variant__dues"))
    said = promised(lines)
    is_there = bool(lines) and all(line.pk in said and said[line.pk].on == clock.today() for line in lines)
    return "stock" if is_there else template, start


def _follow_stock(contract: Contract) -> None:
    """A provisional plan that nobody gave another shape, and of which nothing was made, is that of the stock as it stands."""
    plan = MilestonePlan.objects.filter(contract=contract, template__in=("made", "stock"), revision=1, confirmed_on=None).first()
    if plan is None or plan.milestones.filter(code__in=MAKING).exclude(done_on=None, skipped_at=None, own_on=None).exists():
        return
    template, _start = template_now(contract.newest)
    if template in ("made", "stock") and template != plan.template:
        MilestonePlan.objects.filter(pk=plan.pk).update(template=template)


def _template_of(product: Product, family: FamilyTemplate | None) -> str:
    return family.template if family else "made" if product.lead_days else "stock"


def is_made(product: Product) -> bool:
    """Its template has a production."""
    return "production_start" in OFFSETS[_template_of(product, FamilyTemplate.objects.filter(family=product.family).first())]


def default_start(template: str) -> str:
    """What production waits for where nobody said otherwise."""
    return "artwork" if template == "artwork" else "deposit"


# What this unit hears, in the transaction of the fact.


def open_plans(told: list[Any], by: Actor) -> None:
    """A contract was prepared: it has a plan, provisional."""
    for contract in Contract.objects.filter(pk__in=[e.subject_id for e in told]).select_related("customer"):
        template, start = template_now(contract.newest)
        MilestonePlan.objects.create(contract=contract, template=template, start=start)
        keep(contract)


def follow_draft(told: list[Any], by: Actor) -> None:
    """A draft changed, a request went out, ended or was replaced: the days of the plan follow."""
    of_request = models.Q(versions__requests__in=[e.subject_id for e in told if e.subject_kind == "request"])
    of_contract = models.Q(pk__in=[e.subject_id for e in told if e.subject_kind == "contract"])
    for contract in Contract.objects.filter(of_request | of_contract, plan__isnull=False, plan__confirmed_on=None).distinct():
        _follow_stock(contract)
        keep(contract)


def follow_confirmed(told: list[Any], by: Actor) -> None:
    """The customer confirmed: the same plan goes on under the order, from that day. A confirmed change moves the shipping date."""
    confirmations = Confirmation.objects.filter(pk__in=[e.subject_id for e in told]).select_related("version__contract")
    for confirmation in confirmations:
        plan = MilestonePlan.objects.filter(contract=confirmation.version.contract).first()
        if plan is None:
            continue
        first = plan.confirmed_on or timezone.localdate(confirmation.confirmed_at)
        # whether its goods are there is said by what its order reserves (`plan_from_stock`)
        made = {"template": "made"} if plan.confirmed_on is None and _was_turned(plan.contract) else {}
        MilestonePlan.objects.filter(pk=plan.pk).update(confirmed_on=first, promised_on=confirmation.version.shipping_on, **made)
        keep(confirmation.version.contract)


def unfollow(told: list[Any], by: Actor) -> None:
    """The confirmation was void: the plan is what it was before, provisional."""
    confirmations = Confirmation.objects.filter(pk__in=[e.subject_id for e in told], version__contract__plan__isnull=False)
    for confirmation in confirmations.select_related("version__contract__plan"):
        contract = confirmation.version.contract
        if not contract.is_ordered:
            _move_back(contract.plan, since=confirmation.confirmed_at)
            as_before = {"template": "made"} if _was_turned(contract) else {}
            MilestonePlan.objects.filter(contract=contract).update(confirmed_on=None, shift=0, **as_before)
        keep(contract)


def _move_back(plan: MilestonePlan, since: datetime) -> None:
    """The days that somebody set, as they were before a late start moved them; one that was set anew since stays."""
    shifts = Event.objects.about(plan).filter(kind=events.PLAN_SHIFTED.code, at__gte=since)
    for shifted in shifts.order_by("-id"):
        for code, before, after in shifted.values.get("own", ()):
            plan.milestones.filter(code=code, own_on=after).update(own_on=before)


def _was_turned(contract: Contract) -> bool:
    """Its plan is one of stock goods since all of them were on hand, and nobody chose so."""
    plan = MilestonePlan.objects.filter(contract=contract, template="stock", revision=1)
    return plan.exists() and template_for(contract.newest)[0] == "made"


def run_daily() -> int:
    """The daily task: milestones whose day is over are noted, each in a transaction of its own."""
    return sum(alone(note_late, milestone) for milestone in Milestone.objects.late().filter(late_on=None).for_list())


@operation("contracts.milestone_late")
def note_late(milestone: Milestone, *, by: Actor) -> bool:
    """What time brings: the day of a milestone is over and it is not reached; whoever sees to it gets a next step. False if
    somebody was faster."""
    if not Milestone.objects.late().filter(pk=milestone.pk, late_on=None).update(late_on=clock.today()):
        return False
    person, today = milestone.person, add_workdays(clock.today(), 0)
    let_in([(milestone.customer, person)] if person else [], by=by)
    plan_many([Plan(milestone.customer, LATE, today, owner=person, kind="do", values=_step_values(milestone))], by=by.trusted())
    record(events.MILESTONE_LATE, subject=milestone, under=milestone.customer, by=by, values=_said(milestone))
    return True


def _step_values(milestone: Milestone) -> dict[str, Any]:
    """What the next step says: the milestone as a message, to be read in any language."""
    with override("en"):
        return {"number": milestone.plan.contract.number, "milestone": [str(MILESTONES[milestone.code])]}


def _step_done(milestone: Milestone, by: Actor) -> None:
    """It is late no longer: the step that it caused is done."""
    for step in NextStep.objects.open().filter(what=LATE, values=_step_values(milestone)).select_related("customer"):
        done(step, by=by.trusted())


def _check_near(day: date | None, contract: Contract, field: str) -> None:
    """A day that no order is about is a slip of the pen."""
    made = timezone.localdate(contract.made_at)
    if day and not made - timedelta(days=366) <= day <= made + timedelta(days=3 * 366):
        raise Refused(_("This day is too far from the contract. Check the year."), field=field)


def _check_order(milestone: Milestone, on: date) -> None:
    """Nothing is made or inspected before the order is confirmed, and what is made ends on the day on which it was begun, or
    later."""
    if milestone.code not in AFTERWARDS:
        return
    confirmed, reached = milestone.plan.confirmed_on, {m.code: m.done_on for m in milestone.plan.milestones.all()}
    begun, ended = reached.get("production_start"), reached.get("production_end")
    if confirmed and on < confirmed:
        words, day = _("The order was confirmed on %(on)s. Check the day."), confirmed
    elif milestone.code == "production_end" and begun and on < begun:
        words, day = _("Production started on %(on)s. Check the day."), begun
    elif milestone.code == "production_start" and ended and on > ended:
        words, day = _("Production ended on %(on)s. Check the day."), ended
    else:
        return
    raise Refused(words % {"on": clock.day_words(day)}, field="on")


def _said(milestone: Milestone) -> dict[str, Any]:
    return {"number": milestone.plan.contract.number, "milestone": milestone.code}


def _at_work(milestone: Milestone) -> tuple[Contract, Milestone]:
    """The milestone as it is now, its customer held; refused once its contract is over."""
    contract = locked(milestone.plan.contract)
    if contract.state in ("declined", "ended", "lapsed"):
        raise Refused(_("Contract %(number)s is over; its plan rests.") % {"number": contract.number}, code="over")
    return contract, Milestone.objects.for_list().get(pk=milestone.pk)

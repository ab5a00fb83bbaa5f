"""403 Tracking decision 跟踪决策: from the concrete reasons a plan of steps, ranked by what worked in like cases.

A plan that is chosen becomes next steps of the people who hold the role or duty. When its last step is done or skipped, the
outcome is asked; what is answered teaches the ranking, what is never answered does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import clean
from boothline.customers.card import Customer, hold, join
from boothline.customers.doing import doing
from boothline.followups.steps import FIRST, FURTHEST, Desk, NextStep, Plan, answered_for, check_doer, drop, plan_again, plan_many
from boothline.negotiation import events
from boothline.negotiation.objections import Objection, keep_planned
from boothline.negotiation.plan_templates import template_of, templates_for
from boothline.negotiation.playbook import Said, Step, Template, spoken
from boothline.negotiation.ranking import OUTCOMES, Case, Ranked, Scale, Use, rank
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays

STEP = answered_for(gettext_noop("%(step)s (%(plan)s)"), Desk(gettext_lazy("Open the plan"), "objection", "objection", "flow"))
PRIOR = declare("negotiation.plan_prior", 6, gettext_lazy("How many cases the expected success of a plan weighs as"), low=1, high=50)
AGAIN_DAYS = declare(
    "negotiation.outcome_again_days", 14, gettext_lazy("Days after which the outcome of a plan is asked again"), low=1, high=90
)


class Decisions(models.QuerySet["Decision"]):
    """Questions about decision plans."""

    def visible_to(self, by: Actor) -> Decisions:
        """Those for the objections that the actor sees."""
        return self.filter(objection__in=Objection.objects.visible_to(by))

    def live(self) -> Decisions:
        """Neither answered nor given up."""
        return self.filter(outcome="", ended_at=None)

    def over(self) -> Decisions:
        """Asked how they ended, and nobody has said."""
        return self.live().filter(asked_at__isnull=False)

    def for_list(self) -> Decisions:
        """With what a page shows."""
        return self.select_related("objection__customer").prefetch_related("steps__step__owner")


class Decision(Record):
    """One plan chosen for one objection; product family, type and grade as they were then."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="decisions")
    template = models.CharField(max_length=40)
    template_n = models.PositiveIntegerField(default=0)  # its version; 0 is what ships
    reason = models.CharField(max_length=16)
    family = models.CharField(max_length=100, blank=True, default="")
    type = models.CharField(max_length=16)
    grade = models.CharField(max_length=1, blank=True, default="")
    agreed_on = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_again_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    outcome_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # given up for another plan, or over without an outcome
    privacy = tags(template=PLAIN, reason=PLAIN, family=PLAIN, type=PLAIN, grade=PLAIN, outcome=PLAIN)

    objects = Decisions.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["objection"], name="one_live_decision", condition=models.Q(outcome="", ended_at=None))
        ]
        indexes = [models.Index(fields=["reason"], name="decision_learned", condition=~models.Q(outcome=""))]

    def __str__(self) -> str:
        return str(self.chosen)

    @property
    def chosen(self) -> Template:
        """The template as it was chosen."""
        return template_of(self.template, self.template_n)

    @property
    def customer(self) -> Customer:
        """Whose objection it answers."""
        return self.objection.customer

    @property
    def is_live(self) -> bool:
        """Neither answered nor given up."""
        return not self.outcome and self.ended_at is None

    @property
    def is_carried_out(self) -> bool:
        """Every step is done or skipped; else what the plan was for is over."""
        return all(step.state in ("done", "skipped") for step in self.steps.all())

    def waits_for(self, step: DecisionStep) -> list[DecisionStep]:
        """What comes before a step and is with somebody else: it is not done yet."""
        earlier = (one for one in self.steps.all() if one.position < step.position and one.state == "open")
        return [one for one in earlier if one.step.owner_id != step.step.owner_id]


class DecisionStep(models.Model):
    """One step of a plan, and the next step it became."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=1)
    what = models.CharField(max_length=200)
    what_latin = models.CharField(max_length=200, blank=True, default="")  # of what a manager wrote; else `what` is a message of ours
    step = models.ForeignKey(NextStep, on_delete=models.PROTECT, related_name="+")
    skipped_at = models.DateTimeField(null=True)
    skipped_because = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(who=PLAIN, what=PLAIN, what_latin=PLAIN, skipped_because=WORDS)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["decision", "position"], name="decision_step_once")]

    def __str__(self) -> str:
        return spoken({"zh": self.what, "en": self.what_latin} if self.what_latin else self.what)

    @property
    def key(self) -> str:
        """By which history names it."""
        return f"{self.decision.chosen.key}#{self.position}" if self.what_latin else self.what

    @property
    def customer(self) -> Customer:
        """Whose objection it answers."""
        return self.decision.customer

    @property
    def state(self) -> str:
        """open · done · skipped · dropped: nobody did it, and nobody has to any more."""
        if self.skipped_at:
            return "skipped"
        return "open" if self.step.done_at is None else "dropped" if self.step.is_dropped else "done"


@dataclass(frozen=True)
class Offer:
    """A template as it is offered for an objection: its place, its counts, or why it cannot be chosen."""

    template: Template
    ranked: Ranked
    unmet: str

    @property
    def words(self) -> str:
        """Its name."""
        return str(self.template)

    @property
    def counts(self) -> list[str]:
        """On what its place rests: like cases, then other families."""
        r, said = self.ranked, []
        if r.like:
            said.append(_("worked in %(worked)s of %(cases)s like cases, partly in %(partly)s")
                        % {"worked": r.worked, "cases": r.like, "partly": r.partly})  # fmt: skip
        if r.others:
            said.append(_("%(worked)s of %(cases)s in other families") % {"worked": r.others_worked, "cases": r.others})
        return said or [_("not used yet")]


def offers(objection: Objection) -> list[Offer]:
    """The templates of the reason, best first; behind them those whose condition fails, with the reason."""
    templates = {template.code: template for template in templates_for(objection.reason)}
    ranked = rank(list(templates), _uses(objection.reason), case_of(objection), prior=PRIOR.value, scale=Scale.now())
    found = []
    for row in ranked:
        found.append(Offer(templates[row.template], row, templates[row.template].unmet(objection)))
    return [offer for offer in found if not offer.unmet] + [offer for offer in found if offer.unmet]


def case_of(objection: Objection) -> Case:
    """What makes other cases like this one."""
    customer = objection.customer
    return Case(objection.product.family if objection.product else "", customer.derived_type, customer.grade)


def _uses(reason: str) -> list[Use]:
    answered = Decision.objects.filter(reason=reason, outcome__in=list(OUTCOMES))
    rows = answered.values_list("template", "outcome", "family", "type", "grade", "outcome_at").order_by("id")
    now = timezone.now()
    return [
        Use(template, outcome, Case(family, type_, grade), max(0, (now - at).days if at else 0))
        for template, outcome, family, type_, grade, at in rows
    ]


@operation("negotiation.decide")
def decide(objection: Objection, *, by: Actor, template: str, agreed_on: date | None = None) -> Decision:
    """Chooses a plan: its steps become next steps. A plan that runs is given up for it; the same plan again is the answer."""
    require(by, "plans.edit", objection)
    customer = hold(objection.customer_id)[0]
    objection = Objection.objects.select_related("customer__owner", "product").get(pk=objection.pk)
    if not objection.is_alive:
        raise Refused(_("This objection is closed already: %(state)s.") % {"state": objection.get_state_display()}, code="closed")
    chosen = next((offer for offer in offers(objection) if offer.template.code == template), None)
    if chosen is None:
        raise Refused(_("Choose a plan from the list."), field="template")
    if chosen.unmet:
        raise Refused(_("This plan cannot be chosen: %(why)s.") % {"why": chosen.unmet}, field="template", code="unmet")
    _check_date(chosen.template, agreed_on)
    running = Decision.objects.live().filter(objection=objection).first()
    if running and running.template == template:
        return running
    if running:
        give_up(running, by=by.trusted())
    case = case_of(objection)
    made = Decision.objects.create(
        objection=objection, template=template, template_n=chosen.template.n, reason=objection.reason, family=case.family,
        type=case.type, grade=case.grade, agreed_on=agreed_on,
    )  # fmt: skip
    _plan(made, chosen.template, customer, by)
    keep_planned(objection, True)
    record(
        events.DECIDED, subject=objection, under=customer, by=by,
        values={"reason": objection.reason, "plan": chosen.template.key, "steps": len(chosen.template.steps)},
    )  # fmt: skip
    return made


def _check_date(template: Template, agreed_on: date | None) -> None:
    if not template.asks_date:
        return
    if agreed_on is None:
        raise Refused(_("This plan waits for a date. Give the date."), field="agreed_on")
    if agreed_on < clock.today() or add_workdays(agreed_on, 0) > clock.today() + timedelta(days=FURTHEST):
        raise Refused(_("Give a date from today on, at most a year ahead."), field="agreed_on")


def _plan(decision: Decision, template: Template, customer: Customer, by: Actor) -> None:
    people = [doing(customer, step.who, families=[decision.family]) for step in template.steps]
    join([(customer, user) for user in {u.pk: u for u in people if u}.values()], by=by.trusted())
    plans = [
        Plan(
            customer, STEP, _due(step, decision.agreed_on), owner=user, kind=step.kind,
            values={"step": _kept(step.what), "plan": _kept(template.words), "objection": decision.objection_id},
        )
        for step, user in zip(template.steps, people, strict=True)
    ]  # fmt: skip
    planned = plan_many(plans, by=by.trusted())
    DecisionStep.objects.bulk_create(
        DecisionStep(decision=decision, position=n, who=step.who, step=next_step, **_told(step.what))
        for n, (step, next_step) in enumerate(zip(template.steps, planned, strict=True), start=1)
    )


def _kept(said: Said) -> Any:
    """As the values of a next step say it to each reader."""
    return [said] if isinstance(said, str) else dict(said)


def _told(said: Said) -> dict[str, str]:
    return {"what": said} if isinstance(said, str) else {"what": said["zh"], "what_latin": said["en"]}


def _due(step: Step, agreed_on: date | None) -> date:
    if step.on_date and agreed_on:
        return add_workdays(max(clock.today(), agreed_on - timedelta(days=step.before)), 0)
    return add_workdays(clock.today(), step.days)


def waits_in_plan(step: NextStep) -> str:
    """That a step of a plan waits for what comes before it and is with somebody else; "" where it does not."""
    of = DecisionStep.objects.filter(step=step, skipped_at=None).select_related("decision").first()
    if of is None or not of.decision.is_live:
        return ""
    plan = Decision.objects.for_list().get(pk=of.decision_id)
    first = next(iter(plan.waits_for(next(one for one in plan.steps.all() if one.pk == of.pk))), None)
    words = _("This step waits for: %(step)s (%(who)s). If it is not needed, skip one of the two, and say why.")
    return words % {"step": first, "who": first.step.owner or "–"} if first else ""


FIRST[STEP] = waits_in_plan


@operation("negotiation.skip_step")
def skip(step: DecisionStep, *, by: Actor, words: str) -> DecisionStep:
    """This step is not needed; a word says why. With the last one, the outcome is asked."""
    decision = step.decision
    require(by, "plans.edit", decision)
    words = clean(words, 200)
    if not words:
        raise Refused(_("Say in a word why this step is skipped."), field="words")
    hold(decision.customer.pk)
    step = DecisionStep.objects.select_related("step__owner", "step__customer", "decision__objection__customer").get(pk=step.pk)
    check_doer(step.step, by)
    if step.state != "open" or not step.decision.is_live:
        return step
    DecisionStep.objects.filter(pk=step.pk).update(skipped_at=timezone.now(), skipped_because=words)
    record(
        events.STEP_SKIPPED, subject=decision.objection, under=decision.customer, by=by,
        values={"step": step.key, "words": words},
    )  # fmt: skip
    drop([step.step], by=by.trusted())
    step.refresh_from_db()
    return step


def ask_when_over(decision: Decision, *, by: Actor) -> None:
    """Asks how it ended, once no step is open any more."""
    if decision.asked_at is None and not decision.steps.filter(step__done_at=None).exists():
        ask_outcome(decision, by=by)


@operation("negotiation.ask_outcome")
def ask_outcome(decision: Decision, *, by: Actor) -> bool:
    """The owner is asked how it ended. False where it was asked, or is over."""
    column = "asked_again_at" if decision.asked_at else "asked_at"
    if not Decision.objects.live().filter(pk=decision.pk, **{column: None}).update(**{column: timezone.now()}):
        return False
    plan = {"reason": decision.reason, "plan": decision.chosen.key}
    record(events.OUTCOME_ASKED, subject=decision.objection, under=decision.customer, by=by, values=plan)
    return True


@operation("negotiation.ask_outcomes")
def ask_outcomes(customer: Customer, *, by: Actor, over: Collection[int] | None) -> None:
    """An intention of this customer closed: how did the plans end? What is left of those that were for it need not be done any more: that
    of `over`, ids of products, and of no product; of all where the customer intends nothing else (None)."""
    for decision in Decision.objects.live().filter(objection__customer=customer).for_list():
        if over is None or decision.objection.product_id in (None, *over):
            _drop_open(decision, by)  # the last of them asks for the outcome
            keep_planned(decision.objection, False)
        if decision.asked_at is None:
            ask_outcome(decision, by=by)


def ask_again_all() -> int:
    """The daily task: what was not answered is asked once more."""
    before = timezone.now() - timedelta(days=AGAIN_DAYS.value)
    due = Decision.objects.live().filter(asked_at__lte=before, asked_again_at=None)
    return sum(alone(ask_outcome, decision) for decision in due.for_list())


def learn(objection: Objection, outcome: str, *, by: Actor) -> None:
    """The objection ended: its running plan has this outcome, or none that counts; its open steps need not be done any more."""
    decision = Decision.objects.live().filter(objection=objection).for_list().first()
    if decision is None:
        return
    now = timezone.now()
    told = {"outcome": outcome, "outcome_at": now} if outcome in OUTCOMES else {"ended_at": now}
    Decision.objects.filter(pk=decision.pk).update(**told)
    _drop_open(decision, by)


def running(customer: Customer) -> list[dict[str, Any]]:
    """The plans that run for a customer, as `carry_on` wants them: for whoever records what may end them, and may turn out wrong."""
    return [
        {"plan": one.pk, "is_planned": one.objection.state == "planned", "is_asked": one.asked_at is not None,
         "open": [step.pk for step in one.steps.all() if step.state == "open"]}
        for one in Decision.objects.live().filter(objection__customer=customer).for_list().order_by("pk")
    ]  # fmt: skip


def carry_on(plans: Iterable[dict[str, Any]], *, held: Collection[int], by: Actor) -> None:
    """What ended these running plans never was: they run as before, and what nobody had to do any more is to be done. `held`: the
    objections that it had closed; a plan that somebody answered or gave up since stays as they said."""
    for kept in plans:
        decision = Decision.objects.for_list().get(pk=kept["plan"])
        others = Decision.objects.live().filter(objection=decision.objection).exclude(pk=decision.pk)
        if others.exists() or not (decision.is_live or decision.objection_id in held):
            continue
        unasked = {} if kept["is_asked"] else {"asked_at": None, "asked_again_at": None}
        Decision.objects.filter(pk=decision.pk).update(outcome="", outcome_at=None, ended_at=None, **unasked)
        rows = decision.steps.filter(pk__in=kept["open"], skipped_at=None, step__is_dropped=True).order_by("step")
        for row, step in zip(list(rows), plan_again([row.step_id for row in rows], by=by.trusted()), strict=True):
            DecisionStep.objects.filter(pk=row.pk).update(step=step)
        keep_planned(decision.objection, kept["is_planned"])
        ask_when_over(Decision.objects.for_list().get(pk=decision.pk), by=by)


@operation("negotiation.give_up_plan")
def give_up(decision: Decision, *, by: Actor) -> Decision:
    """The plan is not followed any more; it counts for nothing, and the objection is open again."""
    require(by, "plans.edit", decision)
    hold(decision.customer.pk)
    if Decision.objects.live().filter(pk=decision.pk).update(ended_at=timezone.now()):
        _drop_open(decision, by)
        keep_planned(decision.objection, False)
        values: dict[str, Any] = {"reason": decision.reason, "plan": decision.chosen.key}
        record(events.PLAN_GIVEN_UP, subject=decision.objection, under=decision.customer, by=by, values=values)
    decision.refresh_from_db()
    return decision


def _drop_open(decision: Decision, by: Actor) -> None:
    steps = [row.step for row in decision.steps.select_related("step__customer").filter(step__done_at=None)]
    if steps:
        drop(steps, by=by.trusted())

"""302 Product requirements 产品要求: what the customer asks of a product or of the whole, and who answers it by when.

A must or a wish; open until it is met (with its proof), refused (with the reason) or waived by somebody at the customer.
A refused must opens an objection: the deal may hang on it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.records import Record, revise
from boothline.core.rules import declare
from boothline.core.text import clean
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.doing import let_in
from boothline.files.attachments import Attachment, Received, put_received
from boothline.followups import steps
from boothline.followups.steps import FIRST, Desk, NextStep, Plan, plan_many, workday_for, worked_at
from boothline.intentions import events
from boothline.intentions.lists import OBJECTION_OF, PROOFS, REQUIREMENT_KINDS, REQUIREMENT_STATES
from boothline.intentions.products import STATES, Intention, IntentionLine, only_open
from boothline.negotiation.objections import Objection, object_to
from boothline.timeline.history import record
from boothline.worktime.calendar import add_workdays

ANSWER = worked_at(
    gettext_noop("answer the requirement: %(words)s"), Desk(gettext_lazy("Answer the requirement"), "intention", "intention", "ok")
)
DAYS = declare("intentions.requirement_days", 3, gettext_lazy("Workdays in which a requirement is answered"), low=0, high=60)
ANSWERABLE = ("open", "in_contract")  # states of an intention in which its requirements go on
STOPS = 3  # the severity of an objection that stops the deal


class Requirements(models.QuerySet["Requirement"]):
    """Questions about requirements."""

    def visible_to(self, by: Actor) -> Requirements:
        """Those of the intentions that the actor sees."""
        return self.filter(intention__in=Intention.objects.visible_to(by))

    def open(self) -> Requirements:
        """Not answered yet."""
        return self.filter(met_at=None, refused_at=None, waived_at=None)

    def for_list(self) -> Requirements:
        """With what a list shows."""
        return self.select_related("intention__customer", "line__product", "answered_by", "waived_by")


class Requirement(Record):
    """One thing that the customer requires of what they intend to buy."""

    intention = models.ForeignKey(Intention, on_delete=models.CASCADE, related_name="requirements")
    line = models.ForeignKey(
        IntentionLine,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="requirements",
        verbose_name=gettext_lazy("of which product"),
    )
    kind = models.CharField(gettext_lazy("kind"), max_length=12, choices=list(REQUIREMENT_KINDS.items()))
    words = models.CharField(gettext_lazy("what is required"), max_length=300)
    is_must = models.BooleanField(gettext_lazy("must be met"), default=True)
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=gettext_lazy("who answers")
    )
    due_on = models.DateField(gettext_lazy("answer by"))
    step = models.ForeignKey(NextStep, null=True, on_delete=models.SET_NULL, related_name="+")
    met_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=10, blank=True, default="", choices=list(PROOFS.items()))
    proof_words = models.CharField(max_length=300, blank=True, default="")
    refused_at = models.DateTimeField(null=True)
    refused_reason = models.CharField(max_length=300, blank=True, default="")
    objection = models.ForeignKey(Objection, null=True, on_delete=models.SET_NULL, related_name="+")
    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    waived_words = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(kind=PLAIN, words=WORDS, proof=PLAIN, proof_words=WORDS, refused_reason=WORDS, waived_words=WORDS)

    objects = Requirements.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.words

    @property
    def customer(self) -> Customer:
        """Who requires it."""
        return self.intention.customer

    @property
    def state(self) -> str:
        """open · met · refused · waived, from its facts."""
        if self.met_at:
            return "met"
        if self.refused_at:
            return "refused"
        return "waived" if self.waived_at else "open"

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        return str(REQUIREMENT_STATES[self.state])

    @property
    def answer_words(self) -> str:
        """What stands beside the state: the proof, the reason, how we know."""
        return self.proof_words or self.refused_reason or self.waived_words


@operation("intentions.require")
def ask_for(
    intention: Intention,
    *,
    by: Actor,
    kind: str,
    words: str,
    is_must: bool = True,
    line: IntentionLine | None = None,
    answered_by: User | None = None,
    due_on: date | None = None,
) -> Requirement:
    """The customer requires something. Whoever answers it, else the owner, gets it as their next step."""
    require(by, "intentions.edit", intention)
    intention = only_open(intention)
    asked = Requirement(
        intention=intention, kind=kind, words=clean(words, 300), is_must=is_must, line=line, answered_by=answered_by,
        due_on=due_on or add_workdays(clock.today(), DAYS.value),
    )  # fmt: skip
    _check(asked.intention, {"kind": kind, "words": asked.words, "line": line, "due_on": asked.due_on})
    asked.save()
    _plan(asked, by)
    values = {"kind": kind, "words": asked.words, "is": _weight(asked)}
    record(events.REQUIRED, subject=asked, under=intention.customer, by=by, values=values)
    return asked


@operation("intentions.edit_requirement")
def edit_requirement(asked: Requirement, *, by: Actor, revision: int, values: dict[str, Any]) -> Requirement:
    """Corrects what is required, of what, by whom and when it is answered; while it is open."""
    require(by, "intentions.edit", asked.intention)
    asked = _open(asked)
    _check(asked.intention, values)
    changes = revise(asked, revision=revision, values=values)
    if changes:
        if {"answered_by", "due_on", "words"} & changes.keys():
            leave([asked], by=by)
            _plan(asked, by)
        record(
            events.REQUIREMENT_EDITED, subject=asked, under=asked.customer, by=by, values={"words": asked.words}, changes=changes
        )  # fmt: skip
    return asked


@operation("intentions.meet_requirement")
def meet(asked: Requirement, *, by: Actor, proof: str, words: str, received: Received | None = None) -> Requirement:
    """It is met, and by what that is known: a document, an approved sample, a field of the line. Met twice, the first proof stands."""
    require(by, "requirements.answer", asked)
    asked, is_answered = _answering(asked, "met")
    if is_answered:
        return asked
    words = clean(words, 300)
    if proof not in PROOFS:
        raise Refused(_("Choose what proves it."), field="proof")
    if proof == "line" and asked.line is None:
        raise Refused(_("This requirement is about no line. Name a document or a sample."), field="proof")
    if not words and received is None:
        raise Refused(_("Name the document, the sample or the field, or attach the file."), field="words")
    if received:
        kept = put_received(asked, by=by.trusted(), received=received)
        words = words or kept.name
    _write(asked, met_at=timezone.now(), proof=proof, proof_words=words)
    _step_done(asked, by)
    values = {"words": asked.words, "proof": proof, "named": words}
    record(events.REQUIREMENT_MET, subject=asked, under=asked.customer, by=by, values=values)
    return asked


@operation("intentions.refuse_requirement")
def refuse(asked: Requirement, *, by: Actor, reason: str) -> Requirement:
    """We cannot do it. A refused must opens an objection that stops the deal until it is answered; refused anew, the one that still stops
    it stands. Refused twice, the first stands."""
    require(by, "requirements.answer", asked)
    asked, is_answered = _answering(asked, "refused")
    if is_answered:
        return asked
    reason = clean(reason, 300)
    if not reason:
        raise Refused(_("Say why, so that the customer can be told."), field="reason")
    _write(asked, refused_at=timezone.now(), refused_reason=reason)
    _step_done(asked, by)
    if asked.is_must and not (asked.objection and asked.objection.is_alive):
        held = object_to(
            asked.customer, by=by.trusted(), reason=OBJECTION_OF[asked.kind], words=asked.words, severity=STOPS,
            product=asked.line.product if asked.line else None,
        )  # fmt: skip
        _write(asked, objection=held)
    values = {"words": asked.words, "reason": reason}
    record(events.REQUIREMENT_REFUSED, subject=asked, under=asked.customer, by=by, values=values)
    return asked


@operation("intentions.waive_requirement")
def waive(asked: Requirement, *, by: Actor, contact: Contact, words: str) -> Requirement:
    """Somebody at the customer does not need it any more: who, and how we know. Waived twice, the first stands."""
    require(by, "requirements.answer", asked)
    asked, is_answered = _answering(asked, "waived")
    if is_answered:
        return asked
    words = clean(words, 300)
    if contact.customer_id != asked.customer.pk:
        raise Refused(_("This is no contact of the customer. Add them to the customer first."), field="contact")
    if not words:
        raise Refused(_("Note when and how they said so."), field="words")
    _write(asked, waived_at=timezone.now(), waived_by=contact, waived_words=words)
    leave([asked], by=by)
    values = {"words": asked.words, "who_waived": contact.name, "note": words}
    record(events.REQUIREMENT_WAIVED, subject=asked, under=asked.customer, by=by, values=values)
    return asked


@operation("intentions.reopen_requirement")
def reopen(asked: Requirement, *, by: Actor) -> Requirement:
    """The answer does not hold any more: it is open, to be answered anew. An objection stays until somebody closes it."""
    require(by, "intentions.edit", asked.intention)
    hold(asked.customer.pk)
    asked = Requirement.objects.for_list().get(pk=asked.pk)
    if asked.state == "open":
        return asked
    _check_alive(asked.intention)
    was = asked.state
    facts: dict[str, Any] = {"met_at": None, "proof": "", "proof_words": "", "refused_at": None, "refused_reason": ""}
    facts |= {"waived_at": None, "waived_by": None, "waived_words": "", "due_on": add_workdays(clock.today(), DAYS.value)}
    _write(asked, **facts)
    _plan(asked, by)
    record(events.REQUIREMENT_REOPENED, subject=asked, under=asked.customer, by=by, values={"words": asked.words, "was": was})
    return asked


def open_musts(intention: Intention) -> list[Requirement]:
    """The musts of an intention that nobody has answered; those of a lost line do not count."""
    if intention.pk is None:
        return []
    lost = {line.pk for line in intention.lines.all() if line.lost_at}
    return [asked for asked in intention.requirements.all() if asked.is_must and asked.state == "open" and asked.line_id not in lost]


def files_of(requirements: list[Requirement]) -> dict[int, list[Attachment]]:
    """{requirement id: the files that prove it}."""
    found: dict[int, list[Attachment]] = {}
    if any(r.met_at for r in requirements):
        for kept in Attachment.objects.of_many(requirements):
            found.setdefault(kept.owner_id, []).append(kept)
    return found


def _check(intention: Intention, values: dict[str, Any]) -> None:
    line: IntentionLine | None = values.get("line")
    if values.get("kind", "other") not in REQUIREMENT_KINDS:
        raise Refused(_("Choose what kind of requirement it is."), field="kind")
    if "words" in values and not values["words"]:
        raise Refused(_("Write what is required, as exactly as it is known."), field="words")
    if line is not None and (line.intention_id != intention.pk or line.lost_at):
        raise Refused(_("Choose a product of this intention."), field="line")
    if values.get("due_on") and values["due_on"] < clock.today():
        raise Refused(_("This day has passed. Choose today or later."), field="due_on")


def _answering(asked: Requirement, state: str) -> tuple[Requirement, bool]:
    """The requirement as it is now, its customer held; True if it has this answer already."""
    hold(asked.customer.pk)
    asked = Requirement.objects.for_list().get(pk=asked.pk)
    if asked.state == state:
        return asked, True
    if asked.state != "open":
        words = _("This requirement is answered already: %(state)s. Open it again first.")
        raise Refused(words % {"state": asked.state_words}, code="answered")
    _check_alive(asked.intention)
    return asked, False


def _open(asked: Requirement) -> Requirement:
    only_open(asked.intention)
    asked = Requirement.objects.for_list().get(pk=asked.pk)
    if asked.state != "open":
        words = _("This requirement is answered already: %(state)s. Open it again first.")
        raise Refused(words % {"state": asked.state_words}, code="answered")
    return asked


def _check_alive(intention: Intention) -> None:
    if intention.state not in ANSWERABLE:
        words = _("This intention is not open any more: %(state)s.") % {"state": STATES[intention.state]}
        raise Refused(words, code="not_open")


def _weight(asked: Requirement) -> str:
    return "must" if asked.is_must else "wish"


def _plan(asked: Requirement, by: Actor) -> None:
    values = {"words": asked.words, "intention": asked.intention_id}
    due, answers = workday_for(max(asked.due_on, clock.today())), asked.answered_by
    let_in([(asked.customer, answers)] if answers and answers.is_active else [], by=by)  # whoever is asked sees what about
    _write(asked, step=plan_many([Plan(asked.customer, ANSWER, due, owner=answers, kind="do", values=values)], by=by.trusted())[0])


def _step_done(asked: Requirement, by: Actor) -> None:
    if asked.step and asked.step.done_at is None:
        steps.done(asked.step, by=by.trusted())


def _is_open(step: NextStep) -> Words:
    """It is done by the answer, and not before."""
    if not Requirement.objects.open().filter(step=step).exists():
        return ""
    return _("This is done by the answer: met, refused, or no longer required. Give it on the page of the intention.")


FIRST[ANSWER] = _is_open


def leave(those: list[Requirement], *, by: Actor) -> None:
    """Nobody has to answer these any more: what they were asked of is wanted no more, or another way was found."""
    if still := [asked.step for asked in those if asked.step and asked.step.done_at is None]:
        for asked in those:
            _write(asked, step=None)  # theirs no more, so that nobody plans it again
        steps.drop(still, by=by.trusted())


def ask_again(those: Requirements, *, by: Actor) -> None:
    """What of these is still to be answered, and is asked of nobody any more, is asked again."""
    waiting = those.open().filter(Q(step=None) | Q(step__done_at__isnull=False), intention__state__in=ANSWERABLE)
    for asked in waiting.exclude(line__lost_at__isnull=False).for_list():
        _plan(asked, by)


def _write(asked: Requirement, **facts: Any) -> None:
    Requirement.objects.filter(pk=asked.pk).update(**facts)
    for name, value in facts.items():
        setattr(asked, name, value)

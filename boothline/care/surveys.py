"""Surveys 满意度调查: a contact is asked by link, once an occasion: after a delivery, after a complaint, after a fair. About a delivery
and a complaint one of a firm is asked, about a fair each who was there.

to be sent -> sent -> answered / expired; or not sent. The daily task proposes them, once for an order of which all arrived and
once for a complaint that is settled; a person sends. Never while something speaks against approaching the customer, and only to
people who agreed to be contacted or whose company buys. One link answers once, and may change that for 24 hours; the questions are
those of `questions`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.care import events
from boothline.care.complaints import Complaint
from boothline.care.lists import SURVEY_KINDS, SURVEY_STATES
from boothline.care.questions import (
    HIGHEST,
    LOW_RECOMMEND,
    NEWEST,
    QUESTIONS,
    TEXT,
    Question,
    is_low,
    points,
    promoters,
    satisfaction,
    score,
)
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.kinds import kind_of, refer
from boothline.core.merging import Merging
from boothline.core.operations import operation
from boothline.core.privacy import BOOKS, PLAIN, WORDS, tags
from boothline.core.records import Record
from boothline.core.rules import declare
from boothline.core.tasks import alone
from boothline.core.text import clean, reason_given
from boothline.core.told import kept_words
from boothline.customers.card import Contact, Customer, hold
from boothline.customers.dealings import why_not_asked
from boothline.customers.quiet import reasons_for
from boothline.fairs.editions import Fair
from boothline.followups.steps import Plan, happened, plan_many, waited_for
from boothline.links.grants import Grant, grant
from boothline.messaging.letters import link_waits, newest_about, write
from boothline.messaging.letters import make_link as link_to
from boothline.orders.register import Order
from boothline.timeline.history import record
from boothline.visitors.solicitation import Capture
from boothline.worktime.calendar import next_workday

LIFE_DAYS = declare("care.survey_days", 30, gettext_lazy("Days a survey may be answered"), low=1, high=180)
WITHIN_DAYS = declare(
    "care.survey_within_days", 30, gettext_lazy("Days after its occasion within which a survey is proposed"), low=1, high=180
)
WINDOW = 365  # days that figures look back
FAR = ("proposed", "left", "expired", "sent", "answered")  # of two of one person, what counts
CHANGING = timedelta(hours=24)  # after their answer they may change it
LOW = waited_for(gettext_noop("speak with them about their low answer (%(about)s)"), "complaints")


class Surveys(models.QuerySet["Survey"]):
    """Questions about surveys."""

    def visible_to(self, by: Actor) -> Surveys:
        """Those of the customers that the actor sees."""
        return self.filter(customer__in=Customer.objects.visible_to(by))

    def of_contact(self, contact: Contact) -> Surveys:
        """What a guest may see: what was sent to them."""
        return self.filter(contact=contact, sent_at__isnull=False)

    def counted(self) -> Surveys:
        """What figures count: answered within the last 365 days."""
        return self.filter(answered_at__gt=timezone.now() - timedelta(days=WINDOW))

    def for_list(self) -> Surveys:
        """With what a list shows, and whether one that was sent has not reached them."""
        return self.select_related("customer__owner", "contact").annotate(awaits_link=link_waits())

    def search(self, words: str, by: Actor) -> Surveys:
        """By the customer."""
        return self.filter(customer__in=Customer.objects.all().search(words, by))


class Survey(Record):
    """One contact asked about one occasion. `score` and `recommend` are kept from the answers, for lists and figures."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=list(SURVEY_KINDS.items()))
    version = models.PositiveSmallIntegerField()
    occasion_kind = models.CharField(max_length=40)
    occasion_id = models.BigIntegerField()
    occasion_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="proposed", choices=list(SURVEY_STATES.items()))
    grant = models.ForeignKey(Grant, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    recommend = models.PositiveSmallIntegerField(null=True)
    left_reason = models.CharField(max_length=300, blank=True, default="")
    privacy = tags(
        kind=PLAIN, occasion_kind=PLAIN, occasion_name=BOOKS, state=PLAIN, answers=WORDS, left_reason=WORDS,
    )  # fmt: skip

    merging = Merging(
        alone=(("contact", "occasion_kind", "occasion_id"), models.Q(kind="fair")),
        better=lambda goes, stays: FAR.index(goes.state) > FAR.index(stays.state),
        beside=lambda goes, stays: bool(goes.answered_at and stays.answered_at),
        note=gettext_lazy("Surveys about one fair: the one that was answered counts, else the one that went further."),
    )
    labels = {question.code: question.words for lists in QUESTIONS.values() for asked in lists.values() for question in asked}

    objects = Surveys.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "occasion_kind", "occasion_id"], name="survey_once", condition=~models.Q(kind="fair")
            ),
            models.UniqueConstraint(
                fields=["contact", "occasion_kind", "occasion_id"],
                name="survey_person_once",
                condition=models.Q(kind="fair", answered_at=None),  # of a person who was two contacts, both answers stand
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="survey_ends", condition=models.Q(state="sent"))]

    def __str__(self) -> str:
        return f"{SURVEY_KINDS[self.kind]} {self.occasion_name}"

    @property
    def standing(self) -> str:
        """Its state in words; of what is sent and has not reached them, where it was asked for, that it is with us."""
        if self.state == "sent" and getattr(self, "awaits_link", False):
            return _("ready, link not handed over yet")
        return str(self.get_state_display())

    @property
    def points(self) -> int | None:
        """The satisfaction of 100 as it is read: a whole number."""
        return points(self.score)

    @property
    def is_running(self) -> bool:
        """Waits for the answer, and not over by the day."""
        return self.state == "sent" and self.ends_on is not None and self.ends_on >= clock.today()

    @property
    def changes_until(self) -> datetime | None:
        """Until when they may change what they answered; None where they may not."""
        until = self.answered_at + CHANGING if self.answered_at else None
        return until if until and timezone.now() < until else None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The list in the version that was sent."""
        return QUESTIONS[self.kind][self.version]

    @property
    def said(self) -> list[tuple[Question, Any]]:
        """Each question that was answered, with its answer."""
        return [(question, self.answers[question.code]) for question in self.questions if question.code in self.answers]


def occasions(customer: Customer) -> list[tuple[str, models.Model]]:
    """What they may be asked about, by a person, at any time: orders of which all arrived, settled complaints, fairs they were at."""
    found: list[tuple[str, models.Model]] = [("delivery", order) for order in delivered().filter(customer=customer).order_by("-id")[:5]]
    found += [("complaint", one) for one in settled().filter(customer=customer).order_by("-id")[:5]]
    done = Survey.objects.filter(customer=customer).exclude(state="proposed")
    asked = set(done.exclude(kind="fair").values_list("kind", "occasion_kind", "occasion_id"))
    found = [(kind, one) for kind, one in found if (kind, kind_of(one), one.pk) not in asked]
    return found + [
        ("fair", fair) for fair in _visited(customer) if not done.filter(kind="fair", state="left", occasion_id=fair.pk).exists()
    ]


def _visited(customer: Customer) -> list[Fair]:
    """The last fairs that are over, where somebody of theirs was who was not asked yet."""
    people: dict[int, set[int]] = defaultdict(set)
    captures = Capture.objects.filter(customer=customer, fair__ends_on__lt=clock.today())
    for fair, contact, other in captures.values_list("fair", "contact", "others"):
        people[fair] |= {contact, other} - {None}
    for fair, contact in Survey.objects.filter(customer=customer, kind="fair", sent_at__isnull=False).values_list("occasion_id", "contact"):
        people[fair].discard(contact)
    return list(Fair.objects.filter(pk__in=[pk for pk, waiting in people.items() if waiting]).order_by("-ends_on")[:3])


def delivered() -> models.QuerySet[Order]:
    """Orders of which all arrived."""
    return Order.objects.filter(state__in=("arrived", "complete"), void_at=None)


def settled() -> models.QuerySet[Complaint]:
    """Complaints of which the customer said that they are content."""
    return Complaint.objects.filter(kind="complaint", outcome="settled", checked_at__isnull=False)


def run_daily() -> int:
    """The daily task: what is over expires; what has arrived or was settled of late is proposed, once."""
    over = Survey.objects.filter(state="sent", ends_on__lt=clock.today())
    return sum(alone(expire, survey) for survey in over) + sum(alone(_propose, one) for one in _due())


def _due() -> list[tuple[str, Any]]:
    since = timezone.now() - timedelta(days=WITHIN_DAYS.value)
    asked: dict[str, Any] = {
        kind: Survey.objects.filter(kind=kind, occasion_kind=of).values("occasion_id")
        for kind, of in (("delivery", "order"), ("complaint", "complaint"))
    }
    here = {"shipments__arrived_at__gte": since, "shipments__arrived_at__gt": models.F("made_at")}  # what came before is no news
    arrived = delivered().filter(**here).exclude(pk__in=asked["delivery"]).distinct()
    unasked = models.Q(problem=None) | models.Q(problem__satisfaction=None)  # how satisfied they are is asked at closing, too
    content = settled().filter(unasked, checked_at__gte=since).exclude(pk__in=asked["complaint"])
    return [("delivery", order) for order in arrived.select_related("customer", "confirmation__contact").order_by("id")] + [
        ("complaint", one) for one in content.select_related("customer", "contact").order_by("id")
    ]


def _propose(due: tuple[str, Any], *, by: Actor) -> bool:
    kind, occasion = due
    if reasons_for([occasion.customer_id]):
        return False
    contact = occasion.confirmation.contact if kind == "delivery" else occasion.contact
    return propose(occasion.customer, by=by, kind=kind, occasion=occasion, contact=contact).state == "proposed"


@operation("care.propose_survey")
def propose(customer: Customer, *, by: Actor, kind: str, occasion: models.Model, contact: Contact | None = None) -> Survey:
    """Stands to be sent. Proposed twice for one occasion, and of a fair for one person, the first stands."""
    require(by, "surveys.send", customer)
    hold(customer.pk)
    if kind not in SURVEY_KINDS:
        raise Refused(_("Choose from the list."), field="kind")
    refers = refer("occasion", occasion)
    known = Survey.objects.for_list().filter(
        customer=customer, kind=kind, occasion_kind=refers["occasion_kind"], occasion_id=occasion.pk
    )  # fmt: skip
    if kind == "fair":  # one that waits for somebody to be chosen is for anybody
        known = known.filter(models.Q(contact=contact) | models.Q(contact=None, state="proposed"))
    if first := known.order_by("id").first():
        return first
    made = Survey.objects.create(customer=customer, contact=contact, kind=kind, version=NEWEST[kind], **refers)
    record(events.SURVEY_PROPOSED, subject=made, under=customer, by=by, values=_about(made))
    return made


@operation("care.send_survey")
def send(survey: Survey, *, by: Actor, contact: Contact) -> Survey:
    """Sends it with a link. Sent twice, it stands. Not while a critical problem or complaint is open, nor without consent or business."""
    require(by, "surveys.send", survey.customer)
    survey = _held(survey)
    if survey.state != "proposed":
        return survey
    customer = survey.customer
    if contact.customer_id != customer.pk:
        raise Refused(_("This person is no contact of the customer."), field="contact")
    theirs = Survey.objects.filter(kind="fair", occasion_kind=survey.occasion_kind, occasion_id=survey.occasion_id, contact=contact)
    if survey.kind == "fair" and theirs.exclude(pk=survey.pk).exists():
        raise Refused(_("They are asked about this fair already. Choose somebody else."), field="contact")
    against = reasons_for([customer.pk]).get(customer.pk, [])
    if against:
        raise Refused(_("Not now: %(why)s.") % {"why": against[0].get_why_display()}, code="quiet")
    if why := why_not_asked(customer, contact):
        raise Refused(_("Not sent: %(why)s.") % {"why": why}, code="consent")
    ends = clock.today() + timedelta(days=LIFE_DAYS.value)
    until = timezone.make_aware(datetime.combine(ends + timedelta(days=1), time())) + CHANGING
    held = grant(contact, by=by.trusted(), subject=survey, purpose="survey", until=until)
    _move(survey, "sent", contact=contact, grant=held, sent_at=timezone.now(), ends_on=ends, version=NEWEST[survey.kind])
    _write(survey, by)
    record(events.SURVEY_SENT, subject=survey, under=customer, by=by, values=_about(survey) | {"to": contact.name})
    return survey


@operation("care.link_survey")
def make_link(survey: Survey, *, by: Actor) -> str:
    """A fresh address of it, to hand over by chat."""
    require(by, "surveys.send", survey.customer)
    return link_to(newest_about(survey), by=by.trusted())


@operation("care.leave_survey")
def leave(survey: Survey, *, by: Actor, reason: Words) -> Survey:
    """It is not sent, and why; this occasion is not asked about again. Said twice, the first stands."""
    require(by, "surveys.send", survey.customer)
    survey = _held(survey)
    if survey.state == "left":
        return survey
    if survey.state != "proposed":
        raise Refused(_("This survey is over or sent: %(state)s.") % {"state": survey.get_state_display()}, code="over")
    reason = reason_given(reason)
    _move(survey, "left", left_reason=kept_words(reason))
    record(events.SURVEY_LEFT, subject=survey, under=survey.customer, by=by, values=_about(survey) | {"reason": reason})
    return survey


@operation("care.answer_survey")
def answer(survey: Survey, *, by: Actor, answers: dict[str, Any]) -> Survey:
    """They answer: whole numbers for scales, words for the last. For 24 hours they may answer otherwise; the same again changes nothing.
    A low one makes a next step for the owner, the next workday, which goes with it."""
    survey = _held(survey)
    require(by, "surveys.answer", survey)
    if not survey.answered_at and not survey.is_running:
        raise Refused(_("This survey has ended."), code="expired")
    given, was = _checked(survey, answers), survey.answers
    if survey.answered_at and given == was:
        return survey
    if survey.answered_at and not survey.changes_until:
        raise Refused(_("Answers can be changed for 24 hours. Yours stand as you gave them."), code="over")
    kept = {"score": score(given), "recommend": given.get("recommend")}
    _move(survey, "answered", answers=given, answered_at=survey.answered_at or timezone.now(), **kept)
    _speak_of_low(survey, was, by)
    values = _about(survey) | {
        "score": "–" if survey.points is None else str(survey.points),
        "words": str(given.get("words", ""))[:300],
    }
    if not was:
        record(events.SURVEY_ANSWERED, subject=survey, under=survey.customer, by=by, values=values)
        return survey
    changes = {code: [was.get(code), given.get(code)] for code in {**was, **given} if was.get(code) != given.get(code)}
    record(events.SURVEY_CHANGED, subject=survey, under=survey.customer, by=by, values=values, changes=changes)
    return survey


def _speak_of_low(survey: Survey, was: dict[str, Any], by: Actor) -> None:
    """Somebody is to speak with them, once for a low answer; not any more where it is low no longer."""
    if is_low(survey.answers) and not is_low(was):
        values = {"about": survey.occasion_name, "survey": survey.pk, "words": str(survey.answers.get("words") or "")[:300]}
        plan_many([Plan(survey.customer, LOW, next_workday(clock.today()), values=values)], by=by.trusted())
    elif is_low(was) and not is_low(survey.answers):
        happened(LOW, by=by, customers=[survey.customer_id], survey=survey.pk)


def _checked(survey: Survey, answers: dict[str, Any]) -> dict[str, Any]:
    """What was answered, each in its scale; the first question must be."""
    given: dict[str, Any] = {}
    for question in survey.questions:
        value = answers.get(question.code)
        if question.scale == TEXT:
            value = clean(str(value or ""), 2000) or None
        elif value is not None and (not isinstance(value, int) or value not in HIGHEST[question.scale]):
            raise Refused(_("Choose from the list."), field=question.code)
        if value is not None:
            given[question.code] = value
    if survey.questions[0].code not in given:
        raise Refused(_("Answer at least the first question."), field=survey.questions[0].code)
    return given


@operation("care.expire_survey")
def expire(survey: Survey, *, by: Actor) -> bool:
    """What time brings. False where somebody was faster."""
    survey = _held(survey)
    if survey.state != "sent" or survey.is_running:
        return False
    _move(survey, "expired")
    record(events.SURVEY_EXPIRED, subject=survey, under=survey.customer, by=by, values=_about(survey))
    return True


def _held(survey: Survey) -> Survey:
    hold(survey.customer_id)
    return Survey.objects.for_list().get(pk=survey.pk)


def _move(survey: Survey, state: str, **facts: Any) -> None:
    """The one place that writes a survey's state, together with the fact that moves it."""
    Survey.objects.filter(pk=survey.pk).update(state=state, **facts)
    for name, value in {"state": state, **facts}.items():
        setattr(survey, name, value)


def _about(survey: Survey) -> dict[str, Any]:
    return {"kind": survey.kind, "about": survey.occasion_name}


def _write(survey: Survey, by: Actor) -> None:
    contact = survey.contact
    assert contact is not None  # it is sent to them
    language = contact.speaks
    with override(language):
        values = {"name": contact.name, "us": company().named(language), "about": survey.occasion_name, "link": "{link}"}
        why = {
            "delivery": _("All goods of your order %(about)s have arrived."), "complaint": _("Your complaint %(about)s has been settled."),
            "fair": _("You visited us at %(about)s."),
        }[survey.kind] % values  # fmt: skip
        subject = _("How did we do? %(us)s") % values
        body = _("Dear %(name)s,\n\n%(why)s How satisfied are you? It takes two minutes to tell us:\n\n%(link)s\n\n%(us)s\n") % (
            values | {"why": why}
        )
        write(contact, by=by.trusted(), language=language, grant=survey.grant, subject=subject, body=body)


# Figures.


def figures(surveys: Surveys) -> dict[str, Any]:
    """Satisfaction and NPS of the surveys that count, each with how many; None where nobody answered."""
    rows = list(surveys.counted().order_by("id").values_list("score", "recommend", "answered_at"))
    now = timezone.now()
    scored = [(value, (now - at).days) for value, _n, at in rows if value is not None and at is not None]
    recommended = [n for _v, n, _at in rows if n is not None]
    return {
        "answered": len(rows),
        "satisfaction": satisfaction(scored),
        "points": points(satisfaction(scored)),
        "scored": len(scored),
        "nps": promoters(recommended),
        "recommended": len(recommended),
        "detractors": sum(n <= LOW_RECOMMEND for n in recommended),
    }


def by_question(surveys: Surveys, kind: str) -> list[tuple[Question, Decimal, int]]:
    """(question, mean of its answers, how many) of the surveys of a kind that count, in the order of the newest list."""
    given = list(surveys.counted().filter(kind=kind).values_list("answers", flat=True))
    found = []
    for question in QUESTIONS[kind][NEWEST[kind]]:
        values = [one[question.code] for one in given if isinstance(one.get(question.code), int)]
        if values:
            found.append((question, round(Decimal(sum(values)) / len(values), 2), len(values)))
    return found

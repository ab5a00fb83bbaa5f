"""401: what a customer asks on the page of a briefing, and what we answer. Both stand on that page, and on ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from boothline.accounts.company import company
from boothline.accounts.rights import require
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, WORDS, tags
from boothline.core.text import clean, phrase
from boothline.core.told import in_both
from boothline.customers.card import Contact
from boothline.followups.clocks import answered_by
from boothline.followups.steps import Desk, NextStep, Plan, happened, plan_many, say_now, waited_for
from boothline.links.grants import grant
from boothline.messaging.letters import write
from boothline.negotiation import events
from boothline.negotiation.briefing import Briefing, await_again, held
from boothline.timeline.history import record
from boothline.worktime.calendar import next_workday

QUESTION = waited_for(
    gettext_noop("answer the question about %(products)s"),
    at=Desk(gettext_lazy("Answer the question"), "briefing-question", "briefing", "chat"),
)


class Question(models.Model):
    """What somebody of the customer asked. It is over with our answer; without one, when the step that it made was done: by word."""

    briefing = models.ForeignKey(Briefing, on_delete=models.CASCADE, related_name="questions")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True, default="")
    privacy = tags(words=WORDS, answer=WORDS, answered_by=PLAIN)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.words

    @property
    def answer_on(self) -> date:
        """The day by which they are told that we answer: that of our step."""
        return next_workday(timezone.localdate(self.asked_at))


@operation("negotiation.ask_about")
def ask_about(briefing: Briefing, *, by: Actor, words: str) -> Briefing:
    """The customer asks: a next step for the owner, due the next workday; one for all they ask until it is done. The same question
    pressed again is quiet."""
    require(by, "briefings.answer", briefing)
    words = clean(words, 2000)
    if not words:
        raise Refused(_("Write your question."), field="words")
    briefing = await_again(held(briefing), by=by)
    asked = list(briefing.questions.filter(answered_at=None).values_list("words", flat=True))
    if words in asked:
        return briefing
    contact = Contact.objects.filter(pk=by.id or 0, customer=briefing.customer_id).first() if by.kind == "guest" else None
    Question.objects.create(briefing=briefing, contact=contact, words=words)
    Briefing.objects.filter(pk=briefing.pk).update(acted_at=timezone.now(), is_explained=True)
    record(events.ASKED, subject=briefing, under=briefing.customer, by=by, values={"words": words})
    waits = NextStep.objects.open().filter(customer=briefing.customer, what=QUESTION, values__briefing=briefing.pk).first()
    said = {"briefing": briefing.pk, "words": "\n".join([*asked, words])[:160]} | ({"contact": contact.pk} if contact else {})
    if waits:
        say_now(waits, **said)
    else:
        about = {"products": in_both(lambda: str(briefing)[:100])} | said
        plan_many([Plan(briefing.customer, QUESTION, next_workday(clock.today()), values=about)], by=by.trusted())
    briefing.refresh_from_db()
    return briefing


@operation("negotiation.answer_question")
def answer_question(briefing: Briefing, *, by: Actor, words: str) -> Briefing:
    """We answer all that is asked: the customer is told by letter, and reads it on the page. Answered twice, the first answer stands."""
    require(by, "briefings.edit", briefing)
    briefing = held(briefing)
    asked = list(briefing.questions.filter(answered_at=None).select_related("contact"))
    if not asked:
        if briefing.questions.exclude(answer="").exists():
            return briefing
        raise Refused(_("Nothing is asked."), code="nothing_asked")
    words = clean(words, 2000)
    if not words:
        raise Refused(_("Write what the customer is to read."), field="words")
    settle([briefing.pk], by=by)
    Question.objects.filter(pk=asked[-1].pk).update(answer=words)
    record(events.QUESTION_ANSWERED, subject=briefing, under=briefing.customer, by=by, values={"words": words[:500]})
    to = asked[-1].contact or briefing.contact
    if to:
        _write(briefing, to, by, words)
        answered_by(briefing.customer, to, by=by)
    happened(QUESTION, by=by, customers=[briefing.customer_id], briefing=briefing.pk)
    return briefing


def settle(briefings: Iterable[int], *, by: Actor) -> None:
    """Nobody waits for the answer to these any more."""
    waits = Question.objects.filter(briefing__in=list(briefings), answered_at=None)
    waits.update(answered_at=timezone.now(), answered_by=by.name[:200])


def _write(briefing: Briefing, to: Contact, by: Actor, words: str) -> None:
    held_by = grant(to, by=by.trusted(), subject=briefing, purpose="briefing")
    language = to.speaks
    with override(language):
        values = {"name": to.name, "us": company().named(language), "products": str(briefing), "words": words, "link": "{link}"}
        body = phrase(_(
            "Dear %(name)s,\n\nThank you for your question about %(products)s.\n\n%(words)s\n\n"
            "Your question and our answer stand here, too:\n\n%(link)s\n\n%(us)s\n"
        ), values)  # fmt: skip
        subject = _("Our answer to your question, %(us)s") % values
        write(to, by=by.trusted(), language=language, grant=held_by, subject=subject, body=body)

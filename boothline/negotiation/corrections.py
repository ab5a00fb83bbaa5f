"""The way back of an answer to a briefing: we noted a wrong one, so it is awaited again, or another one stands.

Whoever noted it corrects it, or who records briefings for all; what the customer answered themselves stays. What somebody built on it
since stands in the way, and is named: objections here, intentions by those who hear it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.operations import operation
from boothline.core.text import clean, listed, phrase
from boothline.customers.card import hold
from boothline.negotiation import events
from boothline.negotiation.briefing import EXPLAINED, Briefing, BriefingItem, answer
from boothline.negotiation.objections import Objection
from boothline.timeline.history import Event, record

CORRECTABLE = ("wants", "not_interested")


@operation("negotiation.correct_answer")
def correct_answer(
    briefing: Briefing, *, by: Actor, words: str, now: str = "pending", wanted: list[BriefingItem] | None = None, stands: str = ""
) -> Briefing:  # fmt: skip
    """The answer was another one (`now`), or there is none yet. Taken back twice, the first counts. `stands` is the answer that the
    person saw; who saw another one is told what stands."""
    require(by, "briefings.edit", briefing)
    hold(briefing.customer_id)
    briefing = Briefing.objects.for_list().get(pk=briefing.pk)
    words, was = clean(words, 300), briefing.answer
    if now not in ("pending", *CORRECTABLE):
        raise Refused(_("Choose what the customer answered."), field="answer")
    if was == now == "pending":
        return briefing
    if was not in CORRECTABLE:
        raise Refused(_("There is no answer to correct: %(answer)s.") % {"answer": briefing.answer_words}, code="no_answer")
    if stands and stands != was:
        raise Refused(_("This briefing was answered already: %(answer)s.") % {"answer": briefing.answer_words}, code="answered")
    if len(words) < 2:
        raise Refused(_("Say in a few words what was wrong."), field="words")
    _check_noted(briefing, by)
    _check_objections(briefing)
    values = {"was": was, "answer": now, "words": words}
    record(events.ANSWER_CORRECTED, subject=briefing, under=briefing.customer, by=by, values=values)
    explained = briefing.channel in EXPLAINED or briefing.acted_at is not None
    Briefing.objects.filter(pk=briefing.pk).update(answer="pending", answered_at=None, is_explained=explained)
    briefing.items.update(wanted=False)
    if now != "pending":
        answer(briefing, by=by, answer=now, wanted=wanted)
    return Briefing.objects.for_list().get(pk=briefing.pk)


def _check_noted(briefing: Briefing, by: Actor) -> None:
    """Only our own word is ours to correct."""
    noted = Event.objects.about(briefing).filter(kind=events.ANSWERED.code).order_by("-id").first()
    if noted and noted.actor_kind == "guest":
        raise Refused(_("The customer gave this answer on the page of their link; it stays as they gave it."), code="theirs")
    is_own = noted is not None and (noted.actor_kind, noted.actor_id) == (by.kind, by.id)
    if noted and not is_own and not by.is_trusted and by.rights.get("briefings.edit") != "all":
        words = _("%(name)s noted this answer: they correct it, or a manager does.")
        raise Refused(phrase(words, {"name": noted.who}), code="not_own")


def _check_objections(briefing: Briefing) -> None:
    """What somebody recorded as the reason since is told, and stays."""
    since = Objection.objects.alive().filter(briefing=briefing, made_at__gte=briefing.answered_at)
    if since:
        words = _("After this answer an objection was recorded: %(reasons)s. Close it first; then correct the answer.")
        raise Refused(words % {"reasons": listed(dict.fromkeys(str(one) for one in since))}, code="built_on")

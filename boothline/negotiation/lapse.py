"""Lapse of this type: a briefing whose answer nobody gets, an objection that nobody speaks of any more.

A pending briefing lapses 90 days after the last touch or the customer's own act, an open objection after 180 days. The owner
is warned before, a planned next step stops it, and the owner may reopen it within a year (`followups.lapse`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.rules import declare
from boothline.customers.card import hold
from boothline.followups.lapse import Idle, check_reopening, is_due, last_told, soonest, watch
from boothline.negotiation import events
from boothline.negotiation.briefing import Briefing, await_again
from boothline.negotiation.objections import Objection
from boothline.timeline.history import record

BRIEFING_DAYS = declare(
    "negotiation.briefing_lapse_days", 90, gettext_lazy("Days after the last touch until a pending briefing lapses"), low=7, high=730
)
OBJECTION_DAYS = declare("negotiation.objection_lapse_days", 180, gettext_lazy("Days until an open objection lapses"), low=7, high=730)


def lapse_all() -> int:
    """The daily task."""
    before = soonest(BRIEFING_DAYS.value)
    quiet = Q(customer__last_touch_at=None) | Q(customer__last_touch_at__lt=before)
    waiting = list(Briefing.objects.pending().filter(quiet, shown_at__lt=before).select_related("customer"))
    held = list(Objection.objects.alive().filter(said_at__lt=soonest(OBJECTION_DAYS.value)).select_related("customer"))
    warning = {"warning": events.LAPSE_NEAR, "warn": warn}
    done = watch(_briefings(waiting), lapse=lapse_briefing, **warning)  # type: ignore[arg-type]
    return done + watch(_objections(held), lapse=lapse_objection, **warning)  # type: ignore[arg-type]


def _briefings(briefings: list[Briefing]) -> list[Idle]:
    again = last_told((events.PENDING_AGAIN, events.REOPENED), "briefing", [b.pk for b in briefings])
    moments = {b: (b.shown_at, b.acted_at, b.customer.last_touch_at, again.get(b.pk)) for b in briefings}
    return [Idle(b, _latest(*found), BRIEFING_DAYS.value) for b, found in moments.items()]


def _objections(objections: list[Objection]) -> list[Idle]:
    again = last_told((events.REOPENED,), "objection", [o.pk for o in objections])
    return [Idle(o, _latest(o.said_at, again.get(o.pk)), OBJECTION_DAYS.value) for o in objections]


def _latest(*moments: datetime | None) -> datetime:
    return max(moment for moment in moments if moment)


@operation("negotiation.warn_of_lapse")
def warn(about: Briefing | Objection, *, by: Actor, on: date, days: int) -> None:
    """Tells the owner that it lapses on that day."""
    record(events.LAPSE_NEAR, subject=about, under=about.customer, by=by, values={"on": on, "days": days} | _what(about))


@operation("negotiation.lapse_briefing")
def lapse_briefing(briefing: Briefing, *, by: Actor) -> bool:
    """What time brings: nobody waits for this answer any more. False if somebody was faster."""
    hold(briefing.customer_id)
    briefing = Briefing.objects.select_related("customer").get(pk=briefing.pk)
    if briefing.answer != "pending" or not is_due(_briefings([briefing])[0]):
        return False
    Briefing.objects.filter(pk=briefing.pk).update(answer="lapsed", lapsed_at=timezone.now())
    record(events.LAPSED, subject=briefing, under=briefing.customer, by=by, values=_what(briefing))
    return True


@operation("negotiation.lapse_objection")
def lapse_objection(objection: Objection, *, by: Actor) -> bool:
    """What time brings: the objection is let go. False if somebody was faster."""
    hold(objection.customer_id)
    objection = Objection.objects.select_related("customer").get(pk=objection.pk)
    if not objection.is_alive or not is_due(_objections([objection])[0]):
        return False
    now = timezone.now()
    Objection.objects.filter(pk=objection.pk).update(state="let_go", closed_at=now, lapsed_at=now)
    record(events.LAPSED, subject=objection, under=objection.customer, by=by, values=_what(objection))
    return True


@operation("negotiation.reopen_briefing")
def reopen_briefing(briefing: Briefing, *, by: Actor) -> Briefing:
    """The answer is awaited again. Pressed twice, it stays open."""
    require(by, "briefings.edit", briefing)
    hold(briefing.customer_id)
    briefing = Briefing.objects.select_related("customer").get(pk=briefing.pk)
    if briefing.answer != "pending":
        check_reopening(briefing.lapsed_at)
        briefing = await_again(briefing, by=by)
    return briefing


@operation("negotiation.reopen_objection")
def reopen_objection(objection: Objection, *, by: Actor) -> Objection:
    """The objection holds the customer back again. Pressed twice, it stays open."""
    require(by, "objections.edit", objection)
    hold(objection.customer_id)
    objection = Objection.objects.select_related("customer").get(pk=objection.pk)
    if not objection.is_alive:
        check_reopening(objection.lapsed_at)
        Objection.objects.filter(pk=objection.pk).update(state="open", closed_at=None, lapsed_at=None)
        record(events.REOPENED, subject=objection, under=objection.customer, by=by, values=_what(objection))
    objection.refresh_from_db()
    return objection


def _what(about: Briefing | Objection) -> dict[str, str]:
    return {"what": "briefing" if isinstance(about, Briefing) else "objection"}

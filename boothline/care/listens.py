"""What this room hears: that somebody left, and that this was taken back."""

from typing import Any

from boothline.accounts.people import User
from boothline.care import events
from boothline.care.complaints import Complaint, give
from boothline.core.actors import Actor
from boothline.followups import events as followups
from boothline.followups.clocks import let_in
from boothline.followups.handover import given_with, whose_work
from boothline.timeline import hearing


def register() -> None:
    """Now: their open complaints go along."""
    hearing.now(followups.LEFT, complaints_go_along)
    hearing.now(followups.HANDED_BACK, complaints_come_back)


def complaints_go_along(told: list[Any], by: Actor) -> None:
    """Who takes over works on their open complaints, and with those customers."""
    for event in told:
        to = User.objects.get(pk=event.values["people"][0])
        theirs = Complaint.objects.open().filter(owner=event.subject_id, customer__in=whose_work(event, by))
        complaints = list(theirs.for_list().order_by("pk"))
        give(complaints, by=by.trusted(), to=to, deed=event.values["deed"])
        let_in([(complaint.customer, to) for complaint in complaints], by=by)


def complaints_come_back(told: list[Any], by: Actor) -> None:
    """So do the complaints that are still open with the colleague."""
    for event in told:
        given = given_with(event.values["deed"], events.COMPLAINT_GIVEN)
        theirs = Complaint.objects.open().filter(pk__in=given, owner=event.values["colleague"])
        theirs = theirs.exclude(customer__in=event.values["stays"]).for_list().order_by("pk")
        give(list(theirs), by=by.trusted(), to=User.objects.get(pk=event.values["people"][0]), deed=0)

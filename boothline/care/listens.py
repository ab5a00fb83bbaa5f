"""What this room hears: that customers changed hands, that somebody left, and that this was taken back."""

from typing import Any

from boothline.accounts.people import User
from boothline.care import events
from boothline.care.complaints import Complaint, give
from boothline.core.actors import Actor
from boothline.customers import events as customers
from boothline.customers.doing import left_behind, let_in
from boothline.followups import events as followups
from boothline.followups.handover import deed_of, given_with, whose_work
from boothline.timeline import hearing


def register() -> None:
    """Now: their open complaints go along."""
    for told in (customers.ASSIGNED, customers.COLLABORATOR_REMOVED, followups.TAKEN):
        hearing.now(told, complaints_change_hands)
    hearing.now(followups.LEFT, complaints_go_along)
    hearing.now(followups.HANDED_BACK, complaints_come_back)


def complaints_change_hands(told: list[Any], by: Actor) -> None:
    """Customers changed hands, or somebody works with one no longer: so do the open complaints that are left behind."""
    found = Complaint.objects.open().filter(customer__in=[event.under_id for event in told]).for_list().order_by("pk")
    for to, complaints in left_behind(found, told, by=by).items():
        give(complaints, by=by.trusted(), to=to, deed=deed_of(told))


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

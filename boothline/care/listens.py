"""What this room hears: that customers changed hands, that somebody left, and that this was taken back."""

from typing import Any

from boothline.care import events
from boothline.care.complaints import Complaint, give
from boothline.core.actors import Actor
from boothline.customers import events as customers
from boothline.followups import events as followups
from boothline.followups.handover import change_hands, come_back, go_along
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
    change_hands(told, by, work=found, pass_on=give)


def complaints_go_along(told: list[Any], by: Actor) -> None:
    """Who takes over works on their open complaints, and with those customers."""
    go_along(told, by, work=Complaint.objects.open().for_list(), customer="customer", pass_on=give)


def complaints_come_back(told: list[Any], by: Actor) -> None:
    """So do the complaints that are still open with the colleague."""
    work = Complaint.objects.open().for_list()
    come_back(told, by, work=work, customer="customer", pass_on=give, given=events.COMPLAINT_GIVEN)

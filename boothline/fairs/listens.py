"""What this room hears: an appointment that was kept, or that we called off, says something of the invitation it came by; both follow a
fair to other days; the fairs and appointments of somebody who left go along with their customers."""

from __future__ import annotations

from typing import Any

from boothline.accounts.people import User
from boothline.core.actors import Actor
from boothline.fairs import appointments, events, invitations
from boothline.fairs.appointments import Appointment, give_appointments
from boothline.fairs.editions import Fair, give
from boothline.fairs.invitations import arrived, without_time
from boothline.fairs.roster import pass_on_duty
from boothline.followups import events as followups
from boothline.followups.handover import come_back, given_with, go_along
from boothline.timeline import hearing


def register() -> None:
    """Every hearing of this room."""
    hearing.now(events.KEPT, came_to_appointment)
    hearing.now(events.CANCELLED, lost_appointment)
    hearing.now(events.EDITED, days_moved)
    hearing.now(followups.LEFT, fairs_go_along)
    hearing.now(followups.LEFT, appointments_go_along)
    hearing.now(followups.HANDED_BACK, fairs_come_back)
    hearing.now(followups.HANDED_BACK, appointments_come_back)


def came_to_appointment(told: list[Any], by: Actor) -> None:
    """Whoever keeps an appointment at the booth came to the fair."""
    for kept in Appointment.objects.filter(pk__in=[event.subject_id for event in told], contact__isnull=False).select_related("fair"):
        arrived(kept.fair, by=by.trusted(), contacts=[kept.contact_id or 0])


def lost_appointment(told: list[Any], by: Actor) -> None:
    """The time is gone, the answer stays: they come."""
    without_time([event.subject_id for event in told if event.subject_id])


def days_moved(told: list[Any], by: Actor) -> None:
    """The fair is on other days: its invitations and appointments follow."""
    moved = [event.subject_id for event in told if {"starts_on", "ends_on"} & set(event.changes or {})]
    for fair in Fair.objects.filter(pk__in=moved):
        appointments.follow_the_fair(fair, by.trusted())
        invitations.follow_the_fair(fair, by.trusted())


def fairs_go_along(told: list[Any], by: Actor) -> None:
    """Somebody left: who takes over follows up their fairs, and is on duty for them from today."""
    for event in told:
        person, to = User.objects.get(pk=event.subject_id), User.objects.get(pk=event.values["people"][0])
        give(list(Fair.objects.filter(lead=person).order_by("pk")), by=by.trusted(), to=to, deed=event.values["deed"])
        pass_on_duty(person, by=by.trusted(), to=to)


def fairs_come_back(told: list[Any], by: Actor) -> None:
    """That was taken back: so are their fairs, where the colleague still follows them up. The roster stays as it is by now."""
    for event in told:
        theirs = Fair.objects.filter(pk__in=given_with(event.values["deed"], events.GIVEN), lead=event.values["colleague"])
        give(list(theirs.order_by("pk")), by=by.trusted(), to=User.objects.get(pk=event.values["people"][0]))


def appointments_go_along(told: list[Any], by: Actor) -> None:
    """Whom somebody who left was to meet, from today on, meets whoever takes over."""
    work = Appointment.objects.ahead().for_list()
    go_along(told, by, work=work, customer="customer", pass_on=give_appointments, owner="user")


def appointments_come_back(told: list[Any], by: Actor) -> None:
    """So do the appointments that are still to come with the colleague."""
    work = Appointment.objects.ahead().for_list()
    come_back(told, by, work=work, customer="customer", pass_on=give_appointments, given=events.MOVED, owner="user")

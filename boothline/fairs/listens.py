"""What this room hears: an appointment that was kept, or that we called off, says something of the invitation it came by."""

from __future__ import annotations

from typing import Any

from boothline.core.actors import Actor
from boothline.fairs import events
from boothline.fairs.appointments import Appointment
from boothline.fairs.invitations import arrived, without_time
from boothline.timeline import hearing


def register() -> None:
    """Every hearing of this room."""
    hearing.now(events.KEPT, came_to_appointment)
    hearing.now(events.CANCELLED, lost_appointment)


def came_to_appointment(told: list[Any], by: Actor) -> None:
    """Whoever keeps an appointment at the booth came to the fair."""
    for kept in Appointment.objects.filter(pk__in=[event.subject_id for event in told], contact__isnull=False).select_related("fair"):
        arrived(kept.fair, by=by.trusted(), contacts=[kept.contact_id or 0])


def lost_appointment(told: list[Any], by: Actor) -> None:
    """The time is gone, the answer stays: they come."""
    without_time([event.subject_id for event in told if event.subject_id])

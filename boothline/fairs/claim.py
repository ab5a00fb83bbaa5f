"""Whoever keeps an appointment sees its customer, from the booking until the fair is over: they are to know whom they meet, and to note
what was said. What one may do with such a customer beside is the same as with those whom one captured."""

from typing import Any

from django.db.models import Q

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.customers import reach
from boothline.fairs.appointments import Appointment, Appointments


def register() -> None:
    """The reach of an appointment."""
    reach.open_way(where_met)


def _kept_by(by: Actor) -> Appointments:
    return Appointment.objects.standing().filter(user_id=by.id or 0, fair__ends_on__gte=clock.today())


def where_met(by: Actor) -> Q:
    """The customers whom this person meets at a fair that is not over."""
    return Q(pk__in=_kept_by(by).values("customer_id"))


def is_met(by: Actor, record: Any) -> bool:
    """The same of a record that stands under a customer."""
    return _kept_by(by).filter(customer_id=record.customer.pk).exists()

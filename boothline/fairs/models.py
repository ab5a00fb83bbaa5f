"""Index of this room's records."""

from boothline.fairs.appointments import Appointment
from boothline.fairs.editions import Fair

__all__ = ["Appointment", "Fair"]

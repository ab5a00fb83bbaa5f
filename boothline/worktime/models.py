"""Index of this room's records."""

from boothline.worktime.absences import Absence
from boothline.worktime.calendar import DayOverride
from boothline.worktime.shows import Shift, Show, ShowDay

__all__ = ["Absence", "DayOverride", "Shift", "Show", "ShowDay"]

"""Index of this room's records."""

from boothline.worktime.calendar import DayOverride

__all__ = ["DayOverride"]

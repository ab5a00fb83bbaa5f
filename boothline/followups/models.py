"""Index of this room's records."""

from boothline.followups.clocks import Clock
from boothline.followups.gifts import Gift
from boothline.followups.pool import Taking
from boothline.followups.steps import NextStep
from boothline.followups.touches import Touch

__all__ = ["Clock", "Gift", "NextStep", "Taking", "Touch"]

"""Index of this room's records."""

from boothline.followups.steps import NextStep
from boothline.followups.touches import Touch

__all__ = ["NextStep", "Touch"]

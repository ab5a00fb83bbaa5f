"""Index of this room's records."""

from boothline.personality.opinion import Opinion

__all__ = ["Opinion"]

"""Index of this room's records."""

from boothline.fairs.editions import Fair

__all__ = ["Fair"]

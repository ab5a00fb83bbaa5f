"""Index of this room's records."""

from boothline.visitors.solicitation import Capture

__all__ = ["Capture"]

"""Index of this room's records."""

from boothline.radar.watch import Risk

__all__ = ["Risk"]

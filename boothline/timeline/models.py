"""Index of this room's records."""

from boothline.timeline.history import Delivery, Event

__all__ = ["Delivery", "Event"]

"""Index of this room's records."""

from boothline.timeline.history import Delivery, Event
from boothline.timeline.undo import Deed

__all__ = ["Deed", "Delivery", "Event"]

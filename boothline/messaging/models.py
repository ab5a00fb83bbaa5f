"""Index of this room's records."""

from boothline.messaging.letters import Letter
from boothline.messaging.notices import Notice

__all__ = ["Letter", "Notice"]

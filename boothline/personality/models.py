"""Index of this room's records."""

from boothline.personality.opinion import Opinion
from boothline.personality.playbooks import PlaybookText, PlaybookVersion

__all__ = ["Opinion", "PlaybookText", "PlaybookVersion"]

"""Index of this room's records."""

from boothline.negotiation.briefing import Briefing, BriefingItem
from boothline.negotiation.objections import Objection

__all__ = ["Briefing", "BriefingItem", "Objection"]

"""Index of this room's records."""

from boothline.intentions.collection import Collection
from boothline.intentions.products import Intention, IntentionLine
from boothline.intentions.quotation import Quotation
from boothline.intentions.requirements import Requirement

__all__ = ["Collection", "Intention", "IntentionLine", "Quotation", "Requirement"]

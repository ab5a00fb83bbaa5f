"""Index of this room's records."""

from boothline.intentions.collection import Collection
from boothline.intentions.expansion import Expansion, ExpansionItem
from boothline.intentions.products import Intention, IntentionLine
from boothline.intentions.quotation import Quotation
from boothline.intentions.requirements import Requirement

__all__ = ["Collection", "Expansion", "ExpansionItem", "Intention", "IntentionLine", "Quotation", "Requirement"]

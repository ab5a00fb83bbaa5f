"""Index of this room's records."""

from boothline.catalogue.products import Product, StepPrice, Variant
from boothline.catalogue.relations import Relation
from boothline.catalogue.stock import StockDue, StockMove

__all__ = ["Product", "Relation", "StepPrice", "StockDue", "StockMove", "Variant"]

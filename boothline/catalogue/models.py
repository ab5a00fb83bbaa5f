"""Index of this room's records."""

from boothline.catalogue.products import Product, StepPrice, Variant
from boothline.catalogue.relations import Relation

__all__ = ["Product", "Relation", "StepPrice", "Variant"]

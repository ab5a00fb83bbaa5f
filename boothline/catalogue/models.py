"""Index of this room's records."""

from boothline.catalogue.products import Product, StepPrice, Variant

__all__ = ["Product", "StepPrice", "Variant"]

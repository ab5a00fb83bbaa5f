"""Index of this room's records."""

from boothline.catalogue.products import Product, Variant

__all__ = ["Product", "Variant"]

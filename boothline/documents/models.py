"""Index of this room's records."""

from boothline.documents.numbers import Counter

__all__ = ["Counter"]

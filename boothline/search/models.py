"""Index of this room's records."""

from boothline.search.index import Entry

__all__ = ["Entry"]

"""Index of this room's records."""

from boothline.views.saved import Look, SavedView

__all__ = ["Look", "SavedView"]

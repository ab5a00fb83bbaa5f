"""The records of this room."""

from boothline.exchange.foreign import Foreign
from boothline.exchange.jobs import Import

__all__ = ["Foreign", "Import"]

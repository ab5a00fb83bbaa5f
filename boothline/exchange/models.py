"""The records of this room."""

from boothline.exchange.footprints import Footprint
from boothline.exchange.foreign import Foreign
from boothline.exchange.jobs import Import

__all__ = ["Footprint", "Foreign", "Import"]

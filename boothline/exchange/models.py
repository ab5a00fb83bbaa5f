"""The records of this room."""

from boothline.exchange.footprints import Footprint
from boothline.exchange.foreign import Foreign
from boothline.exchange.jobs import Import
from boothline.exchange.mapping import ColumnMap
from boothline.exchange.opportunities import Opportunity

__all__ = ["ColumnMap", "Footprint", "Foreign", "Import", "Opportunity"]

"""The records of this room."""

from boothline.exchange.foreign import Foreign

__all__ = ["Foreign"]

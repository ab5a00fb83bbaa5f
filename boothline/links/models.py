"""Index of this room's records."""

from boothline.links.grants import Grant, LinkToken

__all__ = ["Grant", "LinkToken"]

"""Index of this room's records."""

from boothline.files.attachments import Attachment

__all__ = ["Attachment"]

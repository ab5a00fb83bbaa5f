"""Index of this room's records."""

from boothline.approvals.approval import Approval, Turn

__all__ = ["Approval", "Turn"]

"""What this room hears: that a second person decided about a gift."""

from boothline.approvals import events as approvals
from boothline.followups.gifts import decided
from boothline.timeline import hearing


def register() -> None:
    """Now: the gift says so at once."""
    hearing.now(approvals.APPROVED, decided)
    hearing.now(approvals.REFUSED, decided)

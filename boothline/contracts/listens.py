"""What this type hears."""

from boothline.approvals import events as approvals
from boothline.contracts import events
from boothline.contracts.clearance import decided
from boothline.contracts.signed import print_signed
from boothline.timeline import hearing


def register() -> None:
    """Now: an approval that was decided makes the contract a draft again. Later: what was confirmed is printed signed."""
    hearing.now(approvals.APPROVED, decided)
    hearing.now(approvals.REFUSED, decided)
    hearing.later(events.CONFIRMED, print_signed, name="contracts.print_signed")

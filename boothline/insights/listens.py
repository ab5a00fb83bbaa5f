"""What this room hears."""

from boothline.insights import events
from boothline.insights.selfcheck import check_now
from boothline.timeline import hearing


def register() -> None:
    """Outside: whoever asks for a recount does not wait for it, and nobody's writing waits either."""
    hearing.outside(events.CHECK_ASKED, check_now, name="insights.check")

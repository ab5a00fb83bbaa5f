"""What this room hears."""

from boothline.messaging import events
from boothline.messaging.letters import send
from boothline.messaging.notices import tell_people
from boothline.timeline import hearing


def register() -> None:
    """Letters leave after commit; whom an event kind names is told."""
    hearing.outside(events.WRITTEN, send, name="messaging.send")
    hearing.every_later(tell_people, name="messaging.tell", wants=lambda kind: bool(kind.tells))

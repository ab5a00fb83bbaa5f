"""What this room hears: its own wish for a mail."""

from boothline.accounts import events
from boothline.accounts.password_links import send_link
from boothline.timeline import hearing


def register() -> None:
    """The link leaves after commit."""
    hearing.outside(events.LINK_MAILED, send_link, name="accounts.mail_password_link")

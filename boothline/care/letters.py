"""What the customer reads about their complaint: letters in their language, each with an address of its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.accounts.company import company
from boothline.core.actors import Actor
from boothline.links.grants import grant
from boothline.messaging.letters import write


def write_about(complaint: Any, by: Actor, what: str) -> None:
    """`what`: received, acknowledged, answered, done. Where no contact told it, nobody is written to."""
    contact = complaint.contact
    if contact is None:
        return
    language = contact.speaks
    with override(language):
        values = {
            "name": contact.name, "number": complaint.number, "us": company().named(language), "link": "{link}",
            "who": str(complaint.owner or ""), "answer": complaint.answer, "done": complaint.done_words,
        }  # fmt: skip
        subject, body = {
            "received": (
                _("We have received your message, %(number)s, %(us)s"),
                _(
                    "Dear %(name)s,\n\nThank you for telling us. Your reference is %(number)s, and we will answer soon.\n\nYou can "
                    "follow the progress here:\n\n%(link)s\n\n%(us)s\n"
                ),
            ),
            "acknowledged": (
                _("Who is handling %(number)s, %(us)s"),
                _(
                    "Dear %(name)s,\n\n%(who)s is handling %(number)s and will answer you.\n\nYou can follow the progress "
                    "here:\n\n%(link)s\n\n%(us)s\n"
                ),
            ),
            "answered": (
                _("Our answer about %(number)s, %(us)s"),
                _(
                    "Dear %(name)s,\n\nHere is our answer about %(number)s:\n\n%(answer)s\n\nYou can also read it "
                    "here:\n\n%(link)s\n\n%(us)s\n"
                ),
            ),
            "done": (
                _("Has %(number)s been settled? %(us)s"),
                _(
                    "Dear %(name)s,\n\nWe have done what we agreed about %(number)s. %(done)s\n\nTell us here whether this settles "
                    "it:\n\n%(link)s\n\n%(us)s\n"
                ),
            ),
        }[what]
        held = grant(contact, by=by.trusted(), subject=complaint, purpose="complaint")
        write(contact, by=by.trusted(), language=language, grant=held, subject=subject % values, body=body % values)

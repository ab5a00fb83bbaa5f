"""What the customer reads about an order: letters in their language; those about a problem have an address of its conversation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.accounts.company import company
from boothline.core.actors import Actor
from boothline.links.grants import grant
from boothline.messaging.letters import write


def _send(problem: Any, by: Actor, subject: str, body: str) -> None:
    held = grant(problem.contact, by=by.trusted(), subject=problem, purpose="problem")
    write(problem.contact, by=by.trusted(), language=_language(problem), grant=held, subject=subject, body=body)


def _language(problem: Any) -> str:
    return problem.contact.language or "zh-hans"


def _values(problem: Any, words: str = "") -> dict[str, Any]:
    us = company().named(_language(problem))
    return {
        "name": problem.contact.name, "number": problem.number, "order": problem.order.number, "words": words, "us": us, "link": "{link}",
    }  # fmt: skip


def write_cancelled(order: Any, by: Actor, reason: str) -> None:
    """We cannot deliver it, or not the rest of it, and why."""
    contact = order.confirmation.contact
    language = contact.language or "zh-hans"
    with override(language):
        values = {"name": contact.name, "order": order.number, "reason": reason, "us": company().named(language)}
        body = _(
            "%(name)s,\n\nwe cannot deliver what has not been shipped of order %(order)s, and cancel it.\n\n%(reason)s\n\n"
            "What you paid for it stays yours; we call you about how it goes on.\n\n%(us)s\n"
        )  # fmt: skip
        subject = _("Order %(order)s is cancelled, %(us)s") % values
        write(contact, by=by.trusted(), language=language, subject=subject, body=body % values)


def write_about(problem: Any, by: Actor, words: str) -> None:
    """Our answer."""
    if problem.contact is None:
        return
    with override(_language(problem)):
        values = _values(problem, words)
        body = _(
            "%(name)s,\n\nabout problem %(number)s with order %(order)s:\n\n%(words)s\n\nRead and answer here:\n\n%(link)s\n\n%(us)s\n"
        )
        _send(problem, by, _("Our answer on problem %(number)s, %(us)s") % values, body % values)


def write_proposed(problem: Any, by: Actor, words: str) -> None:
    """What we propose."""
    if problem.contact is None:
        return
    with override(_language(problem)):
        values = _values(problem, words)
        body = _(
            "%(name)s,\n\nfor problem %(number)s with order %(order)s we propose:\n\n%(words)s\n\n"
            "Agree or refuse here:\n\n%(link)s\n\n%(us)s\n"
        )  # fmt: skip
        _send(problem, by, _("Our proposal for problem %(number)s, %(us)s") % values, body % values)


def write_resolved(problem: Any, by: Actor, words: str) -> None:
    """It is done; is it?"""
    if problem.contact is None:
        return
    with override(_language(problem)):
        values = _values(problem, words)
        body = _(
            "%(name)s,\n\nproblem %(number)s with order %(order)s is solved as we see it. %(words)s\n\n"
            "Tell us here whether it is:\n\n%(link)s\n\n%(us)s\n"
        )
        _send(problem, by, _("Is problem %(number)s solved? %(us)s") % values, body % values)


def write_asking(problem: Any, by: Actor) -> None:
    """A reminder of the same question."""
    write_resolved(problem, by, "")

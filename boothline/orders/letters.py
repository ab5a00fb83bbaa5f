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
    language: str = problem.contact.speaks
    return language


def _values(problem: Any, words: str = "") -> dict[str, Any]:
    us = company().named(_language(problem))
    return {
        "name": problem.contact.name, "number": problem.number, "order": problem.order.number, "words": words, "us": us, "link": "{link}",
    }  # fmt: skip


def write_cancelled(order: Any, by: Actor, reason: str) -> None:
    """We cannot deliver it, or not the rest of it, and why; of an order that came by file nobody is known to write to."""
    contact = order.confirmation.contact
    if contact is None:
        return
    language = contact.speaks
    with override(language):
        values = {"name": contact.name, "order": order.number, "reason": reason, "us": company().named(language)}
        body = _(
            "Dear %(name)s,\n\nWe are unable to deliver the part of order %(order)s that has not been shipped, and have to "
"cancel it.\n\n%(reason)s\n\nWhat you have paid for it remains yours; we will contact you about what happens "
"next.\n\n%(us)s\n"
        )  # fmt: skip
        subject = _("Order %(order)s has been cancelled, %(us)s") % values
        write(contact, by=by.trusted(), language=language, subject=subject, body=body % values)


def write_about(problem: Any, by: Actor, words: str) -> None:
    """Our answer."""
    if problem.contact is None:
        return
    with override(_language(problem)):
        values = _values(problem, words)
        body = _(
            "Dear %(name)s,\n\nHere is our answer about problem %(number)s with order %(order)s:\n\n%(words)s\n\nYou can "
            "read it and reply here:\n\n%(link)s\n\n%(us)s\n"
        )
        _send(problem, by, _("Our answer about problem %(number)s, %(us)s") % values, body % values)


def write_proposed(problem: Any, by: Actor, made: Any) -> None:
    """What we propose: the solution, and our words about it."""
    if problem.contact is None:
        return
    with override(_language(problem)):
        values = _values(problem, "\n".join(filter(None, (made.says, made.words))))
        body = _(
            "Dear %(name)s,\n\nThis is what we propose for problem %(number)s with order %(order)s:\n\n%(words)s\n\nYou "
"can accept or decline it here:\n\n%(link)s\n\n%(us)s\n"
        )  # fmt: skip
        _send(problem, by, _("Our proposal for problem %(number)s, %(us)s") % values, body % values)


def write_resolved(problem: Any, by: Actor, words: str) -> None:
    """It is done; is it?"""
    if problem.contact is None:
        return
    with override(_language(problem)):
        values = _values(problem, words)
        body = _(
            "Dear %(name)s,\n\nAs we see it, problem %(number)s with order %(order)s has been solved. %(words)s\n\nTell us "
            "here whether you agree:\n\n%(link)s\n\n%(us)s\n"
        )
        _send(problem, by, _("Has problem %(number)s been solved? %(us)s") % values, body % values)


def write_asking(problem: Any, by: Actor) -> None:
    """A reminder of the same question."""
    write_resolved(problem, by, "")

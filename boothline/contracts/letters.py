"""What the customer reads about a contract: letters in their language, each with an address of the request's link."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.accounts.company import company
from boothline.contracts.running import running
from boothline.core.actors import Actor
from boothline.messaging.letters import write


def _language(request: Any) -> str:
    language: str = request.signatory.speaks
    return language


def _values(request: Any) -> dict[str, Any]:
    return {
        "name": request.signatory.name,
        "number": request.contract.number,
        "us": company().named(_language(request)),
        "until": date_format(request.last_day, "DATE_FORMAT"),
        "link": "{link}",
    }


def _send(request: Any, by: Actor, subject: str, body: str) -> None:
    write(request.signatory, by=by.trusted(), language=_language(request), grant=request.grant, subject=subject, body=body)


def write_asking(request: Any, by: Actor, attorney: bool = False) -> None:
    """Please confirm."""
    with override(_language(request)):
        values = _values(request)
        body = _(
            "Dear %(name)s,\n\n%(us)s asks you to confirm contract %(number)s. You can read it and reply here by "
"%(until)s:\n\n%(link)s\n\nThis link is for you only.\n"
        )  # fmt: skip
        also = _("Please have the power of attorney ready, as the contract is to be signed by someone other than the legal representative.")
        subject, changes = _("Please confirm order %(number)s, %(us)s"), running(request.version)
        if changes:
            values |= {"order": changes.order}
            subject = _("Please confirm the change of order %(order)s, %(us)s")
            body = _(
                "Dear %(name)s,\n\n%(us)s asks you to confirm a change of order %(order)s (contract %(number)s). Until you do, the order "
                "stands as it is. You can read it and reply here by %(until)s:\n\n%(link)s\n\nThis link is for you only.\n"
            )
        _send(request, by, subject % values, body % values + (f"\n{also}\n" if attorney else ""))


def write_reminder(request: Any, by: Actor) -> None:
    """It still waits."""
    with override(_language(request)):
        values = _values(request)
        body = _(
            "Dear %(name)s,\n\nContract %(number)s is still awaiting your answer. You can confirm it, ask for changes or "
"decline it here by %(until)s:\n\n%(link)s\n"
        )  # fmt: skip
        _send(request, by, _("Contract %(number)s is awaiting your answer, %(us)s") % values, body % values)


def write_answer(request: Any, by: Actor, words: str) -> None:
    """Our answer to a wish for changes: the offer stands."""
    with override(_language(request)):
        values = _values(request) | {"words": words}
        body = _(
            "Dear %(name)s,\n\nThank you for the changes you suggested to contract %(number)s. Our offer stands as it "
"is.\n\n%(words)s\n\nYou can read and confirm it here by %(until)s:\n\n%(link)s\n"
        )  # fmt: skip
        _send(request, by, _("Our answer about contract %(number)s, %(us)s") % values, body % values)


def write_ended(request: Any, by: Actor) -> None:
    """It cannot be confirmed any more. Of a contract that is ordered only the change is gone."""
    with override(_language(request)):
        values = _values(request) | {"n": request.version.n}
        if request.contract.is_ordered:
            subject = _("The change of contract %(number)s is taken back") % values
            body = _("We have taken back version %(n)s of contract %(number)s. What you confirmed before stands as it was.")
        else:
            subject = _("Contract %(number)s has ended") % values
            body = _("We have closed contract %(number)s, so it can no longer be confirmed. Your contact will be in touch.")
        write(request.signatory, by=by.trusted(), language=_language(request), subject=subject, body=body % values)


def write_moved(contract: Any, by: Actor, was: date, now: date, reason: str) -> None:
    """The shipping date moved, since what starts production came late."""
    request = contract.versions.filter(requests__state="confirmed").latest("n").requests.filter(state="confirmed").latest("pk")
    with override(_language(request)):
        values = _values(request) | {"was": date_format(was, "DATE_FORMAT"), "now": date_format(now, "DATE_FORMAT")}
        body = _(
            "Dear %(name)s,\n\nProduction under contract %(number)s starts once your deposit has arrived, and it arrived "
            "later than planned. The shipping date therefore moves by the same number of days, from %(was)s to "
            "%(now)s.\n\n%(us)s\n"
        )
        if reason == "artwork":
            body = _(
                "Dear %(name)s,\n\nProduction under contract %(number)s starts once the artwork is approved, and it was "
                "approved later than planned. The shipping date therefore moves by the same number of days, from %(was)s to "
                "%(now)s.\n\n%(us)s\n"
            )
        write(
            request.signatory, by=by.trusted(), language=_language(request),
            subject=_("New shipping date of contract %(number)s, %(us)s") % values, body=body % values,
        )  # fmt: skip

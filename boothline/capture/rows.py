"""Captures as a device sends them: {"id", "taken_at", "customer", "pictures": [kind], "voices": how many, "fields": {the form's own
names: text or list}}; pictures and voice notes follow. With "asks" somebody stands before the page who can say whether it is them
whose phone or e-mail it is.

The device keeps them in this shape until they are answered; each is answered by its id: saved, known, asked, or refused with a reason.
What the fields say is read by the same form that a page without a script posts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.text import labelled, listed
from boothline.customers.card import Customer
from boothline.fairs.editions import Fair
from boothline.visitors.known import Flash, chosen, surely
from boothline.visitors.solicitation import CARD, Batch, Capture, Taken, take_many

LARGEST_BATCH = 200  # captures
Reads = Callable[[MultiValueDict[str, str]], Any]  # the form, bound to a row's fields


@dataclass(frozen=True)
class Answer:
    """What became of one row: saved, known (sent before), asked (nothing is kept until it is said whether it is one of `likes`) or
    refused with a reason; `faults`: at which field which words."""

    id: str
    state: str
    capture: Capture | None = None
    reason: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)
    likes: list[Flash] = field(default_factory=list)


class _Asked(Exception):
    """Whose phone or e-mail it may be: somebody chooses first."""

    def __init__(self, likes: list[Flash]) -> None:
        super().__init__()
        self.likes = likes


def take_rows(rows: list[Any], *, by: Actor, fair: Fair | None, form: Reads) -> list[Answer]:
    """Takes a device's rows through the batch door; an answer for each row, in their order."""
    answers: dict[int, Answer] = {}
    keys = [str(row.get("id", ""))[:60] if isinstance(row, dict) else "" for row in rows[:LARGEST_BATCH]]
    taken: dict[int, Taken] = {}
    for place, key in enumerate(keys):
        try:
            taken[place] = _row(rows[place], by, form)
        except _Asked as asked:
            answers[place] = Answer(key, "asked", likes=asked.likes)
        except Refused as refused:
            answers[place] = Answer(key, "refused", reason=str(refused.words), faults=refused.details.get("faults", {}))
    places = list(taken)
    batch: Batch = take_many(list(taken.values()), by=by, fair=fair)
    answers |= {places[i]: Answer(keys[places[i]], "saved", capture) for i, capture in batch.created.items()}
    answers |= {places[i]: _known(keys[places[i]], capture, by) for i, capture in batch.known.items()}
    answers |= {places[i]: Answer(keys[places[i]], "refused", reason=reason) for i, reason in batch.refused.items()}
    return [answers[place] for place in sorted(answers)]


def _known(key: str, capture: Capture, by: Actor) -> Answer:
    """What one has sent before answers with its record; an id that somebody else has used tells nothing of theirs."""
    if capture.taken_by_id == by.id:
        return Answer(key, "known", capture)
    return Answer(key, "refused", reason=_("Another capture has this id already. Nothing was saved: send it again as a new one."))


def _row(row: Any, by: Actor, form: Reads) -> Taken:
    fields = row.get("fields") if isinstance(row, dict) else None
    if not isinstance(fields, dict):
        raise Refused(_("This is no capture that can be read."))
    data: MultiValueDict[str, str] = MultiValueDict({str(name): _texts(value) for name, value in fields.items()})
    data["client_id"] = str(_id(row.get("id")))
    bound = form(data)
    if not bound.is_valid():
        faults = {name: [str(words) for words in errors] for name, errors in bound.errors.items() if name in bound.fields}
        raise Refused(_said(bound), faults=faults)
    customer = _customer(row.get("customer"), bound, by)
    if row.get("asks") is True and customer is None and not Capture.objects.filter(client_id=bound.cleaned_data["client_id"]).exists():
        likes = surely(bound.person(None), by)
        if likes:
            raise _Asked(likes)
    pictures = row.get("pictures")
    is_pictured = isinstance(pictures, list) and any(kind in CARD for kind in pictures)  # they come right after it
    voices = row.get("voices")
    is_voiced = isinstance(voices, int) and voices > 0
    taken: Taken = bound.taken(customer, taken_at=_moment(row.get("taken_at")), is_pictured=is_pictured, is_voiced=is_voiced)
    return taken


def _texts(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, (str, int, float))]


def _id(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError as none:
        raise Refused(_("A capture needs an id of its own.")) from none


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    at = clock.moment(str(value))
    if at is None:
        raise Refused(_("The moment of a capture cannot be read. Check the clock of the device."))
    return at


def _customer(value: Any, bound: Any, by: Actor) -> Customer | None:
    return None if value in (None, "") else chosen(value if isinstance(value, int) else 0, bound.person(None), by)


def _said(bound: Any) -> str:
    """What is wrong, field by field, as a person reads it."""
    return listed(
        (
            labelled(bound.fields[name].label, words) if name in bound.fields else words
            for name, errors in bound.errors.items()
            for words in errors
        ),
        weak=False,
    )

"""Touches that come by file: with which customer somebody spoke, on which day, who of us it was, and what was said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boothline.accounts.people import User
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.text import fold
from boothline.customers.card import Customer
from boothline.customers.companies import Company, add_companies
from boothline.exchange.dates import Dates
from boothline.exchange.foreign import NAMED, Arrival
from boothline.exchange.named import customers
from boothline.exchange.runs import Run
from boothline.exchange.values import said
from boothline.followups.past import PastTouch, take_in
from boothline.followups.touches import Touch

LIMITS = {"id": 150, "customer": 200, "happened_on": 40, "author": 100, "words": 20_000}


class Talks:
    """The door of touches. One that was here before stays as it is."""

    kind = "touch"
    stays = True

    def __init__(self, run: Run) -> None:
        self._customers = customers(run)
        self._people = {fold(user.name): user for user in User.objects.order_by("-pk")}

    def arriving(self, file: str, row: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read. A colleague whom nobody knows is told, and left out."""
        values = {name: said(cell, LIMITS[name], self.words(name)) for name, cell in cells.items() if name in LIMITS}
        day = Dates().day(values.get("happened_on", ""), self.words("happened_on"))
        customer, words, author = (values.get(name, "") for name in ("customer", "words", "author"))
        if not (customer and day and words):
            raise Refused(_("A touch names its customer, its day and what was said."))
        self._customers.find(customer)
        if day > clock.today():
            raise Refused(_("The day of the touch lies ahead: %(day)s.") % {"day": day.isoformat()})
        told = {"customer": customer, "on": day.isoformat(), "author": author, "words": words}
        own_id = values.get("id") or NAMED + hashlib.sha256("\n".join(map(fold, told.values())).encode()).hexdigest()
        if author and fold(author) not in self._people:
            warn(_("no colleague is called %(name)s; the touch has no author") % {"name": author})
            told["author"] = ""
        return Arrival(file, row, own_id, customer, told)

    def called(self, names: Iterable[str]) -> dict[str, list[Touch]]:
        """None: a touch has no name."""
        return {}

    def held(self, ids: Iterable[int]) -> dict[int, Touch]:
        """By their ids."""
        return Touch.objects.in_bulk(list(ids))

    def stands(self, record: Touch) -> dict[str, Any]:
        """Nothing of it is changed by a file."""
        return {"customer": "…", "on": "…", "author": "…", "words": "…"}

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Touch]:
        """New ones. Customers that a dry run only announces are made for as long as it lasts."""
        keys = [self._customers.find(arrival.name) for arrival in arrivals]
        held = Customer.objects.in_bulk([key for key in keys if key])
        names = dict.fromkeys(a.name for a, key in zip(arrivals, keys, strict=True) if key not in held)
        made = dict(zip(names, add_companies([Company(name) for name in names], by=by.trusted()), strict=True)) if names else {}
        past = []
        for arrival, key in zip(arrivals, keys, strict=True):
            author = self._people.get(fold(arrival.said["author"])) if arrival.said["author"] else None
            day, customer = date.fromisoformat(arrival.said["on"]), held.get(key) or made[arrival.name]
            past.append(PastTouch(customer, day, arrival.said["words"], author=author))
        return take_in(past, by=by.trusted())

    def edit(self, record: Touch, said: dict[str, Any], by: Actor) -> None:
        """What was said stays said."""

    def words(self, name: str) -> str:
        """As the form of a touch has them."""
        return {
            "id": _("id"), "customer": _("customer"), "happened_on": _("day"), "author": pgettext("touch", "by whom"),
            "words": _("what was said"), "on": _("day"),
        }[name]  # fmt: skip

    def figures(self, records: Iterable[Touch]) -> dict[str, Any]:
        """Nothing beside their number."""
        return {}

"""Touches that come by file: with whom somebody spoke, on which day and by which channel, who of us it was, and what was said."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boothline.accounts.people import User
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.pinyin import HAN
from boothline.core.text import fold, phrase
from boothline.customers.card import Contact, Customer
from boothline.customers.companies import Company, add_companies
from boothline.exchange.dates import Dates
from boothline.exchange.foreign import NAMED, Arrival
from boothline.exchange.named import customers
from boothline.exchange.runs import Run
from boothline.exchange.values import said
from boothline.followups.past import PastTouch, take_in
from boothline.followups.touches import Touch

LIMITS = {"id": 150, "customer": 200, "happened_on": 40, "author": 100, "words": 20_000, "contact": 200, "channel": 100}
WAYS = {  # by the first word that a cell has of them
    "wechat": ("微信", "wechat", "weixin"),
    "mail": ("邮件", "邮箱", "mail"),
    "meet": ("面谈", "拜访", "上门", "见面", "会面", "来访", "展会", "meet", "visit", "in person", "face"),
    "phone": ("电话", "手机", "座机", "phone", "call", "tel"),
}


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
            warn(phrase(_("no colleague is called %(name)s; the touch has no author"), {"name": author}))
            told["author"] = ""
        told |= _channel(values.get("channel", "")) | ({"contact": values["contact"]} if values.get("contact") else {})
        return Arrival(file, row, own_id, customer, told)

    def called(self, names: Iterable[str]) -> dict[str, list[Touch]]:
        """None: a touch has no name."""
        return {}

    def held(self, ids: Iterable[int]) -> dict[int, Touch]:
        """By their ids."""
        return Touch.objects.in_bulk(list(ids))

    def stands(self, record: Touch) -> dict[str, Any]:
        """Nothing of it is changed by a file."""
        return dict.fromkeys(("customer", "on", "author", "words", "contact", "channel"), "…")

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Touch]:
        """New ones. Customers that a dry run only announces are made for as long as it lasts."""
        keys = [self._customers.find(arrival.name) for arrival in arrivals]
        held = Customer.objects.in_bulk([key for key in keys if key])
        names = dict.fromkeys(a.name for a, key in zip(arrivals, keys, strict=True) if key not in held)
        made = dict(zip(names, add_companies([Company(name) for name in names], by=by.trusted()), strict=True)) if names else {}
        contacts = _contacts_of(held)
        past = []
        for arrival, key in zip(arrivals, keys, strict=True):
            author = self._people.get(fold(arrival.said["author"])) if arrival.said["author"] else None
            day, customer = date.fromisoformat(arrival.said["on"]), held.get(key) or made[arrival.name]
            told = arrival.said
            contact = contacts.get((customer.pk, fold(told.get("contact", ""))))
            words = told["words"] if contact else _by(told.get("contact", ""), told["words"])
            past.append(PastTouch(customer, day, words, contact, author, told.get("channel", "other")))
        return take_in(past, by=by.trusted())

    def edit(self, record: Touch, said: dict[str, Any], by: Actor) -> None:
        """What was said stays said."""

    def words(self, name: str) -> str:
        """As the form of a touch has them."""
        return {
            "id": _("id"), "customer": _("customer"), "happened_on": _("day"), "author": pgettext("touch", "by whom"),
            "words": _("what was said"), "on": _("day"), "contact": _("contact"), "channel": _("channel"),
        }[name]  # fmt: skip

    def figures(self, records: Iterable[Touch]) -> dict[str, Any]:
        """Nothing beside their number."""
        return {}


def _channel(cell: str) -> dict[str, str]:
    """{"channel": which one}; nothing where the cell names none of ours."""
    text = fold(cell)
    found = next((channel for channel, words in WAYS.items() if any(fold(word) in text for word in words)), "") if text else ""
    return {"channel": found} if found else {}


def _contacts_of(customers: dict[int, Customer]) -> dict[tuple[int, str], Contact]:
    """{(customer, folded name): contact}, of names that one of theirs has alone."""
    found: dict[tuple[int, str], list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(customer__in=customers):
        found[contact.customer_id, fold(contact.name)].append(contact)
    return {key: contacts[0] for key, contacts in found.items() if len(contacts) == 1 and key[1]}


def _by(name: str, words: str) -> str:
    """What was said, with who said it where they are nobody on record."""
    return f"{name}{'：' if HAN.search(words) else ': '}{words}" if name else words

"""Colleagues that come by file, in their teams. They sell, and sign in as soon as they are sent a link for a password."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.people import Team, User, add_person, add_team, edit_person
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.pinyin import HAN, spelled
from boothline.core.records import label_of
from boothline.core.text import fold, unaccented
from boothline.exchange.foreign import Arrival, key_of
from boothline.exchange.values import said

LIMITS = {"id": 200, "username": 60, "name": 100, "name_latin": 100, "first": 60, "last": 60, "email": 254, "phone": 40}
OWN = ("name", "name_latin", "email", "phone")


class Colleagues:
    """The door of people. Where no column names a team, those of one manager are one."""

    kind = "user"

    def arriving(self, file: str, row: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read."""
        values = {name: said(cell, LIMITS.get(name, 100), self.words(name)) for name, cell in cells.items()}
        first, last = values.pop("first", ""), values.pop("last", "")
        parts = last + first if HAN.search(first + last) else f"{first} {last}".strip()
        name = values.get("name") or parts or values.get("username", "")
        if not name:
            raise Refused(_("Nothing says who this is. Give a name or a user name."))
        team = values.pop("team", "") or values.get("manager", "")
        values.pop("manager", None)
        values |= {"name": name, "team": team}
        return Arrival(file, row, key_of(values.pop("id", ""), name), name, {k: v for k, v in values.items() if v})

    def called(self, names: Iterable[str]) -> dict[str, list[User]]:
        """By the folded name."""
        found: dict[str, list[User]] = {}
        wanted = {fold(name) for name in names}
        for user in User.objects.select_related("team").order_by("pk"):
            if (word := fold(user.name)) in wanted:
                found.setdefault(word, []).append(user)
        return found

    def held(self, ids: Iterable[int]) -> dict[int, User]:
        """By their ids."""
        return User.objects.with_roles().in_bulk(list(ids))

    def stands(self, record: User) -> dict[str, Any]:
        """What is on file now."""
        return {name: getattr(record, name) for name in (*OWN, "username")} | {"team": record.team.name if record.team else ""}

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[User]:
        """New ones, without a password."""
        taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
        made = []
        for arrival in arrivals:
            username = arrival.said.get("username") or _free(_spelled(arrival.name), taken)
            taken.add(username.casefold())
            own = {name: arrival.said[name] for name in ("name_latin", "email", "phone") if name in arrival.said}
            team = _team(arrival.said.get("team", ""), by)
            made.append(add_person(by=by, username=username, name=arrival.name, roles=["sales"], team=team, **own))
        return made

    def edit(self, record: User, said: dict[str, Any], by: Actor) -> None:
        """What is said of them; a user name is changed by people only."""
        values: dict[str, Any] = {name: said[name] for name in OWN if name in said}
        if "team" in said:
            values["team"] = _team(said["team"], by)
        if values:
            edit_person(record, by=by, revision=record.revision, values=values)

    def figures(self, records: Iterable[User]) -> dict[str, Any]:
        """In how many teams they are."""
        return {"teams": len({user.team_id for user in records} - {None})}

    def words(self, name: str) -> str:
        """As the page of people has them."""
        own = {"id": _("id"), "first": _("first name"), "last": _("family name"), "manager": _("manager")}
        return own.get(name) or label_of(User, name)


def _team(name: str, by: Actor) -> Team | None:
    if not name:
        return None
    return Team.objects.filter(name=name).first() or add_team(by=by, name=name)


def _spelled(name: str) -> str:
    """A user name made of a name: anna.snelling, lin.mei."""
    words = spelled(name, True) if HAN.search(name) else tuple(unaccented(name.casefold()).split())
    kept = ("".join(c for c in word if c.isalnum() and c.isascii()) for word in words)
    return ".".join(filter(None, kept))[:50] or "colleague"


def _free(wished: str, taken: set[str]) -> str:
    name, n = wished, 1
    while name in taken:
        n += 1
        name = f"{wished}{n}"
    return name

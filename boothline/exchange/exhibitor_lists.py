"""The organisers' list of a fair that comes by file: exhibitors with their stands.

A list may say one exhibitor in one row with all its stands, or in a row a stand; it may repeat rows. Rows of one name are one exhibitor:
its stands are put together, and what a further row says otherwise (another address, another phone) is kept beside the first.
"""

from __future__ import annotations

import html
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.records import label_of
from boothline.core.text import listed
from boothline.exchange.foreign import KEY_LIMIT, Arrival, key_of
from boothline.exchange.kinds import KINDS, Kind
from boothline.exchange.runs import Run
from boothline.exchange.values import said
from boothline.fairs.exhibitors import (
    OWN,
    Exhibitor,
    Listed,
    Place,
    edit_exhibitor,
    figures_of,
    known_as,
    list_exhibitors,
    listed_as,
    place_of,
)

LIMITS = {"name": 200, "country": 60, "city": 100, "postal_code": 40, "address": 400, "phone": 100, "email": 200, "website": 400,
          "about": 20_000, "id": 150}  # fmt: skip
STAND_LIMITS = {"words": 400, "hall": 40, "phase": 20, "category": 100}
SHOWN = 20  # rows that a warning names
STANDS = 500  # of one exhibitor


class ExhibitorList:
    """The door of a fair's exhibitors."""

    kind = "exhibitor"

    def __init__(self, run: Run) -> None:
        if run.fair is None:
            raise Refused(_("These are exhibitors. Say of which fair (--fair CODE)."), field="fair")
        self._fair = run.fair
        self._twice = {"repeated": 0, "listed_otherwise": 0}

    def arriving(self, file: str, number: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read. Signs that a web page wrote as `&amp;` are read as what they stand for."""
        cells = {name: html.unescape(cell) for name, cell in cells.items() if name == "stands" or not cell.startswith("[{")}
        values = {name: said(cells.get(name, ""), limit, self.words(name)) for name, limit in LIMITS.items()}
        if not values["name"]:
            raise Refused(_("Nothing says which exhibitor this is. Give a name."))
        own_id = values.pop("id")
        stands = _stands(cells)
        if len(stands) > STANDS:
            raise Refused(_("More than %(limit)s stands of one exhibitor.") % {"limit": STANDS})
        key = f"{self._fair.pk} {key_of(own_id, '')}" if own_id else f"{self._fair.pk} ~{known_as(values['name'])}"
        if not stands and not values["about"]:
            values["about"] = said(cells.get("category", ""), LIMITS["about"], self.words("about"))
        told: dict[str, Any] = {name: value for name, value in values.items() if value}
        return Arrival(file, number, key[:KEY_LIMIT], values["name"], told | ({"stands": stands} if stands else {}))

    def distinct(self, arrivals: list[Arrival], kind: Kind, run: Run) -> Iterator[Arrival]:
        """Each name once, with all that its rows say. Those that say nothing new are counted, and named in one warning a file."""
        first_of: dict[str, Arrival] = {}
        of_key: dict[str, Arrival] = {}
        repeats: dict[str, list[tuple[int, Arrival]]] = defaultdict(list)
        others: dict[str, list[tuple[int, Arrival]]] = defaultdict(list)
        begun: dict[str, list[dict[str, Any]]] = {}
        for arrival in arrivals:
            name = known_as(arrival.name)
            first = first_of.setdefault(name, arrival)
            if first is arrival:
                begun[name] = [dict(arrival.said)]
                if (other := of_key.setdefault(arrival.key, arrival)) is not arrival:
                    words = _("The same id as %(file)s, row %(row)s, and another name. Give each its own id, then import the file again.")
                    run.reject(arrival.file, arrival.number, words % {"file": other.file, "row": other.number}, arrival.name)
                    del first_of[name]
                continue
            run.unchanged[kind.code] += 1
            if arrival.said in begun[name]:
                repeats[arrival.file].append((arrival.number, first))
                continue
            begun[name].append(dict(arrival.said))
            if _join(first.said, arrival.said):
                others[arrival.file].append((arrival.number, first))
        self._twice = {"repeated": sum(map(len, repeats.values())), "listed_otherwise": sum(map(len, others.values()))}
        self._tell(repeats, others, run)
        yield from first_of.values()

    def _tell(self, repeats: dict[str, list[tuple[int, Arrival]]], others: dict[str, list[tuple[int, Arrival]]], run: Run) -> None:
        for file, rows in repeats.items():
            words = ngettext(
                "%(num)s row repeats another word for word and was taken once: %(rows)s",
                "%(num)s rows repeat others word for word and were taken once: %(rows)s",
                len(rows),
            )
            run.warn(file, rows[0][0], words % {"num": len(rows), "rows": _named(rows)})
            run.repeat(file, [(number, first.number) for number, first in rows])
        for file, rows in others.items():
            words = ngettext(
                "%(num)s row names an exhibitor again with other words, address, phone or website, kept beside the first: %(rows)s",
                "%(num)s rows name an exhibitor again with other words, address, phone or website, kept beside the first: %(rows)s",
                len(rows),
            )
            run.warn(file, rows[0][0], words % {"num": len(rows), "rows": _named(rows)})

    def called(self, names: Iterable[str]) -> dict[str, list[Exhibitor]]:
        """By the name as the list of this fair is compared."""
        return {known: [exhibitor] for known, exhibitor in listed_as(self._fair, names).items()}

    def folded(self, name: str) -> str:
        """As the list of a fair is compared: Cisco Systems, Inc. and Cisco Systems Ltd. are two."""
        return known_as(name)

    def held(self, ids: Iterable[int]) -> dict[int, Exhibitor]:
        """By their ids."""
        return Exhibitor.objects.filter(fair=self._fair).select_related("fair").prefetch_related("stands").in_bulk(list(ids))

    def stands(self, record: Exhibitor) -> dict[str, Any]:
        """What is on the list now."""
        places = [[s.words, s.hall, s.phase, s.category] for s in record.stands.all()]
        return {name: getattr(record, name) for name in OWN} | {"stands": places or "", "besides": record.besides or ""}

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Exhibitor]:
        """New ones."""
        rows = [
            Listed(
                {name: a.said[name] for name in OWN if name in a.said}, [Place(*place) for place in a.said.get("stands", [])],
                a.said.get("besides", []),
            )
            for a in arrivals
        ]  # fmt: skip
        return list_exhibitors(rows, by=by.trusted(), fair=self._fair)

    def edit(self, record: Exhibitor, said: dict[str, Any], by: Actor) -> None:
        """What the list says otherwise now."""
        values = {name: value for name, value in said.items() if name != "stands"}
        stands = [Place(*place) for place in said["stands"]] if "stands" in said else None
        edit_exhibitor(record, by=by.trusted(), revision=record.revision, values=values, stands=stands)

    def figures(self, records: Iterable[Exhibitor]) -> dict[str, Any]:
        """How many exhibitors and stands the rows of the run stand for, and how many rows said nothing new."""
        return figures_of([record.pk for record in records]) | self._twice

    def words(self, name: str) -> str:
        """As the exhibitor's page has them."""
        own = {
            "id": _("id"), "stands": _("stands"), "stand": _("stand"), "hall": _("hall"), "phase": _("phase"), "category": _("category"),
            **{code: str(words) for code, words in Exhibitor.labels.items()},
        }  # fmt: skip
        return own.get(name) or label_of(Exhibitor, name)


def _named(rows: list[tuple[int, Arrival]]) -> str:
    shown = [_("%(row)s (as %(first)s)") % {"row": number, "first": first.number} for number, first in rows[:SHOWN]]
    return listed(shown + ["…"] * (len(rows) > SHOWN))


def _join(first: dict[str, Any], said: dict[str, Any]) -> bool:
    """Adds what a further row says to the first: stands and what was empty; True where it says something otherwise, kept beside."""
    stands = [*first.get("stands", []), *said.get("stands", [])]
    if stands:
        first["stands"] = [place for n, place in enumerate(stands) if place not in stands[:n]]
    first.update({name: value for name, value in said.items() if name not in first})
    apart = {name: value for name, value in said.items() if name != "stands" and first[name] != value}
    if apart and apart not in first.setdefault("besides", []):
        first["besides"] = [*first["besides"], apart]
    if not first.get("besides"):
        first.pop("besides", None)
    return bool(apart)


def _stands(cells: dict[str, str]) -> list[list[str]]:
    """[words, hall, phase, category] of each stand that a row names: as objects in one cell, or in cells of their own, several of them
    parted by ";"."""
    found: list[dict[str, str]] = []
    if cells.get("stands", "").lstrip().startswith("[{"):
        kind = KINDS["exhibitor"]
        for one in _objects(cells["stands"]):
            read = {kind.field(heading): value for heading, value in reversed(one.items()) if kind.field(heading)}
            found.append(
                {"words": read.get("name") or read.get("stand", ""), **{n: read.get(n, "") for n in ("hall", "phase", "category")}}
            )
    else:
        words = _parted(cells.get("stand") or cells.get("stands", ""))
        halls, phases = _parted(cells.get("hall", "")), _parted(cells.get("phase", ""))
        words = words or halls[:1]  # a list may tell the hall alone
        for stand, hall, phase in zip_longest(words, halls, phases, fillvalue=""):
            if stand:
                found.append({"words": stand, "hall": hall, "phase": phase, "category": cells.get("category", "")})
    places: list[list[str]] = []
    for one in found:
        read = {name: said(one[name], limit, _("stand")) for name, limit in STAND_LIMITS.items()}
        if read["words"]:
            place = place_of(read["words"], hall=read["hall"], phase=read["phase"], category=read["category"])
            places.append([place.words, place.hall, place.phase, place.category])
    return [place for n, place in enumerate(places) if place not in places[:n]]


def _objects(cell: str) -> list[dict[str, str]]:
    try:
        held = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise Refused(_("The stands cannot be read as JSON.")) from error
    return [{str(k): v if isinstance(v, str) else "" for k, v in one.items()} for one in held if isinstance(one, dict)]


def _parted(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in cell.replace("；", ";").split(";")) if part]

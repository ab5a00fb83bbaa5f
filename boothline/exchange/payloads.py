"""What a scanned code says of a person: MECARD, BIZCARD and MEMORY, as phones write them, and a vCard in a code.

The fields are those that readers of codes agree on. A code that speaks of nobody (an address of a page, a ticket) is none of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from boothline.exchange.cards import HAN
from boothline.exchange.cards import rows_of as cards_of
from boothline.exchange.kinds import KINDS
from boothline.exchange.reading import CARD, Source
from boothline.exchange.rows import Draft, Row, refused, row_of
from boothline.exchange.tables import Table

FIELD = re.compile(r"([A-Z][A-Z0-9-]*):((?:\\.|[^\\;])*)(?:;|\Z)", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
BEGINS = re.compile(r"^\s*(?=(?:MECARD|BIZCARD|MEMORY):)", re.MULTILINE)
LIMIT = 10_000  # characters; a code holds fewer


@dataclass
class Payload:
    """Somebody as a code says it: each field with all its values in order."""

    names: list[str] = field(default_factory=list)
    pronunciation: str = ""
    title: str = ""
    organisation: str = ""
    addresses: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    fax: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    birthday: str = ""
    note: str = ""

    def draft(self) -> Draft:
        """As a row of a list of people says it. A birthday is not kept."""
        return Draft(
            name=self.names, company=[self.organisation], title=[self.title], emails=self.emails, phones=self.phones,
            chats={"web": self.urls}, address=self.addresses, note=[self.note],
            besides=[*(("Fax", number) for number in self.fax), ("Pronounced", self.pronunciation)],
        )  # fmt: skip


def parsed(text: str) -> Payload | None:
    """What a MECARD, BIZCARD or MEMORY code says; None for any other. A vCard is read by `exchange.cards`."""
    kind, _sign, rest = text.strip().partition(":")
    reader = {"MECARD": _mecard, "BIZCARD": _bizcard, "MEMORY": _memory}.get(kind)
    return reader(rest) if reader else None


def row_among(file: str, number: int, text: str) -> Row:
    """The person of one code, or the reason why there is none."""
    if len(text) > LIMIT:
        return refused(file, number, _("A code holds at most %(limit)s characters.") % {"limit": LIMIT})
    if CARD.match(text.encode("utf-8", "replace")):
        row = next(cards_of(Source(file, "vcard", text.encode("utf-8", "replace"), "utf-8")))
        row.number = number
        return row
    payload = parsed(text)
    if payload is None:
        words = _("This code says nothing of a person. Understood: MECARD, BIZCARD, MEMORY and vCard.")
        return refused(file, number, words)
    return row_of(file, number, payload.draft())


def rows_of(source: Source) -> Iterator[Row]:
    """Each code of a text file, numbered from 1."""
    text = source.data.decode(source.encoding, "replace")
    starts = [found.end() for found in BEGINS.finditer(text)]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), start=1):
        yield _said(row_among(source.file, number, text[start:end]), text[start:end])


def rows_among(table: Table) -> Iterator[Row]:
    """Each code of a table that has them in a column."""
    kind = KINDS["payload"]
    at = next((n for n, name in enumerate(table.fields_of(kind)) if name), None)
    if at is None:
        yield refused(table.file, 1, _("No column of this table holds codes. Say which it is."))
        return
    for line in table.lines:
        text = line.cells[at] if at < len(line.cells) else ""
        if line.reason:
            yield refused(table.file, line.number, line.reason)
        elif text.strip():
            yield _said(row_among(table.file, line.number, text), text)


def _said(row: Row, text: str) -> Row:
    row.said = " ".join(text.split())[:80]
    return row


def _fields(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in FIELD.findall(text):
        plain = ESCAPED.sub(lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], value).strip()
        if plain:
            found.setdefault(name, []).append(plain)
    return found


def _mecard(text: str) -> Payload:
    of = _fields(text)
    birthday = _first(of, "BDAY")
    return Payload(
        names=[_turned(name) for name in of.get("N", [])] + of.get("NICKNAME", []), pronunciation=_first(of, "SOUND"),
        title=_first(of, "TITLE", "TIL"), organisation=_first(of, "ORG"), addresses=of.get("ADR", []), phones=of.get("TEL", []),
        emails=of.get("EMAIL", []), urls=of.get("URL", []), birthday=birthday if re.fullmatch(r"\d{8}", birthday) else "",
        note="\n".join(of.get("NOTE", [])),
    )  # fmt: skip


def _bizcard(text: str) -> Payload:
    of = _fields(text)
    first, last = _first(of, "N"), _first(of, "X")
    name = last + first if HAN.search(first + last) else f"{first} {last}".strip()
    return Payload(
        names=[name] if name else [], title=_first(of, "T"), organisation=_first(of, "C"), addresses=of.get("A", []),
        phones=[number for key in ("B", "M") for number in of.get(key, [])], fax=of.get("F", []), emails=of.get("E", []),
    )  # fmt: skip


def _memory(text: str) -> Payload:
    """A line a field; what stands first is the note."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", text)]
    of: dict[str, str] = {}
    for line in lines[1:]:
        name, sign, value = line.partition(":")
        if sign and value.strip():
            of.setdefault(name.strip(), value.strip())

    def each(name: str) -> list[str]:
        return [of[f"{name}{n}"] for n in (1, 2, 3) if f"{name}{n}" in of]

    return Payload(
        names=[_turned(of["NAME1"])] if "NAME1" in of else [], pronunciation=of.get("NAME2", ""), phones=each("TEL"), emails=each("MAIL"),
        addresses=[of["ADD"]] if "ADD" in of else [], note=lines[0],
    )  # fmt: skip


def _turned(name: str) -> str:
    """ "Owen,Sean" is Sean Owen."""
    last, sign, first = (part.strip() for part in name.partition(","))
    if not sign or HAN.search(name):
        return last + first if sign else name
    return f"{first} {last}".strip()


def _first(of: dict[str, list[str]], *names: str) -> str:
    return next((of[name][0] for name in names if name in of), "")

"""Contacts as vCard: 4.0, and 3.0 for programs that know no other. What we write, we read again to the letter (`cards.own_of`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, Any

from boothline.exchange.sheets import Record, Writer

WIDTH = 75  # bytes of a line; a longer one goes on in the next
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def write_vcard(records: Iterable[Record], fields: list[str], raw: IO[bytes], version: str = "4.0") -> tuple[int, list[str]]:
    """One card a contact, UTF-8."""
    count = 0
    for record in records:
        raw.write(b"".join(_folded(line) for line in _lines(record, version)))
        count += 1
    return count, []


def _lines(of: Record, version: str) -> Iterator[str]:
    yield from ("BEGIN:VCARD", f"VERSION:{version}", "PRODID:-//Boothline//EN")
    yield f"UID:urn:uuid:{of['boothline_id']}" if version == "4.0" else f"UID:{of['boothline_id']}"
    yield f"FN:{_escaped(of['name'])}"
    yield f"N:;{_escaped(of['name'])};;;"
    for name, key in (("ORG", "company"), ("TITLE", "title"), ("NOTE", "note"), ("X-WECHAT", "wechat"), ("X-WHATSAPP", "whatsapp")):
        if of[key]:
            yield f"{name}:{_escaped(of[key])}"
    for i, phone in enumerate(of["phones"]):
        yield f"TEL{_kind('voice', i, version)}:{_escaped(phone)}"
    for i, email in enumerate(of["emails"]):
        yield f"EMAIL{_kind('internet', i, version)}:{_escaped(email)}"
    if of["website"]:
        yield f"URL:{_escaped(of['website'])}"
    if of["address"] or of["country"]:
        yield f"ADR:;;{_escaped(of['address'])};;;;{_escaped(of['country'])}"
    if of["language"]:
        yield f"LANG:{of['language']}" if version == "4.0" else f"X-LANG:{of['language']}"
    yield f"X-BOOTHLINE-ID:{of['boothline_id']}"
    yield f"X-BOOTHLINE-COMPANY:{_escaped(of['boothline_company'])}"
    yield "END:VCARD"


def _kind(old: str, place: int, version: str) -> str:
    """What a way is; the first is the preferred one."""
    if version == "4.0":
        return ";PREF=1" if place == 0 else ""
    return f";TYPE={old},pref" if place == 0 else f";TYPE={old}"


def _escaped(value: Any) -> str:
    """A value in one line: a line that ends, however it does, is \\n."""
    return str(value).replace("\r\n", "\n").replace("\r", "\n").translate(ESCAPES)


def _folded(line: str) -> bytes:
    """A line in pieces of 75 bytes, no character cut in two."""
    pieces: list[list[str]] = [[]]
    width = 0
    for sign in line:
        size = len(sign.encode())
        if width + size > WIDTH:
            pieces.append([" "])
            width = 1
        pieces[-1].append(sign)
        width += size
    return "\r\n".join("".join(piece) for piece in pieces).encode() + b"\r\n"


CARDS: dict[str, Writer] = {"vcard": write_vcard, "vcard3": partial(write_vcard, version="3.0")}

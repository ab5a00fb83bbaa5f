"""A row as it was read: what a card or a line says, cleaned, checked, and made a person, or the reason why not."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from boothline.core import clock
from boothline.core.countries import is_known
from boothline.core.errors import Refused
from boothline.core.text import clean, digits, prose, too_short
from boothline.customers.card import Customer, Person
from boothline.exchange.dates import Dates
from boothline.exchange.reading import UNREAD
from boothline.exchange.values import is_nothing

ROW_LIMIT = 100_000
POINT_LIMIT = 100  # phones and e-mail addresses of one person
LIMITS = {
    "name": 200,
    "company": 200,
    "title": 200,
    "address": 400,
    "country": 60,
    "note": 20_000,
    "emails": 200,
    "phones": 200,
    "chats": 200,
    "more": 200,
}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
WAYS = {
    "wechat": ("微信", "微信号", "wechat", "weixin", "wx"), "whatsapp": ("whatsapp", "wa"),
    "beside": ("qq", "skype", "line", "传真", "fax"),
    "phone": ("手机", "手机号", "电话", "座机", "tel", "mobile", "mob", "cell", "phone", "t", "m", "p", "办公", "联系电话"),
}  # fmt: skip
_WAYS = "|".join(sorted((word for words in WAYS.values() for word in words), key=len, reverse=True))
LABEL = re.compile(rf"({_WAYS})\s*[:：]\s*(.+)", re.I)
NOTHING: Mapping[str, Any] = {}  # of most rows: one for all
IDS = uuid.UUID("6f5c1a52-8b0e-5d0c-9a53-2f6b7f3f4c11")  # the room in which the ids of imported rows are made


@dataclass
class Draft:
    """What a card or line says, each field with all its values in order."""

    name: list[str] = field(default_factory=list)
    company: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    chats: dict[str, list[str]] = field(default_factory=dict)
    address: list[str] = field(default_factory=list)
    country: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    besides: list[tuple[str, str]] = field(default_factory=list)  # (label, value) without a field of its own: kept in the note
    aside: list[tuple[str, str]] = field(default_factory=list)  # the same of columns that nobody knows, and a command may leave
    client_id: uuid.UUID | None = None  # of a contact that we exported
    first_on: str = ""  # the day of the first contact, as the file has it
    first_by: str = ""
    more: dict[str, list[str]] = field(default_factory=dict)  # what is said of the company besides
    sides: Mapping[str, tuple[str, str]] = field(default_factory=lambda: NOTHING)  # {field: (its heading, cell)}: what `asides` reads
    home: str = ""  # the id of its customer, of a contact that we exported
    language: str = ""


@dataclass(slots=True)
class Aside:
    """What a row says of a person beside who they are."""

    owner: str = ""  # a colleague's user name
    grade: str = ""
    heat: int | None = None
    interest: list[int] = field(default_factory=list)  # ids of products
    met_on: date | None = None


@dataclass(slots=True)
class Row:
    """One row of a file: a person, or the reason why there is none."""

    file: str
    number: int
    person: Person | None = None
    reason: str = ""
    warnings: tuple[str, ...] = ()
    has_own_id: bool = False  # of a contact that we exported
    said: str = ""  # the first words of it, so that a person knows it again
    company_id: str = ""  # under which other files speak of their company
    home: Customer | None = None  # that company, once it is on record
    first_on: date | None = None  # the day of the first contact
    first_by: str = ""  # who of us had it
    sides: Mapping[str, tuple[str, str]] = field(default_factory=lambda: NOTHING)  # {field: (its heading, cell)}
    aside: Aside | None = None  # the same, read
    mark: uuid.UUID | None = None  # of its content
    note: str = ""  # as far as the content goes


def refused(file: str, number: int, reason: str) -> Row:
    """A row that cannot be taken."""
    return Row(file, number, reason=reason)


def row_of(file: str, number: int, draft: Draft) -> Row:
    """The person of a draft. What has no place of its own goes into the note; what is too long is refused, never cut."""
    row = Row(file, number)
    person = Person(
        name=_first(draft.name), company=_first(draft.company), title=" / ".join(_each(draft.title)),
        country=_first(draft.country), address=_first(draft.address, lines=True), client_id=draft.client_id or IDS,
    )  # fmt: skip
    besides = [("Company", v) for v in _each(draft.company)[1:]] + [("Address", v) for v in _each(draft.address, lines=True)[1:]]
    besides += _reach(draft, person, row)
    besides += _first_contact(draft, row)
    person.more = {code: first for code, values in draft.more.items() if (first := _first(values))} or NOTHING
    row.sides = draft.sides
    besides += [("First contact by", row.first_by)] if row.first_by and not row.first_on and "visited_on" not in draft.sides else []
    besides += [(label, v) for label, value in draft.besides for v in _each([value])]
    notes = [clean(re.sub(r"\r\n?", "\n", v), 10**8) for v in draft.note]
    aside = [(label, v) for label, value in draft.aside for v in _each([value])]
    row.note, person.note = (_note(notes, labelled) for labelled in (besides, besides + aside))
    content = content_of(person, row.note)
    row.mark = id_of(content, 1)
    row.has_own_id = draft.client_id is not None
    person.client_id = draft.client_id or row.mark
    if UNREAD in content or UNREAD in person.note:
        row.warnings += (_("some characters could not be read; they show as %(sign)s") % {"sign": UNREAD},)
    if not is_known(person.country):
        row.warnings += (_("no country is called %(name)s; it is kept as it stands") % {"name": person.country[:60]},)
    row.reason = _fault_of(person)
    row.person = None if row.reason else person
    return row


def _note(notes: list[str], labelled: list[tuple[str, str]]) -> str:
    lines = "\n".join(f"{label}: {value}" for label, value in labelled)
    return "\n\n".join([*(note for note in notes if not is_nothing(note)), *([lines] if lines else [])])


def _first_contact(draft: Draft, row: Row) -> list[tuple[str, str]]:
    """When they were first spoken with, and by whom. A cell that is no day is told and kept in the note: the person stands without it."""
    if not (draft.first_on or draft.first_by):
        return []
    row.first_by = " ".join(clean(draft.first_by, 100).split())
    row.first_by = "" if is_nothing(row.first_by) else row.first_by
    row.first_on, why = past_day(draft.first_on, _("day of the first contact"))
    if why:
        row.warnings += (kept_in_note(why),)
    return [("First contact", draft.first_on)] if why else []


def past_day(cell: str, label: str) -> tuple[date | None, str]:
    """The day of a cell that has passed, or why it is none."""
    try:
        day = Dates().day(cell, label)
    except Refused as refused:
        return None, str(refused.words)
    if day and day > clock.today():
        return None, _("%(field)s: %(day)s lies ahead.") % {"field": label, "day": day.isoformat()}
    return day, ""


def from_file(file: str) -> str:
    """Why a customer has a grade that a file says."""
    return _("from the file %(file)s") % {"file": Path(file).name} if file else _("from a file")


def no_grade(cell: str) -> str:
    """What is told of a grade that is none of ours."""
    words = _("%(field)s: %(value)s is none of A, B, C and D.")
    return kept_in_note(words % {"field": _("grade"), "value": cell[:40]})


def kept_in_note(why: str) -> str:
    """What is told of a cell beside the person, who stands without it."""
    return prose((why, _("The cell is kept in the note.")))


def own_row(file: str, number: int, draft: Draft) -> Row:
    """The person of a contact that we exported: every value as it stood, and nothing for the note. Where somebody wrote in it what is no
    way to reach anybody, it is a row as any other."""
    if not all(map(EMAIL.fullmatch, draft.emails)) or not all(map(digits, draft.phones)):
        return row_of(file, number, draft)

    def kept(values: list[str]) -> list[str]:
        return [text for value in values if (text := clean(value, 10**8))]

    of: dict[str, Any] = {
        name: next(iter(kept(getattr(draft, name))), "") for name in ("name", "company", "title", "country", "address", "note")
    }
    person = Person(**of, emails=kept(draft.emails), phones=kept(draft.phones), home=clean(draft.home))
    person.chats = {kind: found[0] for kind, values in draft.chats.items() if (found := kept(values))}
    person.language = draft.language if draft.language in ("zh-hans", "en") else ""
    row = Row(file, number, person=person, has_own_id=True, mark=id_of(content_of(person), 1), note=person.note)
    if draft.client_id:
        person.client_id = draft.client_id
    if reason := _fault_of(person):
        row.person, row.reason = None, reason
    return row


def _reach(draft: Draft, person: Person, row: Row) -> list[tuple[str, str]]:
    """Ways to reach the person; returns what is none, or one too many of its kind, for the note."""
    besides: list[tuple[str, str]] = []
    for value in _each(draft.emails):
        if EMAIL.fullmatch(value):
            person.emails.append(value)
        else:
            besides.append(("E-mail", value))
            row.warnings += (_("not an e-mail address, kept in the note: %(value)s") % {"value": value[:80]},)
    for value in _each(_phones(draft, besides)):
        if EMAIL.fullmatch(value):  # "联系方式" may hold either
            person.emails.append(value)
        elif digits(value):
            person.phones.append(value)
        else:
            besides.append(("Phone", value))
            row.warnings += (_("not a phone number, kept in the note: %(value)s") % {"value": value[:80]},)
    for value in too_short(person.phones):
        row.warnings += (_("too short for a phone number: %(value)s") % {"value": value[:80]},)
    for kind, values in draft.chats.items():
        for i, value in enumerate(_each(values)):
            if i == 0:
                person.chats[kind] = value
            else:
                besides.append((kind.capitalize(), value))
    return besides


def _phones(draft: Draft, besides: list[tuple[str, str]]) -> Iterator[str]:
    """The phone numbers of a draft. What says of itself that it is another way ("微信：mei88", "QQ: 1234") goes where it belongs."""
    for value in draft.phones:
        found = LABEL.fullmatch(value.strip()) if ":" in value or "：" in value else None
        kind = next(kind for kind, words in WAYS.items() if found[1].casefold() in words) if found else ""
        if found and kind in ("wechat", "whatsapp"):
            draft.chats.setdefault(kind, []).append(found[2])
        elif kind == "beside":
            besides.append(("Phone", value.strip()))
        else:
            yield found[2] if found else value


def _each(values: Iterable[str], *, lines: bool = False) -> list[str]:
    """Cleaned, without blanks, fillers and repeats."""
    found: dict[str, None] = {}
    for value in values:
        text = clean(value, 10**8)
        if lines:
            text = re.sub(r"\s*[\r\n]+\s*", ", ", text)
        text = " ".join(text.split())
        if not is_nothing(text):
            found.setdefault(text)
    return list(found)


def _first(values: Iterable[str], *, lines: bool = False) -> str:
    return next(iter(_each(values, lines=lines)), "")


def _fault_of(person: Person) -> str:
    if person.is_empty:
        return _("Nothing says who this is. Give a name, a company, a phone number or an e-mail address.")
    if max(len(person.emails), len(person.phones)) > POINT_LIMIT:
        return _("More than %(limit)s phone numbers or e-mail addresses of one person.") % {"limit": POINT_LIMIT}
    for name, limit in LIMITS.items():
        held = getattr(person, name)
        values = [held] if isinstance(held, str) else list(held.values()) if isinstance(held, dict) else held
        longest = max(map(len, values), default=0)
        if longest > limit:
            words = _("%(field)s is too long: %(length)s characters, the limit is %(limit)s. Shorten it and import the file again.")
            return words % {"field": _label(name), "length": longest, "limit": limit}
    return ""


def _label(name: str) -> str:
    return {
        "name": _("name"), "company": _("company"), "title": _("title"), "address": _("address"), "country": _("country"),
        "note": _("note"), "emails": _("e-mail"), "phones": _("phone"), "chats": _("chat or website"), "more": _("company"),
    }[name]  # fmt: skip


def content_of(person: Person, note: str | None = None) -> str:
    """What a row says, in one form for every file and encoding: the same row a second time is the same text. The `note` may be
    without what stands aside: a page keeps it, a command may not, and both mean the same person."""
    said = {
        "name": person.name, "company": person.company, "title": person.title, "emails": sorted(e.casefold() for e in person.emails),
        "phones": sorted(person.phones), "chats": person.chats, "address": person.address, "country": person.country,
        "note": person.note if note is None else note,
    }  # fmt: skip
    return unicodedata.normalize("NFKC", json.dumps(said, ensure_ascii=False, sort_keys=True))


def id_of(content: str, occurrence: int) -> uuid.UUID:
    """The id of a contact made from a row: the same content gives the same id, its second occurrence in a file another."""
    return uuid.uuid5(IDS, f"{occurrence} {content}")


def capture_id(fair_key: int, client_id: uuid.UUID) -> uuid.UUID:
    """The id of the capture of a row at a fair."""
    return uuid.uuid5(IDS, f"{fair_key}\n{client_id}")


def former_capture_id(fair_code: str, client_id: uuid.UUID) -> uuid.UUID:
    """The same as it was made before: from the fair's code."""
    return uuid.uuid5(IDS, f"{fair_code} {client_id}")

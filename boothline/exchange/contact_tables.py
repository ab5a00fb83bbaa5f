"""Rows of a table of people: which cell says what, and the person that it makes."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator

from boothline.exchange.cards import HAN
from boothline.exchange.foreign import KEY_LIMIT
from boothline.exchange.headings import meaning
from boothline.exchange.kinds import BESIDE, KINDS
from boothline.exchange.rows import Draft, Row, own_row, refused, row_of
from boothline.exchange.tables import HEADING_LIMIT, Line, Table
from boothline.exchange.values import apart

Meanings = list[tuple[str, int, str] | None]


def rows_of(table: Table) -> Iterator[Row]:
    """Each row of a list of contacts."""
    meanings = meanings_of(table)
    has_ours = any(m and m[0] == "boothline_id" for m in meanings)  # then the ids of companies are our own
    ids = [] if has_ours else [i for i, heading in enumerate(table.headings[:HEADING_LIMIT]) if KINDS["customer"].field(heading) == "id"]
    for line in table.read([m is not None for m in meanings], lets_go=True):
        made = refused(table.file, line.number, line.reason)
        if not line.reason:
            made = _row(table, line, meanings)
            made.company_id = next((table.cell(i, line.cells[i]).strip() for i in ids if i < len(line.cells)), "")[:KEY_LIMIT]
        made.said = line.said
        yield made
    if words := table.unused_words():
        yield Row(table.file, 1, warnings=[words])


def meanings_of(table: Table) -> Meanings:
    """What each column means: by its heading, or as somebody decided."""
    found: Meanings = [meaning(h) if i < HEADING_LIMIT else None for i, h in enumerate(table.headings)]
    if table.fields is None:
        return found
    decided: Meanings = []
    for heading, field, known in zip(table.headings, table.fields, found, strict=True):
        if field == BESIDE:
            decided.append((BESIDE, 0, " ".join(heading.split())[:60]))
        elif known and known[0] == (field or "unused"):
            decided.append(known)
        else:
            decided.append((field, 0, "") if field else None)
    return decided


def _row(table: Table, line: Line, meanings: Meanings) -> Row:
    cells = table.cells(line.cells)
    if table.is_ours:
        of = {found[0]: cell for found, cell in zip(meanings, cells, strict=False) if found}
        if own_id := _id([of.get("boothline_id", "")]):
            return own_row(table.file, line.number, _own(of, own_id))
    return row_of(table.file, line.number, _draft(cells, meanings))


def _own(of: dict[str, str], own_id: uuid.UUID) -> Draft:
    """A row that we wrote."""
    return Draft(
        name=[of.get("name", "")], company=[of.get("company", "")], title=[of.get("title", "")], country=[of.get("country", "")],
        address=[of.get("address whole", "")], note=[of.get("note", "")], emails=apart(of.get("emails", "")),
        phones=apart(of.get("phones", "")), chats={kind: [of.get(kind, "")] for kind in ("wechat", "whatsapp", "web")},
        client_id=own_id, home=of.get("boothline_company", ""), language=of.get("language", ""),
    )  # fmt: skip


def _draft(fields: list[str], meanings: Meanings) -> Draft:
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    besides: list[tuple[str, str]] = []
    for value, found in zip(fields, meanings, strict=False):
        if not found or not value.strip():
            continue
        name, rank, place = found
        if name == BESIDE:
            besides.append((place, value))
        elif name.startswith("address "):
            places[place][name[8:]].append(value)
        else:
            said[name].append((rank, value))
    of = {name: [v for _rank, v in sorted(values, key=lambda pair: pair[0])] for name, values in said.items()}
    draft = Draft(
        name=[*of.get("name", []), _name(of)], company=of.get("company", []), title=of.get("title", [])[:1],
        emails=[e for v in of.get("emails", []) for e in _emails(v)],
        phones=[p for v in of.get("phones", []) for p in _phones(v)],
        country=of.get("country", []), note=of.get("note", []),
        chats={kind: of.get(kind, []) for kind in ("wechat", "whatsapp", "web")},
        besides=[("Fax", v) for v in of.get("fax", [])] + [("Department", v) for v in of.get("department", [])] + besides,
        client_id=_id(of.get("boothline_id", [])),
        first_on=next(iter(of.get("first_on", [])), ""), first_by=next(iter(of.get("first_by", [])), ""),
    )  # fmt: skip
    order = ("", "business", "work", "office", "company", "公司", "办公", "mailing", "home")
    for place in sorted(places, key=lambda p: order.index(p) if p in order else len(order)):
        draft.address += places[place].get("whole") or [_address(places[place])]
    return draft


def _name(of: dict[str, list[str]]) -> str:
    first, middle, last = (next(iter(of.get(k, [])), "").strip() for k in ("first", "middle", "last"))
    return last + first if HAN.search(first + last) else " ".join(filter(None, (first, middle, last)))


def _emails(value: str) -> list[str]:
    """Several addresses in one cell, or one as mail programs write it: Mei <mei@nordlicht.example>."""
    return re.findall(r"<([^<>\s]+@[^<>\s]+)>", value) or re.split(r":::|[;,，；、\s]", value)


def _phones(value: str) -> list[str]:
    """Several numbers in one cell; "/" and "," part whole numbers only, not an extension."""
    found = []
    for part in re.split(r":::|[;；、\n]", value):
        pieces = re.split(r"[/,，]", part)
        found += pieces if len(pieces) > 1 and all(sum(c.isdigit() for c in p) >= 7 for p in pieces) else [part]
    return found


def _address(parts: dict[str, list[str]]) -> str:
    street, city, region, code = (" ".join(parts.get(k, [])) for k in ("street", "city", "region", "code"))
    if HAN.search(street + city + region):
        return "".join((region, city, street)) + (f" {code}" if code else "")
    return ", ".join(filter(None, (street, city, f"{region} {code}".strip())))


def _id(values: list[str]) -> uuid.UUID | None:
    try:
        return uuid.UUID(values[0].strip()) if values else None
    except ValueError:
        return None

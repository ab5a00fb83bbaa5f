"""Rows of a table of people: which cell says what, and the person that it makes."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator

from boothline.exchange.cards import HAN
from boothline.exchange.foreign import KEY_LIMIT
from boothline.exchange.headings import MORE, SIDES, meaning
from boothline.exchange.kinds import BESIDE, KINDS
from boothline.exchange.rows import EMAIL, LABEL, Draft, Row, own_row, refused, row_of
from boothline.exchange.tables import HEADING_LIMIT, Line, Table
from boothline.exchange.values import apart, is_nothing

FURTHER = 2  # the rank of another name of the same person
SALUTATIONS = {"mr", "mrs", "ms", "miss", "dr", "先生", "女士", "小姐"}  # what an address book calls a title
SINGLE = ("name", "title", "country")  # of which a person has one
Meanings = list[tuple[str, int, str] | None]


def rows_of(table: Table) -> Iterator[Row]:
    """Each row of a list of contacts."""
    meanings = meanings_of(table)
    has_ours = any(m and m[0] == "boothline_id" for m in meanings)  # then the ids of companies are our own
    ids = [] if has_ours else [i for i, found in enumerate(meanings) if found and found[0] == "company_id"]
    sides = [(n, m[0], " ".join(table.headings[n].split())[:60]) for n, m in enumerate(meanings) if m and m[0] in SIDES][::-1]
    for line in table.read([m is not None for m in meanings], lets_go=True):
        made = refused(table.file, line.number, line.reason)
        if not line.reason:
            made = _row(table, line, meanings, sides)
            made.company_id = next((table.cell(i, line.cells[i]).strip() for i in ids if i < len(line.cells)), "")[:KEY_LIMIT]
        made.said = line.said
        yield made
    if words := table.unused_words():
        yield Row(table.file, 1, warnings=(words,))


def meanings_of(table: Table) -> Meanings:
    """What each column means: by its heading, or as somebody decided."""
    found: Meanings = [meaning(h) if i < HEADING_LIMIT else None for i, h in enumerate(table.headings)]
    decided: Meanings = []
    for heading, field, known in zip(table.headings, table.fields_of(KINDS["contact"]), found, strict=True):
        label = " ".join(heading.split())[:60]
        if field in (BESIDE, *SINGLE):
            decided.append((field, known[1] if known and known[0] == field else 0, label))
        elif known and known[0] == (field or "unused"):
            decided.append(known)
        else:
            decided.append((field, 0, "") if field else None)
    return decided


def _row(table: Table, line: Line, meanings: Meanings, sides: list[tuple[int, str, str]]) -> Row:
    cells = table.cells(line.cells)
    if table.is_ours:
        of = {found[0]: cell for found, cell in zip(meanings, cells, strict=False) if found}
        if own_id := _id([of.get("boothline_id", "")]):
            return own_row(table.file, line.number, _own(of, own_id))
    draft = _draft(cells, meanings)
    if sides:
        draft.sides = {name: (heading, cells[n]) for n, name, heading in sides if n < len(cells) and cells[n].strip()}
    return row_of(table.file, line.number, draft)


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
    single: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
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
            if name in SINGLE and not is_nothing(value.strip()) and value.strip(" .").casefold() not in SALUTATIONS:
                single[name].append((rank, place, value))
    of = {name: [v for _rank, v in sorted(values, key=lambda pair: pair[0])] for name, values in said.items()}
    if whole := _name(of):
        single["name"].append((FURTHER - 1, "", whole))
    first = {name: _first(single[name], besides) for name in SINGLE}
    draft = Draft(
        name=first["name"], company=of.get("company", []), title=first["title"],
        emails=[e for v in of.get("emails", []) for e in emails_in(v)],
        phones=[p for v in of.get("phones", []) for p in phones_in(v)],
        country=first["country"], note=of.get("note", []), more={code: of[code][:1] for code in MORE if code in of},
        chats={kind: of.get(kind, []) for kind in ("wechat", "whatsapp", "web")},
        besides=[("Fax", v) for v in of.get("fax", [])] + [("Department", v) for v in of.get("department", [])], aside=besides,
        client_id=_id(of.get("boothline_id", [])),
        first_on=next(iter(of.get("first_on", [])), ""), first_by=next(iter(of.get("first_by", [])), ""),
    )  # fmt: skip
    order = ("", "business", "work", "office", "company", "公司", "办公", "mailing", "home")
    for place in sorted(places, key=lambda p: order.index(p) if p in order else len(order)):
        draft.address += places[place].get("whole") or [_address(places[place])]
    return draft


def _first(said: list[tuple[int, str, str]], besides: list[tuple[str, str]]) -> list[str]:
    """The one that is taken of several values, each with its rank and its heading; the others stand in the note: 英文名 beside 姓名."""
    values = [(label, value) for _rank, label, value in sorted(said, key=lambda one: one[0])]
    besides += [(label, value) for label, value in values[1:] if label and value.strip() != values[0][1].strip()]
    return [value for _label, value in values[:1]]


def _name(of: dict[str, list[str]]) -> str:
    first, middle, last = (next(iter(of.get(k, [])), "").strip() for k in ("first", "middle", "last"))
    return last + first if HAN.search(first + last) else " ".join(filter(None, (first, middle, last)))


def emails_in(value: str) -> list[str]:
    """Several addresses in one cell, or one as mail programs write it: Mei <mei@nordlicht.example>."""
    if written := re.findall(r"<([^<>\s]+@[^<>\s]+)>", value):
        return written + [part for part in re.split(r"[;,，；、|\s]", re.sub(r"<[^<>]*>", " ", value)) if "@" in part]
    found = re.split(r":::|[;,，；、|\s]", value)
    return [one for part in found for one in (part.split("/") if all("@" in piece for piece in part.split("/")) else [part])]


def phones_in(value: str) -> list[str]:
    """Several numbers in one cell; "/", "," and a blank part whole numbers only, not an extension or an area."""
    if value.isdigit():  # one number, as most
        return [value]
    found = re.split(r":::|[;；、|\n\r或]", value)
    for between in (r"[/,，&]", r"\s+"):
        found = [piece for part in found for piece in _apart(part, between)]
    return found


def _apart(part: str, between: str) -> list[str]:
    """The pieces where each is a whole number, an e-mail address or says what it is, else the part that they were."""
    pieces = re.split(between, part)
    return pieces if all(_is_whole(piece.strip()) for piece in pieces) else [part]


def _is_whole(piece: str) -> bool:
    return sum(c.isdigit() for c in piece) >= 7 or bool(LABEL.fullmatch(piece) or EMAIL.fullmatch(piece))


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

"""csv as spreadsheets, mail programs and organisers write it: the delimiter is found, the headings are understood.

A row that cannot be read is named, and reading goes on with the next line: a quotation mark that nobody closes must not
swallow the rest of the file.
"""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import listed
from boothline.exchange.cards import HAN
from boothline.exchange.headings import IDENTIFYING, UNDERSTOOD, meaning
from boothline.exchange.reading import SIZE_LIMIT, Source
from boothline.exchange.rows import ROW_LIMIT, Draft, Row, refused, row_of

DELIMITERS = (",", ";", "\t", "|")
HEADING_LIMIT = 2000
LINE_LIMIT = 20 * ROW_LIMIT  # a cell may hold lines of its own
INERT = re.compile(r"'+\s*[=+\-@＝＋－＠]|'+[\t\r]")
Meanings = list[tuple[str, int, str] | None]


def rows_of(source: Source) -> Iterator[Row]:
    """Each row of a list of contacts, numbered as a spreadsheet does: the headings are row 1."""
    text = source.data.decode(source.encoding, "replace")
    if text.count("\n") + text.count("\r") > LINE_LIMIT:
        raise too_many(source.file)
    csv.field_size_limit(SIZE_LIMIT)
    lines, delimiter = _begin(list(io.StringIO(text, newline="")))
    records = _records(lines, delimiter, source.file)
    headings = next(records, (1, None, False))[1] or []
    meanings: Meanings = [meaning(h) if i < HEADING_LIMIT else None for i, h in enumerate(headings)]
    if not IDENTIFYING & {m[0] for m in meanings if m}:
        raise _unknown_headings(source.file, headings)
    unused: dict[str, None] = {}
    for number, fields, follows_broken in records:
        if fields is None:
            yield refused(source.file, number, _("A quotation mark in this row is not closed, or stands in the middle of a cell."))
            continue
        if not any(f.strip() for f in fields):
            continue
        extra = [f for f in fields[len(meanings) :] if f.strip()]
        if extra or (follows_broken and len(fields) != len(meanings)):
            words = _("%(cells)s cells, the headings are %(headings)s. Is a comma in a cell without quotation marks?")
            yield refused(source.file, number, words % {"cells": len(fields), "headings": len(meanings)})
            continue
        unused.update({h: None for h, m, f in zip(headings, meanings, fields, strict=False) if m is None and f.strip() and h.strip()})
        yield row_of(source.file, number, _draft(fields, meanings))
    if unused:
        words = _("columns that were not taken: %(headings)s") % {"headings": _some(list(unused))}
        yield Row(source.file, 1, warnings=[words])


def too_many(file: str) -> Refused:
    """More rows than one run takes."""
    words = _("%(file)s has more than %(limit)s rows. Split it and import the parts one after the other.")
    return Refused(words % {"file": file, "limit": f"{ROW_LIMIT:,}"})


def _begin(lines: list[str]) -> tuple[list[str], str]:
    """The lines from the headings on, and the delimiter: where, among the first records, we understand the most headings.

    Above the headings a sheet may have a title, blank lines, or the "sep=;" that spreadsheet programs leave for themselves.
    """
    best = (0, 0)
    found = (0, ",")
    for delimiter in DELIMITERS:
        start = 0
        reader = csv.reader(lines[:200], delimiter=delimiter, skipinitialspace=True)
        for cells in islice(reader, 20):
            score = (sum(meaning(c) is not None for c in cells[:HEADING_LIMIT]), len(cells) if start == 0 else 0)
            if score > best:
                best, found = score, (start, delimiter)
            start = reader.line_num
    return lines[found[0] :], found[1]


def _records(lines: list[str], delimiter: str, file: str) -> Iterator[tuple[int, list[str] | None, bool]]:
    """(number, cells or None if broken, follows a broken one) of each record."""
    at = read = number = 0
    is_broken = False
    width = 0

    def feed() -> Iterator[str]:
        nonlocal at, read
        while at < len(lines):
            at, read = at + 1, read + 1
            yield lines[at - 1]

    reader = csv.reader(feed(), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        start = at
        number += 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if read > 4 * len(lines) + 1000 or start == 0:
                words = _("%(file)s cannot be read as csv: its quotation marks do not match. Save it anew from the spreadsheet.")
                raise Refused(words % {"file": file}) from None
            at, is_broken = start + 1, True
            reader = csv.reader(feed(), delimiter=delimiter, skipinitialspace=True, strict=True)
            yield number, None, False
            continue
        width = width or len(fields)
        yield number, fields, is_broken
        is_broken = is_broken and len(fields) != width


def _unknown_headings(file: str, headings: list[str]) -> Refused:
    words = _(
        "%(file)s: no heading says who a row is about. Found: %(found)s. Understood, in Chinese or English: %(understood)s. "
        "The first row must hold the headings."
    )
    return Refused(words % {"file": file, "found": _some(headings) or "–", "understood": UNDERSTOOD})


def _some(headings: list[str]) -> str:
    shown = [" ".join(h.split())[:40] for h in headings[:20]]
    return listed(shown + ["…"] * (len(headings) > 20))


def _draft(fields: list[str], meanings: Meanings) -> Draft:
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for field, found in zip(fields, meanings, strict=False):
        if not found or not field.strip():
            continue
        name, rank, place = found
        value = field[1:] if INERT.match(field) else field  # our own exports, and others, keep formulas asleep by '
        if name.startswith("address "):
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
        besides=[("Fax", v) for v in of.get("fax", [])] + [("Department", v) for v in of.get("department", [])],
        client_id=_id(of.get("boothline_id", [])),
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
        found += pieces if all(sum(c.isdigit() for c in p) >= 7 for p in pieces) else [part]
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

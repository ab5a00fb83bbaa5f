"""JSON as other systems hand it out: a list of objects, an object a line, or an object that holds the list somewhere inside.

What a value is in JSON does not matter here: a table's cells are text, as in csv. Objects inside an object make headings of their own
("address.city"); a list of plain values is one cell; a list of objects stands in its cell as JSON, for the kind that knows what it is.
A row that nobody could keep (a key twice, NaN, half a character) is named and the others stand.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.exchange.kinds import recognised
from boothline.exchange.reading import Source
from boothline.exchange.rows import ROW_LIMIT
from boothline.exchange.tables import HEADING_LIMIT, Line, Table, too_many
from boothline.exchange.values import joined

DEPTH = 20  # levels
DIGITS = 40  # of a number
VALUES = 2_000_000  # of a file
OBJECTS = 500_000  # and lists
CUT = re.compile("[\ud800-\udfff]")  # half of a character


class _Unfit:
    """Stands for a value that cannot be kept; says why."""

    def __init__(self, why: str) -> None:
        self.why = why


class _Lines(list[Any]):
    """An object a line; some may be unfit."""


class _Doubled(dict[str, Any]):
    """An object that says a key twice."""

    key = ""


def tables_of(source: Source) -> list[Table]:
    """The table of the largest list of objects that is understood; else of the largest; else of the object itself."""
    if source.data.count(b",") > VALUES or source.data.count(b"{") + source.data.count(b"[") > OBJECTS:
        words = _("%(file)s holds too many values: at most %(limit)s. Split it and import the parts one after the other.")
        raise Refused(words % {"file": source.file, "limit": f"{VALUES:,}"})
    try:
        held = _held(source)
        lists = sorted(_lists(held), key=lambda found: -len(found[0]))
        found = [table for rows, depth in lists if _is_list((table := _table(source.file, rows)), depth)]
        if not any(recognised(table.headings) for table in found):
            found += [_table(source.file, [one]) for one in _alone(held)]
    except RecursionError as error:
        words = _("%(file)s is nested too deep: at most %(limit)s levels.")
        raise Refused(words % {"file": source.file, "limit": DEPTH}) from error
    if not found:
        raise Refused(_('%(file)s holds no list of objects. Each row has to be an object like {"name": "…"}.') % {"file": source.file})
    return [next((table for table in found if recognised(table.headings)), found[0])]


def _held(source: Source) -> Any:
    """What the file says; an object a line is a list of them, in which a line that is cut stands for itself."""
    text = source.data.decode(source.encoding, "replace")
    reader = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_constant)
    begins = len(text) - len(text.lstrip())
    try:
        value, end = reader.raw_decode(text, begins)
    except json.JSONDecodeError as error:
        words = _("%(file)s is no valid JSON: line %(line)s, column %(column)s. Was it cut?")
        raise Refused(words % {"file": source.file, "line": error.lineno, "column": error.colno}) from error
    return value if not text[end:].strip() else _Lines(_line(reader, line) for line in text.splitlines())


def _line(reader: json.JSONDecoder, text: str) -> Any:
    if not text.strip():
        return {}
    try:
        value = reader.decode(text)
    except json.JSONDecodeError:
        return _Unfit(_("This line is no valid JSON."))
    return value if isinstance(value, dict) else _Unfit(_('This line is no object like {"name": "…"}.'))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    doubled = _Doubled(made)
    doubled.key = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return doubled


def _number(text: str) -> str | _Unfit:
    """A number as it is written out, with all its digits."""
    with contextlib.suppress(InvalidOperation):
        if len(text) <= DIGITS and abs((value := Decimal(text)).adjusted()) <= DIGITS:
            return f"{value:f}"
    return _Unfit(
        _("The number %(value)s is too long: at most %(limit)s digits.") % {"value": text[:20] + "…" * (len(text) > 20), "limit": DIGITS}
    )


def _constant(name: str) -> _Unfit:
    return _Unfit(_("%(value)s is no number.") % {"value": name})


def _is_list(table: Table, depth: int) -> bool:
    """One object in a list that lies deep says little: it counts where its headings say for sure what it is."""
    kind = recognised(table.headings)
    return len(table.lines) > 1 or depth < 2 or bool(kind and kind.fit(table.headings)[0])


def _lists(held: Any) -> Iterator[tuple[list[Any], int]]:
    """The lists of objects in it, each with how deep it lies; not those inside their objects."""
    waiting = [(held, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEPTH:
            raise RecursionError
        if isinstance(value, list):
            if value and (isinstance(value, _Lines) or all(isinstance(one, dict) for one in value)):
                yield value, depth
        elif isinstance(value, dict):
            waiting += [(inside, depth + 1) for inside in value.values()]


def _alone(held: Any) -> list[dict[str, Any]]:
    """The object itself, and those that it wraps."""
    if not isinstance(held, dict):
        return []
    wrapped = [value for value in held.values() if isinstance(value, dict)]
    return [one for one in (*wrapped, held) if any(not isinstance(value, (dict, list)) for value in one.values())]


def _table(file: str, rows: list[Any]) -> Table:
    if len(rows) > ROW_LIMIT:
        raise too_many(file)
    headings: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, start=1):
        try:
            if isinstance(row, _Unfit):
                raise Refused(row.why)
            cells = dict(_cells(row, "", 0))
            if len(headings.keys() | cells.keys()) > HEADING_LIMIT:
                raise Refused(_("More than %(limit)s different headings.") % {"limit": HEADING_LIMIT})
        except Refused as why:
            lines.append(Line(number, reason=str(why.words)))
            continue
        for heading in cells:
            headings.setdefault(heading, len(headings))
        lines.append(Line(number, _placed(cells, headings)))
    return Table(file, list(headings), lines, is_marked=False)


def _placed(cells: dict[str, str], headings: dict[str, int]) -> list[str]:
    placed = [""] * len(headings)
    for heading, cell in cells.items():
        placed[headings[heading]] = cell
    return placed


def _cells(value: Any, heading: str, depth: int) -> Iterator[tuple[str, str]]:
    """(heading, cell) of each value of a row."""
    if depth > DEPTH:
        raise Refused(_("Nested too deep: at most %(limit)s levels.") % {"limit": DEPTH})
    if isinstance(value, dict):
        if isinstance(value, _Doubled):
            raise Refused(_("“%(key)s” stands twice in one object.") % {"key": value.key[:40]})
        for name, inside in value.items():
            yield from _cells(inside, _text(f"{heading}.{name}" if heading else name), depth + 1)
    elif isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
        yield heading, json.dumps(_plain(value, depth), ensure_ascii=False, separators=(",", ":"))
    elif isinstance(value, list):
        yield heading, joined(filter(None, map(_text, value)))
    else:
        yield heading, _text(value)


def _plain(value: Any, depth: int) -> Any:
    """A value of a cell, each part of it looked at."""
    if depth > DEPTH:
        raise Refused(_("Nested too deep: at most %(limit)s levels.") % {"limit": DEPTH})
    if isinstance(value, dict):
        if isinstance(value, _Doubled):
            raise Refused(_("“%(key)s” stands twice in one object.") % {"key": value.key[:40]})
        return {_text(name): _plain(inside, depth + 1) for name, inside in value.items()}
    if isinstance(value, list):
        return [_plain(inside, depth + 1) for inside in value]
    return _text(value)


def _text(value: Any) -> str:
    """One plain value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, _Unfit):
        raise Refused(value.why)
    text = str(value)
    if CUT.search(text):
        raise Refused(_("Half of a character (a lone surrogate) stands in it. Export the file again."))
    return text

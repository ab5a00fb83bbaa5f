"""How records are written: JSON Lines, csv and xlsx. Nothing that we write is executed by a spreadsheet program."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import Dated, Filled
from boothline.exchange.tables import INERT
from boothline.exchange.values import joined

AWAKE = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r]")
SHEET_ROWS = 1_048_576
CELL_LIMIT = 32_767

ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}  # some readers end a line there

Record = dict[str, Any]
Writer = Callable[[Iterable[Record], list[str], IO[bytes]], tuple[int, list[str]]]


def inert(value: Any) -> Any:
    """A cell that no spreadsheet program takes for a formula: text that could be one begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and AWAKE.match(value) else value


def asleep(text: str) -> str:
    """A cell of a workbook is no formula by itself; one more mark before those that begin with one, since import takes it off."""
    return f"'{text}" if INERT.match(text) else text


def flat(value: Any) -> Any:
    """A value as one cell: a list is one cell with "; " between, numbers stay numbers."""
    if isinstance(value, list):
        return joined(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


@contextmanager
def text_of(raw: IO[bytes], encoding: str) -> Iterator[IO[str]]:
    """Text over a stream that stays open."""
    text = io.TextIOWrapper(raw, encoding=encoding, newline="")
    try:
        yield text
    finally:
        text.flush()
        text.detach()


def write_jsonl(records: Iterable[Record], fields: list[str], raw: IO[bytes]) -> tuple[int, list[str]]:
    """One JSON object a line, UTF-8. Amounts are text, so that no reader rounds them."""
    count = 0
    with text_of(raw, "utf-8") as out:
        for record in records:
            line = json.dumps(record, ensure_ascii=False, default=str)
            out.write(line.translate(ENDS) + "\n")
            count += 1
    return count, []


def write_csv(records: Iterable[Record], fields: list[str], raw: IO[bytes], encoding: str = "utf-8") -> tuple[int, list[str]]:
    """With the mark of its encoding, so that every spreadsheet program reads Chinese, and so do we."""
    count = 0
    with text_of(raw, encoding) as out:
        out.write("\ufeff")
        writer = csv.writer(out)
        writer.writerow(fields)
        for record in records:
            writer.writerow([inert(flat(record[name])) for name in fields])
            count += 1
    return count, []


def write_xlsx(records: Iterable[Record], fields: list[str], raw: IO[bytes]) -> tuple[int, list[str]]:
    """One sheet. Text is written as text, days and moments as what they are; states keep the colour of the page; cells longer than a
    workbook can hold are cut and told."""
    import xlsxwriter  # heavy: 13 MiB, only here

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(raw, options)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    days, moments = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    fills: dict[str, Any] = {}  # one format a colour
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(fields):
        sheet.write_string(0, column, name, bold)
    count = cut = 0
    for record in records:
        count += 1
        if count >= SHEET_ROWS:
            raise Refused(_("A workbook holds %(limit)s rows. Export csv or jsonl.") % {"limit": f"{SHEET_ROWS - 1:,}"})
        for column, name in enumerate(fields):
            value = flat(record[name])
            if isinstance(value, (int, Decimal)):
                sheet.write_number(count, column, float(value))
                continue
            if isinstance(value, Dated) and value.at.year > 1900:  # a workbook's calendar begins there
                sheet.write_datetime(count, column, value.at, moments if isinstance(value.at, datetime) else days)
                continue
            text = asleep(str(value))
            cut += len(text) > CELL_LIMIT
            look = None
            if isinstance(value, Filled):
                look = fills.get(value.fill) or fills.setdefault(value.fill, book.add_format({"bg_color": value.fill}))
            sheet.write_string(count, column, text[:CELL_LIMIT], look)
    book.close()
    told = _("%(count)s cells were longer than a workbook can hold and were cut. Export csv or jsonl to have them whole.")
    return count, [told % {"count": cut}] if cut else []


SHEETS: dict[str, Writer] = {"jsonl": write_jsonl, "csv": write_csv, "xlsx": write_xlsx}

"""Rows that were not taken, as a workbook that loads again: the columns of their table, and the reason in one more."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.exchange.imports import TABLES
from boothline.exchange.jobs import Import
from boothline.exchange.jobs import read as said
from boothline.exchange.reading import read
from boothline.exchange.spoken import said_again
from boothline.exchange.tables import Table


def workbook_of(job: Import, *, by: Actor) -> bytes:
    """The workbook. The files are read anew; of those that are not there any more nothing stands in it."""
    require(by, "imports.run", job)
    import xlsxwriter  # heavy, and rarely needed

    same = _("the same as row %(row)s")
    why = {(file, row): same % {"row": first} for file, rows in job.answer.get("repeated", {}).items() for row, first in rows}
    rejected = job.preview.get("refused") or job.answer.get("rejected", [])
    why |= {(row["file"], row["row"]): row["reason"] for row in map(said, rejected)}
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        bold = book.add_format({"bold": True})
        for table in _tables(job):
            rows = [[*_padded(line.cells, table), why[table.file, line.number]] for line in table.lines if (table.file, line.number) in why]
            if not rows:
                continue
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for r, cells in enumerate([[*table.headings, _("why rejected")], *rows]):
                for c, cell in enumerate(cells):
                    sheet.write_string(r, c, cell, bold if r == 0 else None)
        if not book.worksheets():
            book.add_worksheet().write_string(0, 0, _("The files are no longer here. Choose them again."))
    return held.getvalue()


def _tables(job: Import) -> list[Table]:
    found: list[Table] = []
    for path, name in job.files().items():
        try:
            source = read(path, name)
            found += TABLES[source.form](source) if source.form in TABLES else []
        except Refused:
            continue
    fields = {table["file"]: [column["field"] for column in table["columns"]] for table in job.layout if table["kind"] == "variant"}
    for table in found:
        if table.file in fields:
            said_again(table, fields[table.file])
    return found


def _padded(cells: list[str], table: Table) -> list[str]:
    return (cells + [""] * len(table.headings))[: len(table.headings)]

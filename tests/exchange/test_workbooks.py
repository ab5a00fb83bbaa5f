"""Workbooks: every sheet that says anything; cells as text; and those made to break their reader."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.customers.card import Customer
from boothline.exchange.reading import read
from boothline.exchange.workbooks import tables_of
from tests.bringing import import_files

pytestmark = pytest.mark.once


def workbook(path: Path, **sheets: list[list]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, cells in enumerate(rows):
                for c, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(r, c, cell)
    return path


def test_cells_are_text_and_rows_keep_the_numbers_of_their_sheet(tmp_path):
    rows = [
        ["展会名单 2026"],
        [],
        ["公司名称", "成立日期", "营业额", "备注"],
        ["光速贸易", date(2019, 3, 8), 1100.04, "一\u2028二"],
        [],
        ["远航贸易", datetime(2020, 1, 2, 9, 30), 1200.0, True],
    ]
    (table,) = tables_of(read(workbook(tmp_path / "list.csv", 名单=rows)))
    assert (table.file, table.headings) == (str(tmp_path / "list.csv"), rows[2])
    assert [(line.number, line.cells) for line in table.lines] == [
        (4, ["光速贸易", "2019-03-08", "1100.04", "一\u2028二"]),
        (6, ["远航贸易", "2020-01-02 09:30:00", "1200", "TRUE"]),
    ]


def test_a_sheet_that_begins_further_down_keeps_its_numbers(tmp_path):
    (table,) = tables_of(read(workbook(tmp_path / "a.xlsx", a=[[], [], [], [None, "company", "country"], [None, "Nordlicht", "Germany"]])))
    assert [(line.number, [c for c in line.cells if c]) for line in table.lines] == [(5, ["Nordlicht", "Germany"])]


@pytest.mark.django_db
def test_each_sheet_is_of_its_own_kind_and_what_is_of_none_is_told(world, tmp_path):
    path = workbook(
        tmp_path / "all.xlsx",
        Accounts=[["account", "sector"], ["Acme", "medical"]],
        Goods=[["product", "sales_price"], ["GTX Pro", 4821]],
        Notes=[["whatever"], ["nothing"]],
    )
    found = import_files([path], by=SYSTEM)
    assert found["created"] == {"product": 1, "customer": 1} and not found["rejected"]
    assert [w["file"] for w in found["warnings"]] == [f"{path} [Notes]"]
    assert Customer.objects.get().more == [("行业", "medical")]


def hostile(path: Path, kind: str) -> Path:
    if kind == "far":
        return far(path)
    if kind == "bomb":
        return bomb(path)
    path.write_bytes(
        {"cut": b"PK\x03\x04" + b"\0" * 500, "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000, "zip": packed_text()}[kind]
    )
    return path


def bomb(path: Path) -> Path:
    """A small file of one row with more cells than there is room for."""
    whole = workbook(path.with_suffix(".whole"), a=[["name"]])
    with zipfile.ZipFile(whole) as held, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name in held.namelist():
            with packed.open(name, "w") as out:
                if name != "xl/worksheets/sheet1.xml":
                    out.write(held.read(name))
                    continue
                out.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>')
                for _n in range(400):
                    out.write(b"<c><v>1</v></c>" * 100_000)
    return path


def far(path: Path) -> Path:
    """Two cells that span sixteen thousand million."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "name")
        sheet.write(1_048_575, 16_383, "far")
    return path


def packed_text() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("readme.txt", "no workbook")
    return held.getvalue()


@pytest.mark.parametrize("kind", ["far", "bomb", "cut", "ole", "zip"])
def test_a_workbook_that_would_break_its_reader_is_refused_in_words(tmp_path, kind: str):
    path = hostile(tmp_path / f"{kind}.xlsx", kind)
    with pytest.raises(Refused) as refused:
        tables_of(read(path))
    assert str(path) in str(refused.value.words) and "csv" in str(refused.value.words)

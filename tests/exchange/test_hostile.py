"""Files made to do harm: words about them, nothing stored by half, no word to the outside, and the service stays up."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.customers.card import Contact, Customer
from boothline.exchange.reading import read
from boothline.exchange.workbooks import tables_of
from tests.bringing import import_files
from tests.crash.conftest import ROOT

pytestmark = [pytest.mark.once, pytest.mark.django_db]

SHEET = '<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{dimension}<sheetData>{rows}</sheetData></worksheet>'
ROW = '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{name}</t></is></c><c r="B{n}" t="inlineStr"><is><t>{country}</t></is></c></row>'


@pytest.fixture(autouse=True)
def nobody_outside(monkeypatch: pytest.MonkeyPatch):
    """Whoever opens a connection while a file is read fails the test."""

    def refuse(*_where: object) -> None:
        raise AssertionError("a file made us call the outside")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def repacked(path: Path, sheet: str, **more: str) -> Path:
    """A workbook whose only sheet says this, and with more files in it."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        book.add_worksheet()
    with zipfile.ZipFile(held) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in whole.namelist():
            out.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else whole.read(name))
        for name, text in more.items():
            out.writestr(name, text)
    return path


def companies(*names: str) -> str:
    rows = [("company", "country"), *((name, "Germany") for name in names)]
    return "".join(ROW.format(n=n, name=name, country=country) for n, (name, country) in enumerate(rows, 1))


@pytest.mark.parametrize("said", ["A1:A1", "A1:XFD1048576", "ZZZ99999999:A0", "nonsense"])
def test_dimensions_that_lie_change_nothing(world, tmp_path, said: str):
    path = repacked(
        tmp_path / "a.xlsx", SHEET.format(head="", dimension=f'<dimension ref="{said}"/>', rows=companies("Nordlicht GmbH", "Acme"))
    )
    try:
        found = import_files([path], by=SYSTEM)
    except Refused as refused:
        assert str(path) in str(refused.words) and not Customer.objects.filter(name="Acme").exists()
    else:
        assert found["created"] == {"customer": 2} and not found["rejected"]


def test_entities_lead_nowhere(world, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    head = f'<!DOCTYPE x [<!ENTITY near SYSTEM "file://{secret}"><!ENTITY far SYSTEM "http://198.51.100.1/"><!ENTITY a "{"b" * 100}">]>'
    path = repacked(
        tmp_path / "a.xlsx", SHEET.format(head=head, dimension="", rows=companies("Firm &near; One", "Firm &far; Two", "&a;" * 50))
    )
    try:
        import_files([path], by=SYSTEM)
    except Refused as refused:
        assert str(path) in str(refused.words)
    assert not [c.name for c in Customer.objects.all() if "secret" in c.name or "bbb" in c.name]


def test_names_inside_a_workbook_are_no_places(world, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    more = {"../../evil": "x", "/etc/evil": "x", "xl/../../../evil.txt": "x"}
    import_files([repacked(folder / "a.xlsx", SHEET.format(head="", dimension="", rows=companies("Acme")), **more)], by=SYSTEM)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.xlsx", "in"]


def test_rows_without_end_are_refused_at_the_limit_and_nobody_reads_on(tmp_path, monkeypatch):
    monkeypatch.setattr("boothline.exchange.workbooks.ROW_LIMIT", 1000)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 200_001))
    path = repacked(tmp_path / "a.xlsx", SHEET.format(head="", dimension="", rows=rows))
    with pytest.raises(Refused) as refused:
        tables_of(read(path))
    assert str(path) in str(refused.value.words)
    assert not subprocess.run(["pgrep", "-f", "workbook_cells.py"], capture_output=True, check=False).stdout


def test_formulas_and_markup_are_text_and_lines_do_not_break_out(world, tmp_path):
    path = tmp_path / "a.csv"
    wicked = [
        "=cmd|'/c calc'!A1",
        "<script>alert(1)</script>",
        '"Mei\r\nBcc: all@example.com"',
        "{{ 7*7 }}",
        "%s%n\u202egnp.exe",
        "'; DROP TABLE",
    ]
    rows = "".join(f"{name},mail{n}@x.example\n" for n, name in enumerate(wicked))
    path.write_bytes(f"name,email\n{rows}".encode())
    found = import_files([path], by=SYSTEM)
    names = list(Contact.objects.order_by("id").values_list("name", flat=True))
    assert found["created"]["contact"] == len(wicked)
    assert names == [
        "=cmd|'/c calc'!A1",
        "<script>alert(1)</script>",
        "Mei Bcc: all@example.com",
        "{{ 7*7 }}",
        "%s%ngnp.exe",
        "'; DROP TABLE",
    ]


def test_an_address_that_would_add_a_line_to_a_letter_is_none(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'name,email\nMei,"mei@x.example\r\nBcc: all@y.example"\n')
    import_files([path], by=SYSTEM)
    (mei,) = Contact.objects.prefetch_related("points")
    assert all("\n" not in point.value and "\r" not in point.value and "Bcc" not in point.value for point in mei.points.all())


def test_a_card_that_points_outside_is_only_text(world, tmp_path):
    path = tmp_path / "a.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:4.0\nFN:Mei\nPHOTO;VALUE=uri:http://198.51.100.1/x.png\nSOURCE:http://198.51.100.1/\n"
        "LOGO;VALUE=uri:file:///etc/passwd\nEMAIL:mei@x.example\nEND:VCARD\n"
    )
    assert import_files([path], by=SYSTEM)["created"]["contact"] == 1


@pytest.mark.parametrize("name", ["\u202evsc.名单", "-rf", "a b;c.csv", "名单\u2028.csv", "%s%n.csv", "x" * 200 + ".csv"])
def test_odd_names_of_files_are_names(world, tmp_path, name: str):
    path = tmp_path / name
    path.write_text("company,country\nAcme,Germany\n,Kenya\n")
    found = import_files([path], by=SYSTEM)
    assert found["created"] == {"customer": 1} and found["rejected"][0]["file"] == str(path)


READS = """
import resource, sys, pathlib, django
django.setup()
from boothline.core.errors import Refused
from boothline.exchange.reading import read
from boothline.exchange.workbooks import tables_of
from boothline.exchange import text_tables, contact_tables
source = read(pathlib.Path(sys.argv[1]))
try:
    for table in (tables_of if source.form == "workbook" else text_tables.tables_of)(source):
        list(contact_tables.rows_of(table))
except Refused as refused:
    print(refused.words)
own = int(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024)
"""


@pytest.mark.parametrize("kind", ["lines", "cells", "sheet"])
def test_reading_the_worst_needs_no_more_memory_than_there_is(tmp_path, kind: str):
    """Twenty megabytes of the smallest rows, of commas alone, and a sheet of a million rows."""
    path = tmp_path / "a.csv"
    if kind == "sheet":
        rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001))
        repacked(path, SHEET.format(head="", dimension="", rows=rows))
    else:
        path.write_bytes((b"name\n" + b"a\n" * 9_900_000) if kind == "lines" else (b"name\n" + (b"a" + b"," * 9_000 + b"\n") * 2_000))
    done = subprocess.run([sys.executable, "-c", READS, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) < 350, done.stdout

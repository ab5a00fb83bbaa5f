"""Export: every kind, three formats, inert in a spreadsheet program, the same number of queries for any number."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from boothline.accounts.people import User
from boothline.config.demo import make_demo
from boothline.core import kinds
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Contact, Customer, Person, add_people
from boothline.exchange import exports
from boothline.exchange.exports import EXPORTS, export_kind, records_of
from boothline.exchange.mapping import Wishes, settle
from boothline.exchange.tables import Line, Table
from boothline.timeline.history import Event
from tests.bringing import import_files

HOSTILE = ["=1+1", "+86 139 0000 2046", "-5", "@SUM(A1)", "\t=1", "  =1", "＝1", "'=1", 'a"b', "a\nb", "a;b", "x,y"]

pytestmark = pytest.mark.django_db


def cells(path: Path) -> list[list[str]]:
    """The cells of the only sheet of a workbook, as text."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    sheet = ElementTree.fromstring(zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml"))
    return [["".join(c.itertext()).replace("_x0009_", "\t") for c in row.iter(f"{main}c")] for row in sheet.iter(f"{main}row")]


def test_every_kind_is_written_whole_in_every_format(tmp_path: Path):
    make_demo()
    assert {"contact", "customer", "capture", "product", "fair", "user", "order", "order_line", "shipment", "contract", "touch"} <= set(
        EXPORTS
    )
    for kind, table in EXPORTS.items():
        count = table.records(SYSTEM).count()
        assert count or kind in ("shipment_line",), kind
        if kind in kinds.all_kinds():
            assert count == kinds.model_of(kind).objects.count(), kind
        for form in ("jsonl", "csv", "xlsx"):
            out = tmp_path / f"{kind}.{form}"
            assert export_kind(kind, by=SYSTEM, form=form, out=out).rows == count
            assert out.stat().st_size
        lines = [json.loads(line) for line in (tmp_path / f"{kind}.jsonl").read_text("utf-8").splitlines()]
        assert len(lines) == count and all(list(line) == list(table.fields) for line in lines)
        sheet = cells(tmp_path / f"{kind}.xlsx")
        assert sheet[0] == list(table.fields) and len(sheet) == count + 1
    assert not any("password" in table.fields for table in EXPORTS.values())


def test_a_contact_in_json_lines(world):
    world.take(title="经理", address="深圳", note="要目录")
    (contact,) = records_of("contact", by=SYSTEM)
    wanted = {
        "name": "张伟", "company": "光速贸易有限公司", "title": "经理", "emails": ["zhang.wei@guangsu.example"], "phones": ["13900002046"],
        "address": "深圳", "note": "要目录",
    }  # fmt: skip
    assert {k: contact[k] for k in wanted} == wanted


def test_what_does_not_come_in_is_told_from_its_own_export(world):
    """Every file says by the name of its last column what its rows are."""
    for kind, table in EXPORTS.items():
        headings = list(table.fields)
        assert headings.count("boothline_id" if kind == "contact" else f"boothline_{kind}") == 1
        found = Table("a.csv", headings, [Line(2, ["x" for _heading in headings])])
        if kind in ("contact", "customer", "product", "variant", "user"):
            assert settle(found, "", Wishes()).kind == kind
        else:
            with pytest.raises(Refused, match="导出"):
                settle(found, "", Wishes(guesses=True))
    with pytest.raises(Refused, match="导出"):
        settle(Table("a.csv", ["id", "number", "customer", "boothline_problem"], [Line(2, ["1"] * 4)]), "", Wishes())


@pytest.mark.parametrize(("language", "form"), [("zh-hans", "csv"), ("en", "csv"), ("zh-hans", "jsonl")])
@pytest.mark.parametrize("name", ["orders", "shipments", "receipts", "captures", "customers", "products"])
def test_a_list_as_it_was_shown_is_known_again(world, client_of, name, language, form):
    """Of records that do not come in; a list of customers is one as any other."""
    world.pays(world.opened())
    User.objects.filter(username="admin").update(language=language)
    answer = client_of(world.users["admin"]).post(f"/lists/{name}/export/", {"form": form})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    first = text.split("\n")[0]
    headings = list(json.loads(first or "{}")) if form == "jsonl" else next(csv.reader(io.StringIO(text, newline="")))
    if not headings:
        return  # nothing of this kind is there, and the file is empty
    found = Table("a.csv", headings, [Line(2, ["x" for _heading in headings])])
    if name in ("customers", "products"):
        assert settle(found, "", Wishes()).kind
    else:
        with pytest.raises(Refused, match=r"导出|export of Boothline"):
            settle(found, "", Wishes(guesses=True))
    assert settle(found, "contact", Wishes(guesses=True)).kind == "contact"  # somebody says so


def test_an_order_with_its_lines(world):
    order = world.ordered(world.take())
    (row,) = records_of("order", by=SYSTEM)
    assert (row["number"], row["total"], row["customer_name"]) == (order.number, order.total, "光速贸易有限公司")
    assert sum(line["amount"] for line in records_of("order_line", by=SYSTEM)) == order.total == Decimal("1200.00")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_cells_are_inert(world, tmp_path: Path, form: str):
    add_people([Person(name=text, company=f"Firm {i}", note=text) for i, text in enumerate(HOSTILE)], by=SYSTEM)
    out = tmp_path / "contacts"
    export_kind("contact", by=SYSTEM, form=form, out=out)
    if form == "csv":
        assert out.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline="")))
        for row, text in zip(rows, HOSTILE, strict=True):
            assert row["name"].lstrip("' \t\r")[0] not in "=+-@＝" or row["name"].startswith("'")
            assert row["name"] == (text if text in HOSTILE[8:] else f"'{text}")
    else:
        rows = cells(out)
        assert [row[1] for row in rows[1:]] == [f"'{text}" if text.startswith("'") else text for text in HOSTILE]
        assert b"<f>" not in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")


def test_contacts_exported_as_csv_import_again_and_change_nothing(world, tmp_path: Path):
    people = [
        Person(name=f"=Name {i}", company="", phones=[f"+86 1390000{i:04}"] * (i % 2), emails=[], note="-a\nb", chats={"wechat": "@w"})
        for i in range(5)
    ]
    add_people(people, by=SYSTEM)
    out = tmp_path / "contacts.csv"
    export_kind("contact", by=SYSTEM, form="csv", out=out)
    result = import_files([out], by=SYSTEM)
    assert (result["created"], result["unchanged"], result["rejected"]) == ({}, {"contact": 5}, [])
    before = [
        {k: v for k, v in r.items() if k in ("name", "phones", "note", "wechat", "company")} for r in records_of("contact", by=SYSTEM)
    ]
    ids = set(Contact.objects.values_list("client_id", flat=True))
    Event.objects.all().delete()
    Contact.objects.all().delete()
    assert import_files([out], by=SYSTEM)["created"] == {"contact": 5}, "at the customers that they left"
    after = [{k: v for k, v in r.items() if k in ("name", "phones", "note", "wechat", "company")} for r in records_of("contact", by=SYSTEM)]
    assert after == before and set(Contact.objects.values_list("client_id", flat=True)) == ids


def test_queries_are_constant_per_chunk(world):
    counts = []
    for more in (3, 60):
        people = [Person(name=f"P{more}-{i}", company=f"Firm {i}", emails=[f"p{more}{i}@x.example"]) for i in range(more)]
        add_people(people, by=SYSTEM)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            for kind in EXPORTS:
                list(records_of(kind, by=SYSTEM))
        counts.append(len([q for q in asked.captured_queries if q["sql"].startswith("SELECT")]))
    assert counts[0] == counts[1]


def taken_out(client, name: str, query: str = "") -> list[list[str]] | int:
    answer = client.post(f"/lists/{name}/export/{query}", {"form": "csv"})
    if answer.status_code != 200:
        return answer.status_code
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))[1:]


@pytest.mark.parametrize(
    ("who", "customers", "orders", "products"),
    [("mei", 2, 1, 403), ("kevin", 1, 0, 403), ("haoran", 1, 1, 403), ("heyuan", 2, 1, 2), ("admin", 3, 1, 2), ("xiaoyu", 403, 403, 403)],
)
def test_a_list_goes_out_in_the_scope_of_the_right(world, client_of, who: str, customers: int, orders: int, products: int):
    """Sales their own customers, clerks what belongs to orders, managers and administrators what they see."""
    world.ordered(world.take())
    world.take("海蓝", "王珂", emails=["a@x.example"], phones=["13700000001"])
    world.take("别组", "李娜", by=world.kevin, emails=["b@x.example"], phones=["13700000002"])
    client = client_of(world.users[who])
    found = {name: taken_out(client, name) for name in ("customers", "orders", "products")}
    counts = {name: rows if isinstance(rows, int) else len(rows) for name, rows in found.items()}
    assert counts == {"customers": customers, "orders": orders, "products": products}


def test_what_is_masked_stays_masked_in_the_file(world, client_of):
    mine = world.take()
    theirs = world.take("海蓝", "王珂", emails=["a@x.example"], phones=["13700000001"])
    Customer.objects.filter(pk=theirs.pk).update(owner=world.users["kevin"])
    rows = taken_out(client_of(world.users["heyuan"]), "customers", "?columns=customer,phone,e_mail")
    assert rows == [[mine.name, "139 **** 46", "z***@guangsu.example"], ["海蓝", "137 **** 01", "a***@x.example"]]
    rows = taken_out(client_of(world.users["mei"]), "customers", "?columns=customer,phone")
    assert rows == [[mine.name, "13900002046"]]


def test_cells_of_a_list_are_inert(world, client_of):
    world.take("=1+1", "@SUM(A1)", emails=["c@x.example"], phones=["13700000003"])
    assert taken_out(client_of(world.users["mei"]), "customers", "?columns=customer,contact") == [["'=1+1", "'@SUM(A1)"]]


def cards_of(client, name: str, query: str = "") -> str:
    answer = client.post(f"/lists/{name}/export/{query}", {"form": "vcard"})
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/vcard") and ".vcf" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content).decode()


def test_the_people_of_a_list_go_out_as_cards(world, client_of, tmp_path: Path):
    """Of whom the actor reads in full, with all ways to reach them; of others without."""
    mine = world.take()
    theirs = world.take("海蓝", "王珂", emails=["a@x.example"], phones=["13700000001"])
    Customer.objects.filter(pk=theirs.pk).update(owner=world.users["kevin"])
    mei, heyuan = client_of(world.users["mei"]), client_of(world.users["heyuan"])
    found = cards_of(mei, "customers")
    assert found.count("BEGIN:VCARD") == 1 and "TEL;PREF=1:13900002046" in found and f"ORG:{mine.name}" in found
    found = cards_of(heyuan, "customers")
    assert found.count("BEGIN:VCARD") == 2 and "FN:王珂" in found and "13700000001" not in found and "TEL" not in found
    assert cards_of(heyuan, "customers", "?q=海蓝").count("BEGIN:VCARD") == 1
    assert cards_of(mei, "captures").count("BEGIN:VCARD") == 1
    told = Event.objects.filter(kind="exchange.list_exported").order_by("id").last()
    assert (told.values["form"], told.values["rows"]) == ("vcard", 1)
    file = tmp_path / "mine.vcf"
    file.write_text(cards_of(mei, "customers"), "utf-8")
    assert import_files([file], by=SYSTEM)["unchanged"] == {"contact": 1}
    assert mei.post("/lists/orders/export/", {"form": "vcard"}).status_code == 302, "nobody stands in it"


def test_every_export_of_a_list_is_an_event_with_its_filter(world, client_of):
    world.take()
    mei = client_of(world.users["mei"])
    taken_out(mei, "customers", "?type=visitor&owner=me")
    User.objects.filter(username="mei").update(language="en")
    taken_out(mei, "customers", "?type=visitor&owner=me")
    events = Event.objects.filter(kind="exchange.list_exported")
    assert [(e.actor_name, e.values["list"], e.values["rows"], e.values["form"]) for e in events] == [("Mei", "客户", 1, "csv")] * 2
    assert {e.values["sentence"] for e in events} == {"显示所有团队中我负责的客户，类型游观客户，排序：名称拼音。"}
    with override("en"):
        assert len({e.sentence for e in events}) == 1 and "the list Customers as csv: 1 rows. Showing customers" in events[0].sentence


def test_a_list_is_read_in_chunks(world, client_of, monkeypatch):
    """Any number of rows needs the same memory: they are read piece by piece and never held together."""
    monkeypatch.setattr(exports, "CHUNK", 10)
    admin, costs = client_of(world.users["admin"]), []
    for start, end in ((0, 15), (15, 35)):
        add_people([Person(name=f"人{i}", company=f"公司{i:02d}", phones=[f"1370000{i:04d}"]) for i in range(start, end)], by=SYSTEM)
        with CaptureQueriesContext(connection) as caught:
            assert len(taken_out(admin, "customers", "?columns=customer,contact,phone,owner")) == end
        costs.append(len(caught))
    assert costs[1] - costs[0] <= 2  # two chunks more: at most what hangs on each


def test_an_unknown_format_or_list_is_refused(world, client_of):
    admin = client_of(world.users["admin"])
    assert admin.post("/lists/customers/export/", {"form": "exe"}).status_code == 302
    for name in ("nobody", "customer", "today"):
        assert admin.post(f"/lists/{name}/export/", {"form": "csv"}).status_code == 404
    assert not Event.objects.filter(kind="exchange.list_exported").exists()


def test_an_export_is_kept_in_the_history_and_not_for_everybody(world, tmp_path: Path):
    for person in (world.mei, world.haoran, world.xiaoyu):
        with pytest.raises(NotAllowed):
            export_kind("contact", by=person, form="csv", out=tmp_path / "x.csv")
    world.take()
    export_kind("contact", by=world.heyuan, form="csv", out=tmp_path / "x.csv")
    event = Event.objects.get(kind="exchange.exported")
    assert event.values == {"kind": "contact", "rows": 1, "form": "csv"} and event.actor_name == "Heyuan"


def test_a_run_that_fails_leaves_the_old_file(world, tmp_path: Path, monkeypatch):
    world.take()
    out = tmp_path / "contacts.csv"
    out.write_text("old")

    def breaks(*_args, **_more):
        yield next(iter(records()))
        raise RuntimeError("power cut")

    def records():
        yield dict.fromkeys(EXPORTS["contact"].fields, "")

    monkeypatch.setattr(exports, "records_of", breaks)
    with pytest.raises(RuntimeError):
        export_kind("contact", by=SYSTEM, form="csv", out=out)
    assert out.read_text() == "old" and list(tmp_path.iterdir()) == [out]


def test_refusals_in_words(world, tmp_path: Path):
    with pytest.raises(Refused) as refused:
        export_kind("contacts", by=SYSTEM)
    assert "contact, customer" in str(refused.value.words)
    for more in ({"form": "xlsx"}, {"form": "csv", "out": tmp_path / "nowhere" / "x.csv"}):
        with pytest.raises(Refused):
            export_kind("contact", by=SYSTEM, **more)


def test_cells_too_long_for_a_workbook_are_told(world, tmp_path: Path):
    add_people([Person(name="A", note="x" * 40_000)], by=SYSTEM)
    assert export_kind("contact", by=SYSTEM, form="xlsx", out=tmp_path / "a.xlsx").warnings
    assert not export_kind("contact", by=SYSTEM, form="csv", out=tmp_path / "a.csv").warnings

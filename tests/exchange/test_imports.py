"""Import through the batch doors: with and without a fair, twice, dry, at once, beside people on record."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Contact, Customer, Person, add_people
from boothline.customers.intake import take_people
from boothline.exchange import contacts, imports
from boothline.exchange.exports import export_kind
from boothline.exchange.rows import former_capture_id
from boothline.fairs.editions import edit_fair
from boothline.timeline.history import Event
from boothline.visitors.solicitation import Capture
from tests.bringing import import_files
from tests.world import other_fair

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(tmp_path: Path):
    def write(text: str, name: str = "a.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


LIST = "name,company,email,phone\nAnna Berg,Nordlicht GmbH,anna@nordlicht.example,\n李娜,远航贸易,lina@yuanhang.example,13700001111\n"
CARDS = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Berg\nORG:Nordlicht GmbH\nEMAIL:anna@nordlicht.example\nEND:VCARD\n"


def rows_in_tables() -> dict[str, int]:
    return {m.__name__: m.objects.count() for m in (Contact, Customer, Capture, Event)}


def test_without_a_fair_rows_become_contacts(world, put):
    result = import_files([put(LIST)], by=SYSTEM)
    assert result == {
        "rows": 2, "created": {"contact": 2, "customer": 2}, "updated": {}, "unchanged": {}, "rejected": [], "warnings": [],
    }  # fmt: skip
    anna = Contact.objects.get(name="Anna Berg")
    assert (anna.customer.name, anna.point("email"), anna.customer.type) == ("Nordlicht GmbH", "anna@nordlicht.example", "visitor")
    assert Event.objects.filter(kind="exchange.imported").get().values["created"] == {"contact": 2, "customer": 2}


def test_with_a_fair_rows_become_captures(world, put):
    result = import_files([put(LIST)], by=SYSTEM, fair_code="JN")
    assert result["created"] == {"contact": 2, "capture": 2, "customer": 2}
    capture = Capture.objects.get(contact__name="李娜")
    assert (capture.fair, capture.source, capture.customer.owner) == (world.fair, "import", world.users["mei"])


@pytest.mark.parametrize("fair", [None, "JN"])
def test_twice_adds_nothing(world, put, fair):
    files = [put(LIST), put(CARDS, "b.vcf")]
    first = import_files(files, by=SYSTEM, fair_code=fair)
    assert (first["rows"], first["created"]["contact"], first["unchanged"]["contact"]) == (3, 2, 1)
    before = rows_in_tables()
    second = import_files(files, by=SYSTEM, fair_code=fair)
    assert second["created"] == {} and second["unchanged"] == {"contact": 3} | ({"capture": 2} if fair else {})
    assert second["rejected"] == [] and rows_in_tables() == before


def test_the_same_people_at_another_fair_are_captured_there_and_not_doubled(world, put):
    other_fair()
    path = put("name,company\nAnna Berg,Nordlicht GmbH\n")
    import_files([path], by=SYSTEM)
    for code in ("JN", "JN-OLD", "jn"):
        result = import_files([path], by=SYSTEM, fair_code=code)
        assert result["created"] == ({} if code == "jn" else {"capture": 1})
    assert Contact.objects.count() == 1 and Capture.objects.count() == 2


def test_equal_rows_of_one_file_stay_two_and_a_second_run_adds_nothing(world, put):
    path = put("name,company\nAnna,Nordlicht\nAnna,Nordlicht\n")
    assert import_files([path], by=SYSTEM)["created"] == {"contact": 2, "customer": 1}
    assert import_files([path], by=SYSTEM)["created"] == {}


def test_rows_of_one_run_never_join_each_other_even_across_batches(world, put, monkeypatch):
    monkeypatch.setattr(contacts, "CHUNK", 2)
    text = "name,company,email,title\n" + "".join(f"Anna,Nordlicht GmbH,anna@nordlicht.example,Title {i}\n" for i in range(7))
    dry = import_files([put(text)], by=SYSTEM, dry_run=True)
    assert Contact.objects.count() == 0
    result = import_files([put(text)], by=SYSTEM)
    assert result["created"] == dry["created"] == {"contact": 7, "customer": 1}
    assert len(result["warnings"]) == len(dry["warnings"]) == 6
    assert Customer.objects.get().contacts.count() == 7


def test_who_is_surely_on_record_is_joined_and_not_overwritten(world, put):
    customer = world.take()
    path = put("姓名,公司,邮箱,职务,备注\n张伟,光速贸易,ZHANG.WEI@guangsu.example,总经理,新的备注\n")
    result = import_files([path], by=SYSTEM)
    assert (result["created"], result["unchanged"]) == ({}, {"contact": 1})
    assert result["warnings"][0]["row"] == 2 and "张伟" in result["warnings"][0]["warning"]
    assert customer.contacts.get().title == ""
    import_files([path], by=SYSTEM, fair_code="JN")
    assert Capture.objects.get(source="import").note == "新的备注" and Contact.objects.count() == 1


def test_colleagues_who_share_the_phone_of_the_company_are_told_apart(world, put):
    path = put("name,company,phone\nA,Firm,0755-1234567\nB,Firm,0755-1234567\n")
    import_files([path], by=SYSTEM)
    again = import_files([put("name,company,phone,title\nB,Firm,0755 1234567,Buyer\n", "b.csv")], by=SYSTEM)
    assert again["created"] == {} and again["unchanged"] == {"contact": 1}


def test_a_likely_duplicate_is_a_warning_and_a_contact_of_its_own(world, put):
    world.take()
    result = import_files([put("name,company,phone\nSomebody Else,,13900002046\n王五,光速贸易有限公司,\n")], by=SYSTEM)
    assert result["created"] == {"contact": 2, "customer": 2}
    assert [w["row"] for w in result["warnings"]] == [2, 3] and set(result["warnings"][0]) == {"file", "row", "warning"}


def test_a_dry_run_says_the_same_and_stores_nothing(world, put):
    world.take()
    files = [put(LIST + ",,,\nnobody,,,\n张伟,光速,zhang.wei@guangsu.example,\n"), put(CARDS + "BEGIN:VCARD\nFN:x\n", "b.vcf")]
    before = rows_in_tables()
    dry = import_files(files, by=SYSTEM, fair_code="JN", dry_run=True)
    assert rows_in_tables() == before
    assert import_files(files, by=SYSTEM, fair_code="JN") == dry
    assert dry["created"] and dry["rejected"] and dry["warnings"]


def test_bad_rows_are_named_with_file_and_row(world, put):
    lines = ["name,email,note"] + [f"P{i},p{i}@x.example,n" for i in range(2, 102)]
    lines[36] = ",,only a note"
    path = put("\n".join(lines))
    result = import_files([path], by=SYSTEM, fair_code="JN")
    assert (result["rows"], result["created"]["capture"]) == (100, 99)
    assert [(r["file"], r["row"]) for r in result["rejected"]] == [(str(path), 37)] and result["rejected"][0]["reason"]


def test_an_unusable_file_is_named_and_the_others_stand(world, put):
    before = rows_in_tables()
    empty = put("x", "b.csv").parent / "nothing"
    empty.mkdir()
    bad = [put("", "empty.vcf"), put("Artikel,Preis\nLampe,3\n", "prices.csv"), empty.parent / "missing.vcf", empty]
    with pytest.raises(Refused, match=r"empty\.vcf"):
        import_files(bad, by=SYSTEM)
    assert rows_in_tables() == before, "none of them is usable"
    result = import_files([bad[0], put(LIST), *bad[1:]], by=SYSTEM)
    assert result["created"]["contact"] == 2
    assert {(r["file"], r["row"]) for r in result["rejected"] if not r["row"]} == {(str(file), 0) for file in bad}


def test_too_many_rows_are_refused(world, put, monkeypatch):
    monkeypatch.setattr(imports, "ROW_LIMIT", 5)
    assert import_files([put("name,unknown\n" + "A,x\n" * 5)], by=SYSTEM, dry_run=True)["rows"] == 5
    with pytest.raises(Refused):
        import_files([put("name\n" + "A\n" * 6)], by=SYSTEM)


def test_an_unknown_fair_names_the_known_ones(world, put):
    other_fair()
    with pytest.raises(Refused) as refused:
        import_files([put(LIST)], by=SYSTEM, fair_code="JN-NOWHERE")
    assert all(code in str(refused.value.words) for code in ("JN-NOWHERE", "JN,", "JN-OLD")) or "JN、JN-OLD" in str(refused.value.words)


def test_only_those_who_may(world, put):
    for person in (world.mei, world.haoran, world.xiaoyu):
        with pytest.raises(NotAllowed):
            import_files([put(LIST)], by=person)
    assert import_files([put(LIST)], by=world.heyuan)["created"]["contact"] == 2


def test_a_row_that_the_database_refuses_is_named_and_the_batch_stands(world, monkeypatch):
    people = [Person(name=f"P{i}") for i in range(8)]
    people[5].name = "P" * 10
    from boothline.customers import intake

    def breaks(rows, **more):
        if any(p.name == "P" * 10 for p in rows):
            raise RuntimeError("unforeseen")
        return add_people(rows, **more)

    monkeypatch.setattr(intake, "add_people", breaks)
    taken = take_people(people, by=SYSTEM)
    assert list(taken.refused) == [5] and len(taken.created) == Contact.objects.count() == 7


def test_a_busy_database_is_asked_again_and_then_said_in_words(world, put, monkeypatch):
    monkeypatch.setattr(contacts.time, "sleep", lambda seconds: None)
    real, calls = contacts.take_people, []

    def busy(people, **more):
        calls.append(1)
        if len(calls) < 3:
            raise OperationalError("database is locked")
        return real(people, **more)

    monkeypatch.setattr(contacts, "take_people", busy)
    assert import_files([put(LIST)], by=SYSTEM)["created"]["contact"] == 2
    monkeypatch.setattr(contacts, "take_people", lambda people, **more: (_ for _ in ()).throw(OperationalError("gone")))
    with pytest.raises(Refused) as refused:
        import_files([put(LIST)], by=SYSTEM)
    assert "gone" in str(refused.value.words)


@pytest.mark.parametrize("error", [OperationalError("gone"), KeyboardInterrupt()])
def test_a_run_that_stops_notes_in_the_history_what_it_stored(world, put, monkeypatch, error):
    monkeypatch.setattr(contacts.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(contacts, "CHUNK", 2)
    real, calls = contacts.take_people, []

    def breaks(people, **more):
        calls.append(1)
        if len(calls) > 1:
            raise error
        return real(people, **more)

    monkeypatch.setattr(contacts, "take_people", breaks)
    with pytest.raises((Refused, KeyboardInterrupt)):
        import_files([put("name,phone\n" + "".join(f"N{i},1391234000{i}\n" for i in range(4)))], by=SYSTEM)
    assert Contact.objects.count() == 2
    assert Event.objects.filter(kind="exchange.imported").get().values["created"] == {"contact": 2, "customer": 2}


def test_a_run_that_cannot_even_note_it_says_why_it_stopped(world, put, monkeypatch):
    monkeypatch.setattr(contacts.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(contacts, "CHUNK", 1)
    real, calls = contacts.take_people, []

    def gone(*people, **more):
        calls.append(1)
        if len(calls) > 1:
            raise OperationalError("gone for good")
        return real(*people, **more)

    monkeypatch.setattr(contacts, "take_people", gone)
    monkeypatch.setattr(imports, "note_import", gone)
    with pytest.raises(Refused, match="gone for good"):
        import_files([put(LIST)], by=SYSTEM)


def test_a_fair_whose_code_was_edited_gets_nobody_twice(world, put):
    path = put(LIST)
    import_files([path], by=SYSTEM, fair_code="JN")
    edit_fair(world.fair, by=SYSTEM, revision=world.fair.revision, values={"code": "JN-27"})
    assert import_files([path], by=SYSTEM, fair_code="JN-27")["created"] == {}
    other = other_fair()
    edit_fair(other, by=SYSTEM, revision=other.revision, values={"code": "JN"})
    assert import_files([path], by=SYSTEM, fair_code="JN")["created"] == {"capture": 2}, "the code is another fair's now"


def test_captures_known_by_the_code_of_their_fair_stay_known(world, put):
    path = put(LIST)
    import_files([path], by=SYSTEM, fair_code="JN")
    for capture in Capture.objects.select_related("contact"):
        Capture.objects.filter(pk=capture.pk).update(client_id=former_capture_id("JN", capture.contact.client_id))
    assert import_files([path], by=SYSTEM, fair_code="JN")["created"] == {}


@pytest.mark.parametrize("fair", [None, "JN"])
def test_two_people_under_one_boothline_id_are_told_apart(world, put, fair):
    own = world.take().contacts.get().client_id
    rows = f"boothline_id,name,company,phone\n{own},张伟,光速贸易有限公司,13900002046\n{own},王芳,光速贸易有限公司,13912340000\n"
    result = import_files([put(rows)], by=SYSTEM, fair_code=fair)
    (bad,) = result["rejected"]
    assert (bad["row"], result["rows"]) == (3, 2) and "boothline_id" in bad["reason"]
    assert not Contact.objects.filter(name="王芳").exists()
    again = rows.replace(f"{own},王芳,光速贸易有限公司,13912340000", f"{own},张伟,光速贸易有限公司,13900002046")
    result = import_files([put(again)], by=SYSTEM, fair_code=fair)
    assert result["rejected"] == [] and "只导入一次" in result["warnings"][0]["warning"]


def test_a_folder_stands_for_its_files(world, tmp_path):
    (tmp_path / "one.csv").write_text("name,email\nAnna Becker,a@x.example\n")
    (tmp_path / "two.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Li Wei\nEMAIL:l@x.example\nEND:VCARD\n")
    (tmp_path / "license.txt").write_text("These cards may be used by anybody.\n")
    told = import_files([tmp_path], by=SYSTEM)
    assert told["created"]["contact"] == 2 and told["rejected"] == []
    (warning,) = told["warnings"]
    assert warning["file"].endswith("license.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match="empty"):
        import_files([tmp_path / "empty"], by=SYSTEM)


def test_queries_do_not_grow_with_the_rows(world, put):
    counts = []
    for n in (3, 300):
        path = put("name,company,email\n" + "".join(f"N{n}-{i},Firm {i},n{n}-{i}@x.example\n" for i in range(n)), f"{n}.csv")
        with CaptureQueriesContext(connection) as asked:
            import_files([path], by=SYSTEM, fair_code="JN")
        counts.append(sum(q["sql"].startswith("SELECT") for q in asked.captured_queries))
    assert counts[0] == counts[1] <= 50


AT_ONCE = """
import sys, json, pathlib, django
django.setup()
from boothline.core.actors import SYSTEM
from boothline.exchange.jobs import import_at_once
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(import_at_once([pathlib.Path(sys.argv[1])], by=SYSTEM, fair_code=sys.argv[2] or None)[0]))
"""


@pytest.mark.races
@pytest.mark.no_recount
@pytest.mark.django_db(transaction=True)
@pytest.mark.by_turns
@pytest.mark.parametrize("fair", ["", "JN"])
def test_the_same_file_at_once_is_stored_once(tmp_path, fair):
    """Three processes, one database: each row is created by one of them and known to the others."""
    env = dict(os.environ, BOOTHLINE_HOME=str(tmp_path / "home"), DJANGO_SETTINGS_MODULE="boothline.config.settings", DATABASE_URL="")
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        env["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    made = (
        "import django; django.setup()\n"
        "from boothline.config.tables import bring_up_to_date\n"
        "from django.db import connection\n"
        "connection.introspection.table_names() or bring_up_to_date()\n"
        "from boothline.fairs.editions import add_fair; from boothline.core.actors import SYSTEM; from datetime import date\n"
        "add_fair(by=SYSTEM, code='JN', name='Fair', starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2))"
    )
    subprocess.run([sys.executable, "-c", made], env=env, check=True)
    path = tmp_path / "many.csv"
    path.write_text("name,company,email\n" + "".join(f"P{i},Firm {i},p{i}@x.example\n" for i in range(600)))
    command = [sys.executable, "-c", AT_ONCE, str(path), fair]
    runs = [subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for run in runs:
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        run.stdin.write("\n")
        run.stdin.flush()
    results = [json.loads(run.communicate(timeout=120)[0]) for run in runs]
    assert [r["rejected"] for r in results] == [[], [], []]
    assert sum(r["created"].get("contact", 0) for r in results) == 600
    assert sum(r["unchanged"].get("contact", 0) for r in results) == 1200
    counted = (
        "import django; django.setup()\n"
        "from boothline.customers.card import Contact, ContactPoint; from boothline.visitors.solicitation import Capture\n"
        "print(Contact.objects.count(), ContactPoint.objects.count(), Capture.objects.count())"
    )
    there = subprocess.run([sys.executable, "-c", counted], env=env, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    assert there == ["600", "600", "600" if fair else "0"]


def test_what_comes_back_otherwise_is_told_and_not_changed(world, tmp_path):
    """A contact that we exported: corrected in the file, the record stays, and the fields are named; untouched, nothing is said."""
    contact = world.take(title="经理", note="要目录\n两份", chats={"web": "https://gs.example"}).contacts.get()
    path = tmp_path / "contacts.csv"
    export_kind("contact", by=SYSTEM, form="csv", out=path)
    for fair in (None, "JN"):
        assert import_files([path], by=SYSTEM, fair_code=fair, dry_run=True)["warnings"] == []
    path.write_text(path.read_text("utf-8-sig").replace("13900002046", "13911112222").replace("经理", "总经理"), "utf-8-sig")
    result = import_files([path], by=SYSTEM)
    assert (result["created"], result["unchanged"]) == ({}, {"contact": 1})
    assert [w["warning"] for w in result["warnings"]] == ["与系统里的记录不同，记录未改动：职务、电话"]
    assert (contact.point("phone"), Contact.objects.get().title) == ("13900002046", "经理")


def test_who_imports_orders_alone_is_asked_for_no_fair(world, client_of):
    """Their files hold no people; and the empty list names what their files hold."""
    clerk, manager = client_of(world.users["haoran"]), client_of(world.users["heyuan"])
    assert 'name="fair"' not in clerk.get("/imports/new/").content.decode()
    assert 'name="fair"' in manager.get("/imports/new/").content.decode()
    assert "订单、收款或物流单号的表格" in clerk.get("/imports/").content.decode()
    assert "客户表格" in manager.get("/imports/").content.decode()
    files = {"chosen": SimpleUploadedFile("o.csv", "order no,customer\nA-1,光速\n".encode())}
    assert clerk.post("/imports/new/", files).status_code == 302


def test_a_country_that_nobody_knows_is_told_and_kept(world, put):
    """As forms refuse it; a list of somebody else may call it what it likes."""
    result = import_files([put("姓名,公司,国家\n张三,甲公司,火星\n李四,乙公司,德国\n王五,丙公司,\n")], by=SYSTEM)
    assert [(w["row"], w["warning"]) for w in result["warnings"]] == [(2, "没有叫“火星”的国家或地区，按原文保留")]
    assert list(Customer.objects.order_by("pk").values_list("country", flat=True)) == ["火星", "德国", ""]


@pytest.mark.parametrize("begins", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n", b"GIF89a", b"%PDF-1.7"], ids=["jpg", "png", "gif", "pdf"])
def test_a_picture_is_no_table_whatever_is_in_it(tmp_path, begins):
    path = tmp_path / "photo.csv"
    path.write_bytes(begins + b"not a single zero in it\n")
    with pytest.raises(Refused) as refused:
        import_files([path], by=SYSTEM)
    assert "不是文本文件" in str(refused.value.words)

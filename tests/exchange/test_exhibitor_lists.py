"""Organisers' lists by file: JSON with stands inside, csv with a row a stand, rows that repeat, rows that were split."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Contact, Customer
from boothline.exchange import jobs
from boothline.exchange.jobs import hand_in, run_due, start
from boothline.exchange.reading import read
from boothline.exchange.refused_rows import workbook_of
from boothline.exchange.workbooks import tables_of
from boothline.fairs.exhibitors import Exhibitor, Stand
from tests.bringing import import_files
from tests.checksum import checksum
from tests.world import other_fair

pytestmark = pytest.mark.django_db

CANTON = {
    "IsSuccess": True,
    "ReturnData": {
        "ExhibitorCount": 2,
        "Exhibitors": [
            {
                "ExhibitorID": "0717", "Name": "邻居灯饰有限公司", "PoolName": None, "KeyWord": "灯具/家电",
                "BoothInfos": [
                    {"CategoryName": "灯具", "Name": "第1期 9.1D30-31", "Booth": "9.1D30", "Office": "9.1", "Phase": "1"},
                    {"CategoryName": "家电", "Name": "第2期 1.2I40,3.2K15", "Booth": "1.2I40", "Office": "1.2", "Phase": "2"},
                ],
                "Products": [{"ProductID": "1", "ProdName": "台灯"}],
            },
            {"ExhibitorID": "0718", "Name": "对面家居有限公司", "BoothInfos": [], "Products": [{"ProductID": "2", "ProdName": "椅子"}]},
        ],
    },
}  # fmt: skip
ROWS = """,city,country,name,street,tel_number,website,zip_code,
0,Mannheim,Germany,Nordlicht AG,Hafenstr. 1,+49 621 1,http://nordlicht.example,68309,
1,Mannheim,Germany,Nordlicht AG,Hafenstr. 1,+49 621 1,http://nordlicht.example,68309,
2,Mannheim,Germany,Nordlicht AG,Hafenstraße 1,+49 621 2,http://nordlicht.example,68309,
3,Seoul,"Korea, Republic of",B&B, Technology Ltd.,Daerung 17,+82 2 34,http://bnb.example,8594
4,Yuyao,China,Weike Ltd,No. 527 East Road, Fengshan Str,+86 574 6,http://weike.example,315400
5,Bonn,Germany,Berg &amp; Tal GmbH,Weg 2,+49 228 1,NaN,,
6,Mannheim,Germany,NORDLICHT  ag,Hafenstr. 1,+49 621 1,http://nordlicht.example,68309,
""" + "".join(f"{n},Ort,{('Germany', 'China')[n % 2]},Firma {n} GmbH,Weg {n},+49 {n},http://f{n}.example,{n},\n" for n in range(7, 120))  # fmt: skip


@pytest.fixture
def put(tmp_path: Path):
    def write(said, name: str = "list") -> Path:
        path = tmp_path / name
        path.write_text(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), "utf-8")
        return path

    return write


def test_a_list_in_json_becomes_exhibitors_with_their_stands(world, put):
    result = import_files([put(CANTON)], by=SYSTEM, fair_code="JN")
    assert (result["created"], result["rejected"]) == ({"exhibitor": 2}, [])
    assert result["figures"] == {"exhibitors": 2, "stands": 2, "booths": 4, "repeated": 0, "listed_otherwise": 0}
    first = Exhibitor.objects.get(name="邻居灯饰有限公司")
    assert [(s.words, s.hall, s.phase, s.category) for s in first.stands.all()] == [
        ("9.1D30-31", "9.1", "1", "灯具"), ("1.2I40,3.2K15", "1.2", "2", "家电"),
    ]  # fmt: skip
    assert (first.about, first.fair) == ("灯具/家电", world.fair) and not Customer.objects.exists()
    assert Exhibitor.objects.get(name="对面家居有限公司").about == ""  # its goods are a list of objects, no words
    before = checksum()
    again = import_files([put(CANTON)], by=SYSTEM, fair_code="JN")
    assert (again["created"], again["updated"], again["unchanged"]) == ({}, {}, {"exhibitor": 2})
    assert again["figures"] == result["figures"] and checksum() == before


def test_the_same_list_at_another_fair_is_another_list(world, put):
    fair = other_fair()
    for code in ("JN", fair.code):
        assert import_files([put(CANTON)], by=SYSTEM, fair_code=code)["created"] == {"exhibitor": 2}
    assert Exhibitor.objects.count() == 4 and Stand.objects.count() == 4


def test_what_the_list_says_otherwise_later_is_taken_over(world, put):
    import_files([put(CANTON)], by=SYSTEM, fair_code="JN")
    later = json.loads(json.dumps(CANTON))
    later["ReturnData"]["Exhibitors"][1]["BoothInfos"] = [{"Name": "5.1B03-05", "Office": "5.1"}]
    result = import_files([put(later)], by=SYSTEM, fair_code="JN")
    assert result["updated"] == {"exhibitor": 1} and result["figures"]["booths"] == 7


def test_rows_that_repeat_are_one_exhibitor_and_rows_that_were_split_are_put_together(world, put):
    result = import_files([put(ROWS)], by=SYSTEM, fair_code="JN", kind="exhibitor")
    assert (result["created"], result["unchanged"], result["rejected"]) == ({"exhibitor": 117}, {"exhibitor": 3}, [])
    assert result["figures"] == {"exhibitors": 117, "stands": 0, "booths": 0, "repeated": 1, "listed_otherwise": 2}
    assert [(r["row"], r["same_as"]) for r in result["repeated"]] == [(3, 2)]
    assert len(result["warnings"]) == 4  # two that were split, repeated, listed otherwise
    korea = Exhibitor.objects.get(name="B&B Technology Ltd.")
    assert (korea.country, korea.address, korea.phone, korea.postal_code) == ("Korea, Republic of", "Daerung 17", "+82 2 34", "8594")
    assert Exhibitor.objects.get(name="Weike Ltd").address == "No. 527 East Road, Fengshan Str"
    assert Exhibitor.objects.get(name="Berg & Tal GmbH").website == ""
    first = Exhibitor.objects.get(name="Nordlicht AG")
    assert (first.address, first.besides) == ("Hafenstr. 1", [{"address": "Hafenstraße 1", "phone": "+49 621 2"}, {"name": "NORDLICHT ag"}])
    before = checksum()
    again = import_files([put(ROWS)], by=SYSTEM, fair_code="JN", kind="exhibitor")
    assert (again["created"], again["updated"], again["unchanged"]) == ({}, {}, {"exhibitor": 120}) and checksum() == before


def test_a_row_a_stand_is_one_exhibitor_with_all_of_them(world, put):
    text = "参展商名称,展位号,展馆\n邻居灯饰,A1,1\n对面家居,B1; B2,2; 3\n邻居灯饰,A2,1\n"
    result = import_files([put(text)], by=SYSTEM, fair_code="JN")
    assert (result["created"], result["unchanged"], result["figures"]["stands"]) == ({"exhibitor": 2}, {"exhibitor": 1}, 4)
    assert [(s.words, s.hall) for s in Stand.objects.order_by("id")] == [("A1", "1"), ("A2", "1"), ("B1", "2"), ("B2", "3")]


def test_a_fair_is_needed_and_so_is_a_word_where_the_headings_do_not_decide(world, put):
    with pytest.raises(Refused, match="--fair"):
        import_files([put(CANTON)], by=SYSTEM)
    with pytest.raises(Refused, match="--as exhibitor"):
        import_files([put(ROWS)], by=SYSTEM, fair_code="JN")
    assert not Exhibitor.objects.exists() and not Contact.objects.exists()
    people = "name,company,booth,title\nAnna,Nordlicht,A1,Buyer\n"  # who came to which booth
    assert import_files([put(people)], by=SYSTEM, fair_code="JN")["created"] == {"contact": 1, "capture": 1, "customer": 1}
    with pytest.raises(NotAllowed):
        import_files([put(CANTON)], by=world.mei, fair_code="JN")


def test_on_the_page_one_says_what_the_files_hold(world, client_of, monkeypatch, tmp_path):
    monkeypatch.setattr(jobs.settings, "BOOTHLINE_HOME", tmp_path)
    heyuan = client_of(world.users["heyuan"])
    files = {"chosen": SimpleUploadedFile("list.csv", ROWS.encode()), "fair": str(world.fair.pk), "kind": "exhibitor"}
    address = heyuan.post("/imports/new/", files).url
    run_due()
    job = jobs.Import.objects.get()
    assert (job.state, job.answer["created"], Exhibitor.objects.count()) == ("checked", {"exhibitor": 117}, 0)
    start(job, by=world.heyuan)
    run_due()
    job.refresh_from_db()
    assert (job.answer["created"], Exhibitor.objects.count()) == ({"exhibitor": 117}, 117)
    page = heyuan.get(address).content.decode()
    assert "查看参展商" in page and "下载重复的行" in page
    book = tmp_path / "again.xlsx"
    book.write_bytes(workbook_of(job, by=world.heyuan))
    [table] = tables_of(read(book))
    assert [line.cells[-1] for line in table.lines] == ["与第 2 行相同"]
    with pytest.raises(Refused):
        hand_in([SimpleUploadedFile("list.csv", ROWS.encode())], by=world.heyuan, kind="exhibitor")


def test_exhibitors_chosen_on_the_page_ask_for_their_fair(world, client_of, monkeypatch, tmp_path):
    monkeypatch.setattr(jobs.settings, "BOOTHLINE_HOME", tmp_path)
    heyuan = client_of(world.users["heyuan"])
    rows = (b"Nordlicht AG,http://nordlicht.example\n", b"Kappa AG,http://kappa.example\n")
    job = hand_in([SimpleUploadedFile(f"{n}.csv", b"company,website\n" + row) for n, row in enumerate(rows)], by=world.heyuan)
    run_due()
    address, page = reverse("import-columns", args=[job.pk]), reverse("import", args=[job.pk])
    heyuan.post(address, {"kind-0": "exhibitor", "kind-1": "exhibitor"})
    run_due()
    asked = heyuan.get(page).content.decode()
    assert "是哪一届展会的参展商" in asked and asked.count('name="fair"') == 1, "of all tables at once"
    with pytest.raises(Refused, match="展会"):
        start(jobs.Import.objects.get(), by=world.heyuan)
    heyuan.post(address, {"kind-0": "exhibitor", "kind-1": "exhibitor", "fair": str(world.fair.pk)})
    run_due()
    job.refresh_from_db()
    assert (job.state, job.fair, job.answer["created"]) == ("checked", world.fair, {"exhibitor": 2})

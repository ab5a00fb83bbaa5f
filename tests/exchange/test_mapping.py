"""Where columns go: by their headings, by their content for a person who looks, as somebody chose, as last time; and what two days a cell is."""

import io
import json
import os
import subprocess
import sys

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Contact, Customer
from boothline.exchange import jobs
from boothline.exchange.contents import holding
from boothline.exchange.imports import run_files
from boothline.exchange.jobs import Import, forget_columns, hand_in, map_columns, run_due, start
from boothline.exchange.kinds import KINDS
from boothline.exchange.mapping import ColumnMap, Wishes, column_keys, said_headings, settle, table_key
from boothline.exchange.tables import Line, Table, headings_among
from boothline.followups.models import NextStep, Touch
from boothline.timeline.history import Event
from tests.bringing import import_files

pytestmark = pytest.mark.django_db

HEADINGS = ["单位全称", "联络人", "职位", "手机号码", "电邮", "所在省份", "关注产品", "客户来源", "登记日期"]
ROWS = [
    ["光速贸易有限公司", "张伟", "采购经理", "13900002046", "zhang@guangsu.example", "浙江", "轨道灯", "展会", "2025-03-04"],
    ["绍兴越城灯具厂", "李娜", "总监", "13900002047", "lina@yuecheng.example", "广东", "面板灯", "网络", "2025-03-05"],
    ["", "", "", "", "", "江苏", "灯带", "", ""],
]
UNKNOWN = "甲,乙,丙,丁\n光速贸易有限公司,张伟,13900002046,A\n绍兴越城灯具厂,李娜,13900002047,B\n"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    """What is taken away here by another day is nobody else's."""
    monkeypatch.setattr(jobs.settings, "BOOTHLINE_HOME", tmp_path)


@pytest.fixture
def heyuan(world) -> Client:
    client = Client()
    client.force_login(world.users["heyuan"])
    return client


@pytest.fixture
def checked(world):
    def hand(content: bytes | str, name: str = "名单.csv", **more) -> Import:
        data = content.encode() if isinstance(content, str) else content
        job = hand_in([SimpleUploadedFile(name, data)], by=world.heyuan, **more)
        run_due()
        job.refresh_from_db()
        return job

    return hand


def again(job: Import) -> Import:
    run_due()
    job.refresh_from_db()
    return job


def workbook(headings: list[str], rows: list[list[str]], title: str = "") -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for r, cells in enumerate([*([[title]] if title else []), headings, *rows]):
            sheet.write_row(r, 0, cells)
    return held.getvalue()


def table(text: str) -> Table:
    headings, *rows = (line.split(",") for line in text.strip().split("\n"))
    return Table("a.csv", headings, [Line(n + 2, cells) for n, cells in enumerate(rows)])


def laid_out(text: str, **wishes) -> dict[str, str]:
    layout = settle(table(text), wishes.pop("wanted", ""), Wishes(**({"guesses": True} | wishes)))
    return {"kind": layout.kind} | {column.heading: column.field for column in layout.columns}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ("a@b.example|c@d.example", "email"), ("13900002046|0755-8888 8888|+49 40 1234-0", "phone"), ("2025-03-04|2025年3月5日", "date"),
        ("03/04/2025|05/06/2025", "date"), ("浙江|江苏省|内蒙古自治区", "region"), ("浙江绍兴|广东省佛山市|杭州", "city"),
        ("中国|Deutschland|法国", "country"), ("光速贸易有限公司|Nordlicht GmbH|绍兴灯具厂", "company"), ("张伟|欧阳娜娜|李娜", "person"),
        ("A|B|C|A", "grade"), ("1|2|3", "serial"), ("12.50|¥8|1,200.00", "money"), ("20|35|7", "number"), ("TR20-1|PL-60", "code"),
        ("采购经理|总监|Buyer", "title"), ("https://a.example|www.b.example", "web"), ("|-|无", ""), ("轨道灯|面板灯", "text"),
        ("1001|1003|1009", "number"), ("202400123|202400124|202400126", "number"),
    ],
)  # fmt: skip
def test_what_a_column_holds(cells: str, found: str):
    assert holding(cells.split("|")) == found


def test_a_list_whose_headings_nobody_knows_is_guessed_for_a_person(world):
    assert laid_out(UNKNOWN) == {"kind": "contact", "甲": "company", "乙": "name", "丙": "phones", "丁": "beside"}
    assert laid_out("货,价,号\n轨道灯,12.50,TR20-1\n面板灯,8.00,PL-60\n")["kind"] == "product"
    assert laid_out("x,y\naa,bb\ncc,dd\n") == {"kind": "", "x": "", "y": ""}


def test_a_command_guesses_nothing(world):
    with pytest.raises(Refused):
        settle(table(UNKNOWN), "", Wishes())
    found = table("公司名称,不认识的,手机\n光速贸易,浙江,13900002046\n")
    settle(found, "", Wishes())
    assert found.fields == ["company", "", "phones"]


def test_colleagues_in_a_list_of_customers_are_nobodys_contact(world):
    found = laid_out("公司名称,业务员,手机\n光速贸易有限公司,张伟,13900002046\n越城灯具厂,李娜,13900002047\n")
    assert found["业务员"] == "owner"
    assert laid_out("公司名称,录入人,手机\n光速贸易,张伟,13900002046\n越城灯具厂,李娜,13900002047\n")["录入人"] == "beside"


def test_a_known_heading_outweighs_what_the_cells_look_like(world):
    assert laid_out("姓名,备注,手机\n甲,a@b.example,13900002046\n")["备注"] == "note"
    assert laid_out("姓名,客户邮箱号,手机\n甲,未登记,13900002046\n")["客户邮箱号"] == "beside"


@pytest.mark.parametrize("code", list(KINDS))
def test_every_kind_names_its_fields(code: str):
    kind = KINDS[code]
    assert kind.fields and set(kind.holds.values()) <= set(kind.fields) and all(wanted & set(kind.fields) for wanted in kind.needs)


def test_headings_that_nobody_knows_stand_under_their_title():
    rows = [["2025 年客户登记表"], [], ["甲", "乙", "丙"], ["光速", "张伟", "1"]]
    assert headings_among(enumerate(rows)) == ((0, 1), 2)


def test_a_set_of_headings_is_known_in_any_order_and_with_our_column_of_reasons():
    keys = column_keys(["公司 名称", "ＥＭＡＩＬ", "备注", "备注"])
    assert keys == ["公司名称", "email", "备注", "备注#2"]
    assert table_key(keys) == table_key([*reversed(keys), "退回原因"]) != table_key(keys[:3])


def test_an_unknown_workbook_is_shown_with_where_each_column_goes(world, checked, heyuan):
    job = checked(workbook(HEADINGS, ROWS, "客户登记表"), "登记表.xlsx")
    (shown,) = job.layout
    assert (job.state, shown["kind"], job.rows, job.answer["rejected_in_all"]) == ("checked", "contact", 3, 1)
    assert [column["field"] for column in shown["columns"]] == [
        "company", "name", "title", "phones", "emails", "address region", "interest", "beside", "beside",
    ]  # fmt: skip
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "1 列要你确认" in page and "“关注产品”列存到" in page and "导入 2 行" in page and "像日期，请确认" in page
    start(job, by=world.heyuan)
    again(job)
    zhang = Contact.objects.get(name="张伟")
    assert (zhang.customer.name, zhang.title, zhang.address) == ("光速贸易有限公司", "采购经理", "浙江")
    assert "关注产品: 轨道灯" in zhang.note and "登记日期: 2025-03-04" in zhang.note


def test_a_second_load_creates_and_changes_nothing(world, checked):
    for created in ({"contact": 2, "customer": 2}, {}):
        job = checked(workbook(HEADINGS, ROWS), "登记表.xlsx")
        start(job, by=world.heyuan)
        assert again(job).answer["created"] == created
    assert {column["ground"] for column in job.layout[0]["columns"]} == {"remembered"}


def test_a_column_goes_where_somebody_puts_it_and_the_next_file_follows(world, checked, heyuan, tmp_path):
    job = checked(UNKNOWN)
    at = reverse("import-columns", args=[job.pk])
    posted = {"kind-0": "contact", "field-0-0": "company", "field-0-1": "name", "field-0-2": "phones", "field-0-3": ""}
    assert heyuan.post(at, posted).status_code == 302
    again(job)
    assert [c["ground"] for c in job.layout[0]["columns"]] == ["content", "chosen", "content", "chosen"]
    start(job, by=world.heyuan)
    assert again(job).answer["created"] == {"contact": 2, "customer": 2} and not Contact.objects.get(name="张伟").note
    path = tmp_path / "b.csv"
    path.write_text("丁,丙,乙,甲\nA,13900002048,王强,远航贸易有限公司\n", "utf-8")  # the same headings, in another order
    found = import_files([path], by=SYSTEM)
    assert found["created"] == {"contact": 1, "customer": 1} and "甲" in found["warnings"][0]["warning"]


def test_headings_that_are_like_known_ones_are_taken_for_them(world):
    found = laid_out("买家公司,参展联系人,注册地址,含税\nNordlicht GmbH,张伟,杭州市文三路8号,是\n越城灯具厂,李娜,绍兴市解放路12号,否\n")
    assert found == {"kind": "contact", "买家公司": "company", "参展联系人": "name", "注册地址": "address whole", "含税": "beside"}


def test_what_is_remembered_is_forgotten_with_one_press(world, checked, heyuan):
    start(checked(UNKNOWN), by=world.heyuan)
    run_due()
    job = checked(UNKNOWN)
    assert ColumnMap.objects.count() == 1 and job.layout[0]["map_id"]
    assert "清除上次的对应" in heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert heyuan.post(reverse("import-forgetting", args=[job.pk]), {"table": "0"}).status_code == 302
    again(job)
    assert not ColumnMap.objects.exists() and job.layout[0]["map_id"] is None
    assert heyuan.post(reverse("import-forgetting", args=[job.pk]), {"table": "7"}).status_code == 302


def test_another_kind_of_row_is_guessed_anew(world, checked, heyuan):
    job = checked("公司名称,国家,电话\n光速贸易,中国,13900002046\n")
    assert job.layout[0]["kind"] == "contact"
    heyuan.post(reverse("import-columns", args=[job.pk]), {"kind-0": "customer", "field-0-0": "name"})
    again(job)
    assert (job.layout[0]["kind"], job.answer["created"]) == ("customer", {"customer": 1})
    assert [c["field"] for c in job.layout[0]["columns"]] == ["name", "country", "beside"]


def test_a_table_that_says_nothing_waits_for_its_kind(world, checked, heyuan):
    job = checked("x,y\naa,bb\ncc,dd\n")
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert (job.state, job.rows) == ("checked", 0) and "说明这张表里是什么" in page and reverse("import-start", args=[job.pk]) not in page
    posted = {"kind-0": "product"}
    heyuan.post(reverse("import-columns", args=[job.pk]), posted)
    again(job)
    posted |= {"field-0-0": "name", "field-0-1": "code"}
    heyuan.post(reverse("import-columns", args=[job.pk]), posted)
    assert again(job).answer["created"] == {"product": 2}


def test_what_was_shown_is_taken_in(world, checked):
    """Somebody else's choice between the check and the press changes nothing of it."""
    job = checked(UNKNOWN)
    ColumnMap.objects.create(key=table_key(["甲", "乙", "丙", "丁"]), kind="customer", fields={"甲": "name"})
    start(job, by=world.heyuan)
    assert again(job).answer["created"] == {"contact": 2, "customer": 2}


def test_choices_need_the_right_and_files_that_are_checked(world, checked):
    job = checked(UNKNOWN)
    with pytest.raises(NotAllowed):
        map_columns(job, by=world.mei, tables={})
    start(job, by=world.heyuan)
    with pytest.raises(Refused):
        map_columns(job, by=world.heyuan, tables={})
    with pytest.raises(Refused):
        forget_columns(job, by=world.heyuan, file="名单.csv")


def test_hostile_choices_are_not_taken(world, checked, heyuan):
    job = checked(UNKNOWN)
    before = job.layout
    heyuan.post(
        reverse("import-columns", args=[job.pk]), {"kind-0": "secret", "field-0-0": "password", "order-0-0": "x", "field-9-9": "name"}
    )
    assert again(job).layout == before
    heyuan.post(reverse("import-columns", args=[job.pk]), {"kind-0": "contact", "field-0-3": "password"})
    assert again(job).layout[0]["columns"][3]["field"] == "beside"


def test_the_page_shows_what_happens_to_each_row(world, checked, heyuan):
    start(checked("姓名,公司,手机\n张伟,光速贸易有限公司,13900002046\n"), by=world.heyuan)
    run_due()
    job = checked(
        "姓名,公司,手机\n王强,光速贸易有限公司,13900009999\n李娜,远航贸易,13900002047\n,,\n,,无\n张伟,光速贸易有限公司,13900002046\n",
        "b.csv",
    )
    assert job.answer["sorts"] == {"alike": 1, "new": 1, "same": 1}
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "疑似重复 1" in page and "将新建 1" in page and "未通过 1" in page
    page = heyuan.get(reverse("import", args=[job.pk]), {"rows": "alike"}).content.decode()
    assert job.preview["alike"][0]["said"] in page and "公司名称相同" in page, job.preview


def test_the_page_costs_the_same_for_a_wide_table(world, checked, heyuan):
    wide = [[*row, *(f"{n}" for n in range(30))] for row in ROWS]
    jobs_of = [checked(UNKNOWN), checked(workbook([*HEADINGS, *(f"列{n}" for n in range(30))], wide), "宽.xlsx")]
    costs = []
    for job in jobs_of:
        heyuan.get(reverse("import", args=[job.pk]))
        with CaptureQueriesContext(connection) as caught:
            assert heyuan.get(reverse("import", args=[job.pk])).status_code == 200
        costs.append(len(caught))
    assert costs[0] == costs[1]


def test_two_files_of_one_name_are_told_apart(world):
    files = [SimpleUploadedFile("a.csv", UNKNOWN.encode()), SimpleUploadedFile("a.csv", UNKNOWN.encode())]
    assert hand_in(files, by=world.heyuan).names == ["a.csv", "a (2).csv"]


def test_a_command_says_where_columns_go(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(UNKNOWN, "utf-8")
    wishes = Wishes(headings=said_headings(["甲=company", "乙=name", "丙=phones"]))
    assert run_files({path: "a.csv"}, by=SYSTEM, wishes=wishes).created == {"contact": 2, "customer": 2}
    for wrong in ("甲", "甲=secret", "=name"):
        with pytest.raises(Refused):
            said_headings([wrong])


def test_one_person_whether_by_the_page_or_by_the_command(world, checked, tmp_path):
    """A column that nobody knows goes into the note on the page, and is left by the command."""
    text = "姓名,公司,自编栏,备注\n张伟,光速贸易,轨道灯,老客户\n张伟,光速贸易,面板灯,老客户\n"
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    start(checked(text), by=world.heyuan)
    run_due()
    assert sorted(Contact.objects.values_list("note", flat=True)) == ["老客户\n\n自编栏: 轨道灯", "老客户\n\n自编栏: 面板灯"]
    ColumnMap.objects.all().delete()
    assert import_files([path], by=SYSTEM)["created"] == {}
    Contact.objects.all().delete()
    Event.objects.all().delete()
    assert import_files([path], by=SYSTEM)["created"] == {"contact": 2, "customer": 1}
    job = checked(text)
    start(job, by=world.heyuan)
    again(job)
    assert (job.answer["created"], [row["warning"] for row in job.answer["warnings"]]) == ({}, [])
    assert [row["why"] for row in job.preview["same"]] == ["与系统里的记录不同，记录未改动：备注"] * 2


@pytest.mark.parametrize(("said", "hint"), [("乙方=name", "乙方"), ("乙=price", "price")])
def test_a_map_of_what_no_file_has_is_refused_before_anything_is_stored(world, tmp_path, said, hint):
    path = tmp_path / "a.csv"
    path.write_text(UNKNOWN, "utf-8")
    with pytest.raises(Refused, match=hint) as refused:
        run_files({path: "a.csv"}, by=SYSTEM, wishes=Wishes(headings=said_headings(["甲=company", said])))
    assert refused.value.code == "map" and not Customer.objects.exists()


def test_the_id_of_a_company_is_a_column_of_its_own(world):
    found = laid_out("客户编号,公司名称,联系人,手机\nK1,光速贸易,张伟,13900002046\n")
    assert found == {"kind": "contact", "客户编号": "company_id", "公司名称": "company", "联系人": "name", "手机": "phones"}


def test_the_command_takes_a_map(tmp_path):
    (tmp_path / "a.csv").write_text(UNKNOWN, "utf-8")
    env = {**os.environ, "BOOTHLINE_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "boothline.config.cli", "import", "a.csv", "--dry-run", "--json"]
    for more, code in (([], 1), (["--map", "甲=secret"], 2), (["--map", "甲=company", "--map", "戊=name"], 2)):
        done = subprocess.run(
            [*command, *more], cwd=tmp_path, env=env | {"PYTHONPATH": os.getcwd()}, capture_output=True, text=True, check=False
        )
        assert done.returncode == code and "error" in json.loads(done.stdout), done.stderr
    done = subprocess.run(
        [*command, "--map", "甲=company"], cwd=tmp_path, env=env | {"PYTHONPATH": os.getcwd()}, capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["created"] == {"contact": 2, "customer": 2}, done.stderr


DATED = (
    "姓名,公司,手机,首次联系日期,跟进人\n张伟,光速贸易有限公司,13900002046,03/04/2025,{by}\n李娜,远航贸易,13900002047,05/06/2025,没有这人\n"
)


def test_a_first_contact_is_noted_with_its_day_and_its_author(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(DATED.format(by=world.users["mei"].name), "utf-8")
    for created in ({"contact": 2, "customer": 2, "touch": 2}, {}):
        found = run_files({path: "a.csv"}, by=SYSTEM, wishes=Wishes(order="dmy"))
        assert dict(found.created) == created
    touch = Touch.objects.get(contact__name="张伟")
    assert (timezone.localdate(touch.at).isoformat(), touch.user.username, touch.step, touch.ended) == ("2025-04-03", "mei", None, "")
    assert not NextStep.objects.exists() and touch.customer.last_touch_at == touch.at
    assert Touch.objects.get(contact__name="李娜").user is None


def test_what_two_days_can_be_is_refused_by_a_command_and_asked_on_the_page(world, checked, heyuan, tmp_path):
    text = DATED.format(by="梅")
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(Refused, match="--dates"):
        import_files([path], by=SYSTEM)
    job = checked(text)
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "03/04/2025 是哪一天" in page and "4月3日" in page and "3月4日" in page and reverse("import-start", args=[job.pk]) not in page
    with pytest.raises(Refused):
        start(job, by=world.heyuan)
    heyuan.post(reverse("import-columns", args=[job.pk]), {"kind-0": "contact", "order-0-3": "mdy"})
    assert not again(job).open_days
    start(job, by=world.heyuan)
    again(job)
    assert timezone.localdate(Touch.objects.get(contact__name="张伟").at).isoformat() == "2025-03-04"
    found = import_files([path], by=SYSTEM)  # it is remembered
    assert found["created"] == {} and "跟进人" not in str(found["rejected"])


def test_a_column_of_days_is_left_out_by_one_press(world, checked, heyuan):
    job = checked(DATED.format(by="梅"))
    heyuan.post(reverse("import-columns", args=[job.pk]), {"kind-0": "contact", "out": "0-3"})
    assert not again(job).open_days and job.answer["created"] == {"contact": 2, "customer": 2}


def test_a_day_that_is_none_or_lies_ahead_is_named(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,手机,首次联系日期\n张伟,13900002046,2026-02-30\n李娜,13900002047,2099-01-01\n王强,13900002048,2025-03-04\n", "utf-8"
    )
    found = import_files([path], by=SYSTEM)
    assert (found["rejected"], found["created"]) == ([], {"contact": 3, "customer": 3, "touch": 1})
    assert [row["row"] for row in found["warnings"]] == [2, 3]
    assert "2099-01-01" in Contact.objects.get(name="李娜").note


def test_no_customer_is_made_by_looking(world, checked):
    checked(UNKNOWN)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("备注说明", "note"),
        ("客户单位名称", "company"),
        ("公司名称/Company", "company"),
        ("职务职位", "title"),
        ("洽谈日期", "visited_on"),
        ("产品备注", ""),
    ],
)
def test_a_heading_that_says_the_same_twice_is_known(heading, field):
    assert KINDS["contact"].field(heading) == field

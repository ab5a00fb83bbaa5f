"""Files handed in on a page: looked through first, taken in once somebody says so, by a worker that may be killed."""

import io
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.customers.duplicates import Alike
from boothline.exchange import jobs
from boothline.exchange.jobs import Import, discard, former, hand_in, judge, remove_old_files, run_due, start
from boothline.exchange.reading import read
from boothline.exchange.undo import undo_import
from boothline.exchange.workbooks import tables_of
from boothline.timeline.history import Event

pytestmark = pytest.mark.django_db

LIST = "公司名称,国家,备注\n光速贸易,中国,老客户\n,德国,没有名称\n远航贸易,中国,\n"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    """What is taken away here by another day is nobody else's."""
    monkeypatch.setattr(jobs.settings, "BOOTHLINE_HOME", tmp_path)


@pytest.fixture
def handed(world):
    def hand(text: str = LIST, name: str = "名单.csv", **more) -> Import:
        return hand_in([SimpleUploadedFile(name, text.encode())], by=world.heyuan, **more)

    return hand


@pytest.fixture
def heyuan(world) -> Client:
    client = Client()
    client.force_login(world.users["heyuan"])
    return client


def test_nothing_is_stored_before_somebody_says_so(world, handed):
    job = handed()
    assert job.state == "checking" and run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.rows, job.answer["created"], job.answer["rejected_in_all"]) == ("checked", 3, {"customer": 2}, 1)
    assert not Customer.objects.exists() and run_due() == 0
    start(job, by=world.heyuan)
    run_due()
    job.refresh_from_db()
    assert (job.state, job.answer["created"], Customer.objects.count()) == ("done", {"customer": 2}, 2)


def test_a_row_that_did_not_come_in_was_kept_nowhere_and_what_is_known_is_not_called_imported(world, handed, heyuan):
    people = "姓名,公司,电话,邮箱\n沈一鸣,光速贸易,13800138000,shen@example.com\n"
    handed(people, "一.csv")
    run_due()
    start(Import.objects.latest("pk"), by=world.heyuan)
    run_due()
    job = handed(people + "文一,远航贸易,13900139000,bad-mail\n,,,worse-mail\n", "二.csv")
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "已记入备注：bad-mail" in page and "已记入备注：worse-mail" not in page
    assert "其中未变 1" in page and "导入新增和有改动的" in page and "导入 2 行" not in page


def test_pressed_twice_it_is_done_once(world, handed):
    job = handed()
    run_due()
    start(job, by=world.heyuan)
    start(job, by=world.heyuan)
    assert run_due() == 1 and start(job, by=world.heyuan).state == "done" and Customer.objects.count() == 2


def test_what_is_not_checked_is_not_taken_in(world, handed):
    job = handed()
    with pytest.raises(Refused):
        start(job, by=world.heyuan)
    run_due()
    with pytest.raises(NotAllowed):
        start(job, by=world.mei)


def test_the_page_says_what_will_happen_and_why_a_row_is_not_taken(world, handed, heyuan):
    job = handed()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "正在检查文件" in page and 'hx-trigger="every 1s"' in page
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page and 'name="press"' in page and "hx-get" not in page  # it asks no further, and its button works
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "3 行里，2 行可以导入" in page and "德国 · 没有名称" in page and "看不出是哪家公司" in page and "导入 2 行" in page
    answer = heyuan.post(reverse("import-start", args=[job.pk]))
    assert answer.status_code == 302
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "<h1>新建 2 家客户</h1>" in page and "3 行里导入了 2 行" in page
    assert f"{reverse('customers')}?import={job.pk}" in page


def test_what_is_said_of_a_row_is_in_the_language_of_whoever_handed_it_in(handed):
    with override("en"):
        job = handed()
    run_due()
    job.refresh_from_db()
    assert [row["reason"] for row in job.answer["rejected"]] == ["Nothing says which company this is. Give a name."]


def test_it_is_read_in_the_language_of_the_reader(handed, heyuan):
    """The sentence, the field that it names and the values in it, whichever room said it."""
    job = handed("货号,品名,单价\nA-1,灯,abc\n", name="产品.csv")
    run_due()
    pages = {}
    for language in ("zh-hans", "en"):
        heyuan.cookies["django_language"] = language
        pages[language] = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "单价：“abc”不是数字" in pages["zh-hans"] or "abc" in pages["zh-hans"]
    assert "abc is no number" in pages["en"] and "不是" not in pages["en"]


def test_why_files_are_refused_is_read_in_the_language_of_the_reader(world, heyuan):
    job = hand_in([SimpleUploadedFile("a.csv", b"")], by=world.heyuan)
    run_due()
    job.refresh_from_db()
    with override("en"):
        english = job.reason
    assert english != job.why and english.isascii()


def test_the_same_files_again_are_told_at_the_check(world, handed, heyuan, django_capture_on_commit_callbacks):
    first = handed()
    run_due()
    with django_capture_on_commit_callbacks(execute=True):
        again = handed()  # it replaces the check that nobody answered
    assert not Import.objects.filter(pk=first.pk).exists() and not jobs.folder_of(first).exists()
    run_due()
    start(again, by=world.heyuan)
    run_due()
    third = handed(name="别的名字.csv")
    run_due()
    page = heyuan.get(reverse("import", args=[third.pk])).content.decode()
    assert "导入过同样的文件" in page and reverse("import", args=[again.pk]) in page
    assert "文件里没有新内容" in page and reverse("import-start", args=[third.pk]) not in page
    heyuan.post(reverse("import-discard", args=[third.pk]))
    assert not Import.objects.filter(pk=third.pk).exists() and Event.objects.filter(kind="exchange.discarded").exists()
    with pytest.raises(Refused):
        jobs.discard(again, by=world.heyuan)


def test_a_check_that_nobody_answers_goes_after_a_week(world, handed, django_capture_on_commit_callbacks):
    waits, stands = handed(), handed(LIST.replace("远航", "远洋"))
    run_due()
    start(stands, by=world.heyuan)
    run_due()
    with time_machine.travel(timezone.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        remove_old_files()
    assert list(Import.objects.all()) == [stands] and not jobs.folder_of(waits).exists()


def test_what_came_otherwise_than_the_check_said_is_told(world, handed, heyuan):
    job = handed()
    run_due()
    other = handed("公司名称\n远航贸易\n")
    run_due()
    start(other, by=world.heyuan)
    run_due()
    start(job, by=world.heyuan)
    run_due()
    job.refresh_from_db()
    assert ["customer", "created", 2, 1] in job.answer["differs"] and "导入结果与检查时不同" in heyuan.get(
        reverse("import", args=[job.pk])
    ).content.decode()


def test_orders_are_shown_with_lines_and_sums_and_counted_when_they_are_in(world, handed, heyuan):
    rows = "A-1,2026-03-01,Nordlicht GmbH,Lamp,10,5\nA-1,2026-03-01,Nordlicht GmbH,Panel,2,40\nA-2,2026-03-02,Nordlicht GmbH,Lamp,1,5\n"
    job = handed("order number,order date,customer,product,quantity,unit price\n" + rows, name="orders.csv")
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk]) + "?rows=new").content.decode()
    assert "A-1、Nordlicht GmbH、2 行、¥130.00" in page and "A-2、Nordlicht GmbH、1 行、¥5.00" in page
    heyuan.cookies["django_language"] = "en"
    assert "A-1, Nordlicht GmbH, 2 lines, CN¥130.00" in heyuan.get(reverse("import", args=[job.pk]) + "?rows=new").content.decode()
    start(job, by=world.heyuan)
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "2 orders, 3 order lines" in page and f"{reverse('orders')}?import={job.pk}" in page
    job.refresh_from_db()
    assert not job.answer.get("differs")
    assert heyuan.get(f"{reverse('orders')}?import={job.pk}").content.decode().count("Nordlicht GmbH") >= 2


@pytest.mark.parametrize(("said", "customers", "at_fair"), [("same", 1, False), ("same", 1, True), ("apart", 2, True), ("", 2, False)])
def test_a_likely_duplicate_is_asked_about_at_the_check(world, handed, heyuan, said: str, customers: int, at_fair: bool):
    known = world.take(company="光速贸易", name="张伟", phones=["13900002046"], emails=["a@guangsu.example"])
    job = handed("姓名,公司,手机\n李娜,光速贸易,13900002999\n", fair=world.fair if at_fair else None)
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "是同一家" in page and "不是同一家" in page
    if said:
        heyuan.post(reverse("import-judging", args=[job.pk]), {"file": "名单.csv", "row": "2", "is": said})
    job.refresh_from_db()
    start(job, by=world.heyuan)
    run_due()
    assert Customer.objects.count() == customers
    pair = Alike.objects.filter(customer=known).first()
    assert (pair and bool(pair.apart_at)) == {"same": None, "apart": True, "": False}[said]  # at once, not at the next sweep
    page = heyuan.get(reverse("import", args=[job.pk]) + "?rows=alike").content.decode()
    if not said:
        asked = {"file": "名单.csv", "row": "2"}
        assert heyuan.post(reverse("import-judging", args=[job.pk]), asked | {"is": "same"}).url.startswith("/customers/")
        heyuan.post(reverse("import-judging", args=[job.pk]), asked | {"is": "apart"})
        assert Alike.objects.get().apart_at


def test_the_rows_that_were_not_taken_come_back_as_a_workbook_that_loads_again(handed, heyuan, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "SHOWN", 0)  # all of them, however few the page shows
    job = handed()
    run_due()
    answer = heyuan.get(reverse("import-refused", args=[job.pk]))
    path = tmp_path / "again.xlsx"
    path.write_bytes(answer.content)
    (table,) = tables_of(read(path))
    assert table.headings == ["公司名称", "国家", "备注", "未通过原因"]
    assert [line.cells[:3] for line in table.lines] == [["", "德国", "没有名称"]]


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"PK\x03\x04" + b"\0" * 90])
def test_unusable_files_are_refused_in_words(world, content: bytes):
    job = hand_in([SimpleUploadedFile("a.csv", content)], by=world.heyuan)
    run_due()
    job.refresh_from_db()
    assert job.state == "failed" and "a.csv" in job.why
    with pytest.raises(Refused):
        start(job, by=world.heyuan)


def test_too_much_is_refused_before_it_is_kept(world, monkeypatch):
    monkeypatch.setattr(jobs, "SIZE_LIMIT", 10)
    with pytest.raises(Refused):
        hand_in([SimpleUploadedFile("a.csv", b"x" * 11)], by=world.heyuan)
    with pytest.raises(Refused):
        hand_in([SimpleUploadedFile("a.csv", b"x")] * 21, by=world.heyuan)
    assert not Import.objects.exists()


def test_a_hostile_name_leads_nowhere(world):
    job = hand_in([SimpleUploadedFile("../../etc/名单\r\n.csv", LIST.encode())], by=world.heyuan)
    (place,) = job.files()
    assert place.parent == jobs.folder_of(job) and place.name == "0" and "/" not in job.names[0] and "\n" not in job.names[0]


def test_a_worker_that_was_killed_is_taken_over_after_its_lease(world, handed, monkeypatch):
    job = handed()
    run_due()
    start(job, by=world.heyuan)
    real = jobs.run_files

    def dies(*args, **options):
        real(*args, **options)
        raise SystemExit

    monkeypatch.setattr(jobs, "run_files", dies)
    with pytest.raises(SystemExit):
        run_due()
    monkeypatch.setattr(jobs, "run_files", real)
    assert run_due() == 0  # somebody may still hold it
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        assert run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.answer["created"], Customer.objects.count()) == ("done", {"customer": 2}, 2)  # and the try before


def test_what_breaks_every_try_is_given_up_and_said(handed, monkeypatch):
    job = handed()
    monkeypatch.setattr(jobs, "run_files", lambda *args, **options: 1 / 0)
    for n in range(jobs.PATIENCE + 1):
        with time_machine.travel(timezone.now() + timedelta(minutes=n)):
            run_due()
    job.refresh_from_db()
    assert job.state == "failed" and "管理员" in job.why


def test_files_are_kept_for_thirty_days(handed):
    job = handed()
    run_due()
    (place,) = job.files()
    remove_old_files()
    assert place.exists()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        remove_old_files()
    assert not place.exists()


def test_people_of_a_fair_become_its_captures(world, handed):
    job = handed("姓名,公司,手机\n张伟,光速贸易,13900002046\n", fair=world.fair)
    run_due()
    job.refresh_from_db()
    assert job.answer["created"] == {"contact": 1, "capture": 1, "customer": 1}


def test_the_field_takes_several_files_and_says_what_is_missing(world, heyuan):
    address = reverse("import-new")
    assert heyuan.post(address, {}).status_code == 422
    files = [io.BytesIO(b"company,country\nNordlicht,Germany\n"), io.BytesIO(b"product,price\nLamp,5\n")]
    for n, file in enumerate(files):
        file.name = f"{n}.csv"
    answer = heyuan.post(address, {"chosen": files, "fair": ""})
    assert answer.status_code == 302 and Import.objects.get().names == ["0.csv", "1.csv"]
    run_due()
    assert Import.objects.get().answer["created"] == {"product": 1, "customer": 1}
    assert Path(next(iter(Import.objects.get().files()))).read_bytes().startswith(b"company")


ORDERS = "订单号,下单日期,客户名称,产品名称,数量,单价\nA1,2016-05-01,光速贸易,轨道射灯,3,10\n"


def test_an_order_clerk_imports_orders_and_nothing_else(world, handed, client_of):
    haoran, others = client_of(world.users["haoran"]), handed()
    form = haoran.get(reverse("import-new")).content.decode()
    assert (
        "订单（含明细）" in form
        and 'value="order"' in form
        and 'value="receipt"' in form
        and 'value="contact"' not in form
        and 'value="product"' not in form
    )
    job = hand_in([SimpleUploadedFile("订单.csv", ORDERS.encode())], by=world.haoran)
    run_due()
    start(job, by=world.haoran)
    run_due()
    job.refresh_from_db()
    assert (job.state, job.answer["created"]) == ("done", {"customer": 1, "order": 1, "order_line": 1})
    for text in (LIST, "BEGIN:VCARD\nVERSION:3.0\nFN:Li Wei\nEND:VCARD\n", "产品名称,单价\n灯,5\n"):
        bad = hand_in([SimpleUploadedFile("a.csv", text.encode())], by=world.haoran)
        run_due()
        bad.refresh_from_db()
        assert bad.state == "failed" and "订单" in bad.why
    listed = haoran.get(reverse("imports")).content.decode()
    assert "订单.csv" in listed and "名单.csv" not in listed and haoran.get(reverse("import", args=[others.pk])).status_code == 404
    for act in (start, undo_import, discard, partial(judge, file="名单.csv", row=2, is_same=True)):
        with pytest.raises(NotAllowed):
            act(others, by=world.haoran)
    Import.objects.filter(pk=others.pk).update(mark=job.mark, state="done")
    assert former(job, by=world.heyuan) == others and former(job, by=world.haoran) is None
    assert haoran.get(reverse("opportunities")).status_code == 200
    assert reverse("import-new") in haoran.get(reverse("orders")).content.decode()
    assert reverse("import-new") not in haoran.get(reverse("products")).content.decode()

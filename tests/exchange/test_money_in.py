"""Receipts that come by file: allocated to their orders, known again, refused with a reason."""

import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from boothline.billing.books import Allocation, Receipt, standing
from boothline.core.actors import SYSTEM
from boothline.exchange.jobs import import_at_once
from boothline.exchange.undo import undo_import
from boothline.orders.register import Order
from tests.bringing import import_files

pytestmark = pytest.mark.django_db

DAY = timezone.localdate() - timedelta(days=400)
ORDERS = (
    "订单号,下单日期,发货日期,客户编号,客户名称,产品名称,数量,单价\n"
    f"A1,{DAY},{DAY + timedelta(days=9)},K1,光速贸易,轨道射灯,3,10\nA2,{DAY},,K1,光速贸易,轨道射灯,5,10\n"
)
RECEIPTS = (
    "流水号,到账日期,付款方,订单号,到账金额,手续费,币种,附言\n"
    f"L1,{DAY + timedelta(days=5)},K1,A1,30,,CNY,货款\nL2,{DAY + timedelta(days=6)},光速贸易,A2,19.5,0.5,CNY,定金\n"
    f"L3,{DAY + timedelta(days=7)},光速贸易,,100,,CNY,没写订单\n"
)


@pytest.fixture
def folder(tmp_path: Path, world):
    def written(files: dict[str, str]) -> Path:
        here = tmp_path / "files"
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir()
        for name, text in files.items():
            (here / name).write_text(text, "utf-8")
        return here

    return written


def test_money_goes_to_its_orders_and_a_second_time_nowhere(folder):
    files = [folder({"orders.csv": ORDERS, "receipts.csv": RECEIPTS})]
    assert import_files(files, by=SYSTEM, dry_run=True)["created"]["receipt"] == 3 and not Receipt.objects.exists()
    found = import_files(files, by=SYSTEM)
    assert found["rejected"] == [] and found["created"]["receipt"] == 3 and found["figures"]["received"] == 149.5
    first, second = Order.objects.order_by("pk")
    assert (standing(first).open, standing(second).open) == (Decimal(0), Decimal(0))
    assert [(r.reference, r.sent, r.charges, r.amount, r.rest) for r in Receipt.objects.order_by("pk")] == [
        ("货款", Decimal(30), Decimal(0), Decimal(30), Decimal(0)), ("定金", Decimal(20), Decimal("0.50"), Decimal("19.50"), Decimal(0)),
        ("没写订单", Decimal(100), Decimal(0), Decimal(100), Decimal("69.50")),
    ]  # fmt: skip
    again = import_files(files, by=SYSTEM)
    assert again["created"] == {} == again["updated"] and again["unchanged"]["receipt"] == 3 and Receipt.objects.count() == 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"L1,{DAY},K1,A9,30,,CNY,", "A9"), (f"L1,{DAY},,,30,,CNY,", "谁的款"), ("L1,,K1,A1,30,,CNY,", "哪天"), (f"L1,{DAY},K1,A1,,,CNY,", "金额"),
        (f"L1,{DAY},K1,A1,30,,XYZ,", "XYZ"), (f"L1,{timezone.localdate() + timedelta(days=3)},K1,A1,30,,CNY,", "日期"),
        (f"L1,{DAY},K1,A1,-5,,CNY,", "金额"),
    ],
)  # fmt: skip
def test_a_row_that_says_too_little_is_named_and_the_others_stand(folder, row, said):
    text = RECEIPTS.split("\n", maxsplit=1)[0] + "\n" + row + f"\nL7,{DAY},K1,A1,10,,CNY,好的\n"
    found = import_files([folder({"orders.csv": ORDERS, "receipts.csv": text})], by=SYSTEM)
    assert [r["row"] for r in found["rejected"]] == [2] and said in found["rejected"][0]["reason"]
    assert [r.reference for r in Receipt.objects.all()] == ["好的"]


def test_money_of_an_order_that_was_not_taken_is_not_taken(folder):
    bad = ORDERS.replace("A2,", "A2,2999-01-01x,", 1).replace(f"{DAY},,K1", ",K1", 1)
    found = import_files([folder({"orders.csv": bad, "receipts.csv": RECEIPTS})], by=SYSTEM)
    refused = {(Path(r["file"]).name, r["row"]) for r in found["rejected"]}
    assert refused == {("orders.csv", 3), ("receipts.csv", 3)} and Receipt.objects.count() == 2


def test_money_is_taken_back_with_its_import(folder):
    import_files([folder({"orders.csv": ORDERS})], by=SYSTEM)
    before = [(o.pk, standing(o).open) for o in Order.objects.order_by("pk")]
    _answer, job = import_at_once([folder({"receipts.csv": RECEIPTS})], by=SYSTEM)
    assert Allocation.objects.count() == 3
    undo_import(job, by=SYSTEM)
    assert not Receipt.objects.exists() and [(o.pk, standing(o).open) for o in Order.objects.order_by("pk")] == before


def test_headings_that_do_not_say_it_are_no_receipts(folder):
    import_files([folder({"some.csv": f"日期,客户,金额\n{DAY},光速贸易,30\n"})], by=SYSTEM)
    assert not Receipt.objects.exists()

"""Variants by file: a price list with several rows a product, variants of products that are there, and both again."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boothline.catalogue.products import Product, Step, Variant, add_variant, edit_product, edit_variant
from boothline.core.actors import SYSTEM, Actor
from boothline.exchange.exports import export_kind, records_of
from boothline.exchange.jobs import Import, hand_in, import_at_once, run_due, start
from boothline.exchange.reading import read
from boothline.exchange.refused_rows import workbook_of
from boothline.exchange.undo import plan_of, undo_import
from boothline.exchange.workbooks import tables_of
from boothline.orders.register import OrderLine
from boothline.timeline.history import Event
from tests.bringing import import_files
from tests.exchange.test_undo import assert_as_before, everything

pytestmark = pytest.mark.django_db
D = Decimal

PRICES = (
    "货号,品名,单位,SKU,颜色,规格,单价,装箱数,外箱尺寸\n"
    "GD10,筒灯,个,GD10-W,白色,4000K,19.8,24,45*35*30\n"
    ",,,GD10-B,黑色,4000K,20.5元/个,,\n"
    "GD20,格栅灯,套,GD20-W,白色,,35,半箱,\n"
)
TRACKS = (
    "product,sku,words,words_latin,price,currency,floor,steps,stock_kind\n"
    "TR20,TR20-W,白色,white,70,CNY,60.5,500+ 65; 1000+ 62.5,counted\nTR20,TR20-B,黑色,black,71,CNY,,,\n"
)


@pytest.fixture
def load(tmp_path: Path, world):
    def bring_in(*texts: str, by: Actor = SYSTEM, **more):
        files = [tmp_path / f"{i}.csv" for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        return import_files(files, by=by, **more)

    return bring_in


def reasons(found) -> list[str]:
    return [row["reason"] for row in found["rejected"]]


def told(found) -> list[str]:
    return [row["warning"] for row in found["warnings"]]


# A price list.


def test_a_price_list_with_several_rows_a_product_brings_one_product_with_several_variants(load):
    """Its name stands in the first of its rows, as sheets write it; what was made of them is told, by a dry run too."""
    for dry_run in (True, False):
        found = load(PRICES, dry_run=dry_run)
        assert (found["created"], found["rejected"]) == ({"product": 2, "variant": 3}, [])
        assert told(found) == [
            "只在其他行里出现的产品，随之新建 2 个，如筒灯、格栅灯", "每箱件数：“半箱”不是数字。请写成 1234.50 这样。规格照常导入，这一格不取。",
        ]  # fmt: skip
    lamp = Product.objects.get(code="GD10")
    assert (lamp.name, lamp.unit) == ("筒灯", "个")
    columns = ("sku", "words", "price", "currency", "carton_quantity", "carton_length", "carton_height")
    assert list(lamp.variants.values_list(*columns)) == [
        ("GD10-B", "4000K / 黑色", D("20.5"), "CNY", None, None, None), ("GD10-W", "4000K / 白色", D("19.8"), "CNY", 24, D(45), D(30)),
    ]  # fmt: skip
    assert [v.words for v in Product.objects.get(code="GD20").variants.all()] == ["白色"]


def test_the_same_list_again_changes_nothing_and_another_price_just_that(load):
    load(PRICES)
    before = Event.objects.count()
    again = load(PRICES)
    assert (again["created"], again["updated"], again["unchanged"]) == ({}, {}, {"variant": 3}) and Event.objects.count() == before
    changed = load(PRICES.replace("19.8", "21"))
    assert (changed["updated"], changed["unchanged"]) == ({"variant": 1}, {"variant": 2})
    event = Event.objects.get(kind="catalogue.variant_edited")
    assert event.subject_name == "筒灯" and event.changes == {"price": ["19.8000", "21.00"]}


def test_products_are_told_apart_by_their_name_where_no_code_stands(load):
    found = load("产品名称,SKU,颜色,单价\n筒灯,GD10-W,白色,19.8\n筒灯,GD10-B,黑色,20.5\n")
    assert found["created"] == {"product": 1, "variant": 2}
    assert sorted(v.sku for v in Product.objects.get(code="筒灯").variants.all()) == ["GD10-B", "GD10-W"]


def test_rows_of_one_code_without_a_sku_are_no_guess(load):
    found = load("货号,品名,颜色,单价\nGD10,筒灯,白色,19.8\nGD10,筒灯,黑色,20.5\n")
    assert found["created"] == {"product": 1} and len(found["rejected"]) == 1
    assert reasons(found)[0].endswith("同一产品的不同规格，请每行填一个 SKU，并用“规格”或“颜色”列写明区别。")


def test_a_list_of_products_with_one_code_each_is_one_as_before(load):
    found = load("SKU,Product Name,Unit Price,Unit,MOQ\nGD10,Downlight,19.8,pcs,100\n")
    assert found["created"] == {"product": 1} and Variant.objects.get(sku="GD10").product.code == "GD10"


def test_a_list_loaded_as_products_before_finds_them_by_their_skus(load):
    """Each was a product of its own, all of one name."""
    load("SKU,品名,单价\nGD10-W,筒灯,19.8\n", "SKU,品名,单价\nGD10-B,筒灯,20.5\n")
    assert Product.objects.filter(name="筒灯").count() == 2
    found = load("SKU,品名,颜色,单价\nGD10-W,筒灯,白色,19.8\nGD10-B,筒灯,黑色,20.5\nGD10-G,筒灯,灰色,21\n")
    assert found["updated"] == {"variant": 2} and Variant.objects.get(sku="GD10-B").words == "黑色"
    assert [row["row"] for row in found["rejected"]] == [4] and "好几个筒灯" in reasons(found)[0]


# Of products that are there.


def test_variants_come_to_the_product_that_their_rows_name(load, world):
    """By its code, its name, or its id in these files; with everything that a variant has."""
    load("产品编号,品名,货号,单价\n7,筒灯,GD10,19.8\n")
    found = load(TRACKS, "产品,SKU,款式,单价\n面板灯,PN60-2,银色,120\n", "产品编号,SKU,款式,单价\n7,GD10-B,黑色,20\n")
    assert (found["created"], found["rejected"], found["warnings"]) == ({"variant": 4}, [], [])
    white = Variant.objects.get(sku="TR20-W")
    assert (white.product, white.words, white.words_latin, white.floor, white.stock_kind) == (
        world.products["TR20"], "白色", "white", D("60.5"), "counted",
    )  # fmt: skip
    assert [str(step) for step in white.steps.all()] == ["500+ 65", "1000+ 62.5"]
    assert Variant.objects.get(sku="PN60-2").product == world.products["PN60"]
    assert [v.sku for v in Product.objects.get(code="GD10").variants.all()] == ["GD10", "GD10-B"]
    added = Event.objects.filter(kind="catalogue.variant_added", subject_id=white.product_id)
    assert sorted(event.values["sku"] for event in added) == ["TR20-B", "TR20-W"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("没听说过,X-1,白色,9,,", "没听说过"),  # nobody's
        (",X-1,白色,9,,", "产品"),  # whose?
        ("TR20,,白色,9,,", "SKU"),
        ("TR20,PN60-1,白色,9,,", "PN60"),  # of another product
        ("TR20,pn60-1,白色,9,,", "PN60"),  # in other letters
        ("TR20,X-1,白色,9,10,", "底价"),
        ("TR20,X-1,白色,便宜,,", "便宜"),
        ("TR20,X-1,白色,9/箱,,", "箱"),
        ("TR20,X-1,白色,9,,500-8", "500-8"),
        ("TR20,X-1,白色,9,,10+ 8; 10+ 7", "阶梯价"),
        ("TR20,X-1,白色,9,,1+ 9; 2+ 8; 3+ 7; 4+ 6; 5+ 5; 6+ 4", "5"),
        (f"TR20,{'X' * 61},白色,9,,", "61"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_bad_row_is_named_and_the_others_stand(load, row: str, why: str, dry_run: bool):
    found = load(f"产品,SKU,款式,单价,底价,阶梯价\n{row}\nTR20,TR20-G,灰色,70,60,\n", dry_run=dry_run)
    assert found["created"] == {"variant": 1} and [r["row"] for r in found["rejected"]] == [2]
    assert why in reasons(found)[0]


def test_a_sku_twice_in_one_file_is_one_variant(load):
    found = load("产品,SKU,款式,单价\nTR20,X-1,白色,9\nTR20,X-1,白色,9\nPN60,X-1,白色,9\nTR20,x-2,灰色,9\nTR20,X-2,灰色,8\n")
    assert found["created"] == {"variant": 2} and [row["row"] for row in found["rejected"]] == [4, 6]


def test_what_somebody_changed_here_stays(load, world):
    load(TRACKS)
    white = Variant.objects.prefetch_related("steps").get(sku="TR20-W")
    edit_variant(white, by=world.heyuan, revision=white.revision, values={"price": D(75), "floor": white.floor}, steps=[])
    found = load(TRACKS.replace("70,CNY", "72,CNY").replace("71,CNY", "73,CNY").replace("black", "ink"))
    assert found["updated"] == {"variant": 1} and told(found) == ["与系统里的记录不同，记录未改动：目录价"]
    white.refresh_from_db()
    black = Variant.objects.get(sku="TR20-B")
    assert (white.price, white.steps.count(), black.price, black.words_latin) == (D(75), 0, D(73), "ink")


def test_a_variant_that_was_added_by_hand_gets_what_it_lacks(load, world):
    add_variant(world.products["TR20"], by=world.heyuan, sku="tr20-w", price=D(70), words="白")
    found = load(TRACKS)
    assert (found["created"], found["updated"], told(found)) == (
        {"variant": 1},
        {"variant": 1},
        ["与系统里的记录不同，记录未改动：规格、库存"],
    )
    white = Variant.objects.get(sku="tr20-w")
    assert (white.words, white.words_latin, white.floor, white.steps.count(), white.stock_kind) == ("白", "white", D("60.5"), 2, "always")


def test_a_product_that_was_renamed_here_is_still_the_same(load, world):
    load(PRICES)
    lamp = Product.objects.get(code="GD10")
    edit_product(lamp, by=SYSTEM, revision=lamp.revision, values={"code": "GD-10", "name": "筒灯二代"})
    found = load(PRICES)
    assert (found["created"], found["updated"], found["rejected"]) == ({}, {}, [])


# With its products, in one run.


def test_files_of_one_run_say_which_variants_there_are(load):
    products = "货号,品名,单价\nGD10,筒灯,19.8\nGD20,格栅灯,35\n"
    found = load("货号,SKU,颜色,单价\nGD10,GD10-W,白色,19.8\n筒灯,GD10-B,黑色,20.5\n", products)
    assert found["created"] == {"product": 2, "variant": 2} and not found["warnings"]
    assert {p.code: [v.sku for v in p.variants.all()] for p in Product.objects.filter(code__startswith="GD")} == {
        "GD10": ["GD10-B", "GD10-W"],
        "GD20": ["GD20"],  # nothing says which: it has one of its own code, as ever
    }
    again = load("货号,SKU,颜色,单价\nGD10,GD10-W,白色,19.8\n筒灯,GD10-B,黑色,20.5\n", products)
    assert again["unchanged"] == {"product": 2, "variant": 2} and not again["created"] and not again["updated"]


def test_a_product_whose_variant_was_not_taken_waits_for_it(load):
    """Nothing is put in its place, and what names the product finds it once the row is mended."""
    products, bad = "货号,品名,单价\nGD10,筒灯,19.8\n", "货号,SKU,颜色,单价\nGD10,GD10-W,白色,便宜\n"
    found = load(products, bad)
    assert found["created"] == {"product": 1} and len(found["rejected"]) == 1 and not Product.objects.get(code="GD10").variants.exists()
    mended = load(products, bad.replace("便宜", "19.8"))
    assert mended["created"] == {"variant": 1} and Product.objects.get(code="GD10").variants.get().sku == "GD10-W"


def test_a_variant_of_a_product_that_was_not_taken_is_not_taken(load):
    products, forms = "货号,品名,单价\nGD10,筒灯,便宜\n", "货号,SKU,颜色,单价\nGD10,GD10-W,白色,19.8\n"
    for dry_run in (True, False):
        found = load(products, forms, dry_run=dry_run)
        assert found["created"] == {} and "0.csv" in reasons(found)[1] and "2" in reasons(found)[1]


def test_a_code_that_is_taken_refuses_its_product_alone(load, world):
    found = load("产品编号,货号,品名,单价\n1,TR20-1,筒灯,19.8\n2,GD20,格栅灯,35\n")
    assert found["created"] == {"product": 1} and [row["row"] for row in found["rejected"]] == [2]


def test_orders_of_the_run_sell_its_variants_by_their_skus(load):
    orders = "订单号,下单日期,客户名称,SKU,产品名称,数量,单价\nA1,2016-05-01,光速贸易,GD10-B,筒灯,3,10\nA1,2016-05-01,光速贸易,GD10-W,筒灯,2,10\n"
    found = load(PRICES, orders)
    assert found["created"] == {"product": 2, "variant": 3, "customer": 1, "order": 1, "order_line": 2} and not found["rejected"]
    assert sorted(OrderLine.objects.values_list("sku", flat=True)) == ["GD10-B", "GD10-W"]


# Floor prices, rights, undoing, the page.


def test_floor_prices_go_out_and_come_in_for_those_alone_who_see_them(load, world, tmp_path):
    by = Actor(
        "user",
        world.heyuan.id,
        "Heyuan",
        reach="all",
        rights={right: reach for right, reach in world.heyuan.rights.items() if right != "catalogue.floor"},
    )
    found = load(TRACKS, by=by)
    assert found["created"] == {"variant": 2} and "底价" in told(found)[0] and Variant.objects.get(sku="TR20-W").floor is None
    load(TRACKS)
    for who, floor in ((world.heyuan, D("60.5")), (by, "")):
        assert next(row["floor"] for row in records_of("variant", by=who) if row["sku"] == "TR20-W") == floor
    export_kind("variant", by=by, out=(file := tmp_path / "v.csv"), form="csv")
    assert import_files([file], by=SYSTEM)["updated"] == {} and Variant.objects.get(sku="TR20-W").floor == D("60.5")


def test_undoing_takes_them_back(load, world, tmp_path):
    """New ones with the products that they made, and what an import changed of one that was there."""
    add_variant(world.products["TR20"], by=world.heyuan, sku="TR20-B", price=D(71), words="黑", steps=[Step(D(500), D(60))])
    before = everything()
    for text in (PRICES, TRACKS):
        (tmp_path / "u.csv").write_text(text, "utf-8")
        _found, job = import_at_once([tmp_path / "u.csv"], by=SYSTEM)
        assert job and not plan_of(job).obstacles
        undo_import(job, by=world.heyuan)
        assert_as_before(before)


def test_a_variant_that_somebody_built_on_stands_in_the_way(load, world, tmp_path):
    load(TRACKS)
    job = Import.objects.get()
    white = Variant.objects.get(sku="TR20-W")
    edit_variant(white, by=world.heyuan, revision=white.revision, values={"price": D(75)}, steps=[])
    assert [one.name for one in plan_of(job).obstacles][:1] == ["TR20-W"]
    add_variant(world.products["TR20"], by=world.heyuan, sku="TR20-X", price=D(71))
    undo_import(job, by=world.heyuan, but=True)
    assert sorted(world.products["TR20"].variants.values_list("sku", flat=True)) == ["TR20-1", "TR20-W", "TR20-X"]


def test_rows_that_were_rejected_keep_their_product_when_they_are_mended(world, tmp_path):
    """A row that leaves it out stands behind another product's in the workbook."""
    text = "货号,品名,SKU,颜色,单价\nGD5,射灯,GD5-W,白色,便宜\nGD10,筒灯,GD10-W,白色,19.8\n,,GD10-B,黑色,便宜\n"
    job = hand_in([SimpleUploadedFile("报价.csv", text.encode())], by=world.heyuan)
    run_due()
    start(job, by=world.heyuan)
    run_due()
    job.refresh_from_db()
    (book := tmp_path / "rejected.xlsx").write_bytes(workbook_of(job, by=world.heyuan))
    [table] = tables_of(read(book))
    rows = [line.cells[:4] for line in table.lines]
    assert rows == [["GD5", "射灯", "GD5-W", "白色"], ["GD10", "筒灯", "GD10-B", "黑色"]]
    (mended := tmp_path / "mended.csv").write_text("\n".join(",".join([*cells, "20"]) for cells in [table.headings[:4], *rows]).replace(
        "颜色,20", "颜色,单价"), "utf-8")  # fmt: skip
    assert import_files([mended], by=SYSTEM)["created"] == {"variant": 2}
    assert Variant.objects.get(sku="GD10-B").product.code == "GD10"


def test_any_number_takes_the_same_few_questions(load):
    def questions(many: int, word: str) -> int:
        rows = "".join(f"TR20,{word}-{n},白色 {n},{n + 1},9+ 1\n" for n in range(many))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = load(f"product,sku,words,price,steps\n{rows}")
        assert found["created"] == {"variant": many}
        return len(asked)

    assert questions(3, "A") == questions(60, "B")


def test_the_page_shows_what_comes_in_and_where_to_see_it(world, client_of, load):
    heyuan = client_of(world.users["heyuan"])
    form = heyuan.get(reverse("import-new")).content.decode()
    assert '<option value="variant">产品规格</option>' in form
    job = hand_in([SimpleUploadedFile("报价.csv", PRICES.encode())], by=world.heyuan)
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    counted = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "产品 2 – – 产品规格 3 – –" in counted and "产品编码 产品 产品名称 SKU 规格 颜色" in counted
    start(job, by=world.heyuan)
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert f"{reverse('products')}?import={job.pk}" in page
    job = hand_in([SimpleUploadedFile("规格.csv", TRACKS.encode())], by=world.heyuan)
    run_due()
    start(job, by=world.heyuan)
    run_due()
    listed = heyuan.get(f"{reverse('products')}?import={job.pk}").content.decode()
    assert "轨道射灯" in listed and "筒灯" not in listed

"""Orders of the past by file: in two tables or in one, once, again, and with bad rows among them."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from boothline.accounts.people import User
from boothline.catalogue.products import Product
from boothline.contracts.models import Contract
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.exchange import jobs
from boothline.exchange.foreign import Foreign
from boothline.exchange.mapping import Wishes
from boothline.orders.register import Order, OrderLine
from boothline.orders.shipments import Shipment
from boothline.timeline.history import Event
from tests.bringing import import_files

pytestmark = pytest.mark.django_db

FILES = {
    "customers.csv": "customerID,companyName,contactName,address,country\nVINET,Vins et alcools,Paul Henriot,59 rue de l'Abbaye,France\n"
    "TOMSP,Toms Spezialitäten,Karin Josephs,Luisenstr. 48,Germany\n",
    "employees.csv": "employeeID,lastName,firstName,title,hireDate\n5,Buchanan,Steven,Sales Manager,1993-10-17\n",
    "products.csv": "productID,productName,supplierID,unitPrice\n11,Queso Cabrales,5,21.00\n42,Fried Mee,20,14.00\n",
    "shippers.csv": "shipperID,companyName,phone\n3,Federal Shipping,(503) 555-9931\n",
    "suppliers.csv": "supplierID,companyName,contactName,phone\n1,Exotic Liquids,Charlotte Cooper,(171) 555-2222\n",
    "orders.csv": "orderID,customerID,employeeID,orderDate,requiredDate,shippedDate,shipVia,freight,shipName,shipAddress,shipCity\n"
    "10248,VINET,5,1996-07-04 00:00:00.000,1996-08-01 00:00:00.000,1996-07-16 00:00:00.000,3,32.38,Vins et alcools,59 rue,Reims\n"
    "10249,TOMSP,6,1996-07-05 00:00:00.000,1996-07-08 00:00:00.000,1996-07-10 00:00:00.000,1,11.61,Toms,Luisenstr.,Münster\n"
    "10250,VINET,5,1996-07-08 00:00:00.000,1996-08-05 00:00:00.000,NULL,2,65.83,Vins et alcools,59 rue,Reims\n",
    "order-details.csv": "orderID,productID,unitPrice,quantity,discount\n10248,11,14.00,12,0\n10248,42,9.80,10,0.15\n10249,11,18.60,9,0\n"
    "10250,42,7.77,5,0.05\n",
}
SHEET = (
    "Order ID,Order Date,Ship Date,Customer ID,Customer Name,City,Product ID,Category,Product Name,Sales,Quantity,Discount\n"
    "CA-1,2013-11-09,2013-11-12,CG-1,Claire Gute,Henderson,FUR-1,Furniture,Bush Bookcase,261.96,2,0\n"
    "CA-1,2013-11-09,2013-11-12,CG-1,Claire Gute,Henderson,FUR-2,Furniture,Hon Chairs,213.115,5,0.3\n"
    "CA-2,2013-06-13,2013-06-17,DV-1,Darrin Van Huff,Los Angeles,OFF-1,Supplies,Staples,14.62,2,0\n"
    "CA-3,2013-06-14,2013-06-17,CG-1,Claire Gute,Henderson,OFF-2,Supplies,Staples,0.444,1,0.8\n"
    "CA-3,2013-06-14,2013-06-17,CG-1,Claire Gute,Henderson,FUR-1,Furniture,Bush Bookcase Oak,100,1,0\n"
)
RETURNS = "Returned,Order ID\nYes,CA-2\nNo,CA-3\n"


@pytest.fixture
def load(tmp_path: Path, world):
    def bring_in(files: dict[str, str], **more):
        folder = tmp_path / "files"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        return import_files([folder], by=more.pop("by", SYSTEM), **more)

    return bring_in


def rejected(found: dict) -> list[tuple[str, int]]:
    return [(Path(row["file"]).name, row["row"]) for row in found["rejected"]]


def test_several_related_files_become_orders_with_their_lines(load):
    found = load(FILES)
    assert found["rejected"] == []
    assert found["created"] == {"user": 1, "product": 2, "customer": 2, "contact": 2, "order": 3, "order_line": 4}
    figures = {name: found["figures"][name] for name in ("orders", "lines", "units", "value", "value_unrounded", "not_shipped", "late")}
    assert figures == {"orders": 3, "lines": 4, "units": 36, "value": 455.61, "value_unrounded": 455.6075, "not_shipped": 1, "late": 1}
    order = Order.objects.get(extra__came_as="10248")
    assert (order.customer.name, order.opened_at.date().isoformat(), order.freight) == ("Vins et alcools", "1996-07-04", Decimal("32.38"))
    assert order.total == Decimal("168.00") + Decimal("83.30") + Decimal("32.38") and order.delivery_address == "59 rue, Reims"
    assert [(line.name, line.price, line.discount) for line in order.lines.all()] == [
        ("Queso Cabrales", 14, 0),
        ("Fried Mee", Decimal("9.8"), 15),
    ]
    assert (order.shipments.get().carrier, order.extra["sold_by"]) == ("Federal Shipping", "Steven Buchanan")
    assert Customer.objects.get(name="Vins et alcools").type == "ordering" and not Customer.objects.filter(name="Exotic Liquids").exists()


def test_what_has_no_place_is_left_out_and_told(load):
    told = {Path(w["file"]).name: w["warning"] for w in load(FILES)["warnings"]}
    assert "供应商" in told["suppliers.csv"] and "承运商" in told["shippers.csv"]
    assert User.objects.filter(name="Steven Buchanan").exists()


def test_the_same_files_again_change_nothing(load):
    first = load(FILES)
    before = (Event.objects.count(), Order.objects.count(), Contract.objects.count(), Shipment.objects.count())
    again = load(FILES)
    assert (again["created"], again["updated"], again["figures"]) == ({}, {}, first["figures"])
    assert again["unchanged"] == first["created"]
    assert (Event.objects.count(), Order.objects.count(), Contract.objects.count(), Shipment.objects.count()) == before


def test_a_dry_run_says_the_same_and_stores_nothing(load):
    dry = load(FILES, dry_run=True)
    assert not (Order.objects.exists() or Customer.objects.exists() or Foreign.objects.exists())
    found = load(FILES)
    assert dry["created"] == found["created"] and dry["warnings"] == found["warnings"] and dry["rejected"] == []


def test_files_that_come_one_after_the_other_find_each_other_by_their_ids(load):
    later = {name: FILES[name] for name in ("orders.csv", "order-details.csv")}
    load({name: text for name, text in FILES.items() if name not in later})
    found = load(later)
    assert found["created"] == {"order": 3, "order_line": 4} and found["rejected"] == []


def test_one_table_with_a_line_a_row_brings_its_customers_and_products(load):
    found = load({"orders.csv": SHEET, "returns.csv": RETURNS})
    assert found["rejected"] == []
    assert found["created"] == {"product": 4, "customer": 2, "order": 3, "order_line": 5, "return": 1}
    assert found["figures"]["value"] == 261.96 + 213.12 + 14.62 + 0.44 + 100 and found["figures"]["value_unrounded"] == 590.139
    assert (found["figures"]["returned_orders"], found["figures"]["units"]) == (1, 11)
    assert sorted(Product.objects.filter(name="Staples").values_list("code", flat=True)) == ["OFF-1", "OFF-2"]
    assert {c.name: c.type for c in Customer.objects.all()} == {"Claire Gute": "ordering", "Darrin Van Huff": "visitor"}


def test_a_product_of_two_names_is_one_and_its_line_keeps_the_other(load):
    found = load({"orders.csv": SHEET})
    assert [w["warning"] for w in found["warnings"] if "FUR-1" in w["warning"]] != []
    assert Product.objects.get(code="FUR-1").name == "Bush Bookcase"
    assert set(OrderLine.objects.filter(sku="FUR-1").values_list("name", flat=True)) == {"Bush Bookcase", "Bush Bookcase Oak"}
    assert load({"orders.csv": SHEET})["created"] == {}


@pytest.mark.parametrize(
    ("was", "now", "blamed"),
    [
        ("10249,TOMSP", "10249,NOBODY", ("orders.csv", 3)), ("10249,11,18.60", "10249,99,18.60", ("order-details.csv", 4)),
        ("10249,11,18.60,9", "10249,11,18.60,-9", ("order-details.csv", 4)), ("1996-07-05", "2996-07-05", ("orders.csv", 3)),
        ("1996-07-05 00:00:00.000", "5th of July", ("orders.csv", 3)), ("1996-07-10", "1996-07-01", ("orders.csv", 3)),
        ("10249,11,18.60", "10249,11,cheap", ("order-details.csv", 4)),
    ],
)  # fmt: skip
def test_a_bad_order_is_refused_with_its_lines_and_the_others_stand(load, was: str, now: str, blamed: tuple[str, int]):
    found = load({name: text.replace(was, now) for name, text in FILES.items()})
    assert sorted(rejected(found)) == [("order-details.csv", 4), ("orders.csv", 3)]
    assert (found["created"]["order"], found["created"]["order_line"]) == (2, 3)
    (other,) = [row for row in found["rejected"] if (Path(row["file"]).name, row["row"]) != blamed]
    assert blamed[0] in other["reason"] and str(blamed[1]) in other["reason"]
    again = load(FILES)
    assert again["created"] == {"order": 1, "order_line": 1}


def test_an_order_that_hangs_on_a_refused_row_names_it(load):
    found = load(FILES | {"products.csv": FILES["products.csv"].replace("14.00", "cheap")})
    reasons = [row["reason"] for row in found["rejected"] if Path(row["file"]).name == "order-details.csv" and row["row"] == 3]
    assert len(reasons) == 1 and "products.csv" in reasons[0] and "3" in reasons[0]
    assert Order.objects.get().extra["came_as"] == "10249"


def test_an_order_without_lines_and_a_line_without_an_order_are_refused(load):
    found = load(FILES | {"order-details.csv": FILES["order-details.csv"].replace("10250,42", "99999,42")})
    assert sorted(rejected(found)) == [("order-details.csv", 5), ("orders.csv", 4)]


def test_one_order_twice_is_named(load):
    found = load(FILES | {"orders.csv": FILES["orders.csv"] + FILES["orders.csv"].splitlines()[1] + "\n"})
    assert rejected(found) == [("orders.csv", 5)] and found["created"]["order"] == 3


def test_rows_of_one_order_agree(load):
    found = load({"orders.csv": SHEET.replace("CA-1,2013-11-09,2013-11-12,CG-1,Claire Gute,Henderson,FUR-2", "CA-1,2013-11-09,2013-11-12,DV-1,Darrin Van Huff,Henderson,FUR-2")})  # fmt: skip
    assert rejected(found) == [("orders.csv", 2), ("orders.csv", 3)] and found["created"]["order"] == 2


def test_what_the_file_says_otherwise_later_is_told_and_changes_nothing(load):
    load(FILES)
    again = load(FILES | {"orders.csv": FILES["orders.csv"].replace("1996-07-16", "1996-07-17")})
    assert again["created"] == {} and [w["row"] for w in again["warnings"] if Path(w["file"]).name == "orders.csv" and w["row"] > 1] == [2]
    assert Order.objects.get(extra__came_as="10248").shipments.get().shipped_at.date().isoformat() == "1996-07-16"


@pytest.mark.parametrize(("days", "read"), [("11/25/2013", "2013-11-25"), ("25.11.2013", "2013-11-25"), ("2013年11月25日", "2013-11-25")])
def test_days_as_people_write_them(load, days: str, read: str):
    text = "订单号,下单日期,客户名称,产品名称,数量,单价\nA1,%s,光速贸易,轨道射灯,3,10\nA2,%s,光速贸易,轨道射灯,3,10\n"
    load({"orders.csv": text % (days, days)})
    assert {order.opened_at.date().isoformat() for order in Order.objects.all()} == {read}


def test_a_day_that_may_be_two_is_asked_before_anything_goes_in(load):
    orders = {"orders.csv": "订单号,下单日期,客户名称,产品名称,数量,单价\nA1,03/04/2013,光速贸易,轨道射灯,3,10\n"}
    with pytest.raises(Refused, match="03/04/2013"):
        load(orders)
    load(orders, wishes=Wishes(order="dmy"))
    assert Order.objects.get().opened_at.date() == date(2013, 4, 3)


def test_customers_and_products_on_record_are_found_by_name(load, world):
    customer = world.take()
    found = load({"orders.csv": f"订单号,下单日期,客户名称,产品名称,数量,单价\nA1,2013-04-03,{customer.name},轨道射灯,3,10\n"})
    assert found["created"] == {"order": 1, "order_line": 1} and Order.objects.get().lines.get().sku == "TR20-1"


def test_orders_are_taken_in_by_whoever_may_make_them(load, world):
    with pytest.raises(NotAllowed):
        load({"orders.csv": SHEET}, by=world.users["mei"].actor())


def test_the_page_counts_them_and_says_what_they_add_up_to(world, monkeypatch, tmp_path):
    monkeypatch.setattr(jobs.settings, "BOOTHLINE_HOME", tmp_path)
    files = [SimpleUploadedFile("orders.csv", SHEET.encode()), SimpleUploadedFile("returns.csv", RETURNS.encode())]
    job = jobs.hand_in(files, by=world.heyuan)
    jobs.run_due()
    job.refresh_from_db()
    assert job.state == "checked" and job.answer["created"]["order"] == 3 and not Order.objects.exists()
    jobs.start(job, by=world.heyuan)
    jobs.run_due()
    client = Client()
    client.force_login(world.users["heyuan"])
    page = client.get(reverse("import", args=[job.pk])).content.decode()
    assert "590.14" in page and "订单行" in page and "退货" in page


def test_figures_with_units_and_currencies_are_read_and_compared(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "订单号,下单日期,客户,货号,产品名称,数量,单价（USD）,交期\n"
        '甲1,2025-03-04,光速贸易,GD-1,格栅灯,"1,200 pcs",9.8/pcs,尽快\n甲1,2025-03-04,光速贸易,GD-2,筒灯,500个,$2.5,\n',
        "utf-8",
    )
    found = import_files([path], by=SYSTEM)
    assert found["created"] == {"product": 2, "customer": 1, "order": 1, "order_line": 2} and "尽快" in str(found["warnings"])
    order = Order.objects.get()
    assert (order.currency, order.promised_on, found["figures"]["value"]) == ("USD", None, 13010.0)
    assert [product.unit for product in Product.objects.filter(code__startswith="GD").order_by("code")] == ["pcs", "个"]
    path.write_text(
        "订单号,下单日期,客户,货号,数量,单价\n乙2,2025-03-04,光速贸易,GD-1,10箱,98/箱\n乙3,2025-03-04,光速贸易,GD-1,10件,9.8\n", "utf-8"
    )
    found = import_files([path], by=SYSTEM)
    assert found["created"] == {"order": 1, "order_line": 1} and "箱" in found["rejected"][0]["reason"]


def test_products_have_the_unit_of_their_price_and_no_price_that_is_not_said_yet(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "货号,品名,单价,起订量,交货期,单位\nGD-1,格栅灯,美金9.8/套,500套起订,30天,\nGD-2,筒灯,面议,TBD,15-20天,\nGD-3,灯带,9.8元/米,10箱,,米\n"
        'GD-4,壁灯,"12,50",,,\nGD-5,吊灯,1.234,,,\n',
        "utf-8",
    )
    found = import_files([path], by=SYSTEM)
    assert found["created"] == {"product": 3} and [row["row"] for row in found["rejected"]] == [4, 6]
    first, second, fourth = Product.objects.filter(code__startswith="GD").order_by("code").prefetch_related("variants")
    assert (first.unit, first.minimum, first.lead_days, str(first.variants.get().price), first.variants.get().currency) == (
        "套", 500, 30, "9.8000", "USD",
    )  # fmt: skip
    assert (second.variants.get().price, fourth.variants.get().price) == (0, Decimal("12.5"))
    assert "15-20" in found["warnings"][0]["warning"]

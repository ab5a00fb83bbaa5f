"""What a table holds is told by its headings; what a cell says, by its text."""

from decimal import Decimal

import pytest

from boothline.core.errors import Refused
from boothline.exchange.kinds import KINDS, recognised
from boothline.exchange.values import number, said

pytestmark = pytest.mark.once

HEADINGS = {
    "name,company,e-mail": "contact",
    "姓名,公司,手机": "contact",
    "company,phone": "contact",
    "公司名称,国家,地址": "customer",
    "customerID,account": "customer",
    "account,sector,year_established,revenue,employees,office_location,subsidiary_of": "customer",
    "客户名称,客户编号,所属行业,国家": "customer",
    "公司名称,国家,负责人,员工人数": "customer",
    "product,series,sales_price": "product",
    "货号,品名,单价（元）,起订量": "product",
    "productID,productName,supplierID,unitPrice": "product",
    "sales_agent,manager,regional_office": "user",
    "工号,姓名,团队,手机": "user",
    "employeeID,lastName,firstName,title,hireDate,reportsTo": "user",
}


@pytest.mark.parametrize("headings", HEADINGS)
def test_a_table_is_known_by_its_headings(headings: str):
    assert recognised(headings.split(",")).code == HEADINGS[headings]


@pytest.mark.parametrize("headings", ["", "Artikel,Preis", "a,b,c", "price,currency"])
def test_headings_that_say_too_little_are_of_no_kind(headings: str):
    assert recognised(headings.split(",")) is None


@pytest.mark.parametrize("code", [code for code in KINDS if code != "contact"])
def test_no_heading_of_a_kind_says_two_things(code: str):
    told = KINDS[code]
    assert all(told.field(key) for key in told.tells if key not in ("hiredate", "reportsto"))


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("4821", "4821", ""), ("1,250.50", "1250.50", ""), ("1.250,50", "1250.50", ""), ("12,5", "12.5", ""), ("1,250", "1250", ""),
        ("¥ 12.50", "12.50", "CNY"), ("12.5元", "12.5", "CNY"), ("US$1,000", "1000", "USD"), ("100 EUR", "100", "EUR"), ("-3.5", "-3.5", ""),
        ("１２．５", "12.5", ""), ("1 250 000", "1250000", ""),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(cell: str, amount: str, currency: str):
    assert number(cell, "price") == (Decimal(amount), currency)


@pytest.mark.parametrize("cell", ["", "-", "N/A", "NULL", "Select", "无", "　"])
def test_fillers_are_nothing(cell: str):
    assert number(cell, "price") is None and said(cell, 10, "name") == ""


@pytest.mark.parametrize("cell", ["twelve", "1e9", "12-5", "1,2,3", "--5", "0x10", "1.2.3", "∞", "9" * 61])
def test_what_is_no_number_is_refused_in_words(cell: str):
    with pytest.raises(Refused) as refused:
        number(cell, "price")
    assert "price" in str(refused.value.words)

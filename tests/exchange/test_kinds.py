"""What a table holds is told by its headings, as people write them; what a cell says, by its text."""

from decimal import Decimal

import pytest

from boothline.core.errors import Refused
from boothline.exchange.contact_tables import emails_in, phones_in, rows_of
from boothline.exchange.kinds import KINDS, recognised
from boothline.exchange.tables import Line, Table
from boothline.exchange.values import decimal_commas, in_currency, measured, number, one_unit, said

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
    "姓名,公司,电话,微信,意向产品,客户等级,负责人,备注,热度,拜访日期,付款方式": "contact",
    "姓名,单位,职务,手机,邮箱,感兴趣的产品,业务员,来访日期": "contact",
    "公司名称,联系人,职位,手机号码,电子邮箱,WhatsApp,国家,意向度": "contact",
    "客户姓名,手机（微信同号）,地址,需求,客户来源,跟进人": "contact",
    "序号,客户名称,联系人,联系电话,地址,所属行业,员工人数,成立时间,年营业额,备注": "contact",
    "客户名称,客户简称,统一社会信用代码,法定代表人,注册资本,所属行业,公司规模,地址": "customer",
    "客户编号,客户名称,客户级别,国家,负责人": "customer",
    "公司名称,英文名称,国家,网址,主营产品,业务员": "customer",
    "公司名称,公司英文名,国家,地址,行业,负责人,公司规模": "customer",
    "客户名称,负责人,电话,传真,地址": "contact",
    "商机名称,客户名称,联系人,电话,产品,阶段,预计金额,预计成交日期,负责人": "opportunity",
    "项目名称,客户名称,项目阶段,负责人,项目金额": "opportunity",
    "商机编号,客户,产品,商机阶段,金额": "opportunity",
    "项目名称,客户名称,联系人,联系电话,产品,销售阶段,预计金额": "opportunity",
    "销售机会,客户,产品,状态,金额": "opportunity",
    "客户名称,联系人,电话,跟进日期,跟进方式,跟进内容,下次跟进日期,跟进人": "touch",
    "客户,日期,沟通内容,业务员": "touch",
    "拜访日期,客户名称,拜访人,拜访记录": "touch",
    "姓名,公司,职务,电话,邮箱,拜访日期,拜访记录": "contact",
    "订单号,客户名称,下单日期,产品名称,数量,单价,金额,交期": "order",
    "PI号,客户,品名,数量,单价,日期": "order",
    "PO,客户,产品,数量,单价,下单日期": "order",
    "PI号,品名,型号,数量,单价,金额": "order_line",
    "订单号,PI号,PO,客户,产品,数量,单价,订单日期": "order",
    "订单号,PI号,PO,数量,单价,产品": "order_line",
    "合同号,客户名称,签单日期,货号,品名,数量,单价（USD）,总金额": "order",
    "收款日期,付款方,PI号,到账金额,币种,手续费": "receipt",
    "PI号,客户,付款日期,付款金额": "receipt",
    "货号,品名,规格,单价,起订量,交货期": "product",
    "型号,产品名称,价格（元/件）,MOQ,材质": "product",
    "Item No.,Description,FOB Price (USD),MOQ,Lead time": "product",
    "Full Name,Company,Mobile,WeChat,Products of interest,Grade,Owner,Remarks,Heat,Visit date,Payment terms": "contact",
    "First Name,Last Name,Email,Phone Number,Company,Lead Status,Contact owner": "contact",
    "Company,Contact person,Tel,E-mail,Country,Interested in": "contact",
    "Account Name,Industry,Annual Revenue,Employees,Account Owner": "customer",
    "Account Name,Industry,Phone,Website,Billing Country,Account Owner": "contact",
    "Customer,Country,Salesperson": "customer",
    "Opportunity Name,Account Name,Stage,Amount,Close Date,Owner": "opportunity",
    "Deal Name,Company,Product,Deal Stage,Amount": "opportunity",
    "Date,Customer,Author,Notes": "touch",
    "Follow-up date,Company,Followed up by,Summary": "touch",
    "PO Number,Customer,Item No,Qty,Unit Price,Order Date": "order",
    "PI No.,Customer,Product,Qty,Unit Price,Date": "order",
    "Order No,Item,Qty,Price": "order_line",
    "Invoice No,Customer,Payment Date,Amount Received": "receipt",
    "SKU,Product Name,Unit Price,Unit,MOQ": "product",
    "product,sku,words,price": "variant",
    "货号,品名,SKU,颜色,单价": "variant",
    "款号,SKU,款式,尺码,价格（元）,底价": "variant",
    "产品名称,SKU,规格型号,单价": "product",  # nothing repeats: one each
    "货号,品名,SKU,规格型号,单价": "variant",
    "货号,品名,颜色,单价": "product",
    "Item No.,Product Name,SKU,Color,Size,FOB Price (USD)": "variant",
    "订单号,SKU,产品,颜色,数量,单价": "order_line",
    "boothline_product,product,sku,words,boothline_variant": "variant",
    "姓名,工号,部门,手机,邮箱,入职日期": "user",
    "Employee ID,Name,Team,Email": "user",
    "name,account,email,team": "user",
    "客户档案编号,客户名称,联系人,电话,开户行,税号": "contact",
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
    assert all(told.field(key) for key in told.tells if key not in ("hiredate", "reportsto", "入职日期", "入职时间"))


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


@pytest.mark.parametrize(
    ("cell", "amount", "currency", "unit"),
    [
        ("9.8/pcs", "9.8", "", "pcs"), ("9.8元", "9.8", "CNY", ""), ("USD 12.5", "12.5", "USD", ""), ("$12.50", "12.50", "USD", ""),
        ("12.5美金", "12.5", "USD", ""), ("RMB 9.80元", "9.80", "CNY", ""), ("人民币9.8元/个", "9.8", "CNY", "个"), ("1,200 pcs", "1200", "", "pcs"),
        ("500个", "500", "", "个"), ("9.8 USD per set", "9.8", "USD", "set"), ("¥9.8/套", "9.8", "CNY", "套"), ("12,50 €", "12.50", "EUR", ""),
        ("US$1,200.00/PC", "1200.00", "USD", "pc"), ("5 箱", "5", "", "箱"), ("HK$80", "80", "HKD", ""),
    ],
)  # fmt: skip
def test_figures_stand_beside_their_currency_and_unit(cell: str, amount: str, currency: str, unit: str):
    assert measured(cell, "price") == (Decimal(amount), currency, unit)


@pytest.mark.parametrize("cell", ["面议", "询价", "待定", "TBD", "on request", "P.O.A."])
def test_a_price_that_is_not_said_yet_is_none(cell: str):
    assert measured(cell, "price") is None


@pytest.mark.parametrize("cell", ["9.8/Stk", "12 pcs 5", "9.8 or 10", "约500", "10-20元"])
def test_what_is_no_one_figure_is_refused(cell: str):
    with pytest.raises(Refused):
        measured(cell, "price")


def test_a_unit_beside_a_plain_number_is_none_of_it():
    with pytest.raises(Refused):
        number("12 kg", "freight")
    assert one_unit("个", "pcs", "") == "个" and one_unit("", "") == ""
    with pytest.raises(Refused, match="箱"):
        one_unit("pcs", "箱")


def test_a_point_is_doubted_where_its_column_has_commas_before_the_decimals():
    assert decimal_commas(["1.234", "12,50"]) and decimal_commas(["1.250,5 €"]) and not decimal_commas(["1,234", "1,250.50", "7"])
    assert measured("1.234", "price") == (Decimal("1.234"), "", "")
    for cell in ("1.234", "1,234"):
        with pytest.raises(Refused):
            measured(cell, "price", has_commas=True)
    assert measured("1234", "price", has_commas=True) and measured("1.2340", "price", has_commas=True)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("单价（USD）", "9.8 USD"), ("价格（元/件）", "9.8 CNY"), ("Unit price US$", "9.8 USD"), ("金额(人民币)", "9.8 CNY"), ("单价", "9.8"), ("单元", "9.8"),
    ],
)  # fmt: skip
def test_a_heading_names_the_currency_of_bare_figures(heading: str, cell: str):
    assert in_currency("9.8", heading) == cell and in_currency("9.8 EUR", heading) == "9.8 EUR"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("13900002046/0755-88881234", 2), ("13900002046 13800001111", 2), ("13900002046\n13800001111", 2), ("0755 88881234", 1),
        ("+86 139 0000 2046", 1), ("0755-1234567/8", 1), ("手机：13900002046/微信：mei88", 2), ("13900002046、13800001111；13700001111", 3),
    ],
)  # fmt: skip
def test_several_phone_numbers_stand_in_one_cell(cell: str, found: int):
    assert len(phones_in(cell)) == found


def test_several_addresses_stand_in_one_cell():
    for cell in ("a@b.example/c@d.example", "a@b.example; c@d.example", "a@b.example\nc@d.example", "A <a@b.example>, c@d.example"):
        assert list(filter(None, emails_in(cell))) == ["a@b.example", "c@d.example"]


def test_further_names_and_what_has_no_field_stand_in_the_note():
    lines = [Line(2, ["梅林", "Mei Lin", "光速", "mei88", "款到发货"]), Line(3, ["", "Bob", "", "", ""])]
    headings = ["姓名", "英文名", "公司", "微信/WhatsApp", "付款方式（必填）"]
    first, second = (row.person for row in rows_of(Table("a.csv", headings, lines)))
    assert (first.name, first.note) == ("梅林", "微信/WhatsApp: mei88\n付款方式（必填）: 款到发货\n英文名: Mei Lin")
    assert (second.name, second.note) == ("Bob", "")
    headings = ["联系人1", "电话1", "联系人2", "电话2", "职务", "职称", "First name", "Last name"]
    lines = [
        Line(2, ["梅林", "13900002046", "李娜", "13900002047", "采购", "高工", "", ""]),
        Line(3, ["", "", "", "", "", "", "Anna", "Berg"]),
    ]
    first, second = (row.person for row in rows_of(Table("a.csv", headings, lines)))
    assert (first.name, first.title, first.note, len(first.phones)) == ("梅林", "采购", "联系人2: 李娜\n职称: 高工", 2)
    assert second.name == "Anna Berg"


def test_a_row_that_holds_only_its_number_is_empty():
    lines = [Line(2, ["1", "张伟"]), Line(3, ["2", ""]), Line(4, ["", " "])]
    assert [line.number for line in Table("a.csv", ["序号", "姓名"], lines).read([False, True])] == [2]
    assert [line.number for line in Table("a.csv", ["No.", "姓名"], lines).read([True, True])] == [2, 3]


@pytest.mark.parametrize("cell", ["", "-", "N/A", "NULL", "Select", "无", "　"])
def test_fillers_are_nothing(cell: str):
    assert number(cell, "price") is None and said(cell, 10, "name") == ""


@pytest.mark.parametrize("cell", ["twelve", "1e9", "12-5", "1,2,3", "--5", "0x10", "1.2.3", "∞", "9" * 61])
def test_what_is_no_number_is_refused_in_words(cell: str):
    with pytest.raises(Refused) as refused:
        number(cell, "price")
    assert "price" in str(refused.value.words)

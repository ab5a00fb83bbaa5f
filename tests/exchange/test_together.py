"""Where several kinds of files, merging and undoing meet."""

from decimal import Decimal
from pathlib import Path

import pytest

from boothline.catalogue.products import Variant
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.customers.card import Contact, Customer, edit_customer
from boothline.customers.companies import Company, add_companies
from boothline.customers.contact_merging import merge_contacts
from boothline.customers.merging import merge, unmerge
from boothline.exchange.field_words import groups_of
from boothline.exchange.jobs import import_at_once
from boothline.exchange.kinds import KINDS
from boothline.exchange.opportunities import Opportunity, attach
from boothline.exchange.undo import plan_of, undo_import
from boothline.fairs.exhibitors import Exhibitor
from boothline.followups.touches import Touch
from boothline.orders.register import Order
from boothline.visitors.solicitation import Capture
from tests.bringing import import_files

pytestmark = pytest.mark.django_db

ACCOUNTS = "account_id,account,sector\nA-1,Acme Corporation,medical\nA-2,Betatech,retail\n"
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
DEALS = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"


@pytest.fixture
def put(tmp_path: Path, world):
    def written(*texts: str) -> list[Path]:
        files = [tmp_path / f"{n}.csv" for n in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        return files

    return written


def test_a_company_that_was_renamed_here_is_known_by_its_name_in_the_files(put):
    import_files(put(ACCOUNTS, PRODUCTS), by=SYSTEM)
    customer = Customer.objects.get(name="Betatech")
    edit_customer(customer, by=SYSTEM, revision=customer.revision, values={"name": "Beta Holding"})
    found = import_files(put(ACCOUNTS, DEALS + "X1,,GTX Pro,Betatech,Engaging,2016-10-20,,500\n"), by=SYSTEM)
    assert found["created"] == {"opportunity": 1} and Opportunity.objects.get().customer == customer


def test_what_names_a_row_that_was_not_taken_is_not_taken(put):
    import_files(put("product_id,product,code,price\n1,Alpha,K1,5\n"), by=SYSTEM)
    bad = "product_id,product,code,price\n2,Beta,K1,6\n"
    found = import_files(put(ACCOUNTS, bad, DEALS + "X1,,Beta,Betatech,Engaging,2016-10-20,,500\n"), by=SYSTEM)
    assert found["created"] == {"customer": 2} and len(found["rejected"]) == 2 and not Opportunity.objects.exists()


def test_only_what_has_no_row_of_its_own_is_told_as_named_by_others(put):
    orders = "order id,order date,customer name,product,quantity,unit price\nO-1,2016-05-01,Betatech,GTX Pro,2,10\nO-2,2016-05-01,Kappa,GTX Pro,2,10\n"
    found = import_files(put(ACCOUNTS.replace("account_id,", "id,").replace("A-1", "").replace("A-2", ""), PRODUCTS, orders), by=SYSTEM)
    told = [row["warning"] for row in found["warnings"] if "Kappa" in row["warning"]]
    assert found["created"]["customer"] == 3 and len(told) == 1 and "Betatech" not in told[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("客户,联系日期,联系内容\n{who},2025-03-04,寄了目录\n", "0.csv"),
        ("流水号,到账日期,付款方,到账金额\nL1,2025-03-04,{who},30\n", "0.csv"),
        (DEALS + "X1,,GTX Pro,{who},Engaging,2016-10-20,,500\n", "0.csv"),
        ("订单号,下单日期,客户编号,产品名称,数量,单价\nA1,2016-05-01,{who},GTX Pro,3,10\n", "0.csv"),
    ],
)
@pytest.mark.parametrize("who", ["A-1", "Acme Corporation"])
def test_whoever_names_a_company_that_was_not_taken_is_not_taken_beforehand_and_in_earnest(put, text, why, who):
    """By its id or its name, in every kind of file that names customers."""
    import_files(put(PRODUCTS), by=SYSTEM)
    files = put(ACCOUNTS.replace("medical", "x" * 201), text.format(who=who))
    for dry_run in (True, False):
        found = import_files(files, by=SYSTEM, dry_run=dry_run)
        assert found["created"] == {"customer": 1} and [row["row"] for row in found["rejected"]] == [2, 2]
        assert why in found["rejected"][1]["reason"]


def test_an_import_whose_customer_went_into_another_is_not_undone_before_that(put):
    [kept] = add_companies([Company("Kappa Group")], by=SYSTEM)
    _answer, job = import_at_once(put("account_id,account,sector\nK1,Kappa GmbH,retail\n"), by=SYSTEM)
    merge(kept, by=SYSTEM, goes=Customer.objects.get(name="Kappa GmbH"))
    assert [one.name for one in plan_of(job).obstacles] == ["Kappa GmbH"]


def test_an_import_whose_contact_went_into_another_is_not_undone_before_that(put):
    _answer, job = import_at_once(put("name,company,email\nAda Byron,Kappa,a@k.example\nAda B.,Kappa,b@k.example\n"), by=SYSTEM)
    ada, other = Contact.objects.order_by("pk")
    done = merge_contacts(ada, by=SYSTEM, goes=other)
    assert [one.name for one in plan_of(job).obstacles] == ["Ada B."]
    unmerge(done, by=SYSTEM)
    undo_import(job, by=SYSTEM)
    assert not Customer.objects.exists()


def test_an_import_whose_opportunity_somebody_gave_away_is_not_undone(put, world):
    import_files(put(ACCOUNTS, PRODUCTS), by=SYSTEM)
    _answer, job = import_at_once(put(DEALS + "T1,,GTX Pro,,Won,2016-10-20,2017-03-01,1054\n"), by=SYSTEM)
    zeta = Customer.objects.get(name="Betatech")
    with pytest.raises(NotAllowed):
        attach(list(Opportunity.objects.all()), by=world.admin, customer=zeta)
    attach(list(Opportunity.objects.all()), by=SYSTEM, customer=zeta)
    assert plan_of(job).obstacles and Order.objects.count() == 1


def test_one_id_for_two_exhibitors_is_refused(put, world):
    found = import_files(put("id,exhibitor,stand,country\n1,Alpha,A1,DE\n1,Beta,B2,FR\n"), by=SYSTEM, fair_code="JN")
    assert [row["row"] for row in found["rejected"]] == [3] and Exhibitor.objects.get().name == "Alpha"


def test_orders_in_a_run_of_a_fair_are_orders(put, world):
    orders = "order id,order date,customer id,customer name,product,quantity,unit price\nO-1,2016-05-01,K1,Kappa GmbH,GTX Pro,2,10\n"
    people = "name,company,email\nJana Vogt,Nordlicht GmbH,jana@nordlicht.example\n"
    import_files(put(PRODUCTS, orders, people), by=SYSTEM, fair_code="JN")
    assert Order.objects.get().customer.name == "Kappa GmbH" and Capture.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "product,series,sales_price,currency\nGTX Pro,GTX,$48,EUR\n",
        "order id,order date,customer name,product,quantity,unit price,currency\nO-1,2016-05-01,Kappa,GTX,2,$10,CNY\n",
    ],
)
def test_two_currencies_for_one_price_are_refused(put, text):
    found = import_files(put(text), by=SYSTEM)
    assert [row["row"] for row in found["rejected"]] == [2] and not Order.objects.exists()


def test_a_discount_with_its_sign_is_read_by_it(put):
    head = "order id,order date,customer name,product,quantity,unit price,discount\n"
    import_files(put(head + "O-1,2016-05-01,Kappa,GTX,100,1,0.15\nO-2,2016-05-01,Kappa,GTX,100,1,15%\n"), by=SYSTEM)
    assert {order.total for order in Order.objects.all()} == {85}


def test_every_kind_says_where_its_columns_can_go(world):
    for code in KINDS:
        for _group, fields in groups_of(code, world.heyuan):
            assert all(words for _name, words in fields), code


def test_an_order_that_a_file_says_otherwise_stays_and_is_told_each_time(put):
    row = "order id,order date,customer name,product,quantity,unit price\nO-1,2016-05-01,Kappa,GTX,%s,10\n"
    import_files(put(row % 2), by=SYSTEM)
    for _again in range(2):
        found = import_files(put(row % 3), by=SYSTEM)
        assert found["created"] == found["updated"] == {} and found["warnings"] and found["figures"]["value_unrounded"] == 20


def test_a_sheet_says_the_number_of_an_order_once_and_adds_up_at_its_end(put):
    sheet = "PI号,客户,下单日期,产品名称,数量,单价\nPI-1,Kappa,2016-05-01,Alpha,10,5\n,,,Beta,2,30\nPI-2,Kappa,2016-05-02,Alpha,1,5\n合计,,,,13,115\n"
    found = import_files(put(sheet), by=SYSTEM)
    assert found["rejected"] == [] and {order.extra["came_as"]: order.total for order in Order.objects.all()} == {"PI-1": 110, "PI-2": 5}


def test_of_an_order_that_is_not_taken_nothing_is_made(put):
    sheet = "订单号,客户名称,下单日期,产品名称,数量,单价\nA1,无此客户,2016-05-01,XX-99,2,面议啊\n"
    found = import_files(put(sheet), by=SYSTEM)
    assert found["created"] == {} and not Customer.objects.exists()


COMPANIES = "公司名称,行业\n广州明灯照明有限公司,照明\n深圳华强电子有限公司,电子\n"
PEOPLE = "姓名,公司,手机\n王小明,广州明灯照明有限公司,13800138000\n李红,深圳华强电子有限公司,13900139000\n张三,广州明灯照明有限公司,13700137000\n"


def test_people_come_to_the_company_that_has_a_row_of_its_own(put):
    files = put(COMPANIES, PEOPLE)
    assert import_files(files, by=SYSTEM, dry_run=True)["created"] == {"customer": 2, "contact": 3}
    found = import_files(files, by=SYSTEM)
    assert found["created"] == {"customer": 2, "contact": 3} and not found["warnings"]
    assert set(Contact.objects.values_list("name", "customer__name", "customer__extra__sector")) == {
        ("王小明", "广州明灯照明有限公司", "照明"), ("李红", "深圳华强电子有限公司", "电子"), ("张三", "广州明灯照明有限公司", "照明"),
    }  # fmt: skip
    again = import_files(files, by=SYSTEM)
    assert not again["created"] and again["unchanged"] == {"customer": 2, "contact": 3}


def test_whose_company_stands_several_times_comes_to_none_of_them(put):
    twice = "客户编号,公司名称,城市\nC1,明灯照明,广州\nC2,明灯照明,上海\n"
    found = import_files(put(twice, "姓名,公司,手机\n王小明,明灯照明,13800138000\n"), by=SYSTEM)
    assert found["created"] == {"customer": 3, "contact": 1}
    assert [row["warning"] for row in found["warnings"]] == [
        "这些文件里有几家公司叫明灯照明；在那里工作的人没有归到其中任何一家。请在这一行写上公司编号。"
    ]


TALKS = "客户名称,联系人,跟进日期,跟进方式,跟进内容\n广州明灯照明有限公司,王小明,2025-02-01,电话,谈了价格\n广州明灯照明有限公司,赵六,2025-02-03,微信,发了样册\n"


def test_a_talk_has_its_contact_and_its_channel(put):
    import_files(put(COMPANIES, PEOPLE), by=SYSTEM)
    found = import_files(put(TALKS), by=SYSTEM)
    assert found["created"] == {"touch": 2} and not found["warnings"]
    assert list(Touch.objects.order_by("at").values_list("contact__name", "channel", "words")) == [
        ("王小明", "phone", "谈了价格"), (None, "wechat", "赵六：发了样册"),
    ]  # fmt: skip
    assert import_files(put(TALKS), by=SYSTEM)["unchanged"] == {"touch": 2}
    assert import_files(put(TALKS.replace("电话", "")), by=SYSTEM)["unchanged"] == {"touch": 2}


PRICES = (
    "型号,产品名称,FOB单价(USD),MOQ,装箱数,外箱尺寸(cm),毛重(kg),净重(kg)\n"
    "LL20,落地灯,9.8,100个,24,45*35*30,12.5,11\nLL60,壁灯,12,50,半箱,450x350x300,,\n"
)


def test_a_price_list_of_an_exporter_brings_the_packing(put):
    found = import_files(put(PRICES), by=SYSTEM)
    assert found["created"] == {"product": 2}
    assert [row["warning"] for row in found["warnings"]] == [
        "每箱件数：“半箱”不是数字。请写成 1234.50 这样。产品照常导入，这一格不取。",
        "外箱（厘米）：450x350x300不是尺寸。请用厘米写成 45 × 35 × 30。产品照常导入，这一格不取。",
    ]
    lamp = Variant.objects.get(sku="LL20")
    assert (lamp.price, lamp.currency, lamp.carton_quantity, lamp.gross_weight, lamp.net_weight) == (
        Decimal("9.8"),
        "USD",
        24,
        Decimal("12.5"),
        11,
    )
    assert (lamp.carton_length, lamp.carton_width, lamp.carton_height) == (45, 35, 30)
    assert import_files(put(PRICES), by=SYSTEM)["unchanged"] == {"product": 2}
    changed = import_files(put(PRICES.replace("(cm)", "(mm)").replace("45*35*30", "460 x 350 x 300")), by=SYSTEM)
    assert changed["updated"] == {"product": 2} and Variant.objects.get(sku="LL20").carton_length == 46


def test_what_a_program_writes_under_its_table_is_no_row(put):
    report = '"Account Name","Billing City","Industry"\n"Lichthaus GmbH","Berlin","Retail"\n"Grand Totals (1 records)"\n"Copyright (c) 2000-2025 Example, inc."\n'
    assert import_files(put(report), by=SYSTEM)["created"] == {"customer": 1}
    assert Customer.objects.get().name == "Lichthaus GmbH"


@pytest.mark.parametrize("written", ["人民币", "RMB", "cny"])
def test_a_currency_has_several_names(put, written):
    list_of_prices = f"货号,品名,单价,币种\nK1,落地灯,¥9.80,{written}\n"
    assert import_files(put(list_of_prices), by=SYSTEM)["created"] == {"product": 1}
    assert Variant.objects.get(sku="K1").currency == "CNY"

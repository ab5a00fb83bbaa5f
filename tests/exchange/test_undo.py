"""An import is taken back: as if it had never been, unless somebody built on it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.people import User
from boothline.accounts.sign_ins import SignIn
from boothline.catalogue.products import Product, Variant, edit_product
from boothline.catalogue.stock import keep_stock
from boothline.core import tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer, edit_customer, unmask
from boothline.customers.companies import Company, add_companies
from boothline.exchange import imports, jobs, undo
from boothline.exchange.jobs import Import, hand_in, import_at_once, run_due, start
from boothline.exchange.undo import ask_undo, plan_of, undo_import
from boothline.followups.touches import log_touch
from boothline.orders.particulars import edit_particulars
from boothline.orders.register import Order
from boothline.timeline.history import Event
from tests.checksum import tables

pytestmark = pytest.mark.django_db

ACCOUNTS = "account,sector,employees,account_owner\nAcme Corporation,technology,2822,Anna Snelling\nNordlicht GmbH,lighting,40,\n"
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
AGENTS = "sales_agent,manager\nAnna Snelling,Dustin Brinkmann\nLin Mei,Dustin Brinkmann\n"
PEOPLE = "name,company,phone,email\nAda Byron,Acme Corporation,+44 20 7946 0018,ada@acme.example\nNils Berg,Berg AB,+46 8 5550 0001,\n"
DEALS = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "B1,Lin Mei,MG Special,Nordlicht GmbH,Engaging,2016-10-20,,\nC1,Anna Snelling,GTX Pro,Acme Corporation,Won,2016-10-20,2017-03-01,1054\n"
    "D1,Anna Snelling,GTX Pro,Acme Corporation,Lost,2016-10-25,2017-03-11,0\nE1,Lin Mei,MG Special,,Engaging,2016-11-01,,\n"
)
ORDERS = (
    "order id,order date,ship date,customer name,product,quantity,unit price,discount,freight,po number,carrier\n"
    "O-1,2019-05-01,2019-05-09,Acme Corporation,GTX Pro,2,10,0.15,12.5,PO-77,DHL\nO-1,2019-05-01,2019-05-09,Acme Corporation,MG Special,5,3,0,12.5,PO-77,DHL\n"
    "O-2,2019-05-02,,Nordlicht GmbH,MG Special,7,55,0,,,\nO-3,2019-05-03,2019-05-20,Kappa,Beta,3,7.77,0,,,\n"
)
RETURNS = "Returned,Order ID\nYes,O-1\nNo,O-3\n"
RECEIPTS = (
    "流水号,到账日期,付款方,订单号,到账金额,手续费,币种,附言\nL1,2019-05-06,Acme Corporation,O-1,30,,CNY,货款\nL2,2019-05-07,Kappa,O-3,19.5,0.5,CNY,定金\n"
    "L3,2019-05-08,Nordlicht GmbH,,100,,CNY,没写订单\n"
)
STAYS = {"exchange.Import", "exchange.Footprint", "documents.Counter", "core.Press"}


def everything() -> dict[str, list]:
    """Every row there is, but what an import leaves: its own record, numbers that were given, and what the company's history says."""
    found = {}
    for model in tables():
        if model._meta.label not in STAYS:
            rows = model._base_manager.order_by("pk").values()
            rows = rows.exclude(subject_kind__in=("company", "import")) if model is Event else rows
            found[model._meta.label] = [{k: str(v) if isinstance(v, timezone.datetime) else v for k, v in row.items()} for row in rows]
    return found


def assert_as_before(before: dict[str, list]) -> None:
    for label, rows in everything().items():
        assert rows == before[label], f"{label} is not as it was"


@pytest.fixture
def load(tmp_path: Path, world):
    def bring_in(*texts: str, **more) -> Import:
        files = [tmp_path / f"{i}.csv" for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        _result, job = import_at_once(files, by=more.pop("by", SYSTEM), **more)
        assert job
        job.refresh_from_db()
        return job

    return bring_in


@pytest.fixture
def heyuan(world) -> Client:
    client = Client()
    client.force_login(world.users["heyuan"])
    return client


def test_everything_is_as_it_was(world, load):
    world.take(company="Nordlicht GmbH", name="Jana Vogt", phones=["+49 30 5550 0101"])
    before = everything()
    job = load(ACCOUNTS, PRODUCTS, AGENTS, PEOPLE)
    assert Customer.objects.get(name="Nordlicht GmbH").extra["sector"] == "lighting"
    assert User.objects.filter(team__name="Dustin Brinkmann").count() == 2
    with pytest.raises(NotAllowed):  # colleagues are among them
        undo_import(job, by=world.heyuan)
    undo_import(job, by=SYSTEM)
    assert_as_before(before)
    job.refresh_from_db()
    assert (job.state, job.undone_by, job.footprints.count()) == ("undone", None, 0)


def test_orders_with_all_that_hangs_on_them_go_whole(world, load):
    """Beside a customer, a product and an order that were there; in one run, and in several, the later ones first."""
    customer = world.take(company="Nordlicht GmbH", name="Jana Vogt", phones=["+49 30 5550 0101"])
    world.opened(customer)
    load(PRODUCTS.splitlines()[0] + "\nMG Special,MG,50\n")
    before = everything()
    job = load(ACCOUNTS, PRODUCTS, AGENTS, DEALS, ORDERS, RETURNS, RECEIPTS)
    made = job.answer["created"]
    assert (made["opportunity"], made["order"], made["order_line"], made["return"], made["receipt"]) == (4, 3, 4, 1, 3)
    apart = {label for label, rows in everything().items() if rows != before[label]}
    assert {
        "orders.Shipment",
        "orders.Problem",
        "billing.Allocation",
        "billing.Balance",
        "intentions.Intention",
        "catalogue.Product",
    } <= apart
    undo_import(job, by=SYSTEM)
    assert_as_before(before)
    jobs_in_turn = [load(ACCOUNTS, PRODUCTS, AGENTS), load(ORDERS, RETURNS), load(RECEIPTS), load(DEALS)]
    for later in reversed(jobs_in_turn):
        undo_import(later, by=SYSTEM)
    assert_as_before(before)


def test_people_of_a_fair_go_with_their_captures_and_whoever_was_there_stays(world, load):
    world.take(company="Nordlicht GmbH", name="Jana Vogt", phones=["+49 30 5550 0101"])
    before = everything()
    jana = "Jana Vogt,Nordlicht GmbH,+49 30 5550 0101,\n"
    job = load(PEOPLE + jana, fair_code=world.fair.code)
    assert job.answer["created"] == {"contact": 2, "customer": 2, "capture": 3}
    undo_import(job, by=SYSTEM)
    assert_as_before(before)


def test_what_the_service_did_with_it_since_goes_too(world, load):
    before = everything()
    job = load(ACCOUNTS, AGENTS, PRODUCTS)
    captured = load(PEOPLE, fair_code=world.fair.code, by=world.heyuan)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        tasks.sweep()
        tasks.run_daily()
        undo_import(captured, by=world.heyuan)
        undo_import(job, by=SYSTEM)
    for label, rows in everything().items():
        if label.split(".")[1] not in ("Event", "Delivery", "Customer", "Lesson"):  # the daily task says that it was there, and judges anew
            assert rows == before[label], f"{label} is not as it was"
    assert Customer.objects.count() == len(before["customers.Customer"])


def test_the_second_load_is_no_import_of_its_own(load, tmp_path):
    load(ACCOUNTS, PEOPLE)
    _result, again = import_at_once([tmp_path / "0.csv", tmp_path / "1.csv"], by=SYSTEM)
    assert again is None and Import.objects.count() == 1


def test_a_dry_run_leaves_nothing_to_undo(load, tmp_path):
    (tmp_path / "0.csv").write_text(ACCOUNTS)
    assert import_at_once([tmp_path / "0.csv"], by=SYSTEM, dry_run=True)[1] is None and not Import.objects.exists()


def test_what_was_changed_gets_its_values_back(load, world):
    load(ACCOUNTS)
    before = everything()
    job = load(ACCOUNTS.replace("technology", "software").replace("2822", "3000"))
    assert plan_of(job).counts(plan_of(job).trail.changed) == {"customer": 1}
    undo_import(job, by=SYSTEM)
    assert_as_before(before)


def test_whoever_built_on_it_stands_in_the_way_and_is_named(load, world):
    job = load(ACCOUNTS)
    acme = Customer.objects.get(name="Acme Corporation")
    log_touch(acme, by=world.heyuan, channel="call", words="要报价", ended="no_need")
    with pytest.raises(Refused) as refused, override("en"):
        undo_import(job, by=world.heyuan)
    assert "Acme Corporation" in str(refused.value.words) and "Nordlicht" not in str(refused.value.words)
    assert Customer.objects.filter(name="Acme Corporation").exists() and Import.objects.get().state == "done"


def test_all_the_rest_goes_and_what_somebody_built_on_stays_whole(load, world, heyuan):
    job = load(ACCOUNTS, PRODUCTS, PEOPLE.replace("Acme Corporation", "Acme Labs"))
    acme = Customer.objects.get(name="Acme Labs")
    log_touch(acme, by=world.heyuan, channel="call", words="要报价", ended="no_need")
    edit_product(product := Product.objects.get(code="MG Special"), by=world.heyuan, revision=product.revision, values={"lead_days": 3})
    before = {
        label: rows for label, rows in everything().items() if label in ("customers.Customer", "customers.Contact", "catalogue.Variant")
    }
    page = heyuan.get(reverse("import-undo", args=[job.pk])).content.decode()
    assert "撤销其余，保留这 2 条" in page and reverse("customer", args=[acme.pk]) in page and reverse("product", args=[product.pk]) in page
    heyuan.post(reverse("import-undo", args=[job.pk]), {"but": "1"})
    job.refresh_from_db()
    assert (job.state, list(Customer.objects.values_list("name", flat=True))) == ("undone", ["Acme Labs"])
    assert list(Product.objects.order_by("code").values_list("code", flat=True)) == ["MG Special", "PN60", "TR20"]
    for label, rows in everything().items():
        if label in before:
            assert all(row in before[label] for row in rows)
    assert acme.contacts.get().name == "Ada Byron" and product.variants.count() == 1  # whole
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "之后有人接着做的已保留" in page and reverse("customer", args=[acme.pk]) in page


def test_an_order_that_somebody_built_on_stays_with_its_customer_and_products(load, world):
    orders = "order number,order date,customer,product,quantity,unit price\nA-1,2026-03-01,Acme,Lamp,10,5\nA-2,2026-03-02,Berg,Panel,2,40\n"
    job = load(orders)
    order = Order.objects.get(customer__name="Acme")
    edit_particulars(order, by=world.heyuan, revision=order.revision, values={"remark": "先到先发"}, items={})
    undo_import(job, by=world.heyuan, but=True)
    assert Order.objects.get() == order and Customer.objects.get().name == "Acme" and not Product.objects.filter(name="Panel").exists()
    assert Product.objects.filter(name="Lamp").exists() and order.contract and order.lines.count() == 1


def test_a_card_that_somebody_edited_since_stands_in_the_way(load, world):
    load(ACCOUNTS)
    job = load(ACCOUNTS.replace("technology", "software"))
    acme = Customer.objects.get(name="Acme Corporation")
    edit_customer(acme, by=world.heyuan, revision=acme.revision, values={"country": "Kenya"})
    assert [one.name for one in plan_of(job).obstacles] == ["Acme Corporation"]


def test_a_colleague_who_has_signed_in_or_owns_a_customer_stays(load, world):
    job = load(AGENTS)
    anna = User.objects.get(username="anna.snelling")
    SignIn.objects.create(user=anna, session="s", epoch=0)
    assert plan_of(job).obstacles
    SignIn.objects.all().delete()
    assert not plan_of(job).obstacles
    customer = world.take(company="公海商行", name="没人管")
    Customer.objects.filter(pk=customer.pk).update(owner=anna)
    assert [one.name for one in plan_of(job).obstacles] == ["公海商行"]


def test_whoever_only_looked_is_not_in_the_way(load, world):
    job = load(PEOPLE)
    customer = Customer.objects.get(name="Berg AB")
    unmask(customer, by=world.admin)
    undo_import(job, by=world.heyuan)
    assert Event.objects.filter(kind="customers.unmasked").count() == 1 and not Customer.objects.filter(name="Berg AB").exists()


def test_of_two_imports_the_later_one_goes_first(load, world):
    before = everything()
    first = load(ACCOUNTS)
    second = load(ACCOUNTS.replace("technology", "software"), by=world.heyuan)
    with pytest.raises(Refused) as refused, override("en"):
        undo_import(first, by=world.heyuan)
    assert "undo that one first" in str(refused.value.words)
    undo_import(second, by=world.heyuan)
    undo_import(first, by=world.heyuan)
    assert_as_before(before)


def test_a_contact_that_a_later_import_added_to_a_company_goes_first(load, world):
    first = load(PEOPLE)
    load("name,company,email\nAda Byron,Acme Corporation,ada@acme.example\n", fair_code=world.fair.code)
    with pytest.raises(Refused) as refused, override("en"):
        undo_import(first, by=world.heyuan)
    assert "undo that one first" in str(refused.value.words)


def test_a_price_that_was_changed_comes_back(load, world):
    load(PRODUCTS)
    before = everything()
    undo_import(load(PRODUCTS.replace("4821", "5000")), by=SYSTEM)
    assert_as_before(before)


def test_a_product_that_was_edited_since_stays(load, world):
    job = load(PRODUCTS)
    product = Product.objects.get(code="MG Special")
    edit_product(product, by=world.heyuan, revision=product.revision, values={"lead_days": 3})
    assert [one.name for one in plan_of(job).obstacles] == ["MG Special"]


def test_pressed_twice_it_is_done_once(load, world):
    job = load(ACCOUNTS)
    undo_import(job, by=world.heyuan)
    assert undo_import(job, by=world.heyuan).state == "undone"
    assert Event.objects.filter(kind="exchange.import_undone").count() == 1


def test_after_thirty_days_it_stays(load, world):
    job = load(ACCOUNTS)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with pytest.raises(Refused):
            undo_import(job, by=world.heyuan)
        jobs.remove_old_files()
        assert not job.footprints.exists()


def test_not_everybody_may(load, world):
    with pytest.raises(NotAllowed):
        undo_import(load(ACCOUNTS), by=world.mei)


def test_an_import_that_broke_off_is_undone_as_far_as_it_came(world, tmp_path, monkeypatch):
    before = everything()
    (tmp_path / "a.csv").write_text(AGENTS)
    (tmp_path / "b.csv").write_text(ACCOUNTS)
    real = imports.bring

    def dies(arrivals, **doors):
        if doors["door"].kind == "customer":
            raise KeyboardInterrupt
        return real(arrivals, **doors)

    monkeypatch.setattr(imports, "bring", dies)
    with pytest.raises(KeyboardInterrupt):
        import_at_once([tmp_path / "a.csv", tmp_path / "b.csv"], by=SYSTEM)
    job = Import.objects.get()
    assert job.state == "stopped" and User.objects.filter(username="anna.snelling").exists()
    undo_import(job, by=SYSTEM)
    assert_as_before(before)


def test_on_the_page_it_says_what_it_will_do_and_what_stands_in_the_way(world, heyuan, monkeypatch, tmp_path):
    monkeypatch.setattr(jobs.settings, "BOOTHLINE_HOME", tmp_path)
    job = hand_in([SimpleUploadedFile("名单.csv", "公司名称,国家\n光速贸易,中国\n".encode())], by=world.heyuan)
    run_due()
    start(job, by=world.heyuan)
    run_due()
    assert reverse("import-undo", args=[job.pk]) in heyuan.get(reverse("import", args=[job.pk])).content.decode()
    page = heyuan.get(reverse("import-undo", args=[job.pk])).content.decode()
    assert "撤销" in page and "客户" in page and '<button class="btn risk"' in page
    customer = Customer.objects.get(name="光速贸易")
    edit_customer(customer, by=world.heyuan, revision=customer.revision, values={"country": "德国"})
    page = heyuan.get(reverse("import-undo", args=[job.pk])).content.decode()
    assert reverse("customer", args=[customer.pk]) in page and '<button class="btn risk"' not in page
    assert heyuan.post(reverse("import-undo", args=[job.pk]), {}).status_code == 422


def test_a_large_one_is_undone_by_the_worker(world, load, monkeypatch):
    before = everything()
    job = load(ACCOUNTS)
    monkeypatch.setattr(undo, "LARGE", 0)
    assert ask_undo(job, by=world.heyuan).state == "undoing" == ask_undo(job, by=world.heyuan).state
    assert undo.run_due() == 1 and undo.run_due() == 0
    job.refresh_from_db()
    assert job.state == "undone"
    assert_as_before(before)


def test_what_somebody_built_before_the_worker_came_is_said_on_the_page(world, load, heyuan, monkeypatch):
    job = load(ACCOUNTS)
    monkeypatch.setattr(undo, "LARGE", 0)
    ask_undo(job, by=world.heyuan)
    log_touch(Customer.objects.get(name="Acme Corporation"), by=world.heyuan, channel="call", words="要报价", ended="no_need")
    undo.run_due()
    job.refresh_from_db()
    assert job.state == "done" and "Acme Corporation" in job.why
    assert "Acme Corporation" in heyuan.get(reverse("import", args=[job.pk])).content.decode()


SOLD = "order id,order date,customer name,sku,product,quantity,unit price\nO-{n},2016-05-01,{who},TR20-1,轨道射灯,3,10\n"


def test_others_sell_the_same_goods_and_an_import_of_orders_can_still_be_undone(load, world):
    """What is claimed of goods that stood before is counted anew, whoever claims it."""
    variant = world.products["TR20"].variants.get()
    keep_stock(variant, by=SYSTEM, revision=variant.revision, kind="counted")
    add_companies([Company("Kappa")], by=SYSTEM)
    before = everything()
    undo_import(load(SOLD.format(n=1, who="Kappa")), by=SYSTEM)
    assert_as_before(before)
    job = load(SOLD.format(n=1, who="Kappa"))
    load(SOLD.format(n=2, who="Lambda"))
    world.opened()
    assert Variant.objects.get(pk=variant.pk).missing == 16
    assert plan_of(job).obstacles == []
    undo_import(job, by=SYSTEM)
    assert Variant.objects.get(pk=variant.pk).missing == 13


def test_goods_are_counted_anew_where_an_order_stays_that_somebody_built_on(load, world):
    variant = world.products["TR20"].variants.get()
    keep_stock(variant, by=SYSTEM, revision=variant.revision, kind="counted")
    job = load(SOLD.format(n=1, who="Kappa") + SOLD.format(n=2, who="Lambda").splitlines()[1] + "\n")
    assert Variant.objects.get(pk=variant.pk).missing == 6
    order = Order.objects.get(customer__name="Kappa")
    edit_particulars(order, by=world.heyuan, revision=order.revision, values={"remark": "先到先发"}, items={})
    undo_import(job, by=world.heyuan, but=True)
    assert Order.objects.get() == order and Variant.objects.get(pk=variant.pk).missing == 3

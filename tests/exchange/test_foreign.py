"""Companies, products and colleagues by file: once, again, changed there, changed here, of one name."""

from pathlib import Path

import pytest

from boothline.accounts.people import User
from boothline.catalogue.products import Product, Variant
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.customers.card import Contact, Customer, Person, add_people, assign, edit_customer
from boothline.customers.companies import Company, add_companies
from boothline.customers.merging import merge
from boothline.exchange.exports import export_kind
from boothline.exchange.foreign import Foreign
from boothline.timeline.history import Event
from tests.bringing import import_files

pytestmark = pytest.mark.django_db

ACCOUNTS = "account,sector,employees,office_location,subsidiary_of\nAcme Corporation,technology,2822,United States,\nBetatech,medical,1185,Kenya,Acme Corporation\n"
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
AGENTS = "sales_agent,manager\nAnna Snelling,Dustin Brinkmann\nLin Mei,Dustin Brinkmann\n"


@pytest.fixture
def load(tmp_path: Path, world):
    def bring_in(*texts: str, **more):
        files = [tmp_path / f"{i}.csv" for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        return import_files(files, by=more.pop("by", SYSTEM), **more)

    return bring_in


def test_what_a_file_says_of_a_company_stands_on_its_card(load):
    found = load(ACCOUNTS)
    assert (found["created"], found["warnings"]) == ({"customer": 2}, [])
    beta = Customer.objects.get(name="Betatech")
    assert (beta.country, beta.owner, beta.type) == ("Kenya", None, "visitor")
    assert beta.more == [("行业", "medical"), ("员工人数", "1185"), ("隶属", "Acme Corporation")]


def test_products_and_colleagues_become_usable_records(load):
    found = load(PRODUCTS, AGENTS)
    assert found["created"] == {"product": 2, "user": 2} and found["figures"] == {"teams": 1}
    variant = Variant.objects.get(sku="GTX Pro")
    assert (str(variant.price), variant.currency, variant.product.family) == ("4821.0000", "CNY", "GTX")
    anna = User.objects.get(username="anna.snelling")
    assert (anna.name, anna.roles, anna.team.name, anna.has_usable_password()) == ("Anna Snelling", ["sales"], "Dustin Brinkmann", False)


def test_the_same_files_again_change_nothing(load):
    load(ACCOUNTS, PRODUCTS, AGENTS)
    before = Event.objects.count()
    again = load(ACCOUNTS, PRODUCTS, AGENTS)
    assert (again["created"], again["updated"]) == ({}, {}) and again["unchanged"] == {"user": 2, "product": 2, "customer": 2}
    assert Event.objects.count() == before


def test_a_column_less_and_an_empty_cell_say_nothing(load):
    load(ACCOUNTS)
    again = load("account,sector,employees\nAcme Corporation,,2822\nBetatech,medical,\n")
    assert again["updated"] == {} and again["unchanged"] == {"customer": 2}
    assert Customer.objects.get(name="Betatech").extra["parent"] == "Acme Corporation"


def test_what_the_file_says_otherwise_now_is_taken(load):
    load(ACCOUNTS, PRODUCTS)
    again = load(ACCOUNTS.replace("Kenya", "Uganda").replace("medical", "health"), PRODUCTS.replace("4821", "4900"))
    assert again["updated"] == {"customer": 1, "product": 1} and again["warnings"] == []
    beta = Customer.objects.get(name="Betatech")
    assert (beta.country, beta.extra["sector"], str(Variant.objects.get(sku="GTX Pro").price)) == ("Uganda", "health", "4900.0000")
    told = Event.objects.filter(kind="customers.edited", subject_id=beta.pk).order_by("id")
    assert [event.shown_changes() for event in told] == [[("国家", "肯尼亚", "乌干达")], [("行业", "medical", "health")]]


def test_what_somebody_changed_here_stays_and_the_row_is_named(load, world):
    load(ACCOUNTS)
    beta = Customer.objects.get(name="Betatech")
    edit_customer(beta, by=world.users["heyuan"].actor(), revision=beta.revision, values={"country": "Germany"})
    again = load(ACCOUNTS.replace("Kenya", "Uganda").replace("1185", "1200"))
    assert again["updated"] == {"customer": 1} and [w["row"] for w in again["warnings"]] == [3]
    assert "国家" in again["warnings"][0]["warning"]
    beta.refresh_from_db()
    assert (beta.country, beta.extra["employees"]) == ("Germany", "1200")
    assert load(ACCOUNTS.replace("Kenya", "Uganda").replace("1185", "1200"))["warnings"] == []  # it was said once


def test_a_company_on_record_is_joined_and_only_gaps_are_filled(load, world):
    customer = world.take()
    found = load(f"客户名称,国家,所属行业\n{customer.name},中国,照明\n")
    assert found["created"] == {} and found["updated"] == {"customer": 1}
    customer.refresh_from_db()
    assert (customer.country, customer.extra["sector"]) == ("中国", "照明")


def test_two_on_record_of_one_name_are_not_guessed(load, world):
    for _n in range(2):
        add_companies([Company("Nordlicht GmbH")], by=SYSTEM)
    found = load("account,sector\nNordlicht,lighting\nAcme,medical\n")
    assert found["created"] == {"customer": 1} and [r["row"] for r in found["rejected"]] == [2]
    assert "Nordlicht" in found["rejected"][0]["reason"]


def test_one_name_twice_in_a_file_is_told_or_refused(load):
    found = load("account,sector\nAcme,medical\nACME,medical\nAcme Ltd,retail\n")
    assert found["created"] == {"customer": 1} and found["unchanged"] == {}
    assert [r["row"] for r in found["rejected"]] == [3, 4]
    told = load("account,sector\nBeta,medical\nBeta,medical\n")
    assert told["created"] == {"customer": 1} and told["unchanged"] == {"customer": 1} and [w["row"] for w in told["warnings"]] == [3]


def test_an_id_tells_two_of_one_name_apart_and_knows_one_that_was_renamed(load):
    text = "customerID,account,sector\nC1,Acme,medical\nC2,Acme,retail\n"
    assert load(text)["created"] == {"customer": 2}
    assert load(text.replace("C1,Acme", "C1,Acme Europe"))["updated"] == {"customer": 1}
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Acme", "Acme Europe"]


def test_ids_of_one_system_are_not_those_of_another(load):
    load("customerID,account\nC1,Acme\n", source="one")
    assert load("customerID,account\nC1,Nordlicht\n", source="two")["created"] == {"customer": 1}
    assert Foreign.objects.filter(key="C1").count() == 2


def test_a_product_is_known_by_its_folded_name(load):
    load(PRODUCTS)
    found = load("product,sales_price\nGTXPro,4821\n")
    assert found["created"] == {} and Product.objects.filter(name="GTX Pro").count() == 1


def test_an_owner_is_a_colleague_of_the_same_run_and_a_stranger_is_told(load):
    load("account,owner\nAcme,Anna Snelling\nBeta,Nobody\n", AGENTS)
    assert Customer.objects.get(name="Acme").owner.username == "anna.snelling"
    assert Customer.objects.get(name="Beta").owner is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("product,sales_price\nLamp,cheap\n", "cheap"), ("product,sales_price\nLamp,-5\n", "价格"), ("product,price,currency\nLamp,5,XYZ\n", "XYZ"),
        ("product,moq,unit\nLamp,1.5,pcs\n", ""), ("product,price,leadtime\nLamp,5,-3\n", "-3"), (f"account,sector\n{'A' * 201},x\n", "201"),
        ("account,sector\n,medical\n", ""), ("sales_agent,manager\n,Dustin\n", ""),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_the_others_stand(load, text: str, hint: str):
    good = {"product": "Good,1", "account": "Good,x", "sales_agent": "Good One,x"}[text.split(",", maxsplit=1)[0]]
    found = load(text + good + "," * (text.split("\n", maxsplit=1)[0].count(",") - 1) + "\n")
    assert [r["row"] for r in found["rejected"]] == [2] and hint in found["rejected"][0]["reason"]
    assert sum(found["created"].values()) == 1


def test_a_dry_run_says_the_same_and_stores_nothing(load):
    dry = load(ACCOUNTS, PRODUCTS, AGENTS, dry_run=True)
    assert Foreign.objects.count() == 0 and not Customer.objects.exists()
    assert load(ACCOUNTS, PRODUCTS, AGENTS) == dry


def test_colleagues_are_added_by_whoever_may_add_people(load, world):
    with pytest.raises(NotAllowed):
        load(AGENTS, by=world.users["heyuan"].actor())


def test_who_went_into_another_comes_back_as_the_other(load, tmp_path: Path):
    """In our own export, of customers and of their people, and by name."""
    kept, gone = add_companies([Company("远航照明"), Company("远航灯饰")], by=SYSTEM)
    (contact,) = add_people([Person(name="林梅", company="远航灯饰", customer=gone)], by=SYSTEM)
    out = {kind: tmp_path / f"{kind}.csv" for kind in ("customer", "contact")}
    for kind, file in out.items():
        export_kind(kind, by=SYSTEM, form="csv", out=file)
    merge(kept, by=SYSTEM, goes=gone)
    told = import_files(list(out.values()), by=SYSTEM)
    assert (told["created"], told["rejected"], Customer.objects.count()) == ({}, [], 1)
    contact.delete()
    assert import_files(list(out.values()), by=SYSTEM)["created"] == {"contact": 1} and Customer.objects.count() == 1
    assert load("account,country\n远航灯饰,中国\n")["created"] == {} and load("客户,联系日期,联系内容\n远航灯饰,2025-03-04,寄了目录\n")[
        "created"
    ] == {"touch": 1}


def test_an_owner_who_is_known_later_is_set(load, world):
    rows = "account,account_owner\nAcme Corporation,Mei\nBetatech,Anna Snelling\n"
    load(rows.replace(",Mei", ","))
    acme, beta = (Customer.objects.get(name=name) for name in ("Acme Corporation", "Betatech"))
    assert (acme.owner, beta.owner) == (None, None)
    again = load(rows, AGENTS)
    assert again["updated"] == {"customer": 2}
    acme, beta = (Customer.objects.get(name=name) for name in ("Acme Corporation", "Betatech"))
    assert (acme.owner.name, beta.owner.name) == (world.users["mei"].name, "Anna Snelling") and beta.team.name == "Dustin Brinkmann"
    assign(acme, by=world.heyuan, owner=world.users["kevin"], revision=acme.revision)
    told = load(rows.replace(",Mei", ",Lin Mei"))
    assert told["updated"] == {} and "负责人" in told["warnings"][0]["warning"]
    assert Customer.objects.get(name="Acme Corporation").owner == world.users["kevin"]


PEOPLE = "account_id,name,company\nA-1,Jana Vogt,Acme Corporation\nA-2,Nils Berg,\n"


def test_what_hangs_on_a_company_that_was_not_taken_is_not_taken(load):
    """By its id, and by its name; and its id is no column that was left."""
    bad = "account_id,account,sector\nA-1,Acme Corporation," + "x" * 201 + "\nA-2,Betatech,retail\n"
    found = load(bad, PEOPLE, "name,company\nAda Byron,ACME Corporation\n")
    assert found["created"] == {"customer": 1, "contact": 1} and found["warnings"] == []
    assert [(Path(row["file"]).name, row["row"]) for row in found["rejected"]] == [("0.csv", 2), ("1.csv", 2), ("2.csv", 2)]
    assert "0.csv" in found["rejected"][1]["reason"] and Contact.objects.get().customer.name == "Betatech"
    assert load(bad.replace("x" * 201, "medical"), PEOPLE)["created"] == {"customer": 1, "contact": 1}


def test_people_of_whose_company_only_the_id_is_said_are_counted_alike_beforehand(load):
    files = ("account_id,account,sector\nA-1,Acme Corporation,medical\nA-2,Betatech,retail\n", PEOPLE)
    dry = load(*files, dry_run=True)
    assert dry["created"] == {"customer": 2, "contact": 2} and load(*files) == dry

"""Opportunities of another system: each lands as what its stage says, moves on with a later file, or waits for a customer."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boothline.catalogue.products import Product
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.customers.ladder import unsettled
from boothline.customers.merging import merge
from boothline.exchange.foreign import Foreign
from boothline.exchange.jobs import hand_in, run_due, start
from boothline.exchange.opportunities import Opportunity, attach
from boothline.exchange.stages import stage_of
from boothline.followups.steps import NextStep
from boothline.intentions.lapse import lapse_all
from boothline.intentions.products import Intention, lose
from boothline.messaging.models import Letter
from boothline.negotiation.interest import interests_of
from boothline.negotiation.objections import Objection
from boothline.orders.register import Order
from boothline.timeline.history import Event
from tests.bringing import import_files

pytestmark = pytest.mark.django_db

ACCOUNTS = "account,sector\nAcme Corporation,medical\nBetatech,retail\nCancity,retail\nDalt,retail\n"
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
TEAMS = "sales_agent,manager\nAnna Snelling,Dustin Brinkmann\nMoses Frase,Dustin Brinkmann\n"
HEADINGS = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
ROWS = [
    "A1,Anna Snelling,GTXPro,Acme Corporation,Prospecting,,,",
    "B1,Moses Frase,MG Special,Betatech,Engaging,2016-10-20,,",
    "C1,Moses Frase,GTXPro,Cancity,Won,2016-10-20,2017-03-01,1054",
    "D1,Anna Snelling,GTX Pro,Dalt,Lost,2016-10-25,2017-03-11,0",
    "E1,Anna Snelling,MG Special,,Engaging,2016-11-01,,",
    "F1,Anna Snelling,MG Special,,Prospecting,,,",
]
PIPELINE = HEADINGS + "\n".join(ROWS) + "\n"


@pytest.fixture
def load(tmp_path: Path, world):
    def bring_in(*texts: str, **more):
        files = [tmp_path / f"{i}.csv" for i in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        return import_files(files, by=more.pop("by", SYSTEM), **more)

    return bring_in


@pytest.fixture
def loaded(load):
    return load(PIPELINE, TEAMS, PRODUCTS, ACCOUNTS)


def types() -> dict[str, str]:
    return dict(Customer.objects.values_list("name", "type"))


def test_each_lands_as_its_stage_says(loaded):
    """Example 33."""
    assert loaded["created"] == {"user": 2, "product": 2, "customer": 4, "opportunity": 6} and loaded["rejected"] == []
    assert types() == {"Acme Corporation": "visitor", "Betatech": "intending", "Cancity": "ordering", "Dalt": "visitor"}
    assert not unsettled().exists() and not Objection.objects.exists()
    acme = Customer.objects.get(name="Acme Corporation")
    assert [(str(i.product), [str(s) for s in i.sources]) for i in interests_of(acme)] == [("GTX Pro", ["导入时得知"])]
    assert Product.objects.filter(name__startswith="GTX").count() == 1


def test_the_days_and_the_value_are_those_of_the_file(loaded):
    order = Order.objects.get()
    assert (timezone.localdate(order.opened_at), str(order.total), order.currency) == (date(2017, 3, 1), "1054.00", "CNY")
    assert order.extra == {"came_as": "C1", "sold_by": "Moses Frase"}
    living, lost = Intention.objects.get(state="open"), Intention.objects.get(state="lost")
    assert (timezone.localdate(living.made_at), living.lost_on, str(living)) == (date(2016, 10, 20), None, "MG Special")
    assert (timezone.localdate(lost.made_at), lost.lost_on, lost.lost_reason) == (date(2016, 10, 25), date(2017, 3, 11), "")


def test_what_was_won_long_ago_counts_as_delivered_and_what_was_won_lately_is_open(loaded, load):
    assert Order.objects.get().state == "complete" and "90" in loaded["warnings"][1]["warning"]
    lately = clock.today() - timedelta(days=20)
    load(HEADINGS + f"G1,Moses Frase,GTXPro,Cancity,Won,,{lately},900\n")
    assert Order.objects.get(extra__came_as="G1").state != "complete"


def test_the_figures_are_those_of_what_is_stored(loaded, load):
    figures = {"opportunities": {"prospecting": 2, "engaging": 2, "won": 1, "lost": 1}, "value": 1054, "without_customer": 2}
    assert loaded["figures"] == figures | {"teams": 1}
    assert load(PIPELINE)["figures"] == figures


def test_nothing_of_it_makes_noise(loaded):
    assert not NextStep.objects.exists() and not Letter.objects.exists()


def test_the_same_file_again_changes_nothing(loaded, load):
    before = Event.objects.count()
    again = load(PIPELINE)
    assert (again["created"], again["updated"], again["unchanged"]) == ({}, {}, {"opportunity": 6})
    assert Event.objects.count() == before


def test_a_dry_run_says_the_same_and_stores_nothing(load):
    dry = load(PIPELINE, TEAMS, PRODUCTS, ACCOUNTS, dry_run=True)
    assert not Opportunity.objects.exists() and not Foreign.objects.exists() and not Order.objects.exists()
    assert load(PIPELINE, TEAMS, PRODUCTS, ACCOUNTS) == dry


def test_other_ways_of_writing_the_days_are_the_same_days(loaded, load):
    text = PIPELINE.replace("2016-10-20", "20-10-16").replace("2016-10-25", "25-10-16").replace("2016-11-01", "01-11-16")
    text = text.replace("2017-03-01", "01-03-17").replace("2017-03-11", "31-03-17").replace("close_value\n", "close_value,close_quarter\n")
    again = load(text.replace("31-03-17", "11-03-17"))
    assert again["updated"] == {} and again["unchanged"] == {"opportunity": 6} and again["created"] == {}
    assert [w["warning"] for w in again["warnings"] if "close_quarter" in w["warning"]] == []  # no cell of it says anything


def test_days_that_may_be_two_are_asked(load):
    load(TEAMS, PRODUCTS, ACCOUNTS)
    with pytest.raises(Refused, match="2016-10-20"):
        load(HEADINGS + "B1,Moses Frase,MG Special,Betatech,Engaging,03/04/2016,,\n")


# Without a customer.


def test_without_a_customer_it_waits_and_nobody_is_invented(loaded):
    assert Customer.objects.count() == 4
    waiting = Opportunity.objects.waiting().order_by("pk")
    assert [(o.key, str(o.product), str(o.seller), o.stage, o.opened_on) for o in waiting] == [
        ("E1", "MG Special", "Anna Snelling", "engaging", date(2016, 11, 1)), ("F1", "MG Special", "Anna Snelling", "prospecting", None),
    ]  # fmt: skip
    assert loaded["warnings"][0]["warning"] == "2 个商机没有写客户，先留着产品、业务员和阶段，等指定客户：见“导入”。"


def test_a_later_row_that_names_the_customer_lands_it(loaded, load):
    again = load(PIPELINE.replace("E1,Anna Snelling,MG Special,,", "E1,Anna Snelling,MG Special,Dalt,"))
    assert (again["updated"], again["figures"]["without_customer"]) == ({"opportunity": 1}, 1)
    assert types()["Dalt"] == "intending" and Opportunity.objects.get(key="E1").intention.state == "open"


def test_several_are_given_a_customer_by_hand(loaded, world):
    dalt = Customer.objects.get(name="Dalt")
    attach(list(Opportunity.objects.waiting()), by=world.heyuan, customer=dalt)
    assert types()["Dalt"] == "intending" and not Opportunity.objects.waiting().exists()
    with pytest.raises(Refused):
        attach(list(Opportunity.objects.all()), by=world.heyuan, customer=dalt)
    told = Event.objects.get(kind="exchange.opportunities_attached")
    assert told.values["count"] == 2 and "E1" in told.sentence


def test_whoever_may_not_import_gives_none(loaded, world):
    with pytest.raises(NotAllowed):
        attach(list(Opportunity.objects.waiting()), by=world.mei, customer=Customer.objects.get(name="Dalt"))


def test_the_tray_is_a_page_and_gives_a_customer(loaded, world):
    heyuan = Client()
    heyuan.force_login(world.users["heyuan"])
    assert "2 个商机" in heyuan.get(reverse("imports")).content.decode()
    listed = heyuan.get(reverse("opportunities")).content.decode()
    assert "E1" in listed and "F1" in listed and "C1" not in listed
    assert "F1" not in heyuan.get(reverse("opportunities"), {"stage": "engaging"}).content.decode().split("<tbody>")[1]
    one = Opportunity.objects.get(key="E1")
    at = reverse("bulk-opportunity-customer")
    form = heyuan.get(at, {"row": one.pk}).content.decode()
    assert f"{one.pk}.{one.revision}" in form and '<option value="Dalt">' in form
    chosen = {"chosen": f"{one.pk}.{one.revision}"}
    near = heyuan.post(at, chosen | {"customer": "Acm"})
    assert near.status_code == 422 and "Acme Corporation" in near.content.decode()
    answer = heyuan.post(at, chosen | {"customer": "DALT", "press": "one"})
    assert answer.status_code == 302 and types()["Dalt"] == "intending"
    again = heyuan.post(at, chosen | {"customer": "DALT", "press": "one"}, follow=True)
    assert "没有重复执行" in again.content.decode() and Intention.objects.filter(customer__name="Dalt", state="open").count() == 1


def test_the_page_of_the_import_says_the_figures_and_leads_to_the_tray(load, world):
    load(TEAMS, PRODUCTS, ACCOUNTS)
    job = hand_in([SimpleUploadedFile("商机.csv", PIPELINE.encode())], by=world.heyuan)
    heyuan = Client()
    heyuan.force_login(world.users["heyuan"])
    run_due()
    assert "商机：赢单" in heyuan.get(reverse("import", args=[job.pk])).content.decode() and not Opportunity.objects.exists()
    start(job, by=world.heyuan)
    run_due()
    page = heyuan.get(reverse("import", args=[job.pk])).content.decode()
    assert "1,054" in page and reverse("opportunities") in page and Opportunity.objects.count() == 6


# Moving on.


def test_a_later_stage_moves_the_record(loaded, load):
    won = "B1,Moses Frase,MG Special,Betatech,Won,2016-10-20,2017-05-01,300"
    again = load(PIPELINE.replace(ROWS[1], won).replace(ROWS[0], ROWS[0].replace("Prospecting", "Engaging")))
    assert again["updated"] == {"opportunity": 2} and again["rejected"] == []
    assert (types()["Betatech"], types()["Acme Corporation"]) == ("ordering", "intending")
    order = Opportunity.objects.get(key="B1").order
    assert (str(order.total), timezone.localdate(order.opened_at)) == ("300.00", date(2017, 5, 1))
    assert Opportunity.objects.get(key="B1").intention.state == "won"
    assert again["figures"]["opportunities"] == {"prospecting": 1, "engaging": 2, "won": 2, "lost": 1} and again["figures"]["value"] == 1354


def test_what_is_lost_later_is_a_lost_intention_and_its_reason_an_objection_let_go(loaded, load):
    lost = PIPELINE.replace("close_value\n", "close_value,lost_reason\n").replace(
        ROWS[1], "B1,Moses Frase,MG Special,Betatech,Lost,2016-10-20,2017-05-01,0,价格太贵"
    )
    assert load(lost)["updated"] == {"opportunity": 1}
    intention, objection = Intention.objects.get(customer__name="Betatech"), Objection.objects.get()
    assert (intention.state, intention.lost_on, intention.lost_reason) == ("lost", date(2017, 5, 1), "价格太贵")
    assert (objection.reason, objection.state, timezone.localdate(objection.said_at)) == ("price", "let_go", date(2017, 5, 1))
    assert types()["Betatech"] == "visitor"


def test_a_stage_never_goes_back(loaded, load):
    again = load(PIPELINE.replace("Cancity,Won", "Cancity,Engaging").replace("Dalt,Lost", "Dalt,Prospecting"))
    assert [r["row"] for r in again["rejected"]] == [4, 5] and again["updated"] == {}
    assert "赢单" in again["rejected"][0]["reason"] and types()["Cancity"] == "ordering"


def test_what_became_an_order_is_corrected_there(loaded, load):
    again = load(PIPELINE.replace("2017-03-01,1054", "2017-03-01,2054"))
    assert [r["row"] for r in again["rejected"]] == [4] and Order.objects.get().number in again["rejected"][0]["reason"]
    assert str(Order.objects.get().total) == "1054.00"


def test_what_somebody_decided_here_stays(loaded, load, world):
    lose(Intention.objects.get(state="open"), by=world.heyuan, reason="项目取消")
    again = load(PIPELINE.replace(ROWS[1], "B1,Moses Frase,MG Special,Betatech,Won,2016-10-20,2017-05-01,300"))
    assert again["rejected"] == [] and [w["row"] for w in again["warnings"]] == [1, 3]  # 1: those without a customer
    assert Order.objects.count() == 1 and Intention.objects.get(customer__name="Betatech").state == "lost"


def test_the_value_of_an_engaging_one_is_the_price_of_its_line(loaded, load):
    assert load(PIPELINE.replace("Betatech,Engaging,2016-10-20,,", "Betatech,Engaging,2016-10-20,,250"))["updated"] == {"opportunity": 1}
    line = Intention.objects.get(state="open").lines.get()
    assert (str(line.quantity), str(line.price)) == ("1.000", "250.0000")


def test_an_imported_intention_lapses_only_when_nobody_moved_it_since(loaded):
    assert lapse_all() == 0
    with time_machine.travel(timezone.now() + timedelta(days=200)):
        assert lapse_all() == 1
    assert types()["Betatech"] == "visitor"


# Without ids.

CLOSED = (
    "sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "Moses Frase,GTXPro,Cancity,Won,10/20/2016,3/1/2017,1054\nAnna Snelling,GTXPro,Dalt,Lost,10/25/2016,3/11/2017,0\n"
)


def test_a_row_without_an_id_is_known_by_what_it_says(load):
    load(TEAMS, PRODUCTS, ACCOUNTS)
    twice = CLOSED + "Moses Frase,GTX Pro,CANCITY,Won,10/20/2016,3/1/2017,1054\n"
    assert load(twice)["created"] == {"opportunity": 3}  # really twice: two
    again = load(twice)
    assert (again["created"], again["unchanged"], again["figures"]["value"]) == ({}, {"opportunity": 3}, 2108)


def test_with_or_without_ids_it_is_the_same_opportunity(loaded, load):
    found = load(CLOSED)
    assert (found["created"], found["updated"], found["unchanged"]) == ({}, {}, {"opportunity": 2})
    assert Opportunity.objects.count() == 6 and Order.objects.count() == 1


def test_a_file_with_ids_knows_what_came_without(load):
    load(TEAMS, PRODUCTS, ACCOUNTS, CLOSED)
    found = load(PIPELINE)
    assert (found["created"], found["updated"]) == ({"opportunity": 4}, {"opportunity": 2})
    assert Order.objects.count() == 1 and Opportunity.objects.get(stage="won").key == "C1"
    assert load(PIPELINE)["unchanged"] == {"opportunity": 6}


def test_rows_without_ids_are_known_after_their_customers_became_one(load):
    load(TEAMS, PRODUCTS, ACCOUNTS, CLOSED)
    merge(Customer.objects.get(name="Dalt"), by=SYSTEM, goes=Customer.objects.get(name="Cancity"))
    again = load(CLOSED)
    assert (again["created"], again["updated"], again["rejected"]) == ({}, {}, []) and again["unchanged"] == {"opportunity": 2}
    assert Opportunity.objects.count() == 2 == Intention.objects.count() + Order.objects.count()


def test_a_file_with_ids_knows_what_came_without_before_a_merge(load):
    load(TEAMS, PRODUCTS, ACCOUNTS, CLOSED)
    merge(Customer.objects.get(name="Dalt"), by=SYSTEM, goes=Customer.objects.get(name="Cancity"))
    assert load(PIPELINE)["updated"] == {"opportunity": 2} and Order.objects.count() == 1


def test_a_seller_who_is_known_later_makes_no_second_opportunity(load):
    load(PRODUCTS, ACCOUNTS, CLOSED)
    found = load(TEAMS, CLOSED)
    assert (found["created"], found["updated"]) == ({"user": 2}, {"opportunity": 2}) and Opportunity.objects.filter(
        seller=None
    ).count() == 0


# What is refused.


@pytest.mark.parametrize(
    ("row", "hint"),
    [
        ("X1,,GTX Prod,Dalt,Engaging,,,", "GTX Pro"), ("X1,,Lamp,Dalt,Engaging,,,", "Lamp"), ("X1,,,Dalt,Engaging,,,", "产品"),
        ("X1,,GTX Pro,Dalton,Engaging,,,", "Dalt"), ("X1,,GTX Pro,Dalt,Winning,,,", "赢单"), ("X1,,GTX Pro,Dalt,,,,", "阶段"),
        ("X1,,GTX Pro,Dalt,Won,,2017-01-01,", "金额"), ("X1,,GTX Pro,Dalt,Won,,2999-01-01,5", "2999"), ("X1,,GTX Pro,Dalt,Won,,soon,5", "soon"),
        ("X1,,GTX Pro,Dalt,Won,,2017-01-01,cheap", "cheap"), ("X1,,GTX Pro,Dalt,Won,,2017-01-01,-5", "价格"),
        (f"{'X' * 191},,GTX Pro,Dalt,Engaging,,,", "191"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_the_others_stand(load, row: str, hint: str):
    load(TEAMS, PRODUCTS, ACCOUNTS)
    found = load(HEADINGS + row + "\n" + ROWS[2] + "\n")
    assert [r["row"] for r in found["rejected"]] == [2] and hint in found["rejected"][0]["reason"]
    assert found["created"] == {"opportunity": 1} and Product.objects.count() == 4  # two of the world's


def test_a_row_that_hangs_on_a_refused_row_is_refused_with_it(load):
    accounts = ACCOUNTS.replace("Dalt,retail", f"Dalt,{'x' * 201}")
    found = load(TEAMS, PRODUCTS, accounts, PIPELINE)
    reasons = {r["file"][-5:]: r["reason"] for r in found["rejected"]}
    assert set(reasons) == {"2.csv", "3.csv"} and "2.csv" in reasons["3.csv"]


def test_a_seller_whom_nobody_knows_is_told_once_and_left_out(load):
    load(TEAMS, PRODUCTS, ACCOUNTS)
    found = load(HEADINGS + "\n".join(f"S{i},Nobody Here,GTX Pro,Dalt,Engaging,,," for i in range(3)) + "\n")
    assert [w["row"] for w in found["warnings"]] == [2] and "Nobody Here" in found["warnings"][0]["warning"]
    assert list(Opportunity.objects.values_list("seller", flat=True)) == [None] * 3


def test_headings_and_stages_in_chinese(load):
    load(TEAMS, PRODUCTS, ACCOUNTS)
    found = load(
        "商机编号,业务员,产品,客户名称,商机阶段,开始日期,成交日期,成交金额,币种\nQ1,Anna Snelling,GTX Pro,Dalt,赢单,2016年10月20日,2017年3月1日,¥88.50,\n"
    )
    assert found["created"] == {"opportunity": 1} and found["figures"]["value"] == 88.5 and types()["Dalt"] == "ordering"


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("Prospecting", "prospecting"), ("线索", "prospecting"), ("Open", "engaging"), ("Negotiation/Review", "engaging"), ("谈判中", "engaging"),
        ("Closed Won", "won"), ("closed-won (100%)", "won"), ("成交", "won"), ("Lost", "lost"), ("丢单", "lost"),
    ],
)  # fmt: skip
def test_stages_of_other_systems(words: str, stage: str):
    assert stage_of(words) == stage


def test_many_rows_take_few_queries(load, django_assert_max_num_queries):
    load(TEAMS, PRODUCTS, ACCOUNTS)
    rows = [
        f"M{i},Anna Snelling,GTX Pro,{('Dalt', 'Cancity')[i % 2]},{('Won', 'Lost', 'Engaging', 'Prospecting')[i % 4]},2016-10-20,2017-03-01,9"
        for i in range(400)
    ]
    with django_assert_max_num_queries(190):
        assert load(HEADINGS + "\n".join(rows) + "\n")["created"] == {"opportunity": 400}

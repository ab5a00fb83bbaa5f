"""502: buyer, peer or not yet known. The worked figures of the rule book, every clue, what a person says, what to ask next."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.core.models import RuleSetting
from boothline.customers.card import Contact, Customer, Person, edit_contact, edit_customer
from boothline.customers.pins import pin
from boothline.followups.models import NextStep
from boothline.followups.steps import done
from boothline.followups.touches import log_touch
from boothline.orders.changes import cancel
from boothline.orders.models import OrderLine
from boothline.timeline.models import Event
from boothline.visitors import asking
from boothline.visitors.clues import CUES, clues_of, says
from boothline.visitors.firms import list_firm, take_off
from boothline.visitors.models import Capture, Cooperation
from boothline.visitors.recognition import (
    ASKING,
    EVIDENCE,
    OUTCOMES,
    Scales,
    judge,
    known_of,
    lift_nature,
    next_question,
    opinion_of,
    plan_question,
    recognise_all,
    say_nature,
    scales,
    swing,
)
from boothline.visitors.solicitation import Taken, take, take_many
from boothline.worktime.calendar import add_workdays
from tests.world import other_fair

DEFAULTS = Scales({code: float(e.rule.default) for code, e in EVIDENCE.items()}, 0.7, 0.8, 0.2, 1.0)

WORKED = [  # evidence, log-odds, share, answer
    ((), 0.847, 0.700, "unknown"),
    (("title_buyer", "asks_price"), 3.647, 0.975, "buyer"),
    (("dom_competitor",), -2.153, 0.104, "peer"),
    (("dom_competitor", "asks_price"), -0.653, 0.342, "unknown"),
    (("exh_same", "title_sales"), -1.953, 0.124, "peer"),
    (("kind_trading",), 1.347, 0.794, "unknown"),
]


@pytest.mark.parametrize(("found", "log_odds", "share", "nature"), WORKED)
def test_the_worked_examples(found, log_odds, share, nature):
    judged = judge(found, DEFAULTS)
    assert judged.log_odds == pytest.approx(log_odds, abs=0.0006)
    assert judged.share == pytest.approx(share, abs=0.0005)
    assert judged.nature == nature


def test_trading_alone_is_unknown_for_two_reasons():
    """Below 0.80, and evidence 0.5 < 1.0: with the share met, the evidence still does not do."""
    assert judge(["kind_trading"], replace(DEFAULTS, buyer_from=0.7)).nature == "unknown"
    assert judge(["kind_trading"], replace(DEFAULTS, needed=0.5)).nature == "unknown"
    assert judge(["kind_trading"], replace(DEFAULTS, needed=0.5, buyer_from=0.7)).nature == "buyer"


def test_in_a_group_only_the_strongest_counts():
    judged = judge(["asks_price", "asks_sample", "asks_terms", "title_boss", "title_buyer"], DEFAULTS)
    assert [reason.code for reason in judged.reasons] == ["asks_price", "title_buyer"]
    assert judge(["purpose_buy", "purpose_sell"], DEFAULTS).reasons[0].code == "purpose_sell"


def test_the_sum_is_clipped_and_what_is_shown_is_never_sure():
    for_them = judge(["purpose_buy", "kind_user", "title_buyer", "asks_price", "dom_customer", "badge_buyer", "time_soon"], DEFAULTS)
    assert for_them.log_odds == pytest.approx(6.847, abs=0.001) and for_them.kept == Decimal("0.980")
    against = judge(["purpose_sell", "kind_service", "title_press", "dom_competitor", "badge_press"], DEFAULTS)
    assert against.log_odds == pytest.approx(-5.153, abs=0.001) and against.kept == Decimal("0.020")


def test_general_descriptions_never_decide_alone():
    low = replace(DEFAULTS, prior=0.3)
    assert judge(["same_line"], low).share < 0.2 and judge(["same_line"], low).nature == "unknown"
    assert judge(["same_line", "title_sales"], low).nature == "peer"


KIND_OF_PEER = {
    "dom_competitor": "competitor", "dom_supplier": "supplier", "purpose_coop": "agent", "kind_service": "service",
    "title_press": "press", "exh_same": "competitor",
}  # fmt: skip


@pytest.mark.parametrize("code", KIND_OF_PEER)
def test_the_kind_of_peer_is_that_of_the_strongest_against(code):
    assert judge([code, "title_sales"] if code != "title_press" else [code], DEFAULTS).peer == KIND_OF_PEER[code]


BOOK = """
purpose_buy | purpose | 1.6 | 来展会是为了采购或询价 | came to buy or to ask for quotations
purpose_coop | purpose | -1.8 | 来谈合作或技术交流 | came for cooperation or exchange
purpose_sell | purpose | -2.4 | 来推介自己的产品或服务 | came to offer own products or services
kind_user | kind | 1.8 | 所在公司是终端用户 | works at a company that uses such products
kind_reseller | kind | 1.2 | 所在公司转售或选用这类产品 | works at a company that resells or specifies such products
kind_trading | kind | 0.5 | 所在公司是贸易公司 | works at a trading company
kind_maker | kind | -1.6 | 所在公司生产同类产品 | works at a maker of the same products
kind_service | kind | -2.0 | 来自服务商、协会或院校 | works at a service provider, association or school
title_buyer | title | 1.3 | 职务与采购有关 | has a purchasing title
title_boss | title | 0.3 | 是公司负责人 | is an owner or head of the company
title_sales | title | -1.0 | 职务与销售有关 | has a sales title
title_press | title | -2.4 | 来自媒体、协会或院校 | comes from press, an association or a school
asks_price | asks | 1.5 | 问了价格或起订量 | asked for MOQ and price
asks_sample | asks | 1.0 | 要样品 | asked for a sample
asks_terms | asks | 0.7 | 问了交期、付款或认证 | asked about delivery, payment or certificates
asks_making | asks | -1.2 | 问了工艺或供应商 | asked how or by whom it is made
dom_customer | who | 2.5 | 公司已是订单客户 | the company already orders from us
dom_competitor | who | -3.0 | 邮箱或公司属于竞争对手 | e-mail domain or company of a competitor
dom_supplier | who | -2.5 | 公司是我们的供应商 | the company is a supplier of ours
exh_same | list | -1.8 | 同展同类参展商 | exhibits the same category at this fair
exh_other | list | -0.3 | 同展其他类参展商 | exhibits something else at this fair
badge_buyer | list | 1.5 | 证件为采购商 | the badge says buyer
badge_press | list | -2.5 | 证件为媒体 | the badge says press
time_soon | plan | 1.0 | 半年内有采购计划 | plans to buy within six months
volume | plan | 0.9 | 提供了采购量 | named a quantity
same_line | text | -1.4 | 公司介绍的业务与我们相近 | describes a business close to ours
uses_line | text | 0.5 | 业务中用到或销售这类产品 | uses or sells such products
"""


def test_every_piece_of_evidence_has_the_group_weight_and_words_of_the_book():
    said = []
    for code, e in EVIDENCE.items():
        with override("zh-hans"):
            chinese = str(e.words)
        with override("en"):
            said.append(f"{code} | {e.group} | {e.rule.default} | {chinese} | {e.words}")
    assert said == BOOK.strip().split("\n")


WHEN = {  # each cue of the book alone
    "title_buyer": "采购 买手 供应链 purchasing sourcing procurement buyer supply_chain", "title_boss": "总经理 老板 董事 owner CEO director",
    "title_sales": "销售 业务 市场 外贸 sales marketing export business_development",
    "title_press": "记者 编辑 秘书长 学生 editor journalist student professor",
    "asks_price": "price MOQ discount 起订量 报价 价格", "asks_sample": "sample 样品 打样",
    "asks_terms": "delivery payment certificate 交期 付款 认证", "asks_making": "mould process supplier machine 工艺 模具 供应商是谁",
}  # fmt: skip


@pytest.mark.parametrize("code", WHEN)
def test_every_cue_of_the_book_is_read(code):
    for cue in WHEN[code].split():
        assert says(cue.replace("_", " "), CUES[code]), cue


# Words are read by cues, and a negation before one takes it back.

SAID = [
    ("问了报价和起订量", "asks_price", True), ("asked for MOQ", "asks_price", True), ("不要报价", "asks_price", False),
    ("没有问价格", "asks_price", False), ("没兴趣，问了价格", "asks_price", True), ("did not ask the price", "asks_price", False),
    ("doesn't need a sample", "asks_sample", False), ("no interest at all but asked for a sample", "asks_sample", True),
    ("要打样", "asks_sample", True), ("Where is the mould made?", "asks_making", True), ("供应商是谁", "asks_making", True),
    ("未谈付款", "asks_terms", False), ("never without delivery", "asks_terms", False), ("Purchasing Manager", "title_buyer", True),
    ("采购经理", "title_buyer", True), ("非采购", "title_buyer", False), ("unprocessed", "asks_making", False), ("CEO", "title_boss", True),
    ("Geschäftsführer", "title_boss", False),
    ("不是特别想报价", "asks_price", True), ("不是很想报价", "asks_price", False),  # within four characters
    ("did not really ask price", "asks_price", False), ("did not really want to ask the price", "asks_price", True),  # within three words
    *((f"{no}价格", "asks_price", False) for no in "不没未无非"),
    *((f"{no} discount", "asks_price", False) for no in ("not", "no", "never", "without", "didn't")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "counts"), SAID)
def test_cues_and_negations(text, code, counts):
    assert says(text, CUES[code]) is counts


# What is known of somebody, through the door.


def taken(world, name="张伟", company="光速贸易有限公司", **more) -> Customer:
    person = Person(name=name, company=company, **{k: more.pop(k) for k in ("title", "emails", "phones") if k in more})
    return Customer.objects.get(pk=take(Taken(person=person, **more), by=more.pop("by", world.mei), fair=world.fair).customer_id)


def evidence(customer: Customer) -> set[str]:
    return clues_of([customer])[customer.pk].evidence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "trades"),
    [("Important Lighting GmbH", False), ("Global Import-Export Ltd", True), ("Hansa Trading", True), ("某外贸公司", True)],
)
def test_a_firm_trades_by_a_whole_word_of_its_name(world, name, trades):
    assert ("title_sales" in evidence(taken(world, company=name, title="Sales Manager"))) is not trades


@pytest.mark.django_db
def test_nothing_known_is_unknown_at_seventy(world):
    customer = taken(world, company="某公司")
    assert (customer.nature, customer.nature_share) == ("unknown", Decimal("0.700"))


@pytest.mark.django_db
def test_a_purchasing_title_and_the_price_make_a_buyer_and_the_page_says_why(world, client_of):
    customer = taken(world, company="某公司", title="采购经理", note="问了价格")
    assert (customer.nature, customer.nature_share) == ("buyer", Decimal("0.975"))
    told = Event.objects.get(kind="visitors.recognised", subject_id=customer.pk)
    assert told.values == {"was": "unknown", "now": "buyer"}
    page = client_of(world.users["mei"]).get(f"/customers/{customer.pk}/").content.decode()
    said = re.sub(r"<[^>]+>|\s+", " ", page.split('id="nature"', 1)[1].split("</section>", 1)[0])
    assert "买方 98%" in said and said.index("问了价格或起订量") < said.index("职务与采购有关")


@pytest.mark.django_db
def test_a_competitors_domain_makes_a_peer_until_they_ask_the_price(world):
    list_firm(by=world.heyuan, on="competitor", name="对手照明", domain="duishou.example")
    customer = taken(world, company="某公司", emails=["a@duishou.example"])
    assert (customer.nature, customer.nature_share) == ("peer", Decimal("0.104"))
    assert Cooperation.objects.get(customer=customer).peer == "competitor"
    take(Taken(person=Person(name="张伟", customer=customer), note="问了价格"), by=world.mei, fair=world.fair)
    customer.refresh_from_db()
    assert (customer.nature, customer.nature_share) == ("unknown", Decimal("0.342"))


@pytest.mark.django_db
def test_an_exhibitor_of_our_category_who_sells_is_a_peer(world):
    list_firm(by=world.heyuan, on="same", name="同展灯饰有限公司", fair=world.fair)
    customer = taken(world, company="同展灯饰", title="销售经理")
    assert (customer.nature, customer.nature_share) == ("peer", Decimal("0.124"))


@pytest.mark.django_db
def test_a_trading_company_alone_is_unknown_at_seventy_nine(world):
    customer = taken(world, company="某公司", answers={"company_kind": "trading"})
    assert (customer.nature, customer.nature_share) == ("unknown", Decimal("0.794"))


ANSWERS = [  # what was answered, the evidence that it is, the kind of peer that it makes more exact
    ({"purpose": ["buy", "cooperate"]}, {"purpose_buy"}, ""), ({"purpose": ["buy", "sell"]}, {"purpose_buy", "purpose_sell"}, ""),
    ({"purpose": ["cooperate"]}, {"purpose_coop"}, ""), ({"purpose": ["learn"]}, {"purpose_coop"}, ""), ({"purpose": ["sell"]}, {"purpose_sell"}, ""),
    *(({"purpose": [said]}, set(), "") for said in ("compare", "market", "seminar")),
    ({"company_kind": "enduser"}, {"kind_user"}, ""), ({"company_kind": "trading"}, {"kind_trading"}, ""),
    *(({"company_kind": said}, {"kind_reseller"}, "") for said in ("retailer", "distributor", "designer")),
    ({"company_kind": "service"}, {"kind_service"}, "service"), ({"company_kind": "association"}, {"kind_service"}, "press"),
    ({"company_kind": "education"}, {"kind_service"}, "education"), ({"company_kind": "other"}, set(), ""),
    *(({"purpose": ["compare"], "timing": said}, {"time_soon"}, "") for said in ("now", "m3", "m6")),
    *(({"purpose": ["compare"], "timing": said}, set(), "") for said in ("m12", "none")),
    ({"purpose": ["compare"], "timing": "m12", "volume": {"n": "1200", "unit": "只"}}, {"volume"}, ""),
    ({"purpose": ["compare"], "timing": "m12", "volume": {"n": "0", "unit": "只"}}, set(), ""),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("answers", "found", "peer"), ANSWERS)
def test_answers_are_evidence(world, answers, found, peer):
    clues = clues_of([taken(world, company="某公司", answers=answers)]).popitem()[1]
    assert (clues.evidence, clues.peers.get("kind_service", "")) == (found, peer)


@pytest.mark.django_db
def test_an_exhibitor_of_another_fair_is_none_of_this_one(world):
    list_firm(by=world.heyuan, on="same", name="去年的灯厂", fair=other_fair())
    assert evidence(taken(world, company="去年的灯厂")) == set()


@pytest.mark.django_db
def test_a_business_close_to_ours_is_in_the_top_tenth_of_likeness(world):
    """Of twenty firms on record two are in it: who names as much as they do is close to ours, who names less is not."""
    for n in range(18):
        list_firm(by=world.heyuan, on="supplier", name=f"供货{n}", about="生产轨道射灯")
    close = "研发、生产轨道射灯和面板灯"
    for n in range(2):
        list_firm(by=world.heyuan, on="supplier", name=f"近邻{n}", about=close)
    assert "same_line" not in evidence(taken(world, company="轨道射灯制造厂"))
    assert "same_line" in evidence(taken(world, company="轨道射灯面板灯制造厂"))
    assert "same_line" not in evidence(taken(world, company="轨道射灯面板灯")), "that makes nothing"


@pytest.mark.django_db
def test_an_answer_to_a_hidden_question_is_kept_and_not_counted(world):
    customer = taken(world, company="某公司", answers={"purpose": ["market"], "timing": "now", "volume": {"n": "5", "unit": ""}})
    assert Capture.objects.get(customer=customer).answers["timing"] == "now"
    assert evidence(customer) == set()


@pytest.mark.django_db
def test_a_sales_title_at_a_trading_company_says_nothing(world):
    assert evidence(taken(world, company="某公司", title="外贸业务")) == {"title_sales"}
    assert evidence(taken(world, company="某某进出口公司", title="外贸业务")) == set()
    assert "title_sales" not in evidence(taken(world, company="别家", title="销售", answers={"company_kind": "trading"}))


@pytest.mark.django_db
def test_badges_lists_and_descriptions(world):
    assert evidence(taken(world, company="甲", badge="buyer")) == {"badge_buyer"}
    list_firm(by=world.heyuan, on="supplier", name="供货厂")
    assert evidence(taken(world, company="供货厂")) == {"dom_supplier"}
    list_firm(by=world.heyuan, on="other", name="卖椅子的", fair=world.fair)
    assert evidence(taken(world, company="卖椅子的")) == {"exh_other"}
    maker = taken(world, company="轨道射灯制造厂", answers={"company_kind": "maker"})
    assert evidence(maker) == {"kind_maker", "same_line"}
    assert evidence(taken(world, company="乙面板灯零售店")) == {"uses_line"}
    assert evidence(taken(world, company="椅子厂", answers={"company_kind": "maker"})) == set()


@pytest.mark.django_db
def test_a_firm_taken_off_its_list_and_a_public_mail_address_say_nothing(world):
    firm = list_firm(by=world.heyuan, on="competitor", name="对手", domain="gmail.com")
    assert firm.domain == ""
    assert list_firm(by=world.heyuan, on="competitor", name="对手") == firm
    assert evidence(taken(world, company="某公司", emails=["a@gmail.com"])) == set()
    take_off(firm, by=world.heyuan)
    assert evidence(taken(world, company="对手")) == set()
    with pytest.raises(NotAllowed):
        list_firm(by=world.mei, on="competitor", name="别家")
    with pytest.raises(Refused):
        list_firm(by=world.heyuan, on="same", name="没有展会的")


@pytest.mark.django_db
def test_whoever_orders_and_their_colleagues_are_known_by_it(world):
    customer = world.take(emails=["zhang@guangsu.example"])
    world.ordered(customer)
    customer.refresh_from_db()
    assert customer.nature == "buyer" and "dom_customer" in evidence(customer)
    assert "dom_customer" in evidence(taken(world, name="李四", company="光速香港", emails=["li@guangsu.example"]))


@pytest.mark.django_db
def test_an_order_speaks_for_a_buyer_not_a_pin(world):
    """The company already orders from us: by its domain or its name, as the facts say; not because somebody pinned it so."""
    hoped = world.take(company="盼单照明", name="盼", emails=["pan@pandan.example"], phones=["13900007777"])
    held = pin(hoped, by=world.heyuan, type="ordering", reason="下周一定下单")
    hoped.refresh_from_db()
    assert (hoped.type, hoped.derived_type) == ("ordering", "visitor")
    assert "dom_customer" not in evidence(hoped)
    assert "dom_customer" not in evidence(taken(world, name="李四", company="盼单香港", emails=["li@pandan.example"]))
    world.ordered(hoped)  # as was hoped: the type that is shown stays as it is, and they are known by the order at once
    hoped.refresh_from_db()
    assert (hoped.type, hoped.derived_type, hoped.nature) == ("ordering", "ordering", "buyer")
    held.refresh_from_db()
    assert held.ended_how == "same"
    customer = world.take(emails=["zhang@guangsu.example"])
    with_order = world.ordered(customer)
    assert "dom_customer" in evidence(taken(world, name="王五", company=customer.name, phones=["13900008888"])), "by the name alone"
    cancel(with_order, by=world.haoran, reason="我们赶不上交期")
    customer.refresh_from_db()
    assert "dom_customer" not in evidence(customer)


@pytest.mark.django_db
@pytest.mark.no_recount
def test_whoever_is_pinned_back_stays_known_by_their_order(world):
    customer = world.take(emails=["zhang@guangsu.example"])
    world.ordered(customer)
    OrderLine.objects.update(state="complete")  # nothing of it is under way, so a pin may lead away from it
    pin(customer, by=world.heyuan, type="visitor", reason="只买过一次样品")
    customer.refresh_from_db()
    assert (customer.type, customer.nature) == ("visitor", "buyer") and "dom_customer" in evidence(customer)


# What a person says.


@pytest.mark.django_db
def test_what_a_person_says_is_fixed_until_it_is_lifted(world):
    customer = taken(world, company="某公司", title="采购经理", note="问了价格")
    opinion = say_nature(customer, by=world.mei, nature="peer", peer="agent", words="来谈代理")
    customer.refresh_from_db()
    assert (customer.nature, Cooperation.objects.get(customer=customer).peer) == ("peer", "agent")
    assert say_nature(customer, by=world.mei, nature="peer", peer="agent", words="来谈代理") == opinion
    with pytest.raises(Refused) as wrong:
        say_nature(customer, by=world.mei, nature="peer", peer="nonsense and much longer")
    assert wrong.value.field == "peer" and opinion_of(customer) == opinion
    known = known_of([customer])[customer.pk]
    assert (known.opinion, known.computed.nature) == (opinion, "buyer")
    assert customer.nature_share == known.computed.kept
    lift_nature(customer, by=world.mei)
    lift_nature(customer, by=world.mei)
    customer.refresh_from_db()
    assert (customer.nature, customer.nature_share) == ("buyer", Decimal("0.975"))
    assert Cooperation.objects.get(customer=customer).state == "ended"
    kinds = list(Event.objects.under(customer).filter(kind__startswith="visitors.nature").order_by("id").values_list("kind", flat=True))
    assert kinds == ["visitors.nature_said", "visitors.nature_lifted"]
    with pytest.raises(NotAllowed):
        say_nature(customer, by=world.kevin, nature="buyer")
    with pytest.raises(Refused):
        say_nature(customer, by=world.mei, nature="unknown")


@pytest.mark.django_db
def test_who_saw_another_opinion_lifts_none(world):
    customer = taken(world, company="某公司")
    first = say_nature(customer, by=world.mei, nature="buyer", words="来采购", seen=0)
    with pytest.raises(Stale) as stale:
        say_nature(customer, by=world.heyuan, nature="peer", peer="agent", words="来谈代理", seen=0)
    assert stale.value.fields == [("nature", "buyer", "peer"), ("peer", "", "agent"), ("words", "来采购", "来谈代理")]
    assert opinion_of(customer) == first
    assert say_nature(customer, by=world.heyuan, nature="peer", peer="agent", words="来谈代理", seen=first.pk).nature == "peer"
    lift_nature(customer, by=world.mei)
    with pytest.raises(Stale):
        say_nature(customer, by=world.heyuan, nature="peer", seen=first.pk)


@pytest.mark.django_db
def test_the_prior_grows_with_what_was_confirmed(world):
    """(7 + buyers) / (10 + buyers + peers)."""
    assert scales().prior == 0.7
    for n, nature in enumerate(("buyer", "buyer", "peer")):
        say_nature(taken(world, company=f"公司{n}"), by=world.mei, nature=nature)
    assert scales().prior == pytest.approx(9 / 13)


@pytest.mark.django_db
def test_a_weight_of_the_company_holds_from_the_next_day_on(world):
    customer = taken(world, company="某公司", title="采购经理")
    assert customer.nature == "buyer"
    RuleSetting.objects.create(code="visitors.weight_title_buyer", value="0.2")
    assert recognise_all(by=SYSTEM) == Customer.objects.count()
    customer.refresh_from_db()
    assert (customer.nature, float(customer.nature_share)) == ("unknown", pytest.approx(0.740, abs=0.001))


@pytest.mark.django_db
def test_who_is_edited_is_recognised_anew(world):
    customer = taken(world, company="某公司")
    contact = Contact.objects.get(customer=customer)
    edit_contact(contact, by=world.mei, revision=contact.revision, values={"title": "Sourcing"}, points=Person(name="x"))
    customer.refresh_from_db()
    assert customer.nature == "buyer"
    list_firm(by=world.heyuan, on="competitor", name="改名公司")
    edit_customer(customer, by=world.mei, revision=customer.revision, values={"name": "改名公司"})
    customer.refresh_from_db()
    assert "dom_competitor" in evidence(customer) and customer.nature == "unknown"


# What to ask next.


@pytest.mark.django_db
def test_the_question_that_would_tell_most_comes_first(world):
    """Purpose reaches from +1.6 to −2.4, kind of company from +1.8 to −2.0, title from +1.3 to −2.4."""
    customer = taken(world, company="某公司")
    clues = clues_of([customer])[customer.pk]
    assert [round(swing(clues, code, DEFAULTS), 1) for code in OUTCOMES] == [4.0, 3.8, 3.7, 1.0, 0.9]
    assert next_question(clues, DEFAULTS) == "purpose"
    answered = taken(world, company="另一家", answers={"purpose": ["market"]})
    assert next_question(clues_of([answered])[answered.pk], DEFAULTS) == "company_kind"


def questions() -> list[tuple[str, str]]:
    """Who is to be asked what."""
    found = NextStep.objects.open().filter(what__in=list(ASKING.values())).select_related("customer").order_by("pk")
    return [(str(step.customer), step.what) for step in found]


@pytest.mark.django_db
def test_everybody_not_yet_known_gets_one_question_as_next_step(world):
    taken(world, company="某公司")
    taken(world, company="买家", title="采购", note="问价格")
    nobodys = taken(world, company="无主")
    ended = taken(world, company="不再联系")
    Customer.objects.filter(pk=nobodys.pk).update(owner=None)
    log_touch(ended, by=world.mei, channel="phone", words="不需要", ended="no_need")
    assert asking.run_daily() == 1 and questions() == [("某公司", ASKING["purpose"])]
    step = NextStep.objects.get(what=ASKING["purpose"])
    assert (step.owner, step.due_on) == (world.users["mei"], add_workdays(clock.today(), 1))
    assert asking.run_daily() == 0
    done(step, by=world.mei)
    assert asking.run_daily() == 0, "each question once"
    taken(world, company="早来的")
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert asking.run_daily() == 0, "captured long ago"


@pytest.mark.django_db
def test_the_question_ends_once_they_are_known(world):
    customer = taken(world, company="某公司")
    asking.run_daily()
    assert len(questions()) == 1
    contact = customer.contacts.get()
    edit_contact(contact, by=world.mei, revision=contact.revision, values={"title": "采购经理"}, points=Person(name="x"))
    customer.refresh_from_db()
    assert (customer.nature, questions()) == ("buyer", [])


@pytest.mark.django_db
def test_the_question_becomes_a_next_step_once(world):
    customer = taken(world, company="某公司")
    step = plan_question(customer, by=world.mei)
    assert step == plan_question(customer, by=world.mei)
    assert str(step) == "问清：为什么来展会" and step.owner == world.users["mei"]
    buyer = taken(world, company="买家", title="采购", note="问价格")
    with pytest.raises(Refused):
        plan_question(buyer, by=world.mei)
    assert NextStep.objects.filter(customer=buyer).count() == 1


@pytest.mark.django_db
def test_many_cost_the_same_queries_as_one(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for n in (1, 30):
        made = take_many(
            [Taken(person=Person(name=f"人{n}{i}", company=f"公司{n}{i}", emails=[f"a@d{n}{i}.example"])) for i in range(n)],
            by=world.mei,
            fair=None,
        )
        customers = [c.customer for c in made.created.values()]
        with CaptureQueriesContext(connection) as caught:
            known_of(customers)
        counts.append(len(caught.captured_queries))
    assert counts[0] == counts[1]

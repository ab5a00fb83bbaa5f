"""6.6 The customer card 客户资料卡: what stands on it, and what of it is masked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from boothline.core import clock
from boothline.customers.card import Person
from boothline.exchange.customer_card import card_of
from boothline.followups.steps import Plan
from boothline.followups.touches import log_touch
from boothline.intentions.products import Wish, open_intention
from boothline.negotiation.briefing import brief
from boothline.visitors.solicitation import Taken, take

pytestmark = pytest.mark.django_db


def said(card) -> dict[str, str]:
    return dict(card["facts"])


def test_the_card_says_who_they_are_what_was_done_and_what_comes_next(world):
    person = Person(name="张伟", company="光速贸易有限公司", title="采购经理", phones=["13900002046"], emails=["zhang@guangsu.example"])
    taken = Taken(person=person, heat=4, interest=[world.products["TR20"].pk], answers={"purpose": ["buy"], "timing": "m3"})
    customer = take(taken, by=world.mei, fair=world.fair).customer
    log_touch(
        customer, by=world.mei, channel="phone", words="下周给答复", next_step=Plan(customer, "再问一次", clock.today() + timedelta(days=3))
    )
    card = card_of(customer, by=world.mei, language="zh-hans")
    facts = said(card)
    assert (facts["公司"], facts["来源展会"], facts["感兴趣的产品"]) == ("光速贸易有限公司", "江南照明展", "轨道射灯")
    assert "再问一次" in facts["下一步"] and "Mei" in facts["下一步"]
    assert "3个月内" in facts.values(), "what they answered stands beside its question"
    assert card["grade"] == customer.grade and card["grade_why"]
    assert card["people"][0]["ways"][:2] == ["电话 13900002046", "邮箱 zhang@guangsu.example"]
    assert [row[2] for row in card["touches"]] == ["下周给答复"]

    masked = card_of(customer, by=world.haoran, language="zh-hans")
    assert "2046" not in str(masked) and "zhang@" not in str(masked), "a clerk without an order of theirs reads no number"
    assert masked["touches"] == [] and said(masked)["公司"] == "光速贸易有限公司"


def test_what_was_bought_and_the_pdf(world, client_of):
    order = world.ordered(world.take())
    assert order.lines.first().name.split()[0] in said(card_of(order.customer, by=world.mei, language="zh-hans"))["以前买过"]
    client = client_of(world.users["mei"])
    answer = client.get(f"/customers/{order.customer_id}/card/paper/")
    assert answer["Content-Type"] == "application/pdf" and answer.content[:5] == b"%PDF-"
    assert f"/customers/{order.customer_id}/card/paper/" in client.get(f"/customers/{order.customer_id}/").content.decode()
    assert client_of(world.users["kevin"]).get(f"/customers/{order.customer_id}/card/paper/").status_code == 404


def test_what_they_know_of_our_products_and_when_they_plan_to_buy(world):
    customer = world.take()
    brief(customer, by=world.mei, products=[world.products["TR20"]])
    soon, later = (clock.today() + timedelta(days=days) for days in (30, 60))
    log_touch(customer, by=world.mei, channel="phone", words="六十天后开工", step_holds=True, wants_on=later)
    open_intention(
        customer, by=world.mei, wishes=[Wish(variant=world.products["PN60"].variants.first(), quantity=Decimal(5), wanted_on=soon)]
    )
    facts = said(card_of(customer, by=world.mei, language="zh-hans"))
    assert facts["已讲解的产品"].startswith("轨道射灯（")
    with override("zh-hans"):
        assert facts["计划采购日期"] == f"{clock.day_words(soon)}、{clock.day_words(later)}"
    assert "计划采购日期" in said(card_of(customer, by=world.heyuan, language="zh-hans"))


def test_a_customer_of_whom_nothing_is_known(world):
    customer = world.take("空白公司", name="无名", emails=[], phones=[])
    card = card_of(customer, by=world.mei, language="en")
    assert card["people"][0]["ways"] == [] and "Bought before" not in said(card) and card["touches"] == []

"""The log of gifts and hospitality, with the rule book's figures: 200 CNY an item, 500 CNY a person and year; officials; never money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from boothline.accounts.company import company, edit_company
from boothline.approvals.approval import approve, newest_about, refuse
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Person, add_people
from boothline.followups import gifts
from boothline.followups.gifts import ITEM, MATTER, NEVER, YEAR, Gift, Told, log_gift, withdraw_gift
from boothline.messaging.models import Notice
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


def told(customer, value, way="given", item="茶叶", days=0, **more):
    worth = None if value is None else Decimal(value)
    values = {"occasion": "春节拜访", "contact": customer.contacts.first(), "on": clock.today() + timedelta(days=days)} | more
    return Told(way=way, item=item, value=worth, **values)


def logged(world, customer, value, by=None, **more):
    return log_gift(customer, by=by or world.mei, told=told(customer, value, **more))


def why(gift):
    return [message for message, _values in newest_about(gift, MATTER).why]


def signed_in(world, who):
    client = Client()
    client.force_login(world.users[who])
    return client


def test_above_200_an_item_or_500_a_person_and_year_is_approved_before(world):
    """200.00 needs nobody and 200.01 does; 180 + 180 + 140 are 500, one more is above; every official is; each year is new."""
    assert (ITEM.value, YEAR.value) == (200, 500)
    with time_machine.travel("2026-06-01T02:00:00Z", tick=False):
        customer = world.take()
        assert logged(world, customer, "180").state == "noted"
        dear = logged(world, customer, "200.01")
        assert dear.state == "waiting" and why(dear) == ["Worth %(value)s %(currency)s, more than %(limit)s for one gift"]
        refuse(newest_about(dear, MATTER), by=world.heyuan, reason="太贵重了，换一件")
        dear.refresh_from_db()
        assert (dear.state, str(dear.decided_by), dear.decision) == ("refused", "Heyuan", "太贵重了，换一件")  # and counts no more
        assert logged(world, customer, "180").state == "noted"
        assert logged(world, customer, "140").state == "noted"
        over = logged(world, customer, "0.01")
        assert why(over) == ["With it %(who)s has %(sum)s %(currency)s in %(year)s, more than %(limit)s"]
        assert "500.01" in newest_about(over, MATTER).reasons[0]
        (other,) = add_people([Person(name="李敏", customer=customer)], by=world.mei)
        assert logged(world, customer, "200.00", contact=other).state == "noted", "each person has their own year"
        assert logged(world, customer, "30", contact=other, is_official=True).state == "waiting", "an official, whatever it is worth"
        late = logged(world, customer, "260", contact=other, days=-1)
        assert why(late)[-1] == "It changed hands on %(on)s, before anybody approved"
        assert logged(world, customer, "200", on=date(2027, 1, 1)).state == "noted", "another calendar year"
        with pytest.raises(NotAllowed):
            approve(newest_about(over, MATTER), by=world.mei)
        approve(newest_about(over, MATTER), by=world.heyuan)
        over.refresh_from_db()
        assert over.state == "approved" and over.decided_at
        assert Event.objects.about(over).filter(kind="followups.gift_decided", values__state="approved").count() == 1


def test_the_limits_are_in_cny_whatever_a_gift_is_valued_in(world):
    """At 7.1 CNY a dollar 200 are 28.17 USD, 500 are 70.42. What was noted in CNY before counts in the year of dollars, too."""
    customer = world.take()
    assert logged(world, customer, "180").state == "noted"
    edit_company(by=SYSTEM, revision=company().revision, values={"currency": "USD"})
    dear = logged(world, customer, "28.18")
    assert (dear.currency, dear.state) == ("USD", "waiting") and "28.17" in newest_about(dear, MATTER).reasons[0]
    withdraw_gift(dear, by=world.mei, reason="没有送出")
    assert logged(world, customer, "28.16").state == "noted"
    over = logged(world, customer, "17")
    assert (
        over.state == "waiting" and ("70.51" in newest_about(over, MATTER).reasons[0]) and "70.42" in newest_about(over, MATTER).reasons[0]
    )
    with override("en"):
        assert "28.17" in gifts.limits_words() and "70.42" in gifts.limits_words()


def test_what_we_receive_counts_for_who_receives_it_over_all_customers(world):
    one, other = world.take(), world.take(company="乙公司", name="王五", emails=["wu@yi.example"], phones=["13900002047"])
    for customer in (one, other):
        assert logged(world, customer, "200", way="received").state == "noted"
    third = logged(world, one, "101", way="received")
    assert (
        third.state == "waiting" and (third.giver, third.receiver) == ("张伟", "Mei") and "501.00" in str(newest_about(third, MATTER).why)
    )


@pytest.mark.parametrize("way", ["given", "received"])
def test_money_and_what_is_as_good_as_money_is_refused(world, way):
    customer = world.take()
    for kind in NEVER:
        with pytest.raises(Refused) as refused:
            logged(world, customer, "50", way=way, kind=kind)
        assert (refused.value.field, refused.value.code) == ("kind", "never")
    for item in ("现金", "一个红包", "购物卡 500 元", "给采购员的佣金", "Red packet", "a gift card", "Cash"):
        with pytest.raises(Refused) as refused:
            logged(world, customer, "50", way=way, item=item)
        assert (refused.value.field, refused.value.code) == ("item", "never"), item
    assert not Gift.objects.exists() and logged(world, customer, "50", way=way, item="Cashmere scarf").state == "noted"


def test_a_declined_request_reaches_managers_alone(world):
    customer = world.take()
    gift = logged(world, customer, None, way="asked", kind="share", item="3% 回扣", occasion="谈定金时")
    tasks.sweep()
    assert (gift.state, gift.giver, gift.receiver) == ("declined", "Mei", "张伟") and newest_about(gift, MATTER) is None
    told_of = Notice.objects.filter(event__kind="followups.benefit_declined")
    assert {str(notice.user) for notice in told_of} == {"Heyuan"}
    assert "张伟" in told_of.get().event.sentence and "光速贸易有限公司" in told_of.get().event.sentence
    assert not Event.objects.under(customer).filter(kind__contains="benefit").exists()
    seen = {who: Gift.objects.visible_to(getattr(world, who)).count() for who in ("mei", "haoran", "heyuan", "admin")}
    assert seen == {"mei": 1, "haoran": 0, "heyuan": 1, "admin": 0}  # Mei noted it
    for who, status in {"haoran": 404, "admin": 404, "heyuan": 200}.items():
        client = signed_in(world, who)
        assert client.get(reverse("gift", args=[gift.pk])).status_code == status
        pages = [reverse("gifts"), reverse("customer", args=[customer.pk]), *([reverse("happened")] if who == "admin" else [])]
        assert [("回扣" in client.get(page).text) for page in pages] == [status == 200] * len(pages), who
    withdraw_gift(gift, by=world.mei, reason="听错了，是问折扣")
    assert Event.objects.about(gift).latest("id").under_id is None


def test_taken_back_it_stays_in_the_log_and_counts_no_more(world):
    customer = world.take()
    gift = logged(world, customer, "300")
    with pytest.raises(NotAllowed):
        logged(world, customer, "10", by=world.xiaoyu)
    with pytest.raises(Refused):
        withdraw_gift(gift, by=world.mei, reason=" ")
    assert withdraw_gift(gift, by=world.mei, reason="没有送出").state == "withdrawn"
    assert withdraw_gift(gift, by=world.mei, reason="再按一次").withdrawn_why == "没有送出"
    assert newest_about(gift, MATTER).state == "dropped" and Gift.objects.standing().count() == 0
    assert [logged(world, customer, "180").state for _n in range(3)] == ["noted", "noted", "waiting"]


def test_the_form_logs_and_refuses_in_words(world):
    customer, client = world.take(), signed_in(world, "mei")
    page = reverse("gift-new", args=[customer.pk])
    fields = {
        "way": "given",
        "contact": customer.contacts.get().pk,
        "kind": "red",
        "item": "心意",
        "occasion": "春节",
        "value": "66",
        "on": "2026-02-17",
    }
    assert "一律不送不收" in client.post(page, fields).text and not Gift.objects.exists()
    foreign = world.take(company="乙公司", name="王五", emails=["wu@yi.example"], phones=["13900002047"]).contacts.get()
    assert client.post(page, fields | {"kind": "gift", "contact": foreign.pk}).status_code == 422
    assert client.post(page, fields | {"kind": "gift", "value": ""}).status_code == 422
    answer = client.post(page, fields | {"kind": "gift"}, follow=True)
    assert answer.status_code == 200 and Gift.objects.get().state == "noted"
    customer_page = client.get(reverse("customer", args=[customer.pk])).text
    assert "心意" in customer_page and "66.00" in customer_page
    assert gifts.limits_words() in client.get(reverse("gifts")).text

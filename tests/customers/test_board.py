"""The board and the funnel: every figure is the length of the list that it opens, and the queries do not grow with the cards."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from statistics import median
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from boothline.accounts.models import User
from boothline.contracts.establishment import send
from boothline.core.rules import RuleSetting
from boothline.customers.board import AGEING, RED, SHOWN, counted, lanes, reached, stays
from boothline.customers.card import Customer
from boothline.customers.ladder import TypeChange
from boothline.customers.lists import TYPES
from boothline.customers.pins import pin
from boothline.intentions.products import Intention, Wish, lose_line, open_intention
from boothline.negotiation.objections import close, object_to
from boothline.orders.models import Order
from boothline.visitors.recognition import say_nature
from tests.stages import staged
from tests.world import other_fair

pytestmark = pytest.mark.django_db


@staged
def one_of_each(world):
    """One customer of each type."""
    visitor = world.take(company="甲", name="甲一")
    negotiating = world.take(company="乙", name="乙一")
    object_to(negotiating, by=world.mei, reason="price", words="太贵")
    intending = world.take(company="丙", name="丙一")
    open_intention(intending, by=world.mei, wishes=[Wish(special="定制灯", quantity=Decimal(3))])
    contract = world.take(company="丁", name="丁一")
    world.sent(contract)
    ordering = world.take(company="戊", name="戊一")
    world.ordered(ordering)
    return visitor, negotiating, intending, contract, ordering


@pytest.fixture
def five(world):
    return one_of_each(world)


def everybody() -> Customer:
    return Customer.objects.all().for_list()


def test_each_type_has_its_lane_and_says_what_its_business_is(world, five):
    found = lanes(everybody(), world.heyuan)
    assert [(lane.type, lane.count, [card.customer for card in lane.cards]) for lane in found] == [
        (code, 1, [customer]) for code, customer in zip(TYPES, five, strict=True)
    ]
    said = {lane.type: lane.cards[0].fact for lane in found}
    assert said["negotiating"].words == ("不满原因：价格",)
    assert said["intending"].words == ("定制灯",)
    assert said["contract"].words[0].startswith("C-") and said["contract"].amount > 0
    assert said["ordering"].words[0].startswith("SO-")


def test_business_of_another_type_is_a_chip(world, five):
    ordering = five[4]
    open_intention(ordering, by=world.mei, wishes=[Wish(special="再订", quantity=Decimal(1))])
    card = lanes(everybody(), world.heyuan)[4].cards[0]
    assert "intending" in card.also and "ordering" not in card.also


def test_who_went_back_stays_counted_where_they_were(world, five):
    assert reached(everybody()) == {"visitor": 5, "negotiating": 4, "intending": 3, "contract": 2, "ordering": 1}
    wanted = Intention.objects.get(customer=five[2])
    lose_line(wanted.lines.get(), by=world.mei, reason="不要了")
    objection = object_to(five[1], by=world.mei, reason="quality", words="")
    close(objection, by=world.mei, outcome="let_go")
    assert counted(everybody())["intending"] == 0
    assert reached(everybody())["intending"] == 3


@pytest.mark.parametrize("who", ["xiaoyu", "mei", "haoran", "heyuan", "admin"])
def test_every_figure_opens_a_list_of_that_length(world, five, client_of, who):
    client = client_of(User.objects.get(username=who))
    pages = [client.get(reverse(name)).content.decode() for name in ("board", "funnel")]
    links = [
        found
        for page in pages
        for found in re.findall(r'href="(/customers/\?(?:type|reached|derived)=\w+(?:&amp;nature=open)?)"[^>]*>(\d+)</a>', page)
    ]
    assert len(links) == (5 if who == "xiaoyu" else 15)  # booth staff took none of them: lanes of nobody, no funnel
    for address, figure in links:
        count = re.search(r'id="count"[^>]*>\D*(\d+)', client.get(unescape(address)).content.decode())
        assert count and count[1] == figure, address


def test_board_and_funnel_count_who_is_there_now_alike_but_for_a_pin_and_say_who_is_left_out(world, five, client_of):
    """The board shows the pinned type, the funnel counts what the facts say; peers without business stand on neither."""
    peer = world.take(company="星野照明", name="星野")
    say_nature(peer, by=world.heyuan, nature="peer")
    client = client_of(world.users["heyuan"])

    def there(name: str, asked: str) -> list[str]:
        page = client.get(reverse(name)).content.decode()
        assert f'href="/customers/?{asked}=visitor&amp;nature=peer"' in page and "1 位同行" in page
        return re.findall(rf'href="/customers/\?{asked}=\w+(?:&amp;nature=open)?"[^>]*>(\d+)</a>', page)

    assert there("board", "type") == there("funnel", "derived") == ["1", "1", "1", "1", "1"]
    pin(five[1], by=world.heyuan, type="contract", reason="口头已谈定")
    assert (there("board", "type"), there("funnel", "derived")) == (["1", "0", "1", "2", "1"], ["1", "1", "1", "1", "1"])


def test_the_owner_narrows_board_and_funnel(world, five, client_of):
    client = client_of(world.users["heyuan"])
    mei = world.users["mei"]
    for name in ("board", "funnel"):
        assert f"owner={mei.pk}" in client.get(f"{reverse(name)}?owner={mei.pk}").content.decode()
        for odd in ("x", "-1", "9" * 40, "%00"):
            assert client.get(f"{reverse(name)}?owner={odd}&lane={odd}").status_code == 200


def test_the_same_few_queries_for_3_and_30(world, client_of):
    client = client_of(world.users["heyuan"])

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("board")).status_code == 200
        return len(queries)

    made = [world.take(company=f"商行{i}", name=f"人{i}") for i in range(3)]
    asked()
    few = asked()
    made += [world.take(company=f"商行{i}", name=f"人{i}") for i in range(3, 30)]
    assert asked() == few
    page = client.get(reverse("board")).content.decode()
    assert page.count('class="ccard"') == SHOWN and f"还有 {len(made) - SHOWN} 位" in page


# Ageing, amounts, what would move a card.


def only(found, code):
    return next(lane for lane in found if lane.type == code)


def test_the_figures_of_the_rule():
    """Days in type, amber at, red at 1.5 x; an order is watched by the radar."""
    assert ({code: rule.default for code, rule in AGEING.items()}, RED.default) == (
        {"visitor": 14, "negotiating": 30, "intending": 45, "contract": 14}, Decimal("1.5"),
    )  # fmt: skip


@pytest.mark.parametrize(("days", "age"), [(29, ""), (30, "amber"), (44, "amber"), (45, "red")])
def test_a_stay_turns_amber_and_at_half_as_much_again_red(world, five, days, age):
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        card = only(lanes(everybody(), world.heyuan), "negotiating").cards[0]
        assert (card.days, card.age) == (days, age)


def test_the_ageing_is_a_setting(world, five):
    RuleSetting.objects.create(code="customers.ageing_negotiating", value="10")
    RuleSetting.objects.create(code="customers.ageing_red", value="2")
    for days, age in ((10, "amber"), (19, "amber"), (20, "red")):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            assert only(lanes(everybody(), world.heyuan), "negotiating").cards[0].age == age


def test_a_contract_ages_since_it_was_sent_and_an_order_never(world):
    contract = world.contract(world.take())
    with time_machine.travel(timezone.now() + timedelta(days=10), tick=False):
        send(contract.newest, by=world.mei)
    world.ordered(world.take(company="戊", name="戊一", emails=["w@w.example"], phones=["1390001"]))
    for days, age in ((14, ""), (23, ""), (24, "amber"), (31, "red")):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            found = lanes(everybody(), world.heyuan)
            assert only(found, "contract").cards[0].age == age, days
            assert only(found, "ordering").cards[0].age == ""


def test_a_lane_says_what_its_business_comes_to(world, five):
    world.intend(world.take(company="己", name="己一", emails=["j@j.example"], phones=["1390009"]))
    sums = {lane.type: lane.sums for lane in lanes(everybody(), world.heyuan)}
    assert sums["intending"] == {"CNY": Decimal("1200.00")}  # what has no price is left out
    assert sums["contract"] == {"CNY": Decimal("1200.00")} and sums["ordering"] == {"CNY": Decimal("1200.00")}
    assert sums["visitor"] == {} and sums["negotiating"] == {}


def test_an_order_that_is_complete_is_no_open_business(world, five):
    first = Order.objects.get(customer=five[4])

    def ordering() -> tuple[Any, Any]:
        lane = only(lanes(everybody(), world.heyuan), "ordering")
        return lane.sums, lane.cards[0].fact.amount

    Order.objects.filter(pk=first.pk).update(state="complete")  # as if all of it had arrived
    assert ordering() == ({}, None)
    world.confirm(world.sent(five[4]))
    assert ordering() == ({"CNY": Decimal("1200.00")}, Decimal("1200.00"))
    Order.objects.filter(pk=first.pk).update(state=first.state)
    assert ordering() == ({"CNY": Decimal("2400.00")}, Decimal("2400.00"))


def test_team_and_fair_narrow_the_board(world, five):
    old = other_fair()
    client = Client()
    client.force_login(world.users["admin"])

    def count(query: str) -> int:
        page = client.get(f"{reverse('board')}?{query}").content.decode()
        return page.count('class="ccard"')

    mei = world.users["mei"]
    assert count(f"fair={world.fair.pk}") == 5 and count(f"fair={old.pk}") == 0
    assert count(f"team={mei.team_id}") == 5 and count(f"team={world.users['kevin'].team_id}") == 0
    assert (
        f"type=visitor&amp;nature=open&amp;fair={world.fair.pk}" in client.get(f"{reverse('board')}?fair={world.fair.pk}").content.decode()
    )


def test_the_median_stay_counts_what_is_over_and_no_pin(world, five):
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        open_intention(five[1], by=world.mei, wishes=[Wish(special="灯")])
        pin(five[0], by=world.heyuan, type="contract", reason="口头已谈定")
    found = stays(everybody())
    assert found == {"visitor": 0, "negotiating": 8, "intending": 0, "contract": 0}  # the pinned one never left
    page = Client()
    page.force_login(world.users["admin"])
    assert "left=negotiating" in page.get(reverse("funnel")).content.decode()
    listed = page.get(f"{reverse('customers')}?left=visitor").content.decode()
    assert re.search(r'id="count"[^>]*>\D*4', listed)


def test_a_clock_that_was_set_back_makes_no_stay_of_less_than_nothing(world):
    customer = world.take()
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        object_to(customer, by=world.mei, reason="price", words="太贵")
    assert TypeChange.objects.get(customer=customer).days == 0 and stays(everybody()) == {"visitor": 0}


@pytest.mark.parametrize(
    ("days", "half"), [([3], 3), ([3, 8], 5.5), ([1, 1, 9], 1), ([9, 1, 2, 2], 2), ([7, 0, 7, 1], 4), ([5, 5, 5, 5, 0], 5)]
)
def test_the_median_is_counted_from_lengths(world, days, half):
    assert half == median(days), "as the library counts"
    customer = world.take()
    TypeChange.objects.bulk_create(TypeChange(customer=customer, was="intending", now="visitor", days=n, pinned=False) for n in days)
    with CaptureQueriesContext(connection) as queries:
        assert stays(everybody())["intending"] == half
    assert len(queries) == 1
    TypeChange.objects.all().delete()  # nothing that the facts say


@pytest.mark.parametrize(
    ("at", "to", "words"),
    [
        (0, "negotiating", "产品详解"),
        (0, "contract", "记录意向产品"),
        (1, "visitor", "处理不满原因"),
        (2, "contract", "转成合同"),
        (3, "ordering", "确认合同"),
        (3, "intending", "终止合同"),
    ],
)
def test_what_would_move_a_card(world, five, client_of, at, to, words):
    page = client_of(world.users["mei"]).get(f"{reverse('customer-move', args=[five[at].pk])}?to={to}").content.decode()
    assert words in page and "人工指定，写明理由" not in page
    boss = client_of(world.users["heyuan"]).get(f"{reverse('customer-move', args=[five[at].pk])}?to={to}").content.decode()
    assert f"{reverse('customer-pin', args=[five[at].pk])}?type={to}" in boss


def test_a_pinned_card_stands_where_it_is_pinned_and_says_so(world, five):
    pin(five[0], by=world.heyuan, type="intending", reason="口头已谈定")
    found = lanes(everybody(), world.heyuan)
    assert (only(found, "visitor").count, only(found, "intending").count) == (0, 2)
    assert counted(everybody(), "derived_type")["visitor"] == 1
    assert next(c for c in only(found, "intending").cards if c.customer == five[0]).customer.pin.reason == "口头已谈定"

"""The board and the funnel: every figure is the length of the list that it opens, and the queries do not grow with the cards."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boothline.accounts.models import User
from boothline.customers.board import SHOWN, counted, lanes, reached
from boothline.customers.card import Customer
from boothline.customers.lists import TYPES
from boothline.intentions.products import Intention, Wish, lose_line, open_intention
from boothline.negotiation.objections import close, object_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(world):
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


def everybody() -> Customer:
    return Customer.objects.all().for_list()


def test_each_type_has_its_lane_and_says_what_its_business_is(world, five):
    found = lanes(everybody(), world.heyuan)
    assert [(lane.type, lane.count, [card.customer for card in lane.cards]) for lane in found] == [
        (code, 1, [customer]) for code, customer in zip(TYPES, five, strict=True)
    ]
    said = {lane.type: lane.cards[0].fact for lane in found}
    assert said["negotiating"].words == ("不满：价格",)
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
        for found in re.findall(r'href="(/customers/\?(?:type|reached)=\w+(?:&amp;nature=open)?)"[^>]*>(\d+)</a>', page)
    ]
    assert len(links) == (5 if who == "xiaoyu" else 15)  # booth staff took none of them: lanes of nobody, no funnel
    for address, figure in links:
        count = re.search(r'id="count">\D*(\d+)', client.get(address.replace("&amp;", "&")).content.decode())
        assert count and count[1] == figure, address


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
    assert page.count('class="ccard"') == SHOWN and f"还有{len(made) - SHOWN}位" in page

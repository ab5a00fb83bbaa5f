"""11 Compare fairs: the figures of both reports beside each other, with the difference; each opens its list."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from boothline.core import clock
from boothline.fairs.budget import set_budget
from boothline.fairs.editions import Fair, add_fair
from boothline.insights.comparison import Figure, compare, pair
from boothline.insights.report import report
from tests.world import other_fair

pytestmark = pytest.mark.django_db


def figures(found) -> dict[str, Figure]:
    with override("en"):
        return {str(figure.words): figure for group in found.groups for figure in group.figures}


def budget(fair: Fair, world, actual: int) -> None:
    set_budget(fair, by=world.heyuan, revision=fair.revision, lines={"space": (D(actual), D(actual))})


def test_both_sides_are_their_reports_and_the_difference_is_told(world):
    """Two customers and an order of 1,000 at 3,000 of cost, against nobody at 500."""
    old = other_fair()
    order = world.opened(lines="10x100")
    world.take("二号公司", name="李四", emails=[], phones=[])
    world.pays(order, 600)
    budget(world.fair, world, 3000)
    budget(old, world, 500)
    found = compare(Fair.objects.get(pk=world.fair.pk), Fair.objects.get(pk=old.pk), world.admin)
    own = figures(found)
    assert (own["captured customers"].one, own["captured customers"].other, own["captured customers"].difference) == (2, 0, 2)
    assert (own["amount ordered"].one, own["amount ordered"].difference, own["money received"].one) == (1000, 1000, 600)
    assert (
        own["per captured customer"].one == 1500
        and own["per captured customer"].other is None
        and own["per captured customer"].difference is None
    )
    assert own["ordering"].one == D("0.5") and own["ordering"].other is None, "of nobody there is no share"
    said = report(Fair.objects.get(pk=world.fair.pk), world.admin)
    assert (said.seen.customers, said.cost.a_customer, said.seen.orders) == (2, 1500, 1), "the report says the same"


def test_money_in_two_currencies_has_no_difference():
    assert Figure("cost", "x", "money", D(3), D(2), ("CNY", "USD")).difference is None
    assert Figure("cost", "x", "money", D(3), D(2), ("CNY", "CNY")).difference == 1
    assert Figure("", "x", "share", D("0.5"), D("0.75")).difference == D("-0.25")


def test_which_two_are_compared(world):
    """Without a word the newest that began, and the one before it; one that lies ahead only when it is asked for."""
    assert pair([world.fair], None, None) is None
    old = other_fair()
    day = clock.today() + timedelta(days=90)
    ahead = add_fair(by=world.heyuan, code="NEXT", name="下一届", starts_on=day, ends_on=day)
    fairs = list(Fair.objects.order_by("-starts_on", "-id"))
    assert pair(fairs, None, None) == (world.fair, old)
    assert pair(fairs, ahead.pk, None) == (ahead, world.fair)
    assert pair(fairs, old.pk, old.pk) == (old, ahead), "a fair is not compared with itself"
    assert pair(fairs, old.pk, world.fair.pk) == (old, world.fair)


def test_the_page_opens_the_lists_that_it_counts(world, client_of):
    old = other_fair()
    world.opened(lines="10x100")
    client = client_of(world.users["admin"])
    body = client.get(f"/fairs/comparison/?one={world.fair.pk}&other={old.pk}").content.decode()
    counted = re.findall(r'href="(/(?:customers|orders)/\?[^"]*)">([\d,]+)<', body)
    assert len(counted) >= 10
    for address, n in counted:
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        assert re.search(rf'id="count"[^>]*>共 ?{n} ?条', shown), (address, n)
    assert client.get("/fairs/comparison/?one=x&other=99999").status_code == 200
    assert client_of(world.users["mei"]).get("/fairs/comparison/").status_code == 403
    Fair.objects.filter(pk=old.pk).delete()
    assert "要有两个展会才能对比" in client.get("/fairs/comparison/").content.decode()

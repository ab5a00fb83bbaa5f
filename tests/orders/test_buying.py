"""Whoever buys is asked as soon as nothing covers what an order wants, and no longer than that."""

from datetime import datetime, time
from decimal import Decimal as D

import pytest
import time_machine
from django.test import Client

from boothline.accounts.people import edit_person
from boothline.catalogue.models import Variant
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.followups.steps import NextStep
from boothline.orders.buying import BUY
from boothline.orders.changes import ChangeWish, LineWish, cancel, change
from boothline.orders.models import Order
from boothline.orders.purchases import Bought, add_purchase, cancel_rest
from boothline.timeline.models import Event
from boothline.worktime.calendar import add_workdays

pytestmark = pytest.mark.django_db


@pytest.fixture
def track(world) -> Variant:
    """Of the track light 4 are on hand, and Kevin buys."""
    kevin = world.users["kevin"]
    edit_person(kevin, by=SYSTEM, revision=kevin.revision, values={}, duties=["purchasing"])
    variant = Variant.objects.get(product=world.products["TR20"])
    variant = keep_stock(variant, by=world.haoran, revision=variant.revision, kind="counted")
    count_stock(variant, by=world.haoran, counted=D(4))
    return Variant.objects.get(pk=variant.pk)


def asked() -> list[tuple[str, str]]:
    return [(str(step.owner), step.words) for step in NextStep.objects.open().filter(what=BUY).select_related("owner")]


def test_who_buys_reads_on_today_what_an_order_lacks(world, track):
    order = world.opened()
    assert asked() == [("Kevin", f"采购 {order.number} 缺的货：6 × {track.sku}")]
    client = Client()
    client.force_login(world.users["kevin"])
    with time_machine.travel(
        datetime.combine(add_workdays(clock.today(), 0), time(23)).astimezone()
    ):  # a free day asks on the next workday
        page = client.get("/today/").content.decode()
        assert f"采购 {order.number} 缺的货：6 × {track.sku}" in page and f'href="/orders/{order.number}/"' in page and "打开订单" in page
    client.force_login(world.users["haoran"])
    assert f"采购 6 × {track.sku}" in client.get(f"/orders/{order.number}/").content.decode()
    count_stock(track, by=world.haoran, counted=D(7))
    assert asked() == [("Kevin", f"采购 {order.number} 缺的货：3 × {track.sku}")]
    purchase = add_purchase(by=world.haoran, supplier="恒光", lines=[Bought(track, D(3), order.promised_on)])
    assert not asked() and Event.objects.filter(kind="followups.done").latest("pk").actor_name == "Haoran"
    cancel_rest(purchase, by=world.haoran, reason="供应商停产了")
    assert asked() == [("Kevin", f"采购 {order.number} 缺的货：3 × {track.sku}")]
    cancel(Order.objects.get(pk=order.pk), by=world.haoran, reason="客户不要了", why="price")
    assert not asked()


def test_nobody_is_asked_to_buy_what_is_on_hand_or_made(world, track):
    count_stock(track, by=world.haoran, counted=D(40))
    order = world.opened()
    assert not asked()
    wish = ChangeWish((LineWish(order.lines.get(), D(4), order.lines.get().price),), is_theirs=True, reason="少要几件")
    change(order, by=world.haoran, wish=wish)
    assert not asked()

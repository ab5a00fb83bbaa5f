"""Whoever buys is asked as soon as nothing covers what an order wants, and no longer than that."""

from datetime import datetime, time, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.test import Client

from boothline.accounts.people import User, edit_person
from boothline.catalogue.models import Product, Variant
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.contracts.milestones import Milestone, reach, set_family
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.followups.steps import NextStep
from boothline.orders.buying import BUY
from boothline.orders.changes import ChangeWish, LineWish, cancel, change
from boothline.orders.models import Order
from boothline.orders.purchases import Bought, add_purchase, cancel_rest, chase
from boothline.timeline.models import Event

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


@time_machine.travel("2026-03-07T02:00:00Z", tick=False)  # a Saturday: it is asked at once
def test_who_buys_reads_on_today_what_an_order_lacks(world, track):
    order = world.opened()
    assert asked() == [("Kevin", f"采购 {order.number} 缺的货：6 × {track.sku}")]
    client = Client()
    client.force_login(world.users["kevin"])
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


def test_goods_to_be_made_that_nobody_has_begun_are_somebodys_task_until_they_are_being_made(world, track):
    Product.objects.update(family="灯具")
    set_family("灯具", by=world.admin, template="made", start="confirmation")
    order = world.ordered(world.take())
    assert order.contract.plan.template == "made"
    assert asked() == [("Kevin", f"采购 {order.number} 缺的货：6 × {track.sku}")]
    begun = Milestone.objects.get(plan=order.contract.plan, code="production_start")
    reach(begun, by=world.haoran)
    assert not asked()


def test_a_late_purchase_stands_on_today_of_who_buys_until_they_asked_again(world, track, client_of):
    order = world.opened()
    purchase = add_purchase(by=world.haoran, supplier="恒光", lines=[Bought(track, D(6), clock.today())])
    said = f"恒光的采购 {purchase.number} 逾期未到；订单 {order.number} 在等 {track.sku}"
    kevin, clerk = client_of(world.users["kevin"]), client_of(world.users["haoran"])
    edit_person(world.users["kevin"], by=SYSTEM, revision=User.objects.get(username="kevin").revision, values={}, roles=["clerk"])
    assert said not in kevin.get("/today/").content.decode()  # due today: not late
    with time_machine.travel(datetime.combine(clock.today() + timedelta(days=1), time(10)).astimezone(), tick=False):
        assert said in kevin.get("/today/").content.decode() and said not in clerk.get("/today/").content.decode()
        assert f"/purchases/{purchase.number}/chasing/" in clerk.get(f"/purchases/{purchase.number}/").content.decode()
        with pytest.raises(Refused, match="供应商"):
            chase(purchase, by=world.haoran, words=" ")
        sent = clerk.post(f"/purchases/{purchase.number}/chasing/", {"words": "说下周一定发"})
        assert sent.status_code == 302 and "说下周一定发" in clerk.get(f"/purchases/{purchase.number}/").content.decode()
        assert said not in kevin.get("/today/").content.decode()
    with time_machine.travel(datetime.combine(clock.today() + timedelta(days=2), time(10)).astimezone(), tick=False):
        assert said in kevin.get("/today/").content.decode()

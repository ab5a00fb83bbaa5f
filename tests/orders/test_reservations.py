"""Reserve stock: never more than there is, on hand first, in order of promise; goods that come cover who waits; what leaves is consumed."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from boothline.catalogue.models import StockMove, Variant
from boothline.catalogue.stock import count_stock, free_on, keep_stock, promise
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.orders.changes import ChangeWish, LineWish, cancel, change
from boothline.orders.goods import approve_line
from boothline.orders.models import Order, OrderLine
from boothline.orders.purchases import Bought, add_purchase, arrive, cancel_rest, edit_purchase, expect
from boothline.orders.reservations import HAND, Want, free, reserve, share
from boothline.orders.shipments import gates, pack, plan, release, ship

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def track(world) -> Variant:
    return Variant.objects.get(product=world.products["TR20"])


@pytest.fixture
def stocked(world):
    """A maker of a counted variant with so many on hand."""

    def make(n, kind="counted") -> Variant:
        variant = keep_stock(track(world), by=world.haoran, revision=track(world).revision, kind=kind)
        if n:
            count_stock(variant, by=world.haoran, counted=D(n))
        return track(world)

    return make


def other(world, n=1):
    return world.take(company=f"新月灯饰{n}", name=f"李娜{n}", emails=[f"li{n}@example.com"], phones=[f"1390000300{n}"])


def line_of(order) -> OrderLine:
    return order.lines.get(position=1)


def bought(world, n, days=10):
    day = clock.today() + timedelta(days=days)
    return add_purchase(by=world.haoran, supplier="东方灯具配件厂", lines=[Bought(track(world), D(n), day)])


def figures(order):
    line = line_of(order)
    return line.state, line.reserved, line.at_hand


def test_the_thin_path_counted_opened_reserved_arrived_ready_shipped(world, stocked):
    stocked(6)
    order = world.opened(days=40)  # 10 of it
    assert figures(order) == ("open", 6, 6)
    assert (track(world).free, track(world).short) == (0, 4)
    purchase = bought(world, 20)
    assert figures(order) == ("waiting", 10, 6) and Order.objects.get(pk=order.pk).state == "waiting"
    approve_line(line_of(order), by=world.haoran)
    assert figures(order)[0] == "waiting"
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(20)})
    assert figures(order) == ("ready", 10, 10) and Order.objects.get(pk=order.pk).state == "ready"
    assert (track(world).on_hand, track(world).free) == (26, 16)
    world.pays(order)
    made = plan(order, by=world.haoran, quantities={line_of(order).pk: D(10)}, planned_on=clock.today())
    for step in (release, pack):
        made = step(made, by=world.haoran)
    ship(made, by=world.haoran, carrier="恒达速运")
    assert figures(order) == ("in_transit", 0, 0)
    assert (track(world).on_hand, track(world).free) == (16, 16)
    assert list(StockMove.objects.order_by("id").values_list("why", "quantity")) == [("counted", 6), ("received", 20), ("shipped", -10)]

"""The ledger's marks: one colour a row, on the page and in a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from boothline.catalogue.models import Product
from boothline.contracts.milestones import Milestone, reach, set_family
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.orders.arrivals import Count, sign
from boothline.orders.changes import postpone
from boothline.orders.goods import approve, approve_line, reject
from boothline.orders.holds import stop
from boothline.orders.pages.orders import HUES
from boothline.orders.problems import Report, report
from boothline.orders.register import MARKS, Order, flag_overdue
from boothline.orders.shipments import Shipment, cancel, gates, plan, release
from boothline.ui.columns import FILLS

pytestmark = pytest.mark.django_db
HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("state", "in_trouble", "is_overdue", "mark"),
    [
        ("part_shipped", True, True, "trouble"), ("complete", True, False, "trouble"), ("ready", False, True, "overdue"),
        ("cancelled", False, False, "cancelled"), ("in_transit", False, False, "in_transit"), ("open", False, False, "open"),
    ],
)  # fmt: skip
def test_the_first_that_holds_is_the_mark(state: str, in_trouble: bool, is_overdue: bool, mark: str):
    """Trouble covers overdue, overdue covers the state."""
    assert Order(state=state, in_trouble=in_trouble, is_overdue=is_overdue).mark == mark


def test_every_flag_stands_beside_the_state(world, client_of):
    """Trouble, overdue, hold, date moved: the mark shows one of them, the column all."""
    order = world.opened(world.take())
    assert order.flags == []
    postpone(order, by=SYSTEM, promised_on=order.promised_on + timedelta(days=7), kind="late_payment")
    stop(Order.objects.get(), by=world.haoran, reason="等客户确认唛头")
    report(Order.objects.get(), by=world.haoran, told=Report("wrong_goods", "发错了型号", line=order.lines.first()))
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        flag_overdue()
        order = Order.objects.get()
        assert (order.mark, order.flags) == ("trouble", ["trouble", "overdue", "hold", "moved"])
        client = client_of(world.users["haoran"])
        for at in ("/orders/?columns=order,state,flags", "/orders/lines/?columns=line,flags"):
            assert "有问题、逾期、暂停、改过期" in client.get(at).content.decode()


def test_the_workbook_has_the_colours_of_the_page():
    """The fills are the soft hues of the light theme, and each mark has the hue that the page gives it."""
    light = (HOUSE / "frontend/styles/tokens.css").read_text().split("}")[0]
    soft = {name: re.search(rf"--{name}-soft:(#\w+)", light) for name in FILLS if name != "mute"}
    sunk = re.search(r"--sunk:(#\w+)", light)
    assert {name: found and found.group(1) for name, found in {**soft, "mute": sunk}.items()} == FILLS
    drawn = (HOUSE / "boothline/ui/jinja2/ui/marks.html").read_text()
    assert {mark: re.findall(rf'"{mark}": \("(\w+)"', drawn) for mark in MARKS} == {mark: [hue] for mark, hue in HUES.items()}


def test_an_export_keeps_the_mark_and_its_fill(world, client_of, sent, guest):
    """Shipped 8 of 10, one of them damaged: part-shipped, and in trouble until it is made good."""
    order = world.ordered(world.take())
    client = client_of(world.users["mei"])
    made = client.post("/lists/orders/export/?columns=order,state,how_far_the_goods_are", {"form": "xlsx"})
    before = _book(made)
    shipment = sent(order, 8)
    line = order.lines.get(pk=shipment.lines.get().line_id)
    sign(shipment, by=guest(order), counted={line.pk: Count(Decimal(7), damaged=Decimal(1))}, signed_by="张伟")
    after = _book(client.post("/lists/orders/export/?columns=order,state,how_far_the_goods_are", {"form": "xlsx"}))
    assert (FILLS["blue"] in before or FILLS["green"] in before, FILLS["plum"] in after) == (True, True)
    assert "有问题" in after and "部分出货" in after
    assert "SO-" in client.get("/orders/", {"state": "trouble", "owner": "me"}).content.decode()
    assert order.number not in client.get("/orders/", {"state": "part_shipped"}).content.decode()


def _book(answer) -> str:
    """Cells and formats of a workbook as one text; a fill is written as ARGB."""
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    return re.sub(r'rgb="FF(\w{6})"', r"#\1", text)


def test_a_planned_shipment_that_waits_for_goods_data_puts_the_order_on_hold(world):
    """6.1: hold is money, goods data or a person. Nothing is held before something is to leave; an override lets it go."""
    order = world.opened(world.take(), lines="10x100")
    world.pays(order)
    line = order.lines.get()

    def flagged():
        return Order.objects.get(pk=order.pk).flags == ["hold"]

    assert not flagged()
    shipment = plan(order, by=world.haoran, quantities={line.pk: Decimal(4)}, planned_on=clock.today())
    assert flagged()
    cancel(shipment, by=world.haoran, reason="客户推迟收货")
    assert not flagged()
    shipment = plan(order, by=world.haoran, quantities={line.pk: Decimal(4)}, planned_on=clock.today())
    release(shipment, by=world.heyuan, override_reason="客户同意资料后补，先放行")
    assert not flagged()
    second = plan(order, by=world.haoran, quantities={line.pk: Decimal(6)}, planned_on=clock.today())
    assert flagged()
    approve_line(line, by=world.haoran)
    assert not flagged()
    release(second, by=world.haoran)
    reject(line.goods.first(), by=world.haoran, reason="图片不清楚")
    assert flagged(), "it is released, and still may not leave"


def test_goods_data_that_is_sent_back_after_an_override_holds_the_order_again(world):
    """The flag says what the gate says: what was let go without is asked for again."""
    order = world.opened(world.take(), lines="10x100")
    world.pays(order)
    line = order.lines.get()
    shipment = plan(order, by=world.haoran, quantities={line.pk: Decimal(4)}, planned_on=clock.today())
    release(shipment, by=world.heyuan, override_reason="客户同意资料后补，先放行")
    assert not Order.objects.get(pk=order.pk).on_hold
    photos = line.goods.get(kind="photos")
    approve(photos, by=world.haoran)
    reject(photos, by=world.haoran, reason="图片不清楚")
    assert [gate.code for gate in gates(Shipment.objects.get(pk=shipment.pk))] == ["goods"]
    assert Order.objects.get(pk=order.pk).on_hold
    approve(photos, by=world.haoran)
    assert not Order.objects.get(pk=order.pk).on_hold


def test_what_is_made_to_order_is_ready_once_it_is_made_and_its_data_is_in_order(world):
    """No stock is kept of it: data alone does not put it there."""
    Product.objects.update(family="灯具")
    set_family("灯具", by=world.admin, template="made", start="confirmation")
    order = world.ordered(world.take())

    def state() -> set[str]:
        return {*order.lines.values_list("state", flat=True), Order.objects.get(pk=order.pk).state}

    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    assert state() == {"open"}, "nothing is being made yet"
    steps = {m.code: m for m in Milestone.objects.for_list().filter(plan__contract=order.contract)}
    reach(steps["production_start"], by=world.mei)
    assert state() == {"waiting"}
    reach(steps["production_end"], by=world.mei)
    assert state() == {"ready"}

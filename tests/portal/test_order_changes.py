"""A change of an order that runs, as the customer reads it: against the order as it stands, with its own money and schedule."""

import re
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from boothline.billing.books import Credit, Instalment
from boothline.billing.receipts import allow
from boothline.contracts import paper
from boothline.contracts.agreement import Version, edit_version
from boothline.contracts.establishment import Confirmation, ConfirmationRequest, send
from boothline.contracts.running import running
from boothline.messaging.models import Letter
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.models import Order
from tests.portal.guest import Guest, link_of

pytestmark = pytest.mark.django_db


def less(order: Order, quantity: int, **more) -> ChangeWish:
    line = order.lines.first()
    return ChangeWish((LineWish(line, D(quantity), line.price),), reason="客户来信要求", **more)


@pytest.fixture
def order(world) -> Order:
    """10 at 100.00 became 8 at the customer's wish: it stands at 1,000.00, and is paid."""
    made = world.ordered(world.take())
    change(made, by=world.haoran, wish=less(made, 8, is_theirs=True))
    return Order.objects.get()


def asked_for(world, order: Order, **terms) -> ConfirmationRequest:
    """7 of them, and 50.00 for packing: nobody agreed to that."""
    version = change(order, by=world.haoran, wish=less(order, 7, is_theirs=True, price_terms={"packing": D(50)}))
    if terms:
        version = edit_version(version, by=world.mei, revision=version.revision, values=terms, terms=[])
    return ConfirmationRequest.objects.for_list().get(pk=send(Version.objects.get(pk=version.pk), by=world.mei).pk)


def said_by(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def schedule(order: Order) -> list[tuple[str, D]]:
    return [(part.kind, part.amount) for part in Instalment.objects.filter(order=order, amount__gt=0)]


def test_a_change_is_read_against_the_order_as_it_stands_with_what_was_paid_and_comes_back(world, order):
    request = asked_for(world, order)
    letter = Letter.objects.get(subject__contains="变更")
    assert order.number in letter.subject and "订单保持不变" in letter.body
    guest = Guest(link_of(request))
    assert f"订单 {order.number} 的变更" in said_by(guest.text)
    guest.send("opening")
    said = said_by(guest.text)
    assert f"请确认订单 {order.number} 的这项变更" in said and "请确认这份订单" not in said
    diffs = said_by(guest.text.split('class="diffs"', 1)[1].split("</div>", 1)[0])
    assert "数量 8 → 7" in diffs and "包装费 ¥50.00" in diffs and "合计 ¥1,000.00 → ¥950.00" in diffs and "1,200" not in diffs
    assert "定金 ¥360.00 出货前付尾款 ¥590.00 已付 ¥1,000.00" in said and "¥50.00" in said.split("已付 ¥1,000.00")[1]
    for untrue in ("285.00", "665.00", "收到定金后开始备货", "进度"):
        assert untrue not in said, untrue
    guest.send("confirmation", signed_by="张伟", consent="yes")
    order = Order.objects.get()
    assert schedule(order) == running(Version.objects.get(n=2)).payments == [("deposit", 360), ("before_shipping", 590)]
    assert (order.total, Credit.objects.last().amount) == (950, 50)
    assert order.number in Confirmation.objects.last().consent


def test_paper_and_staff_say_the_same_difference_before_and_after(world, order, client_of):
    request = asked_for(world, order)
    client, address = client_of(world.users["mei"]), f"/contracts/{order.contract.number}/"
    for _time in range(2):
        with override("zh-hans"):
            data = paper._data(Version.objects.get(n=2), "zh-hans")
        assert ["变更的订单", order.number] in data["facts"]
        assert data["payments"][:3] == [["定金", "¥360.00"], ["出货前付尾款", "¥590.00"], ["已付", "¥1,000.00"]]
        page = said_by(client.get(address).content.decode())
        assert f"与订单 {order.number} 当时相比" in page and "合计 −50.00" in page and "−250.00" not in page
        if request.state != "confirmed":
            world.confirm(request)
            request.refresh_from_db()


def test_what_was_taken_off_besides_is_counted_and_other_terms_are_followed(world, order):
    """20.00 were taken off for a problem; half is a deposit now: page and order say the same schedule."""
    allow(order, by=world.haoran.trusted(), amount=D(20), reason="迟到")
    request = asked_for(world, Order.objects.get(), deposit_percent=D(50))
    expected = running(request.version)
    assert (expected.total, expected.beside, expected.paid, expected.too_much) == (930, -20, 980, 50)
    world.confirm(request)
    assert schedule(Order.objects.get()) == expected.payments == [("deposit", 465), ("before_shipping", 465)]


def test_what_costs_more_joins_what_is_open_and_says_what_is_still_to_pay(world):
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 360)
    version = change(order, by=world.haoran, wish=less(order, 14))
    expected = running(version)
    assert (expected.still_open, expected.payments) == (1240, [("deposit", 360), ("before_shipping", 1240)])
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=send(version, by=world.mei).pk))
    assert schedule(Order.objects.get()) == expected.payments


def test_a_contract_that_opens_an_order_changes_none(world):
    request = world.sent(world.take())
    assert running(request.version) is None
    world.confirm(request)
    assert running(Version.objects.get()) is None


def test_the_contract_says_that_its_order_was_changed_since(world, client_of):
    """Fewer, at their own wish, needs no new version: what they confirmed says what it comes to now."""
    request = world.sent(world.take())
    world.confirm(request)
    order = Order.objects.get()
    guest = Guest(link_of(request))
    address = f"/c/{request.grant_id}/contracts/{request.contract.number}/"
    assert "此后有变更" not in guest.open(address).content.decode()
    change(order, by=world.haoran, wish=less(order, 8, is_theirs=True))
    assert "此后有变更，现在合计 ¥1,000.00" in guest.open(address).content.decode()

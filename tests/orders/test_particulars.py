"""6.7.4 and the ledger of 6.6: the customer's item numbers are remembered, the shipping mark and the remark stand beside the order."""

from decimal import Decimal

import pytest

from boothline.contracts.agreement import prepare
from boothline.contracts.paper import _data
from boothline.core import clock
from boothline.core.errors import NotAllowed, Stale
from boothline.customers.items import items_of
from boothline.followups.steps import NextStep, Plan, drop, plan_many
from boothline.intentions.quotation import _more, _rows
from boothline.orders.models import Order, OrderLine
from boothline.orders.particulars import edit_particulars
from boothline.orders.splits import split
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db
MARK = "NORDLICHT\nHAMBURG\nC/NO. 1-40"


@pytest.fixture
def order(world):
    """10 of the first line, 5 of the second."""
    return world.ordered(world.take())


def written(world, order, number="NL-4711", **values):
    first = order.lines.first()
    values = {"shipping_mark": MARK, "remark": "外箱加护角"} | values
    return edit_particulars(
        order, by=world.haoran, revision=order.revision, values=values, items={first.variant_id: (number, "4006381333931")}
    )


def test_what_the_customer_calls_it_is_remembered_for_the_next_order(world, order):
    now = written(world, order)
    assert (now.shipping_mark, now.remark, now.revision) == (MARK, "外箱加护角", order.revision + 1)
    event = Event.objects.get(kind="orders.particulars_edited")
    assert (
        event.under_id == order.customer_id
        and event.values["items"] == ["TR20-1 NL-4711 4006381333931"]
        and set(event.changes) == {"shipping_mark", "remark"}
    )
    variant = order.lines.first().variant_id
    assert items_of(order.customer, [variant])[variant].number == "NL-4711"
    assert not items_of(world.take(company="别家公司", emails=[], phones=[]), [variant])
    assert written(world, Order.objects.get(pk=order.pk)) and Event.objects.filter(kind="orders.particulars_edited").count() == 1, (
        "nothing changed"
    )


def test_who_is_late_sees_what_stands(world, order):
    written(world, order)
    with pytest.raises(Stale):
        written(world, order, remark="别的备注")
    fresh = Order.objects.get(pk=order.pk)
    written(world, fresh, number="NL-4712")
    with pytest.raises(Stale):
        written(world, fresh, number="NL-4713")
    with pytest.raises(NotAllowed):
        edit_particulars(fresh, by=world.mei, revision=fresh.revision, values={}, items={})


def test_who_is_late_sees_the_numbers_that_stand_beside_their_own(world, order):
    written(world, order)
    with pytest.raises(Stale) as late:
        written(world, order, number="NL-4712")
    variant = order.lines.first().variant_id
    assert late.value.fields == [(f"number_{variant}", "NL-4711", "NL-4712")]


def test_they_go_along_when_an_order_is_split(world, order):
    now = written(world, order)
    new = split(now, by=world.haoran, quantities={order.lines.first().pk: Decimal(3)}, reason="客户要分开提货")
    assert (new.shipping_mark, new.remark) == (MARK, "外箱加护角")


def test_the_ledger_shows_and_finds_them(world, order, client_of):
    written(world, order)
    drop(list(NextStep.objects.open().filter(customer=order.customer)), by=world.mei)
    plan_many([Plan(order.customer, "问验货日期", clock.today())], by=world.mei)
    client = client_of(world.users["haoran"])
    beside = "shipping_mark,remark,what_is_next,order_clerk"
    lines = client.get("/orders/lines/", {"columns": f"customer_s_item_number,customer_s_barcode,order_credited,{beside}"}).content.decode()
    for words in ("NL-4711", "4006381333931", "NORDLICHT", "外箱加护角", "问验货日期", "Haoran"):
        assert words in lines, words
    orders = client.get("/orders/", {"columns": beside}).content.decode()
    assert "NORDLICHT" in orders and "外箱加护角" in orders and "问验货日期" in orders and "Haoran" in orders
    assert f"{order.number}/1" in client.get("/orders/lines/", {"q": "nl-4711"}).content.decode()
    assert f"{order.number}/2" not in client.get("/orders/lines/", {"q": "nl-4711"}).content.decode()
    assert order.number in client.get("/orders/", {"q": "C/NO. 1-40"}).content.decode()
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert "NL-4711" in page and "C/NO. 1-40" in page and "外箱加护角" in page


def test_the_clerk_writes_them_on_one_page(world, order, client_of):
    client, variant = client_of(world.users["haoran"]), order.lines.first().variant_id
    at = f"/orders/{order.number}/particulars/"
    assert client.get(at).status_code == 200
    typed = {"revision": order.revision, "shipping_mark": MARK, "remark": "", f"number_{variant}": "NL-1"}
    assert client.post(at, typed).status_code == 302
    assert items_of(order.customer, [variant])[variant].number == "NL-1"
    assert Order.objects.get(pk=order.pk).shipping_mark.splitlines() == MARK.splitlines()


def test_their_number_stands_beside_intended_and_agreed_lines_and_on_prints(world, client_of, order):
    """301, 6.7.4: it is remembered from the order, and the next deal shows it."""
    client = client_of(world.users["mei"])
    intention = world.intend(order.customer)
    contract = prepare(intention, by=world.mei)
    pages = (f"/intentions/{intention.pk}/", f"/contracts/{contract.number}/")
    written(world, order, number="")  # only the barcode
    written(world, Order.objects.get(), number="NL-4711")
    for page in pages:
        assert client.get(page).content.decode().count("客户货号 NL-4711") == 1
    assert [line["more"] for line in _data(contract.newest, "zh-hans")["lines"]] == ["贵方货号 NL-4711", ""]
    assert [_more(row) for row in _rows(intention)] == ["贵方货号 NL-4711", ""]
    now = Order.objects.get()
    nothing = {order.lines.first().variant_id: ("", "")}
    edit_particulars(now, by=world.haoran, revision=now.revision, values={}, items=nothing)
    for page in (*pages, f"/orders/{order.number}/"):
        assert "客户货号 " not in client.get(page).content.decode()


def test_their_number_finds_the_order_and_only_its_line(world, order):
    written(world, order)
    other = world.ordered(world.take("北光照明有限公司", "王芳"))
    assert [found.number for found in Order.objects.visible_to(world.haoran).search("NL-4711", world.haoran)] == [order.number]
    assert [found.number for found in Order.objects.visible_to(world.haoran).search("4006381333931", world.haoran)] == [order.number]
    assert [str(found) for found in OrderLine.objects.visible_to(world.haoran).search("nl-4711", world.haoran)] == [f"{order.number}/1"]
    assert other.lines.first().variant_id == order.lines.first().variant_id

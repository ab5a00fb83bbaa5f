"""6.6 Monthly deliveries: planned, delivered, on the way, ready; the target and whether it can be met."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
import time_machine
from django.db.models import Q

from boothline.billing import gates
from boothline.billing.books import Account
from boothline.billing.deliveries import Month, deliveries, figures, money_in, of_month, with_goods, with_money, worth_of, worth_of_one
from boothline.billing.pages.deliveries import DeliveryList
from boothline.billing.pages.orders import InstalmentList
from boothline.billing.schedule import goods_value
from boothline.billing.targets import set_targets
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.core import clock
from boothline.orders.goods import approve_line
from boothline.orders.models import Shipment
from boothline.orders.preparation import committed_of, prepare, supply_of, with_supply
from boothline.orders.purchases import Bought, add_purchase, arrive
from boothline.orders.shipments import cancel, pack, plan, release, ship
from boothline.orders.tracking import track

pytestmark = pytest.mark.django_db


def month() -> date:
    return clock.today().replace(day=1)


def sent(world, quantity: int, days: int = 0) -> Shipment:
    """So many of a new order of 10 x 100 are planned."""
    order = world.opened(world.take(company=f"{quantity}号公司", emails=[], phones=[]), lines="10x100")
    world.pays(order)
    approve_line(order.lines.get(), by=world.haoran)
    line = order.lines.get()
    return plan(order, by=world.haoran, quantities={line.pk: D(quantity)}, planned_on=clock.today() + timedelta(days=days))


def left(world, shipment: Shipment) -> Shipment:
    for step in (release, pack):
        shipment = step(shipment, by=world.haoran)
    return ship(shipment, by=world.haoran, carrier="示例快递", tracking_number=f"T{shipment.pk}")


@pytest.fixture
def worked(world):
    """On 10 March 2027: 3 pieces are delivered, 4 are on the way, 5 of a ready order are planned, 6 were planned and cancelled."""
    with time_machine.travel(datetime(2027, 3, 10, 4, tzinfo=UTC), tick=False) as travel:
        delivered = left(world, sent(world, 3))
        left(world, sent(world, 4))
        sent(world, 5)
        cancel(sent(world, 6), by=world.haoran, reason="客户推迟收货")
        travel.shift(timedelta(hours=5))
        track(delivered, by=world.haoran, state="delivered")
        yield world


def test_worked_example_of_a_month(worked, client_of):
    """Planned 300 + 400 + 500, delivered 300, on the way 400. Ready are the whole lines of which nothing has left: 1,000 of the
    third order and 1,000 of the one whose shipment was cancelled. 2,700 is within reach."""
    world = worked
    found = figures(world.haoran, month(), Q(), None)
    assert (found.planned, found.delivered, found.on_way, found.ready) == ({"CNY": 1200}, {"CNY": 300}, {"CNY": 400}, {"CNY": 2000})
    assert found.target is found.gap is found.share is found.can_be_met is None
    set_targets(month(), by=world.heyuan, revision=0, amounts={("delivered", None): D(2700), ("delivered", world.mei.id): D(600)})
    found = figures(world.haoran, month(), Q(), None)
    assert (found.gap, found.within_reach, found.can_be_met) == (2400, 2700, True) and found.share == D(300) / 2700
    set_targets(month(), by=world.heyuan, revision=1, amounts={("delivered", None): D("2700.01")})
    assert figures(world.haoran, month(), Q(), None).can_be_met is False
    own = figures(world.mei, month(), Q(order__customer__owner=world.mei.id), world.mei.id)
    assert own.target == 600 and figures(world.mei, month(), Q(), None).target is None, "the company's is for those who see all of it"
    assert figures(world.kevin, month(), Q(), None).planned == {}
    team = world.users["heyuan"].team
    assert team is not None and figures(world.heyuan, month(), Q(), None).is_whole, (
        "who leads sees the company's figures, which name nobody"
    )
    assert figures(world.heyuan, month(), Q(), None).target == D("2700.01")
    assert figures(world.heyuan, month(), Q(order__customer__owner=None), None, False).target is None
    assert "&amp;which=delivered" not in client_of(world.users["heyuan"]).get("/deliveries/").content.decode()

    client = client_of(world.users["haoran"])
    said = client.get("/deliveries/").content.decode()
    assert "<dt>计划在当月送</dt>" in said and "<dt>当月已送达</dt>" in said, (
        "of one month both: what was delivered need not have been planned for it"
    )
    assert "¥1,200.00" in said and "¥0.01" in said and "¥2,400.01" in said and said.count("<tbody>") == 1
    for address, amount in re.findall(r'href="(/(?:deliveries|orders/lines)/\?[^"]*)">¥([\d,.]+)<', said):
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        foot = re.search(r"<tfoot>(.*?)</tfoot>", shown, re.S)
        assert foot and amount in foot.group(1), (address, amount)


def test_another_month_and_another_person(worked, client_of):
    client = client_of(worked.users["haoran"])
    assert "SH-" not in client.get("/deliveries/?month=2027-04").content.decode()
    assert "SH-" not in client.get("/deliveries/?month=2027-04&which=delivered").content.decode()
    assert client.get("/deliveries/?month=2027-04&which=on_way").content.decode().count("/shipments/SH-") == 1
    mine = client_of(worked.users["mei"]).get("/deliveries/?owner=me").content.decode()
    assert mine.count("/shipments/SH-") == 3
    assert client.get("/deliveries/?owner=none").content.decode().count("/shipments/SH-") == 0


def test_the_parts_of_a_line_add_up_to_it(world):
    """3 at 0.335 are 1.01; one by one they would be 0.34 each. What was cancelled is no part."""
    order = world.opened(lines="3x0.335")
    line = order.lines.get()
    planned = [plan(order, by=world.haoran, quantities={line.pk: D(1)}, planned_on=clock.today()) for _piece in range(3)]
    cancel(planned[0], by=world.haoran, reason="客户推迟收货")
    plan(order, by=world.haoran, quantities={line.pk: D(1)}, planned_on=clock.today())
    rows = deliveries(world.heyuan)
    assert sorted(worth_of_one(one) for one in rows) == [D("0.33"), D("0.34"), D("0.34")]
    assert worth_of(rows) == {"CNY": line.amount}


def test_goods_data_and_money_of_a_row(world, monkeypatch):
    """The balance of an order that goes in eight days may still come; in seven days it is late. What is due after the goods left
    keeps nobody waiting."""
    monkeypatch.setattr(gates, "add_workdays", lambda day, n: day + timedelta(days=n))
    order = world.opened(lines="10x100")
    line = order.lines.get()
    shipment = plan(order, by=world.haoran, quantities={line.pk: D(4)}, planned_on=clock.today() + timedelta(days=8))

    def row():
        return with_money(with_goods(deliveries(world.haoran), world.haoran), world.haoran).get(pk=shipment.pk)

    found = row()
    assert (found.goods_done or 0) == 0 and found.goods_all == line.goods.count() and goods_value(found) == 400
    assert money_in(found) == "due"
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert money_in(row()) == "overdue"
    world.pays(order, 300)
    assert money_in(row()) == "due"
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert money_in(row()) == "overdue", "300 of the 400 that these goods cost"
        world.pays(order, 100)
        assert money_in(row()) == "covered", "what leaves is paid; the rest is asked before the rest leaves"
        with monkeypatch.context() as rules:
            rules.setattr(gates, "PARTS", SimpleNamespace(value="whole"))
            assert money_in(row()) == "overdue", "the gate asks for the whole order before the first"
    world.pays(order)
    assert money_in(row()) == "paid" and Account.objects.get(order=order).open == 0
    approve_line(line, by=world.haoran)
    assert row().goods_done == row().goods_all
    later = world.opened(world.take(company="后付公司", emails=[], phones=[]), lines="1x100", deposit_percent=D(0), balance="days_after")
    after = plan(later, by=world.haoran, quantities={later.lines.get().pk: D(1)}, planned_on=clock.today())
    assert money_in(with_money(deliveries(world.haoran), world.haoran).get(pk=after.pk)) == "open"


def test_a_month_ends_at_midnight_of_the_company(world):
    """Delivered on 31 March at 23:59 in Shanghai is March's, a minute later April's."""
    with time_machine.travel(datetime(2027, 3, 31, 4, tzinfo=UTC), tick=False) as travel:
        first, second = left(world, sent(world, 1)), left(world, sent(world, 2))
        travel.move_to(datetime(2027, 3, 31, 16, 5, tzinfo=UTC))
        track(first, by=world.haoran, state="delivered", at=datetime(2027, 3, 31, 15, 59, tzinfo=UTC))
        track(second, by=world.haoran, state="delivered", at=datetime(2027, 3, 31, 16, 0, tzinfo=UTC))
        rows = deliveries(world.haoran)
        for at, one in ((date(2027, 3, 1), first), (date(2027, 4, 1), second)):
            assert [s.pk for s in of_month(rows, at, "delivered")] == [one.pk]
        assert of_month(rows, date(2027, 3, 1)).count() == 2


def test_another_currency_is_not_counted_against_the_target():
    found = Month(date(2027, 3, 1), {"USD": D(5)}, {"CNY": D(1), "USD": D(9)}, {}, {}, D(4), "CNY")
    assert (found.gap, found.within_reach, found.can_be_met, found.elsewhere) == (3, 1, False, ["USD"])


def test_a_month_that_is_over_is_not_met_by_what_comes_later(worked, client_of):
    set_targets(date(2027, 2, 1), by=worked.heyuan, revision=0, amounts={("delivered", None): D(900)})
    february = figures(worked.haoran, date(2027, 2, 1), Q(), None)
    assert (february.is_over, february.can_be_met, february.gap) == (True, None, D(900))
    page = client_of(worked.users["haoran"]).get("/deliveries/?month=2027-02").content.decode()
    assert "本月已结束：目标中还有 ¥900.00 未送达。" in page and "可以达成" not in page


def test_a_colleagues_target_is_for_who_leads_them(worked, client_of):
    kevin = worked.users["kevin"].pk
    set_targets(date(2027, 3, 1), by=worked.heyuan, revision=0, amounts={("delivered", kevin): D(123456)})
    seen = {who: figures(getattr(worked, who), month(), Q(), kevin).target for who in ("mei", "kevin", "haoran", "admin")}
    assert seen == {"mei": None, "kevin": D(123456), "haoran": D(123456), "admin": D(123456)}
    assert "123,456" not in client_of(worked.users["mei"]).get(f"/deliveries/?owner={kevin}").content.decode()


def test_what_is_prepared_of_a_row(worked, client_of):
    """Packed, papers, vehicle, customer informed as marks; what left waits for nothing; the list is narrowed to what lacks something."""
    world, client = worked, client_of(worked.users["haoran"])
    here = Shipment.objects.get(shipped_at=None, cancelled_at=None)
    prepare(here, by=world.haoran, kind="papers")
    prepare(here, by=world.haoran, kind="vehicle", words="粤T 88E66")

    def rows(**asked):
        body = client.get(
            "/deliveries/", {"columns": "prepared_packed,prepared_papers,prepared_vehicle,prepared_informed,time_of_day", **asked}
        )
        return re.findall(r"<tr>(.*?)</tr>", re.search(r"<tbody>(.*?)</tbody>", body.content.decode(), re.S).group(1), re.S)

    (mine,) = [row for row in rows() if here.number in row]
    assert mine.count("待办") == 2 and "粤T 88E66" in mine
    assert all("待办" not in row for row in rows() if here.number not in row), "what left waits for nothing"
    for asked, found in (("informed", 1), ("packed", 1), ("lacking", 1)):
        assert len(rows(prepared=asked)) == found, asked
    for asked in ("papers", "vehicle", "all"):
        assert "<tbody>" not in client.get("/deliveries/", {"prepared": asked}).content.decode(), asked
    prepare(here, by=world.haoran, kind="informed")
    pack(release(here, by=world.haoran), by=world.haoran)
    assert len(rows(prepared="all")) == 1


def test_whether_the_goods_of_a_delivery_are_there(world):
    """Committed x/y and the purchase that they wait for; an always available product asks for neither."""
    order = world.opened(lines="10x100")
    line = order.lines.get()
    shipment = plan(order, by=world.haoran, quantities={line.pk: D(6)}, planned_on=clock.today())

    def row():
        return with_supply(deliveries(world.haoran), world.haoran).get(pk=shipment.pk)

    assert committed_of(row()) == "" and supply_of(row()) is None
    keep_stock(line.variant, by=world.haoran, revision=line.variant.revision, kind="counted")
    count_stock(line.variant, by=world.haoran, counted=D(4))
    assert committed_of(row()) == "4/6" and supply_of(row())[0] == "missing"
    bought = Bought(line.variant, D(6), clock.today() + timedelta(days=9))
    purchase = add_purchase(by=world.haoran, supplier="配件厂", lines=[bought])
    assert committed_of(row()) == "6/6" and supply_of(row())[0] == "unprepared"
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(6)})
    assert supply_of(row())[0] == "prepared"


def test_the_amounts_stand_where_a_desk_shows_them():
    """A table that is wider than the window goes on at its right: what the page is about stands before that."""
    usual = [column.code for column in DeliveryList.columns if column.usual]
    assert max(map(usual.index, ("to_deliver", "delivered_amount"))) < min(map(usual.index, ("goods_data_in_order", "prepared_papers")))
    due = [column.code for column in InstalmentList.columns if column.usual]
    assert "rest" in due and "covered" not in due, "what is paid is the amount less what is open; it is there to be chosen"

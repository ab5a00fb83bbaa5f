"""Purchase arrivals: never more than was ordered, pressed twice once; moved dates keep their history; what a purchase holds up."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.people import User
from boothline.catalogue.models import StockMove, Variant
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.orders import purchases, reservations
from boothline.orders.models import Order, Purchase, PurchaseArrival, PurchaseLine, Reservation
from boothline.orders.purchases import Bought, add_purchase, arrive, cancel_rest, edit_purchase, expect
from boothline.orders.reservations import held_up
from boothline.orders.shipments import plan
from boothline.radar.models import Risk
from boothline.radar.watch import run_daily
from boothline.timeline.models import Event
from boothline.visitors.recognition import say_nature
from tests.refusals import refused
from tests.suites.paper import form_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def goods(world) -> Variant:
    """Counted, none there."""
    variant = Variant.objects.get(product=world.products["TR20"])
    return keep_stock(variant, by=world.haoran, revision=variant.revision, kind="counted")


@pytest.fixture
def buy(world, goods):
    def enter(n=20, days=10, **more) -> Purchase:
        lines = [Bought(goods, D(n), clock.today() + timedelta(days=days))]
        return add_purchase(by=world.haoran, supplier="东方灯具配件厂", lines=lines, **more)

    return enter


@pytest.fixture
def english_page(client_of, world):
    def open_as(name):
        User.objects.filter(username=name).update(language="en")
        return client_of(User.objects.get(username=name))

    return open_as


def other(world, n=1):
    return world.take(company=f"新月灯饰{n}", name=f"李娜{n}", emails=[f"li{n}@example.com"], phones=[f"1390000300{n}"])


def now(record):
    return type(record).objects.get(pk=record.pk)


def values(purchase, **more):
    names = ("supplier", "firm", "reference", "ordered_on", "note")
    return {name: getattr(purchase, name) for name in names} | more


def test_entered_with_its_number_and_found(world, buy):
    purchase = buy(reference="DF-7")
    assert (purchase.number, purchase.state, purchase.expected_on) == ("PU-0001", "ordered", clock.today() + timedelta(days=10))
    for words in ("DF-7", "东方", "PU-0001"):
        assert list(Purchase.objects.all().search(words, world.haoran)) == [purchase]
    assert not Purchase.objects.visible_to(world.xiaoyu).exists() and Purchase.objects.visible_to(world.mei).exists()
    with pytest.raises(NotAllowed):
        add_purchase(by=world.mei, supplier="x", lines=[])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"supplier": " "}, "supplier"), ({"lines": []}, "lines"), ({"days": 900}, "expected_1"), ({"n": "0.5"}, "quantity_new_1"),
        ({"ordered_on": timedelta(days=1)}, "ordered_on"), ({"days": -1}, "expected_1"),
    ],
)  # fmt: skip
def test_what_is_refused_on_entering(world, goods, changed, field):
    line = Bought(goods, D(changed.get("n", 20)), clock.today() + timedelta(days=changed.get("days", 10)))
    ordered_on = clock.today() + changed["ordered_on"] if "ordered_on" in changed else None
    supplier, lines = changed.get("supplier", "东方灯具配件厂"), changed.get("lines", [line])
    with pytest.raises(Refused) as refused:
        add_purchase(by=world.haoran, supplier=supplier, lines=lines, ordered_on=ordered_on)
    assert refused.value.field == field and not Purchase.objects.exists()


def test_never_more_arrives_than_was_ordered(world, goods, buy):
    purchase = buy()
    line = purchase.lines.get()
    arrive(purchase, by=world.haoran, counted={line.pk: D(12)})
    with pytest.raises(Refused, match="only 8 are still to come") as refused:
        arrive(purchase, by=world.haoran, counted={line.pk: D(9)})
    assert refused.value.field == f"line_{line.pk}"
    with pytest.raises(Refused, match="at least one line"):
        arrive(purchase, by=world.haoran, counted={line.pk: D(0)})
    with pytest.raises(Refused, match="does not belong"):
        arrive(purchase, by=world.haoran, counted={line.pk + 999: D(1)})
    arrive(purchase, by=world.haoran, counted={line.pk: D(8)})
    assert (now(purchase).state, now(purchase).expected_on, now(goods).on_hand) == ("arrived", None, 20)
    with pytest.raises(NotAllowed):
        arrive(purchase, by=world.mei, counted={line.pk: D(1)})


def test_the_same_arrival_pressed_again_is_the_one_that_is_there(world, goods, buy):
    purchase = buy()
    line = purchase.lines.get()
    first = arrive(purchase, by=world.haoran, counted={line.pk: D(5)}, seen=0)
    assert arrive(purchase, by=world.heyuan, counted={line.pk: D(5)}, seen=0) == first
    with pytest.raises(Refused, match="another arrival was counted") as refused:
        arrive(purchase, by=world.heyuan, counted={line.pk: D(6)}, seen=0)
    assert refused.value.code == "stale"
    assert (PurchaseArrival.objects.count(), now(goods).on_hand) == (1, 5)
    arrive(purchase, by=world.heyuan, counted={line.pk: D(5)}, seen=first.pk)  # as many again, and they mean it
    assert now(goods).on_hand == 10


def test_what_is_always_available_arrives_without_stock(world):
    panel = Variant.objects.get(product=world.products["PN60"])
    purchase = add_purchase(by=world.haoran, supplier="x厂", lines=[Bought(panel, D(3), clock.today())])
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(3)})
    assert now(purchase).state == "arrived" and not StockMove.objects.exists()


def test_a_moved_date_keeps_its_history_and_tells_the_orders_that_wait(world, buy):
    order = world.opened(days=40)
    purchase = buy()
    line, on = purchase.lines.get(), clock.today() + timedelta(days=30)
    with pytest.raises(Refused, match="reason"):
        expect(line, by=world.haoran, on=on, reason="")
    with pytest.raises(Refused, match="has passed"):
        expect(line, by=world.haoran, on=clock.today() - timedelta(days=1), reason="供应商缺料")
    expect(line, by=world.haoran, on=on, reason="供应商缺料")
    expect(line, by=world.haoran, on=on, reason="供应商缺料")  # that is where it is
    (moved,) = line.date_moves.all()
    assert (moved.was, moved.now, moved.user.username) == (clock.today() + timedelta(days=10), on, "haoran")
    assert now(purchase).expected_on == on and line.promised_on == clock.today() + timedelta(days=10)
    told = Event.objects.filter(kind="orders.supply_moved").values_list("values__number", flat=True)
    assert list(told) == [order.number]
    assert "expected on" in Event.objects.filter(kind="orders.supply_moved").first().headline


def test_all_goods_of_a_purchase_are_held_while_they_are_shared_out_anew(world, goods, monkeypatch):
    panel = Variant.objects.get(product=world.products["PN60"])
    panel = keep_stock(panel, by=world.haoran, revision=panel.revision, kind="counted")
    day = clock.today() + timedelta(days=9)
    purchase = add_purchase(by=world.haoran, supplier="东方灯具配件厂", lines=[Bought(goods, D(5), day), Bought(panel, D(5), day)])
    line = purchase.lines.get(variant=goods)
    held, served = set(), set()
    hold, serve = purchases.held, reservations.serve
    monkeypatch.setattr(purchases, "held", lambda ids: held.update(ids) or hold(ids))
    monkeypatch.setattr(reservations, "serve", lambda goods, **k: served.update(v.pk for v in goods) or serve(goods, **k))
    expect(line, by=world.haoran, on=day + timedelta(days=3), reason="ship late")
    assert held == served == {goods.pk, panel.pk}


def test_goods_that_come_into_a_purchase_meanwhile_are_not_shared_out_unheld(world, goods, buy, monkeypatch):
    """Somebody adds a line between reading which goods they are and holding them."""
    panel, purchase = Variant.objects.get(product=world.products["PN60"]), buy()
    claims = purchases.hold_claims

    def late(ids):
        found = claims(list(ids))
        day = clock.today()
        PurchaseLine.objects.create(purchase=purchase, variant=panel, quantity=1, promised_on=day, expected_on=day)
        return found

    monkeypatch.setattr(purchases, "hold_claims", late)
    with refused("busy"):
        cancel_rest(purchase, by=world.haoran, reason="out of stock")


def test_what_it_holds_up_the_worst_first_and_anew_when_its_date_moves(world, buy):
    soon, late = world.opened(days=20), world.opened(other(world), days=60)
    purchase = buy(days=25)
    rows, hidden = held_up(purchase, world.haoran)
    assert [(one.line.order, one.quantity, one.days, one.is_late) for one in rows] == [(soon, 10, 5, True), (late, 10, -35, False)]
    assert hidden == 0
    expect(purchase.lines.get(), by=world.haoran, on=clock.today() + timedelta(days=61), reason="供应商停工")
    rows, _hidden = held_up(now(purchase), world.haoran)
    assert [(one.line.order, one.days) for one in rows] == [(soon, 41), (late, 1)]
    rows, hidden = held_up(purchase, world.kevin)  # neither is his
    assert (rows, hidden) == ([], 2)


def test_fewer_are_bought_and_the_farthest_promise_loses(world, buy, goods):
    soon, late = world.opened(days=20), world.opened(other(world), days=60)
    purchase = buy()
    line = purchase.lines.get()
    edit_purchase(purchase, by=world.haoran, revision=1, values=values(purchase), quantities={line.pk: D(13)}, added=[])
    assert [order.lines.get().reserved for order in (soon, late)] == [10, 3]
    assert (now(goods).missing, now(goods).short) == (7, 7)
    arrive(purchase, by=world.haoran, counted={line.pk: D(11)})
    with pytest.raises(Refused, match="11 have arrived already"):
        edit_purchase(purchase, by=world.haoran, revision=2, values=values(purchase), quantities={line.pk: D(10)}, added=[])
    more = [Bought(goods, D(7), clock.today() + timedelta(days=3))]
    edit_purchase(purchase, by=world.haoran, revision=2, values=values(purchase, note="催货"), quantities={}, added=more)
    assert late.lines.get().state == "waiting" and now(purchase).note == "催货"


def test_two_who_edit_it_see_both_values(world, buy):
    purchase = buy()
    edit_purchase(purchase, by=world.haoran, revision=1, values=values(purchase, note="甲"), quantities={}, added=[])
    with pytest.raises(Stale) as stale:
        edit_purchase(purchase, by=world.heyuan, revision=1, values=values(purchase, note="乙"), quantities={}, added=[])
    assert stale.value.fields == [("note", "甲", "乙")]


def test_the_rest_does_not_come(world, buy, goods):
    order = world.opened()
    purchase = buy()
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(4)})
    assert order.lines.get().state == "waiting"
    cancel_rest(purchase, by=world.haoran, reason="供应商停产")
    cancel_rest(purchase, by=world.haoran, reason="又按一次")
    line = order.lines.get()
    assert (line.state, line.reserved, line.at_hand) == ("open", 4, 4)
    assert (now(purchase).state, now(purchase).cancelled_reason, now(purchase).expected_on) == ("arrived", "供应商停产", None)
    assert now(goods).missing == 6 and not now(goods).dues.exists()
    with pytest.raises(Refused, match="is closed"):
        expect(purchase.lines.get(), by=world.haoran, on=clock.today(), reason="又来了")
    untouched = buy()
    cancel_rest(untouched, by=world.haoran, reason="下错单了")
    assert now(untouched).state == "cancelled"


def test_pre_order_goods_are_to_be_bought_and_not_short(world, goods):
    keep_stock(goods, by=world.haoran, revision=goods.revision, kind="preorder")
    world.opened()
    assert (now(goods).missing, now(goods).short) == (10, 0)


def test_the_radar_names_a_purchase_that_comes_too_late_and_short_stock(world, buy, goods):
    """D in 40 days. Covered by nothing: amber at D-14, red at D-7. Bought for D-5: quiet; for D-4: amber; for D+1: red."""
    order = world.opened(days=40)
    begun = timezone.now()

    def seen(days):
        with time_machine.travel(begun + timedelta(days=days)):
            run_daily()
            risks = Risk.objects.standing().filter(order=order, code__in=("stock", "purchase"))
            return sorted(risks.values_list("code", "colour", "about"))

    assert [seen(25), seen(26), seen(33)] == [[], [("stock", "amber", "")], [("stock", "red", "")]]
    with time_machine.travel(begun):
        purchase = buy(n=10, days=35)
        line = purchase.lines.get()
        assert seen(0) == []
        expect(line, by=world.haoran, on=clock.today() + timedelta(days=36), reason="供应商缺料")
        assert seen(0) == [("purchase", "amber", purchase.number)]
        expect(line, by=world.haoran, on=clock.today() + timedelta(days=41), reason="供应商缺料")
        assert seen(0) == [("purchase", "red", purchase.number)]
        risk = Risk.objects.standing().get(code="purchase")
        assert (risk.owes, risk.person.username) == ("us", "haoran")  # nobody holds the duty purchasing: the clerk does it
        arrive(purchase, by=world.haoran, counted={line.pk: D(10)})
        assert seen(0) == []


def test_goods_that_are_short_of_a_planned_shipment_are_short_by_its_day(world, goods):
    """D in 40 days; 6 of 10 are there. What leaves in 20 days is covered, with what leaves in 30 it is not: amber 14 days before that."""
    count_stock(goods, by=world.haoran, counted=D(6))
    order = world.opened(days=40)
    begun, line = timezone.now(), order.lines.get()
    for quantity, days in ((4, 20), (5, 30)):
        plan(order, by=world.haoran, quantities={line.pk: D(quantity)}, planned_on=clock.today() + timedelta(days=days))

    def seen(days):
        with time_machine.travel(begun + timedelta(days=days)):
            run_daily()
            return list(Risk.objects.standing().filter(order=order, code="stock").values_list("colour", flat=True))

    assert [seen(15), seen(16), seen(23)] == [[], ["amber"], ["red"]]


def test_serving_many_takes_as_many_queries_as_serving_few(world, buy, goods):
    """The orders that change are kept one by one; who does not change costs nothing."""
    for n in range(3):
        world.opened(other(world, n + 1))
    count_stock(goods, by=world.haoran, counted=D(30))
    few = _queries(lambda: count_stock(now(goods), by=world.haoran, counted=D(31)))
    for n in range(3, 9):
        world.opened(other(world, n + 1))
    count_stock(now(goods), by=world.haoran, counted=D(90))
    assert _queries(lambda: count_stock(now(goods), by=world.haoran, counted=D(91))) == few


def _queries(do) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        do()
    return len(found)


def test_the_pages_of_stock_and_purchases_show_what_there_is(world, goods, buy, english_page):
    order = world.opened(days=20)
    purchase = buy(days=25)
    page = english_page("haoran")
    shown = page.get(f"/purchases/{purchase.number}/").content.decode()
    assert order.number in shown and "5 days too late" in shown
    assert f"/purchases/{purchase.number}/" in page.get(f"/variants/{goods.pk}/stock/").content.decode()
    of_order = page.get(f"/orders/{order.number}/").content.decode()
    assert "10 / 10" in of_order and purchase.number in of_order
    assert "Reserve stock" not in of_order, "everything is reserved"
    listed = page.get("/orders/?columns=order,committed,purchase_expected").content.decode()
    assert ">10<" in listed.replace("\n", "") or "10</td>" in listed
    answer = page.post(f"/orders/{order.number}/reservation/")
    assert answer.status_code == 302
    free = order.lines.get()
    assert page.post(f"/order-lines/{free.pk}/freeing/").status_code == 302 and order.lines.get().reserved == 0
    assert page.post(f"/variants/{goods.pk}/stock/count/", {"counted": "4", "revision": "0"}).status_code == 302
    assert now(goods).on_hand == 4 and Reservation.objects.filter(why="counted").exists()


def test_nothing_is_ordered_after_it_was_to_come(world, buy):
    """Nor said so later."""
    purchase = buy(days=10, ordered_on=clock.today() - timedelta(days=30))
    values = {name: getattr(purchase, name) for name in ("supplier", "firm", "reference", "note")}
    PurchaseLine.objects.update(promised_on=clock.today() - timedelta(days=2))
    with refused("before_order"):
        edit_purchase(purchase, by=world.haoran, revision=1, values=values | {"ordered_on": clock.today()}, quantities={}, added=[])


def test_what_should_have_come_is_marked_in_the_stock_list(world, goods, buy, english_page):
    """In English once its day is past, not on the day itself."""
    buy(days=1)
    for days, is_marked in ((1, False), (2, True)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert ("should be here" in english_page("haoran").get("/stock/").content.decode()) is is_marked


def test_a_figure_that_is_probably_a_slip_is_asked_about_once(world, goods, english_page):
    """Counted, corrected, bought: more than ten times what there is, and than 100,000."""
    page, address = english_page("haoran"), f"/variants/{goods.pk}/stock/"
    doubted = page.post(address + "count/", {"counted": "99999999", "revision": "0"})
    assert doubted.status_code == 422 and "99,999,999 × TR20-1 are more than ten times what there is" in doubted.content.decode()
    for typed, said in (("20000000", "20,000,000 ×"), ("200000.000", "200,000 ×")):
        assert said in page.post(address + "count/", {"counted": typed, "revision": "0"}).content.decode()
    found = {"more": "more", "quantity": "99999999", "words": "又找到一些"}
    more = page.post(address + "correction/", found)
    row = {"variant_1": goods.pk, "quantity_new_1": "99999999", "expected_1": str(clock.today() + timedelta(days=9))}
    row |= {"supplier": "东方灯具配件厂", "ordered_on": str(clock.today())}
    bought = page.post("/purchases/new/", row)
    assert (more.status_code, bought.status_code) == (422, 422) and not Purchase.objects.exists() and "is_sure" in bought.content.decode()
    assert page.post(address + "count/", {"counted": "99999999", "revision": "0", "is_sure": "on"}).status_code == 302
    assert now(goods).on_hand == 99_999_999
    assert page.post(address + "correction/", found | {"is_sure": "on"}).status_code == 302
    assert page.post("/purchases/new/", row | {"is_sure": "on"}).status_code == 302
    assert now(goods).on_hand == 2 * 99_999_999 and PurchaseLine.objects.get().quantity == 99_999_999


def test_every_line_that_is_wrong_is_named_with_its_field(world, goods, english_page):
    """Half a piece in the second row, a year typed wrong in the fourth."""
    page, soon = english_page("haoran"), clock.today() + timedelta(days=9)
    row = {"supplier": "东方灯具配件厂", "ordered_on": str(clock.today())}
    row |= {"variant_2": goods.pk, "quantity_new_2": "1.5", "expected_2": str(soon)}
    row |= {"variant_4": goods.pk, "quantity_new_4": "2", "expected_4": str(soon.replace(year=soon.year + 20))}
    answer = page.post("/purchases/new/", row)
    html = answer.content.decode()
    assert answer.status_code == 422 and not Purchase.objects.exists()
    assert '<a href="#id_quantity_new_2">Line 2: quantity</a>' in html and '<a href="#id_expected_4">Line 4: expected on</a>' in html
    assert 'id="id_quantity_new_2_error"' in html and "2 things to correct" in html


def test_a_count_of_who_saw_another_figure_shows_both(world, goods, english_page):
    seen = count_stock(goods, by=world.heyuan, counted=D(10)).pk
    count_stock(goods, by=world.heyuan, counted=D(7), seen=seen)
    with pytest.raises(Stale) as stale:
        count_stock(goods, by=world.haoran, counted=D(9), seen=seen)
    assert stale.value.fields == [("counted", D(7), D(9))] and now(goods).on_hand == 7
    same = count_stock(goods, by=world.haoran, counted=D(7), seen=seen)
    assert same.quantity == -3  # the row that is there
    page = english_page("haoran")
    sent = {"counted": "9", "revision": str(seen), "was": ""}
    shown = page.post(f"/variants/{goods.pk}/stock/count/", sent)
    assert shown.status_code == 409 and ">7<" in shown.content.decode() and ">9<" in shown.content.decode()


def test_a_count_far_from_what_is_there_asks_once(world, goods, english_page):
    count_stock(goods, by=world.heyuan, counted=D(356))
    page, at = english_page("haoran"), f"/variants/{goods.pk}/stock/count/"
    sent = {"counted": "100", "revision": str(StockMove.objects.latest("pk").pk)}
    asked = page.post(at, sent)
    assert (
        asked.status_code == 422 and "less than half of what there should be (356)" in asked.content.decode() and now(goods).on_hand == 356
    )
    assert page.post(at, sent | {"is_sure": "on"}).status_code == 302 and now(goods).on_hand == 100
    assert (
        page.post(at, {"counted": "60", "revision": str(StockMove.objects.latest("pk").pk)}).status_code == 302 and now(goods).on_hand == 60
    )


def test_a_contract_with_an_earlier_date_than_the_goods_is_warned_of_and_not_stopped(world, goods, buy, english_page):
    buy(n=10, days=60)
    contract = world.contract(world.take())  # 10 of it in 40 days
    page = english_page("mei")
    shown = page.get(f"/contracts/{contract.number}/").content.decode()
    assert "The goods are not there by the shipping date" in shown and "can be promised from" in shown
    assert "can be promised from" in page.get(f"/intentions/{contract.intention_id}/").content.decode()
    count_stock(goods, by=world.haoran, counted=D(10))
    shown = page.get(f"/contracts/{contract.number}/").content.decode()
    assert "not there by the shipping date" not in shown and "can be promised today" in shown
    order = world.ordered(other(world))
    assert Order.objects.get(pk=order.pk).lines.get(position=1).at_hand == 10
    shown = page.get(f"/contracts/{contract.number}/").content.decode()
    assert "not there by the shipping date" in shown


def test_who_may_not_see_the_supplier_does_not_take_them_off(world, goods):
    firm = world.take(company="东方灯具配件厂", name="李经理", emails=[], phones=["13911110000"])
    say_nature(firm, by=world.mei, nature="peer", peer="supplier")
    purchase = add_purchase(by=world.heyuan, firm=firm, lines=[Bought(goods, D(5), clock.today() + timedelta(days=9))])
    client, at = Client(), reverse("purchase-edit", args=[purchase.number])
    client.force_login(world.users["haoran"])
    fields = form_with(client.get(at).content, "revision").fields | {"note": ["周五前打电话"]}
    assert client.post(at, fields).status_code == 302
    purchase.refresh_from_db()
    assert (purchase.note, purchase.firm_id) == ("周五前打电话", firm.pk)


def test_what_orders_lack_stands_in_the_purchase_that_one_begins_from_there(world, goods, client_of):
    world.opened(lines="10x100")
    page = client_of(world.users["haoran"])
    begun = page.get(f"/purchases/new/?variant={goods.pk}").content.decode()
    assert f'<option value="{goods.pk}" selected>' in begun
    assert re.search(r'name="quantity_new_1"[^>]* value="10"', begun)
    assert not re.search(r'name="quantity_new_1"[^>]* value=', page.get("/purchases/new/?variant=x").content.decode())

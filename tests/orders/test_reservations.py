"""Reserve stock: never more than there is, on hand first, in order of promise; goods that come cover who waits; what leaves is consumed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.catalogue.models import Product, StockMove, Variant
from boothline.catalogue.stock import count_stock, free_on, keep_stock, promise
from boothline.contracts.agreement import Term, edit_version
from boothline.contracts.establishment import send
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.milestones import LATE, Milestone, edit_milestone, reach, set_family
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM
from boothline.core.amounts import from_units
from boothline.core.errors import NotAllowed, Refused
from boothline.files.attachments import Received
from boothline.followups.steps import NextStep
from boothline.messaging.models import Notice
from boothline.messaging.notices import tell_people
from boothline.orders.changes import ChangeWish, LineWish, cancel, change
from boothline.orders.goods import approve_line
from boothline.orders.listens import share_what_is_free
from boothline.orders.models import Order, OrderLine
from boothline.orders.purchases import Bought, add_purchase, arrive
from boothline.orders.reservations import HAND, Want, free, reservable, reserve, share, with_uncovered
from boothline.orders.shipments import gates, pack, plan, release, ship
from boothline.orders.splits import merge, split
from boothline.radar.models import Risk
from boothline.radar.watch import look
from boothline.timeline.models import Event

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


@pytest.fixture
def later():
    """What is done a moment after the orders changed."""

    def hear():
        for event in Event.objects.filter(kind__in=("orders.changed", "orders.undone")).order_by("id"):
            share_what_is_free(event)

    return hear


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


def risks_of(order) -> set[str]:
    return set(Risk.objects.standing().filter(order=order).values_list("code", flat=True))


def codes_of(order) -> list[str]:
    return list(Milestone.objects.filter(plan__contract=order.contract).values_list("code", flat=True))


@pytest.fixture
def made_to_order(world, stocked):
    """Both products are made to order, and stock of both is kept: 14 of the one, plenty of the other."""
    Product.objects.update(family="灯具")
    set_family("灯具", by=world.admin, template="made", start="confirmation")
    plate = Variant.objects.get(product=world.products["PN60"])
    plate = keep_stock(plate, by=world.haoran, revision=plate.revision, kind="counted")
    count_stock(plate, by=world.haoran, counted=D(90))
    stocked(14)


def test_nothing_is_made_for_an_order_whose_goods_are_all_on_hand(world, made_to_order):
    """Neither we nor the customer read of a production that there is none of; at its opening, or once the last of it came."""
    there, waits = world.ordered(world.take()), world.ordered(other(world))
    assert "production_start" not in codes_of(there) and "inspection" in codes_of(there)
    assert Event.objects.get(kind="contracts.plan_from_stock").values["number"] == there.contract.number
    assert "production_start" in codes_of(waits), "6 are missing"
    purchase = bought(world, 20)
    assert "production_start" in codes_of(waits)
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(20)})
    assert "production_start" not in codes_of(waits)


def test_the_draft_and_the_customer_read_the_plan_that_the_order_will_have(world, made_to_order):
    """What can all be promised today is stock goods from the draft on; while something is missing, it is made to order."""
    asked, contracts = world.sent(world.take()), world.contract(other(world))

    def codes(contract) -> list[str]:
        return list(Milestone.objects.filter(plan__contract=contract).values_list("code", flat=True))

    assert "production_start" not in codes(asked.contract) and "production_start" not in codes(contracts)
    version = contracts.newest
    more = [Term(line.position, D(20) if line.variant.sku == "TR20-1" else line.quantity, line.price) for line in version.lines.all()]
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=more)
    assert "production_start" in codes(contracts), "20 are not there"
    count_stock(track(world), by=world.haoran, counted=D(5))
    world.confirm(asked)
    assert "production_start" in codes(asked.contract), "sold meanwhile"


def test_the_history_of_the_order_says_that_its_plan_is_one_of_stock_goods_now(world, made_to_order, client_of):
    """Once the last piece is there."""
    world.ordered(world.take())
    order = world.ordered(other(world))

    def page() -> str:
        return str(client_of(world.users["heyuan"]).get(f"/orders/{order.number}/").content.decode())

    turned = f"{order.contract.number} 的货都有现货：不用安排生产，进度计划改用现货模板"
    assert turned not in page()
    count_stock(track(world), by=world.haoran, counted=D(30))
    assert turned in page()


def test_a_step_of_making_that_somebody_noted_stays_though_the_goods_are_on_hand(world, made_to_order):
    world.ordered(world.take())
    order = world.ordered(other(world))
    reach(Milestone.objects.for_list().get(plan__contract=order.contract, code="material"), by=world.mei)
    count_stock(track(world), by=world.haoran, counted=D(30))
    assert figures(order)[1:] == (10, 10) and "production_end" in codes_of(order)


def test_what_is_not_made_of_goods_on_hand_is_no_risk_though_somebody_set_a_day_for_it(world, made_to_order):
    """A day that was set by hand, and a sample that was approved, keep the plan; once all pieces are there, it asks for none of the rest."""
    world.ordered(world.take())
    order = world.ordered(other(world))
    points = {m.code: m for m in Milestone.objects.for_list().filter(plan__contract=order.contract)}
    day = clock.today() + timedelta(days=1)
    edit_milestone(points["material"], by=world.mei, revision=1, values={"own_on": day, "owner": world.users["haoran"]})
    reach(points["sample"], by=world.mei)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        tasks.run_daily()
        assert "material" in risks_of(order) and NextStep.objects.open().filter(what=LATE, owner=world.users["haoran"]).exists()
        count_stock(track(world), by=world.haoran, counted=D(30))
        assert figures(order)[1:] == (10, 10)
        look([order.pk], by=SYSTEM)
        assert not risks_of(order) & {"material", "production_start", "production_end"}
        assert not NextStep.objects.open().filter(what=LATE, values__milestone=["material in"]).exists()
    states = dict(Milestone.objects.filter(plan__contract=order.contract, skipped_at__isnull=False).values_list("code", "skipped_reason"))
    assert states == dict.fromkeys(("material", "production_start", "production_end"), "all goods are on hand")


def test_a_void_confirmation_makes_the_plan_what_it_was_before_the_goods_were_reserved(world, made_to_order):
    request = world.sent(world.take())
    paper = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    said = {"kind": "paper", "signed_by": "张伟", "signed_on": clock.today(), "scan": paper}
    confirmation = record_paper(request.version, by=world.mei, **said)
    order = Order.objects.get()
    assert "production_start" not in codes_of(order)
    void(confirmation, by=world.heyuan, reason="录错了合同")
    assert "production_start" in codes_of(order)


# The rule alone.


def wants(*rows) -> list[Want]:
    """(wants, {source: has}, packed) each."""
    made = []
    for row in rows:
        one = Want(D(row[0]), D(row[2]) if len(row) > 2 else D(0))
        for source, quantity in (row[1] if len(row) > 1 else {}).items():
            one.has[source] = D(quantity)
        made.append(one)
    return made


def shared(rows, there, **more):
    found = wants(*rows)
    share(found, {source: D(n) for source, n in there.items()}, **more)
    return [{source: int(q) for source, q in want.has.items() if q} for want in found]


@pytest.mark.parametrize(
    ("rows", "there", "gets"),
    [
        ([(10,), (5,)], {HAND: 12}, [{HAND: 10}, {HAND: 2}]),  # the nearest promise first
        ([(10,), (5,)], {HAND: 4, 7: 20}, [{HAND: 4, 7: 6}, {7: 5}]),  # on hand first, then what comes
        ([(10,)], {HAND: 0, 7: 3, 8: 20}, [{7: 3, 8: 7}]),  # what is expected first before
        ([(10, {7: 10})], {HAND: 6, 7: 10}, [{HAND: 6, 7: 4}]),  # what is found on hand takes the place of what comes
        ([(4, {HAND: 6})], {HAND: 6}, [{HAND: 4}]),  # fewer: freed
        ([(4, {HAND: 3, 7: 3})], {HAND: 3, 7: 3}, [{HAND: 3, 7: 1}]),  # what is still to come is freed first
        ([(0, {HAND: 6, 7: 2})], {HAND: 6, 7: 2}, [{}]),  # nothing is wanted
        ([(5, {HAND: 5}), (5, {HAND: 5})], {HAND: 7}, [{HAND: 5}, {HAND: 2}]),  # less is there: the farthest promise loses first
        ([(5, {HAND: 5}), (5, {HAND: 5}, 5)], {HAND: 7}, [{HAND: 2}, {HAND: 5}]),  # but not what is packed
        ([(5, {HAND: 5}, 5), (5, {HAND: 5}, 5)], {HAND: 7}, [{HAND: 5}, {HAND: 2}]),  # unless all is
        ([(5, {7: 5}), (5, {7: 5})], {HAND: 0, 7: 6}, [{7: 5}, {7: 1}]),  # fewer were bought
        ([(5, {7: 5})], {HAND: 2}, [{HAND: 2}]),  # a purchase does not come
    ],
)
def test_who_gets_what(rows, there, gets):
    assert shared(rows, there) == gets


def test_what_came_is_for_all_who_wait_in_order_of_promise():
    """12 of 20 came: the first has its 10, the second 2 of 8; 8 are still to come."""
    assert shared([(10, {7: 10}), (8, {7: 8})], {HAND: 12, 7: 8}, came=True) == [{HAND: 10}, {HAND: 2, 7: 6}]
    assert shared([(3, {8: 3}), (8, {7: 8})], {HAND: 8, 8: 3}, came=True) == [{HAND: 3}, {HAND: 5, 8: 3}]  # also for who waited for another
    assert shared([(10,), (10, {7: 10})], {HAND: 4, 7: 6}, came=True) == [{HAND: 4, 7: 6}, {}]  # whoever asked for it first
    assert shared([(10,), (10, {HAND: 3, 7: 7})], {HAND: 7, 7: 3}, came=True) == [{HAND: 4, 7: 3}, {HAND: 3}]  # on hand stays


def test_freed_by_hand_nothing_is_given_to_anybody():
    assert shared([(10, {HAND: 4})], {HAND: 9}, gives=False) == [{HAND: 4}]


# Orders.


def test_the_first_who_orders_has_it_and_a_later_promise_waits(world, stocked):
    stocked(12)
    late, soon = world.opened(days=60), world.opened(other(world), days=20)
    assert figures(late) == ("open", 10, 10) and figures(soon) == ("open", 2, 2)
    bought(world, 5)
    assert figures(soon) == ("open", 7, 2)  # covered in part only
    bought(world, 9, days=12)
    assert figures(soon) == ("waiting", 10, 2) and track(world).short == 0


def test_goods_that_come_are_shared_in_order_of_promise(world, stocked):
    stocked(0)
    late, soon = world.opened(days=60), world.opened(other(world), days=20)
    purchase = bought(world, 20)
    assert figures(late) == figures(soon) == ("waiting", 10, 0)
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(12)})
    assert figures(soon)[1:] == (10, 10) and figures(late) == ("waiting", 10, 2)
    assert line_of(soon).order.state == "open"  # its goods data is not ready
    purchase.refresh_from_db()
    assert (purchase.state, purchase.expected_on) == ("in_part", clock.today() + timedelta(days=10))


def test_goods_that_come_are_not_for_who_ordered_first_but_for_the_nearest_promise(world, stocked):
    stocked(0)
    late = world.opened(days=60)
    purchase = bought(world, 10)
    soon = world.opened(other(world), days=20)
    assert figures(late) == ("waiting", 10, 0) and figures(soon) == ("open", 0, 0)
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(10)})
    assert figures(soon)[1:] == (10, 10) and figures(late) == ("open", 0, 0)


def test_what_stands_on_a_shipment_has_its_day_and_only_that(world, stocked):
    """The order leaves last, but 4 of its 10 go along sooner than anything else: those stay its own when goods come."""
    stocked(0)
    late = world.opened(days=60)
    purchase = bought(world, 10)
    soon = world.opened(other(world), days=20)
    plan(late, by=world.haoran, quantities={line_of(late).pk: D(4)}, planned_on=clock.today() + timedelta(days=5))
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(10)})
    assert figures(late) == ("open", 4, 4) and figures(soon)[1:] == (6, 6)


def test_whose_goods_went_to_an_earlier_promise_is_told(world, stocked):
    stocked(0)
    late = world.opened(days=60)
    purchase = bought(world, 10)
    soon = world.opened(other(world), days=20)
    arrive(purchase, by=world.haoran, counted={purchase.lines.get().pk: D(10)})
    (lost,) = Event.objects.filter(kind="orders.goods_lost")
    assert lost.values["number"] == late.number and "10 × TR20" in lost.headline and "(a purchase arrived)" in lost.headline
    tell_people(lost)
    assert Notice.objects.get(event=lost).user_id == world.mei.id
    assert figures(soon)[1:] == (10, 10)


def test_fewer_and_cancelled_are_free_again_and_who_waits_gets_them(world, stocked, later):
    stocked(12)
    first, second = world.opened(days=60), world.opened(other(world), days=20)
    line = line_of(first)
    wish = ChangeWish((LineWish(line, D(7), line.price),), is_theirs=True, reason="客户少要三件")
    change(first, by=world.haoran, wish=wish)
    assert figures(first)[1:] == (7, 7) and track(world).free == 3
    later()
    assert figures(second)[1:] == (5, 5) and track(world).free == 0
    cancel(Order.objects.get(pk=first.pk), by=world.haoran, reason="客户不要了", why="price")
    later()
    assert figures(first) == ("cancelled", 0, 0) and figures(second)[1:] == (10, 10) and track(world).free == 2


def test_more_of_a_line_is_reserved_as_the_customer_confirms_it(world, stocked):
    stocked(30)
    order = world.ordered(world.take())
    assert figures(order)[1:] == (10, 10)
    line = line_of(order)
    version = change(order, by=world.haoran, wish=ChangeWish((LineWish(line, D(16), line.price),), is_theirs=True, reason="客户加六件"))
    assert figures(order)[1:] == (10, 10)
    world.confirm(send(version, by=world.heyuan))
    assert figures(order)[1:] == (16, 16) and track(world).free == 14


def test_what_is_reserved_goes_along_with_a_split_and_comes_back_with_a_merger(world, stocked):
    """12 on hand: 10 for the first order, 2 for one that waits. Of the 10 reserved, 4 go on with their goods; nobody else gets them."""
    stocked(12)
    order, waiting = world.opened(days=20), world.opened(other(world), days=10)
    new = split(order, by=world.haoran, quantities={line_of(order).pk: D(4)}, reason="分两处交货")
    assert (figures(order)[1:], figures(new)[1:], figures(waiting)[1:]) == ((6, 6), (4, 4), (2, 2))
    back = merge(Order.objects.get(pk=order.pk), by=world.haoran, other=new, reason="还是一起提货")
    assert [(line.reserved, line.at_hand) for line in back.lines.all()] == [(6, 6), (4, 4)] and figures(waiting)[1:] == (2, 2)
    assert track(world).on_hand_reserved == 12


def test_a_void_order_gives_everything_back(world, stocked):
    stocked(30)
    contract, scan = world.contract(world.take()), Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    said = {"kind": "paper", "signed_by": "张伟", "signed_on": clock.today(), "scan": scan}
    confirmation = record_paper(contract.newest, by=world.heyuan, **said)
    assert track(world).free == 20
    void(confirmation, by=world.heyuan, reason="录错了客户")
    assert track(world).free == 30 and figures(Order.objects.get())[1:] == (0, 0)


def test_a_count_below_what_is_reserved_takes_from_the_farthest_promise(world, stocked):
    stocked(20)
    late, soon = world.opened(days=60), world.opened(other(world), days=20)
    count_stock(track(world), by=world.haoran, counted=D(13))
    assert figures(soon)[1:] == (10, 10) and figures(late)[1:] == (3, 3)
    assert (track(world).free, track(world).short) == (0, 7)
    count_stock(track(world), by=world.haoran, counted=D(40))
    assert figures(late)[1:] == (10, 10) and track(world).free == 20


def test_always_available_goods_are_as_before_and_orders_follow_a_change(world, stocked):
    order = world.opened()
    approve_line(line_of(order), by=world.haoran)
    assert figures(order) == ("ready", 0, 0) and not line_of(order).from_stock
    stocked(0)
    assert figures(order) == ("open", 0, 0) and line_of(order).from_stock
    count_stock(track(world), by=world.haoran, counted=D(10))
    assert figures(order) == ("ready", 10, 10)
    keep_stock(track(world), by=world.haoran, revision=track(world).revision, kind="always")
    assert figures(order) == ("ready", 0, 0) and not line_of(order).from_stock


def test_what_is_not_on_hand_does_not_leave(world, stocked):
    stocked(6)
    order = world.opened()
    world.pays(order)
    approve_line(line_of(order), by=world.haoran)
    line = line_of(order)
    half = plan(order, by=world.haoran, quantities={line.pk: D(4)}, planned_on=clock.today())
    rest = plan(order, by=world.haoran, quantities={line.pk: D(6)}, planned_on=clock.today())
    assert [g.code for g in gates(rest)] == [] == gates(half)  # either may go
    release(half, by=world.haoran)
    (gate,) = gates(rest)
    assert gate.code == "stock" and "only 2 of 6" in gate.words and not gate.can_override
    with pytest.raises(Refused, match="only 2 of 6"):
        release(rest, by=world.heyuan, override_reason="客户同意，先放行再说吧")
    pack(half, by=world.haoran)
    count_stock(track(world), by=world.haoran, counted=D(3))
    with pytest.raises(Refused, match="only 3 of 4"):
        ship(half, by=world.haoran, carrier="恒达速运")
    count_stock(track(world), by=world.haoran, counted=D(5))
    ship(half, by=world.haoran, carrier="恒达速运")
    assert track(world).on_hand == 1 and figures(order) == ("part_shipped", 1, 1)


def test_reserved_and_given_back_by_hand(world, stocked):
    stocked(10)
    first, second = world.opened(days=60), world.opened(other(world), days=20)
    assert figures(second)[1:] == (0, 0)
    with pytest.raises(Refused, match="Nothing more is free"):
        reserve(second, by=world.haoran)
    free(line_of(first), by=world.haoran)
    free(line_of(first), by=world.haoran)
    assert figures(first)[1:] == (0, 0) and track(world).free == 10
    reserve(second, by=world.haoran)
    assert figures(second)[1:] == (10, 10)
    with pytest.raises(Refused, match="reserved already"):
        reserve(second, by=world.haoran)
    with pytest.raises(NotAllowed):
        reserve(second, by=world.mei)


def test_what_is_reserved_of_goods_on_their_way_is_not_asked_for_again(world, stocked, client_of):
    """600 of 600, some of them still to come: no button, and who presses an old one reads that everything is reserved."""
    stocked(6)
    order = world.opened(days=40)  # 10 of it
    clerk, at = client_of(world.users["haoran"]), reverse("order", args=[order.number])
    button = f'action="{reverse("order-reservation", args=[order.number])}"'
    assert button in clerk.get(at).content.decode(), "6 of 10"
    bought(world, 20)
    assert figures(order)[1:] == (10, 6)
    with pytest.raises(Refused) as refused:
        reserve(order, by=world.haoran)
    assert refused.value.code == "all_there" and button not in clerk.get(at).content.decode()


def test_no_stock_is_kept_no_reservation(world):
    with pytest.raises(Refused, match="No stock is kept"):
        reserve(world.opened(), by=world.haoran)


# What can be promised.


def test_free_to_promise_on_a_date(world, stocked):
    """On hand 12, 10 reserved; 20 come in 10 days (0 reserved), 30 in 20 days: 2 today, 22 in 10 days, 52 in 20."""
    stocked(12)
    world.opened()
    for n, days in ((20, 10), (30, 20)):
        bought(world, n, days)
    today, variant = clock.today(), track(world)
    days = [today, today + timedelta(days=9), today + timedelta(days=10), today + timedelta(days=25)]
    assert [free_on(variant, day) for day in days] == [2, 2, 22, 52]
    earliest = {n: promise(variant, D(n)).on for n in (2, 3, 22, 23, 52, 53)}
    assert [(day - today).days if day else None for day in earliest.values()] == [0, 10, 10, 20, 20, None]
    assert promise(variant, D(53)).most == 52
    assert promise(Variant.objects.get(product=world.products["PN60"]), D(1000)) is None


def test_what_should_have_come_is_promised_for_tomorrow_at_the_earliest(world, stocked):
    stocked(0)
    bought(world, 5, days=1)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert promise(track(world), D(5)).on == clock.today() + timedelta(days=1)


def test_what_is_reserved_goes_along_when_an_order_is_split_and_comes_back_when_merged(world, stocked):
    stocked(10)
    order = world.opened(lines="10x100 5x40")
    new = split(order, by=world.haoran, quantities={line_of(order).pk: D(4)}, reason="客户要分开提货")
    assert figures(order)[1:] == (6, 6) and figures(new)[1:] == (4, 4) and track(world).free == 0
    merge(order, by=world.haoran, other=new, reason="客户又要一起提货")
    lines = order.lines.filter(variant=track(world))
    assert [line.at_hand for line in lines] == [6, 4] and track(world).on_hand_reserved == 10


def test_what_waits_for_an_overdue_purchase_says_how_late_it_is(world, stocked, client_of):
    stocked(0)
    order = world.opened()
    bought(world, 10, 3)
    made = plan(order, by=world.haoran, quantities={line_of(order).pk: D(10)}, planned_on=clock.today() + timedelta(days=20))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=5)):
        client = client_of(world.users["haoran"])
        for at in (
            f"/orders/{order.number}/",
            f"/shipments/{made.number}/",
            f"/deliveries/?month={made.planned_on:%Y-%m}&columns=purchase_in",
        ):
            assert "逾期 2 天" in client.get(at).content.decode(), at


def test_what_is_short_is_to_be_bought(world, stocked, client_of):
    stocked(3)
    world.opened()
    row = client_of(world.users["haoran"]).get("/stock/").content.decode().split("<tbody", 1)[1]
    assert row.count(">7<") == 2, "short, and to be bought"


def test_what_nothing_covers_leads_to_a_purchase_and_what_is_bought_to_that(world, stocked, client_of):
    """10 of a counted variant, none there: the order and its shipment say so, with the way to buy; then to what they wait for."""
    variant = stocked(0)
    order = world.ordered(world.take())
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    made = plan(order, by=world.haoran, quantities={line_of(order).pk: D(10)}, planned_on=clock.today())
    of_order, of_shipment, buys = f"/orders/{order.number}/", f"/shipments/{made.number}/", f"/purchases/new/?variant={variant.pk}"

    def read(at, who="haoran"):
        return client_of(world.users[who]).get(at).content.decode()

    assert "库存和采购都不够" in read(of_order)
    for at in (of_order, of_shipment, f"{of_shipment}release/"):
        assert buys in read(at), at
    assert buys not in read(of_order, "mei") and "库存和采购都不够" in read(of_order, "mei")
    coming = bought(world, 10)  # it covers who waits
    for at in (of_order, of_shipment, f"{of_shipment}release/"):
        assert buys not in read(at), at
    for at in (of_shipment, f"{of_shipment}release/"):
        assert f"/purchases/{coming.number}/" in read(at), at
    assert "库存和采购都不够" not in read(of_order)


def test_what_free_stock_covers_is_reserved_and_not_bought(world, stocked, client_of):
    """Given back by hand, the goods lie free: the order's page and the shipment's lead to reserving; only the rest is bought."""
    stocked(6)
    order = world.opened(world.take(), lines="10x100")
    line = line_of(order)
    assert figures(order)[1] == 6
    with override("zh-hans"):
        client = client_of(world.users["haoran"])
        page = client.get(f"/orders/{order.number}/").content.decode()
        assert "去采购" in page and "先备货" not in page, "nothing is free: it is bought"
        free(line, by=world.haoran)
        shipment = plan(order, by=world.haoran, quantities={line.pk: D(5)}, planned_on=clock.today())
        assert reservable([OrderLine.objects.select_related("variant").get(pk=line.pk)]) == {line.pk: D(6)}
        page = client.get(f"/orders/{order.number}/").content.decode()
        assert "其中 6 件有现货或在途" in page and "先备货" in page and "去采购" in page, "six are reserved, four are bought"
        count_stock(track(world), by=world.haoran, counted=D(20))
        free(line_of(order), by=world.haoran)
        for at in (f"/orders/{order.number}/", f"/shipments/{shipment.number}/"):
            page = client.get(at).content.decode()
            assert "先备货" in page and "去采购" not in page, at
        client.post(f"/orders/{order.number}/reservation/")
        page = client.get(f"/orders/{order.number}/").content.decode()
        assert figures(order)[1] == 10 and "先备货" not in page and "去采购" not in page


def test_two_lines_of_the_same_article_share_what_is_free(world, stocked):
    stocked(0)
    order = world.opened(world.take(), lines="10x100")
    line = OrderLine.objects.select_related("variant").get(pk=line_of(order).pk)
    bought(world, 12)
    free(line, by=world.haoran)
    line.refresh_from_db()
    assert reservable([line, line]) == {line.pk: D(2)}, "what the first one takes is not there for the second"


def test_the_list_of_orders_says_what_nothing_covers(world, stocked, client_of):
    stocked(4)
    order = world.opened(days=40)  # 10 of it
    row = with_uncovered(Order.objects.all(), world.haoran).get()
    assert from_units(row.uncovered_units) == sum(line.uncovered for line in order.lines.all()) == 6
    page = client_of(world.users["haoran"]).get("/orders/?columns=order,not_covered", headers={"accept-language": "en"}).content.decode()
    assert "not covered" in page.lower()

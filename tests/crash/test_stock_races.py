"""The last pieces, wanted by two at once; goods counted, bought and shipped while orders open: nothing is promised twice, nobody hangs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from boothline.catalogue.models import StockMove, Variant
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.contracts.establishment import confirm
from boothline.contracts.models import ConfirmationRequest
from boothline.core import clock
from boothline.core.errors import Refused
from boothline.orders import reservations
from boothline.orders.changes import ChangeWish, LineWish, cancel, change
from boothline.orders.goods import approve_line
from boothline.orders.models import Order, OrderLine, PurchaseArrival, Shipment
from boothline.orders.purchases import Bought, add_purchase, arrive, expect
from boothline.orders.reservations import free, reserve, share_out
from boothline.orders.shipments import pack, plan, release, ship
from tests.crash.test_races import at_once
from tests.turns import rounds
from tests.world import World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def counted(world: World, n: int, code: str = "TR20") -> Variant:
    variant = world.products[code].variants.get()
    count_stock(keep_stock(variant, by=world.haoran, revision=variant.revision, kind="counted"), by=world.haoran, counted=D(n))
    return Variant.objects.get(pk=variant.pk)


def firm(world: World, n: int) -> Any:
    return world.take(company=f"新月灯饰{n}", name=f"李娜{n}", emails=[f"li{n}@example.com"], phones=[f"1390000300{n}"])


def confirming(world: World, request: ConfirmationRequest) -> Callable[[], Any]:
    guest, version = world.guest(request), request.version
    shown = {"version": version.n, "total": version.total, "lines": version.line_count}
    return lambda: confirm(request, by=guest, signed_by="张伟", signature="张伟", consent="…", **shown)


def reserved(variant: Variant) -> list[D]:
    return sorted(OrderLine.objects.filter(variant=variant).values_list("at_hand", flat=True))


@pytest.mark.parametrize("round_", rounds(4))
def test_two_orders_reserve_the_last_pieces_at_once(world: World, round_: int):
    """12 are there, each wants 10: one has 10, the other 2, whoever came first."""
    variant = counted(world, 12)
    acts = [confirming(world, world.sent(firm(world, n))) for n in range(2)]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    assert not [a for a in answers if isinstance(a, Refused)] and Order.objects.count() == 2
    assert reserved(variant) == [2, 10]
    variant.refresh_from_db()
    assert (variant.on_hand_reserved, variant.free, variant.short) == (12, 0, 8)


def test_eight_orders_at_once_have_what_there_is(world: World):
    variant = counted(world, 33)
    answers = at_once(*[confirming(world, world.sent(firm(world, n))) for n in range(8)])
    assert not [a for a in answers if isinstance(a, Refused)]
    assert sum(reserved(variant)) == 33 and reserved(variant)[-3:] == [10, 10, 10]
    variant.refresh_from_db()
    assert variant.short == 80 - 33


def test_the_last_pieces_reserved_by_hand_by_two_at_once(world: World):
    variant = counted(world, 0)
    orders = [world.opened(firm(world, n)) for n in range(2)]
    with_nobody = Variant.objects.get(pk=variant.pk)
    count_stock(with_nobody, by=world.haoran, counted=D(10))
    assert reserved(variant) == [0, 10]
    (waiting,) = [o for o in orders if not o.lines.filter(at_hand=10).exists()]
    (has,) = [o for o in orders if o != waiting]
    answers = at_once(lambda: cancel(has, by=world.haoran, reason="客户不要了", why="price"), lambda: reserve(waiting, by=world.haoran))
    assert sum(isinstance(a, Refused) for a in answers) <= 1
    share_out([variant.pk], by=world.haoran)
    assert reserved(variant) == [0, 10] and waiting.lines.get().at_hand == 10


def test_what_came_is_counted_by_two_at_once(world: World):
    variant = counted(world, 0)
    world.opened(firm(world, 1))
    purchase = add_purchase(by=world.haoran, supplier="配件厂", lines=[Bought(variant, D(20), clock.today())])
    line = purchase.lines.get()
    acts = [lambda by=by: arrive(purchase, by=by, counted={line.pk: D(20)}, seen=0) for by in (world.haoran, world.heyuan) * 3]
    answers = at_once(*acts)
    assert {a.pk for a in answers} == {PurchaseArrival.objects.get().pk}
    assert list(StockMove.objects.filter(why="received").values_list("quantity", flat=True)) == [20]


def test_other_goods_of_a_purchase_are_reserved_while_a_date_of_it_moves(world: World, monkeypatch: pytest.MonkeyPatch):
    """The panels come later; the tracks of the same purchase are shared out with them, and somebody reserves tracks at that moment."""
    panel, track = counted(world, 0, "PN60"), counted(world, 10)
    near, far = world.opened(firm(world, 1), days=20), world.opened(firm(world, 2), days=60)
    day = clock.today() + timedelta(days=9)
    purchase = add_purchase(by=world.haoran, supplier="配件厂", lines=[Bought(panel, D(5), day), Bought(track, D(1), day)])
    free(near.lines.get(), by=world.haoran)  # 10 are on hand, and both want 10
    share = reservations.share

    def slowly(*args: Any, **more: Any) -> None:
        share(*args, **more)
        time.sleep(0.5)

    monkeypatch.setattr(reservations, "share", slowly)
    line = purchase.lines.get(variant=panel)
    answers = at_once(
        lambda: expect(line, by=world.haoran, on=day + timedelta(days=3), reason="船期推迟三天"), lambda: reserve(far, by=world.haoran)
    )
    assert {a.code for a in answers if isinstance(a, Refused)} <= {"none"}
    track.refresh_from_db()
    assert sum(reserved(track)) == track.on_hand_reserved == track.on_hand == 10


@pytest.mark.parametrize("round_", rounds(3))
def test_everything_at_once_adds_up_and_nobody_waits_in_a_ring(world: World, round_: int):
    """Orders over both goods open, change, leave and end while both are counted, bought and come in; recounted afterwards."""
    track, panel = counted(world, 60), counted(world, 30, "PN60")
    sending, leaving, changing, ending = (world.ordered(firm(world, n)) for n in range(4))
    request = world.sent(firm(world, 5))
    for line in leaving.lines.all():
        approve_line(line, by=world.haoran)
    shipment = plan(leaving, by=world.haoran, quantities={line.pk: line.due for line in leaving.lines.all()}, planned_on=clock.today())
    for step in (release, pack):
        shipment = step(shipment, by=world.haoran)
    lines = [Bought(panel, D(7), clock.today()), Bought(track, D(9), clock.today() + timedelta(days=9))]
    purchase = add_purchase(by=world.haoran, supplier="配件厂", lines=lines)
    line = changing.lines.first()
    wish = ChangeWish((LineWish(line, D(4), line.price),), is_theirs=True, reason="客户少要六件")
    came = {one.pk: one.quantity for one in purchase.lines.all()}
    acts: list[Callable[[], Any]] = [
        confirming(world, request),
        lambda: ship(shipment, by=world.haoran, carrier="恒达速运"),
        lambda: change(changing, by=world.haoran, wish=wish),
        lambda: cancel(ending, by=world.haoran, reason="客户不要了", why="price"),
        lambda: count_stock(track, by=world.haoran, counted=D(44)),
        lambda: count_stock(panel, by=world.heyuan, counted=D(19)),
        lambda: arrive(purchase, by=world.haoran, counted=came),
        lambda: add_purchase(by=world.heyuan, supplier="五金厂", lines=list(reversed(lines))),
        lambda: reserve(sending, by=world.haoran),
        lambda: share_out([panel.pk, track.pk], by=world.haoran),
    ]
    acts = acts[round_ * 3 :] + acts[: round_ * 3]
    answers = at_once(*acts)
    told = [a for a in answers if isinstance(a, Refused)]
    assert {a.code for a in told} <= {"all_there", "none", "busy", "gates"}, [str(a) for a in told]
    assert Order.objects.count() == 5
    for variant in Variant.objects.kept():
        assert 0 <= sum(reserved(variant)) == variant.on_hand_reserved <= variant.on_hand
    assert Shipment.objects.get(pk=shipment.pk).shipped_at or any(a.code == "gates" for a in told)

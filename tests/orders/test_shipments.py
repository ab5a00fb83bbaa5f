"""101: never more than ordered; all gates answer at once; each step once."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from boothline.approvals.approval import Approval
from boothline.approvals.approval import approve as say_yes
from boothline.contracts.models import Version
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.card import Customer, edit_customer
from boothline.files.attachments import Received
from boothline.orders.arrivals import record_paper
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.goods import approve, approve_line, reject
from boothline.orders.holds import stop
from boothline.orders.models import Order, OrderLine, Packing, Shipment
from boothline.orders.overrides import ask_override
from boothline.orders.shipments import cancel, gates, pack, permission, plan, planned_elsewhere, release, replan, ship
from boothline.orders.tracking import track
from boothline.timeline.models import Event
from tests.checksum import checksum

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def order(world):
    """10 of the first line, 5 of the second."""
    return world.ordered(world.take())


@pytest.fixture
def ready(order, world):
    """The same with all goods data in order."""
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    return Order.objects.get(pk=order.pk)


def planned(order, by, *quantities) -> Shipment:
    lines = order.lines.all()
    wanted = {line.pk: Decimal(str(q)) for line, q in zip(lines, quantities, strict=False)}
    return plan(order, by=by, quantities=wanted, planned_on=clock.today())


def shipped(order, by, *quantities) -> Shipment:
    made = planned(order, by, *quantities)
    release(made, by=by)
    pack(made, by=by)
    return ship(made, by=by, carrier="恒达速运", tracking_number="HD1")


def refused_without_a_trace(do, error=Refused, **details):
    before = checksum()
    with pytest.raises(error) as refused:
        do()
    assert checksum() == before
    for name, value in details.items():
        assert getattr(refused.value, name) == value
    return refused.value


# Planning.


def test_planned_by_line_and_quantity(world, order):
    made = planned(order, world.haoran, 4, 2)
    assert made.number.startswith("SH-") and made.state == "planned"
    assert [p.quantity for p in made.lines.all()] == [4, 2]
    event = Event.objects.get(kind="orders.shipment_planned")
    assert event.values == {"number": made.number, "order": order.number, "on": clock.today().isoformat()}
    assert event.under_id == order.customer_id


def test_planned_for_today_or_later(world, order):
    lines = {line.pk: Decimal(1) for line in order.lines.all()}
    for days in (1, 400):
        day = clock.today() - timedelta(days=days)
        refused_without_a_trace(lambda d=day: plan(order, by=world.haoran, quantities=lines, planned_on=d), field="planned_on")
    assert plan(order, by=world.haoran, quantities=lines, planned_on=clock.today()).state == "planned"


@pytest.mark.parametrize("quantities", [(11, 0), (10, 6), ("10.001", 0), (-1, 0)])
def test_never_more_than_ordered(world, order, quantities):
    refused_without_a_trace(lambda: planned(order, world.haoran, *quantities), code="too_much")
    assert planned(order, world.haoran, 10, 5)


def test_every_fault_of_a_plan_is_named_at_once(world, order):
    wanted = {line.pk: Decimal(999) for line in order.lines.all()}
    day = clock.today() - timedelta(days=1)
    refused = refused_without_a_trace(lambda: plan(order, by=world.haoran, quantities=wanted, planned_on=day), field="planned_on")
    assert [one.field for one in refused.also] == [f"line_{pk}" for pk in wanted]


def test_a_part_of_a_piece_is_not_planned(world, order):
    lines = order.lines.all()
    refused_without_a_trace(lambda: planned(order, world.haoran, "0.5"), field=f"line_{lines[0].pk}")
    OrderLine.objects.filter(pk=lines[0].pk).update(unit="m")
    assert planned(order, world.haoran, "0.5").lines.get().quantity == Decimal("0.5")


def test_what_others_take_is_not_there_any_more(world, order):
    first = planned(order, world.haoran, 6)
    refused = refused_without_a_trace(lambda: planned(order, world.haoran, 5), code="too_much")
    assert "4" in str(refused.words) and "10" in str(refused.words)
    planned(order, world.haoran, 4)
    refused_without_a_trace(lambda: planned(order, world.haoran, "0.001"), code="too_much")
    cancel(first, by=world.haoran, reason="客户推迟收货")
    assert planned_elsewhere(order)[order.lines.first().pk] == 4
    assert planned(order, world.haoran, 6)


def test_nothing_and_foreign_lines_are_refused(world, order):
    other = world.ordered(world.take("Nordlicht GmbH", "Anna", emails=["a@n.example"], phones=[]))
    refused_without_a_trace(lambda: planned(order, world.haoran), field="lines")
    refused_without_a_trace(lambda: planned(order, world.haoran, 0, 0), field="lines")
    foreign = {other.lines.first().pk: Decimal(1)}
    refused_without_a_trace(lambda: plan(order, by=world.haoran, quantities=foreign, planned_on=clock.today()), field="lines")


def test_who_may(world, ready):
    for by in (world.mei, world.xiaoyu, world.admin):
        refused_without_a_trace(lambda by=by: planned(ready, by, 1), NotAllowed, right="shipments.plan")
    made = planned(ready, world.heyuan, 1)
    for by in (world.mei, world.xiaoyu, world.admin):
        for do in (release, pack):
            refused_without_a_trace(lambda by=by, do=do: do(made, by=by), NotAllowed, right="shipments.release")
        refused_without_a_trace(lambda by=by: ship(made, by=by, carrier="x"), NotAllowed)
        refused_without_a_trace(lambda by=by: cancel(made, by=by, reason="客户推迟收货"), NotAllowed)
    assert release(made, by=world.haoran).state == "released"


# The gates.


def test_every_shut_gate_is_named_at_once(world, order):
    made = planned(order, world.haoran, 3, 2)
    first, second = order.lines.all()
    OrderLine.objects.filter(pk=first.pk).update(due=Decimal(2))  # as a change of the order would leave it
    assert [gate.code for gate in gates(made)] == ["quantity", "goods", "goods"]
    refused = refused_without_a_trace(lambda: release(made, by=world.haoran), code="gates")
    assert f"{first.sku}: 3 are planned" in str(refused.words)
    for sku in (first.sku, second.sku):
        assert f"{sku}: goods data missing: specification sheet, photos" in str(refused.words)
    OrderLine.objects.filter(pk=first.pk).update(due=Decimal(10))


def test_open_gates_let_it_go(world, ready):
    made = planned(ready, world.haoran, 3)
    assert gates(made) == []
    released = release(made, by=world.haoran)
    assert released.released_at and released.override_reason == ""
    event = Event.objects.get(kind="orders.shipment_released")
    assert (event.actor_name, event.values["gates"]) == ("Haoran", "")


def test_a_manager_overrides_goods_data_with_a_reason(world, order):
    made = planned(order, world.haoran, 3)
    reason = "客户书面同意先发货"
    refused_without_a_trace(
        lambda: release(made, by=world.haoran, override_reason=reason + "，资料后补"), NotAllowed, right="orders.override_gate"
    )
    refused_without_a_trace(lambda: release(made, by=world.heyuan), code="gates")
    refused_without_a_trace(lambda: release(made, by=world.heyuan, override_reason="太急了"), field="override_reason")
    released = release(made, by=world.heyuan, override_reason=reason + "，资料后补")
    assert released.override_reason == reason + "，资料后补"
    event = Event.objects.get(kind="orders.shipment_released")
    assert event.values["override"] == released.override_reason and "goods data missing" in event.values["gates"]


def test_an_override_is_for_its_line_only(world, order):
    first, second = order.lines.all()
    approve_line(second, by=world.haoran)
    made = planned(order, world.haoran, 3, 2)
    released = release(made, by=world.heyuan, override_reason="客户书面同意先发货，资料后补")
    assert [part.overridden_at is not None for part in released.lines.all()] == [True, False]
    pack(released, by=world.haoran)
    reject(second.goods.first(), by=world.haoran, reason="版本不对")
    refused = refused_without_a_trace(lambda: ship(released, by=world.haoran, carrier="恒达速运"), code="gates")
    assert second.sku in str(refused.words) and first.sku not in str(refused.words)
    approve(second.goods.first(), by=world.haoran)
    assert ship(released, by=world.haoran, carrier="恒达速运").shipped_at


def test_nobody_overrides_the_quantity(world, order):
    made = planned(order, world.haoran, 3)
    OrderLine.objects.filter(pk=order.lines.first().pk).update(due=Decimal(2))
    reason = "客户书面同意先发货，资料后补"
    refused_without_a_trace(lambda: release(made, by=world.heyuan, override_reason=reason), code="gates")
    OrderLine.objects.filter(pk=order.lines.first().pk).update(due=Decimal(10))


def test_never_more_packed_than_ordered(world, ready):
    """Released, then the customer wishes fewer: it stays unpacked until it is planned anew."""
    line, made = ready.lines.first(), release(planned(ready, world.haoran, 10), by=world.haoran)
    fewer = LineWish(line, Decimal(6), line.price)
    change(ready, by=world.haoran, wish=ChangeWish((fewer,), is_theirs=True, reason="客户来信减单"))
    refused_without_a_trace(lambda: pack(made, by=world.haoran), code="gates")


def test_the_quantity_gate_counts_what_was_let_go(world, ready):
    """Planned 6 and 4, then 8 are due: one of them goes. Released both before: the first that is packed goes."""
    line = ready.lines.first()
    first, second = (planned(ready, world.haoran, n) for n in (6, 4))
    change(ready, by=world.haoran, wish=ChangeWish((LineWish(line, Decimal(8), line.price),), is_theirs=True, reason="客户来信减单"))
    release(first, by=world.haoran)
    refused_without_a_trace(lambda: release(second, by=world.haoran), code="gates")
    Shipment.objects.filter(pk=second.pk).update(released_at=timezone.now())
    pack(first, by=world.haoran)
    refused_without_a_trace(lambda: pack(second, by=world.haoran), code="gates")
    assert ship(first, by=world.haoran, carrier="恒达速运").shipped_at


def test_a_reason_where_no_gate_is_shut_is_not_kept(world, ready):
    made = release(planned(ready, world.haoran, 3), by=world.heyuan, override_reason="客户书面同意先发货，资料后补")
    assert made.override_reason == ""


# Packing, shipping, cancelling.


def test_goods_leave_once(world, ready):
    made = shipped(ready, world.haoran, 4, 5)
    first, second = ready.lines.all()
    assert (first.packed, first.shipped, first.state) == (Decimal(4), Decimal(4), "part_shipped")
    assert (second.packed, second.shipped, second.state) == (Decimal(5), Decimal(5), "in_transit")
    assert Order.objects.get().state == "part_shipped"
    before = checksum()
    assert ship(made, by=world.haoran, carrier="恒达速运", tracking_number="HD1").carrier == "恒达速运"
    assert checksum() == before
    told = refused_without_a_trace(lambda: ship(made, by=world.haoran, carrier="另一家"), code="shipped")
    assert "恒达速运 HD1" in str(told.words)
    event = Event.objects.get(kind="orders.shipped")
    assert event.values == {"number": made.number, "order": ready.number, "carrier": "恒达速运", "tracking": "HD1"}
    shipped(ready, world.haoran, 6)
    assert Order.objects.get().state == "in_transit"


def test_the_steps_stand_in_their_order(world, ready):
    made = planned(ready, world.haoran, 4)
    refused_without_a_trace(lambda: pack(made, by=world.haoran), code="wrong_state")
    refused_without_a_trace(lambda: ship(made, by=world.haoran, carrier="x"), code="wrong_state")
    release(made, by=world.haoran)
    refused_without_a_trace(lambda: release(made, by=world.haoran), code="wrong_state")
    refused_without_a_trace(lambda: ship(made, by=world.haoran, carrier="x"), code="wrong_state")
    pack(made, by=world.haoran)
    refused_without_a_trace(lambda: pack(made, by=world.haoran), code="wrong_state")
    refused_without_a_trace(lambda: ship(made, by=world.haoran, carrier="  "), field="carrier")
    ship(made, by=world.haoran, carrier="x")
    refused_without_a_trace(lambda: cancel(made, by=world.haoran, reason="客户推迟收货"), code="wrong_state")
    assert Packing.objects.count() == 1


def test_a_cancelled_one_is_unpacked_by_a_negative_row(world, ready):
    made = planned(ready, world.haoran, 4)
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    assert ready.lines.first().packed == 4
    refused_without_a_trace(lambda: cancel(made, by=world.haoran, reason="x"), field="reason")
    cancel(made, by=world.haoran, reason="客户推迟收货")
    assert [p.quantity for p in Packing.objects.order_by("id")] == [Decimal(4), Decimal(-4)]
    assert (ready.lines.first().packed, Order.objects.get().state) == (Decimal(0), "ready")
    assert Event.objects.get(kind="orders.shipment_cancelled").values["reason"] == "客户推迟收货"
    refused_without_a_trace(lambda: cancel(made, by=world.haoran, reason="客户推迟收货"), code="wrong_state")
    assert shipped(ready, world.haoran, 10, 5).state == "shipped"


def test_the_database_keeps_the_order_of_quantities(ready):
    line = ready.lines.first()
    for bad in ({"packed": 11}, {"shipped": 1}, {"shipped": -1}, {"packed": 5, "shipped": 6}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OrderLine.objects.filter(pk=line.pk).update(**bad)


def test_a_stale_copy_ships_nothing_twice(world, ready):
    """Two clerks have the same shipment before them."""
    made = planned(ready, world.haoran, 10)
    release(made, by=world.haoran)
    seen_before = Shipment.objects.select_related("order__customer").get(pk=made.pk)
    pack(made, by=world.haoran)
    refused_without_a_trace(lambda: pack(seen_before, by=world.heyuan), code="wrong_state")
    assert ready.lines.first().packed == 10


def test_thirds_add_up_exactly(world, ready):
    ready.lines.update(unit="m")
    for quantity in ("3.333", "3.333", "3.334"):
        shipped(ready, world.haoran, quantity)
    line = ready.lines.first()
    assert (line.shipped, line.due, line.state) == (Decimal("10.000"), Decimal(10), "in_transit")
    assert Shipment.objects.filter(shipped_at__isnull=False).count() == 3
    assert clock.today() + timedelta(days=40) == ready.promised_on


def test_asked_by_others_an_override_goes_through_approval(world, order):
    """Clerk asks with a reason of 10 characters, manager says yes to exactly what is missing, the clerk releases."""
    first, second = order.lines.all()
    made = planned(order, world.haoran, 3, 2)
    reason = "客户书面同意先发货，资料后补"
    refused_without_a_trace(lambda: ask_override(made, by=world.mei, reason=reason), NotAllowed)
    refused_without_a_trace(lambda: ask_override(made, by=world.haoran, reason="太急了"), field="override_reason")
    asked = ask_override(made, by=world.haoran, reason=reason)
    assert ask_override(made, by=world.haoran, reason="再问一次，客户催得很急") == asked  # the open question is the answer
    assert (asked.matter, asked.words, asked.address) == ("orders.override", reason, f"/shipments/{made.number}/")
    assert asked.reasons[0].startswith(f"3 × {first.sku} without goods data: specification sheet; photos") and len(asked.reasons) == 2
    refused_without_a_trace(lambda: release(made, by=world.haoran, override_reason=reason), NotAllowed, right="orders.override_gate")
    photos = second.goods.get(kind="photos")
    approve(photos, by=world.haoran)
    say_yes(asked, by=world.heyuan)
    assert permission(made, gates(made)) == asked  # less is missing now
    newer = ask_override(planned(order, world.haoran, 1, 1), by=world.haoran, reason=reason)
    assert newer != asked  # another shipment
    approve_line(second, by=world.haoran)
    made = planned(order, world.haoran, 2, 2)
    asked = ask_override(made, by=world.haoran, reason=reason)
    say_yes(asked, by=world.heyuan)
    reject(second.goods.get(kind="photos"), by=world.haoran, reason="版本不对")  # more is missing now
    refused_without_a_trace(lambda: release(made, by=world.haoran), code="gates")
    again = ask_override(made, by=world.haoran, reason=reason)
    assert again != asked
    say_yes(again, by=world.heyuan)
    assert ask_override(made, by=world.haoran, reason=reason) == again  # allowed already
    released = release(made, by=world.haoran)
    assert released.override_reason == reason and all(part.overridden_at for part in released.lines.all())
    assert Event.objects.get(kind="orders.shipment_released").values["override"] == reason
    pack(released, by=world.haoran)
    assert ship(released, by=world.haoran, carrier="恒达速运").shipped_at


def test_a_yes_to_missing_goods_data_ends_when_that_is_there_and_asked_for_again(world, order):
    reason = "客户书面同意先发货，资料后补"
    photos = order.lines.first().goods.get(kind="photos")

    def sent_back():
        approve(photos, by=world.haoran)
        reject(photos, by=world.haoran, reason="版本不对")

    made = planned(order, world.haoran, 3)
    first = ask_override(made, by=world.haoran, reason=reason)
    say_yes(first, by=world.heyuan)
    assert permission(made, gates(made)) == first
    sent_back()
    assert permission(made, gates(made)) is None
    refused_without_a_trace(lambda: release(made, by=world.haoran), code="gates")
    second = ask_override(made, by=world.haoran, reason=reason)
    assert second != first
    say_yes(second, by=world.heyuan)
    packed = pack(release(made, by=world.haoran), by=world.haoran)
    assert gates(packed) == []
    sent_back()
    assert [gate.code for gate in gates(packed)] == ["goods"]
    refused_without_a_trace(lambda: ship(packed, by=world.haoran, carrier="恒达速运"), code="gates")
    approve(photos, by=world.haoran)
    assert ship(packed, by=world.haoran, carrier="恒达速运").shipped_at


def test_a_yes_to_one_piece_lets_no_more_go(world, order):
    """Allowed for 2 of a line, then planned with 10: both hear that it needs a new yes; with 1 it holds."""
    line, reason = order.lines.first(), "客户先要两件看样，资料后补"

    def planned_anew(made, quantity):
        made = Shipment.objects.get(pk=made.pk)
        wanted = {line.pk: Decimal(quantity)}
        return replan(made, by=world.haoran, revision=made.revision, quantities=wanted, planned_on=made.planned_on)

    made = planned(order, world.haoran, 2)
    yes = say_yes(ask_override(made, by=world.haoran, reason=reason), by=world.heyuan)
    made = planned_anew(made, 1)
    assert permission(made, gates(made)) == yes and not Event.objects.filter(kind="approvals.outdated").exists()
    made = planned_anew(made, 10)
    assert permission(made, gates(made)) is None
    refused_without_a_trace(lambda: release(made, by=world.haoran), code="gates")
    told = Event.objects.get(kind="approvals.outdated").values
    assert set(told["people"]) == {world.users["haoran"].pk, world.users["heyuan"].pk}
    again = ask_override(made, by=world.haoran, reason=reason)
    assert again != yes and again.reasons[0].startswith(f"10 × {line.sku} without goods data: ")
    say_yes(again, by=world.heyuan)
    assert release(made, by=world.haoran).released_at


def test_a_question_about_goods_that_are_planned_otherwise_ends(world, order):
    """Another day changes nothing about it; without the line there is nothing to decide."""
    first, second = order.lines.all()
    made = planned(order, world.haoran, 1, 1)
    asked = ask_override(made, by=world.haoran, reason="客户先要一件看样，资料后补")

    def planned_anew(quantities, days=0):
        now = Shipment.objects.get(pk=made.pk)
        day = clock.today() + timedelta(days=days)
        replan(now, by=world.haoran, revision=now.revision, quantities=quantities, planned_on=day)
        asked.refresh_from_db()

    planned_anew({first.pk: Decimal(1), second.pk: Decimal(1)}, days=3)
    assert asked.state == "open"
    planned_anew({second.pk: Decimal(1)}, days=3)
    assert asked.state == "dropped"
    told = Event.objects.get(kind="approvals.dropped").values
    assert {world.users["haoran"].pk, world.users["heyuan"].pk} <= set(told["people"])


def test_nobody_asks_for_what_is_not_overridden_or_not_shut(world, order):
    made = planned(order, world.haoran, 3)
    OrderLine.objects.filter(pk=order.lines.first().pk).update(due=Decimal(2))
    refused_without_a_trace(lambda: ask_override(made, by=world.haoran, reason="客户书面同意先发货，资料后补"), code="gates")
    OrderLine.objects.filter(pk=order.lines.first().pk).update(due=Decimal(10))
    asked = ask_override(made, by=world.haoran, reason="客户书面同意先发货，资料后补")
    cancel(made, by=world.haoran, reason="客户推迟收货")
    asked.refresh_from_db()
    assert asked.state == "dropped"
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    again = planned(order, world.haoran, 3)
    refused_without_a_trace(lambda: ask_override(again, by=world.haoran, reason="客户书面同意先发货，资料后补"), code="not_needed")


def test_who_cannot_open_a_shut_gate_asks_for_it_or_is_led_on(world, order, client_of):
    made = planned(order, world.haoran, 4)
    haoran, heyuan = client_of(world.users["haoran"]), client_of(world.users["heyuan"])
    address, of_order = f"/shipments/{made.number}/release/", f"/orders/{order.number}/"

    def page(client, at=address) -> str:
        return client.get(at).content.decode()

    assert "放行出货</button>" in page(heyuan) and 'name="override_reason"' in page(heyuan)
    assert "提交审批</button>" in page(haoran) and 'name="override_reason"' in page(haoran) and f"{of_order}#goods" in page(haoran)
    assert "（选填）" not in page(haoran) + page(heyuan)
    for client in (haoran, heyuan):
        assert [client.post(address, {"override_reason": said}).status_code for said in ("", "急")] == [422, 422]
    assert haoran.post(address, {"override_reason": "客户书面同意先发货，资料后补"}).status_code == 302
    assert 'name="override_reason"' not in page(haoran) and 'class="btn go" type="submit"' not in page(haoran) and "#goods" in page(haoran)
    assert "同意后才能放行" in page(haoran, f"/shipments/{made.number}/")
    say_yes(Approval.objects.get(), by=world.heyuan)
    assert "Heyuan" in page(haoran) and "放行出货</button>" in page(haoran)
    assert haoran.post(address, {"override_reason": ""}).status_code == 302
    assert Shipment.objects.get().state == "released"
    stop(order, by=world.haoran, reason="等客户确认唛头")
    other = planned(order, world.haoran, 2)
    shown = page(haoran, f"/shipments/{other.number}/release/")
    assert (
        'name="override_reason"' not in shown and 'class="btn go" type="submit"' not in shown
    )  # what a person stopped is lifted, not overridden


def test_the_history_of_an_order_tells_what_happened_to_its_goods_and_its_money(world, ready, client_of):
    shipment = shipped(ready, world.haoran, 10, 5)
    record_paper(shipment, by=world.haoran, counted={}, signed_by="张伟", scan=Received(b"%PDF-1.4 x", "x.pdf", "paper"))
    page = client_of(world.users["haoran"]).get(f"/orders/{ready.number}/").content.decode()
    told = page[page.index('<ol class="tl">') :]
    goods = Event.objects.filter(kind="orders.goods_line_approved").first()
    receipts = Event.objects.filter(kind="billing.received")
    arrived = Event.objects.get(kind="orders.arrived")
    left = Event.objects.get(kind="orders.shipped")
    with override("zh-hans"):
        for event in (goods, *receipts, arrived, left):
            assert event.headline in re.sub("<[^>]+>", "", told), event.headline
        (asked,) = Event.objects.filter(kind="billing.scheduled")
    assert receipts.count() == 1
    with override("en"):
        assert asked.headline == f"Payments for order {ready.number} scheduled: CN¥1,200.00"


def test_what_has_left_keeps_its_day_and_a_missing_country_is_asked_for(ready, world, client_of):
    customer, today = ready.customer, clock.today()
    Customer.objects.filter(pk=customer.pk).update(country="")
    haoran = client_of(world.users["haoran"])
    said = "客户所在的国家还没填。填写之前，预计到货一律按路上 3 天计算，客户看到的也是这样。"
    form = haoran.get(f"/orders/{ready.number}/shipments/new/").content.decode()
    assert said in form
    gone, later = planned(ready, world.haoran, 4), planned(ready, world.haoran, 2)
    for step in (release, pack):
        step(gone, by=world.haoran)
    assert said in haoran.get(f"/shipments/{gone.number}/").content.decode()
    ship(gone, by=world.haoran, carrier="恒达速运", tracking_number="HD1")
    assert said not in haoran.get(f"/shipments/{gone.number}/").content.decode(), "it is on its way"
    fresh = Customer.objects.get(pk=customer.pk)
    edit_customer(fresh, by=world.mei, revision=fresh.revision, values={"country": "香港"})
    days = {one.pk: one.expected_on for one in Shipment.objects.for_list()}
    assert days == {gone.pk: today + timedelta(days=3), later.pk: later.planned_on + timedelta(days=30)}
    assert said not in haoran.get(f"/shipments/{later.number}/").content.decode()


def test_when_goods_are_expected_follows_the_way_they_are_carried(ready, world, client_of):
    def asked(shipment):
        return Shipment.objects.for_list().get(pk=shipment.pk)

    today = clock.today()
    made = planned(ready, world.haoran, 4)
    assert asked(made).expected_on == today + timedelta(days=3)  # by road, where nothing else was agreed
    Version.objects.filter(pk=ready.confirmation.version_id).update(carriage="rail")
    assert asked(made).expected_on == today + timedelta(days=15)
    with time_machine.travel(timezone.now() + timedelta(days=2)):  # it should have left
        assert asked(made).expected_on == today + timedelta(days=17)
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    left = ship(made, by=world.haoran, carrier="恒达速运", tracking_number="HD1")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert asked(left).expected_on == today + timedelta(days=15)
    page = client_of(world.users["haoran"]).get(f"/shipments/{made.number}/").content.decode()
    assert f'datetime="{(today + timedelta(days=15)).isoformat()}"' in page
    track(left, by=world.haoran, state="delivered")
    assert asked(left).expected_on is None


def test_a_planned_shipment_is_planned_otherwise_until_it_is_released(world, ready, client_of):
    """Fewer of a line, another one with it, another day; editing again takes it back. Each refusal stands at its field."""
    first, second = ready.lines.all()
    made = planned(ready, world.haoran, 8)
    day = clock.today() + timedelta(days=3)
    with pytest.raises(NotAllowed):
        replan(made, by=world.mei, revision=1, quantities={first.pk: Decimal(6)}, planned_on=day)
    other = planned(ready, world.haoran, 2)
    with pytest.raises(Refused) as wrong:
        replan(made, by=world.haoran, revision=1, quantities={first.pk: Decimal(9)}, planned_on=clock.today() - timedelta(days=1))
    assert {one.field for one in (wrong.value, *wrong.value.also)} == {f"line_{first.pk}", "planned_on"}
    made = replan(
        made, by=world.haoran, revision=1, quantities={first.pk: Decimal(6), second.pk: Decimal(5)}, planned_on=day, slot="morning"
    )
    assert [(p.line_id, p.quantity) for p in made.lines.all()] == [(first.pk, 6), (second.pk, 5)] and made.planned_on == day
    event = Event.objects.get(kind="orders.shipment_replanned")
    assert event.changes["TR20-1"] == ["8", "6"] and event.changes["PN60-1"] == ["0", "5"] and "planned_on" in event.changes
    with pytest.raises(Stale):
        replan(made, by=world.haoran, revision=1, quantities={first.pk: Decimal(5)}, planned_on=day)
    clerk, address = client_of(world.users["haoran"]), f"/shipments/{made.number}/plan/"
    page = clerk.get(address).content.decode()
    assert (
        'value="6"' in page
        and f"line_{second.pk}" in page
        and f'href="{address}"' in clerk.get(f"/shipments/{made.number}/").content.decode()
    )
    cancel(other, by=world.haoran, reason="改成一批走")
    typed = {"planned_on": str(day), "slot": "", "revision": made.revision, f"line_{first.pk}": "10", f"line_{second.pk}": ""}
    assert clerk.post(address, typed).status_code == 302
    assert [(p.line_id, p.quantity) for p in made.lines.all()] == [(first.pk, 10)]
    release(made, by=world.haoran)
    with override("en"), pytest.raises(Refused, match="released already"):
        replan(made, by=world.haoran, revision=3, quantities={first.pk: Decimal(6)}, planned_on=day)
    assert "released already" in clerk.get(address, headers={"accept-language": "en"}).content.decode()


def test_a_change_that_leaves_less_than_is_planned_says_so_first_and_the_gate_says_why(world, ready, client_of):
    """10 ordered, 5 and 5 planned; the customer wants 8: the second one lacks 2. It is said before, and its plan is changed after."""
    line = ready.lines.first()
    first, second = planned(ready, world.haoran, 5), planned(ready, world.haoran, 5)
    clerk = client_of(world.users["haoran"])
    address = f"/orders/{ready.number}/change/"
    typed = {
        f"{what}_{one.pk}": getattr(one, name) for one in ready.lines.all() for what, name in (("quantity", "due"), ("price", "price"))
    }
    typed |= {
        f"quantity_{line.pk}": "8",
        "is_theirs": "on",
        "reason": "客户来信要求",
        "promised_on": str(ready.promised_on),
        "revision": ready.revision,
    }
    page = clerk.post(address, typed, headers={"accept-language": "en"})
    words = f"Shipment {second.number} is planned with 5 TR20-1, and only 3 would be left for it"
    assert page.status_code == 422 and words in page.content.decode() and first.number not in page.content.decode()
    assert clerk.post(address, typed | {"is_sure": "on"}).status_code == 302
    assert Order.objects.get().lines.first().due == 8
    release(first, by=world.haoran)
    with override("en"):
        (gate,) = gates(second)
    assert (gate.code, gate.words) == (
        "quantity", "TR20-1: 5 are planned, but the order was changed since and only 3 are left. Change the plan.",
    )  # fmt: skip
    replan(second, by=world.haoran, revision=second.revision, quantities={line.pk: Decimal(3)}, planned_on=second.planned_on)
    assert not gates(second)

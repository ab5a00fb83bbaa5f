"""6.6 Preparation of a delivery: its papers, its vehicle, the customer who is told; noted by a press, taken back by another one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.orders.arrivals import sign
from boothline.orders.goods import approve_line
from boothline.orders.models import Preparation, Shipment
from boothline.orders.preparation import prepare, take_back
from boothline.orders.shipments import cancel, pack, plan, release, replan, ship
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipment(world):
    order = world.ordered(world.take())
    return plan(order, by=world.haoran, quantities={order.lines.first().pk: Decimal(4)}, planned_on=clock.today(), slot="morning")


def test_each_is_noted_once_and_says_who(world, shipment):
    first = prepare(shipment, by=world.haoran, kind="papers")
    again = prepare(shipment, by=world.heyuan, kind="papers")
    assert first == again and first.user_id == world.haoran.id
    prepare(shipment, by=world.haoran, kind="vehicle", words=" 粤T 88E66 ")
    assert Preparation.objects.standing().get(shipment=shipment, kind="vehicle").words == "粤T 88E66"
    told = Event.objects.filter(kind="orders.prepared").order_by("id")
    assert [e.under_id for e in told] == [shipment.order.customer_id] * 2
    with override("en"):
        assert "papers" in told[0].headline and "粤T 88E66" in told[1].headline
    with override("zh-hans"):
        assert "单据" in told[0].headline
    with pytest.raises(IntegrityError), transaction.atomic():
        Preparation.objects.create(shipment=shipment, kind="papers")


def test_pressed_again_it_is_taken_back_and_stays_in_the_books(world, shipment):
    prepare(shipment, by=world.haoran, kind="informed")
    take_back(shipment, by=world.heyuan, kind="informed")
    take_back(shipment, by=world.haoran, kind="informed")
    kept = Preparation.objects.get()
    assert not Preparation.objects.standing().exists() and kept.undone_by_id == world.heyuan.id
    assert Event.objects.filter(kind="orders.preparation_taken_back").count() == 1
    prepare(shipment, by=world.haoran, kind="informed")
    assert Preparation.objects.standing().count() == 1 and Preparation.objects.count() == 2


def test_whoever_was_told_of_another_day_is_to_be_told_again(world, shipment):
    """Told of today in the morning: in the afternoon or on another day they are not, with more goods they are."""
    line = shipment.order.lines.first()

    def planned_anew(quantity=4, **more):
        now = Shipment.objects.get(pk=shipment.pk)
        asked = {"planned_on": now.planned_on, "slot": now.slot} | more
        replan(now, by=world.haoran, revision=now.revision, quantities={line.pk: Decimal(quantity)}, **asked)

    def told():
        return Preparation.objects.standing().filter(kind="informed").exists()

    prepare(shipment, by=world.haoran, kind="papers")
    prepare(shipment, by=world.haoran, kind="informed")
    planned_anew(5)
    assert told()
    planned_anew(slot="afternoon")
    assert not told() and Event.objects.get(kind="orders.preparation_taken_back").values["what"] == "informed"
    prepare(shipment, by=world.haoran, kind="informed")
    planned_anew(planned_on=clock.today() + timedelta(days=20))
    assert not told() and Preparation.objects.standing().get().kind == "papers"


def test_another_vehicle_takes_the_place_of_the_first(world, shipment):
    prepare(shipment, by=world.haoran, kind="vehicle", words="粤T 88E66")
    prepare(shipment, by=world.haoran, kind="vehicle", words="恒达速运")
    assert Preparation.objects.standing().get().words == "恒达速运" and Preparation.objects.count() == 2


def test_what_is_refused(world, shipment):
    with pytest.raises(Refused) as refused:
        prepare(shipment, by=world.haoran, kind="vehicle", words=" ")
    assert refused.value.field == "words"
    with pytest.raises(NotAllowed):
        prepare(shipment, by=world.mei, kind="papers")
    cancel(shipment, by=world.haoran, reason="客户推迟收货")
    with pytest.raises(Refused) as refused:
        prepare(shipment, by=world.haoran, kind="papers")
    assert refused.value.code == "wrong_state"


def test_the_clerk_presses_on_the_shipments_page(world, shipment, client_of):
    client, at = client_of(world.users["haoran"]), f"/shipments/{shipment.number}/"
    page = client.get(at).content.decode()
    assert f"{at}papers/" in page and f"{at}vehicle/" in page and f"{at}notice/" in page and "上午" in page
    client.post(f"{at}papers/")
    client.post(f"{at}vehicle/", {"words": "粤T 88E66"})
    client.post(f"{at}notice/")
    assert set(Preparation.objects.standing().values_list("kind", flat=True)) == {"papers", "vehicle", "informed"}
    page = client.get(at).content.decode()
    assert "粤T 88E66" in page and "Haoran" in page
    client.post(f"{at}papers/", {"back": "1"})
    client.post(f"{at}vehicle/", {"back": "1"})
    assert 'name="back"' in client.get(at).content.decode()
    for line in shipment.order.lines.all():
        approve_line(line, by=world.haoran)
    for step in (release, pack):
        step(shipment, by=world.haoran)
    ship(shipment, by=world.haoran, carrier="恒达速运")
    assert 'name="back"' not in client.get(at).content.decode(), "what has left was prepared"
    with pytest.raises(Refused):
        take_back(shipment, by=world.haoran, kind="informed")
    assert set(Preparation.objects.standing().values_list("kind", flat=True)) == {"informed"}
    assert f"{at}papers/" not in client_of(world.users["mei"]).get(at).content.decode()


def test_what_is_over_is_not_to_be_done_any_more(world, shipment, client_of):
    """Papers noted, no vehicle: on the way it may still be noted, by whoever may; after the arrival nobody is asked."""
    clerk, seller, at = client_of(world.users["haoran"]), client_of(world.users["mei"]), f"/shipments/{shipment.number}/"
    prepare(shipment, by=world.haoran, kind="papers")
    assert "待办" in clerk.get(at).content.decode() and "车辆" in seller.get(at).content.decode()
    for line in shipment.order.lines.all():
        approve_line(line, by=world.haoran)
    for step in (release, pack):
        step(shipment, by=world.haoran)
    ship(shipment, by=world.haoran, carrier="恒达速运")
    page = clerk.get(at).content.decode()
    assert "待办" not in page and "<summary" in page.split(f"{at}vehicle/")[0].split('id="prepared"')[1], "noted only by who looks for it"
    assert f"{at}vehicle/" in page
    assert "出货时没有记下：通知客户<" in page
    assert "车辆" not in seller.get(at).content.decode()
    sign(shipment, by=SYSTEM, counted={}, signed_by="郑一")
    page = clerk.get(at).content.decode()
    assert "待办" not in page and f"{at}vehicle/" not in page and "单据" in page and "已备" in page


def test_who_ships_is_asked_once_about_what_nobody_noted(world, shipment, client_of):
    """Papers and customer: to be done. The vehicle is no question, its carrier is named here. Asked once; what is noted is not asked."""
    clerk, at = client_of(world.users["haoran"]), f"/shipments/{shipment.number}/"
    for line in shipment.order.lines.all():
        approve_line(line, by=world.haoran)
    for step in (release, pack):
        step(shipment, by=world.haoran)
    asked = clerk.post(f"{at}dispatch/", {"carrier": "恒达速运"})
    shipment.refresh_from_db()
    assert asked.status_code == 422 and "还没有记下：单据、通知客户。" in asked.content.decode() and not shipment.shipped_at
    assert 'name="is_sure"' in asked.content.decode() and "车辆" not in asked.content.decode()
    prepare(shipment, by=world.haoran, kind="papers")
    assert "还没有记下：通知客户。" in clerk.post(f"{at}dispatch/", {"carrier": "恒达速运"}).content.decode()
    assert clerk.post(f"{at}dispatch/", {"carrier": "恒达速运", "is_sure": "on"}).status_code == 302
    shipment.refresh_from_db()
    assert shipment.shipped_at and shipment.carrier == "恒达速运"


def test_who_noted_everything_is_not_asked(world, shipment, client_of):
    clerk, at = client_of(world.users["haoran"]), f"/shipments/{shipment.number}/"
    for line in shipment.order.lines.all():
        approve_line(line, by=world.haoran)
    for step in (release, pack):
        step(shipment, by=world.haoran)
    for kind in ("papers", "informed"):
        prepare(shipment, by=world.haoran, kind=kind)
    assert clerk.post(f"{at}dispatch/", {"carrier": "恒达速运"}).status_code == 302

"""SP01: the worked examples of the type rule that stand on time, pins and chips; the others are in test_ladder.py."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from boothline.contracts.agreement import Contract, prepare
from boothline.contracts.establishment import send
from boothline.core import tasks
from boothline.core.errors import Refused
from boothline.customers.card import Customer
from boothline.customers.ladder import TypeChange, business
from boothline.customers.pins import Pin, pin
from boothline.intentions.products import Intention
from boothline.negotiation.objections import object_to
from boothline.orders.shipments import pack, plan, release, ship

pytestmark = pytest.mark.django_db


def types_of(customer: Customer) -> tuple[str, str]:
    found = Customer.objects.get(pk=customer.pk)
    return found.type, found.derived_type


def test_14_expired_yesterday_then_30_idle_days(world):
    customer = world.take()
    request = world.sent(customer)
    yesterday = timezone.now() + timedelta(days=16)
    with time_machine.travel(yesterday, tick=False):
        tasks.run_daily()
        request.refresh_from_db()
        assert request.state == "expired"
        assert types_of(customer) == ("contract", "contract")
    with time_machine.travel(yesterday + timedelta(days=29), tick=False):
        tasks.run_daily()
        assert types_of(customer) == ("contract", "contract")
    with time_machine.travel(yesterday + timedelta(days=30), tick=False):
        tasks.run_daily()
        tasks.run_daily()
        assert types_of(customer) == ("intending", "intending")
        assert (Contract.objects.get().state, Intention.objects.get().state) == ("lapsed", "open")
        assert TypeChange.objects.filter(customer=customer).last().fact == "contracts.lapsed"


def test_17_chips_of_business_beside_an_order(world):
    customer = world.take()
    world.ordered(customer)
    world.intend(customer)
    assert business([customer.pk])[customer.pk] == ["intending", "ordering"]
    send(prepare(Intention.objects.get(state="open"), by=world.mei).newest, by=world.mei)
    assert business([customer.pk])[customer.pk] == ["contract", "ordering"]
    assert types_of(customer) == ("ordering", "ordering")


def test_29_pinned_intending_then_contract_sent(world):
    customer = world.take()
    object_to(customer, by=world.mei, reason="price")
    made = pin(customer, by=world.heyuan, type="intending", reason="已口头说要 1,000 只")
    assert types_of(customer) == ("intending", "negotiating")
    world.sent(customer)
    assert types_of(customer) == ("contract", "contract")
    made.refresh_from_db()
    assert made.ended_at is not None
    assert [(c.was, c.now, c.pinned) for c in TypeChange.objects.filter(customer=customer).order_by("id")] == [
        ("visitor", "negotiating", False),
        ("negotiating", "intending", True),
        ("negotiating", "intending", False),
        ("intending", "contract", False),
    ]


def test_30_goods_under_way_and_a_pin_to_visitor_tried(world):
    customer = world.take()
    order = world.ordered(customer)
    line = order.lines.first()
    from boothline.orders.goods import approve_line

    for each in order.lines.all():
        approve_line(each, by=world.haoran)
    shipment = plan(order, by=world.haoran, quantities={line.pk: line.due}, planned_on=timezone.localdate())
    release(shipment, by=world.haoran)
    pack(shipment, by=world.haoran)
    ship(shipment, by=world.haoran, carrier="恒达速运", tracking_number="HD1")
    with pytest.raises(Refused, match=order.number):
        pin(customer, by=world.heyuan, type="visitor", reason="不想再显示")
    assert types_of(customer) == ("ordering", "ordering")
    assert not Pin.objects.exists()

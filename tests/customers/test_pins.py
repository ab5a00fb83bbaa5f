"""Pins 人工指定: who sets them, what is refused, and the four ways in which they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from boothline.core import clock, tasks
from boothline.core.errors import NotAllowed, Refused
from boothline.core.rules import RuleSetting
from boothline.customers.board import reached
from boothline.customers.card import Customer
from boothline.customers.ladder import TypeChange
from boothline.customers.pins import Pin, end_due, lift, pin
from boothline.followups.steps import Plan
from boothline.followups.touches import log_touch
from boothline.intentions.products import Wish, lose, open_intention
from boothline.negotiation.objections import close, object_to
from boothline.orders.arrivals import sign
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db
REASON = "客户口头说要下单"


@pytest.fixture
def customer(world):
    taken = world.take()
    object_to(taken, by=world.mei, reason="price")
    return Customer.objects.get(pk=taken.pk)


def types_of(customer: Customer) -> tuple[str, str]:
    found = Customer.objects.get(pk=customer.pk)
    return found.type, found.derived_type


def test_a_manager_pins_for_ninety_days(world, customer):
    made = pin(customer, by=world.heyuan, type="contract", reason=REASON)
    assert made.until == clock.today() + timedelta(days=90)
    assert types_of(customer) == ("contract", "negotiating")
    told = Event.objects.get(kind="customers.pinned")
    assert (told.values["type"], told.values["reason"], told.actor_name) == ("contract", REASON, "Heyuan")
    change = TypeChange.objects.get(customer=customer, pinned=True)
    assert (change.was, change.now, change.fact, change.actor_name) == ("negotiating", "contract", "customers.pinned", "Heyuan")
    assert Customer.objects.get().pin == made
    assert reached(Customer.objects.all())["contract"] == 0  # what is counted is what the facts say


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "四个字 "}, "reason"),
        ({"type": "negotiating"}, "type"),
        ({"type": "boss"}, "type"),
        ({"days": -1}, "until"),
        ({"days": 366}, "until"),
    ],
)
def test_refused(world, customer, values, field):
    days = values.pop("days", 30)
    asked = {"type": "contract", "reason": REASON, "until": clock.today() + timedelta(days=days)} | values
    with pytest.raises(Refused) as refused:
        pin(customer, by=world.heyuan, **asked)
    assert refused.value.field == field
    assert not Pin.objects.exists()
    pin(customer, by=world.heyuan, type="contract", reason=REASON, until=clock.today() + timedelta(days=365))


def test_the_limits_are_settings(world, customer):
    RuleSetting.objects.create(code="customers.pin_days", value="7")
    RuleSetting.objects.create(code="customers.pin_longest", value="10")
    with pytest.raises(Refused, match="10"):
        pin(customer, by=world.heyuan, type="contract", reason=REASON, until=clock.today() + timedelta(days=11))
    assert pin(customer, by=world.heyuan, type="contract", reason=REASON).until == clock.today() + timedelta(days=7)


@pytest.mark.parametrize("who", ["mei", "haoran", "xiaoyu"])
def test_nobody_else_pins(world, customer, who):
    with pytest.raises(NotAllowed, match="主管或管理员"):
        pin(customer, by=getattr(world, who), type="contract", reason=REASON)


def test_an_owner_pins_where_the_company_allows(world, customer):
    RuleSetting.objects.create(code="customers.owners_pin", value="yes")
    with pytest.raises(NotAllowed):
        pin(customer, by=world.kevin, type="contract", reason=REASON)
    pin(customer, by=world.mei, type="contract", reason=REASON)


def test_pressed_twice_and_pinned_already(world, customer):
    first = pin(customer, by=world.heyuan, type="contract", reason=REASON)
    assert pin(customer, by=world.heyuan, type="contract", reason=REASON) == first
    with pytest.raises(Refused, match="先取消"):
        pin(customer, by=world.heyuan, type="intending", reason=REASON)
    assert Event.objects.filter(kind="customers.pinned").count() == 1


def ended(customer: Customer) -> tuple[str, str, str]:
    return (*types_of(customer), Pin.objects.get(customer=customer).ended_how)


def test_ends_when_lifted(world, customer):
    made = pin(customer, by=world.heyuan, type="contract", reason=REASON)
    with pytest.raises(NotAllowed):
        lift(made, by=world.mei)
    lift(made, by=world.heyuan)
    lift(made, by=world.heyuan)
    assert ended(customer) == ("negotiating", "negotiating", "lifted")
    assert Event.objects.filter(kind="customers.pin_ended").count() == 1
    change = TypeChange.objects.filter(customer=customer).last()
    assert (change.was, change.now, change.fact, change.pinned) == ("contract", "negotiating", "customers.pin_ended", True)


def test_ends_on_its_date(world, customer):
    pin(customer, by=world.heyuan, type="contract", reason=REASON, until=clock.today() + timedelta(days=2))
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert end_due() == 0
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        tasks.run_daily()
        assert ended(customer) == ("negotiating", "negotiating", "date")
        assert end_due() == 0


def test_ends_when_the_facts_say_the_same(world, customer):
    pin(customer, by=world.heyuan, type="intending", reason=REASON)
    open_intention(customer, by=world.mei, wishes=[Wish(special="定制灯")])
    assert ended(customer) == ("intending", "intending", "same")
    assert not TypeChange.objects.filter(customer=customer, pinned=True).exclude(now="intending").exists()


def test_a_fact_that_goes_back_leaves_a_pin_below(world, customer):
    """Pinned back to visitor while they intend: losing the intention is no fact that carries them further."""
    intention = open_intention(customer, by=world.mei, wishes=[Wish(special="定制灯")])
    pin(customer, by=world.heyuan, type="visitor", reason=REASON)
    assert types_of(customer) == ("visitor", "intending")
    lose(intention, by=world.mei, reason="买了别家")
    assert types_of(customer) == ("visitor", "negotiating")
    told = Event.objects.get(kind="customers.derived_changed")
    assert (told.values["was"], told.values["now"], told.values["type"]) == ("intending", "negotiating", "visitor")
    open_intention(customer, by=world.mei, wishes=[Wish(special="又要了")])
    assert ended(customer) == ("intending", "intending", "further")


def test_a_fact_short_of_the_pin_leaves_it(world, customer):
    pin(customer, by=world.heyuan, type="contract", reason=REASON)
    open_intention(customer, by=world.mei, wishes=[Wish(special="定制灯")])
    assert types_of(customer) == ("contract", "intending")
    close(_objection(), by=world.mei, outcome="let_go")
    assert types_of(customer) == ("contract", "intending")


def test_a_new_order_ends_the_pin_of_somebody_whose_orders_are_all_complete(world, guest, sent):
    """Their type stays *ordering*, and yet it is new business from which nobody may be pinned away."""
    order = world.ordered(world.take())
    sign(sent(order, *[line.due for line in order.lines.all()]), by=guest(order), counted={}, signed_by="张伟")
    pin(order.customer, by=world.heyuan, type="visitor", reason="暂时不做生意了")
    assert types_of(order.customer) == ("visitor", "ordering")
    log_touch(order.customer, by=world.mei, channel="phone", words="问候", next_step=Plan(order.customer, "再联系", clock.today()))
    assert types_of(order.customer) == ("visitor", "ordering"), "a word is no new business"
    world.opened(Customer.objects.get(pk=order.customer_id))
    assert types_of(order.customer) == ("ordering", "ordering") and Pin.objects.get().ended_how == "further"


def _objection():
    from boothline.negotiation.objections import Objection

    return Objection.objects.get()


def test_by_the_page(world, customer, client_of):
    boss, sales = client_of(world.users["heyuan"]), client_of(world.users["mei"])
    address = reverse("customer-pin", args=[customer.pk])
    assert sales.get(address).status_code == 403
    assert boss.get(address).status_code == 200
    values = {"type": "contract", "reason": REASON, "until": (clock.today() + timedelta(days=9)).isoformat()}
    assert boss.post(address, values | {"reason": "短"}).status_code == 422
    assert boss.post(address, values).status_code == 302
    page = sales.get(reverse("customer", args=[customer.pk])).content.decode()
    assert REASON in page and "人工指定" in page and "取消指定" not in page
    assert "取消指定" in boss.get(reverse("customer", args=[customer.pk])).content.decode()
    lifting = reverse("pin-lifting", args=[Pin.objects.get().pk])
    assert sales.post(lifting).status_code == 403
    assert boss.post(lifting).status_code == 302
    assert types_of(customer) == ("negotiating", "negotiating")

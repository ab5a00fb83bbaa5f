"""SP01: the worked examples of the type rule, each under its number; 24 stands in contracts/test_table.py, 2 in capture/test_visit.py."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from boothline.accounts.rulebook import change_rule
from boothline.catalogue.products import add_product
from boothline.contracts.agreement import Contract, prepare
from boothline.contracts.establishment import (
    NO_LONGER_WANTED,
    ConfirmationRequest,
    confirm,
    decline,
    end_contract,
    send,
    withdraw,
)
from boothline.contracts.evidence import hand_device, record_paper
from boothline.core import clock, tasks
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.rules import RULES
from boothline.customers.board import lanes
from boothline.customers.card import Customer, Person
from boothline.customers.ladder import TypeChange, business
from boothline.customers.pins import Pin, pin
from boothline.files.attachments import Received
from boothline.intentions.products import Intention, Wish, lose_line, open_intention
from boothline.messaging.letters import Letter
from boothline.negotiation.briefing import Briefing, answer, brief
from boothline.negotiation.objections import Objection, close, object_to
from boothline.orders.arrivals import Count, sign
from boothline.orders.changes import cancel
from boothline.orders.goods import approve_line
from boothline.orders.models import Order
from boothline.orders.problems import Report, report
from boothline.orders.shipments import Shipment, pack, plan, release, ship
from boothline.timeline.models import Event
from boothline.visitors.firms import list_firm
from boothline.visitors.models import Cooperation
from boothline.visitors.solicitation import Taken, take

pytestmark = pytest.mark.django_db
SCAN = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")


@pytest.fixture
def customer(world) -> Customer:
    return world.take()


def type_of(customer: Customer) -> str:
    return Customer.objects.get(pk=customer.pk).type


def types_of(customer: Customer) -> tuple[str, str]:
    found = Customer.objects.get(pk=customer.pk)
    return found.type, found.derived_type


def products(world):
    return list(world.products.values())


def with_evidence(world, customer: Customer, kind: str, amount: str = "1200") -> None:
    """Staff establish the order of a draft by what the customer gave them."""
    more = {"kind": kind, "signed_by": "张伟", "signed_on": clock.today(), "scan": SCAN, "amount": Decimal(amount)}
    record_paper(world.contract(customer).newest, by=world.haoran, **more)


def shipped(world, order: Order) -> Shipment:
    """All of it is on its way."""
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    quantities = {line.pk: line.due for line in order.lines.all()}
    shipment = plan(order, by=world.haoran, quantities=quantities, planned_on=timezone.localdate())
    release(shipment, by=world.haoran)
    pack(shipment, by=world.haoran)
    ship(shipment, by=world.haoran, carrier="恒达速运", tracking_number="HD1")
    return shipment


# Visitor, negotiating.


def test_example_1_captured_three_products_of_interest_ticked(world):
    third = add_product(by=world.heyuan, code="DL10", name="筒灯", variants=[{"sku": "DL10-1", "price": Decimal(30)}])
    three = [*products(world), third]
    capture = take(Taken(Person(name="张伟", company="光速贸易有限公司"), interest=[p.pk for p in three]), by=world.mei, fair=world.fair)
    assert capture.interest.count() == 3
    assert type_of(capture.customer) == "visitor"
    assert not TypeChange.objects.exists()


def test_example_3_product_shown_on_the_tablet_no_answer_noted(world, customer, client_of):
    brief(customer, by=world.mei, products=products(world), channel="tablet")
    assert type_of(customer) == "negotiating"
    change = TypeChange.objects.get(customer=customer)
    assert (change.was, change.now, change.fact, change.actor_name) == ("visitor", "negotiating", "negotiation.briefed", "Mei")
    client = client_of(world.users["mei"])
    for page in ("/board/", f"/customers/{customer.pk}/"):
        assert "未说明原因" in client.get(page).content.decode(), page


def test_example_6_objection_price_open(world, customer):
    object_to(customer, by=world.mei, reason="price", words="太贵")
    assert type_of(customer) == "negotiating"


@pytest.mark.parametrize("was_shown", [True, False], ids=["with a briefing", "without"])
def test_example_7_objection_resolved_no_product_named(world, customer, was_shown):
    """The customer must still answer: the briefing's answer is pending again; without a briefing, one by word is."""
    if was_shown:
        answer(brief(customer, by=world.mei, products=products(world)), by=world.mei, answer="not_interested")
    close(object_to(customer, by=world.mei, reason="price"), by=world.mei, outcome="resolved")
    assert type_of(customer) == "negotiating"
    briefing = Briefing.objects.get(customer=customer)
    assert (briefing.answer, briefing.channel == "word") == ("pending", not was_shown)


def test_example_8_objection_let_go_briefing_not_interested(world, customer):
    shown = brief(customer, by=world.mei, products=products(world))
    held = object_to(customer, by=world.mei, reason="price")
    close(held, by=world.mei, outcome="let_go")
    assert type_of(customer) == "negotiating"
    answer(shown, by=world.mei, answer="not_interested")
    assert type_of(customer) == "visitor"


# Intending, contract.


@pytest.fixture
def wanted(world, customer) -> Intention:
    """One intention line, the objection still open."""
    object_to(customer, by=world.mei, reason="price")
    return open_intention(customer, by=world.mei, wishes=[Wish(product=products(world)[0])])


def test_example_9_one_intention_line_objection_still_open(customer, wanted):
    assert type_of(customer) == "intending"
    assert Objection.objects.get().state == "open"


def test_example_10_all_lines_lost(world, customer, wanted):
    lose_line(wanted.lines.get(), by=world.mei, reason="买了别家")
    assert type_of(customer) == "negotiating"
    assert Intention.objects.get().state == "lost"
    assert TypeChange.objects.filter(customer=customer).last().fact == "intentions.lost"


def test_example_11_collection_turned_into_a_contract_not_yet_sent(world, customer):
    contract = world.contract(customer)
    assert type_of(customer) == "contract"
    assert (contract.state, Intention.objects.get().state) == ("preparing", "in_contract")


def test_example_12_sent_declined_price(world, customer):
    request = world.sent(customer)
    decline(request, by=world.guest(request), reason="price", words="超出预算")
    assert type_of(customer) == "intending"
    assert (Contract.objects.get().state, Intention.objects.get().state) == ("declined", "open")
    objection = Objection.objects.get()
    assert (objection.reason, objection.words, objection.state) == ("price", "超出预算", "open")


def test_example_13_sent_declined_no_longer_wanted(world, customer):
    request = world.sent(customer)
    decline(request, by=world.guest(request), reason=NO_LONGER_WANTED)
    assert type_of(customer) == "negotiating"
    assert Intention.objects.get().state == "lost"
    objection = Objection.objects.get()
    assert objection.reason == "other"
    close(objection, by=world.mei, outcome="let_go")
    assert type_of(customer) == "visitor", "no briefing is pending"


def test_example_14_request_expired_yesterday_then_30_idle_days(world, customer):
    request = world.sent(customer)
    expired = request.expires_at + timedelta(hours=1)
    for days, at in ((1, "contract"), (29, "contract"), (30, "intending"), (31, "intending")):
        with time_machine.travel(expired, tick=False):
            tasks.run_daily()
        with time_machine.travel(expired + timedelta(days=days), tick=False):
            tasks.run_daily()
            assert types_of(customer) == (at, at), days
            assert ConfirmationRequest.objects.get().state == "expired"
    assert (Contract.objects.get().state, Intention.objects.get().state) == ("lapsed", "open")
    assert TypeChange.objects.filter(customer=customer).last().fact == "contracts.lapsed"


def test_example_15_contract_ended_by_us_only_its_request_withdrawn(world, customer):
    request = world.sent(customer)
    withdraw(request, by=world.mei, reason="价格要重算")
    assert (type_of(customer), Contract.objects.get().state) == ("contract", "preparing")
    end_contract(Contract.objects.get(), by=world.mei, reason="客户换项目")
    assert (type_of(customer), Intention.objects.get().state) == ("intending", "open")


# Ordering.


def by_the_link(world, customer: Customer) -> None:
    world.confirm(world.sent(customer))


def on_our_device(world, customer: Customer) -> None:
    hand_device(world.contract(customer).newest, by=world.mei)
    request = ConfirmationRequest.objects.for_list().get()
    shown = {"version": 1, "total": request.version.total, "lines": 2, "signed_by": "张伟", "signature": "张伟", "consent": "…"}
    confirm(request, by=world.guest(request), on_device=True, **shown)


WAYS = {
    "by the link": by_the_link,
    "on our device": on_our_device,
    "by signed paper": lambda world, customer: with_evidence(world, customer, "paper"),
    "by the deposit received on a draft": lambda world, customer: with_evidence(world, customer, "deposit", "360"),
}


@pytest.mark.parametrize("way", WAYS)
def test_example_16_confirmed(world, customer, way):
    WAYS[way](world, customer)
    assert type_of(customer) == "ordering"
    assert TypeChange.objects.filter(customer=customer).last().fact == "orders.opened"
    assert (Order.objects.count(), Intention.objects.get().state) == (1, "won")


def test_example_17_order_open_second_intention_opened_or_second_contract_out(world, customer, client_of):
    world.ordered(customer)
    world.intend(customer)
    assert types_of(customer) == ("ordering", "ordering")
    assert business([customer.pk])[customer.pk] == ["intending", "ordering"]
    also = chips(client_of(world.users["mei"]), customer)
    assert "意向" in also and "合同" not in also and "订单" not in also
    send(prepare(Intention.objects.get(state="open"), by=world.mei).newest, by=world.mei)
    assert types_of(customer) == ("ordering", "ordering")
    assert business([customer.pk])[customer.pk] == ["contract", "ordering"]
    also = chips(client_of(world.users["mei"]), customer)
    assert "合同" in also and "意向" not in also


def chips(client, customer: Customer) -> str:
    """What the customer's page says is also open."""
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    return page.split("alsoline", 1)[1].split("</p>", 1)[0]


def test_example_18_only_order_complete_and_paid_three_years_ago(world):
    """Established by staff with the bank's receipt of all of it, and shipped in whole: it claims for ever."""
    with time_machine.travel(timezone.now() - timedelta(days=3 * 365), tick=False):
        customer = world.take()
        with_evidence(world, customer, "deposit")
        shipped(world, Order.objects.get())
    tasks.run_daily()
    assert types_of(customer) == ("ordering", "ordering")


def test_a_complete_order_keeps_them_as_long_as_the_company_says(world):
    """1.1: for ever by default; else the daily task lets it go after so many days, and a problem brings it back."""
    began = timezone.now() - timedelta(days=100)
    with time_machine.travel(began, tick=False):
        customer = world.take()
        with_evidence(world, customer, "deposit")
        order = Order.objects.get()
        contact = order.confirmation.contact
        x = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=customer.pk)
        sign(shipped(world, order), by=x, counted={line.pk: Count(line.due) for line in order.lines.all()}, signed_by="张伟")
    change_rule(RULES["orders.ordering_keeps_days"], by=world.admin, revision=0, value=100)
    tasks.run_daily()
    assert types_of(customer) == ("ordering", "ordering"), "the hundredth day is over tomorrow"
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        tasks.run_daily()
        tasks.run_daily()
        assert types_of(customer) == ("visitor", "visitor")
        assert Event.objects.filter(kind="orders.let_go").count() == 1
        assert TypeChange.objects.filter(customer=customer).latest("id").fact == "orders.let_go"
        report(order, by=world.haoran, told=Report("quality", "有一批色温不对"))
        assert types_of(customer) == ("ordering", "ordering") and Order.objects.get().let_go_at is None
        tasks.run_daily()
        assert types_of(customer) == ("ordering", "ordering")


def test_examples_19_to_21_cancelled_in_whole_by_them_by_us_and_one_of_two(world):
    """19 by X, reason lead time; 20 by us, who cannot keep the date; 21 one of two orders."""
    by_them, by_us, of_two = (world.take(f"{name}公司", name, emails=[], phones=["13900001111"]) for name in ("甲一", "乙二", "丙三"))
    first = world.ordered(by_them)
    cancel(first, by=world.haoran, reason="等不到那么久", why="lead_time")
    assert types_of(by_them) == ("negotiating", "negotiating")
    objection = Objection.objects.get(customer=by_them)
    assert (objection.reason, objection.state, objection.words) == ("lead_time", "open", "等不到那么久")
    assert Intention.objects.get(customer=by_them).state == "lost"
    second = world.ordered(by_us)
    lines = [(line.variant_id, line.due) for line in second.lines.all()]
    cancel(second, by=world.haoran, reason="我们赶不上交期")
    assert types_of(by_us) == ("intending", "intending")
    wanted = Intention.objects.get(customer=by_us)
    assert wanted.state == "open" and [(line.variant_id, line.quantity) for line in wanted.standing] == lines
    assert "我们赶不上交期" in Letter.objects.filter(customer=by_us).latest("id").body
    orders = [world.opened(of_two), world.opened(of_two)]
    cancel(orders[0], by=world.haoran, reason="这一单不要了", why="budget")
    assert types_of(of_two) == ("ordering", "ordering")


def test_example_25_competitor_captured_later_buys_samples_by_a_paid_order(world, client_of):
    list_firm(by=world.heyuan, on="competitor", name="对手照明")
    customer = world.take(company="对手照明", name="孙同行")
    assert (customer.type, customer.nature) == ("visitor", "peer")
    board = client_of(world.users["mei"]).get("/board/").content.decode()
    assert "对手照明" not in board, "counted on the cooperation list, not in the pipeline columns"
    with_evidence(world, customer, "deposit")
    customer.refresh_from_db()
    assert (customer.type, customer.nature) == ("ordering", "peer")
    assert Cooperation.objects.get(customer=customer).peer == "competitor"
    assert [lane.type for lane in lanes(Customer.objects.all().for_list(), world.mei) if lane.count] == ["ordering"]


# Pins.


def test_example_29_negotiating_pinned_intending_then_contract_sent(world, customer):
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


def test_example_30_goods_under_way_pin_to_visitor_tried(world, customer):
    order = world.ordered(customer)
    shipped(world, order)
    with pytest.raises(Refused, match=order.number):
        pin(customer, by=world.heyuan, type="visitor", reason="不想再显示")
    assert types_of(customer) == ("ordering", "ordering")
    assert not Pin.objects.exists()

"""Orders of the past that come in by file: like any other, and without a sound."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from boothline.billing import gates, schedule
from boothline.billing.books import Account, Balance, Instalment
from boothline.billing.panel import of_contact, owes
from boothline.care import surveys
from boothline.care.surveys import Survey
from boothline.contracts.evidence import void
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused, RowFailed
from boothline.core.money import line_amount, round_line
from boothline.customers.card import Customer, Person, add_people
from boothline.customers.companies import Company, add_companies
from boothline.customers.dealings import Dealing
from boothline.customers.ladder import TypeChange
from boothline.followups.models import NextStep
from boothline.messaging.letters import Letter
from boothline.messaging.notices import Notice
from boothline.orders.arrivals import accept_all_by_time
from boothline.orders.changes import cancel
from boothline.orders.goods import GoodsItem
from boothline.orders.problems import Problem, Report, report
from boothline.orders.register import Order, OrderLine, flag_overdue
from boothline.orders.reservations import Reservation
from boothline.orders.taken_in import PastLine, PastOrder, price_giving, take_in
from boothline.orders.tracking import track
from boothline.search.index import found
from boothline.timeline.history import Event

pytestmark = pytest.mark.django_db

LONG_AGO = date(2016, 3, 1)


@pytest.fixture
def lamp(world):
    return world.products["TR20"].variants.select_related("product").get()


@pytest.fixture
def past(world, lamp):
    (customer,) = add_companies([Company("旧账公司")], by=SYSTEM)
    return PastOrder(
        customer, LONG_AGO, "CNY", [PastLine(lamp, Decimal(10), Decimal("68.50"), Decimal(10))],
        promised_on=date(2016, 3, 20), shipped_on=date(2016, 3, 9), freight=Decimal("30.00"), came_as="A-77", po_number="PO-9",
    )  # fmt: skip


def taken(*orders: PastOrder) -> list[Order]:
    made = take_in(list(orders), by=SYSTEM)
    return [Order.objects.get(pk=order.pk) for order in made]


def test_what_was_shipped_long_ago_is_complete(past):
    (order,) = taken(past)
    line = order.lines.get()
    assert (order.state, order.is_overdue, order.in_trouble, order.on_hold) == ("complete", False, False, False)
    assert (line.ordered, line.shipped, line.accepted, line.amount, order.total) == (10, 10, 10, Decimal("616.50"), Decimal("646.50"))
    shipment = order.shipments.get()
    days = [shipment.shipped_at.date(), shipment.arrival.at.date(), order.opened_at.date(), order.confirmation.confirmed_at.date()]
    assert days == [date(2016, 3, 9), date(2016, 3, 16), LONG_AGO, LONG_AGO] and shipment.arrival.how == "time"
    assert (order.contract.state, order.confirmation.how, order.confirmation.request, order.confirmation.contact) == (
        "agreed",
        "import",
        None,
        None,
    )
    assert order.confirmation.version.frozen_at and order.confirmation.version.total == order.total


def test_its_customer_is_ordering_by_that_fact(past):
    (order,) = taken(past)
    past.customer.refresh_from_db()
    assert past.customer.type == "ordering" and TypeChange.objects.get(customer=past.customer).fact == "orders.taken_in"
    assert Event.objects.filter(subject_kind="order", subject_id=order.pk).get().sentence


def test_prices_are_remembered_on_their_day_and_its_numbers_are_found(past):
    (order,) = taken(past)
    assert Dealing.objects.get(kind="order").on == LONG_AGO
    for words in (order.number, "A-77", "PO-9"):
        assert found(words, "order").get().record_id == order.pk


def test_nothing_of_the_past_makes_noise(past, world):
    open_one = replace(past, shipped_on=None, came_as="A-78")
    lately = replace(past, opened_on=clock.today() - timedelta(days=20), shipped_on=clock.today() - timedelta(days=9), came_as="A-79")
    taken(past, open_one, lately, replace(past, is_returned=True, came_as="A-80"))
    tasks.sweep()
    for look in (flag_overdue, surveys.run_daily, schedule.run_daily, gates.run_daily):
        look()
    for model in (Letter, Notice, NextStep, GoodsItem, Reservation, Survey):
        assert not model.objects.exists(), model
    assert not Event.objects.filter(kind__startswith="billing.").exists()


def test_nothing_is_said_of_its_money_so_nobody_is_reminded(past):
    (order,) = taken(past)
    part, account = Instalment.objects.get(order=order), Account.objects.get(order=order)
    assert (part.kind, part.amount, part.due_on, part.state) == ("unsaid", order.total, None, "open")
    assert (account.open, account.next_due_on, Balance.objects.get().open) == (order.total, None, order.total)
    taken(replace(past, came_as="A-2"), replace(past, came_as="A-3", currency="USD"))
    assert sorted(Balance.objects.values_list("currency", "open")) == [("CNY", 2 * order.total), ("USD", order.total)]


def test_money_that_came_is_booked_as_ever(past, world):
    (order,) = taken(past)
    world.pays(order)
    assert Account.objects.get(order=order).open == 0


def test_what_came_back_is_a_closed_problem_and_claims_no_type(past):
    (order,) = taken(replace(past, is_returned=True))
    problem = Problem.objects.get(order=order)
    made = problem.resolutions.get()
    assert (problem.state, problem.is_imported, made.kind, made.state) == ("closed", True, "return", "done")
    assert order.lines.get().returned == 10 and order.total == Decimal("30.00")  # the freight stays
    past.customer.refresh_from_db()
    assert past.customer.type == "visitor" and not problem.may_reopen


def test_one_that_stands_keeps_a_customer_ordering_beside_one_that_came_back(past):
    taken(replace(past, is_returned=True), replace(past, came_as="A-2"))
    past.customer.refresh_from_db()
    assert past.customer.type == "ordering"


def test_what_has_not_left_is_open_and_overdue(past):
    (order,) = taken(replace(past, shipped_on=None))
    assert (order.state, order.is_overdue, order.shipments.count()) == ("ready", True, 0)


def test_what_left_a_few_days_ago_is_on_its_way(past):
    (order,) = taken(replace(past, opened_on=clock.today() - timedelta(days=9), shipped_on=clock.today() - timedelta(days=2)))
    assert (order.state, order.shipments.get().state) == ("in_transit", "shipped")


def test_what_was_on_its_way_is_accepted_by_time_unless_somebody_speaks(past, world):
    """Nobody tells of it that it was delivered: the day on which it left counts, as of all goods of the past."""
    lately = replace(past, opened_on=clock.today() - timedelta(days=9), shipped_on=clock.today() - timedelta(days=2))
    quiet, spoken, tracked = taken(*(replace(lately, came_as=f"A-{n}") for n in range(3)))
    report(spoken, by=world.haoran, told=Report("quality", "亮度不一", line=spoken.lines.get()))
    track(tracked.shipments.get(), by=world.haoran, state="in_transit")
    for days, states in ((5, ["in_transit"] * 3), (6, ["complete", "in_transit", "in_transit"])):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            accept_all_by_time()
        assert [Order.objects.get(pk=one.pk).state for one in (quiet, spoken, tracked)] == states
    assert quiet.shipments.get().arrival.how == "time"


def test_goods_whose_stock_is_kept_wait_for_it(past, lamp):
    lamp.stock_kind = "counted"
    lamp.save(update_fields=["stock_kind"])
    (order,) = taken(replace(past, shipped_on=None, lines=[replace(past.lines[0], variant=lamp)]))
    assert order.state == "open" and order.lines.get().from_stock


def test_a_line_keeps_what_the_goods_were_called(past):
    (order,) = taken(replace(past, lines=[replace(past.lines[0], name="旧款射灯")]))
    assert order.lines.get().name == "旧款射灯" and order.contract.newest.lines.get().name == "旧款射灯"


@pytest.mark.parametrize(
    "wrong",
    [
        {"opened_on": date(2099, 1, 1)}, {"opened_on": date(1066, 10, 14)}, {"shipped_on": date(2016, 2, 1)}, {"shipped_on": date(2099, 1, 1)},
        {"promised_on": date(9999, 1, 1)}, {"lines": []}, {"freight": Decimal(-1)},
    ],
)  # fmt: skip
def test_what_cannot_have_been_is_refused_by_name(past, wrong):
    with pytest.raises(RowFailed) as failed:
        take_in([replace(past, came_as="good"), bad := replace(past, **wrong)], by=SYSTEM)
    assert failed.value.subjects == [bad] and not Order.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": Decimal(0)}, {"quantity": Decimal("1.5")}, {"price": Decimal(-1)}, {"discount": Decimal(101)}, {"price": None},
        {"quantity": Decimal(3000), "price": None, "amount": Decimal("100.01"), "discount": Decimal(0)},
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_refuses_its_order(past, wrong):
    with pytest.raises(RowFailed):
        take_in([replace(past, lines=[replace(past.lines[0], **wrong)])], by=SYSTEM)


@pytest.mark.parametrize(
    ("amount", "quantity", "discount"),
    [
        ("261.96", 2, 0),
        ("213.115", 5, 30),
        ("213.11499999999998", 5, 30),
        ("0.444", 1, 80),
        ("22638.48", 6, 50),
        ("0.01", 7, 0),
        ("0", 3, 0),
    ],
)
def test_an_amount_gives_a_price_that_gives_the_amount(amount: str, quantity: int, discount: int):
    price = price_giving(Decimal(amount), Decimal(quantity), Decimal(discount), "USD")
    assert price is not None
    assert line_amount(Decimal(quantity), price, Decimal(discount), "USD") == round_line(Decimal(amount), "USD")


def test_any_number_takes_the_same_few_questions(past):
    def asked(n: int) -> int:
        orders = [replace(past, came_as=f"{n}-{i}", is_returned=i % 2 == 0) for i in range(n)]
        with CaptureQueriesContext(connection) as log:
            take_in(orders, by=SYSTEM)
        return len(log)

    asked(2)
    assert asked(12) == asked(4)


def test_it_is_not_voided_but_may_be_cancelled_or_have_a_problem(past, world):
    (order,) = taken(replace(past, shipped_on=None))
    with pytest.raises(Refused) as refused:
        void(order.confirmation, by=SYSTEM, reason="录入有误")
    assert refused.value.code == "imported"
    problem = report(order, by=world.haoran, told=Report("late", "一直没有发货"))
    assert problem.contact is None
    cancel(order, by=world.haoran, reason="早已作罢")
    order.refresh_from_db()
    assert order.state == "cancelled" and not Letter.objects.exists()


def test_its_pages_and_those_of_its_contract_open(past, world):
    (order,) = taken(replace(past, is_returned=True))
    client = Client()
    client.force_login(world.users["heyuan"])
    client.cookies["language"] = "en"
    pages = [reverse("order", args=[order.number]), reverse("contract", args=[order.contract.number])]
    pages += [reverse("problem", args=[order.problems.get().number]), reverse("shipment", args=[order.shipments.get().number])]
    pages += [reverse("customer", args=[past.customer.pk]), reverse("orders"), reverse("ledger"), reverse("problems")]
    for page in pages:
        assert client.get(page).status_code == 200, page
    assert "A-77" in client.get(pages[0]).content.decode()


def test_sums_of_its_lines_stand_in_the_database(past):
    taken(past, replace(past, came_as="A-2"))
    assert OrderLine.objects.count() == 2 and Customer.objects.get(pk=past.customer.pk).furthest == 4


def test_who_reads_its_money_is_asked_for_none(past, world):
    (order,) = taken(past)
    assert owes(Account.objects.get(order=order), list(Instalment.objects.filter(order=order)), []).startswith("是否已付款不清楚")
    contact = add_people([Person(name="旧一", company="旧账公司", customer=past.customer)], by=SYSTEM)[0]
    assert of_contact(contact)["accounts"] == []
    client = Client()
    client.force_login(world.users["heyuan"])
    page, asked = (client.get(reverse("instalments"), query).content.decode() for query in ({}, {"kind": "unsaid"}))
    assert order.number not in page and order.number in asked

"""Grades: the examples of the rule with their words and figures, what a person says, and what time brings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from boothline.contracts.establishment import end_contract
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer, Person
from boothline.customers.grades import GradePin, free_grade, grade_daily, set_grade
from boothline.customers.grading import Known, Limits, idle_in_row, propose, reason_words
from boothline.customers.lists import REASONS
from boothline.followups.models import NextStep, Touch
from boothline.followups.steps import Plan
from boothline.followups.touches import log_touch
from boothline.intentions.collection import collect
from boothline.intentions.products import Intention, Wish, edit_line, lose, open_intention
from boothline.orders.arrivals import accept_by_time
from boothline.orders.goods import approve_line
from boothline.orders.shipments import pack, plan, release, ship
from boothline.timeline.models import Event
from boothline.visitors.firms import list_firm
from boothline.visitors.solicitation import Taken, take

DAY = date(2026, 3, 2)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def row(*kinds: str) -> list[tuple[datetime, str]]:
    return [(datetime(2026, 1, 1 + n), kind) for n, kind in enumerate(kinds)]


@pytest.mark.once
@pytest.mark.parametrize(
    ("facts", "grade", "why"),
    [
        ({"time": [ago(0)]}, "A", "time"),
        ({"time": [ago(90)], "signs": [ago(90)]}, "A", "time"),
        ({"time": [ago(91)], "signs": [ago(91)]}, "C", "silent"),
        ({"time": [ago(181)]}, "C", "no_time"),
        ({"time": [ago(0)], "is_interested": False}, "C", "no_interest"),
        ({"time": [ago(0)], "is_reachable": False}, "C", "unreachable"),
        ({"time": [ago(0)], "signs": []}, "C", "no_sign"),
        ({"time": [ago(0)], "named": [(ago(0), DAY + timedelta(days=181))]}, "C", "later"),
        ({"named": [(ago(0), DAY + timedelta(days=180))]}, "A", "prepares"),
        ({"named": [(ago(91), DAY + timedelta(days=100))]}, "C", "no_time"),
        ({"prepares": [(ago(90), "asked")]}, "A", "prepares"),
        ({"prepares": [(ago(91), "asked")]}, "C", "no_time"),
        ({"is_ordering": True, "time": [ago(0)]}, "C", "bought"),
        ({"is_ordering": True, "completed": [ago(90)]}, "B", "complete"),
        ({"is_ordering": True, "completed": [ago(91)], "row": row("idle", "idle")}, "C", "bought"),
        ({"has_contract": True, "row": row("idle", "idle")}, "B", "contract"),
        ({"planned": [DAY + timedelta(days=180)]}, "B", "planned"),
        ({"planned": [DAY + timedelta(days=181)]}, "C", "no_time"),
        ({"planned": [ago(1)]}, "C", "no_time"),
        ({"row": row("idle", "idle")}, "D", "idle"),
        ({"row": row("idle", "idle"), "named": [(ago(0), DAY + timedelta(days=120))]}, "A", "prepares"),
        ({"row": row("idle", "idle", "sensible")}, "C", "no_time"),
        ({"completed": [ago(400)], "row": row("idle", "idle")}, "C", "bought"),  # so long ago that it says nothing of their type
        ({"is_peer": True, "is_ordering": True, "has_open_order": True}, "", "peer"),
    ],
)
def test_the_rule_says_the_first_that_holds(facts, grade, why):
    answer = propose(Known(**{"is_reachable": True, "is_interested": True, "signs": [ago(0)]} | facts), DAY, Limits())
    assert (answer.grade, answer.code) == (grade, why)
    assert str(REASONS[why]) in reason_words(answer.why)


@pytest.mark.once
@pytest.mark.parametrize(
    ("kinds", "idle"),
    [
        ("idle idle", 2), ("idle sensible idle", 1), ("idle tried tried tried", 2), ("tried tried tried tried tried tried", 2),
        ("idle tried tried idle", 2), ("idle idle capture", 0), ("tried tried sensible tried", 0),
    ],
)  # fmt: skip
def test_three_unanswered_tries_in_a_row_count_as_one(kinds, idle):
    assert idle_in_row(Known(row=row(*kinds.split()))) == idle


def grade_of(customer: Customer) -> str:
    found = Customer.objects.get(pk=customer.pk)
    assert found.grade == found.derived_grade
    return found.grade


def days_later(days: int):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def visitor(world, company: str = "光速贸易有限公司", *, interest: bool = True, **more) -> Customer:
    person = Person(name="张伟", company=company, phones=["13900002046"])
    products = [product.pk for product in world.products.values()] if interest else []
    return take(Taken(person, interest=products, **more), by=world.mei, fair=world.fair).customer


def says(customer: Customer, by, asked: str = "", **more) -> Touch:
    """A call: with a step three days ahead where nothing else is said."""
    step = {} if "ended" in more else {"next_step": Plan(customer, "再联系", clock.today() + timedelta(days=3))}
    return log_touch(customer, by=by, **{"channel": "phone", "words": "电话", "asked": asked} | step | more)


@pytest.mark.django_db
def test_six_minutes_card_two_products_is_a_and_silent_for_91_days_is_c(world):
    customer = visitor(world, minutes=6)
    scanned = visitor(world, "只扫了胸牌", interest=False, badge_number="B-7")
    assert (grade_of(customer), grade_of(scanned)) == ("A", "C")
    event = Event.objects.get(kind="customers.graded")
    assert (event.under_id, event.values["now"], event.values["why"]) == (customer.pk, "A", "time")
    with days_later(90):
        tasks.run_daily()
        assert grade_of(customer) == "A"
    with days_later(91):
        tasks.run_daily()
        assert grade_of(customer) == "C"
        assert Customer.objects.get(pk=customer.pk).grade_why["code"] == "silent"
        assert not grade_daily(), "the second round finds nothing"


@pytest.mark.django_db
def test_ordered_half_shipped_then_complete_100_days_then_asks_for_a_drawing_then_adds_quantity_and_date(world):
    customer = world.take()
    order = world.opened(customer, "10x100", balance="monthly")
    world.pays(order)
    (line,) = order.lines.all()
    approve_line(line, by=world.haoran)
    halves = []
    for _half in range(2):
        halves.append(shipment := plan(order, by=world.haoran, quantities={line.pk: Decimal(5)}, planned_on=clock.today()))
        release(shipment, by=world.haoran)
        pack(shipment, by=world.haoran)
        ship(shipment, by=world.haoran, carrier="恒达速运", tracking_number="HD1")
        assert grade_of(customer) == "B", "ordered, half shipped"
    for shipment in halves:
        accept_by_time(shipment, by=SYSTEM)
    assert Customer.objects.get(pk=customer.pk).grade_why["code"] == "complete"
    with days_later(100):
        tasks.run_daily()
        assert grade_of(customer) == "C", "last order complete 100 days ago, nothing open"
        for _call in range(3):
            says(customer, world.mei, "no_need")
        assert grade_of(customer) == "C", "never D"
        says(customer, world.mei, "drawing")
        assert grade_of(customer) == "A", "that C asks for a drawing"
        wish = Wish(product=world.products["TR20"], quantity=Decimal(100), wanted_on=clock.today() + timedelta(days=60))
        open_intention(customer, by=world.mei, wishes=[wish])
        assert grade_of(customer) == "B", "adds quantity and date"


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["line", "order details"])
def test_a_date_named_for_what_they_wanted_long_ago_is_named_now(world, where):
    customer = visitor(world, "客户甲")
    intention = open_intention(customer, by=world.mei, wishes=[Wish(product=world.products["TR20"])])
    with days_later(120):
        says(customer, world.mei)
        assert grade_of(customer) == "C"
        day = clock.today() + timedelta(days=100)
        if where == "line":
            edit_line(intention.lines.get(), by=world.mei, revision=1, values={"wanted_on": day})
        else:
            collect(intention, by=world.mei, revision=1, values={"wanted_on": day})
        assert grade_of(customer) == "A", "prepares"


@pytest.mark.django_db
def test_never_bought_two_calls_in_a_row_no_need_is_d_the_same_day_and_what_brings_it_back(world):
    lost, one, talks, later, again = (visitor(world, f"客户{n}") for n in "甲乙丙丁戊")
    for customer in (lost, talks, later, again):
        says(customer, world.mei, "no_need")
        says(customer, world.mei, "no_need")
        assert grade_of(customer) == "D"
    says(one, world.mei, "no_need")
    says(one, world.mei)
    assert grade_of(one) != "D", "one call no need, one agreed step"
    says(talks, world.mei, reach="came_in", channel="mail", wants_on=clock.today() + timedelta(days=120))
    assert grade_of(talks) == "A", "D writes: we start in May, 4 months ahead"
    says(later, world.mei, reach="came_in", channel="mail", wants_on=clock.today() + timedelta(days=243))
    assert grade_of(later) == "C", "in eight months, with a step agreed"
    scan = Person(name="张伟", customer=again)
    with days_later(120):
        take(Taken(scan, badge_number="B-8"), by=world.heyuan, fair=world.fair)
        assert grade_of(again) == "C", "D scanned again, no talk"


@pytest.mark.django_db
def test_contract_ended_never_bought_no_sign_for_120_days_one_touch_without_a_step_is_c(world):
    customer = world.take()
    contract = world.contract(customer)
    assert grade_of(customer) == "B"
    with days_later(120):
        end_contract(contract, by=world.mei, reason="客户没有再回复")
        lose(Intention.objects.get(), by=world.mei, reason="项目取消")
        says(customer, world.mei, reach="sent", channel="mail", ended="not_reachable")
        assert grade_of(customer) == "C"


@pytest.mark.django_db
def test_intention_opened_at_last_weeks_visit_dated_8_months_ahead_is_a(world):
    customer = visitor(world)
    wish = Wish(product=world.products["TR20"], quantity=Decimal(100), wanted_on=clock.today() + timedelta(days=243))
    open_intention(customer, by=world.mei, wishes=[wish])
    with days_later(7):
        grade_daily()
        assert grade_of(customer) == "A"
        assert Customer.objects.get(pk=customer.pk).grade_why["what"] == "intention"


@pytest.mark.django_db
def test_a_person_sets_a_grade_for_ninety_days_and_the_rule_proposes_beside_it(world):
    customer = visitor(world)
    for refused in ({"grade": "A", "reason": "要"}, {"grade": "E", "reason": "客户说下月来厂"}):
        with pytest.raises(Refused):
            set_grade(customer, by=world.mei, **refused)
    with pytest.raises(NotAllowed):
        set_grade(customer, by=world.kevin, grade="A", reason="客户说下月来厂")
    made = set_grade(customer, by=world.mei, grade="A", reason="客户说下月来厂")
    assert set_grade(customer, by=world.mei, grade="A", reason="客户说下月来厂") == made
    assert made.until == clock.today() + timedelta(days=90)
    found = Customer.objects.get(pk=customer.pk)
    assert (found.grade, found.derived_grade) == ("A", "C")
    says(customer, world.mei, "no_need")
    says(customer, world.mei, "no_need")
    assert Event.objects.get(kind="customers.grade_proposed").values["now"] == "D"
    found.refresh_from_db()
    assert (found.grade, found.derived_grade) == ("A", "D")
    with days_later(91):
        tasks.run_daily()
        assert grade_of(customer) == "D"
        assert GradePin.objects.get().ended_how == "date"
        again = set_grade(customer, by=world.heyuan, grade="C", reason="每月问候一次")
        free_grade(again, by=world.heyuan)
        assert grade_of(customer) == "D"
    assert NextStep.objects.filter(customer=customer).exists()


@pytest.mark.django_db
def test_a_peer_has_no_grade(world):
    list_firm(by=world.heyuan, on="competitor", name="对手照明")
    peer = visitor(world, "对手照明", minutes=30)
    assert grade_of(peer) == ""
    with pytest.raises(Refused):
        set_grade(peer, by=world.heyuan, grade="A", reason="想和他合作")

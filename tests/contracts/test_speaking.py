"""Touches at milestones (7): who owns a customer of grade B tells them of each milestone that is reached, once while the step is open."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils.translation import override

from boothline.approvals.approval import approve
from boothline.contracts.agreement import Term, edit_version
from boothline.contracts.clearance import ask_approval
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.milestones import Milestone, reach, reopen_milestone
from boothline.contracts.speaking import ON, SEND, TELL, THANK, speak_at
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.models import RuleSetting
from boothline.customers.card import Person
from boothline.customers.models import Customer
from boothline.files.attachments import Received
from boothline.followups.panel import nearest_steps, next_step
from boothline.followups.steps import NextStep, done, keep_nearest
from boothline.followups.today import Asked, groups
from boothline.orders.arrivals import sign
from boothline.orders.goods import approve_line
from boothline.orders.problems import Report, report
from boothline.orders.shipments import pack, plan, release, ship
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Taken, take
from boothline.worktime.calendar import add_workdays, company_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world):
    made = world.ordered(world.take())
    assert Customer.objects.get().grade == "B"  # an order stands
    done(NextStep.objects.open().get(what=THANK), by=world.mei)
    return made


def reached(world, order, *codes: str) -> Event:
    """These are reached by hand, in turn; the last one's event."""
    for code in codes:
        reach(Milestone.objects.for_list().get(plan__contract=order.contract, code=code), by=world.mei)
    return Event.objects.filter(kind="contracts.milestone_reached").latest("id")


def by_hand(order) -> list[str]:
    """Milestones that a person may note now."""
    found = Milestone.objects.for_list().filter(plan__contract=order.contract, done_on=None).order_by("position")
    return [m.code for m in found if not m.is_by_facts and not m.code.startswith("production")]


def told() -> list[NextStep]:
    return list(NextStep.objects.open().filter(what=TELL))


def thanks() -> list[NextStep]:
    return list(NextStep.objects.open().filter(what=THANK))


def test_a_contract_that_is_confirmed_waits_for_a_word_at_once(world):
    """By a way that is known: they gave no phone. While it waits, it covers the milestones that are reached."""
    made = world.ordered(world.take("北城照明", "李四", phones=[], emails=["li@beicheng.example"]))
    (step,) = thanks()
    assert (step.owner, step.kind, step.due_on) == (world.users["mei"], "mail", add_workdays(clock.today(), 0))
    assert step.words == f"{made.contract.number} 已确认：向客户致谢，并说明接下来的安排"
    now, rest = groups(Asked(world.mei, until=step.due_on))  # on a free day that is the next workday
    assert any(row.step == step for row in [now, *(row for group in rest for row in group.rows)] if row)
    speak_at(reached(world, made, by_hand(made)[0]))
    assert told() == []
    done(step, by=world.mei)
    speak_at(reached(world, made, by_hand(made)[0]))
    assert [step.kind for step in told()] == ["mail"]


def test_a_contract_that_is_out_is_the_quotation_that_was_promised(world):
    """From then on the customer's page, the board and Today name one next step: no quotation, but the thanks once it is confirmed."""
    person = Person(name="李四", company="北城照明", emails=["li@beicheng.example"])
    customer = take(Taken(person=person, heat=4, promised=["quote", "sample"]), by=world.mei, fair=world.fair).customer
    assert {str(step) for step in NextStep.objects.open()} == {"报价", "寄样"}
    request = world.sent(customer)
    assert "报价" not in {str(step) for step in NextStep.objects.open()}
    world.confirm(request)
    NextStep.objects.open().update(due_on=clock.today())
    keep_nearest([customer.pk])
    now, rest = groups(Asked(world.mei))
    (row,) = [row for row in [now, *(row for group in rest for row in group.rows)] if row.customer == customer and row.step]
    assert row.step.what == THANK == next_step(customer, world.mei)["step"].what == nearest_steps([customer.pk])[customer.pk].what


def test_a_void_takes_the_word_of_thanks_back(world):
    contract = world.contract(world.take())
    scan = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    by_paper = record_paper(contract.newest, by=world.mei, kind="paper", signed_by="张伟", signed_on=clock.today(), scan=scan)
    assert len(thanks()) == 1
    void(by_paper, by=world.heyuan, reason="录错了，客户没签")
    assert thanks() == [] and contract.number in str(Event.objects.filter(kind="followups.dropped").latest("id").sentence)


def test_the_owner_tells_grade_b_of_it_today(world, order):
    first = by_hand(order)[0]
    event = reached(world, order, first)
    assert told() == []
    speak_at(event)
    (step,) = told()
    assert (step.owner, step.kind, step.due_on) == (world.users["mei"], "call", add_workdays(clock.today(), 0))
    with override("en"):
        assert step.words.startswith(f"tell them how {order.contract.number} is getting on: ")
    speak_at(event)
    assert told() == [step], "heard twice, it is one step"


def test_an_open_step_covers_what_is_reached_besides(world, order):
    first, second = by_hand(order)[:2]
    speak_at(reached(world, order, first))
    (step,) = told()
    speak_at(reached(world, order, second))
    assert told() == [step]
    done(step, by=world.mei)
    speak_at(Event.objects.filter(kind="contracts.milestone_reached").latest("id"))
    assert len(told()) == 1


@pytest.mark.parametrize("why", ["grade", "nobody", "open again", "off"])
def test_nobody_is_told_without_reason(world, order, why):
    first = by_hand(order)[0]
    event = reached(world, order, first)
    if why == "grade":
        Customer.objects.update(grade="A")
    elif why == "nobody":
        Customer.objects.update(owner=None)
    elif why == "open again":
        reopen_milestone(Milestone.objects.for_list().get(plan__contract=order.contract, code=first), by=world.mei)
    else:
        RuleSetting.objects.create(code=ON.code, value="no")
    speak_at(event)
    assert told() == []
    Customer.objects.update(grade="B", owner=world.users["mei"])


def test_what_is_approved_on_a_free_day_is_sent_on_the_next_workday(world):
    works = company_calendar().works
    sunday = next(day for day in (clock.today() + timedelta(days=n) for n in range(1, 30)) if not works(day))
    with time_machine.travel(datetime.combine(sunday, time(11)).astimezone(), tick=False):
        version = world.contract(world.take()).newest
        edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
        approve(ask_approval(version, by=world.mei), by=world.heyuan)
        assert works(NextStep.objects.get(what=SEND).due_on)


def test_what_is_all_there_is_told_no_more(world, order):
    """Half of the goods arrived: how it is getting on is still to be told. With the rest it is not, whoever signed."""
    speak_at(reached(world, order, by_hand(order)[0]))
    (step,) = told()
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    for line in order.lines.all():
        assert told() == [step]
        part = plan(order, by=world.haoran, quantities={line.pk: line.due}, planned_on=clock.today())
        for move in (release, pack):
            part = move(part, by=world.haoran)
        sign(ship(part, by=world.haoran, carrier="恒达速运"), by=SYSTEM, counted={}, signed_by="郑一")
    assert not told() and Event.objects.filter(kind="followups.dropped", subject_id=step.pk).exists()


def test_the_word_of_thanks_is_dropped_by_nothing_that_others_do_with_the_order(world):
    """Of two orders one is on its way and one has a problem: whoever has the customer thanks for both all the same."""
    left, wrong = world.ordered(world.take()), world.ordered(world.take("北城照明", "李四", emails=["li@beicheng.example"]))
    assert {step.customer for step in thanks()} == {left.customer, wrong.customer}
    report(wrong, by=SYSTEM, told=Report("damage", "到货时碎了", line=wrong.lines.first(), quantity=Decimal(2)))
    first = left.lines.first()
    approve_line(first, by=world.haoran)
    goes = plan(left, by=world.haoran, quantities={first.pk: Decimal(1)}, planned_on=clock.today())
    for step in (release, pack):
        step(goes, by=world.haoran)
    ship(goes, by=world.haoran, carrier="恒达速运")
    assert {step.customer for step in thanks()} == {left.customer, wrong.customer}
    assert not Event.objects.filter(kind="followups.dropped").exists()

"""Whose work it is: it goes along with the customer, and is never with somebody who left or does not see them; without a manager it is
the administrator's."""

from datetime import date

import pytest
import time_machine

from boothline.accounts.people import add_person, deactivate
from boothline.billing.books import Credit
from boothline.billing.credits import tick
from boothline.billing.schedule import run_daily as money_daily
from boothline.care.complaints import Complaint, Told, receive
from boothline.contracts.establishment import ConfirmationRequest, ask_changes, open_request
from boothline.contracts.milestones import Milestone, edit_milestone, note_late
from boothline.contracts.progress import panel
from boothline.contracts.today import waiting
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.bulk import assign_many
from boothline.customers.card import Customer, Person, add_collaborator, assign, remove_collaborator
from boothline.followups.clocks import Clock
from boothline.followups.gifts import Told as Declined
from boothline.followups.gifts import log_gift
from boothline.followups.pool import take_from_pool
from boothline.followups.steps import NextStep, Plan, plan_many
from boothline.followups.today import Asked
from boothline.intentions.requirements import ask_for, meet, reopen
from boothline.messaging.notices import Notice, tell_people
from boothline.orders.changes import cancel
from boothline.orders.models import Order
from boothline.orders.problems import Problem, Report, report, take
from boothline.timeline.history import Event
from boothline.timeline.undo import take_back
from boothline.visitors.solicitation import Taken
from boothline.visitors.solicitation import take as capture

pytestmark = pytest.mark.django_db


def gives(world, customer, to):
    customer = Customer.objects.get(pk=customer.pk)
    return assign(customer, by=world.admin, owner=world.users[to] if to else None, revision=customer.revision)


def doers():
    """{what is to be done: who does it}; the first answer by its clock as well."""
    steps = {step.what: step.owner.username for step in NextStep.objects.open().select_related("owner")}
    clocks = Clock.objects.open().values_list("owner__username", flat=True)
    return steps | {f"clock {n}": name for n, name in enumerate(clocks)}


def plans(customer, what, by, owner=None):
    return plan_many([Plan(customer, what, clock.today(), owner=owner)], by=by)[0]


@pytest.fixture
def lin(world):
    """Somebody whose access is closed."""
    left = add_person(by=SYSTEM, username="lin", name="Lin", roles=["sales"], password="secret-1", team=world.users["mei"].team)
    return deactivate(left, by=world.admin)


@pytest.fixture
def alone(world):
    """Neither a manager nor an order clerk is left."""
    for name in ("heyuan", "haoran"):
        deactivate(world.users[name], by=world.admin)
    return world


def test_what_the_owner_had_to_do_goes_along_with_the_customer(world):
    customer = world.take()
    plans(customer, "谈价格", world.mei)
    plans(customer, "复核报价", world.heyuan, owner=world.users["heyuan"])
    due = Clock.objects.get().turn_due_at
    gives(world, customer, "xiaoyu")
    assert doers() == {"first answer": "xiaoyu", "谈价格": "xiaoyu", "复核报价": "heyuan", "clock 0": "xiaoyu"}
    assert Clock.objects.get().turn_due_at == due, "their time runs on"
    gives(world, customer, "kevin")  # of another team: its manager does not see them any more
    assert set(doers().values()) == {"kevin"}


def test_what_the_manager_had_for_want_of_an_owner_goes_along(world):
    customer = world.take(by=world.xiaoyu)
    gives(world, customer, None)
    assert set(doers().values()) == {"mei"}, "in the pool everybody who sells sees them"
    NextStep.objects.update(owner=world.users["heyuan"])
    Clock.objects.update(owner=world.users["heyuan"])
    take_from_pool(customer, by=world.kevin)
    assert set(doers().values()) == {"kevin"}


def test_work_comes_back_with_the_customers_of_a_bulk_edit(world):
    customer = world.take()
    plans(customer, "谈价格", world.mei)
    deed = assign_many({customer.pk: 0}, by=world.admin, owner=world.users["kevin"])
    assert set(doers().values()) == {"kevin"}
    take_back(deed, by=world.admin)
    assert set(doers().values()) == {"mei"}


def test_open_problems_and_complaints_go_along(world):
    order = world.opened()
    problem = take(report(order, by=world.haoran, told=Report("late", "很晚了")), by=world.mei)
    clerks = report(order, by=world.haoran, told=Report("other", "发票抬头怎么写"))
    complaint = receive(order.customer, by=world.heyuan, told=Told("没人回电话"))
    gives(world, order.customer, "kevin")
    owners = dict(Problem.objects.values_list("number", "owner__username"))
    assert owners == {problem.number: "kevin", clerks.number: "haoran"}
    assert Complaint.objects.get(pk=complaint.pk).owner == world.users["kevin"]


def test_who_works_with_a_customer_no_longer_leaves_no_step_behind(world):
    customer = world.take()
    add_collaborator(customer, by=world.heyuan, user=world.users["kevin"])
    plans(customer, "寄样", world.mei, owner=world.users["kevin"])
    plans(customer, "复核报价", world.heyuan, owner=world.users["heyuan"])
    remove_collaborator(customer, by=world.heyuan, user=world.users["kevin"])
    assert doers() == {"first answer": "mei", "寄样": "mei", "复核报价": "heyuan", "clock 0": "mei"}


def test_a_step_for_who_left_or_does_not_see_the_customer_is_the_owners(world, lin):
    customer = world.take()
    assert plans(customer, "寄样", world.mei, owner=lin).owner == world.users["mei"]
    assert plans(customer, "报价", world.mei, owner=world.users["kevin"]).owner == world.users["mei"]
    add_collaborator(customer, by=world.heyuan, user=world.users["kevin"])
    assert plans(customer, "拜访", world.mei, owner=world.users["kevin"]).owner == world.users["kevin"]


def test_whoever_stands_in_sees_the_customer(world):
    """Kevin's team has no manager of its own."""
    customer = world.take(by=world.kevin)
    deactivate(world.users["kevin"], by=world.admin)
    step = plans(Customer.objects.get(pk=customer.pk), "打电话", world.heyuan)
    assert step.owner == world.users["heyuan"] and step in NextStep.objects.visible_to(world.heyuan)


def test_a_milestone_of_somebody_who_left_is_with_who_does_it_by_duty(world, lin):
    with time_machine.travel("2026-03-02T02:00:00Z", tick=False):
        order = world.ordered(world.take())
        milestone = Milestone.objects.get(plan__contract=order.contract, code="inspection")
        milestone = edit_milestone(milestone, by=world.mei, revision=milestone.revision, values={"owner": lin})
    with time_machine.travel("2026-06-02T02:00:00Z", tick=False):
        note_late(Milestone.objects.get(pk=milestone.pk), by=SYSTEM)
        step = NextStep.objects.get(values__number=order.contract.number, values__milestone=["inspection"])
        assert step.owner == world.users["heyuan"], "quality, for want of one the manager"
        assert panel(order.contract, world.mei)["who"][milestone.pk] == step.owner


def test_a_requirement_asked_again_of_somebody_who_left_is_the_owners(world, lin):
    asked = ask_for(world.intend(world.take()), by=world.mei, kind="label", words="标签", answered_by=lin)
    asked = reopen(meet(asked, by=world.mei, proof="document", words="文件一"), by=world.mei)
    assert asked.step.owner == world.users["mei"]


def test_whoever_is_asked_about_a_requirement_sees_the_customer(world):
    asked = ask_for(world.intend(world.take()), by=world.mei, kind="label", words="标签", answered_by=world.users["haoran"])
    assert asked.step in NextStep.objects.visible_to(world.haoran) and asked.step.owner == world.users["haoran"]


@pytest.mark.parametrize("left", ["the lead of the fair", "the owner"])
def test_a_capture_by_booth_staff_is_with_somebody_who_is_here(world, left):
    known = world.take() if left == "the owner" else None
    deactivate(world.users["mei"], by=world.admin)
    person = Person(name="张伟", company="光速贸易有限公司", emails=["zhang.wei@guangsu.example"], customer=known)
    capture(Taken(person=person), by=world.xiaoyu, fair=world.fair)
    assert Clock.objects.latest("pk").owner == NextStep.objects.latest("pk").owner == world.users["heyuan"]


def test_the_money_of_nobodys_customer_is_asked_for_by_the_manager_who_is_told_too(world):
    world.opened(days=5)
    Customer.objects.update(owner=None)
    money_daily()
    asking = NextStep.objects.filter(what__contains="ask for the payment")
    assert {step.owner for step in asking} == {world.users["heyuan"]}
    came_due = Event.objects.filter(actor_kind="system", kind__startswith="billing.").latest("pk")
    tell_people(came_due)
    assert world.users["heyuan"] in {notice.user for notice in Notice.objects.filter(event=came_due)}


@pytest.mark.parametrize("owner", ["left", "nobody"])
def test_a_change_that_a_customer_without_an_owner_asked_for_waits_on_the_managers_today(world, owner):
    request = world.sent(world.take())
    open_request(request, by=world.guest(request))
    ask_changes(ConfirmationRequest.objects.for_list().get(pk=request.pk), by=world.guest(request), words="请改为 8 件")
    assert [row.customer for row in waiting(Asked(world.mei))] == [request.customer] and not waiting(Asked(world.heyuan))
    if owner == "left":
        deactivate(world.users["mei"], by=world.admin)
    else:
        gives(world, request.customer, None)
    assert [row.customer for row in waiting(Asked(world.heyuan))] == [request.customer]


def test_without_manager_and_clerk_the_administrator_has_it(alone):
    world = alone
    order, boss = world.opened(), world.users["admin"]
    assert report(order, by=SYSTEM, told=Report("quality", "不好", line=order.lines.first())).owner == boss
    log_gift(order.customer, by=world.mei, told=Declined(way="asked", item="回扣", occasion="谈价", on=clock.today(), kind="share",
                                                         contact=order.customer.contacts.first()))  # fmt: skip
    assert Event.objects.get(kind="followups.benefit_declined").values["people"] == [boss.pk]
    Customer.objects.update(owner=None)
    assert receive(Customer.objects.get(), by=SYSTEM, told=Told("态度不好")).owner == boss
    with time_machine.travel("2026-03-02T02:00:00Z", tick=False):
        world.pays(order, "300")
        cancel(Order.objects.get(), by=SYSTEM, reason="客户取消订单", why="price")
    with time_machine.travel("2026-04-02T02:00:00Z", tick=False):
        tick(Credit.objects.get(), by=SYSTEM)
    assert Event.objects.get(kind="billing.credit_overdue").values["people"] == [boss.pk]


def test_a_declined_benefit_is_told_where_the_team_has_no_manager(world):
    customer = world.take(by=world.kevin)
    told = Declined(way="asked", item="回扣", occasion="谈价", on=date(2026, 3, 2), contact=customer.contacts.first(), kind="share")
    log_gift(customer, by=world.kevin, told=told)
    assert Event.objects.get(kind="followups.benefit_declined").values["people"] == [world.users["heyuan"].pk]

"""The pool: after how many days a customer of each grade goes there, who never does, who may take whom, and how often."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.core.rules import RuleSetting
from boothline.customers.bulk import assign_many
from boothline.customers.card import Customer, Person, add_people, assign
from boothline.customers.grades import set_grade
from boothline.followups.clocks import Clock
from boothline.followups.handover import hand_over_all
from boothline.followups.pool import (
    A_DAY,
    A_DAYS,
    AGAIN_DAYS,
    B_DAYS,
    BOUGHT_DAYS,
    C_DAYS,
    D_DAYS,
    EARLY,
    HELD,
    LATE,
    TOUCH_WORKDAYS,
    VISITOR_DAYS,
    allowance,
    exempt,
    idle_of,
    in_pool,
    run_daily,
    take_from_pool,
)  # fmt: skip
from boothline.followups.steps import NextStep, Plan, plan_many
from boothline.followups.today import Asked, groups
from boothline.followups.touches import log_touch
from boothline.intentions.offers import OFFER
from boothline.intentions.wanted import change_wanted
from boothline.messaging.models import Notice
from boothline.negotiation.briefing import Wanted, brief, choose
from boothline.negotiation.questions import QUESTION, answer_question, ask_about
from boothline.orders.changes import cancel
from boothline.orders.problems import Report, report, resolve
from boothline.timeline.models import Deed, Event
from boothline.timeline.undo import take_back
from boothline.visitors.recognition import say_nature
from boothline.worktime.calendar import add_workdays

pytestmark = pytest.mark.django_db


def mine(world, *names, owner="mei"):
    """Customers of Mei, without a touch."""
    people = [Person(name=f"{name}先生", company=f"{name}公司") for name in names]
    return [contact.customer for contact in add_people(people, by=SYSTEM, owner=world.users[owner] if owner else None)]


def daily(days, hours=0):
    with time_machine.travel(timezone.now() + timedelta(days=days, hours=hours), tick=False):
        moved = run_daily()
        tasks.sweep()
        return moved


def owners(*customers):
    return [Customer.objects.get(pk=c.pk).owner_id for c in customers]


def test_the_figures_of_the_rule():
    figures = (A_DAYS, B_DAYS, C_DAYS, D_DAYS, VISITOR_DAYS, EARLY, LATE, BOUGHT_DAYS, A_DAY, HELD, AGAIN_DAYS, TOUCH_WORKDAYS)
    assert [rule.default for rule in figures] == [30, 60, 100, 7, 15, 7, 1, 365, 5, 200, 30, 3]


@pytest.mark.parametrize(("grade", "days"), [("A", 30), ("B", 60), ("C", 100), ("D", 7)])
def test_no_touch_for_so_long_by_grade(world, grade, days):
    """Counted from the later of last touch and assignment; warned 7 days and 1 day before, once each."""
    (customer,) = mine(world, "恒远")
    log_touch(customer, by=SYSTEM, channel="phone", words="谈了", ended="no_need")
    customer.refresh_from_db()
    assign(customer, by=SYSTEM, owner=world.users["kevin"], revision=customer.revision)
    set_grade(customer, by=SYSTEM, grade=grade, reason="展会上谈过")
    for day in (days - 8, days - 7, days - 7, days - 2, days - 1, days - 1):
        if day >= 0:
            assert daily(day) == 0
    warned = Event.objects.filter(kind="followups.pool_near").order_by("id")
    assert [e.values["days"] for e in warned] == [7, 1]
    assert Notice.objects.filter(user=world.users["kevin"], event__kind="followups.pool_near").count() == 2
    assert daily(days) == 1 and daily(days) == 0
    customer.refresh_from_db()
    pooled = Event.objects.get(kind="followups.pooled")
    assert (customer.owner_id, customer.owner_before_id) == (None, world.users["kevin"].pk)
    assert (pooled.values["why"], pooled.changes["owner"][1]) == ("silent", None)


def test_a_visitor_never_answered_goes_after_15_days_and_a_step_to_come_stops_it(world):
    silent, promised, told = mine(world, "无声", "有约", "答过")
    plan_many([Plan(promised, "回电", clock.today() + timedelta(days=20))], by=SYSTEM)
    log_touch(told, by=SYSTEM, channel="phone", words="谈了", ended="no_need")
    assert daily(14) == 0
    assert daily(15) == 1 and owners(silent, promised, told)[0] is None
    assert daily(20) == 0
    assert daily(21) == 1 and owners(promised, told) == [None, world.users["mei"].pk]
    assert not NextStep.objects.open().filter(customer=promised).exists()  # nobody's steps are nobody's work


@pytest.mark.no_recount  # the day on which the order was complete is written, not lived
def test_who_never_goes(world):
    """Contract alive, order not complete, order complete at most 365 days ago, a peer."""
    contract = world.contract(world.take()).customer
    order = world.opened(world.take(company="下单公司", name="李一", emails=["li@xiadan.example"], phones=["13900003001"]))
    (peer, free) = mine(world, "同行", "自由")
    say_nature(peer, by=SYSTEM, nature="peer", peer="competitor")
    everybody = Customer.objects.filter(pk__in=[contract.pk, order.customer_id, peer.pk, free.pk])
    assert exempt(everybody) == {contract.pk: "contract", order.customer_id: "order", peer.pk: "peer"}
    assert [idle.record for idle in idle_of(everybody)] == [free]
    done = world.opened(world.take(company="完成公司", name="王一", emails=["w@wancheng.example"], phones=["13900003002"]))
    type(done).objects.filter(pk=done.pk).update(state="complete")
    type(done).objects.filter(pk=done.pk).update(opened_at=timezone.now() - timedelta(days=365))
    bought = Customer.objects.filter(pk=done.customer_id)
    assert exempt(bought) == {done.customer_id: "bought"}
    type(done).objects.filter(pk=done.pk).update(opened_at=timezone.now() - timedelta(days=366))
    assert exempt(bought) == {}


def test_who_has_an_open_problem_never_goes(world):
    """However small it is, and though its order was cancelled."""
    order = world.opened()
    problem = report(order, by=world.haoran, told=Report("invoice", "订金发票还没收到"))
    cancel(order, by=world.haoran, reason="客户的项目取消了", why="price")
    asked = Customer.objects.filter(pk=order.customer_id)
    assert exempt(asked) == {order.customer_id: "quiet"}
    resolve(problem, by=world.haoran, words="已经补寄")
    assert exempt(asked) == {}


def test_taking(world):
    """5 a day, 200 held, not by the last owner for 30 days; the manager assigns. One action, one event with from and to."""
    free = mine(world, "一", "二", "三", "四", "五", "六", owner=None)
    (hers,) = mine(world, "她的")
    assign(hers, by=SYSTEM, owner=None, revision=hers.revision)
    with pytest.raises(Refused, match="上一个负责人"):
        take_from_pool(hers, by=world.mei)
    for customer in free[:5]:
        take_from_pool(customer, by=world.mei)
    assert take_from_pool(free[0], by=world.mei).owner_id == world.users["mei"].pk  # pressed twice
    assert Event.objects.filter(kind="followups.taken").count() == 5
    told = Event.objects.filter(kind="followups.taken", under_id=free[0].pk).get()
    assert told.changes["owner"] == [None, str(world.users["mei"])]
    with pytest.raises(Refused, match="今天已领取 5 位"):
        take_from_pool(free[5], by=world.mei)
    with pytest.raises(Refused):
        take_from_pool(free[0], by=world.kevin)  # somebody was faster
    with pytest.raises(NotAllowed):
        take_from_pool(free[5], by=world.admin)
    RuleSetting.objects.create(code=HELD.code, value="5")
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False), pytest.raises(Refused, match="已持有 5 位"):
        take_from_pool(free[5], by=world.mei)
    assign_many({free[5].pk: 0}, by=world.heyuan, owner=world.users["mei"])
    assert owners(free[5]) == [world.users["mei"].pk]
    assert allowance(world.users["mei"].pk).held == 5  # one that was assigned does not count
    RuleSetting.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert take_from_pool(hers, by=world.mei).owner_id == world.users["mei"].pk


def test_one_taken_needs_a_first_touch_within_3_workdays(world):
    forgotten, called = mine(world, "忘了", "打了", owner=None)
    for customer in (forgotten, called):
        take_from_pool(customer, by=world.mei)
    log_touch(called, by=world.mei, channel="phone", words="没接", reach="not_reached", next_step=Plan(called, "再打", clock.today()))
    last = add_workdays(clock.today(), 3)
    assert daily((last - clock.today()).days) == 0
    assert daily((last - clock.today()).days + 1) == 1
    assert owners(forgotten, called) == [None, world.users["mei"].pk]
    assert Event.objects.get(kind="followups.pooled").values["why"] == "untouched"
    with pytest.raises(Refused):
        take_from_pool(forgotten, by=world.mei)  # the last owner


def test_prospecting_on_today_and_taking_by_one_press(world):
    """First who was taken and is still to be spoken with, then the next one to be taken; the page of the customer says who and when."""
    first, second = mine(world, "头一个", "第二个", owner=None)
    now, bands = groups(Asked(world.mei))
    assert (now.band, now.act[1], bands) == ("pool", "pool-take", []) and "5" in now.why
    client = Client()
    client.force_login(world.users["mei"])
    page = client.get(reverse("pool")).content.decode()
    assert reverse("pool-take", args=[first.pk]) in page and "公海" in page
    answer = client.post(reverse("pool-take", args=[first.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("customer", args=[first.pk])
    assert "从公海领取" in answer.content.decode()
    last = clock.day_words(add_workdays(clock.today(), 3))
    assert f"{last}前须首次联系" in answer.content.decode() and "不联系的话" not in answer.content.decode(), "the nearer day alone"
    now, bands = groups(Asked(world.mei))
    assert now.band == "pool" and now.customer == first and not any(g.band.code == "pool" for g in bands)
    assert second in in_pool(world.mei)
    tasks.run_daily()
    assert owners(first) == [world.users["mei"].pk]


def test_after_the_first_touch_the_day_of_the_pool_counts(world, client_of):
    (called,) = mine(world, "打了", owner=None)
    take_from_pool(called, by=world.mei)
    log_touch(called, by=world.mei, channel="phone", words="没接", reach="not_reached", ended="not_reachable")
    page = client_of(world.users["mei"]).get(reverse("customer", args=[called.pk])).content.decode()
    assert "不联系的话" in page and "前须首次联系，否则" not in page


def test_a_clerk_takes_whoever_has_a_contract_and_booth_staff_whom_they_captured(world):
    """The table of rights: yes for order clerks, own captures for booth staff; each of those whom they see."""
    buyer = world.take()
    world.contract(buyer)
    visitor = world.take("海蓝公司", "李海", by=world.xiaoyu, emails=["li@hailan.example"], phones=["13900002047"])
    met = world.take("江南公司", "江南", by=world.kevin, emails=["jiang@jiangnan.example"], phones=["13900002048"])
    Customer.objects.update(owner=None, owned_since=timezone.now())
    assert (list(in_pool(world.haoran)), list(in_pool(world.xiaoyu))) == ([buyer], [visitor])
    for who, customer in (("haoran", buyer), ("xiaoyu", visitor)):
        client = Client()
        client.force_login(world.users[who])
        assert client.post(reverse("pool-take", args=[met.pk])).status_code == 404  # not to be seen, so not to be taken
        assert client.post(reverse("pool-take", args=[customer.pk]), follow=True).status_code == 200
    assert owners(buyer, visitor, met) == [world.users["haoran"].pk, world.users["xiaoyu"].pk, None]


def test_work_for_a_customer_that_went_on_to_somebody_else_stays_when_a_hand_over_is_taken_back(world):
    back, gone = mine(world, "第一", "第二")
    plan_many([Plan(customer, "打电话", clock.today()) for customer in (back, gone)], by=world.mei)
    hand_over_all(world.users["mei"], by=world.heyuan, to=world.users["kevin"], reason="离职")
    gone.refresh_from_db()
    assign(gone, by=world.admin, owner=world.users["xiaoyu"], revision=gone.revision)
    take_back(Deed.objects.get(), by=world.heyuan)
    owners = dict(NextStep.objects.open().values_list("customer", "owner__username"))
    assert owners == {back.pk: "mei", gone.pk: "xiaoyu"}


def test_a_leaver_hands_over_everything_and_the_customers_may_be_taken_back(world):
    """All customers, open steps and first answers of a person, in one operation with its reason, previewed and undoable."""
    customer = world.take()  # with a clock and a step
    mine(world, "第二")
    client = Client()
    client.force_login(world.users["heyuan"])
    address = reverse("person-leaving", args=[world.users["mei"].pk])
    assert "客户 2 位，首次回复 1 位，下一步 1 件" in client.get(address).content.decode()
    assert client.post(address, {"to": world.users["mei"].pk, "reason": "离职"}).status_code == 422
    assert client.post(address, {"to": world.users["kevin"].pk, "reason": ""}).status_code == 422
    assert client.post(address, {"to": world.users["kevin"].pk, "reason": "离职"}).status_code == 302
    kevin = world.users["kevin"].pk
    customer.refresh_from_db()
    assert (customer.owner_id, customer.owner_before_id) == (kevin, world.users["mei"].pk)
    assert set(Customer.objects.values_list("owner", flat=True)) == {kevin}
    assert set(NextStep.objects.open().values_list("owner", flat=True)) == {kevin}
    assert not Clock.objects.open().exclude(owner=kevin).exists()
    event = Event.objects.get(kind="followups.handed_over_for_good")
    assert (event.values["customers"], event.values["steps"], event.values["reason"]) == (2, 1, "离职")
    assert take_back(Deed.objects.get(pk=event.values["deed"]), by=world.heyuan) is not None
    assert set(Customer.objects.values_list("owner", flat=True)) == {world.users["mei"].pk}
    assert set(NextStep.objects.open().values_list("owner", flat=True)) == {world.users["mei"].pk}
    assert not Clock.objects.open().exclude(owner=world.users["mei"]).exists()
    with pytest.raises(NotAllowed):
        hand_over_all(world.users["kevin"], by=world.mei, to=world.users["mei"], reason="离职")


def test_who_sees_only_some_customers_is_not_told_that_the_pool_is_empty(world, client_of):
    world.take()
    Customer.objects.update(owner=None, owned_since=timezone.now())
    for who in ("haoran", "xiaoyu"):
        page = client_of(world.users[who]).get("/pool/").content.decode()
        assert "你能看到的客户里没有公海客户" in page and "公海没有客户" not in page
    assert "光速贸易有限公司" in client_of(world.users["mei"]).get("/pool/").content.decode()
    Customer.objects.update(owner=world.users["mei"])
    assert "公海没有客户" in client_of(world.users["mei"]).get("/pool/").content.decode()


def test_what_a_customer_waits_for_stays_in_the_pool_with_the_manager_then_with_whoever_takes_them(world):
    """They want 10 pieces by a link and asked something there: their page goes on saying that we answer, and somebody has to."""
    customer = world.take()
    person = customer.contacts.first()
    sent = brief(customer, by=world.mei, products=[world.products["TR20"]], contact=person, channel="link")
    theirs = Actor(kind="guest", id=person.pk, name=person.name, customer_id=customer.pk)
    sent = choose(ask_about(sent, by=theirs, words="有 UL 认证吗？"), by=theirs, wanted=[Wanted(sent.items.get(), Decimal(10))])
    steps = NextStep.objects.open().filter(what__in=(OFFER, QUESTION))
    with time_machine.travel(timezone.now() + timedelta(days=130), tick=False):
        run_daily()
        assert Customer.objects.get().owner is None and {step.owner for step in steps} == {world.users["heyuan"]} and len(steps) == 2
        assert not sent.questions.exclude(answered_at=None).exists(), "nobody has answered"
        change_wanted(sent, by=theirs, wanted=[Wanted(sent.items.get(), Decimal(20))])
        assert [step.words for step in steps.filter(what=OFFER)] == ["给客户报价：客户要轨道射灯 20 件"]
        take_from_pool(Customer.objects.get(), by=world.kevin)
        assert {step.owner for step in steps.all()} == {world.users["kevin"]} and len(steps.all()) == 2
        answer_question(sent, by=world.kevin, words="有，UL 1598。")
        assert [step.what for step in steps.all()] == [OFFER] and sent.questions.get().answered_by == world.kevin.name

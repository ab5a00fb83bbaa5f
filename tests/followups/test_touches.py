"""A touch is saved with exactly one way on; what is still open is not let go."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer, Person, assign
from boothline.followups.bulk import plan_for_many
from boothline.followups.models import NextStep, Touch
from boothline.followups.steps import Plan, done, drop, plan_again, plan_many, postpone, workday_for
from boothline.followups.touches import ENDS, log_touch
from boothline.negotiation.questions import QUESTION
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Taken, take
from boothline.worktime import calendar
from boothline.worktime.calendar import Calendar, add_workdays

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(world):
    """Mei's; the capture planned a first answer."""
    return world.take()


@pytest.fixture
def idle(customer, world):
    """The same without an open step."""
    done(NextStep.objects.get(customer=customer), by=world.mei)
    return customer


def in_days(n: int):
    return clock.today() + timedelta(days=n)


def log(customer, by, **more):
    return log_touch(customer, by=by, channel="phone", words="想要样品", **more)


def test_with_a_next_step(customer, world):
    touch = log(customer, world.mei, next_step=Plan(customer, "寄样", in_days(3)))
    assert (touch.step.what, touch.step.due_on, touch.step.owner) == ("寄样", in_days(3), world.users["mei"])
    assert (touch.user, touch.ended) == (world.users["mei"], "")
    event = Event.objects.get(kind="followups.touched")
    assert event.values == {"channel": "phone", "words": "想要样品", "ended": ""}
    assert (event.under_id, event.actor_name) == (customer.pk, "Mei")
    assert Customer.objects.get(pk=customer.pk).last_touch_at == touch.at


@pytest.mark.parametrize(
    "ways",
    [
        {}, {"ended": ""}, {"step_holds": True, "ended": "no_need"}, {"next_step": True, "ended": "no_need"},
        {"next_step": True, "step_holds": True}, {"next_step": True, "step_holds": True, "ended": "no_need"},
    ],
    ids=str,
)  # fmt: skip
def test_without_a_way_on_or_with_two_it_is_refused(customer, world, ways):
    if ways.get("next_step"):
        ways = ways | {"next_step": Plan(customer, "寄样", in_days(3))}
    steps = NextStep.objects.count()
    with pytest.raises(Refused, match="接下来怎么办"):
        log(customer, world.mei, **ways)
    assert not Touch.objects.exists() and NextStep.objects.count() == steps
    assert not Event.objects.filter(kind="followups.touched").exists()
    assert log(customer, world.mei, step_holds=True).pk


def test_the_database_keeps_the_rule_too(customer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Touch.objects.create(customer=customer, channel="phone", words="x")


def test_the_open_step_holds(customer, world):
    held = NextStep.objects.get(customer=customer)
    assert log(customer, world.mei, step_holds=True).step == held
    assert NextStep.objects.count() == 1


def test_no_step_can_hold_where_none_is_open(idle, world):
    with pytest.raises(Refused) as refused:
        log(idle, world.mei, step_holds=True)
    assert refused.value.field == "what" and not Touch.objects.exists()


def test_an_end_has_one_of_seven_reasons():
    """Won elsewhere, no need, not reachable, wrong person, duplicate, asked not to be contacted, business closed."""
    assert list(ENDS) == ["won_elsewhere", "no_need", "not_reachable", "wrong_person", "duplicate", "no_contact", "closed"]


@pytest.mark.parametrize("reason", ENDS)
def test_a_visitor_may_be_let_go(idle, world, reason):
    touch = log(idle, world.mei, ended=reason)
    assert (touch.ended, touch.step) == (reason, None)
    assert Event.objects.get(kind="followups.touched").values["ended"] == reason


def test_an_end_is_refused_while_business_is_open_without_a_step(idle, world):
    """An intention, a contract, an order: each keeps the customer from being let go."""
    for bring in (world.intend, world.contract, world.ordered):
        bring(idle)
        customer = Customer.objects.get(pk=idle.pk)
        for step in NextStep.objects.open().filter(customer=customer):
            done(step, by=world.mei)
        with pytest.raises(Refused) as refused:
            log(customer, world.mei, ended="no_need")
        assert refused.value.field == "ended"
    assert not Touch.objects.exists()
    plan_many([Plan(customer, "问到货", in_days(5))], by=world.mei)
    assert log(customer, world.mei, ended="no_need").ended == "no_need"


@pytest.mark.parametrize("what", ["intend", "contract", "ordered"])
def test_a_step_about_something_else_is_none_of_business_that_began_after_it(idle, world, what):
    plan_many([Plan(idle, "祝贺开业", in_days(30))], by=world.mei)
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        getattr(world, what)(idle)
        customer = Customer.objects.get(pk=idle.pk)
        for step in NextStep.objects.open().filter(customer=customer).exclude(what="祝贺开业"):
            done(step, by=world.mei)
        with pytest.raises(Refused, match={"intend": "意向：", "contract": "合同 C-", "ordered": "订单 SO-"}[what]) as refused:
            log(customer, world.mei, ended="no_need")
        assert refused.value.field == "ended" and not Touch.objects.exists()
        plan_many([Plan(customer, "问到货", in_days(5))], by=world.mei)
        assert log(customer, world.mei, ended="no_need").ended == "no_need"
    assert NextStep.objects.open().filter(customer=customer).count() == 2, "what is open goes on"


def test_the_step_that_it_was_is_done_and_does_not_hold(customer, world):
    held = NextStep.objects.get(customer=customer)
    with pytest.raises(Refused):
        log(customer, world.mei, step_holds=True, finishes=[held])
    held.refresh_from_db()
    assert held.done_at is None, "a refusal takes everything back"
    touch = log(customer, world.mei, next_step=Plan(customer, "寄样", in_days(3)), finishes=[held])
    held.refresh_from_db()
    assert held.done_at and touch.step != held
    assert Customer.objects.get(pk=customer.pk).next_step_on == add_workdays(in_days(3), 0)


def test_last_touch_is_the_latest_not_the_last_entered(customer, world):
    now = timezone.now()
    log(customer, world.mei, step_holds=True, at=now)
    log(customer, world.mei, step_holds=True, at=now - timedelta(days=3))
    assert Customer.objects.get(pk=customer.pk).last_touch_at == now


def test_who_may(customer, world):
    """Booth staff with whom they captured; nobody without the right."""
    captured = world.take("展位公司", "柜台", by=world.xiaoyu, emails=[], phones=["13612345678"])
    assert log(captured, world.xiaoyu, step_holds=True).user == world.users["xiaoyu"]
    with pytest.raises(NotAllowed):
        log(customer, world.xiaoyu, step_holds=True)
    with pytest.raises(NotAllowed):
        log(customer, world.admin, step_holds=True)
    with pytest.raises(NotAllowed):
        plan_many([Plan(customer, "寄样", in_days(3)), Plan(captured, "寄样", in_days(3))], by=world.xiaoyu)
    assert plan_many([Plan(captured, "寄样", in_days(3))], by=world.xiaoyu)
    assert Touch.objects.count() == 1


def test_a_step_lies_at_most_a_year_ahead(customer, world):
    step = NextStep.objects.get(customer=customer)
    for tried in (
        lambda: plan_many([Plan(customer, "x", in_days(366))], by=world.mei),
        lambda: postpone(step, by=world.mei, due_on=in_days(366)),
    ):
        with pytest.raises(Refused) as refused:
            tried()
        assert refused.value.field == "due_on"
    assert postpone(step, by=world.mei, due_on=in_days(365)).due_on == workday_for(in_days(365))
    event = Event.objects.get(kind="followups.postponed")
    assert event.changes["due_on"][1] == workday_for(in_days(365)).isoformat()


def test_blanks_are_no_reason_for_a_third_day(customer, world):
    step = NextStep.objects.get(customer=customer)
    for n in (4, 5):
        step = postpone(step, by=world.mei, due_on=in_days(n))
    with pytest.raises(Refused) as refused:
        postpone(step, by=world.mei, due_on=in_days(9), reason="  ")
    assert refused.value.field == "reason"
    assert postpone(step, by=world.mei, due_on=in_days(9), reason="客户出差").moved == 3


def test_done_once(customer, world):
    step = NextStep.objects.get(customer=customer)
    first = done(step, by=world.mei).done_at
    assert done(step, by=world.heyuan).done_at == first
    assert Event.objects.filter(kind="followups.done").count() == 1
    with pytest.raises(Refused):
        postpone(NextStep.objects.get(pk=step.pk), by=world.mei, due_on=in_days(3))
    assert Customer.objects.get(pk=customer.pk).next_step_on is None


def test_a_pool_customer_may_be_talked_to(customer, world):
    assign(customer, by=world.heyuan, owner=None, revision=customer.revision)
    assert log(Customer.objects.get(pk=customer.pk), world.mei, step_holds=True).pk


@pytest.mark.parametrize("promised", [[], ["catalogue", "quote"]])
def test_the_first_answer_is_no_step_of_open_business(promised, world):
    """Its steps go with the end, one for each promise; the intention would stand without one."""
    taken = Taken(person=Person(name="张伟", company="光速贸易", phones=["13900002046"]), promised=promised)
    customer = take(taken, by=world.mei, fair=world.fair).customer
    world.intend(customer)
    with pytest.raises(Refused) as refused:
        log(customer, world.mei, reach="not_reached", ended="no_need")
    assert refused.value.field == "ended" and NextStep.objects.open().filter(customer=customer).exists()


@pytest.mark.parametrize(
    "reach, channel, first, by_grade",
    [
        ({"phones": ["13900001111"], "emails": []}, "phone", "call", "call"),
        ({"phones": [], "emails": ["li@firm.example"]}, "mail", "mail", "mail"),
        ({"phones": [], "emails": [], "chats": {"wechat": "li88"}}, "wechat", "chat", "chat"),
        ({"phones": [], "emails": []}, "other", "do", "do"),
    ],
    ids=["phone", "mail", "chat", "nothing"],
)
def test_the_way_proposed_is_one_that_is_known(world, client_of, reach, channel, first, by_grade):
    """Grade C is written to by e-mail, where there is one."""
    customer = world.take("某公司", "李四", **reach)
    assert NextStep.objects.get(customer=customer).kind == first
    Customer.objects.filter(pk=customer.pk).update(grade="C")
    mei = client_of(world.users["mei"])
    form = mei.get(f"/customers/{customer.pk}/touches/new/").content.decode()
    assert f'value="{by_grade}" selected' in form and f'name="channel" value="{channel}"' in form
    assert "checked" in form[form.index(f'name="channel" value="{channel}"') :][:120]
    page = mei.get(f"/customers/{customer.pk}/").content.decode()
    assert f'name="channel" value="{channel}" checked' in page and f'name="kind" value="{by_grade}"' in page


def test_a_step_never_lies_on_a_free_day(customer, world, client_of, monkeypatch):
    """7: a day that is named by hand and free moves on to the workday after it, and is said; today stays today."""
    monkeypatch.setattr(calendar, "company_calendar", lambda: Calendar(works=lambda day: day.weekday() < 5, hours=()))
    with time_machine.travel("2027-03-12 10:00+08:00"):  # a Friday
        step = log(customer, world.mei, next_step=Plan(customer, "寄样", date(2027, 3, 13))).step
        assert step.due_on == date(2027, 3, 15)
        assert postpone(step, by=world.mei, due_on=date(2027, 3, 21)).due_on == date(2027, 3, 22)
        done = plan_for_many({customer.pk: 0}, by=world.mei, what="寄目录", due_on=date(2027, 3, 14))
        assert NextStep.objects.get(what="寄目录").due_on == date(2027, 3, 15) and done
        client = client_of(world.users["mei"])
        said = client.post(f"/steps/{step.pk}/day/", {"due_on": "2027-03-27", "reason": "客户出差"}, follow=True).content.decode()
        assert "3月27日" in said.replace(" ", "") and "3月29日" in said.replace(" ", "") and "是休息日" in said
    with time_machine.travel("2027-03-14 10:00+08:00"):  # a Sunday, at the fair
        assert log(customer, world.mei, next_step=Plan(customer, "当天再来", clock.today())).step.due_on == date(2027, 3, 14)


def test_the_list_of_customers_says_what_to_do_next_where_it_is_chosen(world, client_of):
    """What the customer waits for, else the first of the open steps, as their page says it, in the reader's language; in a file as on the page, for three rows at the cost of one."""
    busy, other = world.take(), world.take("海蓝", "王珂", emails=["a@x.example"], phones=["13700000001"])
    for days, words in ((5, "寄样品"), (2, "报价格")):
        plan_many([Plan(busy, words, clock.today() + timedelta(days=days))], by=world.mei)
    (waits,) = plan_many(
        [
            Plan(
                busy,
                QUESTION,
                clock.today() + timedelta(days=9),
                values={"contact": busy.contacts.get().pk, "words": "几时到货", "products": "灯"},
            )
        ],
        by=world.mei,
    )
    first = {busy: waits, other: NextStep.objects.open().get(customer=other)}
    mei, asked = client_of(world.users["mei"]), "columns=customer,next_step_words"
    found = b"".join(mei.post(f"/lists/customers/export/?{asked}", {"form": "csv"}).streaming_content).decode()
    page = mei.get(f"/customers/?{asked}").content.decode()
    for customer, step in first.items():
        words = str(step) if step else ""
        assert f"{customer},{words}\r\n" in found and words in page
    assert "寄样品" not in found and "报价格" not in found


@pytest.mark.parametrize(("due", "again"), [("2027-03-12", "2027-03-15"), ("2027-03-13", "2027-03-13"), ("2027-03-18", "2027-03-18")])
def test_a_step_that_is_planned_again_lies_on_no_free_day(idle, world, monkeypatch, due, again):
    """On a Saturday: what was due on Friday is for Monday, what was for a later day stays there, as what was for a fair that is open."""
    monkeypatch.setattr(calendar, "company_calendar", lambda: Calendar(works=lambda day: day.weekday() < 5, hours=()))
    with time_machine.travel("2027-03-12 10:00+08:00", tick=False):
        (step,) = plan_many([Plan(idle, "寄样", date.fromisoformat(due))], by=world.mei)
        drop([step], by=world.mei)
    with time_machine.travel("2027-03-13 10:00+08:00", tick=False):
        plan_again([step.pk], by=world.mei)
        assert NextStep.objects.open().get(customer=idle).due_on == date.fromisoformat(again)

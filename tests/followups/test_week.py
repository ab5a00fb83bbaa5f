"""6.6 The weekly plan: day, hour, customer or order, why, result, next step."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from boothline.contracts.agreement import Term, edit_version
from boothline.contracts.clearance import ask_approval
from boothline.customers.models import Contact
from boothline.followups.steps import NextStep, Plan, done, drop, plan_many
from boothline.followups.touches import log_touch
from boothline.followups.week import Weekly, monday_of, week_of
from boothline.orders.shipments import plan as plan_shipment
from boothline.worktime.shows import keep_shifts

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2027, 3, 10, 4, tzinfo=UTC)
MONDAY, THURSDAY, FRIDAY = date(2027, 3, 8), date(2027, 3, 11), date(2027, 3, 12)


def rows_of(world, who: str, by: str = "", first: date = MONDAY):
    found = week_of(Weekly(getattr(world, by or who), world.users[who], first))
    return {day: [(row.hour, row.why, row.result, row.later) for row in rows] for day, rows in found.items() if rows}


@pytest.fixture
def week(world):
    """Mei's customer: a call on Monday that nobody made, one of today that reached them and led to Friday; Kevin's is his own."""
    with time_machine.travel(datetime(2027, 3, 8, 1, tzinfo=UTC), tick=False) as travel:
        customer = world.take()
        Contact.objects.filter(customer=customer).update(suitable=["morning"])
        other = world.take("别家公司", name="李四", by=world.kevin, emails=[], phones=[])
        plan_many([Plan(customer, "问一下样品", date(2027, 3, 9)), Plan(other, "寄目录", THURSDAY)], by=world.kevin.trusted())
        travel.move_to(WEDNESDAY)
        (call,) = plan_many([Plan(customer, "谈价格", WEDNESDAY.date())], by=world.mei)
        follow = Plan(customer, "发报价单", FRIDAY)
        log_touch(customer, by=world.mei, channel="phone", words="价格可以接受", next_step=follow)
        done(call, by=world.mei)
        yield world


def test_a_week_says_why_what_came_of_it_and_what_comes_next(week):
    found = rows_of(week, "mei")
    assert ("上午", "谈价格", "联系上了：价格可以接受", "3月12日 发报价单") in found[WEDNESDAY.date()]
    assert [row[1:3] for row in found[FRIDAY]] == [("发报价单", "")]
    assert all("寄目录" not in row[1] for rows in found.values() for row in rows)
    assert [row[1] for row in rows_of(week, "kevin")[THURSDAY]] == ["寄目录"]
    assert "问一下样品" in [row[1] for row in found[date(2027, 3, 9)]], "what was not done stays on its day"
    with time_machine.travel(WEDNESDAY + timedelta(days=7)):
        later = rows_of(week, "mei", first=date(2027, 3, 15))
        assert {"问一下样品", "发报价单"} <= {row[1] for row in later[date(2027, 3, 17)]}, "what is overdue waits today"
    assert rows_of(week, "mei", first=date(2027, 3, 15)) == {}


def test_what_nobody_had_to_do_any_more_is_not_said_to_be_done(week):
    with time_machine.travel(WEDNESDAY):
        drop([NextStep.objects.select_related("customer").get(what="问一下样品")], by=week.mei)
        assert ("上午", "问一下样品", "3月10日起不用做了", "") in [(r[0], r[1], r[2], "") for r in rows_of(week, "mei")[date(2027, 3, 9)]]


def test_a_shipment_stands_in_the_week_of_the_clerk_and_of_the_salesperson(week):
    order = week.opened(lines="10x100")
    shipment = plan_shipment(order, by=week.haoran, quantities={order.lines.get().pk: order.lines.get().due}, planned_on=FRIDAY)
    said = f"订单 {order.number} 的出货单 {shipment.number} 要出货"
    for who in ("haoran", "mei"):
        assert said in [row[1] for row in rows_of(week, who)[FRIDAY]]
    assert said not in [row[1] for rows in rows_of(week, "kevin").values() for row in rows]


def test_whose_week_one_may_look_at(week, client_of):
    """A manager looks at their team's; a salesperson at their own, whatever the address says."""
    mei, kevin = week.users["mei"].pk, week.users["kevin"].pk
    at = "/week/?day=2027-03-10&person="
    assert "谈价格" in client_of(week.users["heyuan"]).get(f"{at}{mei}").content.decode()
    assert "寄目录" not in client_of(week.users["heyuan"]).get(f"{at}{kevin}").content.decode()
    assert "寄目录" not in client_of(week.users["mei"]).get(f"{at}{kevin}").content.decode()
    assert "寄目录" in client_of(week.users["admin"]).get(f"{at}{kevin}").content.decode()
    for odd in ("x", "0001-01-01", "9999-12-31", "2027-02-30"):
        assert client_of(week.users["mei"]).get(f"/week/?day={odd}&person=x").status_code == 200


def test_the_same_queries_for_one_row_and_for_many(week, django_assert_num_queries, client_of):
    asked = Weekly(week.mei, week.users["mei"], MONDAY)
    with django_assert_num_queries(9):
        week_of(asked)
    customer = week.take("第三家", name="王五", emails=[], phones=[])
    plan_many([Plan(customer, f"第{n}件", FRIDAY) for n in range(20)], by=week.mei)
    with django_assert_num_queries(9):
        assert sum(map(len, week_of(asked).values())) > 20


def test_a_week_begins_on_monday():
    assert {monday_of(MONDAY + timedelta(days=n)) for n in range(7)} == {MONDAY}


def test_what_is_long_overdue_does_not_crowd_out_the_week(world):
    with time_machine.travel(datetime(2027, 3, 1, 1, tzinfo=UTC), tick=False) as travel:
        customer = world.take()
        old = [Plan(customer, f"第{n}件", date(2027, 3, 5)) for n in range(201)]
        plan_many([*old, Plan(customer, "签合同", date(2027, 3, 14))], by=world.mei)
        travel.move_to(WEDNESDAY)
        assert "签合同" in [row[1] for rows in rows_of(world, "mei").values() for row in rows]


def test_who_has_but_this_step_is_not_without_one(week, client_of):
    """What is still to be done on Friday is the next step itself; what was done names the one after."""
    page = client_of(week.users["mei"]).get(f"/week/?day={MONDAY}").content.decode()
    friday = re.search(r"发报价单</td><td.*?</tr>", page)
    assert friday and "就是这一步" in friday[0]


def test_the_week_of_who_approves_holds_what_they_must_decide(world):
    draft = world.contract(world.take()).newest
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    asked = ask_approval(draft, by=world.mei)
    day = timezone.localdate(asked.until)
    whys = [row[1] for row in rows_of(world, "heyuan", first=monday_of(day))[day]]
    assert asked.title in whys
    assert all(asked.title != row[1] for rows in rows_of(world, "mei", first=monday_of(day)).values() for row in rows)


def test_duty_at_the_booth_stands_in_the_week(world, client_of):
    """With its hour, also where nobody is to be met."""
    keep_shifts(world.fair.show, world.users["xiaoyu"], [THURSDAY, FRIDAY], starts=time(9), ends=time(17), backup=None)
    found = rows_of(world, "xiaoyu")
    assert found == {day: [("09:00", "展位值班，到 17:00", "", "")] for day in (THURSDAY, FRIDAY)}
    page = client_of(world.users["xiaoyu"]).get(f"/week/?day={THURSDAY}").content.decode()
    assert page.count("展位值班，到 17:00") == 2 and str(world.fair.name) in page


def test_steps_of_one_day_do_not_name_each_other_as_what_comes_next(world):
    customer = world.take()
    with time_machine.travel(WEDNESDAY, tick=False):
        plan_many(
            [Plan(customer, "算出阶梯价", THURSDAY), Plan(customer, "给阶梯价", THURSDAY), Plan(customer, "寄目录", FRIDAY)], by=world.mei
        )
        later = {row[1]: row[3] for rows in rows_of(world, "mei").values() for row in rows}
    assert (later["算出阶梯价"], later["给阶梯价"], later["寄目录"]) == ("3月11日 给阶梯价", "3月12日 寄目录", "")

"""Cadence: the day of the next step by grade, never a free one. Standards: counted once a customer and day, if reached."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from boothline.core import clock
from boothline.customers.card import Customer
from boothline.customers.grades import set_grade
from boothline.followups.cadence import Progress, calls_to_a, care_of_b_and_c, next_day
from boothline.followups.models import NextStep, Touch
from boothline.followups.quick import quick_choices, quick_day, quick_first
from boothline.followups.steps import Plan, done
from boothline.followups.today import Asked, groups
from boothline.followups.touches import log_touch
from boothline.worktime.absences import enter_absence, remove_absence
from boothline.worktime.models import DayOverride

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 3, 13, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def on_friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


def free(day: date) -> None:
    DayOverride.objects.create(day=day, is_workday=False)


@pytest.fixture
def graded(world):
    """`graded("A")` is Mei's customer of this grade, with no step open."""
    made: list[Customer] = []

    def of(grade: str) -> Customer:
        customer = world.take(f"{grade}{len(made)}公司", f"人{len(made)}")
        done(NextStep.objects.get(customer=customer), by=world.mei)
        set_grade(customer, by=world.mei, grade=grade, reason="由经理排定")
        made.append(customer)
        return Customer.objects.get(pk=customer.pk)

    return of


def log(customer: Customer, by, reach: str = "reached", channel: str = "phone", days: int = 3) -> Touch:
    step = Plan(customer, "再联系", clock.today() + timedelta(days=days))
    return log_touch(customer, by=by, channel=channel, words="谈了", reach=reach, next_step=step)


def test_the_next_step_lies_by_grade_and_never_on_a_free_day(world, graded):
    today = FRIDAY.date()
    assert next_day("A", today) == date(2026, 3, 18), "3 workdays, over the weekend"
    assert next_day("B", today) == date(2026, 3, 20)
    assert next_day("C", today) == date(2026, 4, 13), "30 days ahead is a Sunday"
    assert next_day("D", today) is None
    free(date(2026, 3, 18))
    free(date(2026, 3, 20))
    assert (next_day("A", today), next_day("B", today)) == (date(2026, 3, 19), date(2026, 3, 23))
    assert quick_day("tomorrow") == date(2026, 3, 16), "tomorrow is a Saturday"
    assert [code for code, _words in quick_choices("D")] == ["tomorrow", "workdays"], "next Monday is the next workday"
    assert [quick_first(grade) for grade in ("A", "D", "")] == ["cadence", "", "workdays"]


def test_the_form_proposes_the_day_of_the_grade_and_the_way(world, graded, client_of):
    customer, client = graded("B"), client_of(world.users["mei"])
    page = client.get(f"/customers/{customer.pk}/touches/new/")
    assert page.context is None or page.status_code == 200
    assert "按等级 B 3月20日" in page.content.decode()
    values = {"channel": "phone", "reach": "reached", "words": "要图纸", "asked": "drawing", "wants_on": "2026-06-01", "what": "寄图纸"}
    assert client.post(f"/customers/{customer.pk}/touches/new/", values | {"quick": "cadence", "kind": "mail"}).status_code == 302
    touch = Touch.objects.get()
    assert (touch.step.due_on, touch.asked, touch.wants_on, touch.grade) == (date(2026, 3, 20), "drawing", date(2026, 6, 1), "B")


def test_standards_count_once_a_customer_and_day_only_who_was_reached_and_tries_beside(world, graded):
    mei, me = world.mei, world.users["mei"].pk
    first, second, third, b, c = (graded(grade) for grade in "AAABC")
    log(first, mei)
    log(first, mei)
    log(second, mei, reach="not_reached")
    log(third, mei, channel="meet")
    log(b, mei)
    log(c, mei, reach="not_reached")
    log(first, world.heyuan)
    today = FRIDAY.date()
    assert calls_to_a(me, today) == Progress(1, 1, 5), "≥ 5 calls a workday to A"
    assert care_of_b_and_c(me, today) == Progress(1, 1, 10), "≥ 10 touches a week to B and C together"
    free(date(2026, 3, 11))
    assert care_of_b_and_c(me, today).target == 8, "a day off lowers the week's target in proportion"
    free(today)
    assert (calls_to_a(me, today).target, care_of_b_and_c(me, today).target) == (0, 6)
    off = enter_absence(world.users["mei"], by=mei, starts_on=date(2026, 3, 9), ends_on=date(2026, 3, 11))
    assert (calls_to_a(me, date(2026, 3, 10)).target, care_of_b_and_c(me, today).target) == (0, 2), "her own, the free day counted once"
    assert care_of_b_and_c(world.users["kevin"].pk, today).target == 6, "nobody else's"
    remove_absence(off, by=world.heyuan)
    assert care_of_b_and_c(me, today).target == 6


def test_what_was_merely_sent_is_a_try_and_the_answer_to_it_counts(world, graded, client_of):
    """Counted only if it reached somebody; an attempt stands beside. A call of theirs is none that she makes."""
    mei, me, today = world.mei, world.users["mei"].pk, FRIDAY.date()
    caller, written, quiet = (graded(grade) for grade in "ABC")
    log(caller, mei, reach="came_in")
    log(written, mei, channel="mail", reach="sent")
    log(quiet, mei, channel="wechat", reach="sent")
    assert (calls_to_a(me, today), care_of_b_and_c(me, today)) == (Progress(0, 0, 5), Progress(0, 2, 10))
    log(written, mei, channel="mail", reach="came_in")
    assert care_of_b_and_c(me, today) == Progress(1, 1, 10)
    assert "只发出的消息算尝试" in client_of(world.users["mei"]).get("/today/").content.decode()


def test_today_has_calls_to_a_then_care_for_b_and_c_then_the_others(world, graded, client_of):
    a, b, c, d, silent = (graded(grade) for grade in "ABCDA")
    for customer in (d, c, b, a):
        log(customer, world.mei, days=0)
    log(silent, world.mei, days=1)
    done(NextStep.objects.open().get(customer=silent), by=world.mei)
    with time_machine.travel(FRIDAY + timedelta(days=5), tick=False):
        now, found = groups(Asked(world.mei))
        assert now is not None and (now.band, now.customer) == ("calls", a)
        assert [(group.band.code, [row.customer for row in group.rows]) for group in found] == [
            ("calls", [silent]), ("care", [b, c]), ("steps", [d]),
        ]  # fmt: skip
        row = found[0].rows[0]
        assert row.due.astimezone(SHANGHAI).date() == date(2026, 3, 18) and "谈了" in " ".join(row.say)
        html = client_of(world.users["mei"]).get("/today/").content.decode()
        assert "打给 A 级" in html and "维护 B 级和 C 级" in html and "我的标准" in html
        assert "我的标准" not in client_of(world.users["haoran"]).get("/today/").content.decode()

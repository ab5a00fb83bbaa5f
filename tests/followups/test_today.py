"""Today: bands in the order of the rule, overdue first inside each, what to say, and the same few questions for any number of rows."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.care.complaints import Told, receive
from boothline.contracts.agreement import Term, edit_version
from boothline.contracts.clearance import ask_approval
from boothline.contracts.establishment import ask_changes
from boothline.core import clock, slots, tasks
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.customers.card import Contact, Customer, Person, edit_contact
from boothline.customers.grades import set_grade
from boothline.fairs.appointments import book
from boothline.followups import today as rules
from boothline.followups.clocks import BACKUP, Clock
from boothline.followups.models import NextStep
from boothline.followups.steps import Plan, done, plan_many, postpone
from boothline.followups.today import Asked, Band, Row, first_way, groups, sentences, week
from boothline.followups.touches import log_touch
from boothline.negotiation.briefing import brief
from boothline.negotiation.objections import object_to
from boothline.negotiation.questions import QUESTION, ask_about
from boothline.orders.lists import SEVERITIES
from boothline.orders.problems import Report, report
from boothline.orders.today import waiting
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Taken, take_many
from boothline.worktime import calendar

pytestmark = pytest.mark.django_db
THURSDAY = datetime.combine(date(2026, 4, 16), time(10), ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    """A Thursday, ten o'clock, in weeks without holidays; the world's fair begins today."""

    class Public:
        @staticmethod
        def is_working_day(day):
            return day.weekday() < 5

    monkeypatch.setattr(calendar, "_public", lambda country: Public)
    with time_machine.travel(THURSDAY, tick=False):
        yield


def answered(world, name, what=None, days=0, **more):
    """Somebody whose first answer was given; with a step of their own."""
    customer = world.take(f"{name}公司", name, emails=[], phones=["13900001111"])
    plan = Plan(customer, what or "回访", clock.today() + timedelta(days=days), owner=world.users["mei"], **more)
    log_touch(customer, by=world.mei, channel="phone", words=f"{name}说再看看", next_step=plan)
    return Customer.objects.get(pk=customer.pk)


def overdue(world, name, days):
    customer = answered(world, name)
    NextStep.objects.open().filter(customer=customer).update(due_on=clock.today() - timedelta(days=days))
    Customer.objects.filter(pk=customer.pk).update(next_step_on=clock.today() - timedelta(days=days))
    return customer


def shown(world, **more):
    now, found = groups(Asked(world.mei, **more))
    return now, [(group.band.code, [row.customer.name for row in group.rows]) for group in found]


def test_the_bands_in_their_order_and_overdue_first_inside(world):
    answered(world, "今天乙")
    answered(world, "今天甲")
    answered(world, "明天", days=1)
    overdue(world, "晚一天", 1)
    overdue(world, "晚三天", 3)
    waiting = world.sent(answered(world, "要改"))
    ask_changes(waiting, by=world.guest(waiting), words="定金改 20%")
    for step in NextStep.objects.open().filter(customer=waiting.customer):
        done(step, by=world.mei)
    met = answered(world, "约见", days=5)
    book(met, by=world.mei, fair=world.fair, at=THURSDAY + timedelta(hours=4), user=world.users["mei"], about="看样品")
    world.take("新客公司", "新客")
    now, found = shown(world)
    assert now.customer.name == "新客公司" and now.clock
    assert found == [
        ("appointments", ["约见公司"]),
        ("waiting", ["要改公司"]),
        ("care", ["晚三天公司", "晚一天公司", "今天甲公司", "今天乙公司"]),
    ]


def test_however_many_steps_a_row_stands_for_it_names_them_all(world, client_of):
    customers = [answered(world, name, "问样品", days=0) for name in ("乙", "丙")]
    more = ("给阶梯价", "寄目录", "问交期")
    plan_many([Plan(one, what, clock.today(), owner=world.users["mei"]) for one in customers for what in more], by=world.mei)
    shown = client_of(world.users["mei"]).get("/today/").content.decode()
    assert shown.count("还有：给阶梯价；寄目录；问交期") == 2


def test_steps_with_one_customer_are_one_row_and_each_is_done_alone(world):
    customer = answered(world, "乙", "问样品", days=0)
    plan_many([Plan(customer, "给阶梯价", clock.today(), owner=world.users["mei"])], by=world.mei)
    answered(world, "丙")
    now, found = groups(Asked(world.mei))
    (other,) = [row for group in found for row in group.rows]
    merged = now if now.customer == customer else other
    assert (merged.why, merged.say[0]) == ("问样品", "还有：给阶梯价")
    done(merged.step, by=world.mei)
    now, found = groups(Asked(world.mei))
    assert sorted(row.why for row in [now, *(row for group in found for row in group.rows)]) == ["回访", "给阶梯价"]


def test_new_visitors_by_remaining_time(world):
    rows = [Taken(person=Person(name=f"热{heat}", company=f"热{heat}公司"), heat=heat) for heat in (1, 3, 4)]
    take_many(rows, by=world.mei, fair=world.fair)
    now, found = shown(world)
    assert (now.customer.name, now.left) == ("热4公司", "剩 30 分钟")
    assert now.why.endswith("意向很强") and now.say == [], "said once"
    assert found == [("visitors", ["热3公司", "热1公司"])]
    assert sentences(*groups(Asked(world.mei)))[:2] == ["还有 3 件事。", "先回复 3 位客户，最急的剩 30 分钟。"]
    with time_machine.travel(THURSDAY + timedelta(minutes=40), tick=False):
        now, _found = shown(world)
        assert now.late and now.left == "超时 10 分钟"


def test_of_two_with_the_same_time_left_the_higher_grade_stands_first(world):
    """The seconds between two captures decide nothing; without a grade one stands last."""
    names = {"甲": "C", "乙": "", "丙": "A", "丁": "B"}
    for seconds, (name, grade) in enumerate(names.items()):
        with time_machine.travel(THURSDAY + timedelta(seconds=seconds), tick=False):
            customer = world.take(f"{name}公司", name, emails=[], phones=[f"1390000111{seconds}"])
        Customer.objects.filter(pk=customer.pk).update(grade=grade)
    now, found = shown(world)
    assert [now.customer.name, *dict(found)["visitors"]] == ["丙公司", "丁公司", "甲公司", "乙公司"]
    Customer.objects.update(grade=F("derived_grade"))


def test_an_appointment_jumps_to_the_top_15_minutes_before(world):
    met = answered(world, "约见", days=5)
    world.take("新客公司", "新客")
    book(met, by=world.mei, fair=world.fair, at=THURSDAY + timedelta(hours=1), user=world.users["mei"], about="看样品")
    assert shown(world)[0].customer.name == "新客公司"
    for minutes, name in ((44, "新客公司"), (45, "约见公司"), (75, "约见公司"), (91, "新客公司")):
        with time_machine.travel(THURSDAY + timedelta(minutes=minutes), tick=False):
            assert shown(world)[0].customer.name == name, minutes


def test_a_first_answer_whose_time_is_over_before_the_appointment_begins_comes_first(world):
    """So that the card is what the sentence above it calls the most urgent. Handed over, it says so under why, not as something to say."""
    met = answered(world, "约见", days=5)
    take_many([Taken(person=Person(name="急", company="急公司"), heat=4)], by=world.mei, fair=world.fair)  # 30 minutes
    book(met, by=world.mei, fair=world.fair, at=THURSDAY + timedelta(minutes=30), user=world.users["mei"])
    for minutes, name in ((21, "急公司"), (31, "约见公司")):
        with time_machine.travel(THURSDAY + timedelta(minutes=minutes), tick=False):
            assert shown(world)[0].customer.name == name, minutes
    Clock.objects.update(turn=BACKUP, turn_due_at=THURSDAY + timedelta(hours=1), due_at=THURSDAY + timedelta(minutes=30))
    now, _found = shown(world)
    assert now.why.endswith("（已转交：今天 10:30前无人回复）") and now.say == []


def test_what_is_due_on_a_later_day_waits_behind_what_is_due_by_today(world):
    customer = answered(world, "旧事")
    later = Band("later", "x", lambda asked: [Row("later", customer, THURSDAY + timedelta(days=3), "三天后", has_time=True)], 1)
    slots.hang("today", later)
    try:
        assert shown(world)[0].why == "回访"
    finally:
        slots._slots["today"].remove(later)


def test_a_problem_and_a_complaint_are_opened_by_a_link_that_answers(world, client_of):
    """Beside how to reach them; how severe it is says why now, and is nothing to say."""
    order = world.ordered(world.take())
    problem = report(order, by=world.haoran, told=Report("damage", "外箱压坏"))
    receive(order.customer, by=world.mei, told=Told("没人回电话", contact=order.customer.contacts.get()))
    for who, kind in (("haoran", "problems"), ("mei", "complaints")):
        html = page(world, client_of, "/today/?whose=all", who=who).content.decode()
        (address,) = set(re.findall(rf'href="(/{kind}/[A-Z]+-\d+/)"', html))
        assert client_of(world.users[who]).get(address).status_code == 200 and f'action="{address}"' not in html
    (row,) = [row for row in waiting(Asked(world.haoran, "all")) if row.band == "problems"]
    assert row.why.endswith(f"（{SEVERITIES[problem.severity]}）") and len(row.say) == 1 and "外箱压坏" in row.say[0]


def test_work_of_the_house_opens_where_it_is_done_whatever_the_customers_grade(world, client_of):
    """Goods data of an order: nobody is to be called, so that a grade says nothing."""
    order = world.ordered(world.take())
    tasks.sweep()
    order.customer.refresh_from_db()
    assert order.customer.grade in ("A", "B", "C")
    row, others = groups(Asked(world.haoran))
    assert row and (row.band, row.why, others) == ("steps", f"收集 {order.number} 的货品资料", [])
    html = page(world, client_of, "/today/", who="haoran").content.decode()
    assert "先处理" in html and f'btn go" href="/orders/{order.number}/"' in html and f'/steps/{row.step.pk}/day/?today"' in html


def test_who_may_not_see_the_phone_is_led_to_where_it_is(world, client_of):
    customer = answered(world, "周国强")
    html = page(world, client_of, "/today/?whose=all", who="heyuan").content.decode()
    assert html.count("btn go") == 1 and re.search(rf'btn go" href="/customers/{customer.pk}/"', html)


def test_what_to_say_and_how_to_reach_them(world):
    customer = answered(world, "周国强")
    object_to(customer, by=world.mei, reason="price", words="贵 6%")
    now, _found = shown(world)
    assert now.why == "回访"
    assert any("价格" in words for words in now.say) and any("周国强说再看看" in words for words in now.say)
    assert now.ways == {"phone": "13900001111"} and first_way(now) == "phone"
    others, _none = groups(Asked(world.heyuan, "all"))
    assert others.ways == {}, "masked for who does not work with them"


def test_mine_the_teams_everybodys(world):
    answered(world, "梅的")
    kevins = world.take("凯文公司", "凯", by=world.kevin, emails=[], phones=[])
    assert shown(world)[0].customer.name == "梅的公司"
    assert groups(Asked(world.heyuan, "mine"))[0] is None
    assert groups(Asked(world.heyuan, "team"))[0].customer.name == "梅的公司"
    assert kevins.name in {row.customer.name for row in [groups(Asked(world.admin, "all"))[0]]} | {
        r.customer.name for g in groups(Asked(world.admin, "all"))[1] for r in g.rows
    }


def test_the_week_by_days(world):
    answered(world, "今天")
    answered(world, "周五", days=1)
    answered(world, "下周", days=7)
    overdue(world, "晚", 2)
    days = {day.day: day.rows for day in week(Asked(world.mei))}
    assert len(days) == 7
    assert [r.customer.name for r in days[clock.today()]] == ["晚公司", "今天公司"]
    assert [r.customer.name for r in days[clock.today() + timedelta(days=1)]] == ["周五公司"]


def test_what_does_not_fit_is_counted_as_more(world, client_of, monkeypatch):
    monkeypatch.setattr(rules, "SHOWN", 3)
    for days in (3, 2, 1):
        overdue(world, f"晚{days}", days)
    assert sentences(*groups(Asked(world.mei))) == ["还有 3 件事。", "另有 3 件逾期。"], "three fit"
    answered(world, "明天", days=1)
    assert [day.count for day in week(Asked(world.mei))] == ["3", "0+", "0+", "0+", "0+", "0+", "0+"]
    overdue(world, "晚四", 4)
    world.take("新客公司", "新客")
    assert sentences(*groups(Asked(world.mei))) == ["还有 4+ 件事。", "先回复 1 位客户，最急的剩 4 小时 0 分。", "另有 3+ 件逾期。"]
    assert "<span>3+</span>" in page(world, client_of).content.decode()
    html = page(world, client_of, "/today/?view=week").content.decode()
    assert "<span>4+</span>" in html and "放不下" in html


def test_postponing_for_the_third_time_asks_why(world):
    step = plan_many([Plan(answered(world, "甲"), "再约", clock.today())], by=world.mei)[0]
    for days in (1, 2):
        postpone(step, by=world.mei, due_on=clock.today() + timedelta(days=days))
    with pytest.raises(Refused) as refused:
        postpone(step, by=world.mei, due_on=clock.today() + timedelta(days=3))
    assert refused.value.field == "reason"
    assert Event.objects.filter(kind="followups.postponed").count() == 2
    assert postpone(step, by=world.mei, due_on=clock.today() + timedelta(days=3), reason="客户出差").moved == 3
    assert Event.objects.filter(kind="followups.postponed").order_by("-id").first().values["reason"] == "客户出差"


def page(world, client_of, address="/today/", who="mei"):
    return client_of(world.users[who]).get(address)


def test_the_same_questions_for_3_and_30_rows(world, client_of):
    client, counts = client_of(world.users["mei"]), []
    for already, n in ((0, 3), (3, 30)):
        for i in range(already, n):
            customer = answered(world, f"客户{i:02d}")
            object_to(customer, by=world.mei, reason="price", words="贵")
            world.take(f"新客{i:02d}公司", f"新{i}")
            plan_many([Plan(customer, "另一件", clock.today())], by=SYSTEM)
        client.get("/today/")
        for address in ("/today/", "/today/?view=week"):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            counts.append(len(caught.captured_queries))
    assert counts[0] == counts[2] and counts[1] == counts[3], counts
    assert counts[2] <= 48


def test_the_empty_first_day(world, client_of):
    html = client_of(world.users["heyuan"]).get("/today/").content.decode()
    for words in ("采集第一位访客", "导入已有客户", "新建展会", "客户会这样往前走"):
        assert words in html
    assert html.count("btn go") == 1
    world.take()
    assert "采集第一位访客" not in client_of(world.users["heyuan"]).get("/today/").content.decode()


def test_a_touch_from_today_leads_back_and_finishes_the_step(world, client_of):
    customer = answered(world, "甲", "问样品")
    step = NextStep.objects.open().get(customer=customer)
    client = client_of(world.users["mei"])
    address = f"/customers/{customer.pk}/touches/new/?today=&step={step.pk}"
    assert f'action="{address.replace("&", "&amp;")}"' in client.get(address).content.decode()
    sent = {"channel": "phone", "reach": "reached", "words": "样品收到", "what": "问结果", "quick": "tomorrow", "kind": "call"}
    answer = client.post(address, sent)
    assert answer.status_code == 302 and answer["Location"] == "/today/"
    step.refresh_from_db()
    assert step.done_at
    assert NextStep.objects.open().get(customer=customer).due_on == clock.today() + timedelta(days=1)


@pytest.mark.parametrize(
    ("quick", "day"), [("tomorrow", date(2026, 4, 17)), ("workdays", date(2026, 4, 21)), ("monday", date(2026, 4, 20))]
)
def test_quick_days(world, client_of, quick, day):
    customer = answered(world, "甲")
    step = NextStep.objects.open().get(customer=customer)
    client = client_of(world.users["mei"])
    assert client.post(f"/steps/{step.pk}/day/", {"quick": quick}).status_code == 302
    step.refresh_from_db()
    assert step.due_on == day
    assert client.post(f"/steps/{step.pk}/day/", {"quick": quick, "due_on": "2026-05-06"}).status_code == 302
    step.refresh_from_db()
    assert step.due_on == date(2026, 5, 6), "what was written stands above what was pressed"


def test_the_page_shows_one_filled_button_and_the_numbers(world, client_of):
    world.take("新客公司", "新客")
    answered(world, "甲")
    html = page(world, client_of).content.decode()
    assert html.count("btn go") == 1 and "现在这一位" in html and "首次回复" in html
    assert 'href="tel:' in html
    assert rules.time_left(timezone.now() + timedelta(hours=3, minutes=20)) == "剩 3 小时 20 分"
    assert rules.time_left(timezone.now() + timedelta(days=1)) == "明天 10:00"
    assert rules.time_left(timezone.now() - timedelta(days=2)) == "逾期 2 天"


def test_what_only_i_may_let_pass_stands_on_my_today(world, client_of):
    """The manager's turn: why, until when, and the page that decides; on nobody else's Today."""
    draft = world.contract(world.take()).newest
    steep = edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    asked = ask_approval(steep, by=world.mei)
    now, _rest = groups(Asked(world.heyuan))
    assert (now.band, now.opens[1:3], now.due, now.say) == ("decide", ("approval", asked.pk), asked.until, asked.reasons)
    assert "<dt>待我审批</dt>" in page(world, client_of, who="heyuan").content.decode()
    for other in (world.haoran, world.admin):
        first, found = groups(Asked(other))
        assert "decide" not in {row.band for row in [first, *(row for group in found for row in group.rows)] if row}


# Suitable times: rule book 7, "Rows outside the suitable time sink to the end of their band until it comes."


def suiting(world, name, *parts, country="", days=1):
    customer = overdue(world, name, days)
    Customer.objects.filter(pk=customer.pk).update(country=country)
    (contact,) = customer.contacts.all()
    values = {"suitable": list(parts)}
    edit_contact(contact, by=world.mei, revision=contact.revision, values=values, points=Person(phones=["13900001111"]))
    return customer


def test_who_does_not_suit_now_stands_last_until_it_suits(world):
    """Ten in the morning here, four at night in Germany: who wants the evening is last, however late; at seven in the evening first."""
    suiting(world, "晚上", "evening", days=9)
    suiting(world, "柏林", "morning", country="Germany", days=8)
    suiting(world, "上午", "morning", days=1)
    answered(world, "随时")
    now, bands = shown(world)
    assert now.customer.name == "上午公司"
    assert bands[-1][1] == ["随时公司", "晚上公司", "柏林公司"]
    sunk = groups(Asked(world.mei))[1][-1].rows[1]
    assert sunk.say[0] == "方便联系：晚上"
    with time_machine.travel(THURSDAY.replace(hour=19), tick=False):
        now, bands = shown(world)
        assert now.customer.name == "晚上公司" and bands[-1][1] == ["随时公司", "柏林公司", "上午公司"]


def test_the_suitable_time_comes_with_the_capture_and_is_edited_in_words(world, client_of):
    take_many(
        [Taken(person=Person(name="许静", phones=["13900002222"]), answers={"best_time": ["evening", "phone"]})], by=SYSTEM, fair=world.fair
    )
    contact = Contact.objects.get(name="许静")
    assert contact.suitable == ["evening"] and contact.suitable_words == "晚上"
    edit_contact(
        contact, by=SYSTEM, revision=contact.revision, values={"suitable": ["morning", "noon"]}, points=Person(phones=["13900002222"])
    )
    event = Event.objects.filter(kind="customers.contact_edited").latest("id")
    assert event.shown_changes() == [("合适的联系时间", "晚上", "上午、中午")]
    page = client_of(world.users["admin"]).get(f"/customers/{contact.customer_id}/").content.decode()
    assert "合适的联系时间：上午、中午" in page


def test_booth_staff_with_nothing_due_capture_and_see_what_they_took_today(world, client_of):
    world.take(by=world.xiaoyu, company="访客公司", name="访客")
    client = client_of(world.users["xiaoyu"])
    shown = client.get("/today/").content.decode()
    assert '<a class="btn go" href="/captures/new/">' in shown and "今天采集了 1 位访客" in shown
    assert "访客公司" in client.get("/captures/?taken=mine_today").content.decode()
    assert "访客公司" not in client_of(world.users["heyuan"]).get("/captures/?taken=mine_today").content.decode()


def test_a_customer_who_asked_waits_for_us_whatever_the_grade(world):
    """Band 3, at once, though the answer is due tomorrow."""
    for name, grade in (("甲", "A"), ("丙", "C"), ("丁", "D")):
        customer = answered(world, name, days=9)
        set_grade(customer, by=world.heyuan, grade=grade, reason="展会上谈过")
        plan_many([Plan(customer, QUESTION, clock.today() + timedelta(days=1), values={"products": "TR20"})], by=SYSTEM)
    now, found = groups(Asked(world.mei))
    assert {now.band, *(group.band.code for group in found if group.rows)} == {"questions"}
    assert [now.customer.name, *(row.customer.name for group in found for row in group.rows)] == ["甲公司", "丙公司", "丁公司"]


def test_what_they_ask_about_is_called_as_the_reader_calls_it(world):
    customer = world.take()
    shown = brief(customer, by=world.mei, products=[world.products["TR20"]], contact=customer.contacts.first(), channel="link")
    with override("en"):
        ask_about(shown, by=Actor(kind="guest", id=customer.contacts.first().pk, name="x", customer_id=customer.pk), words="Dimmable?")
    with override("zh-hans"):
        assert NextStep.objects.get(what=QUESTION).words == "答复客户关于轨道射灯的问题"
    with override("en"):
        assert NextStep.objects.get(what=QUESTION).words == "answer the question about Light TR20"


def test_on_the_first_day_files_are_brought_in_by_a_press(world, client_of):
    page = client_of(world.users["heyuan"]).get("/today/").content.decode()
    assert f'href="{reverse("import-new")}"' in page and "导入已有客户" in page and "终端" not in page
    assert reverse("import-new") not in client_of(world.users["xiaoyu"]).get("/today/").content.decode(), "not theirs to do"


def test_a_confirmed_order_stands_on_today_at_once_on_a_free_day_too(world, client_of):
    """For its owner and its clerk, until somebody did it, or put it off."""
    with time_machine.travel(THURSDAY + timedelta(days=2), tick=False):  # a Saturday, of the fair
        order = world.ordered(world.take())
        number = order.contract.number
        thanks, collect = f"{number} 已确认：向客户致谢，并说明接下来的安排", f"收集 {order.number} 的货品资料"
        tasks.sweep()
        mei, haoran = (groups(Asked(one))[0] for one in (world.mei, world.haoran))
        assert mei and haoran and (mei.why, haoran.why) == (thanks, collect)
        assert mei.step and mei.step.due_on == date(2026, 4, 20), "the workday, as before"
        assert thanks in client_of(world.users["mei"]).get("/today/").content.decode()
        assert collect in client_of(world.users["haoran"]).get("/today/").content.decode()
        postpone(mei.step, by=world.mei, due_on=date(2026, 4, 22))
        assert thanks not in client_of(world.users["mei"]).get("/today/").content.decode()
        done(haoran.step, by=world.haoran)
        assert collect not in client_of(world.users["haoran"]).get("/today/").content.decode()

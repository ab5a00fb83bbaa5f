"""Response clocks: limits by heat in working time, the reminder, the hand-over, what counts as an answer, the share."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from boothline.accounts.models import User
from boothline.contracts.establishment import send
from boothline.core import tasks
from boothline.core.actors import SYSTEM
from boothline.core.rules import RuleSetting
from boothline.customers.card import Collaborator, Customer, Person, add_collaborator, assign
from boothline.customers.grades import set_grade
from boothline.fairs.editions import edit_fair
from boothline.fairs.roster import put_on_duty, set_hours
from boothline.followups.clocks import Clock, run_clock, run_due, share
from boothline.followups.handover import end_stand_ins, hand_over_day
from boothline.followups.models import NextStep
from boothline.followups.steps import Plan, done
from boothline.followups.today import Asked, groups
from boothline.followups.touches import log_touch
from boothline.messaging.letters import write
from boothline.messaging.models import Notice
from boothline.negotiation.briefing import brief, make_link
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Taken, take, take_many
from boothline.worktime import calendar as rules

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = date(2026, 4, 17)


def at(days: int, clock: str) -> datetime:
    return datetime.combine(FRIDAY + timedelta(days=days), time.fromisoformat(clock), SHANGHAI)


@pytest.fixture(autouse=True)
def weeks_without_holidays(monkeypatch):
    """Monday to Friday, whatever the year has."""

    class Public:
        @staticmethod
        def is_working_day(day):
            return day.weekday() < 5

    monkeypatch.setattr(rules, "_public", lambda country: Public)


@pytest.fixture
def fair(world):
    """Saturday and Sunday, 09:00 to 17:00; Mei leads it."""
    values = {"starts_on": FRIDAY + timedelta(days=1), "ends_on": FRIDAY + timedelta(days=2)}
    world.fair = edit_fair(world.fair, by=SYSTEM, revision=world.fair.revision, values=values)
    return world.fair


def captured(world, when, heat=None, fair=None, by=None, name="访客", **more) -> Clock:
    taken = Taken(person=Person(name=name, company=f"{name}公司"), heat=heat, taken_at=when, **more)
    with time_machine.travel(when, tick=False):
        capture = take(taken, by=by or world.mei, fair=fair)
    return Clock.objects.get(subject_kind="capture", subject_id=capture.pk)


def touch(clock: Clock, by, when, **more):
    with time_machine.travel(when, tick=False):
        plan = None if "ended" in more or "step_holds" in more else Plan(clock.customer, "寄样", timezone.localdate() + timedelta(days=3))
        log_touch(clock.customer, by=by, channel="phone", words="谈了", next_step=plan, **more)
    clock.refresh_from_db()
    return clock


def sweep(when) -> int:
    with time_machine.travel(when, tick=False):
        return run_due()


@pytest.mark.parametrize(
    ("heat", "due"), [(3, (3, "13:30")), (None, (3, "13:30")), (1, (3, "17:30")), (2, (3, "17:30")), (4, (0, "18:00"))]
)
def test_ordinary_calendar_captured_friday_1730(world, heat, due):
    """Captured Friday 17:30: heat 3 -> Monday 13:30; heat 1 -> Monday 17:30."""
    clock = captured(world, at(0, "17:30"), heat)
    assert (clock.due_at, clock.turn_due_at, clock.owner) == (at(*due), at(*due), world.users["mei"])
    assert clock.step == NextStep.objects.get(customer=clock.customer)
    assert clock.step.due_on == at(*due).date(), "the step is due on the day on which the time is over"
    event = Event.objects.get(kind="followups.clock_started")
    assert event.under_id == clock.customer_id


def test_in_show_hours_the_shows_hours_count_on_a_sunday_too(world, fair):
    assert captured(world, at(1, "10:00"), 4, fair).due_at == at(1, "10:30")
    clock = captured(world, at(1, "16:00"), 3, fair, name="二")
    assert (clock.due_at, clock.by_show) == (at(2, "12:00"), True), "a clock begun at the fair goes on there"
    last = captured(world, at(2, "16:00"), 3, fair, name="三")
    assert last.due_at == at(3, "12:00"), "after the last day the ordinary calendar"


def test_after_closing_time_the_ordinary_calendar(world, fair):
    clock = captured(world, at(1, "17:30"), 3, fair)
    assert (clock.due_at, clock.by_show) == (at(3, "14:00"), False)


def test_the_rosters_hours_are_the_working_time(world, fair):
    put_on_duty(fair, by=SYSTEM, person=world.users["mei"], days=fair.days, starts=time(10), ends=time(15))
    assert captured(world, at(1, "14:00"), 3, fair).due_at == at(2, "13:00")
    set_hours(fair, by=SYSTEM, revision=fair.revision, hours={fair.days[0]: (time(9), time(13))})
    assert captured(world, at(1, "14:30"), 3, fair, name="二").by_show is False, "the show was closed by then"


def test_limits_are_settings(world):
    RuleSetting.objects.create(code="followups.warm_hours", value="2")
    assert captured(world, at(0, "10:00")).due_at == at(0, "12:00")


def test_an_old_list_starts_no_clock(world):
    take_many([Taken(person=Person(name="旧", company="旧公司"), source="import")], by=world.mei, fair=world.fair)
    assert not Clock.objects.exists() and not NextStep.objects.exists()


def test_taken_twice_one_clock(world):
    row = Taken(person=Person(name="一", company="一公司"))
    for _again in range(2):
        take(row, by=world.mei, fair=world.fair)
    assert Clock.objects.count() == 1


@pytest.mark.parametrize(("grade", "heat", "hours"), [("A", 1, "0.5"), ("B", 1, "4"), ("B", 4, "0.5"), ("C", 1, "8"), ("D", 3, "4")])
def test_a_known_customer_of_grade_a_or_b_takes_the_shorter_limit(world, grade, heat, hours):
    known = captured(world, at(0, "10:00")).customer
    with time_machine.travel(at(0, "10:05"), tick=False):
        set_grade(known, by=world.mei, grade=grade, reason="按约定排定")
        known.refresh_from_db()
        take(Taken(person=Person(name="访客", customer=known), heat=heat), by=world.mei, fair=None)
    assert Clock.objects.order_by("-id")[0].hours == Decimal(hours)


@pytest.mark.parametrize("reach", ["reached", "sent"])
def test_the_first_touch_that_reached_or_was_sent_answers(world, reach):
    clock = touch(captured(world, at(0, "10:00")), world.mei, at(0, "11:00"), reach=reach)
    assert (clock.state, clock.answered_by, clock.next_at) == ("in_time", world.users["mei"], None)
    assert Event.objects.get(kind="followups.answered").under_id == clock.customer_id
    clock.step.refresh_from_db()
    assert clock.step.done_at, "the first step was this touch"
    assert touch(clock, world.mei, at(0, "12:00")).answered_at == at(0, "11:00"), "the first one counts"


@pytest.mark.parametrize("reach", ["not_reached", "came_in"])
def test_an_attempt_and_what_comes_in_answer_nothing(world, reach):
    clock = touch(captured(world, at(0, "10:00")), world.mei, at(0, "11:00"), reach=reach)
    assert clock.is_open and clock.step.done_at is None


def test_a_letter_that_goes_by_itself_does_not_count(world):
    clock = captured(world, at(0, "10:00"), 4)
    write(clock.contact, by=SYSTEM, subject="感谢光临", body="…", language="zh-hans")
    clock.refresh_from_db()
    assert clock.is_open


@pytest.mark.parametrize("promised", [[], ["sample"]])
def test_a_briefing_that_somebody_sends_answers_and_a_promise_stays(world, promised):
    clock = captured(world, at(0, "10:00"), promised=promised)
    brief(clock.customer, by=world.mei, products=[world.products["TR20"]], contact=clock.contact, channel="person")
    clock.refresh_from_db()
    assert clock.is_open, "what is shown at the booth is still to be followed by a word"
    made = brief(clock.customer, by=world.mei, products=[world.products["TR20"]], contact=clock.contact, channel="link")
    clock.refresh_from_db()
    assert clock.is_open, "no mail takes it to them: somebody has to hand the link over"
    make_link(made, by=world.mei)
    clock.refresh_from_db()
    assert (clock.answered_by, clock.next_at) == (world.users["mei"], None)
    clock.step.refresh_from_db()
    assert bool(clock.step.done_at) is not bool(promised)


def test_a_contract_that_somebody_sends_answers(world):
    request = world.sent(world.take())
    assert Clock.objects.get(customer=request.customer).answered_by == world.users["mei"]


def test_a_contract_answers_whom_it_is_sent_to(world):
    """A colleague of theirs, who was captured too, still waits for a word."""
    customer = world.take()
    draft = world.contract(customer).newest
    other = take(Taken(person=Person(name="李娜", company=customer.name, customer=customer)), by=world.mei, fair=world.fair)
    send(draft, by=world.mei)
    assert [clock.contact for clock in Clock.objects.open()] == [other.contact]


def test_answered_late_is_late(world):
    clock = touch(captured(world, at(0, "10:00"), 4), world.mei, at(0, "10:31"))
    assert clock.state == "late"


def test_an_end_closes_the_clock_and_what_was_to_be_done(world):
    clock = touch(captured(world, at(0, "10:00")), world.mei, at(0, "11:00"), reach="not_reached", ended="wrong_person")
    assert clock.state == "closed" and not NextStep.objects.open().exists()
    assert {"followups.clock_closed", "followups.dropped"} <= set(Event.objects.values_list("kind", flat=True))
    assert sweep(at(3, "18:00")) == 0


def test_who_asked_not_to_be_contacted_withdraws_consent(world):
    clock = captured(world, at(0, "10:00"), consents=["follow_up", "marketing"])
    touch(clock, world.mei, at(0, "11:00"), ended="no_contact")
    assert not clock.contact.consents.filter(withdrawn_at=None).exists() and clock.contact.consents.count() == 2
    assert Event.objects.filter(kind="customers.disagreed").count() == 1


def test_at_three_quarters_the_holder_is_reminded_once(world):
    clock = captured(world, at(0, "13:00"))
    assert sweep(at(0, "15:59")) == 0
    assert sweep(at(0, "16:00")) == 1 and sweep(at(0, "16:01")) == 0
    with time_machine.travel(at(0, "16:02")):
        tasks.sweep()
    event = Event.objects.get(kind="followups.reminded")
    assert [notice.user for notice in Notice.objects.filter(event=event)] == [world.users["mei"]]
    clock.refresh_from_db()
    assert (clock.next_at, clock.owner) == (at(0, "17:00"), world.users["mei"])


def test_the_backup_of_the_roster_gets_it_with_a_fresh_clock_then_the_manager(world, fair, client_of):
    kevin, heyuan = world.users["kevin"], world.users["heyuan"]
    put_on_duty(fair, by=SYSTEM, person=world.users["mei"], days=fair.days, starts=time(9), ends=time(17), backup=kevin)
    clock = captured(world, at(1, "10:00"), 4, fair)
    assert not Customer.objects.visible_to(world.kevin).filter(pk=clock.customer_id).exists()
    assert sweep(at(1, "10:30")) == 1
    clock.refresh_from_db()
    assert (clock.owner, clock.turn, clock.turn_due_at, clock.due_at) == (kevin, 2, at(1, "11:00"), at(1, "10:30"))
    assert NextStep.objects.get(customer=clock.customer).owner == kevin
    with time_machine.travel(at(1, "10:40")):
        assert "（已转交：今天 10:30前无人回复）" in client_of(kevin).get("/today/").content.decode()
    handed = Event.objects.get(kind="followups.handed_over")
    assert (handed.values["was"], handed.values["now"], handed.under_id) == ("Mei", "Kevin", clock.customer_id)
    assert Event.objects.get(kind="followups.given").changes == {"owner": ["Mei", "Kevin"]}
    assert Customer.objects.visible_to(world.kevin).filter(pk=clock.customer_id).exists(), "who takes over sees the customer"
    assert Customer.objects.get(pk=clock.customer_id).owner == world.users["mei"], "whose customer it stays"
    with time_machine.travel(at(1, "10:31")):
        tasks.sweep()
    assert Notice.objects.filter(event=handed, user=kevin).exists()
    sweep(at(1, "11:00"))
    clock.refresh_from_db()
    assert (clock.owner, clock.turn, clock.turn_due_at) == (heyuan, 3, at(1, "11:30"))
    sweep(at(1, "11:30"))
    clock.refresh_from_db()
    assert (clock.owner, clock.next_at, clock.is_open) == (heyuan, None, True), "nobody stands above; it stays, late"
    assert sweep(at(1, "12:00")) == 0
    clock = touch(clock, world.heyuan, at(1, "12:00"))
    assert (clock.state, clock.answered_by) == ("late", heyuan)


def test_all_that_was_promised_goes_to_who_takes_over(world):
    """A step for each promise; what the row on Today names is all with whoever has it."""
    clock = captured(world, at(0, "10:00"), 4, promised=["sample", "quote"])
    sweep(at(0, "10:30"))
    assert {step.owner for step in NextStep.objects.filter(customer=clock.customer)} == {world.users["heyuan"]}
    with time_machine.travel(at(0, "10:35"), tick=False):
        (meis, _none), (now, rest) = groups(Asked(world.mei)), groups(Asked(world.heyuan))
    assert meis is None and rest == [] and now and (now.band, now.say[0]) == ("visitors", "答应的事：寄样、报价")


def test_without_a_backup_the_manager(world):
    clock = captured(world, at(0, "10:00"), 4)
    sweep(at(0, "10:30"))
    clock.refresh_from_db()
    assert (clock.owner, clock.turn) == (world.users["heyuan"], 3)


def test_a_first_limit_that_passed_counts_for_who_had_it_and_who_takes_over_sees_how_to_reach_them(world, client_of):
    with time_machine.travel(at(0, "10:00"), tick=False):
        taken = take(Taken(person=Person(name="访客", company="访客公司", phones=["13900002046"]), heat=4), by=world.mei, fair=None)
    clock = Clock.objects.get(subject_id=taken.pk)
    sweep(at(0, "10:30"))
    english, missed = {"accept-language": "en"}, "0 of 1 answered in time"
    with time_machine.travel(at(0, "10:35"), tick=False):
        mei, heyuan = (client_of(world.users[name]).get("/today/", headers=english).content.decode() for name in ("mei", "heyuan"))
        everybodys = client_of(world.users["heyuan"]).get("/today/?whose=all", headers=english).content.decode()
    assert missed in mei and missed in everybodys and missed not in heyuan
    assert "tel:" in heyuan and "See how to reach them" not in heyuan
    sweep(at(0, "11:00"))
    assert Clock.objects.counted().get(pk=clock.pk).counts_for_id == world.users["mei"].pk


def test_what_nobody_owns_is_the_managers_at_once(world, fair):
    edit_fair(fair, by=SYSTEM, revision=fair.revision, values={"lead": None, "starts_on": fair.starts_on, "ends_on": fair.ends_on})
    fair.refresh_from_db()
    clock = captured(world, at(1, "10:00"), 4, fair, by=world.xiaoyu)
    assert (clock.customer.owner, clock.owner) == (None, world.users["heyuan"])


def test_running_it_again_changes_nothing(world):
    clock = captured(world, at(0, "10:00"), 4)
    with time_machine.travel(at(0, "10:30"), tick=False):
        for _again in range(3):
            run_clock(clock, by=SYSTEM)
    assert Event.objects.filter(kind="followups.handed_over").count() == 1


def test_an_answer_after_the_hand_over_ends_it(world):
    clock = captured(world, at(0, "10:00"), 4)
    sweep(at(0, "10:30"))
    touch(clock, world.mei, at(0, "10:40"))
    assert sweep(at(0, "18:00")) == 0


def test_the_in_time_share(world):
    """Answered within the first limit / all captures whose limit has passed."""
    in_time = captured(world, at(0, "10:00"), 4, name="一")
    late = captured(world, at(0, "10:00"), 4, name="二")
    captured(world, at(0, "10:00"), 4, name="三")
    running = captured(world, at(0, "10:00"), 1, name="四")
    touch(in_time, world.mei, at(0, "10:20"))
    touch(late, world.mei, at(0, "10:40"))
    with time_machine.travel(at(0, "10:29"), tick=False):
        assert share(Clock.objects.all()) == (0, 0), "no limit has passed"
    with time_machine.travel(at(0, "11:00"), tick=False):
        assert share(Clock.objects.all()) == (1, 3)
    touch(running, world.mei, at(0, "12:00"))
    with time_machine.travel(at(4, "11:00"), tick=False):
        assert share(Clock.objects.all()) == (2, 4)


def test_a_day_is_handed_over_by_one_action(world):
    clock = captured(world, at(0, "10:00"))
    kevin = world.users["kevin"]
    with time_machine.travel(at(0, "10:05"), tick=False):
        other = captured(world, at(0, "10:01"), name="二").customer
        log_touch(
            other,
            by=world.mei,
            channel="phone",
            words="x",
            next_step=Plan(other, "今天", timezone.localdate(), owner=world.users["mei"]),
        )
        handed = hand_over_day(world.users["mei"], by=world.mei, to=kevin, until=timezone.localdate() + timedelta(days=1))
    assert (handed.clocks, handed.steps) == (1, 2)
    clock.refresh_from_db()
    assert (clock.owner, clock.turn, clock.turn_due_at) == (kevin, 2, at(0, "15:05"))
    assert set(NextStep.objects.open().values_list("owner", flat=True)) == {kevin.pk}
    assert Customer.objects.visible_to(world.kevin).filter(pk=clock.customer_id).exists()
    event = Event.objects.get(kind="followups.day_handed_over")
    assert (event.values["clocks"], event.values["steps"], event.subject_name) == (1, 2, "Mei")
    for step in NextStep.objects.open().filter(customer=other):
        done(step, by=world.kevin)
    with time_machine.travel(at(1, "10:00"), tick=False):
        assert end_stand_ins() == 0 and Customer.objects.visible_to(world.kevin).filter(pk=other.pk).exists(), "his day has not passed"
    with time_machine.travel(at(2, "10:00"), tick=False):
        assert end_stand_ins() == 1, "he stays where something of his is open"
        assert list(Customer.objects.visible_to(world.kevin).filter(owner=world.users["mei"])) == [clock.customer]
    add_collaborator(clock.customer, by=world.heyuan, user=kevin)
    assert Collaborator.objects.get().until is None, "a manager brought him in for good"


def test_somebody_elses_day_is_handed_over_by_a_manager(world):
    from boothline.core.errors import NotAllowed, Refused

    mei, kevin = world.users["mei"], world.users["kevin"]
    with pytest.raises(NotAllowed):
        hand_over_day(mei, by=world.kevin, to=kevin, until=timezone.localdate())
    with pytest.raises(Refused):
        hand_over_day(mei, by=world.mei, to=mei, until=timezone.localdate())
    with pytest.raises(Refused):
        hand_over_day(mei, by=world.mei, to=kevin, until=timezone.localdate() - timedelta(days=1))
    assert hand_over_day(mei, by=world.heyuan, to=kevin, until=timezone.localdate()).clocks == 0


def test_a_batch_of_captures_takes_a_fixed_number_of_questions(world, django_assert_max_num_queries):
    rows = [Taken(person=Person(name=f"访客{i}", company=f"公司{i}"), heat=i % 4 + 1) for i in range(60)]
    with django_assert_max_num_queries(72):
        take_many(rows, by=world.mei, fair=world.fair)
    assert Clock.objects.count() == 60


def test_who_has_left_gets_nothing(world):
    User.objects.filter(username="heyuan").update(is_active=False)
    clock = captured(world, at(0, "10:00"), 4)
    sweep(at(0, "10:30"))
    clock.refresh_from_db()
    assert clock.owner == world.users["admin"], "without a manager the administrator"


def test_an_owner_who_changes_meanwhile_does_not_stop_the_clock(world):
    clock = captured(world, at(0, "10:00"), 4)
    customer = Customer.objects.get(pk=clock.customer_id)
    assign(customer, by=SYSTEM, owner=world.users["kevin"], revision=customer.revision)
    assert sweep(at(0, "10:30")) == 1


def test_hours_are_kept_as_they_were(world):
    assert captured(world, at(0, "10:00"), 4).hours == Decimal("0.50")


def test_while_no_limit_has_passed_the_panels_open_what_runs_and_a_list_without_rows_offers_each_filter_to_leave_out(world, client_of):
    captured(world, timezone.now(), heat=1, fair=world.fair)
    mei = world.users["mei"]
    client = client_of(mei)
    today = client.get("/today/").content.decode()
    assert 'href="/first-answers/?state=running"' in today and "state=passed" not in today
    fair = client.get(f"/fairs/{world.fair.pk}/").content.decode()
    assert f"/first-answers/?state=running&amp;show={world.fair.show_id}" in fair
    found = client.get(f"/first-answers/?state=passed&owner={mei.pk}").content.decode()
    assert f'href="?owner={mei.pk}"' in found and 'href="?state=passed"' in found


def test_the_nearest_limit_that_runs_stands_first(world, client_of):
    """So the list says it is sorted; what was answered is not waited for and comes after."""
    for heat, name in ((1, "丙"), (4, "甲"), (3, "乙"), (4, "丁")):
        captured(world, at(0, "09:00"), heat=heat, name=name)
    touch(Clock.objects.get(subject_name="丁"), world.mei, at(0, "09:30"))
    with time_machine.travel(at(0, "10:00"), tick=False):
        client = client_of(world.users["mei"])
        page = client.get("/first-answers/").content.decode()
        assert "时限最近" in page
        assert re.findall(r"(.)公司</a></b>", page) == ["甲", "乙", "丙", "丁"]
        latest = client.get("/first-answers/?sort=newest").content.decode()
        assert "时限最晚" in latest and re.findall(r"(.)公司</a></b>", latest)[0] == "丙"


def test_the_figures_of_a_fair_lead_everybody_and_say_so_where_one_sees_fewer(world, client_of):
    captured(world, timezone.now(), fair=world.fair)
    said = "这是全展位的数；列表只列出你能看到的客户。"
    assert said in client_of(world.users["xiaoyu"]).get(f"/fairs/{world.fair.pk}/").content.decode()
    assert said not in client_of(world.users["admin"]).get(f"/fairs/{world.fair.pk}/").content.decode()


def test_who_waits_for_a_first_answer_is_never_without_a_next_step(world, client_of):
    """What was promised is done, and nobody has spoken with them yet: lists and the board say what Today says."""
    clock = captured(world, at(0, "10:00"), heat=4, promised=["quote"])
    with time_machine.travel(at(0, "10:05"), tick=False):
        done(NextStep.objects.open().get(customer=clock.customer), by=world.mei)
        (step,) = NextStep.objects.open().filter(customer=clock.customer)
        clock.refresh_from_db()
        assert (step.words, step.due_on, step.owner, clock.step) == ("首次回复", FRIDAY, world.users["mei"], step)
        assert Customer.objects.get(pk=clock.customer_id).next_step_on == FRIDAY
        assert "首次回复" in client_of(world.users["mei"]).get("/board/").content.decode()
        log_touch(clock.customer, by=world.mei, channel="phone", words="谈了", ended="no_need")
    assert not NextStep.objects.open().filter(customer=clock.customer).exists()

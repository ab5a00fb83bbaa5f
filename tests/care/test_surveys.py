"""Surveys: the figures of the rule book, proposed once, never while something speaks against it, answered once by link and changeable
for 24 hours."""

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.care.complaints import Told, agree, answer, check, finish, receive
from boothline.care.models import Survey
from boothline.care.questions import promoters, satisfaction, score
from boothline.care.surveys import answer as fill_in
from boothline.care.surveys import figures, leave, occasions, propose, run_daily, send
from boothline.care.today import waiting
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers import quiet
from boothline.customers.card import agree as consent
from boothline.followups.models import NextStep
from boothline.followups.steps import done
from boothline.followups.today import Asked
from boothline.links.grants import mint
from boothline.orders.arrivals import sign
from boothline.orders.goods import approve_line
from boothline.orders.shipments import pack, plan, release, ship
from boothline.orders.splits import merge
from boothline.timeline.models import Event
from tests.portal.guest import Guest

pytestmark = pytest.mark.django_db
D = Decimal
WORKED = {"overall": 4, "on_time": 4, "complete": 3, "quality": 5, "expectation": 4, "experience": 3, "again": 4, "recommend": 8}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def test_the_worked_example():
    """overall 4, indicators 4 3 5, expectation 4, experience 3, again 4, recommend 8 -> 71.75; with 50 from 190 days ago: 64.5."""
    assert score(WORKED) == D("71.75")
    assert score({k: v for k, v in WORKED.items() if k != "recommend"}) == D("70.83")
    assert satisfaction([(D("71.75"), 10), (D(50), 190)]) == D("64.50")
    assert (score({"words": "好"}), satisfaction([]), promoters([])) == (None, None, None)
    assert score({"expectation": 1, "experience": 5}) == D(100)  # the gap stays in 0-100
    assert promoters([10, 9, 8, 7, 6, 0]) == D(0)
    assert promoters([10, 9, 7]) == D("66.7")


@pytest.fixture
def order(world):
    """Everything of it has arrived."""
    order = world.ordered(world.take(company="Harbour Retail", name="Ann"))
    for line in order.lines.filter(goods_ready=False):
        approve_line(line, by=world.haoran)
    made = plan(order, by=SYSTEM, quantities={line.pk: line.due for line in order.lines.all()}, planned_on=timezone.localdate())
    release(made, by=SYSTEM)
    pack(made, by=SYSTEM)
    sign(ship(made, by=SYSTEM, carrier="恒达速运"), by=SYSTEM, counted={}, signed_by="x")
    order.refresh_from_db()
    return order


def guest_of(contact) -> Actor:
    return Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=contact.customer_id)


def test_a_score_is_rounded_in_one_way_wherever_it_is_read(world, order, client_of, monkeypatch):
    """12.5 is 13 on the page, in the list, the figures, the history and the notice."""
    survey = propose(order.customer, by=SYSTEM, kind="delivery", occasion=order)
    survey = send(survey, by=SYSTEM, contact=order.customer.contacts.get())
    monkeypatch.setattr("boothline.care.surveys.score", lambda answers: D("12.50"))
    fill_in(survey, by=guest_of(survey.contact), answers={"overall": 2})
    assert Event.objects.get(kind="care.survey_answered").values["score"] == "13"
    heyuan = client_of(world.users["heyuan"])
    for at in (f"/surveys/{survey.pk}/", "/surveys/figures/", f"/customers/{order.customer_id}/"):
        page = heyuan.get(at).content.decode()
        assert "13 分（满分 100）" in page and "12 分" not in page and "12.5" not in page, at


def test_proposed_once_all_arrived_and_never_while_something_speaks_against_it(world, order):
    mei = world.users["mei"].actor()
    quiet.place(order.customer, "critical_problem", order)
    assert run_daily() == 0
    quiet.lift(order)
    assert (run_daily(), run_daily()) == (1, 0)
    survey = Survey.objects.get()
    assert (survey.kind, survey.occasion_name, survey.contact, survey.state) == (
        "delivery",
        order.number,
        order.confirmation.contact,
        "proposed",
    )
    complaint = receive(order.customer, by=mei, told=Told("太慢了", contact=survey.contact))
    with pytest.raises(Refused, match="Not now: a complaint is open"):
        send(survey, by=mei, contact=survey.contact)
    answer(complaint, by=mei, words="今天补")
    agree(complaint, by=mei, words="补发", how="电话")
    check(finish(complaint, by=mei, words="已补"), by=mei, outcome="settled")
    assert run_daily() == 1
    assert [s.kind for s in Survey.objects.order_by("id")] == ["delivery", "complaint"]
    left = leave(Survey.objects.get(kind="complaint"), by=mei, reason="刚通过电话")
    assert (left.state, leave(left, by=mei, reason="别的").left_reason) == ("left", "刚通过电话")
    first, again = send(survey, by=mei, contact=survey.contact), send(survey, by=mei, contact=survey.contact)
    assert first.grant == again.grant and Event.objects.filter(kind="care.survey_sent").count() == 1
    assert not occasions(order.customer)
    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        run_daily()
        survey.refresh_from_db()
        assert survey.state == "expired"
        with pytest.raises(Refused, match="ended"):
            fill_in(survey, by=guest_of(survey.contact), answers={"overall": 5})


def test_nobody_is_asked_without_consent_or_business(world):
    visitor = world.take(company="Visitor", name="Vi")
    contact = visitor.contacts.get()
    survey = Survey.objects.create(
        customer=visitor, kind="fair", version=1, occasion_kind="fair", occasion_id=world.fair.pk, occasion_name="x"
    )
    with pytest.raises(Refused, match="neither agreed"):
        send(survey, by=SYSTEM, contact=contact)
    consent([(contact, "follow_up")], by=SYSTEM, how="test")
    assert send(survey, by=SYSTEM, contact=contact).state == "sent"
    with pytest.raises(NotAllowed):
        fill_in(survey, by=guest_of(world.take(company="Else", name="Bob").contacts.get()), answers={"overall": 5})


def test_each_person_of_a_firm_is_asked_once_about_a_fair(world):
    firm = world.take(company="Firm", name="Ann", emails=["ann@firm.example"], phones=[])
    world.take(company="Firm", name="Ben", emails=["ben@firm.example"], phones=[], customer=firm)
    ann, ben = firm.contacts.order_by("id")
    consent([(person, "follow_up") for person in (ann, ben)], by=SYSTEM, how="test")
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        for person in (ann, ben):
            assert occasions(firm) == [("fair", world.fair)]
            made = propose(firm, by=world.mei, kind="fair", occasion=world.fair, contact=person)
            assert propose(firm, by=world.mei, kind="fair", occasion=world.fair, contact=person) == made
            assert send(made, by=world.mei, contact=person).state == "sent"
        assert not occasions(firm)
        spare = propose(firm, by=world.mei, kind="fair", occasion=world.fair)
        with pytest.raises(Refused, match="already"):
            send(spare, by=world.mei, contact=ben)
    assert [survey.contact for survey in Survey.objects.filter(sent_at__isnull=False).order_by("id")] == [ann, ben]


def test_without_mail_a_survey_is_ready_until_its_link_is_handed_over(world, order, client_of, settings):
    settings.MAIL_SERVER = False
    run_daily()
    survey = Survey.objects.get()
    send(survey, by=SYSTEM, contact=survey.contact)
    heyuan, address, words = client_of(world.users["heyuan"]), f"/surveys/{survey.pk}/", "链接还没交给客户"
    for page in (address, "/surveys/"):
        assert words in heyuan.get(page).content.decode()
    assert f"{address}link/" in heyuan.get(address).content.decode()
    assert "/p/" in heyuan.post(f"{address}link/").content.decode()
    for page in (address, "/surveys/"):
        assert words not in heyuan.get(page).content.decode()


def test_the_customer_answers_by_link_once_and_a_low_answer_makes_a_step(world, order, client_of):
    run_daily()
    survey = Survey.objects.get()
    survey = send(survey, by=SYSTEM, contact=survey.contact)
    link = urlsplit(mint(survey.grant, by=SYSTEM)).path
    ann = Guest(link)
    address = ann.seen[-1]
    for ends in (
        "1 很不满意，5 很满意",
        "1 很低，5 很高",
        "1 很差，5 很好",
        "1 肯定不会，5 肯定会",
        "1 完全不是，5 完全是",
        "1 严重延误，5 完全准时",
    ):
        assert ends in ann.text
    assert ann.post(address, {"on_time": "4"}).status_code == 422
    assert ann.post(address, {"overall": "9"}).status_code == 422
    assert ann.post(address, {"overall": "4", "recommend": "x"}).status_code == 422
    typed = {code: str(value) for code, value in WORKED.items()} | {"recommend": "6", "words": "箱子太软"}
    ann.post(address, typed)
    assert "箱子太软" in ann.text
    ann.post(address, typed)
    survey.refresh_from_db()
    assert (survey.state, survey.answers, survey.score) == ("answered", WORKED | {"recommend": 6, "words": "箱子太软"}, D("69.75"))
    shown = client_of(world.users["heyuan"]).get(f"/surveys/{survey.pk}/").content.decode()
    assert "总体满意占 40，各单项合计占 30" in shown, "a figure says how it is counted"
    step = NextStep.objects.get(customer=order.customer, values__about=order.number)
    (row,) = [row for row in waiting(Asked(world.mei)) if row.step == step]
    assert row.say == ["“箱子太软”"]
    assert order.number in step.words
    assert Event.objects.filter(kind="care.survey_answered").count() == 1
    found = figures(Survey.objects.all())
    assert (found["satisfaction"], found["nps"], found["scored"], found["recommended"]) == (D("69.75"), D("-100.0"), 1, 1)
    page = client_of(world.users["heyuan"]).get("/surveys/figures/").content.decode()
    assert "1 位客户打了 0–6 分" in page, "a figure has its sentence and its number"
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        assert figures(Survey.objects.all())["satisfaction"] is None


@pytest.fixture
def asked(order):
    """The survey after the delivery, and whoever has its link."""
    run_daily()
    survey = Survey.objects.get()
    return send(survey, by=SYSTEM, contact=survey.contact)


def steps(survey) -> list[bool]:
    """Of each step that a low answer to it made: whether it is still to be done."""
    made = NextStep.objects.filter(values__survey=survey.pk).order_by("id")
    return [step in NextStep.objects.open() for step in made]


def test_an_answer_may_be_changed_for_24_hours(world, asked, client_of):
    """Filled in again, with from and to in the history; figures count what they say now. Then it is read, and no dead end."""
    ann = Guest(urlsplit(mint(asked.grant, by=SYSTEM)).path)
    address, now = ann.seen[-1], timezone.now()
    with time_machine.travel(now, tick=False):
        ann.post(address, {"overall": "2", "recommend": "9", "words": "箱子太软"})
        assert {f'name="{name}" value="{value}" checked' for name, value in (("overall", 2), ("recommend", 9))} <= set(
            re.findall(r'name="\w+" value="\d+" checked', ann.text)
        )
        assert ">箱子太软</textarea>" in ann.text and "/home/" in ann.text
        assert figures(Survey.objects.all())["nps"] == D("100.0")
    with time_machine.travel(now + timedelta(hours=23, minutes=59), tick=False):
        assert ann.post(address, {"overall": "9"}).status_code == 422
        ann.post(address, {"overall": "4", "recommend": "6", "words": "箱子太软"})
        ann.post(address, {"overall": "4", "recommend": "6", "words": "箱子太软"})
    asked.refresh_from_db()
    assert (asked.answers, asked.answered_at) == ({"overall": 4, "recommend": 6, "words": "箱子太软"}, now)
    assert (asked.score, asked.recommend, figures(Survey.objects.all())["nps"]) == (D("72.00"), 6, D("-100.0"))
    with override("en"):
        told = Event.objects.get(kind="care.survey_changed").shown_changes()
    assert sorted(told) == [("How satisfied are you overall?", "2", "4"), ("Would you recommend us?", "9", "6")]
    assert Event.objects.filter(kind="care.survey_answered").count() == 1
    with time_machine.travel(now + timedelta(hours=24, minutes=1), tick=False):
        assert ann.open(address).status_code == 200
        assert not ann.forms().keys() & {"", address.strip("/").rsplit("/", 1)[-1]} and "4 / 5" in ann.text and "/home/" in ann.text
        assert ann.post(address, {"overall": "1"}).status_code == 409
        assert ann.post(address, {"overall": "4", "recommend": "6", "words": "箱子太软"}).status_code == 200, "the same again stands"
    asked.refresh_from_db()
    assert asked.answers["overall"] == 4


def test_the_step_of_a_low_answer_goes_with_it(asked):
    """Made once while it is low, not needed once it is low no longer; what was done stays done."""
    x = guest_of(asked.contact)
    for overall, found in ((2, [True]), (1, [True]), (5, [False]), (5, [False]), (1, [False, True])):
        fill_in(asked, by=x, answers={"overall": overall})
        assert steps(asked) == found, overall
    done(NextStep.objects.open().get(values__survey=asked.pk), by=SYSTEM)
    fill_in(asked, by=x, answers={"overall": 2})
    assert steps(asked) == [False, False], "somebody spoke with them about it"


def test_answered_on_its_last_day_it_may_be_changed_for_24_hours_still(asked):
    with time_machine.travel(timezone.make_aware(datetime.combine(asked.ends_on, time(23, 50))), tick=False) as clock:
        fill_in(asked, by=guest_of(asked.contact), answers={"overall": 2})
        clock.shift(timedelta(hours=23))
        ann = Guest(urlsplit(mint(asked.grant, by=SYSTEM)).path)
        ann.post(ann.seen[-1], {"overall": "3"})
        asked.refresh_from_db()
        assert asked.answers == {"overall": 3}


def test_of_orders_that_became_one_one_is_asked_about(world, guest):
    order = world.opened(lines="10x100")
    other = world.opened_like(order, lines="5x100")
    for each in (order, other):
        world.pays(each)
        (line,) = each.lines.all()
        approve_line(line, by=world.haoran)
        made = plan(each, by=world.haoran, quantities={line.pk: line.due}, planned_on=timezone.localdate())
        ship(pack(release(made, by=world.haoran), by=world.haoran), by=world.haoran, carrier="恒达速运")
        sign(made, by=guest(each), counted={}, signed_by="张伟")
    run_daily()
    assert Survey.objects.filter(state="proposed").count() == 2
    merge(order, by=world.haoran, other=other, reason="并在一起")
    run_daily()
    (asked,) = Survey.objects.filter(state="proposed")
    (left,) = Survey.objects.filter(state="left")
    assert (asked.occasion_name, left.occasion_name) == (order.number, other.number)
    with override("zh-hans"):
        assert left.left_reason and Event.objects.filter(kind="care.survey_left").latest("id").headline.count("该订单已并入另一张订单") == 1

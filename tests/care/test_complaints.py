"""Complaints: each step once and in order, the clocks in working time, who is told, the quiet customer, the customer's own word."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.care.complaints import (
    Told,
    acknowledge,
    agree,
    answer,
    check,
    edit_complaint,
    evaluate,
    finish,
    learn,
    receive,
    reply,
    run_due,
)
from boothline.care.deadlines import hours_of, marks_of
from boothline.care.models import Complaint
from boothline.care.today import waiting
from boothline.contracts.speaking import THANK
from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer, assign
from boothline.customers.quiet import reasons_for
from boothline.followups.handover import hand_over_all
from boothline.followups.steps import NextStep
from boothline.followups.today import Asked
from boothline.messaging.letters import make_link
from boothline.messaging.models import Letter
from boothline.orders.problems import Report, report
from boothline.timeline.models import Deed, Event
from boothline.timeline.undo import take_back
from boothline.worktime.calendar import Calendar, spans_of
from tests.portal.guest import Guest

pytestmark = pytest.mark.django_db
D = Decimal
WEEK = Calendar(works=lambda day: day.weekday() < 5, hours=spans_of("09:00-12:00,13:00-18:00"))
FRIDAY = timezone.make_aware(datetime(2027, 3, 5, 16))


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr("boothline.care.complaints.company_calendar", lambda: WEEK)
    with override("en"):
        yield


@pytest.fixture
def customer(world):
    return world.take(company="Harbour Retail", name="Ann", emails=["ann@harbour.example"])


def guest_of(customer, contact=None) -> Actor:
    contact = contact or customer.contacts.first()
    return Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=contact.customer_id)


def said(kind) -> int:
    return Event.objects.filter(kind=f"care.complaint_{kind}").count()


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def test_acknowledged_in_4_working_hours_answered_in_8_agreed_in_40_and_critical_halves_the_limits():
    with override("en"):
        marks = marks_of(FRIDAY, "normal", WEEK)
    assert {stage: levels["manager"] for stage, levels in marks.items()} == {
        "acknowledgement": at("2027-03-08 11:00"), "answer": at("2027-03-08 16:00"), "solution": at("2027-03-12 16:00"),
    }  # fmt: skip
    assert [hours_of(stage, "critical") for stage in marks] == [2, 4, 20]


def test_from_the_customers_word_by_their_link_to_the_lesson(world, customer):
    x = guest_of(customer)
    mei, heyuan = world.users["mei"].actor(), world.users["heyuan"].actor()
    one = receive(customer, by=x, told=Told("接待的人答非所问", about="other"))
    assert (one.number, one.state, one.channel, one.contact, one.by_customer) == (
        "CP-0001",
        "received",
        "portal",
        customer.contacts.get(),
        True,
    )
    assert [q.why for q in reasons_for([customer.pk])[customer.pk]] == ["complaint"]
    assert acknowledge(one, by=mei).state == acknowledge(one, by=mei).state == "acknowledged"
    assert (said("received"), said("acknowledged")) == (1, 1)
    with pytest.raises(Refused, match="Answer first"):
        agree(one, by=mei, words="换人接待", how="电话")
    answer(one, by=mei, words="我们换一位同事")
    answer(one, by=mei, words="我们换一位同事")
    with pytest.raises(Refused, match="Agree with the customer"):
        finish(one, by=mei, words="换了")
    with pytest.raises(Refused, match="not done yet"):
        check(one, by=x, outcome="settled")
    assert agree(one, by=mei, words="换人接待", how="电话").state == "agreed"
    assert agree(one, by=mei, words="别的", how="电话").solution == "换人接待"
    finish(one, by=mei, words="下次由林梅接待")
    assert not reasons_for([customer.pk])
    one = check(one, by=x, outcome="not_settled", words="又是同一个人")
    check(one, by=x, outcome="not_settled", words="又是同一个人")
    one.refresh_from_db()
    assert (one.state, one.round, said("reopened"), len(reasons_for([customer.pk]))) == ("answered", 2, 1, 1)
    agree(one, by=mei, words="经理出面", how="当面")
    done = finish(one, by=mei, words="经理道了歉")
    assert done.check_on == timezone.localdate() + timedelta(days=7)
    with pytest.raises(Refused, match="Ask the customer first"):
        evaluate(one, by=heyuan, is_upheld=True, cause="person")
    assert check(one, by=x, outcome="settled").state == check(one, by=x, outcome="settled").state == "checked"
    with pytest.raises(Refused, match="Evaluate it first"):
        learn(one, by=heyuan, lesson="新人先跟一周")
    with pytest.raises(NotAllowed):
        evaluate(one, by=mei, is_upheld=True, cause="person")
    evaluate(one, by=heyuan, is_upheld=True, cause="person", whose="展位接待", cost=D("120.00"))
    learn(one, by=heyuan, lesson="新人先跟一周", person=world.users["mei"])
    one.refresh_from_db()
    assert (one.state, one.cost, one.lesson_by) == ("evaluated", D("120.00"), world.users["mei"])
    steps = ("acknowledged", "answered", "agreed", "done", "checked", "evaluated", "learned")
    assert [said(kind) for kind in steps] == [1, 1, 2, 2, 1, 1, 1]
    letters = Letter.objects.filter(grant__subject_kind="complaint").order_by("id")
    assert ["{link}" in letter.body for letter in letters] == [True] * 5  # received, acknowledged, answered, done twice


def test_the_customer_replies_to_our_answer_and_it_stands_on_today(world, customer, client_of):
    x = guest_of(customer)
    one = receive(customer, by=x, told=Told("Nobody called me back."))
    answer(one, by=world.mei, words="We call today.")
    guest = Guest(urlsplit(make_link(Letter.objects.latest("pk"), by=world.mei)).path)
    assert "reply" in guest.forms()
    guest.send("reply", words="Please call after five.")
    assert "Please call after five." in guest.text
    guest.send("reply", words="And not on Friday.")
    one.refresh_from_db()
    assert one.replies == ["Please call after five.", "And not on Friday."] and one.state == "answered"
    (row,) = [row for row in waiting(Asked(world.mei)) if row.customer == customer]
    assert row.say == ["“And not on Friday.”"]
    page = client_of(world.users["mei"]).get(f"/complaints/{one.number}/").content.decode()
    assert "Please call after five." in page and "And not on Friday." in page
    assert Event.objects.filter(kind="care.complaint_replied").count() == 2
    agree(one, by=world.mei, words="We call after five.", how="on the phone")
    finish(one, by=world.mei, words="Called.")
    with pytest.raises(Refused):
        reply(one, by=x, words="too late")


def test_what_is_about_people_goes_to_the_manager_and_not_to_whom_it_may_be_about(world, customer, client_of):
    """Mei has the customer, so a complaint that she answers too slowly is not hers to answer; on other matters it is."""
    mei, heyuan = world.mei, world.users["heyuan"]
    one = receive(customer, by=guest_of(customer), told=Told("业务员回复太慢", about="people"))
    assert one.owner == heyuan
    for work in (
        lambda: acknowledge(one, by=mei), lambda: answer(one, by=mei, words="马上改"), lambda: agree(one, by=mei, words="好", how="电话"),
        lambda: finish(one, by=mei, words="好了"), lambda: check(one, by=mei, outcome="settled"),
        lambda: edit_complaint(one, by=mei, revision=one.revision, values={"about": "goods", "severity": "normal"}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match="about people: Heyuan works on it"):
            work()
    page = f"/complaints/{one.number}/"
    assert f"{page}answer/" in client_of(heyuan).get(page).content.decode()
    assert f"{page}answer/" not in client_of(world.users["mei"]).get(page).content.decode()
    answer(one, by=world.heyuan, words="我来跟进")
    assert receive(customer, by=guest_of(customer), told=Told("箱子破了", about="goods")).owner == world.users["mei"]
    late = receive(customer, by=mei, told=Told("说是我们的人态度差"))
    edited = edit_complaint(
        late, by=mei, revision=late.revision, values={"about": "people", "severity": "normal", "order": None, "problem": None}
    )
    edited.refresh_from_db()
    assert edited.owner == heyuan


def test_the_word_of_thanks_is_still_to_be_said_to_a_customer_who_complained(world):
    order = world.ordered(world.take())
    receive(order.customer, by=world.mei, told=Told("等了两个星期才有人回话"))
    assert NextStep.objects.open().filter(what=THANK, customer=order.customer).exists()


def test_anybody_may_have_told_it_and_a_suggestion_leaves_the_customer_open(world, customer):
    mei = world.users["mei"].actor()
    one = receive(customer, by=mei, told=Told("司机：卸货口太窄", kind="suggestion", channel="meet", told_by="司机老赵"))
    assert (one.teller, one.contact, reasons_for([customer.pk])) == ("司机老赵", None, {})
    assert not Letter.objects.filter(grant__subject_kind="complaint").exists()
    other = world.take(company="Else", name="Bob")
    for wrong, field in (({"kind": "x"}, "kind"), ({"about": "x"}, "about"), ({"contact": other.contacts.get()}, "contact")):
        with pytest.raises(Refused) as refused:
            receive(customer, by=mei, told=Told("不好", **wrong))
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        receive(customer, by=guest_of(other), told=Told("不是我的"))
    mine = receive(customer, by=mei, told=Told("太慢了", contact=customer.contacts.get()))
    for stranger in (guest_of(other), guest_of(customer, other.contacts.get())):
        with pytest.raises(NotAllowed):
            check(mine, by=stranger, outcome="settled")
    assert set(Complaint.objects.of_contact(customer.contacts.get())) == {mine}


def test_who_is_told_and_what_stands_on_today(world, customer):
    mei = world.users["mei"].actor()
    with time_machine.travel(FRIDAY, tick=False):
        one = receive(customer, by=mei, told=Told("货不对", is_critical=True, contact=customer.contacts.get()))
        assert (one.owner, one.acknowledgement_due, one.next_at) == (customer.owner, at("2027-03-05 18:00"), at("2027-03-05 17:00"))
        assert [row.why for row in waiting(Asked(by=mei, whose="all"))] == ["CP-0001 (something else): acknowledge it"]
    for moment, n in (("2027-03-05 17:00", 1), ("2027-03-05 18:00", 3), ("2027-03-05 18:00", 3), ("2027-03-08 10:00", 4)):
        with time_machine.travel(at(moment), tick=False):
            run_due()
        assert said("reminded") == n, moment  # half; the limit, and half of the answer's; one and a half
    with time_machine.travel(at("2027-03-08 11:00"), tick=False):
        assert Complaint.objects.late().get() == one
        answer(one, by=mei, words="今天补")
        assert not Complaint.objects.late().exists()
        agree(one, by=mei, words="补发", how="电话")
        finish(one, by=mei, words="已补发")
        assert waiting(Asked(by=mei, whose="all")) == []
    with time_machine.travel(at("2027-03-15 09:00"), tick=False):
        assert [row.why for row in waiting(Asked(by=mei, whose="all"))] == ["CP-0001 (something else) is done: ask whether it is settled"]


def test_it_is_linked_with_the_order_and_the_problem_it_concerns(world):
    customer = world.take()
    order = world.ordered(customer)
    mei = world.users["mei"].actor()
    one = receive(customer, by=mei, told=Told("到货坏了", about="goods"))
    problem = report(order, by=world.haoran, told=Report("damage", "到货坏了", line=order.lines.first(), quantity=D(1)))
    values = {"about": "goods", "severity": "critical", "order": None, "problem": problem}
    one = edit_complaint(one, by=mei, revision=one.revision, values=values)
    assert (one.order, one.problem, said("edited")) == (order, problem, 1)
    assert one.answer_due == marks_of(one.begun_at, "critical", WEEK)["answer"]["manager"]
    stranger = world.ordered(world.take(company="Else", name="Bob"))
    with pytest.raises(Refused, match="not the customer"):
        edit_complaint(one, by=mei, revision=one.revision, values=values | {"order": stranger})


def test_without_mail_our_answer_waits_until_its_link_is_handed_over(world, customer, client_of, settings):
    settings.MAIL_SERVER = False
    one = receive(customer, by=world.mei, told=Told("Nobody called back", contact=customer.contacts.first()))
    mei, address, words = client_of(world.users["mei"]), f"/complaints/{one.number}/", "链接还没交给客户"
    assert words not in mei.get("/complaints/").content.decode()  # they know what they told us
    answer(one, by=world.mei, words="今天补打")
    letter = Letter.objects.order_by("-id").first()
    for page in (address, "/complaints/"):
        assert f"已答复（{words}）" in mei.get(page).content.decode()
    assert f'<a class="btn go" href="/letters/{letter.pk}/link/">' in mei.get(address).content.decode()
    make_link(letter, by=world.mei)
    for page in (address, "/complaints/"):
        assert words not in mei.get(page).content.decode()


def test_an_answer_that_the_customer_has_not_heard_is_none_yet(world, customer, client_of, settings):
    """Its limit runs on; it stands on Today of who works on it with the way to hand it over, also once they agreed otherwise. *Answered*
    and *done* are told apart."""
    settings.MAIL_SERVER = False
    with time_machine.travel(FRIDAY, tick=False):
        one = receive(customer, by=world.mei, told=Told("Nobody called back", contact=customer.contacts.first()))
        one = answer(one, by=world.mei, words="今天补打")
        letter = Letter.objects.order_by("-id").first()
        (row,) = waiting(Asked(world.mei))
        assert (row.due, row.opens[1:3]) == (at("2027-03-08 11:00"), ("letter-link", letter.pk))
        assert one.standing == "answered (link not handed over yet)"
    with time_machine.travel(at("2027-03-08 16:01"), tick=False):
        run_due()
        assert said("reminded") and one in Complaint.objects.late()
        one = agree(one, by=world.mei, words="今天 17 点回电", how="电话")
        assert one.standing == "solution agreed (link not handed over yet)"
        assert "还没送到客户手里" in client_of(world.users["mei"]).get(f"/complaints/{one.number}/").content.decode()
        one = finish(one, by=world.mei, words="打过了")
        assert (one.state, one.is_with_us) == ("done", True)
    with time_machine.travel(at("2027-03-10 10:00"), tick=False):
        make_link(Letter.objects.order_by("-id").first(), by=world.mei)
        one.refresh_from_db()
        assert (one.is_with_us, one.answered_at, one.check_on) == (False, at("2027-03-10 10:00"), date(2027, 3, 17))
        assert said("reached") == 1 and not waiting(Asked(world.mei))


def test_the_open_complaints_of_somebody_who_leaves_go_along_and_come_back(world, customer):
    """Those of a colleague's customer too: who takes over works with them from then on."""
    mine = acknowledge(receive(customer, by=world.heyuan, told=Told("Nobody called back")), by=world.mei)
    beside = world.take(company="Quay Stores", name="Bob", emails=["bob@quay.example"])
    assign(beside, by=world.heyuan, owner=world.users["heyuan"], revision=beside.revision)
    shared = receive(beside, by=world.heyuan, told=Told("The invoice is wrong"))
    Complaint.objects.filter(pk=shared.pk).update(owner=world.users["mei"])
    hand_over_all(world.users["mei"], by=world.heyuan, to=world.users["kevin"], reason="left")
    assert set(Complaint.objects.values_list("owner__username", flat=True)) == {"kevin"}
    assert said("given") == 2 and Customer.objects.visible_to(world.kevin).filter(pk=beside.pk).exists()
    take_back(Deed.objects.get(), by=world.heyuan)
    assert set(Complaint.objects.values_list("owner__username", flat=True)) == {"mei"} and mine.is_open

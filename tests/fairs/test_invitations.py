"""Invitations: listed once a person, written to with consent only, answered by link and changed until the fair, reminded of, and seen."""

from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers import quiet
from boothline.customers.bulk import move_many
from boothline.customers.card import Customer, Person, add_people, agree
from boothline.customers.dealings import why_not_asked
from boothline.fairs.appointments import MOVED, book, cancel, keep, slots
from boothline.fairs.editions import Fair, add_fair, edit_fair
from boothline.fairs.invitations import (
    Invitation,
    answer,
    counts,
    invite,
    list_customers,
    note_answer,
    open_invitation,
    reach,
    reminder_due,
    run_daily,
    send,
    send_many,
    unlist,
    why_not,
)  # fmt: skip
from boothline.fairs.models import Appointment
from boothline.followups.steps import NextStep, Plan, plan_many
from boothline.followups.today import Asked, groups
from boothline.followups.touches import log_touch
from boothline.links.grants import mint
from boothline.messaging.models import Letter
from boothline.timeline.models import Event
from boothline.timeline.undo import take_back
from boothline.visitors.solicitation import Taken, take
from tests.portal.guest import Guest

pytestmark = pytest.mark.django_db
AHEAD = 20  # days to the fair


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def coming(world):
    """In twenty days, for two days."""
    day = clock.today() + timedelta(days=AHEAD)
    return add_fair(
        by=SYSTEM,
        code="NEXT",
        name="下一场",
        city="苏州",
        booth="B7",
        starts_on=day,
        ends_on=day + timedelta(days=1),
        lead=world.users["mei"],
    )


def invited(world, fair, **who) -> Invitation:
    """Somebody who agreed, and was written to."""
    customer = world.take(**who)
    contact = customer.contacts.get()
    agree([(contact, "follow_up")], by=SYSTEM, how="test")
    (one,) = invite(customer, by=world.mei, fair=fair, contacts=[contact])
    return send(one, by=world.mei, subject="来看新品", words="您要的轨道灯出了新款。")


def guest_of(invitation) -> Actor:
    return Actor(kind="guest", id=invitation.contact_id, name=invitation.contact.name, customer_id=invitation.customer_id)


def at(fair, clock_time: str, day: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(fair.days[day], time.fromisoformat(clock_time)))


def told(kind: str) -> int:
    return Event.objects.filter(kind=f"fairs.{kind}").count()


def test_history_calls_the_fair_as_its_reader_does(world):
    day = clock.today() + timedelta(days=AHEAD)
    names = {"name": "下一场", "name_latin": "The next fair"}
    invited(world, add_fair(by=SYSTEM, code="NEXT", starts_on=day, ends_on=day, lead=world.users["mei"], **names))
    listed = Event.objects.get(kind="fairs.invitee_listed")
    assert "The next fair" in listed.sentence and "下一场" not in listed.sentence
    with override("zh-hans"):
        assert "下一场" in listed.sentence


def test_one_list_entry_a_person(world, coming):
    """Ticked customers are listed with everybody on record there, once; the deed is taken back but for who was written to since."""
    first, second = world.take(), world.take(company="Harbour Retail", name="Ann", emails=["ann@harbour.example"], phones=[])
    add_people([Person(name="同事", customer=first)], by=SYSTEM)
    theirs = world.take(company="别人的", name="别", emails=["b@b.example"], phones=[], by=world.kevin)
    rows = {first.pk: 1, second.pk: 1, theirs.pk: 1}
    deed = list_customers(rows, by=world.mei, fair=coming)
    assert (deed.done, deed.refused) == (3, {}), "what one does not see is not named"
    assert list_customers(rows, by=world.mei, fair=coming).done == 0
    assert told("invitee_listed") == 3
    ann = Invitation.objects.get(contact__name="Ann")
    agree([(ann.contact, "marketing")], by=SYSTEM, how="test")
    send(ann, by=world.mei, subject="Come", words="New lights for you")
    assert take_back(deed, by=world.mei).left == {"Harbour Retail Ann": "was written to since, or came"}
    assert list(Invitation.objects.all()) == [ann] and told("invitee_unlisted") == 2
    with pytest.raises(Refused, match="stay on the list"):
        unlist(ann, by=world.mei)
    (again,) = invite(first, by=world.mei, fair=coming, contacts=first.contacts.all()[:1])
    unlist(again, by=world.mei)
    for wrong in (
        lambda: invite(first, by=world.mei, fair=world.fair, contacts=first.contacts.all()),  # has begun
        lambda: invite(first, by=world.mei, fair=coming, contacts=second.contacts.all()),
        lambda: invite(first, by=world.mei, fair=coming, contacts=[]),
    ):
        with pytest.raises(Refused):
            wrong()
    with pytest.raises(NotAllowed):
        invite(first, by=world.haoran, fair=coming, contacts=first.contacts.all())


def test_consent_decides_who_is_written_to(world, coming):
    customer = world.take()
    contact = customer.contacts.get()
    silent = world.take(company="Silent", name="Si", emails=[], phones=["13600000001"])
    list_customers({customer.pk: 1, silent.pk: 1}, by=world.mei, fair=coming)
    one, other = Invitation.objects.for_list().order_by("id")
    with pytest.raises(Refused, match="neither agreed to be contacted nor bought"):
        send(one, by=world.mei, subject="Come", words="New lights")
    assert why_not(other, world.mei) == "no e-mail address on record"
    agree([(contact, "follow_up")], by=SYSTEM, how="test")
    quiet.place(customer, "complaint", one)
    assert send_many([one.pk, other.pk], by=world.mei, subject="Come", words="New lights") == []
    quiet.lift(one)
    for said in ({"subject": "", "words": "New"}, {"subject": "Come", "words": " "}):
        with pytest.raises(Refused):
            send(one, by=world.mei, **said)
    assert send_many([one.pk, other.pk], by=world.mei, subject="Come", words="New lights for you") == [one]
    letter = Letter.objects.get(customer=customer)
    assert letter.subject == "Come" and all(words in letter.body for words in ("New lights for you", "{link}", "下一场", "B7"))
    assert send(one, by=world.mei, subject="Twice", words="Twice").subject == "Come"
    assert told("invitation_sent") == 1


def test_who_asked_not_to_be_contacted_is_not_written_to_whatever_they_buy(world, coming):
    order = world.ordered(world.take())
    buyer, contact = order.customer, order.customer.contacts.get()
    assert why_not_asked(buyer, contact) == "", "business is reason enough, until they say no"
    (one,) = invite(buyer, by=world.mei, fair=coming, contacts=[contact])
    plan_many([Plan(buyer, "x", clock.today())], by=SYSTEM)
    log_touch(buyer, by=world.mei, channel="phone", words="别再发了", contact=contact, ended="no_contact")
    with pytest.raises(Refused, match="asked not to be contacted"):
        send(one, by=world.mei, subject="Come", words="New lights")
    assert not contact.consents.filter(withdrawn_at=None).exists() and Event.objects.filter(kind="customers.disagreed").count() == 1
    agree([(contact, "follow_up")], by=SYSTEM, how="test")
    assert send(one, by=world.mei, subject="Come", words="New lights").state == "sent", "their latest word counts"


def test_the_customer_answers_by_link_and_changes_it_until_the_fair(world, coming):
    one = invited(world, coming)
    link = urlsplit(mint(one.grant, by=SYSTEM)).path
    ann = Guest(link)
    one.refresh_from_db()
    assert one.state == "sent", "fetching it, as a mail scanner does, opens nothing"
    ann.send("opening")
    page = ann.seen[-1]
    assert "您要的轨道灯" in ann.text and told("invitation_opened") == 1
    moment = at(coming, "10:00").isoformat()
    assert moment in ann.text.replace("&#43;", "+")
    assert ann.post(page, {"answer": "appointment"}).status_code == 422
    for odd in ("soon", "0001-01-01T00:00", "9999-12-31T23:59", "0001-01-01T00:00:00+23:59"):
        assert ann.post(page, {"answer": "appointment", "at": odd}).status_code == 422
    assert ann.post(page, {"answer": "appointment", "at": at(coming, "08:00").isoformat()}).status_code == 422
    assert ann.post(page, {"answer": "perhaps"}).status_code == 422
    ann.post(page, {"answer": "appointment", "at": moment})
    one.refresh_from_db()
    booked = one.appointment
    assert (one.state, booked.at, booked.user, booked.contact, booked.minutes) == (
        "appointment", at(coming, "10:00"), world.users["mei"], one.contact, 30,
    )  # fmt: skip
    assert at(coming, "10:00") not in {slot.at for slot in slots(coming)}
    ann.post(page, {"answer": "appointment", "at": moment})  # the same again
    ann.post(page, {"answer": "appointment", "at": at(coming, "11:00").isoformat()})
    booked.refresh_from_db()
    assert booked.at == at(coming, "11:00") and Appointment.objects.count() == 1
    ann.post(page, {"answer": "declined"})
    one.refresh_from_db()
    booked.refresh_from_db()
    assert (one.state, one.appointment, booked.state) == ("declined", None, "cancelled")
    ann.post(page, {"answer": "comes"})
    one.refresh_from_db()
    assert one.state == "comes" and told("invitation_answered") == 4
    with pytest.raises(NotAllowed):
        answer(one, by=Actor(kind="guest", id=one.contact_id + 1, name="x", customer_id=one.customer_id), answer="comes")
    with time_machine.travel(at(coming, "08:00"), tick=False):
        assert Guest(link).post(page, {"answer": "declined"}).status_code == 409
        with override("en"), pytest.raises(Refused, match="has begun"):
            answer(one, by=guest_of(one), answer="declined")


def test_a_time_that_is_taken_meanwhile_and_one_that_we_call_off(world, coming):
    one, two = invited(world, coming), invited(world, coming, company="Two", name="Zwei", emails=["z@two.example"], phones=[])
    answer(one, by=guest_of(one), answer="appointment", at=at(coming, "10:00"))
    with pytest.raises(Refused, match="taken meanwhile"):
        answer(two, by=guest_of(two), answer="appointment", at=at(coming, "10:00"))
    two.refresh_from_db()
    assert two.state == "sent"
    one.refresh_from_db()
    cancel(one.appointment, by=world.mei, reason="展位临时开会")
    one.refresh_from_db()
    assert (one.state, one.appointment) == ("comes", None)


def test_reminders_14_7_and_1_days_before(world, coming):
    """To those without an answer, each once; on the last day also to those who come."""
    starts, limits = date(2027, 3, 15), (14, 7, 1)
    sent = date(2027, 2, 1)
    assert [reminder_due(starts, sent, date(2027, 3, day), limits) for day in (1, 7, 8, 13, 14, 15)] == [1, 1, 2, 2, 3, 0]
    assert reminder_due(starts, sent, date(2027, 2, 28), limits) == 0
    assert reminder_due(starts, date(2027, 3, 3), date(2027, 3, 5), limits) == 0, "its day had passed when the letter left"

    waits = invited(world, coming)
    comes, declines = (invited(world, coming, company=n, name=n, emails=[f"{n}@x.example"], phones=[]) for n in ("Comes", "Declines"))
    answer(comes, by=guest_of(comes), answer="comes")
    answer(declines, by=guest_of(declines), answer="declined")
    went = []
    for days in (15, 14, 13, 7, 1):
        with time_machine.travel(at(coming, "09:00") - timedelta(days=days), tick=False):
            went.append((days, run_daily(), run_daily()))
    assert went == [(15, 0, 0), (14, 1, 0), (13, 0, 0), (7, 1, 0), (1, 2, 0)]
    letters = Letter.objects.filter(subject__startswith="下一场").values_list("contact__name", flat=True)
    assert sorted(letters) == sorted([waits.contact.name] * 3 + ["Comes"]) and told("invitee_reminded") == 4


def test_who_is_captured_came_and_the_rest_stayed_away(world, coming):
    """Invited who came / invited."""
    names = ("Anna", "Bert", "Cora", "Dora")
    people = {n: invited(world, coming, company=f"{n} Ltd", name=n, emails=[f"{n}@x.example"], phones=[]) for n in names}
    answer(people["Bert"], by=guest_of(people["Bert"]), answer="comes")
    answer(people["Dora"], by=guest_of(people["Dora"]), answer="declined")
    met = book(
        people["Cora"].customer, by=SYSTEM, fair=coming, at=at(coming, "10:00"), user=world.users["mei"], contact=people["Cora"].contact
    )
    world.fair = coming

    def register(name):
        person = Person(name=name, company=f"{name} Ltd", emails=[f"{name}@x.example"])
        take(Taken(person=person, source="self"), by=Actor(kind="guest", id=None, name=name), fair=coming)

    register("Bert")
    assert reach(Invitation.objects.all()) == (0, 4), "who fills in the form before the fair has not come yet"
    with time_machine.travel(at(coming, "10:00"), tick=False):
        for _twice in range(2):
            world.take(company="Anna Ltd", name="Anna", emails=["Anna@x.example"], phones=[])
        keep(met, by=SYSTEM)
    with time_machine.travel(at(coming, "09:00", 1) + timedelta(days=1), tick=False):
        assert (run_daily(), run_daily()) == (1, 0)
        register("Bert")
    states = {one.contact.name: one.state for one in Invitation.objects.select_related("contact")}
    assert states == {"Anna": "came", "Bert": "stayed_away", "Cora": "came", "Dora": "declined"}
    found = counts(Invitation.objects.all())
    assert (found["came"], found["invited"], found["all"]) == (2, 4, 4)
    assert (told("invitee_came"), told("invitee_stayed_away")) == (2, 1)


def test_from_the_list_of_customers_to_the_fair_s_page(world, coming, client_of):
    customer = world.take()
    agree([(customer.contacts.get(), "follow_up")], by=SYSTEM, how="test")
    silent = world.take(company="Silent", name="Si", emails=[], phones=["13600000001"])
    move_many({customer.pk: customer.revision}, by=world.heyuan, country="China")
    mei = client_of(world.users["mei"])
    rows = f"?row={customer.pk}&row={silent.pk}"
    chosen = {"chosen": f"{customer.pk}.1 {silent.pk}.1", "revision": 0}
    assert coming.name in mei.get(f"/customers/bulk/invitation/{rows}").content.decode()
    assert mei.post("/customers/bulk/invitation/", chosen | {"fair": coming.pk}).status_code == 302
    keys = list(Invitation.objects.order_by("id").values_list("pk", flat=True))
    chosen = {"chosen": " ".join(f"{key}.1" for key in keys), "revision": 0, "subject": "来看新品", "words": "新款轨道灯"}
    shown = mei.post("/invitations/sending/", chosen, follow=True).content.decode()
    assert "已发出 1 份邀请" in shown and "Silent Si" in shown
    one = Invitation.objects.for_list().get(state="sent")
    open_invitation(one, by=guest_of(one))
    page = mei.get(f"/fairs/{coming.pk}/").content.decode()
    assert "已邀 1 人，到场 0 人" in page and f"/invitations/?fair={coming.pk}&amp;state=opened" in page
    answer(one, by=guest_of(one), answer="appointment", at=at(coming, "10:00"))
    assert "新款轨道灯" in mei.get(f"/invitations/{one.pk}/").content.decode()
    assert f"/invitations/{one.pk}/" in mei.get(f"/customers/{customer.pk}/").content.decode()


def test_the_last_words_are_for_who_sees_the_history(world, coming, client_of):
    """Somebody of another team sees a customer of the pool, and reads nothing of what was said with them."""
    customer = world.take()
    log_touch(customer, by=world.mei, channel="phone", words="他们嫌我们贵", next_step=Plan(customer, "x", clock.today()))
    (one,) = invite(customer, by=world.mei, fair=coming, contacts=customer.contacts.all())
    page = client_of(world.users["mei"]).get(f"/invitations/{one.pk}/").content.decode()
    assert "他们嫌我们贵" in page and "列入了下一场" in page
    Customer.objects.filter(pk=customer.pk).update(owner=None)
    page = client_of(world.users["kevin"]).get(f"/invitations/{one.pk}/")
    assert page.status_code == 200 and not any(words in page.content.decode() for words in ("他们嫌我们贵", "列入了下一场"))
    now, _found = groups(Asked(world.kevin))
    assert now.customer == customer and not any("他们嫌我们贵" in words for words in now.say)
    now, _found = groups(Asked(world.heyuan, "all"))
    assert any("他们嫌我们贵" in words for words in now.say)


def test_a_colleague_notes_what_they_said(world, coming):
    """Somebody phones: their answer holds with who said it and how; by the link they may change it."""
    one = invited(world, coming)
    with pytest.raises(Refused) as unknown:
        note_answer(one, by=world.mei, answer="comes", told_how="pigeon")
    with pytest.raises(Refused) as no_time:
        note_answer(one, by=world.mei, answer="appointment", told_how="phone")
    assert (unknown.value.field, no_time.value.field) == ("told_how", "at")
    for stranger in (world.kevin, world.haoran):
        with pytest.raises(NotAllowed):
            note_answer(one, by=stranger, answer="comes", told_how="phone")
    noted = note_answer(one, by=world.mei, answer="comes", told_how="phone", told_by="李秘书", told_words="张总会来，下午到")
    assert (noted.state, noted.told_by, noted.told_how, noted.noted_by) == ("comes", "李秘书", "phone", world.users["mei"])
    assert noted.answered_at is not None and noted.opened_at is None
    assert note_answer(one, by=world.mei, answer="comes", told_how="phone", told_by="李秘书", told_words="张总会来，下午到") == noted
    event = Event.objects.get(kind="fairs.answer_noted")
    assert "Told by 李秘书, phone" in event.sentence and told("invitation_answered") == 0
    changed = answer(noted, by=guest_of(noted), answer="declined")
    assert (changed.state, changed.told_by, changed.told_how, changed.noted_by) == ("declined", "", "", None)


def test_an_answer_by_phone_needs_no_letter_and_books_a_talk(world, coming):
    customer = world.take()
    (one,) = invite(customer, by=world.mei, fair=coming, contacts=customer.contacts.all())
    when = slots(coming)[0].at
    noted = note_answer(one, by=world.mei, answer="appointment", told_how="wechat", at=when)
    assert (noted.state, noted.sent_at, noted.told_by) == ("appointment", None, one.contact.name)
    assert (noted.appointment.at, noted.appointment.user, noted.appointment.state) == (when, world.users["mei"], "booked")
    again = note_answer(noted, by=world.mei, answer="appointment", told_how="phone", at=when)
    assert again.appointment == noted.appointment and Appointment.objects.count() == 1, "the same time, told another way"
    called_off = note_answer(again, by=world.mei, answer="comes", told_how="phone")
    assert called_off.appointment is None and Appointment.objects.get().state == "cancelled"
    assert "already comes" in why_not(called_off, world.mei)


def test_nothing_is_noted_once_the_fair_has_begun(world, coming):
    one = invited(world, coming)
    with time_machine.travel(at(coming, "10:00"), tick=False), pytest.raises(Refused) as late:
        note_answer(one, by=world.mei, answer="comes", told_how="phone")
    assert late.value.code == "over"


def test_an_english_letter_names_the_city_in_english_or_not_at_all(world, coming):
    assert (coming.town, Fair(city="Shenzhen").town) == ("", "Shenzhen")
    coming.city_latin = "Suzhou"
    assert coming.town == "Suzhou"
    with override("zh-hans"):
        assert coming.town == "苏州"


def test_who_may_not_send_reads_who_may(world, coming):
    customer = world.take()
    (listed,) = invite(customer, by=world.mei, fair=coming, contacts=[customer.contacts.get()])
    with override("zh-hans"):
        assert why_not(listed, world.kevin) == "只有客户负责人或主管能发"


def test_a_fair_on_other_days_takes_its_invitations_and_appointments_along(world):
    """Postponed on its eve: the link lives on, they are reminded of the new days, and whose appointment lies outside is asked anew."""
    day = clock.today() + timedelta(days=20)
    fair = add_fair(
        by=SYSTEM,
        code="NEXT",
        name="下一场",
        city="苏州",
        booth="B7",
        starts_on=day,
        ends_on=day + timedelta(days=1),
        lead=world.users["mei"],
    )
    one = invited(world, fair)
    answer(one, by=guest_of(one), answer="appointment", at=slots(fair)[0].at)
    was = Appointment.objects.get()
    with time_machine.travel(timezone.make_aware(datetime.combine(day - timedelta(days=1), time(10))), tick=False):
        run_daily()
        one.refresh_from_db()
        assert one.reminded == 3
        fair.refresh_from_db()
        later = day + timedelta(days=60)
        edit_fair(fair, by=world.heyuan, revision=fair.revision, values={"starts_on": later, "ends_on": later + timedelta(days=1)})
        one.refresh_from_db()
        was.refresh_from_db()
        step = NextStep.objects.open().get(customer=one.customer, what=MOVED)
    assert (one.reminded, one.state, was.state) == (0, "comes", "cancelled") and "begins on" in step.words and "张伟" in step.words
    letters = Letter.objects.count()
    with time_machine.travel(timezone.make_aware(datetime.combine(later - timedelta(days=1), time(10))), tick=False):
        run_daily()
        assert Letter.objects.count() == letters + 1 and Letter.objects.latest("pk").grant.is_open

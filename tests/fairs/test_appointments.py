"""Booth appointments: free slots by show hours and roster, who is free, what they become."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from boothline.accounts.models import User
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.core.rules import RuleSetting
from boothline.fairs.appointments import CLASHES, Appointment, book, cancel, edit_appointment, free_person, keep, miss, slots
from boothline.fairs.editions import add_fair, edit_fair
from boothline.fairs.roster import on_duty, put_on_duty, set_hours, take_off_duty
from boothline.followups.handover import hand_over_all
from boothline.followups.steps import NextStep
from boothline.timeline.models import Event
from boothline.timeline.undo import Deed, take_back
from boothline.worktime.models import Shift, ShowDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(world):
    """Tomorrow and the day after, 09:00 to 17:00."""
    day = clock.today() + timedelta(days=1)
    return add_fair(
        by=SYSTEM, code="NEXT", name="下一场", booth="B7", starts_on=day, ends_on=day + timedelta(days=1), lead=world.users["mei"]
    )


def at(fair, clock_time: str, day: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(fair.days[day], time.fromisoformat(clock_time)))


def duty(fair, person, starts="09:00", ends="17:00", **more):
    put_on_duty(fair, by=SYSTEM, person=person, days=fair.days, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), **more)


def test_slots_of_30_minutes_in_the_show_hours(fair):
    found = slots(fair)
    assert len(found) == 32 and {slot.free for slot in found} == {1}
    assert (found[0].at, found[1].at, found[15].at) == (at(fair, "09:00"), at(fair, "09:30"), at(fair, "16:30"))
    set_hours(fair, by=SYSTEM, revision=fair.revision, hours={fair.days[0]: (time(10), time(12))})
    assert len(slots(fair)) == 20
    with pytest.raises(Stale):
        set_hours(fair, by=SYSTEM, revision=1, hours={fair.days[0]: (time(9), time(12))})
    RuleSetting.objects.create(code="fairs.slot_minutes", value="60")
    assert len(slots(fair)) == 10
    with time_machine.travel(at(fair, "10:30"), tick=False):
        assert slots(fair)[0].at == at(fair, "11:00"), "what has begun is over"


def test_capacity_by_roster(fair, world):
    duty(fair, world.users["mei"])
    duty(fair, world.users["kevin"], "13:00")
    free = {slot.at: slot.free for slot in slots(fair)}
    assert (free[at(fair, "09:00")], free[at(fair, "13:00")]) == (1, 2)
    customer = world.take()
    booked = book(customer, by=world.mei, fair=fair, at=at(fair, "13:00"), user=world.users["mei"], about="看样品")
    assert (booked.place, booked.ends_at, booked.state) == ("B7", at(fair, "13:30"), "booked")
    event = Event.objects.get(kind="fairs.booked")
    assert (event.under_id, event.values["time"], event.values["with"]) == (customer.pk, "13:00", "Mei")
    assert {slot.at: slot.free for slot in slots(fair)}[at(fair, "13:00")] == 1
    for refused, field in (("mei", "user"), ("haoran", "user")):  # has one then; is not on duty
        with pytest.raises(Refused) as error:
            book(customer, by=world.mei, fair=fair, at=at(fair, "13:00"), user=world.users[refused])
        assert error.value.field == field
    book(customer, by=world.mei, fair=fair, at=at(fair, "13:00"), user=world.users["kevin"])
    with pytest.raises(Refused) as error:
        book(customer, by=world.mei, fair=fair, at=at(fair, "13:00"), user=world.users["kevin"])
    assert error.value.field == "slot"
    assert Event.objects.filter(kind="fairs.booked").count() == 2
    assert free_person(fair, at(fair, "14:00"), first=[], without=booked) == world.users["mei"]
    User.objects.filter(pk=world.users["mei"].pk).update(is_active=False)
    assert free_person(fair, at(fair, "14:00"), first=[]) == world.users["kevin"], "whose access is closed meets nobody"
    assert next(slot.at for slot in slots(fair) if slot.at.date() == fair.starts_on) == at(fair, "13:30")


def test_no_slot_outside_the_show_hours(fair, world):
    for moment in (at(fair, "08:30"), at(fair, "09:15"), at(fair, "17:00"), at(fair, "09:00") + timedelta(days=9)):
        with pytest.raises(Refused):
            book(world.take(), by=world.mei, fair=fair, at=moment, user=world.users["mei"])


def test_edited_by_revision_and_its_own_slot_is_free_for_it(fair, world):
    booked = book(world.take(), by=world.mei, fair=fair, at=at(fair, "09:00"), user=world.users["mei"])
    booked = edit_appointment(booked, by=world.mei, revision=1, values={"at": at(fair, "10:00"), "about": "谈价格"})
    assert (booked.at, booked.about, booked.revision) == (at(fair, "10:00"), "谈价格", 2)
    with pytest.raises(Stale):
        edit_appointment(booked, by=world.mei, revision=1, values={"about": "别的"})
    assert at(fair, "09:00") in {slot.at for slot in slots(fair)}


def test_kept_not_come_cancelled(fair, world):
    customer, mei = world.take(), world.users["mei"]
    first, second, third = (book(customer, by=world.mei, fair=fair, at=at(fair, t), user=mei) for t in ("09:00", "09:30", "10:00"))
    with time_machine.travel(at(fair, "09:40"), tick=False):
        assert keep(first, by=world.mei).state == "kept" and keep(first, by=world.mei).state == "kept"
        assert miss(second, by=world.mei).state == "missed"
    for blank in ("", "   "):
        with pytest.raises(Refused) as error:
            cancel(third, by=world.mei, reason=blank)
        assert error.value.field == "reason"
    assert cancel(third, by=world.mei, reason="客户改期").state == "cancelled"
    assert at(fair, "10:00") in {slot.at for slot in slots(fair)}
    for over in (lambda: miss(first, by=world.mei), lambda: cancel(second, by=world.mei, reason="x"), lambda: keep(third, by=world.mei)):
        with pytest.raises(Refused):
            over()
    kinds = list(Event.objects.filter(kind__startswith="fairs.").exclude(kind="fairs.booked").order_by("id").values_list("kind", flat=True))
    assert kinds[-3:] == ["fairs.kept", "fairs.stayed_away", "fairs.cancelled"]


def test_what_became_of_it_is_noted_on_its_day(fair, world, client_of):
    """Tomorrow at 09:00: today nobody has come or stayed away; on its morning they may come early, and have not stayed away yet."""
    booked = book(world.take(), by=world.mei, fair=fair, at=at(fair, "09:00"), user=world.users["mei"])
    page = f"/customers/{booked.customer_id}/"

    def shown():
        text = client_of(world.users["mei"]).get(page).content.decode()
        return [f"/appointments/{booked.pk}/{what}/" in text for what in ("arrival", "absence")]

    for refused in (keep, miss):
        with pytest.raises(Refused) as error:
            refused(booked, by=world.mei)
        assert error.value.code == "ahead" and "09:00" in str(error.value.words)
    assert shown() == [False, False]
    with time_machine.travel(at(fair, "08:00"), tick=False):
        with pytest.raises(Refused):
            miss(booked, by=world.mei)
        assert shown() == [True, False]
        assert keep(booked, by=world.mei).state == "kept"


def test_somebody_of_another_customer_is_not_met(fair, world):
    customer, other = world.take(), world.take(company="乙公司", name="李四", emails=["li@b.example"], phones=["13900001111"])
    stranger, mei = other.contacts.first(), world.users["mei"]
    with pytest.raises(Refused) as error:
        book(customer, by=world.mei, fair=fair, at=at(fair, "09:00"), user=mei, contact=stranger)
    assert error.value.field == "contact"
    booked = book(customer, by=world.mei, fair=fair, at=at(fair, "09:00"), user=mei)
    with pytest.raises(Refused):
        edit_appointment(booked, by=world.mei, revision=1, values={"contact": stranger})


def test_who_may(fair, world):
    customer = world.take()
    with pytest.raises(NotAllowed):
        book(customer, by=world.admin, fair=fair, at=at(fair, "09:00"), user=world.users["mei"])
    with pytest.raises(NotAllowed):
        put_on_duty(fair, by=world.mei, person=world.users["mei"], days=fair.days, starts=time(9), ends=time(17))


def test_the_roster(fair, world):
    mei, kevin = world.users["mei"], world.users["kevin"]
    duty(fair, mei, backup=kevin)
    assert [(s.user, s.backup) for s in on_duty(fair, fair.days[0])] == [(mei, kevin)]
    duty(fair, mei, "10:00", "12:00")
    assert {(s.starts, s.backup) for s in Shift.objects.all()} == {(time(10), None)}, "the new hours and backup"
    for wrong in (
        {"days": []}, {"days": [fair.days[0] - timedelta(days=1)]}, {"starts": time(17)}, {"backup": mei},
    ):  # fmt: skip
        with pytest.raises(Refused):
            put_on_duty(fair, by=SYSTEM, **{"person": mei, "days": fair.days, "starts": time(9), "ends": time(17)} | wrong)
    take_off_duty(Shift.objects.first(), by=world.heyuan)
    assert Shift.objects.count() == 1
    assert Event.objects.filter(kind="fairs.off_duty").count() == 1


def test_a_fair_that_moves_keeps_its_hours(fair):
    set_hours(fair, by=SYSTEM, revision=fair.revision, hours={fair.days[1]: (time(10), time(15))})
    fair.refresh_from_db()
    last = fair.days[1]
    moved = edit_fair(fair, by=SYSTEM, revision=fair.revision, values={"starts_on": last, "ends_on": last + timedelta(days=1)})
    rows = [(row.day, row.opens, row.closes) for row in ShowDay.objects.filter(show=moved.show)]
    assert rows == [(last, time(10), time(15)), (last + timedelta(days=1), time(9), time(17))]
    with pytest.raises(Refused):
        set_hours(moved, by=SYSTEM, revision=moved.revision, hours={last: (time(15), time(10))})
    with pytest.raises(Refused):
        edit_fair(moved, by=SYSTEM, revision=moved.revision, values={"starts_on": last, "ends_on": last + timedelta(days=90)})


def test_a_slot_is_booked_with_whoever_is_free_then(fair, world, client_of):
    """Oneself if free, else the colleague on duty; where everybody is busy the slot is not offered."""
    duty(fair, world.users["mei"])
    duty(fair, world.users["kevin"])
    customer, moment = world.take(), timezone.localtime(at(fair, "09:00")).isoformat()
    client, address = client_of(world.users["mei"]), f"/customers/{customer.pk}/appointments/new/?fair={fair.pk}"
    form = client.get(address).content.decode()
    assert '<option value="" selected>谁有空谁接待</option>' in form
    for who in ("mei", "kevin"):
        assert client.post(address, {"slot": moment, "user": "", "revision": 1}).status_code == 302
        assert Appointment.objects.latest("pk").user == world.users[who]
    assert client.post(address, {"slot": moment, "user": "", "revision": 1}).status_code == 422


def test_the_forms_and_the_panel(fair, world, client_of):
    customer = world.take()
    client = client_of(world.users["mei"])
    form = client.get(f"/customers/{customer.pk}/appointments/new/?fair={fair.pk}").content.decode()
    moment = timezone.localtime(at(fair, "09:30")).isoformat()
    assert moment.replace("+", "&#43;") in form or moment in form
    sent = {"slot": moment, "user": world.users["mei"].pk, "about": "看样品", "revision": 1}
    assert client.post(f"/customers/{customer.pk}/appointments/new/?fair={fair.pk}", sent).status_code == 302
    shown = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "看样品" in shown and "09:30" in shown
    assert "下一场" in client.get(f"/fairs/{fair.pk}/").content.decode()


def test_who_takes_over_from_a_leaver_meets_whom_they_were_to_meet(world, fair, client_of):
    """The appointments go along with the customers and the duty, and come back with them; where the colleague has another one then, they
    are told to find somebody."""
    mei, kevin = world.users["mei"], world.users["kevin"]
    duty(fair, mei)
    duty(fair, kevin)
    customer, other = world.take(), world.take(name="李雷", company="北方照明")
    moves = book(customer, by=world.mei, fair=fair, at=at(fair, "09:00"), user=mei, about="看样品")
    clashes = book(other, by=world.mei, fair=fair, at=at(fair, "10:00"), user=mei)
    book(customer, by=world.heyuan, fair=fair, at=at(fair, "10:00"), user=kevin)
    with time_machine.travel(at(fair, "08:00"), tick=False):
        hand_over_all(mei, by=world.heyuan, to=kevin, reason="离职")
        moves.refresh_from_db()
        clashes.refresh_from_db()
        assert (moves.user, clashes.user) == (kevin, mei)
        page = client_of(kevin).get("/today/").content.decode()
        assert "看样品" in page and reverse("appointment-kept", args=[moves.pk]) in page
        step = NextStep.objects.open().get(customer=other, what=CLASHES)
        assert step.owner == kevin and "10:00" in step.words and "这个时间你另有约见" in step.words
        told = Event.objects.get(kind="fairs.appointment_edited")
        assert told.subject_id == moves.pk and told.values["with"] == kevin.name
        take_back(Deed.objects.get(), by=world.heyuan)
        moves.refresh_from_db()
        assert moves.user == mei


def test_whoever_is_given_an_appointment_sees_whom_they_meet(world, client_of):
    """Mei books with "whoever is free"; Xiaoyu, who is on duty at the booth, gets it: on her Today, with the customer's page behind it,
    until the fair is over. Mei sees in her day who keeps it; the number at the booth opens the list."""
    fair, xiaoyu, mei = world.fair, world.users["xiaoyu"], world.users["mei"]
    customer = world.take("港湾零售", "陈先生", emails=["chen@harbour.example"])
    page, two = f"/customers/{customer.pk}/", timezone.make_aware(datetime.combine(clock.today(), time(14)))
    duty(fair, xiaoyu)
    booth, desk = client_of(xiaoyu), client_of(mei)
    assert booth.get(page).status_code == 404
    desk.post(f"{page}appointments/new/", {"slot": timezone.localtime(two).isoformat(), "place": "C08", "about": "看样品"})
    booked = Appointment.objects.get()
    assert booked.user == xiaoyu
    shown = booth.get("/today/").content.decode()
    assert f'href="{page}"' in shown and "14:00 在 C08" in shown and "看样品" in shown
    assert booth.get(page).status_code == 200
    assert booth.get(f"/appointments/{booked.pk}/edit/").status_code == 200
    answer = booth.post(f"/appointments/{booked.pk}/arrival/")
    assert answer.url == reverse("touch-new", args=[customer.pk])
    assert booth.get(answer.url).status_code == 200, "what was said may be noted"
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        assert booth.get(page).status_code == 404, "the fair is over"


def test_the_owner_sees_in_the_day_who_keeps_an_appointment_with_their_customer(world, client_of):
    fair, xiaoyu, mei = world.fair, world.users["xiaoyu"], world.users["mei"]
    customer = world.take("港湾零售", "陈先生", emails=["chen@harbour.example"])
    duty(fair, xiaoyu)
    when = timezone.make_aware(datetime.combine(clock.today(), time(14)))
    book(customer, by=world.mei, fair=fair, at=when, user=xiaoyu, place="C08")
    for address in ("/today/", "/today/?view=week"):
        day = client_of(mei).get(address).content.decode().partition('<ul class="agenda">')[2].partition("</ul>")[0]
        assert "14:00" in day and f'href="/customers/{customer.pk}/"' in day and "C08" in day and f"由 {xiaoyu} 负责" in day, address
    assert "港湾零售" not in client_of(world.users["kevin"]).get("/today/").content.decode(), "nothing to Kevin"
    listed = f"/appointments/?fair={fair.pk}&day=today&state=standing"
    assert listed.replace("&", "&amp;") in client_of(mei).get("/today/").content.decode()
    rows = client_of(mei).get(listed).content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.count("<tr") == 1 and "港湾零售" in rows and str(xiaoyu) in rows


def test_of_those_who_are_free_the_owner_comes_before_the_roster(world, client_of):
    fair, customer = world.fair, world.take("港湾零售", "陈先生", emails=["chen@harbour.example"])
    duty(fair, world.users["xiaoyu"])
    duty(fair, world.users["mei"])
    when = timezone.make_aware(datetime.combine(clock.today(), time(14)))
    client_of(world.users["heyuan"]).post(f"/customers/{customer.pk}/appointments/new/", {"slot": timezone.localtime(when).isoformat()})
    assert Appointment.objects.get().user == world.users["mei"]

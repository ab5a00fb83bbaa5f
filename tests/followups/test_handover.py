"""Somebody is away, or left: what their colleague reads is what happened, and nothing goes on under the name of who is gone."""

from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boothline.accounts.company import company, edit_company
from boothline.accounts.models import User
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import assign
from boothline.fairs.editions import Fair, edit_fair
from boothline.fairs.roster import put_on_duty
from boothline.followups.clocks import run_due
from boothline.followups.handover import hand_over_all, hand_over_day
from boothline.radar.models import Risk
from boothline.radar.watch import run_daily
from boothline.timeline.models import Deed
from boothline.timeline.undo import take_back
from boothline.worktime.shows import Shift
from tests.portal.guest import Guest, link_of

pytestmark = pytest.mark.django_db


def today_of(user):
    client = Client()
    client.force_login(user)
    return client.get(reverse("today")).content.decode()


@pytest.mark.parametrize("for_good", [True, False])
def test_what_a_colleague_took_over_says_from_whom_and_not_that_nobody_answered(world, for_good):
    """On the day it is handed over no time has passed."""
    world.take()
    if for_good:
        hand_over_all(world.users["mei"], by=world.heyuan, to=world.users["kevin"], reason="离职")
    else:
        hand_over_day(world.users["mei"], by=world.mei, to=world.users["kevin"], until=clock.today())
    page = today_of(world.users["kevin"])
    assert "（从Mei转交）" in page and "无人回复" not in page
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        run_due()
        assert "前无人回复）" in today_of(world.users["heyuan"]), "then the manager has it, since nobody answered"


def risks(order):
    return {(risk.owing, risk.following) for risk in Risk.objects.standing().filter(order=order)}


def test_what_endangers_an_order_is_followed_by_whoever_has_the_customer_now(world):
    """The radar names who owes and who follows as soon as the customers are with somebody else, and back again."""
    order = world.ordered(world.take(), is_paid=False)
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        run_daily()
        assert any("Mei" in who for who in risks(order))
        hand_over_all(world.users["mei"], by=world.heyuan, to=world.users["kevin"], reason="离职")
        assert any("Kevin" in who for who in risks(order)) and not any("Mei" in who for who in risks(order))
        take_back(Deed.objects.get(), by=world.heyuan)
        assert any("Mei" in who for who in risks(order)) and not any("Kevin" in who for who in risks(order))
        order.customer.refresh_from_db()
        assign(order.customer, by=world.admin, owner=world.users["kevin"], revision=order.customer.revision)
        assert not any("Mei" in who for who in risks(order))


def test_the_fairs_of_who_left_go_along_with_their_duty_from_today(world):
    mei, kevin, heyuan = world.users["mei"], world.users["kevin"], world.users["heyuan"]
    world.take()
    days = [clock.today() + timedelta(days=n) for n in range(-1, 3)]
    values = {"starts_on": days[0], "ends_on": days[-1], "lead": mei}
    fair = edit_fair(world.fair, by=SYSTEM, revision=world.fair.revision, values=values)
    put_on_duty(fair, by=SYSTEM, person=mei, days=days[:3], starts=time(9), ends=time(17), backup=kevin)
    put_on_duty(fair, by=SYSTEM, person=kevin, days=[days[2]], starts=time(10), ends=time(12))
    put_on_duty(fair, by=SYSTEM, person=heyuan, days=[days[3]], starts=time(9), ends=time(17), backup=mei)
    hand_over_all(mei, by=world.heyuan, to=kevin, reason="离职")
    assert Fair.objects.get().lead == kevin
    rows = list(Shift.objects.order_by("day").values_list("day", "user__username", "starts__hour", "backup__username"))
    assert rows == [
        (days[0], "mei", 9, "kevin"), (days[1], "kevin", 9, None), (days[2], "kevin", 10, None), (days[3], "heyuan", 9, "kevin"),
    ]  # fmt: skip
    take_back(Deed.objects.get(), by=world.heyuan)
    assert Fair.objects.get().lead == mei


def test_after_a_hand_over_for_good_the_administrator_is_led_to_closing_the_access(world):
    client = Client()
    client.force_login(world.users["admin"])
    address = reverse("person-leaving", args=[world.users["mei"].pk])
    page = client.post(address, {"to": world.users["kevin"].pk, "reason": "离职"}, follow=True)
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == reverse("person", args=[world.users["mei"].pk])
    assert "Mei 还可以登录：如果已离职，请关闭其登录。" in text and "Kevin 接手 Mei 的客户 0 位" in text


def test_nobody_is_offered_to_stand_in_for_themselves(world):
    client = Client()
    client.force_login(world.users["mei"])
    page = client.get(reverse("hand-over")).content.decode()
    takes_over = page[page.index('<select name="to"') :].split("</select>")[0]
    assert "Kevin" in takes_over and "Mei" not in takes_over


def test_a_customer_finds_a_number_to_call_where_who_took_over_has_none(world):
    edit_company(by=SYSTEM, revision=company().revision, values={"phone": "+86 760 5550 0100"})
    User.objects.filter(username="kevin").update(phone="")
    request = world.sent(world.take())
    hand_over_all(world.users["mei"], by=world.heyuan, to=world.users["kevin"], reason="离职")
    page = Guest(link_of(request)).text
    assert "Kevin" in page and 'href="tel:+8676055500100"' in page

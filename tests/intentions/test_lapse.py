"""An intention lapses after 180 days without touch, change or next step; warned before, reopened by its owner."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.followups.touches import log_touch
from boothline.intentions.lapse import lapse_all, reopen_lapsed
from boothline.intentions.products import Wish, add_line, lose
from boothline.intentions.requirements import ask_for, meet
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


def after(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


@pytest.fixture
def wanted(world):
    return world.intend(world.take())


def test_lapses_after_180_idle_days(world, wanted):
    with after(179):
        assert lapse_all() == 0
    with after(180):
        assert lapse_all() == 1
        assert lapse_all() == 0
    wanted.refresh_from_db()
    assert wanted.state == "lapsed"
    assert Customer.objects.get(pk=wanted.customer_id).type == "visitor"
    assert [e.values["days"] for e in Event.objects.filter(kind="intentions.lapse_near")] == [3]


def test_a_change_or_a_touch_begins_the_days_anew(world, wanted):
    with after(100):
        add_line(wanted, by=world.mei, wish=Wish(special="定制支架"))
    with after(150):
        log_touch(wanted.customer, by=world.mei, channel="phone", words="还在等预算", step_holds=True)
    with after(329):
        assert lapse_all() == 0
    with after(330):
        assert lapse_all() == 1


def test_what_they_require_of_it_is_a_change_too(world, wanted):
    """A requirement asked for on the 100th day, answered on the 200th: the days begin anew with each."""
    with after(100):
        asked = ask_for(wanted, by=world.mei, kind="certificate", words="CE")
    with after(200):
        assert lapse_all() == 0
        meet(asked, by=world.mei, proof="document", words="CE-2046")
    with after(379):
        assert lapse_all() == 0
    with after(380):
        assert lapse_all() == 1


def test_the_owner_is_warned_14_and_3_days_before(world, wanted):
    for days, told in ((165, []), (166, [14]), (176, [14]), (177, [14, 3])):
        with after(days):
            lapse_all()
        assert [e.values["days"] for e in Event.objects.filter(kind="intentions.lapse_near").order_by("id")] == told, days


def test_reopened_by_the_owner(world, wanted):
    with after(180):
        lapse_all()
        with pytest.raises(NotAllowed):
            reopen_lapsed(wanted, by=world.kevin)
        assert reopen_lapsed(wanted, by=world.mei).state == "open"
        assert Customer.objects.get(pk=wanted.customer_id).type == "intending"
        assert lapse_all() == 0
        lose(wanted, by=world.mei, reason="买了别家")
        with pytest.raises(Refused):
            reopen_lapsed(wanted, by=world.mei)


def test_too_late_to_reopen(world, wanted):
    with after(180):
        lapse_all()
    with after(180 + 366), pytest.raises(Refused, match="365"):
        reopen_lapsed(wanted, by=world.mei)

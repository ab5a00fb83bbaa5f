"""A pending briefing lapses 90 days after the last touch, an open objection after 180; warned 14 and 3 days before."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.core.rules import RuleSetting
from boothline.customers.card import Customer
from boothline.followups.steps import Plan, plan_many
from boothline.followups.touches import log_touch
from boothline.links.grants import mint
from boothline.messaging.notices import Notice
from boothline.negotiation.briefing import Briefing, Wanted, brief, choose
from boothline.negotiation.lapse import lapse_all, reopen_briefing, reopen_objection
from boothline.negotiation.objections import Objection, object_to
from boothline.timeline.models import Event
from tests.portal.guest import Guest

pytestmark = pytest.mark.django_db


def type_of(customer: Customer) -> str:
    return Customer.objects.get(pk=customer.pk).type


def after(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


@pytest.fixture
def shown(world) -> Briefing:
    return brief(world.take(), by=world.mei, products=list(world.products.values()))


def test_a_pending_briefing_lapses_after_90_days(world, shown):
    with after(89):
        assert lapse_all() == 0
    with after(90):
        assert lapse_all() == 1
        assert lapse_all() == 0
        shown.refresh_from_db()
        assert shown.answer == "lapsed"
        assert type_of(shown.customer) == "visitor"
        told = Event.objects.get(kind="negotiation.lapsed")
        assert (told.actor_kind, told.subject_id) == ("system", shown.pk)


def test_a_touch_begins_the_days_anew(world, shown):
    with after(60):
        log_touch(shown.customer, by=world.mei, channel="phone", words="再看看", ended="not_reachable")
    with after(149):
        assert lapse_all() == 0
    with after(150):
        assert lapse_all() == 1


def test_what_the_customer_does_on_the_link_begins_the_days_anew(world):
    """Sent, and acted on only after 80 days: nobody knows since that day what holds them back, so the 90 days count from it."""
    customer = world.take()
    sent = brief(customer, by=world.mei, products=list(world.products.values()), contact=customer.contacts.first(), channel="link")
    guest = Actor(kind="guest", id=sent.contact_id, name="张伟", customer_id=customer.pk)
    with after(80):
        choose(sent, by=guest, wanted=[Wanted(sent.items.first())])
        assert type_of(customer) == "negotiating"
    with after(169):
        assert lapse_all() == 0
    with after(170):
        assert lapse_all() == 1
        assert type_of(customer) == "visitor"


def test_a_planned_step_in_the_future_stops_it(world, shown):
    with after(80):
        plan_many([Plan(shown.customer, "再问一次", clock.today() + timedelta(days=20))], by=world.mei)
    with after(100):
        assert lapse_all() == 0
    with after(101):
        assert lapse_all() == 1


def test_the_owner_is_warned_14_and_3_days_before(world, shown):
    def warned() -> list[int]:
        return [e.values["days"] for e in Event.objects.filter(kind="negotiation.lapse_near").order_by("id")]

    for days, told in ((75, []), (76, [14]), (77, [14]), (86, [14]), (87, [14, 3]), (89, [14, 3])):
        with after(days):
            tasks.run_daily()
            tasks.run_daily()
            assert warned() == told, days
    with after(89):
        tasks.sweep()
    assert Notice.objects.filter(event__kind="negotiation.lapse_near", user=world.users["mei"]).count() == 2


def test_an_objection_is_let_go_after_180_days(world):
    objection = object_to(world.take(), by=world.mei, reason="price")
    with after(179):
        assert lapse_all() == 0
    with after(180):
        assert lapse_all() == 1
        objection.refresh_from_db()
        assert (objection.state, type_of(objection.customer)) == ("let_go", "visitor")


def test_the_days_are_settings(world, shown):
    RuleSetting.objects.create(code="negotiation.briefing_lapse_days", value="20")
    with after(20):
        assert lapse_all() == 1


def test_reopened_by_the_owner_within_a_year(world, shown):
    with after(90):
        lapse_all()
    with after(90 + 365):
        with pytest.raises(NotAllowed):
            reopen_briefing(shown, by=world.kevin)
        reopen_briefing(shown, by=world.mei)
        reopen_briefing(shown, by=world.mei)
        assert type_of(shown.customer) == "negotiating"
        assert lapse_all() == 0  # the days begin anew
        assert Event.objects.filter(kind="negotiation.reopened").count() == 1


@pytest.mark.parametrize(("form", "answer", "type_then"), [
    ("choice", "wants", "intending"), ("question", "pending", "negotiating"), ("refusal", "not_interested", "visitor"),
])  # fmt: skip
def test_who_acts_on_the_page_of_one_that_lapsed_is_heard(world, form, answer, type_then):
    """The link lives on: 500 pieces, a question or a no after 100 days are an answer as any other."""
    customer = world.take()
    sent = brief(customer, by=world.mei, products=[world.products["TR20"]], contact=customer.contacts.first(), channel="link")
    item = sent.items.get()
    guest = Guest(urlsplit(mint(sent.grant, by=SYSTEM)).path)
    guest.send("choice", **{f"wanted_{item.pk}": "on"})
    with after(100):
        lapse_all()
        assert (Briefing.objects.get().answer, type_of(customer)) == ("lapsed", "visitor")
        guest.open(guest.seen[-1])
        said = {"choice": {f"quantity_{item.pk}": "500"}, "question": {"words": "能便宜点吗？"}, "refusal": {"why": "不做了"}}[form]
        fields = guest.forms()["choice"].fields | {name: [value] for name, value in said.items()}
        guest.post(f"{guest.seen[-1]}{form}/", fields)
        assert guest.page.status_code == 200 and (Briefing.objects.get().answer, type_of(customer)) == (answer, type_then)
        reopened = Event.objects.get(kind="negotiation.reopened")
        assert (reopened.actor_kind, Briefing.objects.get().lapsed_at) == ("guest", None)
        assert lapse_all() == 0


def test_not_reopened_after_a_year_nor_what_did_not_lapse(world, shown):
    held = object_to(shown.customer, by=world.mei, reason="price")
    with after(180):
        assert lapse_all() == 2
    with after(180 + 366), pytest.raises(Refused, match="365"):
        reopen_briefing(shown, by=world.mei)
    with after(200):
        assert reopen_objection(held, by=world.mei).state == "open"
    from boothline.negotiation.objections import close

    close(Objection.objects.get(), by=world.mei, outcome="let_go")
    with pytest.raises(Refused):
        reopen_objection(held, by=world.mei)


def test_one_that_fails_keeps_nobody_else(world, shown, monkeypatch):
    other = brief(world.take("Nordlicht GmbH", "Anna", emails=[], phones=["1390001"]), by=world.mei, products=list(world.products.values()))
    from boothline.negotiation import lapse

    real = lapse.lapse_briefing

    def falls(briefing, *, by):
        if briefing.pk == shown.pk:
            raise RuntimeError("trouble")
        return real(briefing, by=by)

    monkeypatch.setattr(lapse, "lapse_briefing", falls)
    with after(90):
        assert lapse.lapse_all() == 1
    assert Briefing.objects.get(pk=other.pk).answer == "lapsed"

"""302: a requirement is open until it is met, refused or waived; a must that is open keeps the bar down, a refused one objects."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.files.attachments import Received
from boothline.followups import pool
from boothline.followups.models import NextStep
from boothline.followups.pool import take_from_pool
from boothline.followups.settling import questions
from boothline.followups.steps import done
from boothline.followups.touches import log_touch
from boothline.intentions.collection import collection_of, completeness, gaps
from boothline.intentions.lapse import lapse_all, reopen_lapsed
from boothline.intentions.models import Intention
from boothline.intentions.products import lose, lose_line
from boothline.intentions.requirements import ask_for, edit_requirement, meet, refuse, reopen, waive
from boothline.negotiation.models import Objection
from boothline.negotiation.objections import close
from boothline.timeline.models import Event
from boothline.worktime.calendar import add_workdays

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def intention(world) -> Intention:
    return world.intend(world.take())


def bar(intention):
    collected = collection_of(Intention.objects.get(pk=intention.pk))
    return completeness(collected), gaps(collected)


def steps():
    return NextStep.objects.open().filter(what__startswith="answer the requirement")


def test_an_open_must_keeps_the_bar_down_a_wish_does_not(world, intention):
    assert bar(intention) == (100, [])
    ask_for(intention, by=world.mei, kind="packaging", words="neutral box", is_must=False)
    assert bar(intention) == (100, [])
    must = ask_for(intention, by=world.mei, kind="certificate", words="CE for the track light", line=intention.lines.first())
    assert bar(intention) == (88, ["open must: CE for the track light"])
    meet(must, by=world.mei, proof="document", words="CE-2046")
    assert bar(intention) == (100, [])


def test_a_must_of_a_product_no_longer_wanted_does_not_count(world, intention):
    line = intention.lines.first()
    ask_for(intention, by=world.mei, kind="spec", words="IP65", line=line)
    lose_line(line, by=world.mei, reason="too dear")
    assert bar(intention)[1] == []


def test_who_answers_has_it_as_a_step_three_workdays_ahead(world, intention):
    asked = ask_for(intention, by=world.mei, kind="label", words="EAN on the box", answered_by=world.users["haoran"])
    assert asked.due_on == add_workdays(clock.today(), 3)
    step = steps().get()
    assert (step.owner, step.due_on, step.words) == (world.users["haoran"], asked.due_on, "answer the requirement: EAN on the box")
    later = asked.due_on + timedelta(days=7)
    edit_requirement(asked, by=world.mei, revision=1, values={"answered_by": None, "due_on": later})
    assert [(s.owner, s.due_on) for s in steps()] == [(world.users["mei"], later)]
    refuse(asked, by=world.mei, reason="the printer cannot")
    assert not steps().exists()


def test_who_is_to_answer_answers_and_nobody_ticks_it_off(world, intention, client_of):
    clerk = world.users["haoran"]
    asked = ask_for(intention, by=world.mei, kind="spec", words="IP44 and 5-year warranty", answered_by=clerk)
    others = ask_for(intention, by=world.mei, kind="spec", words="Black housing")
    step = steps().get(owner=clerk)
    with pytest.raises(Refused, match="done by the answer"):
        done(step, by=world.haoran)
    with pytest.raises(Refused, match="done by the answer"):
        log_touch(intention.customer, by=world.haoran, channel="phone", reach="reached", words="asked them", finishes=[step], ended="won")
    assert step not in [question.step for question in questions(intention.customer, world.haoran, step)]
    page = client_of(clerk)
    with time_machine.travel(datetime.combine(step.due_on, time(9)).astimezone(), tick=False):
        assert f'href="/intentions/{intention.pk}/"' in page.get("/today/").content.decode()
    shown = page.get(f"/intentions/{intention.pk}/").content.decode()
    assert f"/requirements/{asked.pk}/proof/" in shown and f"/requirements/{others.pk}/proof/" not in shown
    assert f"/steps/{step.pk}/completion/" not in page.get(f"/customers/{intention.customer_id}/").content.decode()
    with pytest.raises(NotAllowed):
        meet(others, by=world.haoran, proof="document", words="RAL 9005")
    sent = page.post(f"/requirements/{asked.pk}/proof/", {"proof": "document", "words": "IP44-2046"})
    assert sent.status_code == 302 and not steps().filter(owner=clerk).exists()
    assert done(step, by=world.haoran).done_at  # pressed late: it stands


def test_a_day_named_on_a_free_one_is_worked_on_the_workday_after_it(world, intention):
    with time_machine.travel("2026-06-03T02:00:00Z", tick=False):  # a Wednesday
        asked = ask_for(intention, by=world.mei, kind="label", words="CE", due_on=date(2026, 6, 6))
        assert (asked.due_on, asked.step.due_on) == (date(2026, 6, 6), date(2026, 6, 8))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("spec", "spec"),
        ("packaging", "spec"),
        ("label", "spec"),
        ("certificate", "certificate"),
        ("sample", "quality"),
        ("delivery", "lead_time"),
        ("other", "other"),
    ],
)
def test_a_refused_must_opens_an_objection_with_the_fitting_reason(world, intention, kind, reason):
    asked = ask_for(intention, by=world.mei, kind=kind, words="as drawn", line=intention.lines.first())
    refuse(asked, by=world.mei, reason="the mould does not allow it")
    held = Objection.objects.get()
    assert (held.reason, held.severity, held.words, held.product) == (reason, 3, "as drawn", intention.lines.first().product)
    event = Event.objects.get(kind="intentions.requirement_refused")
    assert event.headline == "Mei refused the requirement: as drawn. the mould does not allow it"
    refuse(asked, by=world.mei, reason="again")  # pressed twice: the first stands
    asked.refresh_from_db()
    assert asked.refused_reason == "the mould does not allow it" and asked.objection == held and Objection.objects.count() == 1


def test_refused_anew_the_objection_that_still_stops_the_deal_stands(world, intention):
    asked = ask_for(intention, by=world.mei, kind="certificate", words="CE")
    refuse(asked, by=world.mei, reason="no laboratory")
    refuse(reopen(asked, by=world.mei), by=world.mei, reason="still none")
    held = Objection.objects.get()
    close(held, by=world.mei, outcome="let_go", words="they take it without")
    refuse(reopen(asked, by=world.mei), by=world.mei, reason="none at all")
    asked.refresh_from_db()
    assert asked.objection != held and Objection.objects.alive().get() == asked.objection


def test_a_refused_wish_opens_none(world, intention):
    refuse(ask_for(intention, by=world.mei, kind="other", words="gift paper", is_must=False), by=world.mei, reason="too dear")
    assert not Objection.objects.exists()


def test_a_proof_names_what_proves(world, intention):
    general = ask_for(intention, by=world.mei, kind="certificate", words="CE")
    with pytest.raises(Refused, match="Name the document"):
        meet(general, by=world.mei, proof="document", words=" ")
    with pytest.raises(Refused, match="about no line"):
        meet(general, by=world.mei, proof="line", words="wattage")
    met = meet(general, by=world.mei, proof="document", words="", received=Received(b"%PDF-1.4 ce", "ce.pdf", "paper"))
    assert (met.state, met.proof, met.proof_words) == ("met", "document", "ce.pdf")
    assert Event.objects.get(kind="intentions.requirement_met").values["named"] == "ce.pdf"
    with pytest.raises(Refused, match="answered already: met"):
        refuse(met, by=world.mei, reason="no")
    again = reopen(met, by=world.mei)
    assert again.state == "open" and steps().count() == 1


def test_a_waiver_names_who_at_the_customer(world, intention):
    asked = ask_for(intention, by=world.mei, kind="sample", words="one piece first")
    stranger = world.take(company="别家公司", name="别人", emails=["x@other.example"], phones=["13511112222"]).contacts.first()
    with pytest.raises(Refused, match="no contact of the customer"):
        waive(asked, by=world.mei, contact=stranger, words="by phone")
    waive(asked, by=world.mei, contact=intention.customer.contacts.first(), words="by phone on Monday")
    asked.refresh_from_db()
    assert (asked.state, asked.waived_by.name) == ("waived", "张伟") and not steps().exists()
    assert (
        Event.objects.get(kind="intentions.requirement_waived").headline == "张伟 no longer requires: one piece first. by phone on Monday"
    )


def test_refused_where_it_has_no_place(world, intention):
    with pytest.raises(Refused, match="Choose a product of this intention"):
        ask_for(intention, by=world.mei, kind="spec", words="IP65", line=world.intend(intention.customer).lines.first())
    with pytest.raises(Refused, match="as exactly as it is known"):
        ask_for(intention, by=world.mei, kind="spec", words=" ")
    with pytest.raises(NotAllowed):
        ask_for(intention, by=world.kevin, kind="spec", words="IP65")
    assert not Event.objects.filter(kind="intentions.required").exists()


def test_nobody_answers_what_is_not_wanted_any_more(world, intention):
    """A step that asks for an answer ends with its line, and with the intention."""
    first = intention.lines.first()
    for_line = ask_for(intention, by=world.mei, kind="spec", words="Ra 90", line=first)
    for_all = ask_for(intention, by=world.mei, kind="spec", words="CE")
    lose_line(first, by=world.mei, reason="不要了")
    for_line.step.refresh_from_db()
    for_all.step.refresh_from_db()
    assert for_line.step.done_at and for_all.step.done_at is None
    lose(intention, by=world.mei, reason="都不要了")
    for_all.step.refresh_from_db()
    assert for_all.step.done_at


def test_what_goes_to_the_pool_with_an_open_must_is_asked_of_whoever_takes_it(world):
    intention = world.intend(world.take(), complete=False)
    asked = ask_for(intention, by=world.mei, kind="certificate", words="CE")
    with time_machine.travel(timezone.now() + timedelta(days=150), tick=False):
        pool.run_daily()
        customer = Customer.objects.get()
        assert customer.owner is None and Event.objects.filter(kind="followups.dropped", subject_id=asked.step_id).exists()
        asked.refresh_from_db()
        assert (asked.state, asked.step, asked.step.owner) == ("open", steps().get(), world.users["heyuan"]), "nobody has them: the manager"
        take_from_pool(customer, by=world.kevin)
        assert steps().get().owner == world.users["kevin"]
        meet(asked, by=world.kevin, proof="document", words="CE-2046")
        assert not steps().exists()


def test_what_was_required_is_asked_again_of_an_intention_that_goes_on(world):
    intention = world.intend(world.take(), complete=False)
    line = intention.lines.first()
    lost = ask_for(intention, by=world.mei, kind="spec", words="Ra 90", line=line)
    asked = ask_for(intention, by=world.mei, kind="certificate", words="CE")
    met = ask_for(intention, by=world.mei, kind="label", words="EAN")
    meet(met, by=world.mei, proof="document", words="EAN-8")
    lose_line(line, by=world.mei, reason="不要了")
    with time_machine.travel(timezone.now() + timedelta(days=300), tick=False):
        lapse_all()
        intention.refresh_from_db()
        assert intention.state == "lapsed" and not steps().exists()
        reopen_lapsed(intention, by=world.mei)
        asked.refresh_from_db()
        assert steps().get() == asked.step and asked.step.due_on >= clock.today()
        lost.refresh_from_db()
        assert lost.step is None


def test_an_edited_requirement_is_asked_once(world, intention):
    asked = ask_for(intention, by=world.mei, kind="label", words="EAN on the box")
    edit_requirement(asked, by=world.mei, revision=1, values={"words": "EAN on the inner box"})
    assert steps().get().words == "answer the requirement: EAN on the inner box"

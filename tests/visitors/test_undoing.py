"""501, the way back: a capture taken by mistake goes with all that came with it, on its day, once; what was built on it stands in the way."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import (
    Contact,
    Customer,
    Person,
    add_collaborator,
    add_people,
    agree,
    disagree,
    edit_contact,
    edit_customer,
    join,
)
from boothline.customers.dealings import Noted, note, why_not_asked
from boothline.customers.grades import set_grade
from boothline.customers.key_accounts import appoint
from boothline.customers.key_people import note_decider, note_rival
from boothline.customers.pins import pin
from boothline.customers.quiet import place
from boothline.fairs.editions import add_fair
from boothline.fairs.invitations import Invitation, answer, invite, note_answer, open_invitation, send
from boothline.files.attachments import Attachment, read_voice
from boothline.followups.models import Clock, NextStep
from boothline.followups.steps import PROMISE, Plan, done, plan_many
from boothline.followups.touches import log_touch
from boothline.messaging.notices import Notice
from boothline.negotiation.briefing import brief
from boothline.personality.opinion import decide
from boothline.search.index import Entry
from boothline.timeline.models import Event
from boothline.visitors.models import Capture, Cooperation, Opinion, Retraction
from boothline.visitors.recognition import say_nature
from boothline.visitors.solicitation import Taken, add_picture, add_voice, correct, seen_revision, take, take_many
from boothline.visitors.undoing import retract, why_not
from tests.pictures import jpeg
from tests.sounds import webm

pytestmark = pytest.mark.django_db
KEPT = {"timeline.Event", "timeline.Delivery", "visitors.Retraction", "documents.Counter", "core.Press"}  # what may be more afterwards


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def everything() -> dict[str, int]:
    """How many rows there are of everything but history."""
    return {m._meta.label: m._default_manager.count() for m in apps.get_models() if m._meta.label not in KEPT}


def taken(world, *, by=None, fair=True, **more) -> Capture:
    who = more.pop("person", None) or Person(name="安娜", company="Nordlicht GmbH", emails=["a@nordlicht.example"], phones=["13900001111"])
    return take(Taken(person=who, **more), by=by or world.xiaoyu, fair=world.fair if fair else None)


def whole(world) -> Capture:
    """With everything that a capture may bring."""
    capture = taken(
        world, heat=4, promised=["quote", "sample"], consents=["follow_up"], note="MOQ?", interest=[world.products["TR20"].pk],
        others=[Person(name="Bernd"), Person(name="Cleo")], answers={"purpose": ["sell"], "company_kind": "service"},
    )  # fmt: skip
    add_picture(capture, by=world.xiaoyu, content=jpeg(), kind="front")
    add_voice(capture, by=world.xiaoyu, voice=read_voice(SimpleUploadedFile("a", webm(1))), client_id=uuid.uuid4())
    return capture


def test_all_that_it_brought_goes_and_the_history_keeps_that_it_was_there(world):
    before = everything()
    capture = whole(world)
    customer, paths = capture.customer, [a.content.path for a in Attachment.objects.all()]
    assert Cooperation.objects.count() == 1 and NextStep.objects.count() == 2 and Entry.objects.exists() and len(paths) == 2
    Notice.objects.create(user=world.users["mei"], event=Event.objects.get(kind="visitors.taken"))
    kept = retract(capture, by=world.xiaoyu, reason="trial", words="trying it out")
    assert {label: n - before[label] for label, n in everything().items() if n != before[label]} == {}
    told = Event.objects.get(kind="visitors.retracted")
    assert (told.actor_name, told.under_id, told.values["reason"], told.values["words"]) == (
        "Xiaoyu",
        customer.pk,
        "trial",
        "trying it out",
    )
    assert "安娜" not in told.sentence and "only tried out" in told.sentence and told.at
    assert (kept.taken_by, kept.by, kept.fair) == (world.users["xiaoyu"], world.users["xiaoyu"], world.fair)
    assert Event.objects.filter(kind="visitors.taken", under_id=customer.pk).exists()


def test_a_second_press_is_harmless_and_what_is_sent_again_does_not_bring_it_back(world):
    capture = taken(world)
    kept = retract(capture, by=world.xiaoyu, reason="twice")
    assert retract(capture, by=world.xiaoyu, reason="wrong") == kept and Retraction.objects.count() == 1
    assert Event.objects.filter(kind="visitors.retracted").count() == 1
    again = Taken(person=Person(name="安娜"), client_id=capture.client_id)
    batch = take_many([again, Taken(person=Person(name="Bo"))], by=world.xiaoyu, fair=world.fair)
    assert set(batch.created) == {1} and "taken back" in batch.refused[0]


def test_only_whoever_took_it_on_the_same_day_and_with_a_reason(world):
    capture = taken(world)
    for wrong, field in (({"reason": ""}, "reason"), ({"reason": "why"}, "reason"), ({"reason": "other", "words": " "}, "words")):
        with pytest.raises(Refused) as refused:
            retract(capture, by=world.xiaoyu, **wrong)
        assert refused.value.field == field
    for by in (world.mei, world.heyuan, world.admin):
        with pytest.raises(NotAllowed):
            retract(capture, by=by, reason="twice")
    with time_machine.travel(timezone.now() + timedelta(days=1)), pytest.raises(NotAllowed):
        retract(capture, by=world.xiaoyu, reason="twice")
    assert Capture.objects.exists() and not Retraction.objects.exists()


def built(world, capture, name):
    customer, contact = capture.customer, capture.contact
    if name == "a touch":
        log_touch(
            customer, by=world.mei, channel="phone", words="spoke", next_step=Plan(customer, "call again", clock.today()), contact=contact
        )
    elif name == "a step done":
        done(NextStep.objects.get(), by=world.mei)
    elif name == "a step of somebody's own":
        plan_many([Plan(customer, "call", clock.today())], by=world.mei)
    elif name == "a briefing":
        brief(customer, by=world.mei, products=[world.products["TR20"]], contact=contact)
    elif name == "a contract":
        world.contract(customer)
    elif name == "another capture":
        take(Taken(person=Person(name="安娜", emails=["a@nordlicht.example"], customer=customer)), by=world.mei, fair=None)
    elif name == "a colleague added by hand":
        add_people([Person(name="李雷", customer=customer)], by=world.mei)
    elif name == "a personality":
        decide(contact, by=world.heyuan, revision=0, type="rational", reason="compares three firms")
    elif name in ("a key account", "a decision map", "a rival"):
        appoint(customer, by=world.heyuan, revision=0, values={"tier": "gold", "kind": "potential", "reason": "large buyer"})
        if name == "a decision map":
            note_decider(
                contact, by=world.heyuan, revision=0, values={"part": "decides", "attitude": 1, "background": "", "reports_to": None}
            )
        elif name == "a rival":
            note_rival(customer, by=world.heyuan, values={"name": "光明照明", "move": "cheaper", "on": clock.today()})
    elif name == "a pinned type":
        pin(customer, by=world.heyuan, type="negotiating", reason="told me on the phone")
    elif name == "a grade set by hand":
        set_grade(customer, by=world.heyuan, grade="A", reason="told me on the phone")
    elif name == "a collaborator":
        add_collaborator(customer, by=world.heyuan, user=world.users["kevin"])
    elif name == "a consent given later":
        agree([(contact, "marketing")], by=world.mei, how="by phone")
    elif name == "a reason not to approach":
        place(customer, "complaint", contact)
    elif name == "an edited person":
        contact.refresh_from_db()
        edit_contact(
            contact, by=world.heyuan, revision=1, values={"note": "spoke for an hour"}, points=Person(emails=["a@nordlicht.example"])
        )
    elif name == "an edited company":
        edit_customer(customer, by=world.heyuan, revision=1, values={"note": "a chain of 30 shops"})


@pytest.mark.parametrize(
    "name, said",
    [
        ("a touch", "first answer was given"), ("a step done", "first answer was given"), ("a step of somebody's own", "call"),
        ("a briefing", ""), ("a contract", "C-"), ("another capture", "another capture of 安娜"), ("a colleague added by hand", "李雷"),
        ("a personality", "Personality: 安娜"), ("a key account", "key account: Nordlicht GmbH"), ("a decision map", "part in the decision: 安娜"),
        ("a rival", "competing firm: 光明照明"), ("a pinned type", "Pinned: "), ("a grade set by hand", "grade: "),
        ("a collaborator", "Kevin"), ("a consent given later", "consent: marketing"), ("a reason not to approach", "a complaint is open"),
        ("an edited person", "the card of 安娜"), ("an edited company", "the card of Nordlicht GmbH"),
    ],
)  # fmt: skip
def test_what_was_built_on_it_stands_in_the_way_and_is_named(world, name, said):
    capture = taken(world)
    assert why_not(capture) == ""
    built(world, capture, name)
    before = everything()
    with pytest.raises(Refused) as refused:
        retract(capture, by=world.xiaoyu, reason="twice")
    assert refused.value.code == "built_on" and said in str(refused.value.words)
    assert everything() == before


def test_a_colleague_added_by_hand_is_seen_behind_many_who_came_with_it(world):
    capture = taken(world, others=[Person(name=f"P{i}") for i in range(20)])
    assert why_not(capture) == ""
    add_people([Person(name="李雷", customer=capture.customer)], by=world.mei)
    assert "李雷" in why_not(capture)


def test_many_people_cost_no_more_questions_than_one(world):
    first, other = taken(world), Person(name="B", company="光速贸易")
    second = taken(world, person=other, others=[Person(name=f"P{i}") for i in range(20)])
    with CaptureQueriesContext(connection) as one:
        why_not(first)
    with CaptureQueriesContext(connection) as many:
        why_not(second)
    assert len(many) == len(one)


def test_own_corrections_came_with_it_and_a_colleagues_edit_between_them_did_not(world):
    capture = taken(world, consents=["follow_up"])

    def corrected(**more):
        found = Capture.objects.get(pk=capture.pk)
        again = Taken(person=Person(name="安娜", emails=["a@nordlicht.example"], **more), consents=["follow_up", "marketing"])
        return correct(found, by=world.xiaoyu, revision=seen_revision(found), taken=again, agreed=["follow_up"])

    corrected(title="Buyer", company="Nordlicht AG")
    corrected(title="Head", company="Nordlicht AG", phones=["13900002222"])
    found = Capture.objects.get(pk=capture.pk)
    assert (found.contact.revision, found.customer.revision, why_not(found)) == (3, 2, "")
    edit_contact(found.contact, by=world.mei, revision=3, values={"note": "long talk"}, points=Person(emails=["a@nordlicht.example"]))
    corrected(title="Chief", company="Nordlicht AG")
    assert "the card of 安娜" in why_not(Capture.objects.get(pk=capture.pk))


def test_what_another_capture_added_and_took_off_again_does_not_stand_in_the_way(world):
    capture = taken(world, by=world.mei)
    who = Person(name="安娜", emails=["a@nordlicht.example"], phones=["13900003333"], title="Buyer", customer=capture.customer)
    again = taken(world, by=world.mei, person=who, consents=["follow_up"])
    assert again.contact == capture.contact and "another capture" in why_not(capture)
    retract(again, by=world.mei, reason="twice")
    retract(Capture.objects.get(), by=world.mei, reason="trial")
    assert not Customer.objects.exists()


def test_whoever_the_clock_brought_in_came_with_it(world):
    capture = taken(world, heat=4)
    join([(capture.customer, world.users["kevin"])], by=SYSTEM)
    retract(capture, by=world.xiaoyu, reason="trial")
    assert not Customer.objects.exists()


def test_what_people_said_of_somebody_who_never_was_goes_with_them(world):
    capture = taken(world)
    say_nature(capture.customer, by=world.mei, nature="peer", peer="competitor")
    retract(capture, by=world.xiaoyu, reason="wrong")
    assert not Opinion.objects.exists() and not Cooperation.objects.exists() and not Customer.objects.exists()


def test_of_somebody_on_record_only_what_the_capture_added_goes(world):
    customer = world.take(company="Nordlicht GmbH", name="安娜", emails=["a@nordlicht.example"], phones=[])
    contact, steps = customer.contacts.get(), NextStep.objects.count()
    agree([(contact, "marketing")], by=SYSTEM, how="test")
    who = Person(name="安娜", emails=["a@nordlicht.example"], phones=["13900002222"], title="Buyer", customer=customer)
    before = everything()
    capture = taken(
        world, by=world.mei, person=who, consents=["follow_up"], promised=["call"], others=[Person(name="Bernd")],
        answers={"best_time": ["morning", "phone"]},
    )  # fmt: skip
    contact.refresh_from_db()
    assert (contact.title, contact.point("phone"), NextStep.objects.count()) == ("Buyer", "13900002222", steps + 1)
    retract(capture, by=world.mei, reason="wrong")
    contact = Contact.objects.prefetch_related("points").get()
    assert (contact.title, contact.point("phone"), contact.suitable, contact.point("email")) == ("", "", [], "a@nordlicht.example")
    assert {c.purpose: bool(c.withdrawn_at) for c in contact.consents.all()} == {"marketing": False}
    assert everything() == before
    customer.refresh_from_db()
    assert customer.next_step_on == NextStep.objects.open().order_by("due_on").first().due_on


@pytest.mark.parametrize("said_no", [False, True])
def test_a_consent_noted_by_mistake_is_no_refusal(world, said_no):
    """Whoever buys is written to as before; who asked not to be contacted meanwhile has said so."""
    order = world.opened()
    contact = order.customer.contacts.get()
    note(order.customer, "order", order, [Noted(world.products["TR20"], None, Decimal(1), "CNY")], by=SYSTEM)
    person = Person(name=contact.name, emails=["zhang.wei@guangsu.example"], customer=order.customer)
    capture = taken(world, by=world.mei, person=person, consents=["follow_up"])
    if said_no:
        disagree([contact], by=world.mei)
    retract(capture, by=world.mei, reason="wrong")
    assert bool(why_not_asked(order.customer, contact)) is said_no
    assert Event.objects.filter(kind="customers.consent_misnoted").count() == (0 if said_no else 1)


def test_what_somebody_changed_on_the_card_since_stays(world):
    customer = world.take(company="Nordlicht GmbH", name="安娜", emails=["a@nordlicht.example"], phones=[])
    who = Person(name="安娜", emails=["a@nordlicht.example"], title="Buyer", customer=customer)
    capture = taken(world, by=world.mei, person=who)
    contact = Contact.objects.get()
    edit_contact(contact, by=world.mei, revision=contact.revision, values={"title": "Head"}, points=Person(emails=["a@nordlicht.example"]))
    retract(capture, by=world.mei, reason="wrong")
    assert Contact.objects.get().title == "Head"


def test_of_two_from_one_firm_in_one_batch_the_later_goes_first(world):
    rows = [Taken(person=Person(name=name, company="Nordlicht GmbH"), promised=["call"]) for name in ("A", "B")]
    first, second = sorted(take_many(rows, by=world.mei, fair=world.fair).created.values(), key=lambda c: not c.brought["customer"])
    with pytest.raises(Refused, match=f"another capture of {second}"):
        retract(first, by=world.mei, reason="twice")
    retract(second, by=world.mei, reason="twice")
    assert [c.name for c in Contact.objects.all()] == [str(first)] and NextStep.objects.count() == 1 == Clock.objects.count()
    retract(first, by=world.mei, reason="twice")
    assert not Customer.objects.exists() and not NextStep.objects.exists()


@pytest.mark.parametrize("state", ["listed", "sent", "opened", "comes", "noted"])
def test_whoever_was_noted_as_come_by_it_has_not_come(world, state):
    customer = world.take(company="Nordlicht GmbH", name="安娜", emails=["a@nordlicht.example"], phones=[])
    contact = customer.contacts.get()
    agree([(contact, "follow_up")], by=SYSTEM, how="test")
    day = clock.today() + timedelta(days=20)
    fair = add_fair(by=SYSTEM, code="NEXT", name="下一场", city="苏州", booth="B7", starts_on=day, ends_on=day, lead=world.users["mei"])
    (one,) = invite(customer, by=world.mei, fair=fair, contacts=[contact])
    if state != "listed":
        one = send(one, by=world.mei, subject="Come", words="New lights")
    guest = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=customer.pk)
    if state in ("opened", "comes"):
        one = open_invitation(one, by=guest)
    if state == "comes":
        answer(one, by=guest, answer="comes")
    if state == "noted":
        state = note_answer(one, by=world.mei, answer="comes", told_how="phone").state
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        capture = take(Taken(person=Person(name="安娜", emails=["a@nordlicht.example"])), by=world.mei, fair=fair)
        assert Invitation.objects.get().state == "came"
        retract(capture, by=world.mei, reason="wrong")
    found = Invitation.objects.get()
    assert (found.state, found.came_at) == (state, None)
    assert Event.objects.filter(kind="fairs.invitee_not_seen").count() == 1


# The pages.


def test_it_is_asked_said_and_pressed_twice_in_both_ways(world, client_of):
    xiaoyu = client_of(world.users["xiaoyu"])
    capture = whole(world)
    at = f"/booth/captures/{capture.client_id}/"
    assert f"{at}retraction/" in xiaoyu.get(at).content.decode()
    assert f"{at}retraction/" in xiaoyu.get(f"/captures/{capture.pk}/").content.decode()
    page = xiaoyu.get(f"{at}retraction/").content.decode()
    assert "重复录入" in page and "撤回这次采集" in page
    assert xiaoyu.post(f"{at}retraction/", {"revision": 0}).status_code == 422
    fields = {"revision": 0, "reason": "other", "words": "手滑", "press": str(uuid.uuid4())}
    first = xiaoyu.post(f"{at}retraction/", fields)
    assert (first.status_code, first["Location"]) == (302, f"/booth/?fair={world.fair.pk}")
    assert "已撤回" in xiaoyu.get(first["Location"]).content.decode()
    for again in (xiaoyu.post(f"{at}retraction/", fields), xiaoyu.get(f"{at}retraction/")):
        assert (again.status_code, again["Location"]) == (302, "/booth/")
    assert "已经撤回" in xiaoyu.get("/booth/").content.decode()
    assert client_of(world.users["mei"]).get(f"{at}retraction/").status_code == 404
    assert Event.objects.filter(kind="visitors.retracted").count() == 1
    told = xiaoyu.post("/booth/captures/", json.dumps({"fair": None, "captures": [{"id": str(capture.client_id), "fields": {"name": "x"}}]}),
                       content_type="application/json").json()["rows"][0]  # fmt: skip
    assert told["state"] == "refused" and "撤回" in told["reason"]


def test_what_stands_in_the_way_is_said_before_anybody_presses(world, client_of):
    capture = taken(world)
    world.contract(capture.customer)
    page = client_of(world.users["xiaoyu"]).get(f"/booth/captures/{capture.client_id}/retraction/").content.decode()
    assert "C-" in page and "不能撤回" in page and "撤回这次采集" not in page


def first_steps():
    return sorted(step.words for step in NextStep.objects.open())


def mended(world, capture, **more):
    found = Capture.objects.get(pk=capture.pk)
    again = Taken(person=Person(name="安娜", company="Nordlicht AG", emails=["a@nordlicht.example"]), **more)
    return correct(found, by=world.xiaoyu, revision=seen_revision(found), taken=again)


def test_each_promise_of_a_correction_is_a_step_and_none_is_left_of_what_was_not_promised(world):
    """2.1, each becomes a next step; with none the first answer is one. All of it still goes with the capture."""
    capture = taken(world)
    assert first_steps() == ["first answer"]
    mended(world, capture, promised=["sample", "quote"])
    assert [("sample" in words, "quot" in words) for words in first_steps()] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert Clock.objects.get().step.is_promise
    done(next(step for step in NextStep.objects.open() if "sample" in step.words), by=world.mei)
    mended(world, capture, promised=["sample", "call"])
    (call,) = NextStep.objects.open()
    assert len(call.values["all"]) == 2 and NextStep.objects.filter(done_at__isnull=False).count() == 1, "what was kept stays done"
    assert "the first answer was given" in why_not(Capture.objects.get())


def test_a_capture_corrected_to_promise_nothing_waits_for_the_first_answer_and_is_taken_back(world):
    capture = taken(world, promised=["sample", "quote"])
    mended(world, capture, promised=["quote"])
    assert len(first_steps()) == 1
    mended(world, capture, promised=[])
    assert first_steps() == ["first answer"] and Clock.objects.get().step == NextStep.objects.get()
    mended(world, capture, promised=["quote", "call"])
    retract(Capture.objects.get(), by=world.xiaoyu, reason="trial")
    assert not NextStep.objects.exists() and not Clock.objects.exists() and not Customer.objects.exists()


def test_a_promise_that_a_touch_goes_on_with_is_dropped_by_a_correction(world):
    capture = taken(world, promised=["sample", "quote"])
    log_touch(capture.customer, by=world.mei, channel="phone", words="一会儿再谈", step_holds=True)
    mended(world, capture, promised=[])
    assert not NextStep.objects.open().filter(what=PROMISE).exists() and NextStep.objects.exists()


def test_the_heat_of_a_correction_is_the_class_of_the_clock(world):
    """7: from the heat noted at the booth; whoever came with the capture has no grade that shortens it."""
    capture = taken(world, heat=1)
    begun = Clock.objects.get()
    mended(world, capture, heat=4)
    now = Clock.objects.get()
    assert (begun.hours, now.hours, now.heat, now.started_at) == (8, Decimal("0.5"), 4, begun.started_at)
    assert now.due_at == now.turn_due_at < begun.due_at and now.next_at == now.remind_at < begun.remind_at
    assert NextStep.objects.get().due_on == max(clock.today(), timezone.localdate(now.due_at))
    Customer.objects.update(grade="A")
    mended(world, capture, heat=1)
    assert (Clock.objects.get().hours, Clock.objects.get().due_at) == (8, begun.due_at)
    Clock.objects.update(answered_at=timezone.now())
    mended(world, capture, heat=4)
    assert (Clock.objects.get().heat, Clock.objects.get().due_at) == (4, begun.due_at), "answered: its limit stays"

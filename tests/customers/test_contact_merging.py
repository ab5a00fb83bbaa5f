"""Two contacts of a customer become one person; and two again, to the letter."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.care.questions import HIGHEST
from boothline.care.surveys import Survey, propose
from boothline.care.surveys import answer as answer_survey
from boothline.care.surveys import send as send_survey
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed
from boothline.customers.card import Consent, Contact, Customer, Person, add_people, agree, disagree, edit_contact
from boothline.customers.contact_merging import alike_contacts, merge_contacts, set_contacts_apart
from boothline.customers.events import CONTACTS_MERGED, CONTACTS_UNMERGED
from boothline.customers.intake import take_people
from boothline.customers.key_people import Decider
from boothline.customers.merges import Merge
from boothline.customers.merging import merge, notes, unmerge
from boothline.fairs.editions import add_fair
from boothline.fairs.invitations import Invitation, answer, invite, note_answer, send
from boothline.followups.touches import Touch, log_touch
from boothline.personality.opinion import Opinion, decide, tick
from boothline.search import index
from boothline.timeline.history import Event
from tests.checksum import contents
from tests.refusals import refused

pytestmark = pytest.mark.django_db
HISTORY = {"customers.Merge", "timeline.Event", "timeline.Delivery", "messaging.Notice"}  # what was done stays told


def rows() -> dict[str, str]:
    """Every table but what tells of the merge itself."""
    return {label: found for label, found in contents("default").items() if label not in HISTORY}


@pytest.fixture
def pair(world) -> tuple[Contact, Contact]:
    """Zhang Wei of one firm, on two cards."""
    customer = world.take(company="光速贸易", phones=["+86 138 0013 8000"])
    first = customer.contacts.get()
    [second] = add_people(
        [
            Person(
                name="张 伟",
                customer=customer,
                title="采购经理",
                phones=["+8613800138000", "0755 8888 0001"],
                emails=["zw@guangsu.example"],
            )
        ],
        by=SYSTEM,
    )
    return first, second


def test_what_either_card_says_stands_on_the_one(world, pair):
    stays, goes = pair
    log_touch(stays.customer, by=world.mei, contact=goes, channel="phone", words="谈了样品", step_holds=True)
    Decider.objects.create(contact=goes, part="decides", reports_to=stays, known_on=timezone.localdate())
    before = rows()
    done = merge_contacts(stays, by=world.mei, goes=goes, reason="同一个人")
    merged = Contact.objects.get()
    assert (merged.name, merged.title, Touch.objects.get().contact) == ("张伟", "采购经理", merged)
    assert sorted(p.value for p in merged.points.all()) == [
        "+86 138 0013 8000",
        "0755 8888 0001",
        "zhang.wei@guangsu.example",
        "zw@guangsu.example",
    ]
    assert (Decider.objects.get().contact, Decider.objects.get().reports_to) == (merged, None)
    assert not index.differences("contact", [merged.pk])
    assert Event.objects.get(kind=CONTACTS_MERGED.code).sentence == "Mei 把联系人张 伟并入张伟。同一个人"
    assert unmerge(done, by=world.mei) == goes
    assert {label for label, found in rows().items() if before[label] != found} == set()
    assert Event.objects.filter(kind=CONTACTS_UNMERGED.code).count() == 1
    unmerge(done, by=world.mei)  # pressed twice
    assert Event.objects.filter(kind=CONTACTS_UNMERGED.code).count() == 1


def test_what_was_noted_last_of_their_part_in_the_decision_counts(world, pair):
    stays, goes = pair
    (boss,) = add_people([Person(name="老板", customer=stays.customer)], by=SYSTEM)
    today = timezone.localdate()
    Decider.objects.create(contact=stays, part="influences", reports_to=boss, known_on=today - timedelta(days=300))
    Decider.objects.create(contact=goes, part="decides", attitude=2, reports_to=stays, known_on=today, background="十年采购")
    before = rows()
    with override("en"):
        assert notes(stays, goes) == ["Part in the decision: what was noted last counts; what is empty in it is filled from the other."]
    done = merge_contacts(stays, by=SYSTEM, goes=goes)
    kept = Decider.objects.get()
    assert (kept.contact, kept.part, kept.attitude, kept.background, kept.reports_to) == (stays, "decides", 2, "十年采购", boss)
    unmerge(done, by=SYSTEM)
    assert {label for label, found in rows().items() if before[label] != found} == set()


def test_a_personality_that_was_decided_stays_with_the_traits_of_both(world, pair):
    stays, goes = pair
    tick(stays, by=world.mei, revision=0, ticked=["keeps"])
    decided = decide(goes, by=world.mei, revision=0, type="rational", reason="两次都先比较三家再定")
    tick(goes, by=world.mei, revision=decided.revision, ticked=["compares", "keeps"])
    before = rows()
    done = merge_contacts(stays, by=SYSTEM, goes=goes)
    kept = Opinion.objects.get()
    assert (kept.contact, kept.type, kept.reason, kept.by_name) == (stays, "rational", "两次都先比较三家再定", "Mei")
    assert sorted(kept.traits) == ["compares", "keeps"]
    unmerge(done, by=SYSTEM)
    assert {label for label, found in rows().items() if before[label] != found} == set()


def agreed(pair) -> list[Actor]:
    """Both may be written to; each as a guest."""
    agree([(contact, "follow_up") for contact in pair], by=SYSTEM, how="card")
    return [Actor(kind="guest", id=one.pk, name=one.name, customer_id=one.customer_id) for one in pair]


def test_the_invitation_that_was_answered_counts(world, pair):
    stays, goes = pair
    _one, other = agreed(pair)
    day = timezone.localdate() + timedelta(days=20)
    fair = add_fair(by=SYSTEM, code="NEXT", name="下一场", starts_on=day, ends_on=day, lead=world.users["mei"])
    invite(stays.customer, by=world.mei, fair=fair, contacts=pair)
    sent = send(Invitation.objects.get(contact=goes), by=world.mei, subject="来看新品", words="新款")
    answer(sent, by=other, answer="comes")
    before = rows()
    done = merge_contacts(stays, by=SYSTEM, goes=goes)
    kept = Invitation.objects.get()
    assert (kept.contact, kept.state, kept.subject, bool(kept.grant)) == (stays, "comes", "来看新品", True)
    unmerge(done, by=SYSTEM)
    assert {label for label, found in rows().items() if before[label] != found} == set()


def test_an_answer_that_was_noted_counts_and_the_letter_of_the_other_stays(world, pair):
    stays, goes = pair
    agreed(pair)
    day = timezone.localdate() + timedelta(days=20)
    fair = add_fair(by=SYSTEM, code="NEXT", name="下一场", starts_on=day, ends_on=day, lead=world.users["mei"])
    one, other = (invite(stays.customer, by=world.mei, fair=fair, contacts=[contact])[0] for contact in pair)
    note_answer(one, by=world.mei, answer="declined", told_how="phone")
    send(other, by=world.mei, subject="来看新品", words="新款")
    merge_contacts(stays, by=SYSTEM, goes=goes)
    kept = Invitation.objects.get()
    assert (kept.state, kept.told_how, kept.subject, bool(kept.sent_at)) == ("declined", "phone", "来看新品", True)


@pytest.mark.parametrize("answered", ["none", "stays", "goes", "both"])
def test_two_who_were_asked_about_one_fair_may_be_one(world, pair, answered):
    stays, goes = pair
    for contact, guest, name in zip(pair, agreed(pair), ("stays", "goes"), strict=True):
        asked = propose(contact.customer, by=SYSTEM, kind="fair", occasion=world.fair, contact=contact)
        asked = send_survey(asked, by=world.mei, contact=contact)
        if answered in (name, "both"):
            question = asked.questions[0]
            answer_survey(asked, by=guest, answers={question.code: max(HIGHEST[question.scale])})
    before = rows()
    done = merge_contacts(stays, by=SYSTEM, goes=goes)
    kept = list(Survey.objects.values_list("contact", "state"))
    assert kept == [(stays.pk, "sent" if answered == "none" else "answered")] * (2 if answered == "both" else 1)
    unmerge(done, by=SYSTEM)
    assert {label for label, found in rows().items() if before[label] != found} == set()


def test_a_value_is_chosen_where_both_say_something(pair):
    stays, goes = pair
    for contact, title in ((stays, "经理"), (goes, "总经理")):
        edit_contact(
            contact, by=SYSTEM, revision=1, values={"title": title, "note": title}, points=Person(), beside=list(contact.points.all())
        )
    merge_contacts(stays, by=SYSTEM, goes=goes, choices={"title": "goes"})
    assert (Contact.objects.get().title, Contact.objects.get().note) == ("总经理", "经理\n总经理")


def test_whoever_asked_last_not_to_be_written_to_is_not(pair):
    stays, goes = pair
    agree([(stays, "follow_up")], by=SYSTEM, how="card")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        disagree([goes], by=SYSTEM)
        merge_contacts(stays, by=SYSTEM, goes=goes)
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_what_happened_since_beside_it_stays_and_what_was_edited_keeps_the_merge(world, pair):
    stays, goes = pair
    done = merge_contacts(stays, by=SYSTEM, goes=goes)
    log_touch(stays.customer, by=world.mei, contact=Contact.objects.get(), channel="phone", words="通了电话", step_holds=True)
    unmerge(done, by=SYSTEM)
    assert Touch.objects.get().contact == stays
    done = merge_contacts(Contact.objects.get(pk=stays.pk), by=SYSTEM, goes=Contact.objects.get(pk=goes.pk))
    merged = Contact.objects.get()
    edit_contact(merged, by=SYSTEM, revision=merged.revision, values={"title": "总监"}, points=Person(phones=["13900139000"]))
    with refused("since"):
        unmerge(done, by=SYSTEM)


def test_the_same_row_of_a_file_leads_to_the_contact_that_stays(pair):
    stays, goes = pair
    merge_contacts(stays, by=SYSTEM, goes=goes)
    taken = take_people([Person(name="张 伟", client_id=goes.client_id)], by=SYSTEM)
    assert taken.known == {0: stays} and Contact.objects.count() == 1


def test_two_pairs_are_taken_back_in_any_order_and_a_merge_of_customers_first(world, pair):
    stays, goes = pair
    customer = stays.customer
    more = add_people([Person(name="李雷", customer=customer), Person(name="李雷雷", customer=customer)], by=SYSTEM)
    first, _second = merge_contacts(stays, by=SYSTEM, goes=goes), merge_contacts(more[0], by=SYSTEM, goes=more[1])
    unmerge(first, by=SYSTEM)
    again = merge_contacts(Contact.objects.get(pk=stays.pk), by=SYSTEM, goes=Contact.objects.get(pk=goes.pk))
    other = world.take(company="光速贸易股份")
    merge(other, by=SYSTEM, goes=Customer.objects.get(pk=customer.pk))
    with refused("later"):
        unmerge(Merge.objects.get(pk=again.pk), by=SYSTEM)


def test_who_may_and_whom(world, pair):
    stays, goes = pair
    for nobody in (world.xiaoyu, world.haoran):
        with pytest.raises(NotAllowed):
            merge_contacts(stays, by=nobody, goes=goes)
    stranger = world.take(company="别家商行", name="张伟").contacts.get()
    for code, other in (("same", stays), ("two_customers", stranger)):
        with refused(code):
            merge_contacts(stays, by=SYSTEM, goes=other)
    with refused("changed"):
        merge_contacts(stays, by=SYSTEM, goes=goes, seen=(1, 9))
    merge_contacts(stays, by=SYSTEM, goes=goes)
    with refused("gone"):
        merge_contacts(stays, by=SYSTEM, goes=goes)


def test_who_may_be_one_is_proposed_until_somebody_says_that_they_are_two(pair):
    stays, goes = pair
    (found,) = alike_contacts(stays.customer)
    assert found[:2] == (stays, goes) and "姓名相同" in found[2]
    set_contacts_apart(goes, by=SYSTEM, other=stays)
    set_contacts_apart(stays, by=SYSTEM, other=goes)  # pressed twice
    assert alike_contacts(Customer.objects.get(pk=stays.customer_id)) == []


def test_on_the_page_two_stand_side_by_side_and_are_merged(world, pair, client_of):
    stays, goes = pair
    page = reverse("contact-merge", args=[stays.pk])
    assert client_of(world.users["kevin"]).get(page).status_code == 404
    mei = client_of(world.users["mei"])
    assert f"{page}?with={goes.pk}" in mei.get(reverse("customer", args=[stays.customer_id])).content.decode()
    assert f"{page}?with={goes.pk}" in mei.get(page).content.decode()
    for contact in pair:
        Decider.objects.create(contact=contact, part="decides", known_on=timezone.localdate())
    shown = mei.get(f"{page}?with={goes.pk}").content.decode()
    assert "zw@guangsu.example" in shown and "是两个人" in shown and "决策中的角色：以最近记录的为准" in shown
    answer = mei.post(f"{page}?with={goes.pk}", {"revision": 1, "other_revision": 1, "reason": "", "name": "stays"})
    assert answer.status_code == 302 and Contact.objects.count() == 1
    done = Merge.objects.get()
    mei.post(reverse("customer-unmerge", args=[stays.customer_id]), {"merge": done.pk})
    assert Contact.objects.count() == 2
    mei.post(reverse("contact-apart", args=[stays.pk]), {"other": goes.pk})
    assert alike_contacts(Customer.objects.get(pk=stays.customer_id)) == []


def test_ways_back_that_were_kept_before_are_read():
    way_back = import_module("boothline.customers.migrations.0007_merging_contacts").way_back
    old = {
        "moved": [["orders.Order", "customer_id", 2, 1, [7, 8]]], "gone": [["customers.Customer", {"id": 2, "made_at": "2026-01-02 03:04:05+00:00"}]],
        "changed": [["orders.Order", 7, {"revision": 1}, {"revision": 2}]], "made": [["customers.TypeChange", [5, 4]]],
        "counted": [["billing.Balance", [{"id": 9, "open": "1.00"}]]],
    }  # fmt: skip
    assert way_back(old) == {
        "made": {"customers.TypeChange": [[4, 4], [5, 5]]},
        "changed": {
            "orders.Order": {
                "7": [{"customer_id": 2, "revision": 1}, {"customer_id": 1, "revision": 2}], "8": [{"customer_id": 2}, {"customer_id": 1}],
            },
            "customers.Customer": {"2": [{"id": 2, "made_at": "2026-01-02T03:04:05+00:00"}, None]},
            "billing.Balance": {"9": [{"id": 9, "open": "1.00"}, None]},
        },
    }  # fmt: skip

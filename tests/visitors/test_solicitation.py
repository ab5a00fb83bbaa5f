"""501, the batch door: good rows are stored, bad ones are taken out and named, known ids answer what is there."""

import logging
import re
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import override

from boothline.core.actors import SYSTEM
from boothline.core.errors import Refused
from boothline.customers.card import Contact, Customer, Person
from boothline.followups.models import NextStep
from boothline.timeline.models import Event
from boothline.visitors import solicitation
from boothline.visitors.models import Capture
from boothline.visitors.solicitation import Taken, captured_by, take, take_many

pytestmark = pytest.mark.django_db


def rows(n: int, **more) -> list[Taken]:
    return [Taken(person=Person(name=f"访客{i}", company=f"公司{i}", phones=[f"139{i:08d}"]), **more) for i in range(n)]


def test_a_row_is_stored_with_everything_that_goes_with_it(world):
    product = world.products["TR20"]
    row = Taken(
        person=Person(name="张伟", company="光速贸易有限公司", emails=["z@g.example"]), heat=4, promised=["quote", "sample"],
        interest=[product.pk, product.pk], consents=["follow_up"], note="要样品",
    )  # fmt: skip
    capture = take(row, by=world.mei, fair=world.fair)
    assert (capture.heat, capture.note, capture.taken_by, capture.fair) == (4, "要样品", world.users["mei"], world.fair)
    assert list(capture.interest.all()) == [product]
    assert capture.customer.owner == world.users["mei"]
    assert capture.contact.consents.get().purpose == "follow_up"
    assert {step.owner for step in NextStep.objects.filter(customer=capture.customer)} == {world.users["mei"]}
    told = [e.kind for e in Event.objects.under(capture.customer).order_by("id")]
    assert told == [
        "customers.added",
        "customers.contact_added",
        "customers.agreed",
        "visitors.taken",
        "visitors.recognised",
        "followups.planned",
        "followups.planned",
        "followups.clock_started",
        "customers.graded",
    ]


def test_where_no_fair_is_named_history_names_none(world):
    def said(language: str) -> str:
        event = Event.objects.filter(kind="visitors.taken").order_by("-id").first()
        with override(language):
            return event.sentence

    take(Taken(person=Person(name="赵敏"), client_id=uuid.uuid4()), by=world.mei, fair=None)
    assert (said("zh-hans"), said("en")) == ("Mei 采集了赵敏", "Mei captured 赵敏")
    take(Taken(person=Person(name="钱敏"), client_id=uuid.uuid4()), by=world.mei, fair=world.fair)
    assert said("zh-hans") == "Mei 在江南照明展采集了钱敏"


def test_booth_staff_take_for_the_one_who_follows_up(world):
    capture = take(rows(1)[0], by=world.xiaoyu, fair=world.fair)
    assert (capture.taken_by, capture.customer.owner) == (world.users["xiaoyu"], world.users["mei"])
    assert list(captured_by(world.xiaoyu)) == [capture] and not captured_by(world.mei).exists()
    assert take(rows(1)[0], by=world.xiaoyu, fair=None).customer.owner is None


def test_a_known_id_answers_what_is_there(world):
    first = take_many(batch := rows(3), by=world.mei, fair=world.fair)
    events = Event.objects.count()
    batch[0].taken_at = timezone.now()  # the moment of pressing again
    batch[1].person.name, batch[1].note = "别的名字", "别的话"  # the same id with other content is somebody else, and overwrites nothing
    again = take_many(batch, by=world.mei, fair=world.fair)
    assert not again.created and set(again.refused) == {1} and "访客1" in again.refused[1]
    assert {i: c.pk for i, c in again.known.items()} == {i: c.pk for i, c in first.created.items() if i != 1}
    assert not take_many(batch, by=world.kevin, fair=world.fair).refused, "an id that somebody else has used tells nothing"
    assert Event.objects.count() == events and Capture.objects.count() == 3
    assert not Contact.objects.filter(name="别的名字").exists()


def test_the_same_id_twice_in_one_batch(world):
    batch = rows(2)
    batch[1].client_id = batch[0].client_id
    answer = take_many(batch, by=world.mei, fair=world.fair)
    assert set(answer.created) == {0} and set(answer.refused) == {1}


BAD = {
    "nobody": lambda: Taken(person=Person(note="x")),
    "heat": lambda: Taken(person=Person(name="x"), heat=5),
    "promised": lambda: Taken(person=Person(name="x"), promised=["moon"]),
    "consent": lambda: Taken(person=Person(name="x"), consents=["everything"]),
    "future": lambda: Taken(person=Person(name="x"), taken_at=timezone.now() + timedelta(days=2)),
    "product": lambda: Taken(person=Person(name="x"), interest=[987_654]),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("at", [0, 41, 99])
def test_one_bad_of_a_hundred_is_named_and_the_others_stand(world, bad, at):
    batch = rows(100)
    batch[at] = BAD[bad]()
    answer = take_many(batch, by=world.mei, fair=world.fair)
    assert set(answer.refused) == {at} and answer.refused[at]
    assert set(answer.created) == set(range(100)) - {at}
    assert Capture.objects.count() == Customer.objects.count() == Event.objects.filter(kind="visitors.taken").count() == 99


def test_all_bad_stores_nothing(world):
    answer = take_many([BAD[name]() for name in BAD], by=world.mei, fair=world.fair)
    assert len(answer.refused) == len(BAD) and not Capture.objects.exists() and not Customer.objects.exists()


def test_an_unknown_failure_gets_an_incident_number_and_the_others_stand(world, monkeypatch, caplog):
    """Nobody foresaw it: the row goes to the repair tray under a number that stands in the log; 99 are stored."""
    batch, honest = rows(100), solicitation.add_people

    def breaks(people, **more):
        if any(p.name == "访客41" for p in people):
            raise ZeroDivisionError("unforeseen")
        return honest(people, **more)

    monkeypatch.setattr(solicitation, "add_people", breaks)
    with caplog.at_level(logging.ERROR):
        answer = take_many(batch, by=world.mei, fair=world.fair)
    assert set(answer.refused) == {41} and len(answer.created) == 99
    number = re.search(r"[0-9a-f]{8}", answer.refused[41]).group()
    assert number in caplog.text and "unforeseen" in caplog.text
    assert "unforeseen" not in answer.refused[41]
    assert Capture.objects.count() == Customer.objects.count() == Event.objects.filter(kind="visitors.taken").count() == 99


def test_a_database_that_cannot_be_reached_fails_the_batch(world, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(solicitation, "alike", gone)
    with pytest.raises(OperationalError):
        take_many(rows(3), by=world.mei, fair=world.fair)
    assert not Capture.objects.exists()


def test_a_refused_single_capture_raises_and_keeps_nothing(world):
    with pytest.raises(Refused):
        take(BAD["product"](), by=world.mei, fair=world.fair)
    assert not Customer.objects.exists() and not Event.objects.filter(kind="customers.added").exists()


def test_people_of_one_company_in_one_batch_share_it(world):
    batch = [Taken(person=Person(name=n, company=c)) for n, c in (("甲", "Nordlicht GmbH"), ("乙", "NORDLICHT"), ("丙", ""))]
    made = take_many(batch, by=world.mei, fair=world.fair).created
    assert made[0].customer == made[1].customer != made[2].customer
    assert made[2].customer.kind == "person" and made[2].customer.name == "丙"


def test_a_likely_double_is_a_proposal_never_an_overwrite(world):
    first = take(Taken(person=Person(name="张伟", company="光速贸易有限公司", phones=["13900002046"])), by=world.mei, fair=world.fair)
    again = Taken(person=Person(name="张伟", company="光速贸易", phones=["139 0000 2046"]))
    answer = take_many([again], by=world.kevin, fair=world.fair)
    assert answer.created[0].customer != first.customer
    assert [like.customer for like in answer.alike[0]] == [first.customer]


def test_an_import_attaches_to_the_surely_same_person_only(world):
    first = take(Taken(person=Person(name="张伟", company="光速", phones=["13900002046"])), by=world.mei, fair=world.fair)
    same = Taken(person=Person(name="张 伟", phones=["139-0000-2046"]), attaches=True, source="import")
    other = Taken(person=Person(name="张三", phones=["13900002046"]), attaches=True, source="import")
    made = take_many([same, other], by=SYSTEM, fair=None).created
    assert made[0].contact == first.contact
    assert made[1].contact != first.contact


def test_a_chosen_customer_is_joined(world):
    home = world.take()
    row = Taken(person=Person(name="李四", customer=home), client_id=uuid.uuid4())
    capture = take(row, by=world.xiaoyu, fair=world.fair)
    assert capture.customer == home and home.contacts.count() == 2

"""SP01: the type rule besides its worked examples. After every test a fixture compares stored and derived types of all customers."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from boothline.care import complaints, surveys
from boothline.care.complaints import Told
from boothline.contracts.agreement import Contract
from boothline.contracts.establishment import ask_changes, take_back_changes
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.customers.card import Customer, Person, agree
from boothline.customers.grades import set_grade
from boothline.customers.ladder import TypeChange
from boothline.fairs import invitations
from boothline.fairs.editions import add_fair
from boothline.negotiation.briefing import brief
from boothline.negotiation.objections import object_to
from boothline.visitors.recognition import say_nature
from boothline.visitors.solicitation import Taken, take
from tests.world import other_fair

pytestmark = pytest.mark.django_db


def type_of(customer: Customer) -> str:
    return Customer.objects.get(pk=customer.pk).type


def products(world):
    return list(world.products.values())


def test_changes_asked_keep_the_contract_alive(world):
    customer = world.take()
    request = world.sent(customer)
    ask_changes(request, by=world.guest(request), words="定金改 20%")
    assert (type_of(customer), Contract.objects.get().state) == ("contract", "changes_asked")
    take_back_changes(request, by=world.guest(request))
    assert Contract.objects.get().state == "out"


def invited(world, contact) -> None:
    fair = add_fair(
        by=SYSTEM, code="NEXT", name="下一场", starts_on=clock.today() + timedelta(days=20), ends_on=clock.today() + timedelta(days=21)
    )
    (one,) = invitations.invite(contact.customer, by=world.mei, fair=fair, contacts=[contact])
    invitations.send(one, by=world.mei, subject="来看新品", words="您要的轨道灯出了新款。")


def surveyed(world, contact) -> None:
    survey = surveys.propose(contact.customer, by=world.mei, kind="fair", occasion=world.fair, contact=contact)
    surveys.send(survey, by=world.mei, contact=contact)
    guest = Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=contact.customer_id)
    surveys.answer(survey, by=guest, answers={"overall": 5})


def shown(world, contact, channel: str) -> None:
    brief(contact.customer, by=world.mei, products=products(world), contact=contact, channel=channel)


NOT_CLAIMS = {
    "a survey": surveyed,
    "a complaint": lambda world, contact: complaints.receive(contact.customer, by=world.mei, told=Told("没人回电话", contact=contact)),
    "an invitation": invited,
    "a briefing link merely sent": lambda world, contact: shown(world, contact, "link"),
    "a briefing as a PDF": lambda world, contact: shown(world, contact, "pdf"),
    "nature": lambda world, contact: say_nature(contact.customer, by=world.mei, nature="buyer"),
    "a grade": lambda world, contact: set_grade(contact.customer, by=world.mei, grade="A", reason="展后马上要下单"),
}


@pytest.mark.parametrize("what", NOT_CLAIMS)
def test_not_claims(world, what):
    """What moves no type: interest is no wish, and what we send is no answer."""
    contact = world.take().contacts.get()
    agree([(contact, "follow_up")], by=SYSTEM, how="test")
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        NOT_CLAIMS[what](world, contact)
    assert type_of(contact.customer) == "visitor" and not TypeChange.objects.exists()


@pytest.mark.parametrize(("make", "type_"), [("intend", "intending"), ("contract", "contract"), ("ordered", "ordering")])
def test_a_returning_visitor_is_never_set_back(world, make, type_):
    """New capture at another fair: claims of any fair count."""
    customer = world.take()
    getattr(world, make)(customer)
    changes = TypeChange.objects.count()
    take(Taken(person=Person(name="张伟", customer=customer)), by=world.mei, fair=other_fair())
    assert (type_of(customer), TypeChange.objects.count()) == (type_, changes)


def test_a_change_is_written_only_when_something_changed(world):
    customer = world.take()
    brief(customer, by=world.mei, products=products(world))
    brief(customer, by=world.mei, products=products(world))
    object_to(customer, by=world.mei, reason="moq")
    assert TypeChange.objects.filter(customer=customer).count() == 1


def test_types_never_written_that_never_were(world):
    """Confirming moves contract -> ordering in one step, although the contract's claim ends on the way."""
    customer = world.take()
    world.confirm(world.sent(customer))
    assert [(c.was, c.now) for c in TypeChange.objects.filter(customer=customer).order_by("id")] == [
        ("visitor", "intending"), ("intending", "contract"), ("contract", "ordering"),
    ]  # fmt: skip


def test_settling_many_customers_takes_a_fixed_number_of_queries(world, django_assert_max_num_queries):
    rows = [Taken(person=Person(name=f"访客{i}", company=f"公司{i}")) for i in range(60)]
    from boothline.visitors.solicitation import take_many

    with django_assert_max_num_queries(70):
        take_many(rows, by=world.mei, fair=world.fair)
    assert Customer.objects.count() == 60


def test_a_clock_set_back_stops_nothing(world):
    """A stay never has fewer than 0 days."""
    customer = world.take()
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=False):
        brief(customer, by=world.mei, products=products(world))
    assert TypeChange.objects.get(customer=customer).days == 0

"""SP01: the type rule besides its worked examples. After every test a fixture compares stored and derived types of all customers."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from boothline.contracts.agreement import Contract
from boothline.contracts.establishment import (
    ask_changes,
    take_back_changes,
)
from boothline.customers.card import Customer, Person
from boothline.customers.ladder import TypeChange
from boothline.negotiation.briefing import brief
from boothline.negotiation.objections import object_to
from boothline.visitors.solicitation import Taken

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

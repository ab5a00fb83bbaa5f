"""SP01: the worked examples of the type rule. After every test a fixture compares stored and derived types of all customers."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from boothline.contracts.agreement import Contract, prepare
from boothline.contracts.establishment import (
    NO_LONGER_WANTED,
    ask_changes,
    decline,
    end_contract,
    expire_all,
    send,
    take_back_changes,
    withdraw,
)
from boothline.customers.card import Customer, Person
from boothline.customers.ladder import TypeChange
from boothline.intentions.products import Intention, Wish, lose_line, open_intention
from boothline.negotiation.briefing import Briefing, answer, brief
from boothline.negotiation.objections import close, object_to
from boothline.visitors.solicitation import Taken, take

pytestmark = pytest.mark.django_db


def type_of(customer: Customer) -> str:
    return Customer.objects.get(pk=customer.pk).type


def products(world):
    return list(world.products.values())


def test_1_products_of_interest_are_not_a_wish(world):
    taken = Taken(person=Person(name="张伟", company="光速贸易有限公司"), interest=[p.pk for p in products(world)])
    assert take(taken, by=world.mei, fair=world.fair).customer.type == "visitor"


def test_3_product_shown_without_an_answer(world):
    customer = world.take()
    brief(customer, by=world.mei, products=products(world), channel="tablet")
    assert type_of(customer) == "negotiating"
    change = TypeChange.objects.get(customer=customer)
    assert (change.was, change.now, change.fact, change.actor_name) == ("visitor", "negotiating", "negotiation.briefed", "Mei")


def test_6_7_8_objection_open_resolved_let_go(world):
    customer = world.take()
    objection = object_to(customer, by=world.mei, reason="price", words="太贵")
    assert type_of(customer) == "negotiating"
    close(objection, by=world.mei, outcome="resolved")
    assert type_of(customer) == "negotiating"  # without a briefing: one by word, its answer pending
    assert Briefing.objects.get(customer=customer).channel == "word"

    other = world.take("Nordlicht GmbH", "Anna", emails=["a@n.example"], phones=[])
    shown = brief(other, by=world.mei, products=products(world))
    held = object_to(other, by=world.mei, reason="price")
    answer(shown, by=world.mei, answer="not_interested")
    assert type_of(other) == "negotiating"
    close(held, by=world.mei, outcome="let_go")
    assert type_of(other) == "visitor"


def test_7_resolved_brings_the_briefings_answer_back(world):
    customer = world.take()
    shown = brief(customer, by=world.mei, products=products(world))
    answer(shown, by=world.mei, answer="not_interested")
    close(object_to(customer, by=world.mei, reason="price"), by=world.mei, outcome="resolved")
    assert type_of(customer) == "negotiating"
    assert Briefing.objects.get(customer=customer).answer == "pending"


def test_9_10_intention_with_an_open_objection_then_all_lines_lost(world):
    customer = world.take()
    object_to(customer, by=world.mei, reason="price")
    intention = open_intention(customer, by=world.mei, wishes=[Wish(product=products(world)[0])])
    assert type_of(customer) == "intending"
    lose_line(intention.lines.get(), by=world.mei, reason="买了别家")
    assert type_of(customer) == "negotiating"
    assert Intention.objects.get().state == "lost"
    assert TypeChange.objects.filter(customer=customer).last().fact == "intentions.line_lost"


def test_11_collection_turned_into_a_contract(world):
    customer = world.take()
    contract = world.contract(customer)
    assert type_of(customer) == "contract"
    assert Intention.objects.get().state == "in_contract"
    assert contract.state == "preparing"


def test_12_declined_for_the_price(world):
    customer = world.take()
    request = world.sent(customer)
    decline(request, by=world.guest(request), reason="price", words="超出预算")
    assert type_of(customer) == "intending"
    assert customer.pk and Intention.objects.get().state == "open"
    assert Contract.objects.get().state == "declined"
    from boothline.negotiation.objections import Objection

    assert (Objection.objects.get().reason, Objection.objects.get().state) == ("price", "open")


def test_13_declined_because_no_longer_wanted(world):
    customer = world.take()
    request = world.sent(customer)
    decline(request, by=world.guest(request), reason=NO_LONGER_WANTED)
    assert type_of(customer) == "negotiating"
    from boothline.negotiation.objections import Objection

    objection = Objection.objects.get()
    assert objection.reason == "other"
    close(objection, by=world.mei, outcome="let_go")
    assert type_of(customer) == "visitor"
    assert Intention.objects.get().state == "lost"


def test_14_request_expired_yesterday(world):
    customer = world.take()
    request = world.sent(customer)
    with time_machine.travel(timezone.now() + timedelta(days=16), tick=False):
        assert expire_all() == 1
        assert expire_all() == 0
        request.refresh_from_db()
        assert request.state == "expired"
        assert Contract.objects.get().state == "preparing"
        assert type_of(customer) == "contract"


def test_15_ended_by_us_and_only_withdrawn(world):
    customer = world.take()
    request = world.sent(customer)
    withdraw(request, by=world.mei, reason="价格要重算")
    assert (type_of(customer), Contract.objects.get().state) == ("contract", "preparing")
    end_contract(Contract.objects.get(), by=world.mei, reason="客户换项目")
    assert type_of(customer) == "intending"
    assert Intention.objects.get().state == "open"


def test_16_confirmed_by_the_link(world):
    customer = world.take()
    world.confirm(world.sent(customer))
    assert type_of(customer) == "ordering"
    assert TypeChange.objects.filter(customer=customer).last().fact == "orders.opened"
    assert Intention.objects.get().state == "won"


def test_17_ordering_stays_with_a_second_intention_or_contract(world):
    customer = world.take()
    world.ordered(customer)
    world.intend(customer)
    assert type_of(customer) == "ordering"
    send(prepare(Intention.objects.get(state="open"), by=world.mei).newest, by=world.mei)
    assert type_of(customer) == "ordering"


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

    with django_assert_max_num_queries(60):
        take_many(rows, by=world.mei, fair=world.fair)
    assert Customer.objects.count() == 60

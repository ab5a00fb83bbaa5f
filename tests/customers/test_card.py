"""The card: editing by revision, phones and addresses included; who owns a customer."""

import pytest

from boothline.core.errors import NotAllowed, Stale
from boothline.customers.card import Contact, Customer, Person, assign, edit_contact, edit_customer
from boothline.timeline.history import Event

pytestmark = pytest.mark.django_db


def test_an_edit_is_kept_with_old_and_new(world):
    customer = world.take()
    edit_customer(customer, by=world.mei, revision=1, values={"country": "China"})
    event = Event.objects.get(kind="customers.edited")
    assert event.changes == {"country": ["", "China"]}
    assert Customer.objects.get().revision == 2


def test_a_stale_edit_shows_both_values_and_stores_nothing(world):
    customer = world.take()
    edit_customer(customer, by=world.mei, revision=1, values={"country": "China"})
    with pytest.raises(Stale) as stale:
        edit_customer(customer, by=world.heyuan, revision=1, values={"country": "Germany"})
    assert stale.value.fields == [("country", "China", "Germany")]
    assert Customer.objects.get().country == "China"


def test_a_phone_number_is_part_of_the_card(world):
    contact = world.take().contacts.get()
    mine = Person(name=contact.name, phones=["13911112222"], emails=["zhang.wei@guangsu.example"])
    edit_contact(contact, by=world.mei, revision=1, values={"name": contact.name}, points=mine)
    assert Contact.objects.get().revision == 2
    late = Person(name=contact.name, phones=["13933334444"], emails=["zhang.wei@guangsu.example"])
    with pytest.raises(Stale) as stale:
        edit_contact(contact, by=world.heyuan, revision=1, values={"name": contact.name}, points=late)
    assert stale.value.fields == [("phones", "13911112222", "13933334444")]
    assert Contact.objects.get().point("phone") == "13911112222"


def test_only_a_manager_gives_a_customer_away(world):
    customer = world.take()
    with pytest.raises(NotAllowed):
        assign(customer, by=world.mei, owner=None, revision=1)
    assign(customer, by=world.heyuan, owner=world.users["kevin"], revision=1)
    assert Customer.objects.get().owner.username == "kevin"
    assert not Customer.objects.visible_to(world.mei).exists()

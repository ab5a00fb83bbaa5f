"""What was noted of somebody is read where it is needed: on the customer's page, on Today."""

from __future__ import annotations

import uuid

import pytest

from boothline.customers.card import Person
from boothline.followups.today import Asked, groups
from boothline.visitors.solicitation import Taken, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(world):
    person = Person(name="罗西", company="Rossi Retail", emails=["rossi@x.example"], note="星座偏好：狮子座")
    taken = Taken(person=person, client_id=uuid.uuid4(), note="春季要开 12 家店", promised=["quote"])
    return take(taken, by=world.mei, fair=world.fair).customer


def test_the_note_of_a_capture_and_of_a_contact_stand_on_the_customers_page(world, customer, client_of):
    page = client_of(world.users["mei"]).get(f"/customers/{customer.pk}/").content.decode()
    assert "春季要开 12 家店" in page and "狮子座" in page
    masked = client_of(world.users["haoran"]).get(f"/customers/{customer.pk}/").content.decode()
    assert "狮子座" not in masked


def test_what_was_noted_is_what_to_say_on_today(world, customer):
    now, _rest = groups(Asked(world.mei))
    assert now and now.say[:2] == ["答应的事：报价", "“春季要开 12 家店”"]


def test_what_was_promised_says_of_which_products(world):
    """Promise, products and note: a row shows two pieces, and none of the three is left out."""
    person, interest = Person(name="港灯", company="Harbour Lights"), [product.pk for product in world.products.values()]
    taken = Taken(person=person, client_id=uuid.uuid4(), note="要黑色", promised=["quote"], interest=interest)
    take(taken, by=world.mei, fair=world.fair)
    now, _rest = groups(Asked(world.mei))
    assert now and now.say[:2] == ["答应的事：报价（轨道射灯、面板灯）", "“要黑色”"]

"""Products of interest that a file names, without a capture."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.customers.card import Customer
from boothline.customers.companies import Company, add_companies
from boothline.negotiation.interest import interests_of
from boothline.timeline.history import Event
from boothline.visitors.interests import Interest, Interested, note_interests

pytestmark = pytest.mark.django_db


def test_a_product_of_interest_claims_nothing_and_begins_the_briefing(world):
    (customer,) = add_companies([Company("Acme", owner=world.users["mei"])], by=SYSTEM)
    track, panel = world.products["TR20"], world.products["PN60"]
    note_interests([Interest(customer, track, date(2016, 3, 1)), Interest(customer, panel), Interest(customer, track)], by=SYSTEM)
    assert Interested.objects.count() == 2 and Customer.objects.get(pk=customer.pk).type == "visitor"
    assert {i.product for i in interests_of(customer)} == {track, panel}
    assert Event.objects.get(kind="visitors.interested").sentence == "导入：对轨道射灯、面板灯感兴趣"
    note_interests([Interest(customer, panel)], by=SYSTEM)
    assert Event.objects.filter(kind="visitors.interested").count() == 1


def test_the_customers_page_shows_it(world):
    (customer,) = add_companies([Company("Acme", owner=world.users["mei"])], by=SYSTEM)
    note_interests([Interest(customer, world.products["TR20"], date(2016, 3, 1))], by=SYSTEM)
    mei = Client()
    mei.force_login(world.users["mei"])
    page = mei.get(reverse("customer", args=[customer.pk])).content.decode()
    assert "感兴趣的产品" in page and "2016年3月1日" in page


def test_only_who_edits_customers_notes_any(world):
    with pytest.raises(NotAllowed):
        note_interests([Interest(world.take(), world.products["TR20"])], by=world.xiaoyu)

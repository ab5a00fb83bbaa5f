"""What is said after a press: it has the focus on the page that comes, so that whoever works by keyboard begins there."""

import pytest
from django.urls import reverse

from boothline.core import clock

pytestmark = pytest.mark.django_db


def test_what_is_said_after_a_save_has_the_focus(world, client_of):
    order = world.opened()
    client = client_of(world.users["haoran"])
    slip = {"sent": "10", "bank_currency": "CNY", "borne_by": "customer", "received_on": clock.today().isoformat()}
    page = client.post(reverse("receipt-new", args=[order.customer_id]), slip, follow=True).content.decode()
    assert page.count('role="status" tabindex="-1" autofocus') == 1
    assert "autofocus" not in client.get(reverse("order", args=[order.number])).content.decode()

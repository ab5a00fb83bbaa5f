"""What leads from an order that is complete to the next one."""

import pytest

from boothline.orders.models import Order

pytestmark = pytest.mark.django_db


def test_a_complete_order_leads_to_a_reorder_for_who_sells(world, client_of):
    order = world.ordered(world.take())
    again = f"/customers/{order.customer_id}/expansions/new/?kind=reorder"
    mei, haoran = client_of(world.users["mei"]), client_of(world.users["haoran"])
    assert again not in mei.get(f"/orders/{order.number}/").content.decode()
    Order.objects.filter(pk=order.pk).update(state="complete")  # as if all of it had arrived
    assert again in mei.get(f"/orders/{order.number}/").content.decode()
    assert again not in haoran.get(f"/orders/{order.number}/").content.decode()
    assert mei.get(again).status_code == 200
    Order.objects.filter(pk=order.pk).update(state=order.state)

"""What leads from an order that is complete to the next one."""

import pytest

from boothline.contracts.models import Version
from boothline.intentions.collection import LASTING, proposed
from boothline.intentions.models import Collection
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


def test_the_terms_that_they_agreed_last_stand_in_the_next_collection(world):
    """Whatever was collected before: the contract is what they signed."""
    order = world.ordered(world.take())
    contract = order.contract
    Collection.objects.filter(intention__customer=order.customer_id).delete()  # the draft was filled in by hand
    intention = world.intend(order.customer)
    stands = proposed(intention)
    agreed = contract.newest
    assert [stands[name] for name in LASTING] == [getattr(agreed, name) for name in LASTING] and stands["consignee"] == "张伟"
    Version.objects.filter(pk=agreed.pk).update(delivery_address="", consignee="李娜")
    Collection.objects.create(intention=contract.intention, delivery_address="佛山 2 号仓", consignee="王芳")
    assert [proposed(intention)[name] for name in ("delivery_address", "consignee")] == ["佛山 2 号仓", "李娜"]

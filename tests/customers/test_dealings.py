"""Price memory: the last three prices that a customer was shown, offered, or paid."""

from datetime import timedelta
from decimal import Decimal

import pytest

from boothline.catalogue.products import Product, Variant, add_variant
from boothline.core import clock
from boothline.customers.dealings import Noted, end, note, price_memory
from boothline.customers.models import Dealing
from boothline.intentions.models import Intention
from boothline.negotiation.briefing import brief

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(world):
    return world.take()


@pytest.fixture
def track(world) -> Variant:
    return Variant.objects.get(sku="TR20-1")


def remembered(customer, product, variant=None):
    return price_memory(customer, [(product, variant)])[product.pk, variant.pk if variant else None]


def test_the_last_three_newest_first(world, customer, track):
    for days, price in ((30, 70), (20, 71), (10, 72), (40, 69)):
        priced = [Noted(track.product, track, Decimal(price), "CNY", Decimal(5))]
        note(customer, "contract", customer, priced, by=world.mei, on=clock.today() - timedelta(days=days))
    assert [d.price for d in remembered(customer, track.product, track)] == [72, 71, 70]


def test_of_the_variant_else_of_the_product(world, customer, track):
    black = add_variant(track.product, by=world.heyuan, sku="TR20-BK", price=Decimal(75))
    note(customer, "order", customer, [Noted(track.product, track, Decimal(70), "CNY")], by=world.mei)
    assert [d.price for d in remembered(customer, track.product, black)] == [70], "nothing of black yet: the product's"
    note(customer, "order", customer, [Noted(track.product, black, Decimal(74), "CNY")], by=world.mei)
    assert [d.price for d in remembered(customer, track.product, black)] == [74]
    assert [d.price for d in remembered(customer, track.product)] == [74, 70]


def test_of_this_customer_only_and_in_one_query(world, customer, track, django_assert_num_queries):
    other = world.take("Nordlicht GmbH", "Anna", emails=["a@n.example"], phones=[])
    note(other, "order", other, [Noted(track.product, track, Decimal(70), "CNY")], by=world.mei)
    wanted = [(product, None) for product in Product.objects.all()]
    with django_assert_num_queries(1):
        assert not any(price_memory(customer, wanted).values())
    with django_assert_num_queries(0):
        assert price_memory(customer, [(None, None)]) == {}


def test_what_ended_is_remembered_struck_through(world, customer, track):
    note(customer, "contract", customer, [Noted(track.product, track, Decimal(70), "CNY")], by=world.mei)
    end([customer])
    (past,) = remembered(customer, track.product, track)
    assert (past.price, past.is_live) == (70, False)


def test_a_briefing_and_an_order_are_noted(world, customer, track):
    brief(customer, by=world.mei, products=[track.product])
    world.ordered(customer)
    assert [(d.kind, d.price, d.who) for d in Dealing.objects.filter(product=track.product).exclude(kind="contract").order_by("id")] == [
        ("briefing", Decimal("68.5"), "Mei"), ("order", Decimal(100), "Mei"),
    ]  # fmt: skip


def test_a_price_is_ours_whoever_accepts_it(world, customer, track):
    """The order carries who sent the contract; what a customer does with their link, who follows them. Never the customer's own name."""
    order = world.ordered(customer)
    assert [d.who for d in remembered(customer, track.product, track)] == ["Mei", "Mei"]
    guest = world.guest(order.confirmation.request)
    note(customer, "order", order, [Noted(track.product, track, Decimal(70), "CNY")], by=guest)
    assert remembered(customer, track.product, track)[0].who == "Mei"


def test_they_stand_beside_the_line(world, customer, client):
    brief(customer, by=world.mei, products=list(Product.objects.all()))
    world.intend(customer)
    client.force_login(world.users["mei"])
    body = client.get(f"/intentions/{Intention.objects.get().pk}/").content.decode()
    assert "产品详解" in body and "68.50" in body


def test_a_price_of_another_variant_says_of_which(world, client_of, track):
    """Black was never sold to them: what white cost is shown as white."""
    black = add_variant(track.product, by=world.heyuan, sku="TR20-BK", price=Decimal(75))
    order = world.opened(lines="10x70")
    order.lines.update(variant=black, sku="TR20-BK")
    page = client_of(world.users["mei"]).get(f"/orders/{order.number}/").content.decode()
    assert 'TR20-1<i class="sep">·</i> 10 × ¥70.00' in page

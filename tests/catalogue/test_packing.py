"""Packing: cartons, m³, kg, the share of a container."""

import re
from decimal import Decimal

import pytest
from django.utils.translation import override

from boothline.catalogue.packing import CONTAINERS, load
from boothline.catalogue.products import Variant, edit_variant
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.intentions.quotation import _more, _rows, _shipped
from boothline.orders.shipments import plan


def variant(**more) -> Variant:
    packed = {
        "sku": "TR20", "carton_quantity": 10, "carton_length": Decimal(50), "carton_width": Decimal(40), "carton_height": Decimal(35),
        "gross_weight": Decimal(12),
    }  # fmt: skip
    return Variant(**packed | more)


def test_a_thousand_pieces():
    found = load([(variant(), Decimal(1000))])
    assert (found.cartons, found.volume, found.weight) == (100, Decimal("7.000"), Decimal(1200))
    assert (found.share("20GP"), found.container, found.uneven, found.unknown) == (Decimal("25.0"), "20GP", (), ())


def test_what_a_container_takes():
    """28 / 56 / 68 m³, 21 / 26 / 26 t."""
    assert CONTAINERS == {"20GP": (28, 21_000), "40GP": (56, 26_000), "40HQ": (68, 26_000)}


def test_the_larger_of_volume_and_weight():
    heavy = load([(variant(gross_weight=Decimal(210)), Decimal(1000))])
    assert (heavy.share("20GP"), heavy.container) == (Decimal(100), "20GP")
    heavier = load([(variant(gross_weight=Decimal(211)), Decimal(1000))])
    assert (heavier.share("20GP") > 100, heavier.container) == (True, "40GP")


@pytest.mark.parametrize(("volume", "container"), [(28, "20GP"), (29, "40GP"), (56, "40GP"), (57, "40HQ"), (140, "40HQ")])
def test_the_smallest_container_that_takes_it(volume, container):
    cube = variant(
        carton_quantity=1, carton_length=Decimal(100), carton_width=Decimal(100), carton_height=Decimal(100), gross_weight=Decimal(1)
    )
    assert load([(cube, Decimal(volume))]).container == container


def test_no_whole_carton_warns_and_counts_as_one():
    found = load([(variant(), Decimal(1001)), (variant(sku="PN60"), Decimal("0.5"))])
    assert (found.cartons, found.uneven) == (102, ("TR20", "PN60"))
    twice = load([(variant(), Decimal(15)), (variant(), Decimal(6)), (variant(gross_weight=None, sku="A"), Decimal(1))] * 2)
    assert (twice.cartons, twice.uneven, twice.unknown) == (6, ("TR20",), ("A",)), "each is named once"


def test_what_is_not_known_is_named():
    found = load(
        [
            (variant(gross_weight=None), Decimal(10)),
            (variant(sku="A", carton_height=None), Decimal(10)),
            (None, Decimal(1)),
            (variant(), None),
        ]
    )
    assert (found.cartons, found.unknown) == (0, ("TR20", "A"))


@pytest.mark.django_db
def test_intention_quotation_contract_order_and_shipment_sum_it(world, client_of):
    """6.7.6: every line and their sum; 10 of the first product make one carton, 5 no whole one; how the second is packed nobody knows."""
    spot = world.products["TR20"].variants.get()
    packed = {
        name: getattr(variant(), name) for name in ("carton_quantity", "carton_length", "carton_width", "carton_height", "gross_weight")
    }
    edit_variant(spot, by=SYSTEM, revision=spot.revision, values=packed, steps=[])
    order = world.ordered(world.take())
    first, second = order.lines.all()
    shipment = plan(order, by=world.haoran, quantities={first.pk: Decimal(5), second.pk: second.due}, planned_on=clock.today())
    intention = order.contract.intention
    client = client_of(world.users["heyuan"])
    pages = (f"/intentions/{intention.pk}/", f"/contracts/{order.contract.number}/", f"/orders/{order.number}/")
    for address in (*pages, f"/shipments/{shipment.number}/"):
        page = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
        assert page.count("0.070 m³") == 2, address  # the line's and the sum's
        assert "占一个 20GP 的 0.2%" in page, address
        assert "未计入（缺包装资料）：PN60-1" in page, address
        assert ("最后一箱装不满：TR20-1" in page) == (address not in pages)
    with override("en"):
        said = [_more(row) for row in _rows(intention)]
        assert "1 carton · 0.070 m³ · 12 kg" in said[0] and "carton" not in said[1]
        assert _shipped(intention) == []
        edit_variant(second.variant, by=SYSTEM, revision=second.variant.revision, values=packed, steps=[])
        assert _shipped(type(intention).objects.get()) == ["Packing: 2 cartons · 0.140 m³ · 24 kg · 0.5% of a 20GP"]

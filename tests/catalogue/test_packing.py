"""Packing: cartons, m³, kg, the share of a container."""

from decimal import Decimal

import pytest

from boothline.catalogue.packing import CONTAINERS, load
from boothline.catalogue.products import Variant


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

"""How goods are packed: cartons, volume, weight, and the share of a container that they fill.

Everything follows from the packing data of the variants: pieces a carton, its size in cm, its weights in kg.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from boothline.catalogue.products import Variant

CONTAINERS = {"20GP": (Decimal(28), Decimal(21_000)), "40GP": (Decimal(56), Decimal(26_000)), "40HQ": (Decimal(68), Decimal(26_000))}
"""What a container takes: m³, kg."""


@dataclass(frozen=True)
class Load:
    """What goods need on the way. `uneven` and `unknown` name the SKUs whose last carton is part full, or that lack packing data."""

    cartons: int = 0
    volume: Decimal = Decimal(0)  # m³
    weight: Decimal = Decimal(0)  # kg, gross
    uneven: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    net: Decimal | None = Decimal(0)  # kg; None where the net weight of something is not known

    def share(self, container: str) -> Decimal:
        """Percent of one container of this kind: the larger of volume and weight."""
        volume, weight = CONTAINERS[container]
        return 100 * max(self.volume / volume, self.weight / weight)

    @property
    def container(self) -> str:
        """The smallest container that takes it all; the largest where none does."""
        return next((kind for kind in CONTAINERS if self.share(kind) <= 100), "40HQ")


def load(goods: Iterable[tuple[Variant | None, Decimal | None]]) -> Load:
    """Of (variant, quantity) pairs; pairs without a variant or quantity do not count."""
    cartons, volume, weight = 0, Decimal(0), Decimal(0)
    net: Decimal | None = Decimal(0)
    uneven: list[str] = []
    unknown: list[str] = []
    for variant, quantity in goods:
        if variant is None or not quantity:
            continue
        pieces, size = variant.carton_quantity, (variant.carton_length, variant.carton_width, variant.carton_height)
        if not pieces or variant.gross_weight is None or None in size:
            unknown.append(variant.sku)
            continue
        count = int((quantity / pieces).to_integral_value(ROUND_CEILING))
        if quantity != count * pieces:
            uneven.append(variant.sku)
        length, width, height = (side for side in size if side is not None)
        cartons += count
        volume += count * length * width * height / 1_000_000
        weight += count * variant.gross_weight
        net = None if net is None or variant.net_weight is None else net + count * variant.net_weight
    return Load(cartons, volume, weight, tuple(dict.fromkeys(uneven)), tuple(dict.fromkeys(unknown)), net)

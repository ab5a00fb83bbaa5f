"""Sums in the database, exact on both. SQLite keeps decimals as floats: add them up as whole minor units."""

from decimal import Decimal

from django.db.models import BigIntegerField, F, Q, Sum
from django.db.models.functions import Cast, Coalesce, Round


def exact_sum(path: str, places: int = 3, *, only: Q | None = None) -> Coalesce:
    """Sum of a decimal column, of some rows `only`, as an integer of 10^-places; `from_units` turns it back."""
    return Coalesce(Sum(Cast(Round(F(path) * 10**places), BigIntegerField()), filter=only), 0)


def from_units(units: int, places: int = 3) -> Decimal:
    """The decimal that `exact_sum` stood for."""
    return Decimal(units).scaleb(-places)

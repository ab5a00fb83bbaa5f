"""Which questions the lists of stock answer."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.lists import STOCK_KINDS, STOCK_WHYS
from boothline.catalogue.products import Variant, Variants
from boothline.catalogue.stock import StockMove


class StockFilter(filters.FilterSet):
    """By how stock is kept, or only what is short."""

    kind = filters.ChoiceFilter(
        label=_("stock"), method="by_kind", empty_label=_("every variant with stock"),
        choices=[("short", _("what is short")), *((code, words) for code, words in STOCK_KINDS.items() if code != "always")],
    )  # fmt: skip

    class Meta:
        model = Variant
        fields: list[str] = []

    def by_kind(self, rows: Variants, name: str, value: str) -> Variants:
        """One kind, or what is short."""
        return rows.filter(short__gt=0) if value == "short" else rows.filter(stock_kind=value)


class MoveFilter(filters.FilterSet):
    """By why it moved."""

    why = filters.ChoiceFilter(label=_("why"), choices=list(STOCK_WHYS.items()), empty_label=_("whatever the reason"))

    class Meta:
        model = StockMove
        fields = ["why"]

"""What a deal costs beside its goods, on a form: charges, an amount off the whole, tax; with the sum as it grows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boothline.core.totals import CHARGES, NAMES
from boothline.ui.fields import Amount, Text


class PriceTermsForm(forms.Form):
    """The fields that every form of a deal shares; all of them may stay empty."""

    freight = Amount(label=CHARGES["freight"])
    insurance = Amount(label=CHARGES["insurance"])
    packing = Amount(label=CHARGES["packing"])
    tooling = Amount(label=CHARGES["tooling"])
    other_charge = Amount(label=CHARGES["other_charge"])
    other_words = Text(label=_("what the other charge is for"), max_length=100, required=False)
    order_discount = Amount(label=_("order discount"), help_text=_("An amount off the whole, below the value of the goods."))
    tax_rate = forms.DecimalField(
        label=_("tax added, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
        help_text=_("For prices without tax, such as 13. Empty: the prices are with tax."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name not in NAMES), *NAMES])  # as they stand on the page

    def charge_fields(self) -> list[Any]:
        """In the order in which a document prints them."""
        return [self[name] for name in NAMES if name in self.fields]

    def other_fields(self) -> list[Any]:
        """Everything else."""
        return [self[name] for name in self.fields if name not in NAMES and name != "is_sure"]

    def price_terms(self) -> dict[str, Any]:
        """As entered: {column: value}."""
        return {name: self.cleaned_data[name] for name in NAMES if name in self.fields}

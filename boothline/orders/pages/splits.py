"""Splitting an order in two, and merging two of one customer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Refused
from boothline.core.errors import Words as Said
from boothline.core.money import figure, money_words
from boothline.orders.changes import has_rest
from boothline.orders.pages.changes import OrderFormPage
from boothline.orders.register import Order, OrderLine
from boothline.orders.splits import merge, mergeable, movable, split
from boothline.ui.fields import Quantity, Words


class SplitForm(forms.Form):
    """How much of each line goes on as another order, and why."""

    reason = Words(label=_("reason"), rows=2, max_length=300)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = {pk: left for pk, left in movable(order).items() if left}
        self.lines = list(order.lines.filter(pk__in=self.left))
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = Quantity(label=_("goes on as another order"), required=False)

    def line_fields(self) -> list[tuple[OrderLine, Decimal, Any]]:
        """Each line, how much of it can go, and its field."""
        return [(line, self.left[line.pk], self[f"line_{line.pk}"]) for line in self.lines]

    def quantities(self) -> dict[int, Decimal]:
        """As entered."""
        return {line.pk: self.cleaned_data[f"line_{line.pk}"] or Decimal(0) for line in self.lines}


class Split(OrderFormPage):
    """Lines, or a part of them, go on as a new order."""

    title = _("Split the order")
    lead = _("What you enter here goes on as an order of its own: same contract, same date. What was paid is shared by value.")
    template = "orders/split.html"
    form = SplitForm
    button = _("Split order")

    def form_options(self) -> dict[str, Any]:
        """The order's lines."""
        return {"order": self.record}

    def hindered(self) -> Said:
        """Nothing is there any more that could go on as another order."""
        return "" if has_rest(self.record) else _("Everything has left already: there is nothing to split.")

    def context(self) -> dict[str, Any]:
        """The shipments whose goods could be split off, were they cancelled."""
        return {"waiting": list(self.record.shipments.filter(cancelled_at=None, shipped_at=None).order_by("id"))}

    def save(self, form: Any) -> str:
        """Splits it; on to the new order."""
        try:
            made = split(
                self.record, by=self.by, quantities=form.quantities(), reason=form.cleaned_data["reason"], revision=self.seen
            )  # fmt: skip
        except Refused as refused:
            if refused.code == "stale":  # told what stands now: who presses again means that
                self.record = self.load()
                self.seen = self.record.revision
            raise
        return reverse("order", args=[made.number])


class MergeForm(forms.Form):
    """Which order is taken in, and why."""

    reason = Words(label=_("reason"), rows=2, max_length=300)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(other.pk): other for other in mergeable(order)}
        self.fields["other"] = forms.ChoiceField(
            label=_("order that is taken in"),
            choices=[(key, _words(other)) for key, other in self.others.items()],
            widget=forms.RadioSelect,
        )


def _words(order: Order) -> str:
    goods = [f"{figure(line.due)} × {line.sku}" for line in order.lines.all() if line.due]
    return " · ".join([order.number, money_words(order.total, order.currency), *goods])


class Merge(OrderFormPage):
    """Another order of the customer on the same terms is taken in."""

    title = _("Merge orders")
    lead = _("Lines, shipments, problems and payments of the other order come here, with their dates. It stays, empty, and points here.")
    template = "orders/merge.html"
    form = MergeForm
    button = _("Merge orders")

    def form_options(self) -> dict[str, Any]:
        """The orders that may be taken in."""
        return {"order": self.record}

    def hindered(self) -> Said:
        """The customer has no other order that could be taken in."""
        words = _("The customer has no other order on the same terms: currency, payment, delivery and address.")
        return "" if mergeable(self.record) else words

    def save(self, form: Any) -> str:
        """Merges them."""
        data = form.cleaned_data
        try:
            merge(self.record, by=self.by, other=form.others[data["other"]], reason=data["reason"], revision=self.seen)
        except Refused as refused:
            if refused.code == "stale":
                self.record = self.load()
                self.seen = self.record.revision
            raise
        return reverse("order", args=[self.record.number])

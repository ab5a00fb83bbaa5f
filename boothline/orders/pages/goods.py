"""102: hands goods data in, approves, rejects, or says that it is not needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.errors import Refused
from boothline.core.text import listed
from boothline.orders.goods import GoodsItem, approve, approve_line, not_needed, reject, submit
from boothline.orders.register import Order, OrderLine
from boothline.ui.fields import Words, narrow
from boothline.ui.kit import ActionPage, FormPage

OUTCOMES = {
    "submitted": _("handed in"),
    "approved": _("approved"),
    "rejected": _("rejected"),
    "not_needed": _("not needed"),
}


class GoodsForm(forms.Form):
    """What becomes of the item."""

    outcome = forms.ChoiceField(label=_("outcome"), widget=forms.RadioSelect)
    words = Words(label=_("what was handed in, or the reason"), required=False)

    def __init__(self, *args: Any, outcomes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "outcome", outcomes)


class EditGoods(FormPage):
    """One item of goods data."""

    right = "goods.submit"
    title = _("Goods data")
    nav = "orders"
    form = GoodsForm
    button = _("Save goods data")

    def find(self) -> QuerySet[GoodsItem]:
        """Visible ones."""
        return GoodsItem.objects.visible_to(self.by).select_related("line__order__customer")

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        order = self.record.line.order
        return [(str(_("Orders")), reverse("orders")), (order.number, reverse("order", args=[order.number]))]

    def heading(self) -> str:
        """Which item of which line."""
        return listed([self.record, self.record.line.sku])

    def form_options(self) -> dict[str, Any]:
        """What one may do."""
        judges = may(self.by, "goods.approve", self.record.line.order)
        return {"outcomes": [(c, str(w)) for c, w in OUTCOMES.items() if judges or c == "submitted"]}

    def save(self, form: Any) -> str:
        """Does it."""
        item, words = self.record, form.cleaned_data["words"]
        outcome = form.cleaned_data["outcome"]
        try:
            if outcome == "submitted":
                submit(item, by=self.by, words=words, revision=self.seen)
            elif outcome == "approved":
                approve(item, by=self.by, revision=self.seen)
            elif outcome == "rejected":
                reject(item, by=self.by, reason=words, revision=self.seen)
            else:
                not_needed(item, by=self.by, reason=words, revision=self.seen)
        except Refused as refused:
            refused.field = "words" if refused.field else None
            if refused.code == "stale":  # told what stands now: who presses again means that
                self.seen = self.load().revision
            raise
        return reverse("order", args=[item.line.order.number])


class ApproveLine(ActionPage):
    """Everything that a line needs is in order."""

    right = "goods.approve"

    def find(self) -> QuerySet[OrderLine]:
        """Lines of visible orders."""
        return OrderLine.objects.filter(order__in=Order.objects.visible_to(self.by)).select_related("order__customer")

    def back(self) -> str:
        """The order."""
        return reverse("order", args=[self.record.order.number])

    def press(self) -> str:
        """Approves."""
        approve_line(self.record, by=self.by)
        return self.back()

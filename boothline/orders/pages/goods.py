"""102: hands goods data in, approves, rejects, or says that it is not needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.accounts.rights import may
from boothline.core.errors import Refused
from boothline.files.attachments import read_received
from boothline.orders.goods import GoodsItem, approve, approve_line, check_handed_in, files_of, not_needed, owe, reject, submit
from boothline.orders.lists import GOODS_OWES, GOODS_STATES
from boothline.orders.register import Order, OrderLine
from boothline.timeline.history import Event
from boothline.ui.fields import Words, narrow
from boothline.ui.jinja import cap
from boothline.ui.kit import FormPage

OUTCOMES = {
    "submitted": _("handed in"),
    "approved": _("approved"),
    "rejected": _("rejected"),
    "not_needed": _("not needed"),
}


class GoodsForm(forms.Form):
    """What becomes of the item."""

    outcome = forms.ChoiceField(label=_("outcome"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("file (picture or PDF)"), required=False)
    words = Words(label=_("what was handed in, or the reason"), required=False)

    def __init__(self, *args: Any, outcomes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "outcome", outcomes)

    def clean(self) -> dict[str, Any]:
        """A file is handed in: with a reason against it nobody would look for it."""
        data = super().clean() or {}
        if data.get("file") and data.get("outcome") in ("rejected", "not_needed"):
            self.add_error("file", _("A file goes with what is handed in or approved. Leave it out here."))
        return data


class OwingForm(forms.Form):
    """Who owes it."""

    owes = forms.ChoiceField(label=_("who owes"), choices=list(GOODS_OWES.items()), widget=forms.RadioSelect)
    person = forms.ModelChoiceField(label=_("who of us"), queryset=User.objects.none(), required=False, empty_label=_("whoever sees to it"))

    def __init__(self, *args: Any, item: GoodsItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "person", User.objects.filter(Q(is_active=True) | Q(pk=item.person_id)).order_by("id"))


class OfGoods(FormPage):
    """What the forms about one item share."""

    right = "goods.submit"
    title = _("Goods data")
    nav = "orders"

    def find(self) -> QuerySet[GoodsItem]:
        """Visible ones."""
        return GoodsItem.objects.visible_to(self.by).select_related("line__order__customer", "person")

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        order = self.record.line.order
        return [(str(_("Orders")), reverse("orders")), (order.number, reverse("order", args=[order.number]))]

    def heading(self) -> str:
        """Which item of which line."""
        return cap(f"{self.record} · {self.record.line.sku}")


class EditGoods(OfGoods):
    """One item of goods data: how far it is, who owes it, what becomes of it."""

    template = "orders/goods.html"
    form = GoodsForm
    button = _("Save goods data")

    def context(self) -> dict[str, Any]:
        """How far it is, and what was handed in."""
        item: GoodsItem = self.record
        return {
            "state_words": GOODS_STATES[item.state],
            "files": files_of([item])[item.pk],
            "events": Event.objects.about(item).order_by("-id")[:20] if may(self.by, "history.see", item.line.order) else [],
        }

    def form_options(self) -> dict[str, Any]:
        """What one may do."""
        judges = may(self.by, "goods.approve", self.record.line.order)
        return {"outcomes": [(c, str(w)) for c, w in OUTCOMES.items() if judges or c == "submitted"]}

    def save(self, form: Any) -> str:
        """Does it."""
        item, words, outcome = self.record, form.cleaned_data["words"], form.cleaned_data["outcome"]
        received = read_received(form.cleaned_data["file"]) if form.cleaned_data["file"] else None
        try:
            if outcome == "submitted":
                submit(item, by=self.by, words=words, received=received, revision=self.seen)
            elif outcome == "approved":
                approve(item, by=self.by, received=received, revision=self.seen)
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


class OweGoods(OfGoods):
    """Who owes an item of goods data."""

    form = OwingForm
    button = _("Save who owes it")

    def form_options(self) -> dict[str, Any]:
        """Who it may be."""
        return {"item": self.record}

    def initial(self) -> dict[str, Any]:
        """Who it is."""
        return {"owes": self.record.owes, "person": self.record.person_id}

    def back(self) -> str:
        """The item."""
        return reverse("goods", args=[self.record.pk])

    def save(self, form: Any) -> str:
        """Says so."""
        owe(self.record, by=self.by, revision=self.seen, **form.cleaned_data)
        return self.back()


class ApproveLine(FormPage):
    """Everything that a line needs is in order; what nobody handed in is asked about first."""

    right = "goods.approve"
    title = _("Approve goods data")
    nav = "orders"
    form = forms.Form
    button = _("Approve all")

    def find(self) -> QuerySet[OrderLine]:
        """Lines of visible orders."""
        return OrderLine.objects.filter(order__in=Order.objects.visible_to(self.by)).select_related("order__customer")

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        number = self.record.order.number
        return [(str(_("Orders")), reverse("orders")), (number, reverse("order", args=[number]))]

    def heading(self) -> str:
        """Of which line."""
        return str(_("Approve all of %(sku)s") % {"sku": self.record.sku})

    def save(self, form: Any) -> str:
        """Approves."""
        if not self.is_sure:
            check_handed_in(self.record)
        approve_line(self.record, by=self.by)
        return self.back()

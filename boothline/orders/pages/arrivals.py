"""101 and 103: what the carrier says, and what came, as staff note them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Variant
from boothline.core.errors import Refused
from boothline.core.errors import Words as Said
from boothline.core.money import figure, trimmed
from boothline.core.text import phrase
from boothline.core.units import unit_words
from boothline.files.attachments import read_received
from boothline.intentions.pages.intentions import VariantChoice
from boothline.orders.arrivals import Count, record_paper
from boothline.orders.lists import TRACKING
from boothline.orders.pages.shipments import ShipmentFormPage, shipment_url
from boothline.orders.register import Order, OrderLine
from boothline.orders.shipments import ShipmentLine
from boothline.orders.solutions import GoodsReturn, already_in, receive
from boothline.orders.tracking import track
from boothline.ui.fields import Moment, Quantity, Text, Words, narrow
from boothline.ui.kit import FormPage


class TrackingForm(forms.Form):
    """What the carrier says."""

    state = forms.ChoiceField(label=_("what happened"), choices=list(TRACKING.items()))
    at = Moment(label=_("when"))
    place = Text(label=_("place"), max_length=100, required=False)
    words = Text(label=_("remark"), max_length=300, required=False)


class Track(ShipmentFormPage):
    """Notes one event on the way."""

    title = _("Note where the goods are")
    form = TrackingForm
    button = _("Note where they are")

    def initial(self) -> dict[str, Any]:
        """Now."""
        return {"at": timezone.localtime()}

    def save(self, form: Any) -> str:
        """Tracks."""
        track(self.record, by=self.by, **form.cleaned_data)
        return shipment_url(self.record)


class ArrivalForm(forms.Form):
    """How much of each line came, and who signed the paper."""

    def __init__(self, *args: Any, parts: list[ShipmentLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        for part in parts:
            self.fields[f"received_{part.line_id}"] = Quantity(label=_("received"), initial=trimmed(part.quantity))
            self.fields[f"damaged_{part.line_id}"] = Quantity(label=_("of these damaged"), required=False)
        self.fields["signed_by"] = Text(label=_("signed by"), max_length=100)
        self.fields["at"] = Moment(label=_("when"))
        self.fields["words"] = Words(label=_("remark"), required=False, rows=2)
        self.fields["scan"] = forms.FileField(
            label=_("scan: picture or PDF"),
            widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
            help_text=_("Needed: the paper that the customer signed."),
        )

    def rows(self) -> list[tuple[ShipmentLine, Any, Any]]:
        """Each line with its two fields."""
        return [(part, self[f"received_{part.line_id}"], self[f"damaged_{part.line_id}"]) for part in self.parts]

    def counted(self) -> dict[int, Count]:
        """What was counted."""
        data = self.cleaned_data
        return {p.line_id: Count(data[f"received_{p.line_id}"], data[f"damaged_{p.line_id}"] or Decimal(0)) for p in self.parts}


class RecordArrival(ShipmentFormPage):
    """What the customer signed on paper."""

    right = "arrivals.record"
    title = _("Record the arrival")
    lead = _("What the customer counted and signed on paper. They can sign by their link as well.")
    template = "orders/arrival.html"
    form = ArrivalForm
    button = _("Record arrival")

    def initial(self) -> dict[str, Any]:
        """Now, as shipped."""
        return {"at": timezone.localtime(), "signed_by": self.record.order.consignee}

    def form_options(self) -> dict[str, Any]:
        """What was in the shipment."""
        return {"parts": list(self.record.lines.all())}

    def save(self, form: Any) -> str:
        """Records."""
        data = form.cleaned_data
        record_paper(
            self.record, by=self.by, counted=form.counted(), signed_by=data["signed_by"], at=data["at"], words=data["words"],
            scan=read_received(data["scan"], "scan"),
        )  # fmt: skip
        return shipment_url(self.record)


class ReceiptForm(forms.Form):
    """How much came back, and what the check found."""

    quantity = Quantity(label=_("came back"))
    good = Quantity(label=_("of these good: back on stock"), help_text=_("0 where none can be sold again"))
    variant = VariantChoice(label=_("article that they are"), queryset=Variant.objects.none(), required=False, empty_label=None)
    words = Text(label=_("what the check found"), max_length=300, required=False)

    def __init__(self, *args: Any, back: GoodsReturn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "variant", Variant.objects.select_related("product").order_by("sku"))
        if back.resolution.problem.kind != "wrong_goods":
            del self.fields["variant"]
            if not back.line.variant.keeps_stock:
                del self.fields["good"]


class ReceiveReturn(FormPage):
    """What came back is counted and checked."""

    right = "arrivals.record"
    title = _("Receive the return")
    nav = "problems"
    form = ReceiptForm
    button = _("Receive return")

    def find(self) -> QuerySet[GoodsReturn]:
        """Returns of visible orders."""
        found = GoodsReturn.objects.filter(line__order__in=Order.objects.visible_to(self.by))
        return found.select_related("line__order__customer", "resolution__problem")

    def trail(self) -> list[tuple[str, str]]:
        """The problem."""
        number = self.record.resolution.problem.number
        return [(str(_("Problems")), reverse("problems")), (number, reverse("problem", args=[number]))]

    def leading(self) -> str:
        """What of whom is to come back."""
        line: OrderLine = self.record.line
        values = {
            "q": figure(self.record.wished), "unit": unit_words(line.unit, self.record.wished), "sku": line.sku,
            "product": line.named(get_language() or "zh"), "customer": line.order.customer, "order": line.order.number,
        }  # fmt: skip
        return phrase(_now("%(q)s %(unit)s of %(product)s (%(sku)s) are to come back from %(customer)s, order %(order)s."), values)

    def hindered(self) -> Said:
        """It was counted in already; what is still to come is another one."""
        return already_in(self.record) if self.record.received_at else ""

    def form_options(self) -> dict[str, Any]:
        """What is asked of it."""
        return {"back": self.record}

    def initial(self) -> dict[str, Any]:
        """As agreed."""
        return {"quantity": trimmed(self.record.wished), "variant": self.record.line.variant_id}

    def save(self, form: Any) -> str:
        """Receives; who counted otherwise than what is in already hears that."""
        if self.record.received_at and form.cleaned_data["quantity"] != self.record.received:
            raise Refused(already_in(self.record), code="received")
        receive(self.record, by=self.by, **form.cleaned_data)
        return self.back()

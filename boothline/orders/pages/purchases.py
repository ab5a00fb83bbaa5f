"""103: what was bought from suppliers: list, page, forms; what it holds up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.catalogue.products import Variant
from boothline.catalogue.stock import check_meant
from boothline.core import clock
from boothline.core.errors import Refused
from boothline.core.money import figure, trimmed
from boothline.core.text import listed, whole
from boothline.customers.card import Customer
from boothline.intentions.pages.intentions import BoughtChoice
from boothline.orders.filters import PurchaseFilter
from boothline.orders.lists import PURCHASE_STATES
from boothline.orders.purchases import (
    Bought,
    Purchase,
    PurchaseLine,
    add_purchase,
    arrive,
    cancel_rest,
    chase,
    edit_purchase,
    expect,
)
from boothline.orders.reservations import held_up
from boothline.timeline.history import Event
from boothline.ui.columns import FILLS, Column, Sort
from boothline.ui.fields import Day, Quantity, ReasonForm, Text, Words, narrow
from boothline.ui.kit import DetailPage, FormPage, ListPage
from boothline.visitors.cooperation import Cooperation

ROWS = 5  # lines that a form offers at once
HUES = {"purchase_late": "red", "purchase_ordered": "blue", "purchase_in_part": "violet"}


def purchase_url(purchase: Purchase) -> str:
    """The purchase's page."""
    return reverse("purchase", args=[purchase.number])


def mark_of(purchase: Purchase) -> tuple[str, Any]:
    """How it stands; late before everything else."""
    if purchase.expected_on and purchase.expected_on < clock.today():
        return "purchase_late", _("late")
    return f"purchase_{purchase.state}", PURCHASE_STATES[purchase.state]


class PurchaseList(ListPage):
    """Every purchase."""

    right = "purchases.see"
    title = _("Purchases")
    nav = "purchases"
    columns = [
        Column(_("purchase"), str, "link", purchase_url),
        Column(_("state"), mark_of, "state", fill=lambda p: FILLS[HUES.get(mark_of(p)[0], "mute")]),
        Column(_("supplier"), lambda p: p.supplier),
        Column(_("next expected"), lambda p: p.expected_on, "day"),
        Column(_("Lines"), lambda p: listed(f"{figure(line.quantity)} × {_label(line)}" for line in p.lines.all())),
        Column(_("still to come"), lambda p: sum((line.rest for line in p.lines.all()), Decimal(0)) or None, "number"),
        Column(_("ordered on"), lambda p: p.ordered_on, "day"),
        Column(_("supplier's number"), lambda p: p.reference, usual=False),
        Column(_("note"), lambda p: p.note, usual=False),
    ]
    sentence = _("Showing purchases, state: %(state)s, sorted by %(sort)s.")
    sorts = {
        "expected": Sort(_("next expected"), "expected_on", nulls=True),
        "newest": Sort(_("newest"), "id", descending=True),
    }
    filters = PurchaseFilter
    search_words = _("Find: purchase, supplier, their number")
    empty = _("No purchases yet. Enter what was ordered of a supplier: orders that wait for it are covered by it.")
    create = ("purchase-new", _("New purchase"), "purchases.edit")

    def rows(self) -> QuerySet[Purchase]:
        """Visible ones."""
        return Purchase.objects.visible_to(self.by).for_list()


class PurchasePage(DetailPage):
    """One purchase: its lines, what came, what it holds up."""

    right = "purchases.see"
    template = "orders/purchase.html"
    nav = "purchases"
    key = "number"

    def find(self) -> QuerySet[Purchase]:
        """Visible ones."""
        return Purchase.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Purchases."""
        return [(str(_("Purchases")), reverse("purchases"))]

    def heading(self) -> str:
        """Its number."""
        return str(_("Purchase %(number)s") % {"number": self.record.number})

    def context(self) -> dict[str, Any]:
        """What it holds up, the worst first, and its history."""
        purchase: Purchase = self.record
        return {
            "mark": mark_of(purchase),
            "lines": list(purchase.lines.select_related("variant__product").prefetch_related("date_moves__user")),
            "arrivals": list(purchase.arrivals.select_related("user").prefetch_related("lines__line__variant")),
            "held_up": held_up(purchase, self.by),
            "is_open": purchase.expected_on is not None,
            "may_edit": may(self.by, "purchases.edit", purchase),
            "may_arrive": may(self.by, "purchases.arrive", purchase),
            "firm": Customer.objects.visible_to(self.by).filter(pk=purchase.firm_id).first() if purchase.firm_id else None,
            "events": Event.objects.about(purchase).readable_by(self.by).order_by("-id")[:20],
        }


class PurchaseForm(forms.Form):
    """Of whom, and what: a row a line."""

    supplier = Text(label=_("supplier"), max_length=200, required=False)
    firm = forms.ModelChoiceField(
        label=_("supplier on file"), queryset=Customer.objects.none(), required=False, empty_label=_("not on file: write the name"),
        help_text=_("Suppliers of the cooperation list. The name is theirs if you give none."),
    )  # fmt: skip
    reference = Text(label=_("supplier's number"), max_length=60, required=False)
    ordered_on = Day(label=_("ordered on"))
    note = Text(label=_("note"), max_length=300, required=False)

    one_of = ("supplier", "firm")

    def __init__(self, *args: Any, by: Any, purchase: Purchase | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = Cooperation.objects.filter(peer="supplier").values("customer")
        offered = Customer.objects.filter(pk__in=Customer.objects.visible_to(by).filter(pk__in=suppliers).values("pk"))
        if purchase and purchase.firm_id:  # whoever may not see the firm does not take it off either
            offered |= Customer.objects.filter(pk=purchase.firm_id)
        narrow(self, "firm", offered.order_by("sort_key", "pk"))
        self.lines = list(purchase.lines.select_related("variant__product")) if purchase else []
        for line in self.lines:
            self.fields[f"quantity_{line.pk}"] = Quantity(label=_("quantity"), initial=line.quantity)
        variants = Variant.objects.filter(product__retired_at=None).select_related("product").order_by("product__sort_key", "sku")
        for n in range(1, ROWS + 1):
            self.fields[f"variant_{n}"] = BoughtChoice(
                label=_("Line %(n)s: product") % {"n": n}, queryset=variants, required=False, empty_label=_("nothing more")
            )
            self.fields[f"quantity_new_{n}"] = Quantity(label=_("Line %(n)s: quantity") % {"n": n}, required=False)
            self.fields[f"expected_{n}"] = Day(label=_("Line %(n)s: expected on") % {"n": n}, required=False)

    def line_fields(self) -> list[tuple[PurchaseLine, Any]]:
        """Each line that is there with the field of its quantity."""
        return [(line, self[f"quantity_{line.pk}"]) for line in self.lines]

    def new_fields(self) -> list[tuple[Any, Any, Any]]:
        """The empty rows."""
        return [(self[f"variant_{n}"], self[f"quantity_new_{n}"], self[f"expected_{n}"]) for n in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """A row says everything or nothing."""
        data = super().clean() or {}
        for n in range(1, ROWS + 1):
            given = {name: data.get(name) for name in (f"variant_{n}", f"quantity_new_{n}", f"expected_{n}")}
            if any(given.values()) and not all(given.values()):
                for name, value in given.items():
                    if not value and name not in self.errors:
                        self.add_error(name, str(_("Fill this in.")))
        return data

    def values(self) -> dict[str, Any]:
        """The purchase's own fields."""
        return {name: self.cleaned_data[name] for name in PurchaseForm.base_fields}

    def bought(self) -> list[Bought]:
        """The rows that were filled in."""
        data = self.cleaned_data
        rows = ((data[f"variant_{n}"], data[f"quantity_new_{n}"], data[f"expected_{n}"], n) for n in range(1, ROWS + 1))
        return [Bought(*row) for row in rows if row[0]]


class PurchaseFormPage(FormPage):
    """What the forms of a purchase share."""

    right = "purchases.edit"
    nav = "purchases"
    key = "number"

    def find(self) -> QuerySet[Purchase]:
        """Visible ones."""
        return Purchase.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Purchases, the purchase."""
        return [(str(_("Purchases")), reverse("purchases")), (self.record.number, purchase_url(self.record))]


class NewPurchase(FormPage):
    """Something was ordered of a supplier."""

    right = "purchases.edit"
    title = _("New purchase")
    nav = "purchases"
    template = "orders/purchase_form.html"
    form = PurchaseForm
    button = _("Save purchase")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """Purchases."""
        return [(str(_("Purchases")), reverse("purchases"))]

    def form_options(self) -> dict[str, Any]:
        """Which suppliers one sees."""
        return {"by": self.by}

    def initial(self) -> dict[str, Any]:
        """Today; the goods that somebody came from, and how many of them orders lack."""
        lacking = Variant.objects.filter(pk=whole(self.request.GET.get("variant", "")) or 0).first()
        begins = {"variant_1": lacking.pk, "quantity_new_1": trimmed(lacking.missing) if lacking.missing > 0 else ""} if lacking else {}
        return {"ordered_on": clock.today()} | begins

    def save(self, form: Any) -> str:
        """Enters it, once it is meant so."""
        if not self.is_sure:
            for line in form.bought():
                check_meant(line.variant, line.quantity)
        return purchase_url(add_purchase(by=self.by, lines=form.bought(), **form.values()))


class EditPurchase(PurchaseFormPage):
    """Supplier, note, quantities, further lines."""

    title = _("Edit purchase")
    template = "orders/purchase_form.html"
    form = PurchaseForm
    button = _("Save purchase")

    def form_options(self) -> dict[str, Any]:
        """Its lines."""
        return {"by": self.by, "purchase": self.record}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in PurchaseForm.base_fields}

    def save(self, form: Any) -> str:
        """Edits it."""
        quantities = {line.pk: form.cleaned_data[f"quantity_{line.pk}"] for line in form.lines}
        values, added = form.values(), form.bought()
        return purchase_url(edit_purchase(self.record, by=self.by, revision=self.seen, values=values, quantities=quantities, added=added))


class ArrivalForm(forms.Form):
    """How many came of each line."""

    words = Words(label=_("remark"), required=False, rows=2, max_length=300)

    def __init__(self, *args: Any, lines: list[PurchaseLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"line_{line.pk}"] = Quantity(
                label=_label(line), required=False, initial=line.rest,
                help_text=_("%(n)s are still to come.") % {"n": figure(line.rest)},
            )  # fmt: skip
        self.order_fields([*(f"line_{line.pk}" for line in lines), "words"])


def _label(line: PurchaseLine) -> str:
    return f"{line.variant.sku} {line.variant.full_name(get_language() or 'zh')}"


class Arrive(PurchaseFormPage):
    """Counts what came."""

    right = "purchases.arrive"
    title = _("Count what came")
    lead = _("What arrived goes into the stock, and covers the orders that wait for it, the nearest promise first.")
    form = ArrivalForm
    button = _("Save arrival")

    def form_options(self) -> dict[str, Any]:
        """What is still to come."""
        return {"lines": [line for line in self.record.lines.all() if line.rest]}

    def revision(self) -> int:
        """The last arrival that the person sees."""
        last = self.record.arrivals.last()
        return last.pk if last else 0

    def save(self, form: Any) -> str:
        """Counts."""
        counted = {line.pk: form.cleaned_data[f"line_{line.pk}"] for line in form.lines if form.cleaned_data[f"line_{line.pk}"]}
        try:
            arrive(self.record, by=self.by, counted=counted, seen=self.seen, words=form.cleaned_data["words"])
        except Refused as refused:
            if refused.code == "stale":  # told what stands now: who presses again means that
                self.record = self.load()
                self.seen = self.revision()
            raise
        return purchase_url(self.record)


class ChaseForm(forms.Form):
    """What they said."""

    words = Words(label=_("what the supplier said"), rows=2, max_length=300)


class Chase(PurchaseFormPage):
    """The supplier was asked where it stays."""

    title = _("Asked again")
    lead = _("Did they name a day? Then move the expected date of the line instead.")
    form = ChaseForm
    button = _("Save what they said")

    def save(self, form: Any) -> str:
        """Notes it."""
        return purchase_url(chase(self.record, by=self.by, words=form.cleaned_data["words"]))


class CancelRest(PurchaseFormPage):
    """What has not come does not come."""

    title = _("Cancel what is still to come")
    lead = _("What arrived stays. Orders that waited for the rest are open again.")
    form = ReasonForm
    button = _("Cancel the rest")
    is_risk = True

    def save(self, form: Any) -> str:
        """Cancels."""
        cancel_rest(self.record, by=self.by, reason=form.cleaned_data["reason"])
        return purchase_url(self.record)


class ExpectForm(forms.Form):
    """When it is expected now, and why."""

    on = Day(label=_("expected on"))
    reason = Words(label=_("reason"), rows=2, max_length=300)


class Expect(FormPage):
    """A line is expected on another day."""

    right = "purchases.edit"
    title = _("Move the expected date")
    nav = "purchases"
    form = ExpectForm
    button = _("Move date")

    def find(self) -> QuerySet[PurchaseLine]:
        """Of visible purchases."""
        return PurchaseLine.objects.filter(purchase__in=Purchase.objects.visible_to(self.by)).select_related("purchase", "variant__product")

    def trail(self) -> list[tuple[str, str]]:
        """The purchase."""
        purchase = self.record.purchase
        return [(str(_("Purchases")), reverse("purchases")), (purchase.number, purchase_url(purchase))]

    def leading(self) -> str:
        """Which line."""
        return str(self.record)

    def initial(self) -> dict[str, Any]:
        """As it is expected."""
        return {"on": self.record.expected_on}

    def save(self, form: Any) -> str:
        """Moves it."""
        expect(self.record, by=self.by, **form.cleaned_data)
        return purchase_url(self.record.purchase)

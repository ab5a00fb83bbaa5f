"""Stock: what is there of each variant, what is short first; the rows of one; counting, correcting, how stock is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.catalogue.filters import MoveFilter, StockFilter
from boothline.catalogue.lists import STOCK_KINDS, STOCK_WHYS
from boothline.catalogue.products import Variant
from boothline.catalogue.stock import StockMove, check_counted, check_meant, correct_stock, count_stock, keep_stock
from boothline.core.money import trimmed
from boothline.core.slots import colleague
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Quantity, Words
from boothline.ui.kit import DetailPage, FormPage, ListPage, panels

SHOWN = 30


def stock_url(variant: Variant) -> str:
    """The page of its stock."""
    return reverse("variant-stock", args=[variant.pk])


def _named(variant: Variant) -> str:
    return variant.full_name(get_language() or "zh")


class StockList(ListPage):
    """Every variant of which stock is kept."""

    right = "stock.see"
    title = _("Stock")
    lead = _("Variants that are counted or come in for orders. What is always available is not listed.")
    nav = "stock"
    columns = [
        Column(_("SKU"), str, "link", stock_url),
        Column(_("product"), _named),
        Column(_("on hand"), lambda v: v.on_hand, "number"),
        Column(_("reserved"), lambda v: v.on_hand_reserved, "number"),
        Column(_("free today"), lambda v: v.free, "number"),
        Column(_("on its way"), lambda v: v.coming or None, "number"),
        Column(_("next expected"), lambda v: v.coming_on, "due"),
        Column(pgettext_lazy("stock", "short"), lambda v: v.short or None, "number"),
        Column(_("to be bought"), lambda v: v.missing or None, "number"),
        Column(_("unit"), lambda v: v.product.unit, usual=False),
        Column(_("how stock is kept"), lambda v: v.get_stock_kind_display(), usual=False),
    ]
    sentence = _("Showing %(kind)s, sorted by %(sort)s.")
    sorts = {"short": Sort(_("what is short first"), "short", descending=True), "sku": Sort(_("SKU"), "sku")}
    filters = StockFilter
    search_words = _("Find: product, SKU")
    empty = _("No stock is kept yet. Open a product and say which of its variants are counted.")
    leads = ("products", _("See the products"), "catalogue.see")

    def rows(self) -> QuerySet[Variant]:
        """Those of which stock is kept."""
        return Variant.objects.visible_to(self.by).kept().for_list()


class MoveList(ListPage):
    """Every row of every variant."""

    right = "stock.see"
    title = _("Movements of stock")
    nav = "stock"
    columns = [
        Column(_("SKU"), lambda m: m.variant.sku, "link", lambda m: stock_url(m.variant)),
        Column(_("product"), lambda m: _named(m.variant)),
        Column(_("day"), lambda m: m.on, "day"),
        Column(_("quantity"), lambda m: m.quantity, "number"),
        Column(_("why"), lambda m: m.get_why_display()),
        Column(_("belongs to"), lambda m: m.source_name),
        Column(_("who"), lambda m: colleague(m.who)),
        Column(_("words"), lambda m: m.words),
    ]
    sentence = _("Showing movements of stock, %(why)s, sorted by %(sort)s.")
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "day": Sort(_("oldest"), "id")}
    filters = MoveFilter
    search_words = _("Find: product, SKU")
    empty = _("Nothing moved yet. The first count begins it.")
    leads = ("stock", _("See the stock"), "stock.see")

    def rows(self) -> QuerySet[StockMove]:
        """All."""
        return StockMove.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Stock."""
        return [(str(_("Stock")), reverse("stock"))]


class VariantStock(DetailPage):
    """The stock of one variant: what is there, what comes, what moved."""

    right = "stock.see"
    template = "catalogue/stock.html"
    nav = "stock"

    def find(self) -> QuerySet[Variant]:
        """Visible ones."""
        return Variant.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Stock."""
        return [(str(_("Stock")), reverse("stock"))]

    def context(self) -> dict[str, Any]:
        """The newest rows, and what rooms above know of it."""
        return {
            "moves": list(self.record.moves.select_related("user").order_by("-id")[:SHOWN]),
            "whys": STOCK_WHYS,
            "panels": panels("stock", self.record, self.by),
            "may_count": may(self.by, "stock.count", self.record),
            "may_edit": may(self.by, "catalogue.edit", self.record.product),
        }


class StockFormPage(FormPage):
    """What the forms about a variant's stock share."""

    right = "stock.count"
    nav = "stock"

    def find(self) -> QuerySet[Variant]:
        """Visible ones."""
        return Variant.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Stock, the variant."""
        return [(str(_("Stock")), reverse("stock")), (str(self.record), stock_url(self.record))]

    def leading(self) -> str:
        """Which goods."""
        return _named(self.record)


class CountForm(forms.Form):
    """What somebody counted."""

    counted = Quantity(label=_("counted"), help_text=_("As many as there are; the difference is worked out."))
    words = Words(label=_("remark"), required=False, rows=2, max_length=300)


class Count(StockFormPage):
    """Counts what is on hand."""

    title = _("Count stock")
    form = CountForm
    button = _("Save count")

    def initial(self) -> dict[str, Any]:
        """What is expected."""
        return {"counted": trimmed(self.record.on_hand)}

    def revision(self) -> int:
        """The last row that the person sees."""
        last = self.record.moves.order_by("-id").values_list("pk", flat=True).first()
        return last or 0

    def save(self, form: Any) -> str:
        """Counts, once it is meant so."""
        if not self.is_sure:
            check_counted(self.record, form.cleaned_data["counted"])
        count_stock(self.record, by=self.by, seen=self.seen, **form.cleaned_data)
        return stock_url(self.record)


class CorrectionForm(forms.Form):
    """So many more or fewer, and why."""

    more = forms.ChoiceField(label=_("what changed"), choices=[("fewer", _("fewer")), ("more", _("more"))], widget=forms.RadioSelect)
    quantity = Quantity(label=_("how many"))
    words = Words(label=_("reason"), rows=2, max_length=300, help_text=_("Broken, given away as a sample, found again."))


class Correct(StockFormPage):
    """Takes some off, or adds some."""

    title = _("Correct stock")
    form = CorrectionForm
    button = _("Save corrected stock")

    def initial(self) -> dict[str, Any]:
        """Mostly fewer."""
        return {"more": "fewer"}

    def save(self, form: Any) -> str:
        """Corrects, once it is meant so."""
        data = form.cleaned_data
        if not self.is_sure and data["more"] == "more":
            check_meant(self.record, self.record.on_hand + data["quantity"])
        quantity = data["quantity"] if data["more"] == "more" else -data["quantity"]
        correct_stock(self.record, by=self.by, quantity=quantity, words=data["words"])
        return stock_url(self.record)


class KindForm(forms.Form):
    """How its stock is kept."""

    stock_kind = forms.ChoiceField(
        label=_("stock"), choices=list(STOCK_KINDS.items()), widget=forms.RadioSelect,
        help_text=_("Counted: orders reserve what is there. Pre-order: sold before it is there. Always available: nothing is kept."),
    )  # fmt: skip


class Kind(StockFormPage):
    """Says how stock is kept; open orders follow."""

    right = "catalogue.edit"
    title = _("How stock is kept")
    form = KindForm
    button = _("Save how it is kept")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"stock_kind": self.record.stock_kind}

    def save(self, form: Any) -> str:
        """Writes it."""
        keep_stock(self.record, by=self.by, revision=self.seen, kind=form.cleaned_data["stock_kind"])
        return stock_url(self.record)

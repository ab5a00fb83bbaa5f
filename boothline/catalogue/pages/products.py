"""Products: list, page, forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Product, Variant, add_product, add_variant, edit_product
from boothline.core.money import CURRENCIES
from boothline.core.text import listed
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Price, Quantity, Text, Words
from boothline.ui.kit import DetailPage, FormPage, ListPage

CURRENCY_CHOICES = [(c, c) for c in CURRENCIES]


class ProductForm(forms.Form):
    """A product's own fields."""

    code = Text(label=_("code"), max_length=40)
    name = Text(label=_("name"), max_length=200)
    name_latin = Text(label=_("name in English"), max_length=200, required=False)
    family = Text(label=_("family"), max_length=100, required=False)
    unit = Text(label=_("unit"), max_length=20, initial="pcs")
    minimum = Quantity(label=_("minimum quantity"), initial=1)
    lead_days = forms.IntegerField(label=_("lead time, days"), min_value=0, max_value=999, initial=0)
    specification = Words(label=_("specification"), required=False)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product

    def clean_code(self) -> str:
        """Not taken by another product."""
        code: str = self.cleaned_data["code"]
        others = Product.objects.filter(code__iexact=code).exclude(pk=self.product.pk if self.product else 0)
        if others.exists():
            raise forms.ValidationError(_("Another product has this code. Choose a different one."))
        return code


class VariantForm(forms.Form):
    """A sellable form of a product."""

    sku = Text(label=_("SKU"), max_length=60)
    words = Text(label=_("variant"), max_length=200, required=False)
    price = Price(label=_("list price"))
    currency = forms.ChoiceField(label=_("currency"), choices=CURRENCY_CHOICES)

    def clean_sku(self) -> str:
        """Not taken."""
        sku: str = self.cleaned_data["sku"]
        if Variant.objects.filter(sku__iexact=sku).exists():
            raise forms.ValidationError(_("Another variant has this SKU. Choose a different one."))
        return sku


class NewProductForm(ProductForm, VariantForm):
    """A product with its first variant."""

    field_order = ["code", "name", "name_latin", "sku", "words", "price", "currency"]


class ProductList(ListPage):
    """What we sell."""

    right = "catalogue.see"
    title = _("Products")
    nav = "products"
    columns = [
        Column(_("product"), str, "link", lambda p: reverse("product", args=[p.pk])),
        Column(_("code"), lambda p: p.code),
        Column(_("family"), lambda p: p.family),
        Column(_("variants"), lambda p: len(p.variants.all()), "number"),
        Column(_("from"), lambda p: min(((v.price, v.currency) for v in p.variants.all()), default=None), "money"),
        Column(_("unit"), lambda p: p.unit, usual=False),
        Column(_("minimum quantity"), lambda p: p.minimum, "number", usual=False),
        Column(_("lead time, days"), lambda p: p.lead_days, "number", usual=False),
        Column(_("SKU"), lambda p: listed(v.sku for v in p.variants.all()), usual=False),
        Column(_("specification"), lambda p: p.specification, usual=False),
    ]
    sentence = _("Showing products, sorted by %(sort)s.")
    sorts = {"name": Sort(_("name"), "sort_key"), "newest": Sort(_("newest"), "id", descending=True)}
    search_words = _("Find: name, code, SKU")
    empty = _("No products yet. Add the first one that you show at the booth.")
    create = ("product-new", _("New product"), "catalogue.edit")

    def rows(self) -> QuerySet[Product]:
        """All."""
        return Product.objects.visible_to(self.by).for_list()


class ProductPage(DetailPage):
    """One product."""

    right = "catalogue.see"
    template = "catalogue/product.html"
    nav = "products"

    def find(self) -> QuerySet[Product]:
        """Visible ones."""
        return Product.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """Products."""
        return [(str(_("Products")), reverse("products"))]

    def context(self) -> dict[str, Any]:
        """Its history."""
        return {"events": Event.objects.about(self.record).order_by("-id")[:20]}


class NewProduct(FormPage):
    """Adds a product with its first variant."""

    right = "catalogue.edit"
    title = _("New product")
    nav = "products"
    form = NewProductForm
    button = _("Save product")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """Products."""
        return [(str(_("Products")), reverse("products"))]

    def save(self, form: Any) -> str:
        """Adds it."""
        data = form.cleaned_data
        variant = {k: data.pop(k) for k in ("sku", "words", "price", "currency")}
        return reverse("product", args=[add_product(by=self.by, variants=[variant], **data).pk])


class EditProduct(FormPage):
    """Edits a product."""

    right = "catalogue.edit"
    title = _("Edit product")
    nav = "products"
    form = ProductForm
    button = _("Save product")

    def find(self) -> QuerySet[Product]:
        """Visible ones."""
        return Product.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """Products, the product."""
        return [(str(_("Products")), reverse("products")), (str(self.record), reverse("product", args=[self.record.pk]))]

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in ProductForm.base_fields}

    def form_options(self) -> dict[str, Any]:
        """The product itself may keep its code."""
        return {"product": self.record}

    def save(self, form: Any) -> str:
        """Edits it."""
        product = edit_product(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return reverse("product", args=[product.pk])


class NewVariant(FormPage):
    """Adds a variant."""

    right = "catalogue.edit"
    title = _("New variant")
    nav = "products"
    form = VariantForm
    button = _("Save variant")

    def find(self) -> QuerySet[Product]:
        """Visible ones."""
        return Product.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """Products, the product."""
        return [(str(_("Products")), reverse("products")), (str(self.record), reverse("product", args=[self.record.pk]))]

    def save(self, form: Any) -> str:
        """Adds it."""
        add_variant(self.record, by=self.by, **form.cleaned_data)
        return reverse("product", args=[self.record.pk])

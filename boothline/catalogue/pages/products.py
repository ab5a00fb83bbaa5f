"""Products: list, page, forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.lists import RELATIONS
from boothline.catalogue.products import (
    CODE_TAKEN,
    MOST_STEPS,
    SKU_TAKEN,
    Product,
    Step,
    Variant,
    add_picture,
    add_product,
    add_variant,
    check_not_free,
    edit_product,
    edit_variant,
    offer,
    remove_picture,
    retire,
)
from boothline.catalogue.relations import Relation, relate, unrelate
from boothline.core.money import CURRENCIES, trimmed
from boothline.core.text import listed
from boothline.core.units import unit_words
from boothline.files.attachments import Attachment, read_picture
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Price, Quantity, Text, Words, narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage

CURRENCY_CHOICES = [(c, c) for c in CURRENCIES]


def product_url(product: Product) -> str:
    """The product's page."""
    return reverse("product", args=[product.pk])


class Side(forms.DecimalField):
    """One side of a carton in cm."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=6, decimal_places=1, min_value=Decimal("0.1"), required=False, **options)
        self.widget.attrs.update(inputmode="decimal", step="any")


class Weight(forms.DecimalField):
    """A weight in kg."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=8, decimal_places=3, min_value=0, required=False, **options)
        self.widget.attrs.update(inputmode="decimal", step="any")


class ProductForm(forms.Form):
    """A product's own fields."""

    code = Text(label=_("code"), max_length=40)
    name = Text(label=_("name"), max_length=200)
    name_latin = Text(label=_("name in English"), max_length=200, required=False)
    family = Text(label=_("family"), max_length=100, required=False)
    family_latin = Text(label=_("family in English"), max_length=100, required=False)
    unit = Text(label=_("unit"), max_length=20, initial=lambda: unit_words("pcs"))
    minimum = Quantity(label=_("minimum quantity"), initial=1)
    lead_days = forms.IntegerField(label=_("lead time, days"), min_value=0, max_value=999, initial=0)
    specification = Words(label=_("specification"), required=False)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product

    def clean_minimum(self) -> Decimal:
        """Of nothing, nobody orders."""
        minimum: Decimal = self.cleaned_data["minimum"]
        if minimum <= 0:
            raise forms.ValidationError(_("More than 0; where any number may be ordered, 1."))
        return minimum

    def clean_code(self) -> str:
        """Not taken by another product."""
        code: str = self.cleaned_data["code"]
        others = Product.objects.filter(code__iexact=code).exclude(pk=self.product.pk if self.product else 0)
        if others.exists():
            raise forms.ValidationError(CODE_TAKEN)
        return code


class VariantForm(forms.Form):
    """A sellable form of a product."""

    sku = Text(label=_("SKU"), max_length=60)
    words = Text(label=_("variant"), max_length=200, required=False)
    words_latin = Text(label=_("variant in English"), max_length=200, required=False)
    price = Price(label=_("list price"))
    currency = forms.ChoiceField(label=_("currency"), choices=CURRENCY_CHOICES)

    def __init__(self, *args: Any, variant: Variant | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.variant = variant

    def clean_sku(self) -> str:
        """Not taken by another variant."""
        sku: str = self.cleaned_data["sku"]
        if Variant.objects.filter(sku__iexact=sku).exclude(pk=self.variant.pk if self.variant else 0).exists():
            raise forms.ValidationError(SKU_TAKEN)
        return sku


class WholeVariantForm(VariantForm):
    """A variant with its floor price, step prices and packing data."""

    floor = Price(label=_("floor price"), required=False, help_text=_("Below it a manager is asked."))
    carton_quantity = forms.IntegerField(label=_("pieces a carton"), min_value=1, max_value=1_000_000, required=False)
    carton_length = Side(label=_("carton length, cm"))
    carton_width = Side(label=_("carton width, cm"))
    carton_height = Side(label=_("carton height, cm"))
    net_weight = Weight(label=_("net weight of a carton, kg"))
    gross_weight = Weight(label=_("gross weight of a carton, kg"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST_STEPS + 1):
            self.fields[f"from_{n}"] = Quantity(label=_("from quantity"), required=False)
            self.fields[f"step_{n}"] = Price(label=_("step price"), required=False)

    def step_fields(self) -> list[tuple[Any, Any]]:
        """The pairs of fields of the step prices."""
        return [(self[f"from_{n}"], self[f"step_{n}"]) for n in range(1, MOST_STEPS + 1)]

    def clean(self) -> dict[str, Any]:
        """A step price has both its quantity and its price."""
        data = super().clean() or {}
        for n in range(1, MOST_STEPS + 1):
            start, price = data.get(f"from_{n}"), data.get(f"step_{n}")
            if (start is None) != (price is None) and not self.errors.keys() & {f"from_{n}", f"step_{n}"}:
                self.add_error(f"step_{n}" if price is None else f"from_{n}", str(_("A step price has a quantity and a price. Give both.")))
        return data

    def values(self) -> dict[str, Any]:
        """The variant's own fields."""
        return {name: self.cleaned_data[name] for name in WholeVariantForm.base_fields}

    def steps(self) -> list[Step]:
        """The step prices as entered."""
        data = self.cleaned_data
        return [Step(data[f"from_{n}"], data[f"step_{n}"]) for n in range(1, MOST_STEPS + 1) if data[f"from_{n}"] is not None]


class NewProductForm(ProductForm, VariantForm):
    """A product with its first variant."""

    field_order = ["code", "name", "name_latin", "sku", "words", "words_latin", "price", "currency"]


class ProductFormPage(FormPage):
    """What the forms about a product share."""

    right = "catalogue.edit"
    nav = "products"

    def find(self) -> QuerySet[Any]:
        """Visible ones."""
        return Product.objects.visible_to(self.by)

    def product(self) -> Product:
        """The product that the form is about."""
        product: Product = self.record
        return product

    def trail(self) -> list[tuple[str, str]]:
        """Products, the product."""
        return [(str(_("Products")), reverse("products")), (str(self.product()), product_url(self.product()))]


class ProductList(ListPage):
    """What we sell."""

    right = "catalogue.see"
    title = _("Products")
    nav = "products"
    columns = [
        Column(_("product"), str, "link", lambda p: reverse("product", args=[p.pk])),
        Column(_("code"), lambda p: p.code),
        Column(_("family"), lambda p: p.family_words),
        Column(_("variants"), lambda p: len(p.variants.all()), "number"),
        Column(_("price from"), lambda p: min(((v.price, v.currency) for v in p.variants.all()), default=None), "money", name="from"),
        Column(_("unit"), lambda p: p.unit, usual=False),
        Column(_("minimum quantity"), lambda p: p.minimum, "number", usual=False),
        Column(_("lead time, days"), lambda p: p.lead_days, "number", usual=False),
        Column(_("SKU"), lambda p: listed(v.sku for v in p.variants.all()), usual=False),
        Column(_("specification"), lambda p: p.specification, usual=False),
    ]
    sentence = _("Showing products, sorted by %(sort)s.")
    sorts = {"name": Sort(_("name in pinyin"), "sort_key"), "newest": Sort(_("newest"), "id", descending=True)}
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
        return Product.objects.visible_to(self.by).prefetch_related("variants__steps", "variants__dues")

    def trail(self) -> list[tuple[str, str]]:
        """Products."""
        return [(str(_("Products")), reverse("products"))]

    def context(self) -> dict[str, Any]:
        """Its pictures and its history; floor prices only for who may see them."""
        return {
            "events": Event.objects.about(self.record).readable_by(self.by).order_by("-id")[:20],
            "pictures": list(Attachment.objects.of(self.record)),
            "relations": list(self.record.relations.select_related("other")),
            "sees_floor": self.by.has("catalogue.floor"),
            "sees_stock": self.by.has("stock.see"),
        }


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
        data = dict(form.cleaned_data)  # who is asked whether it is meant so saves it a second time
        if not self.is_sure:
            check_not_free(data["price"])
        variant = {k: data.pop(k) for k in ("sku", "words", "words_latin", "price", "currency")}
        return reverse("product", args=[add_product(by=self.by, variants=[variant], **data).pk])


class EditProduct(ProductFormPage):
    """Edits a product."""

    title = _("Edit product")
    form = ProductForm
    button = _("Save product")

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in ProductForm.base_fields}

    def form_options(self) -> dict[str, Any]:
        """The product itself may keep its code."""
        return {"product": self.record}

    def save(self, form: Any) -> str:
        """Edits it."""
        return product_url(edit_product(self.record, by=self.by, revision=self.seen, values=form.cleaned_data))


class NewVariant(ProductFormPage):
    """Adds a variant."""

    title = _("New variant")
    template = "catalogue/variant_form.html"
    form = WholeVariantForm
    button = _("Save variant")

    def save(self, form: Any) -> str:
        """Adds it."""
        if not self.is_sure:
            check_not_free(form.cleaned_data["price"])
        add_variant(self.record, by=self.by, steps=form.steps(), **form.values())
        return product_url(self.record)


class EditVariant(ProductFormPage):
    """Edits a variant with its step prices and packing data."""

    title = _("Edit variant")
    template = "catalogue/variant_form.html"
    form = WholeVariantForm
    button = _("Save variant")

    def find(self) -> QuerySet[Variant]:
        """Of visible products."""
        return Variant.objects.visible_to(self.by).select_related("product").prefetch_related("steps")

    def product(self) -> Product:
        """Of this variant."""
        product: Product = self.record.product
        return product

    def initial(self) -> dict[str, Any]:
        """As it is."""
        variant: Variant = self.record
        values = {name: getattr(variant, name) for name in WholeVariantForm.base_fields}
        for name, value in values.items():
            if isinstance(value, Decimal):
                values[name] = trimmed(value)
        for n, step in enumerate(variant.steps.all()[:MOST_STEPS], start=1):
            values |= {f"from_{n}": trimmed(step.from_quantity), f"step_{n}": trimmed(step.price)}
        return values

    def form_options(self) -> dict[str, Any]:
        """The variant itself may keep its SKU."""
        return {"variant": self.record}

    def save(self, form: Any) -> str:
        """Edits it."""
        if not self.is_sure:
            check_not_free(form.cleaned_data["price"], was=self.record.price)
        edit_variant(self.record, by=self.by, revision=self.seen, values=form.values(), steps=form.steps())
        return product_url(self.record.product)


class PictureForm(forms.Form):
    """A picture of the product."""

    picture = forms.FileField(label=_("picture"), widget=forms.FileInput(attrs={"accept": "image/*"}))


class NewPicture(ProductFormPage):
    """Adds a picture that customers may see too."""

    title = _("Add a picture")
    form = PictureForm
    button = _("Save picture")

    def save(self, form: Any) -> str:
        """Keeps it."""
        upload = form.cleaned_data["picture"]
        add_picture(self.record, by=self.by, content=read_picture(upload), name=upload.name)
        return product_url(self.record)


class ProductAction(ActionPage):
    """What the buttons of a product share."""

    right = "catalogue.edit"

    def find(self) -> QuerySet[Product]:
        """Visible ones."""
        return Product.objects.visible_to(self.by)

    def back(self) -> str:
        """The product."""
        return product_url(self.record)


class RemovePicture(ProductAction):
    """Takes a picture off."""

    done = _("The picture is gone.")

    def find(self) -> QuerySet[Any]:
        """The pictures of products."""
        return Attachment.objects.filter(owner_kind="product")

    def back(self) -> str:
        """The product."""
        return reverse("product", args=[self.record.owner_id])

    def press(self) -> str:
        """Removes it."""
        remove_picture(Product.objects.get(pk=self.record.owner_id), by=self.by, picture=self.record)
        return self.back()


class Retire(ProductAction):
    """Not offered any more."""

    done = _("Retired. Old briefings, contracts and orders keep it.")

    def press(self) -> str:
        """Retires it."""
        retire(self.record, by=self.by)
        return self.back()


class Offer(ProductAction):
    """Offered again."""

    done = _("Offered again.")

    def press(self) -> str:
        """Offers it."""
        offer(self.record, by=self.by)
        return self.back()


class RelationForm(forms.Form):
    """What goes with it, and how."""

    other = forms.ModelChoiceField(label=_("product"), queryset=Product.objects.none(), empty_label=_("choose a product"))
    kind = forms.ChoiceField(label=_("relation"), choices=list(RELATIONS.items()))

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Product.objects.offered().exclude(pk=product.pk).order_by("sort_key", "pk")
        narrow(self, "other", others)


class NewRelation(FormPage):
    """Says what goes with a product."""

    right = "catalogue.edit"
    title = _("Related product")
    lead = _("Whoever has this product may want the other; it is recommended to them.")
    nav = "products"
    form = RelationForm
    button = _("Save relation")

    def find(self) -> QuerySet[Product]:
        """Visible ones."""
        return Product.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The product."""
        return [(str(_("Products")), reverse("products")), (str(self.record), reverse("product", args=[self.record.pk]))]

    def form_options(self) -> dict[str, Any]:
        """The other products."""
        return {"product": self.record}

    def save(self, form: Any) -> str:
        """Relates them."""
        relate(self.record, by=self.by, **form.cleaned_data)
        return reverse("product", args=[self.record.pk])


class RemoveRelation(ActionPage):
    """It does not go with it any more."""

    right = "catalogue.edit"

    def find(self) -> QuerySet[Relation]:
        """Visible ones."""
        return Relation.objects.visible_to(self.by).select_related("product", "other")

    def back(self) -> str:
        """The product."""
        return reverse("product", args=[self.record.product_id])

    def press(self) -> str:
        """Takes it off."""
        unrelate(self.record, by=self.by)
        return self.back()

"""Products and variants. A variant (SKU) is what is priced, ordered and shipped; a product is what people talk about."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import require
from boothline.catalogue import events
from boothline.core.actors import Actor
from boothline.core.money import currency_field, price_field, quantity_field
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record, revise
from boothline.core.text import sort_key
from boothline.search import index
from boothline.search.index import Findable
from boothline.search.words import spellings
from boothline.timeline.history import record


class Products(models.QuerySet["Product"]):
    """Questions about products."""

    def visible_to(self, by: Actor) -> Products:
        """Everybody who works here sees the catalogue."""
        return self if by.kind != "guest" else self.none()

    def for_list(self) -> Products:
        """With what a list shows."""
        return self.prefetch_related("variants")

    def search(self, words: str, by: Actor) -> Products:
        """By name, pinyin, code or SKU."""
        return self.filter(pk__in=index.found(words, "product").values("record_id"))


class Product(Record):
    """A product with its family and its words in both languages."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_latin = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    sort_key = models.CharField(max_length=200, default="", editable=False)
    family = models.CharField(_("family"), max_length=100, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=20, default="pcs")
    minimum = quantity_field(verbose_name=_("minimum quantity"), default=1)
    lead_days = models.PositiveSmallIntegerField(_("lead time, days"), default=0)
    specification = models.TextField(_("specification"), blank=True, default="")
    retired_at = models.DateTimeField(null=True, editable=False)
    extra = models.JSONField(default=dict, editable=False)
    privacy = tags(code=PLAIN, name=PLAIN, name_latin=PLAIN, sort_key=PLAIN, family=PLAIN, unit=PLAIN, specification=PLAIN, extra=PLAIN)

    objects = Products.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sort_key", "id"], name="product_sort")]

    def __str__(self) -> str:
        return self.named(get_language() or "zh")

    def named(self, language: str) -> str:
        """The name for a reader of this language."""
        return self.name if language.startswith("zh") or not self.name_latin else self.name_latin

    def findable(self) -> Findable:
        """By its names, its code and the codes of what is sold."""
        codes = [variant.sku for variant in self.variants.all()]
        return Findable(self, open=spellings(self.name, self.name_latin, name=True) + spellings(self.code, *codes))


def findable_products(ids: list[int]) -> list[Findable]:
    """For whoever compares the index with the records."""
    return [product.findable() for product in Product.objects.filter(pk__in=ids).prefetch_related("variants")]


class Variant(Record):
    """One sellable form of a product."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=60, unique=True)
    words = models.CharField(_("variant"), max_length=200, blank=True, default="")
    price = price_field(verbose_name=_("list price"))
    currency = currency_field()
    privacy = tags(sku=PLAIN, words=PLAIN, currency=PLAIN)

    class Meta:
        ordering = ("sku",)

    def __str__(self) -> str:
        return self.sku


@operation("catalogue.add_product")
def add_product(*, by: Actor, code: str, name: str, variants: list[dict[str, Any]], **fields: Any) -> Product:
    """Adds a product with its variants, each {"sku", "words", "price", "currency"}."""
    require(by, "catalogue.edit")
    product = Product.objects.create(code=code, name=name, sort_key=sort_key(name), **fields)
    Variant.objects.bulk_create(Variant(product=product, **v) for v in variants)
    index.keep([product.findable()], are_new=True)
    record(events.PRODUCT_ADDED, subject=product, by=by, values={"code": code, "variants": [v["sku"] for v in variants]})
    return product


@operation("catalogue.edit_product")
def edit_product(product: Product, *, by: Actor, revision: int, values: dict[str, Any]) -> Product:
    """Edits a product's own fields."""
    require(by, "catalogue.edit", product)
    if "name" in values:
        values = values | {"sort_key": sort_key(values["name"])}
    changes = revise(product, revision=revision, values=values)
    changes.pop("sort_key", None)
    if changes:
        index.keep([product.findable()])
        record(events.PRODUCT_EDITED, subject=product, by=by, changes=changes)
    return product


@operation("catalogue.add_variant")
def add_variant(product: Product, *, by: Actor, sku: str, price: Any, currency: str = "CNY", words: str = "") -> Variant:
    """Adds a variant."""
    require(by, "catalogue.edit", product)
    variant = Variant.objects.create(product=product, sku=sku, price=price, currency=currency, words=words)
    index.keep_all("product", [product.pk])
    record(events.VARIANT_ADDED, subject=product, by=by, values={"sku": sku})
    return variant

"""How products are found in the box."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Product
from boothline.core.actors import Actor
from boothline.core.slots import hang
from boothline.search.finding import Group, Hit


def register() -> None:
    """Hangs them into the box."""
    hang("find", Group("product", _("Products"), "box", "catalogue.see", _products, _product, "products", order=70))


def _products(by: Actor) -> QuerySet[Product]:
    return Product.objects.visible_to(by).order_by("sort_key", "id")


def _product(product: Product) -> Hit:
    return Hit(str(product), "product", product.pk, under=(product.code,))

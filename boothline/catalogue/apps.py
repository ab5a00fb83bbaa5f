from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Catalogue(AppConfig):
    name = "boothline.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from boothline.catalogue import findable, rights
        from boothline.catalogue.models import Product, Variant
        from boothline.catalogue.products import findable_products
        from boothline.core import kinds, slots
        from boothline.search import index

        kinds.register("product", Product)
        kinds.register("variant", Variant)
        rights.register()
        findable.register()
        index.declare("product", "p", Product, findable_products)
        slots.hang("menu", slots.Entry(_("Products"), "products", "box", "1", "catalogue.see", order=30, keys="gp"))

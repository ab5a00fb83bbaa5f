from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Catalogue(AppConfig):
    name = "boothline.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from boothline.catalogue import rights
        from boothline.catalogue.models import Product, Variant
        from boothline.core import kinds, slots

        kinds.register("product", Product)
        kinds.register("variant", Variant)
        rights.register()
        slots.hang("menu", slots.Entry(_("Products"), "products", "box", "1", "catalogue.see", order=30, keys="gp"))

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Catalogue(AppConfig):
    name = "boothline.catalogue"
    label = "catalogue"
    verbose_name = _("Products")

    def ready(self) -> None:
        from boothline.accounts.setup import FirstStep
        from boothline.catalogue import findable, rights
        from boothline.catalogue.models import Product, Relation, StockMove, Variant
        from boothline.catalogue.products import families, findable_products
        from boothline.core import kinds, slots
        from boothline.search import index

        kinds.register("product", Product)
        kinds.register("variant", Variant)
        kinds.register("relation", Relation)
        kinds.register("stock_move", StockMove)
        rights.register()
        slots.answer("families", by=families)
        findable.register()
        index.declare("product", "p", Product, findable_products)
        slots.hang("first", FirstStep(
            _("Add products"), _("What you show at the booth, with prices: visitors name them, quotations and contracts take them over."),
            _("Add a product"), "product-new", "box", "catalogue.edit", _("about 2 minutes each"), Product.objects.exists, 40, "products",
        ))  # fmt: skip
        slots.hang("menu", slots.Entry(_("Products"), "products", "box", "1", "catalogue.see", order=30, keys="gp"))
        slots.hang("menu", slots.Entry(_("Stock"), "stock", "cols", "1", "stock.see", order=31))

"""Table of contents of this room's pages."""

from boothline.catalogue.pages import products, stock
from boothline.ui.kit import page

urlpatterns = [
    page("products/", products.ProductList, "products"),
    page("products/new/", products.NewProduct, "product-new"),
    page("products/<int:key>/", products.ProductPage, "product"),
    page("products/<int:key>/edit/", products.EditProduct, "product-edit"),
    page("products/<int:key>/retirement/", products.Retire, "product-retirement"),
    page("products/<int:key>/offer/", products.Offer, "product-offer"),
    page("products/<int:key>/pictures/new/", products.NewPicture, "picture-new"),
    page("products/<int:key>/relations/new/", products.NewRelation, "relation-new"),
    page("relations/<int:key>/removal/", products.RemoveRelation, "relation-removal"),
    page("pictures/<int:key>/removal/", products.RemovePicture, "picture-removal"),
    page("products/<int:key>/variants/new/", products.NewVariant, "variant-new"),
    page("variants/<int:key>/edit/", products.EditVariant, "variant-edit"),
    page("variants/<int:key>/stock/", stock.VariantStock, "variant-stock"),
    page("variants/<int:key>/stock/count/", stock.Count, "stock-count"),
    page("variants/<int:key>/stock/correction/", stock.Correct, "stock-correction"),
    page("variants/<int:key>/stock/kind/", stock.Kind, "stock-kind"),
    page("stock/", stock.StockList, "stock"),
    page("stock/moves/", stock.MoveList, "stock-moves"),
]

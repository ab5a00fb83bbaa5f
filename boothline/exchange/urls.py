"""Table of contents of this room's pages."""

from boothline.exchange.pages import cards, lists
from boothline.ui.kit import page

urlpatterns = [
    page("lists/<str:key>/export/", lists.ExportList, "list-export"),
    page("customers/<int:key>/card/paper/", cards.CustomerCard, "customer-card"),
]

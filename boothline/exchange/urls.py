"""Table of contents of this room's pages."""

from boothline.exchange.pages import cards, imports, lists
from boothline.ui.kit import page

urlpatterns = [
    page("imports/", imports.ImportList, "imports"),
    page("imports/new/", imports.NewImport, "import-new"),
    page("imports/<int:key>/", imports.ImportPage, "import"),
    page("imports/<int:key>/start/", imports.ImportStart, "import-start"),
    page("imports/<int:key>/undo/", imports.ImportUndo, "import-undo"),
    page("imports/<int:key>/refused/", imports.RefusedRows, "import-refused"),
    page("lists/<str:key>/export/", lists.ExportList, "list-export"),
    page("customers/<int:key>/card/paper/", cards.CustomerCard, "customer-card"),
]

"""Table of contents of this room's pages."""

from boothline.core import slots
from boothline.exchange.pages import cards, imports, lists, opportunities
from boothline.ui.kit import page

slots.answer("list_of_kind", lists.list_of_kind)
slots.answer("listed_kinds", lists.listed_kinds)
slots.answer("list_headed", lists.list_headed)
slots.answer("part_of_list", lists.part_of_list)

urlpatterns = [
    page("imports/", imports.ImportList, "imports"),
    page("imports/new/", imports.NewImport, "import-new"),
    page("imports/<int:key>/", imports.ImportPage, "import"),
    page("imports/<int:key>/start/", imports.ImportStart, "import-start"),
    page("imports/<int:key>/columns/", imports.ImportColumns, "import-columns"),
    page("imports/<int:key>/forgetting/", imports.ImportForgetting, "import-forgetting"),
    page("imports/<int:key>/rows/", imports.ImportJudging, "import-judging"),
    page("imports/<int:key>/discard/", imports.ImportDiscard, "import-discard"),
    page("imports/<int:key>/undo/", imports.ImportUndo, "import-undo"),
    page("imports/<int:key>/refused/", imports.RefusedRows, "import-refused"),
    page("opportunities/", opportunities.OpportunityList, "opportunities"),
    page("opportunities/bulk/customer/", opportunities.BulkOpportunityCustomer, "bulk-opportunity-customer"),
    page("lists/<str:key>/export/", lists.ExportList, "list-export"),
    page("customers/<int:key>/card/paper/", cards.CustomerCard, "customer-card"),
]

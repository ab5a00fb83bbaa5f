"""Table of contents of this room's pages."""

from boothline.search.pages import find
from boothline.ui.kit import page

urlpatterns = [
    page("find/", find.Find, "find"),
]

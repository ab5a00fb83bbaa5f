"""Table of contents of this room's pages."""

from boothline.fairs.pages import editions
from boothline.ui.kit import page

urlpatterns = [
    page("fairs/", editions.FairList, "fairs"),
    page("fairs/new/", editions.NewFair, "fair-new"),
    page("fairs/<int:key>/", editions.FairPage, "fair"),
    page("fairs/<int:key>/edit/", editions.EditFair, "fair-edit"),
]

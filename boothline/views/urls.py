"""Table of contents of this room's pages."""

from boothline.ui.kit import page
from boothline.views.pages import deeds, views

urlpatterns = [
    page("lists/<str:key>/look/", views.ChooseLook, "list-look"),
    page("lists/<str:key>/views/new/", views.NewView, "view-new"),
    page("views/<int:key>/edit/", views.EditView, "view-edit"),
    page("views/<int:key>/removal/", views.RemoveView, "view-removal"),
    page("deeds/last/taking-back/", deeds.TakeLastBack, "deed-last"),
    page("deeds/<int:key>/taking-back/", deeds.TakeBack, "deed-back"),
]

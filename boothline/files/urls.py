"""Table of contents of this room's pages."""

from boothline.files.pages import files
from boothline.ui.kit import page

urlpatterns = [page("files/<int:key>/", files.FilePage, "file")]

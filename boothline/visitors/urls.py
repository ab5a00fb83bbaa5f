"""Table of contents of this type's pages."""

from boothline.ui.kit import page
from boothline.visitors.pages import captures

urlpatterns = [
    page("captures/", captures.CaptureList, "captures"),
    page("captures/new/", captures.NewCapture, "capture-new"),
    page("captures/<int:key>/", captures.CapturePage, "capture"),
]

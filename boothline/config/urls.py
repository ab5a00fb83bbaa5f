"""The root: every room's pages, and what is answered when something fails."""

from django.urls import include, path

ROOMS = [
    "accounts", "files", "search", "approvals", "worktime", "catalogue", "customers", "messaging", "followups", "fairs", "visitors",
    "personality", "negotiation", "intentions",
    "contracts", "orders", "billing", "care", "radar", "capture", "portal", "insights", "views", "exchange",
]  # fmt: skip

urlpatterns = [path("", include(f"boothline.{room}.urls")) for room in ROOMS]

handler400 = "boothline.ui.failures.bad_request"
handler403 = "boothline.ui.failures.forbidden"
handler404 = "boothline.ui.failures.not_found"
handler500 = "boothline.ui.failures.broken"

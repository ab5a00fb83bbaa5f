"""Table of contents of this room's pages."""

from boothline.insights.pages import reports
from boothline.ui.kit import page

urlpatterns = [
    page("fairs/<int:key>/report/", reports.FairReport, "fair-report"),
    page("fairs/shares/", reports.FairShares, "fair-shares"),
]

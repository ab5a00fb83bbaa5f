"""Table of contents of this room's pages."""

from boothline.insights.pages import reports, selfcheck
from boothline.ui.kit import page

urlpatterns = [
    page("fairs/<int:key>/report/", reports.FairReport, "fair-report"),
    page("fairs/shares/", reports.FairShares, "fair-shares"),
    page("self-check/", selfcheck.SelfCheck, "self-check"),
    page("self-check/recount/", selfcheck.Recount, "self-check-recount"),
]

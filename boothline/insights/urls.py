"""Table of contents of this room's pages."""

from boothline.insights.pages import goals, reports, selfcheck
from boothline.ui.kit import page

urlpatterns = [
    page("fairs/<int:key>/report/", reports.FairReport, "fair-report"),
    page("fairs/comparison/", reports.FairComparison, "fair-comparison"),
    page("fairs/shares/", reports.FairShares, "fair-shares"),
    page("fairs/<int:key>/budget/", goals.Budget, "fair-budget"),
    page("fairs/<int:key>/goals/new/", goals.NewGoal, "goal-new"),
    page("goals/<int:key>/edit/", goals.EditGoal, "goal-edit"),
    page("goals/<int:key>/removal/", goals.RemoveGoal, "goal-removal"),
    page("self-check/", selfcheck.SelfCheck, "self-check"),
    page("self-check/recount/", selfcheck.Recount, "self-check-recount"),
]

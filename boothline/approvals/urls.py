"""Table of contents of this room's pages."""

from boothline.approvals.pages import approvals
from boothline.ui.kit import page

urlpatterns = [
    page("approvals/", approvals.ApprovalList, "approvals"),
    page("approvals/<int:key>/", approvals.ApprovalPage, "approval"),
    page("approvals/<int:key>/consent/", approvals.Consent, "approval-consent"),
    page("approvals/<int:key>/refusal/", approvals.Refusal, "approval-refusal"),
]

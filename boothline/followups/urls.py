"""Table of contents of this room's pages."""

from boothline.followups.pages import bulk, today
from boothline.ui.kit import page

urlpatterns = [
    page("customers/bulk/step/", bulk.BulkStep, "bulk-step"),
    page("today/", today.Today, "today"),
    page("customers/<int:key>/touches/new/", today.LogTouch, "touch-new"),
    page("steps/<int:key>/completion/", today.StepDone, "step-done"),
    page("steps/<int:key>/day/", today.Postpone, "step-postpone"),
]

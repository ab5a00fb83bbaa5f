"""Table of contents of this room's pages."""

from boothline.ui.kit import page
from boothline.worktime.pages import overrides

urlpatterns = [
    page("workdays/", overrides.OverrideList, "workdays"),
    page("workdays/new/", overrides.NewOverride, "workday-new"),
    page("workdays/<int:key>/", overrides.EditOverride, "workday"),
]

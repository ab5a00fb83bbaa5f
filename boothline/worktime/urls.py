"""Table of contents of this room's pages."""

from boothline.ui.kit import page
from boothline.worktime.pages import absences, overrides

urlpatterns = [
    page("workdays/", overrides.OverrideList, "workdays"),
    page("workdays/new/", overrides.NewOverride, "workday-new"),
    page("workdays/<int:key>/", overrides.EditOverride, "workday"),
    page("absences/", absences.AbsenceList, "absences"),
    page("absences/new/", absences.NewAbsence, "absence-new"),
    page("absences/<int:key>/removal/", absences.RemoveAbsence, "absence-removal"),
]

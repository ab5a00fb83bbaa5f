"""Table of contents of this room's pages."""

from boothline.care.pages import complaints, surveys
from boothline.ui.kit import page

urlpatterns = [
    page("complaints/", complaints.ComplaintList, "complaints"),
    page("customers/<int:key>/complaints/new/", complaints.NewComplaint, "complaint-new"),
    page("complaints/<str:key>/", complaints.ComplaintPage, "complaint"),
    page("complaints/<str:key>/acknowledgement/", complaints.Acknowledge, "complaint-acknowledgement"),
    page("complaints/<str:key>/edit/", complaints.EditComplaint, "complaint-edit"),
    page("complaints/<str:key>/answer/", complaints.AnswerComplaint, "complaint-answer"),
    page("complaints/<str:key>/solution/", complaints.AgreeComplaint, "complaint-solution"),
    page("complaints/<str:key>/end/", complaints.FinishComplaint, "complaint-end"),
    page("complaints/<str:key>/check/", complaints.CheckComplaint, "complaint-check"),
    page("complaints/<str:key>/evaluation/", complaints.EvaluateComplaint, "complaint-evaluation"),
    page("complaints/<str:key>/lesson/", complaints.LearnFromComplaint, "complaint-lesson"),
    page("surveys/", surveys.SurveyList, "surveys"),
    page("surveys/figures/", surveys.Figures, "survey-figures"),
    page("surveys/<int:key>/", surveys.SurveyPage, "survey"),
    page("surveys/<int:key>/sending/", surveys.SendSurvey, "survey-sending"),
    page("surveys/<int:key>/link/", surveys.SurveyLink, "survey-link"),
    page("surveys/<int:key>/leaving/", surveys.LeaveSurvey, "survey-leaving"),
    page("customers/<int:key>/surveys/new/", surveys.NewSurvey, "survey-new"),
]

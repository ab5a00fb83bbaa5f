"""Table of contents of this type's pages."""

from boothline.ui.kit import page
from boothline.visitors.pages import captures, cooperation, questionnaires, recognition

urlpatterns = [
    page("captures/", captures.CaptureList, "captures"),
    page("captures/new/", captures.NewCapture, "capture-new"),
    page("captures/<int:key>/", captures.CapturePage, "capture"),
    page("fairs/<int:key>/questionnaire/", questionnaires.QuestionnairePage, "questionnaire"),
    page("fairs/<int:key>/questionnaire/question/", questionnaires.EditQuestion, "question"),
    page("customers/<int:key>/nature/", recognition.SayNature, "nature"),
    page("customers/<int:key>/nature/lifting/", recognition.LiftNature, "nature-lift"),
    page("customers/<int:key>/nature/question/", recognition.PlanQuestion, "nature-question"),
    page("recognition/", recognition.Learned, "recognition"),
    page("cooperation/", cooperation.CooperationList, "cooperations"),
    page("cooperation/<int:key>/", cooperation.MoveCooperation, "cooperation"),
    page("firms/", recognition.FirmList, "firms"),
    page("firms/new/", recognition.NewFirm, "firm-new"),
    page("firms/<int:key>/", recognition.TakeFirmOff, "firm"),
]

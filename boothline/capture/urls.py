"""Table of contents of the booth's pages."""

from boothline.capture.pages import booth, visit
from boothline.ui.kit import page

urlpatterns = [
    page("booth/", booth.Booth, "booth"),
    page("booth/captures/", booth.TakeRows, "booth-captures"),
    page("booth/captures/<str:key>/", booth.CorrectCapture, "booth-capture"),
    page("booth/captures/<str:key>/pictures/", booth.TakePicture, "booth-pictures"),
    page("booth/captures/<str:key>/voices/", booth.TakeVoice, "booth-voices"),
    page("booth/captures/<str:key>/retraction/", booth.RetractCapture, "booth-retraction"),
    page("booth/known/", booth.Known, "booth-known"),
    page("fairs/<int:key>/sign/", visit.Sign, "fair-sign"),
    page("visit/<str:token>/", visit.Visit, "visit"),
]

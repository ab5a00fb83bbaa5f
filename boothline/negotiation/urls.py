"""Table of contents of this type's pages."""

from boothline.negotiation.pages import briefings, lapse, objections
from boothline.ui.kit import page

urlpatterns = [
    page("customers/<int:key>/briefings/new/", briefings.NewBriefing, "briefing-new"),
    page("briefings/<int:key>/answer/", briefings.AnswerBriefing, "briefing-answer"),
    page("customers/<int:key>/objections/new/", objections.NewObjection, "objection-new"),
    page("objections/<int:key>/outcome/", objections.CloseObjection, "objection-close"),
    page("briefings/<int:key>/reopening/", lapse.ReopenBriefing, "briefing-reopening"),
    page("objections/<int:key>/reopening/", lapse.ReopenObjection, "objection-reopening"),
]

"""Table of contents of this type's pages."""

from boothline.intentions.pages import expansions, intentions, lapse, quotation, requirements
from boothline.ui.kit import page

urlpatterns = [
    page("intentions/", intentions.IntentionList, "intentions"),
    page("customers/<int:key>/intentions/new/", intentions.NewIntention, "intention-new"),
    page("intentions/<int:key>/", intentions.IntentionPage, "intention"),
    page("intentions/<int:key>/lines/new/", intentions.NewLine, "intention-line-new"),
    page("intentions/<int:key>/collection/", intentions.Collect, "collection"),
    page("intentions/<int:key>/loss/", intentions.LoseIntention, "intention-loss"),
    page("intentions/<int:key>/quotations/", quotation.Quote, "quotation-new"),
    page("quotations/<str:key>/", quotation.QuotationPage, "quotation"),
    page("quotations/<str:key>/approval/", quotation.AskApproval, "quotation-approval"),
    page("quotations/<str:key>/sending/", quotation.SendQuotation, "quotation-sending"),
    page("intention-lines/<int:key>/edit/", intentions.EditLine, "intention-line"),
    page("intention-lines/<int:key>/step-price/", intentions.StepPrice, "intention-line-step"),
    page("intention-lines/<int:key>/loss/", intentions.LoseLine, "intention-line-loss"),
    page("expansions/", expansions.ExpansionList, "expansions"),
    page("customers/<int:key>/expansions/new/", expansions.NewExpansion, "expansion-new"),
    page("expansions/<int:key>/", expansions.ExpansionPage, "expansion"),
    page("expansions/<int:key>/sending/", expansions.SendExpansion, "expansion-sending"),
    page("expansions/<int:key>/link/", expansions.ExpansionLink, "expansion-link"),
    page("expansions/<int:key>/answer/", expansions.AnswerExpansion, "expansion-answer"),
    page("expansions/<int:key>/withdrawal/", expansions.WithdrawExpansion, "expansion-withdrawal"),
    page("intentions/<int:key>/reopening/", lapse.ReopenIntention, "intention-reopening"),
    page("intentions/<int:key>/requirements/new/", requirements.NewRequirement, "requirement-new"),
    page("requirements/<int:key>/edit/", requirements.EditRequirement, "requirement-edit"),
    page("requirements/<int:key>/proof/", requirements.Meet, "requirement-proof"),
    page("requirements/<int:key>/refusal/", requirements.Refuse, "requirement-refusal"),
    page("requirements/<int:key>/waiver/", requirements.Waive, "requirement-waiver"),
    page("requirements/<int:key>/reopening/", requirements.ReopenRequirement, "requirement-reopening"),
]

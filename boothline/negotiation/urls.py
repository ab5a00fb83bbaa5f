"""Table of contents of this type's pages."""

from boothline.negotiation.pages import briefings, decisions, lapse, objections, plan_templates
from boothline.ui.kit import page

urlpatterns = [
    page("customers/<int:key>/briefings/new/", briefings.NewBriefing, "briefing-new"),
    page("briefings/<int:key>/", briefings.BriefingPage, "briefing"),
    page("briefings/<int:key>/showing/", briefings.ShowBriefing, "briefing-show"),
    page("briefings/<int:key>/paper/", briefings.BriefingPaper, "briefing-paper"),
    page("briefings/<int:key>/link/", briefings.BriefingLink, "briefing-link"),
    page("briefings/<int:key>/answer/", briefings.AnswerBriefing, "briefing-answer"),
    page("briefings/<int:key>/question/", briefings.AnswerQuestion, "briefing-question"),
    page("customers/<int:key>/objections/new/", objections.NewObjection, "objection-new"),
    page("objections/<int:key>/", decisions.ObjectionPage, "objection"),
    page("objections/<int:key>/edit/", objections.EditObjection, "objection-edit"),
    page("objections/<int:key>/decision/", decisions.Decide, "objection-decision"),
    page("decisions/<int:key>/end/", decisions.GiveUp, "decision-end"),
    page("decision-steps/<int:key>/skipping/", decisions.SkipStep, "decision-skip"),
    page("objections/<int:key>/outcome/", objections.CloseObjection, "objection-close"),
    page("settings/plans/", plan_templates.PlanTemplates, "plan-templates"),
    page("settings/plans/<str:key>/", plan_templates.PlanTemplatePage, "plan-template"),
    page("settings/plans/<str:key>/edit/", plan_templates.EditPlanTemplate, "plan-template-edit"),
    page("settings/plans/<str:key>/switch/", plan_templates.SwitchPlanTemplate, "plan-template-switch"),
    page("settings/plans/<str:key>/new/", plan_templates.NewPlanTemplate, "plan-template-new"),
    page("settings/plans/<str:key>/shipped/", plan_templates.ShippedPlanTemplates, "plan-templates-shipped"),
    page("briefings/<int:key>/reopening/", lapse.ReopenBriefing, "briefing-reopening"),
    page("objections/<int:key>/reopening/", lapse.ReopenObjection, "objection-reopening"),
]

"""Index of this room's records."""

from boothline.negotiation.briefing import Briefing, BriefingItem
from boothline.negotiation.decisions import Decision, DecisionStep
from boothline.negotiation.interest import Intended
from boothline.negotiation.objections import CueUse, Objection
from boothline.negotiation.plan_templates import PlanTemplate, PlanVersion
from boothline.negotiation.questions import Question

__all__ = [
    "Briefing", "BriefingItem", "CueUse", "Decision", "DecisionStep", "Intended", "Objection", "PlanTemplate", "PlanVersion", "Question",
]  # fmt: skip

"""Index of this room's records."""

from boothline.contracts.agreement import Contract, ContractLine, Version
from boothline.contracts.dossier import Dossier, DossierPaper, Fact
from boothline.contracts.establishment import Confirmation, ConfirmationRequest
from boothline.contracts.milestones import FamilyTemplate, Milestone, MilestonePlan
from boothline.contracts.needs import Need, Trace
from boothline.contracts.reminders import Reminder

__all__ = [
    "Confirmation", "ConfirmationRequest", "Contract", "ContractLine", "Dossier", "DossierPaper", "Fact", "FamilyTemplate", "Milestone",
    "MilestonePlan", "Need", "Reminder", "Trace", "Version",
]  # fmt: skip

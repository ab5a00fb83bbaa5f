"""Index of this room's records."""

from boothline.fairs.appointments import Appointment
from boothline.fairs.budget import BudgetLine
from boothline.fairs.editions import Fair
from boothline.fairs.exhibitors import Exhibitor, Stand
from boothline.fairs.exhibits import Exhibit
from boothline.fairs.goals import Goal
from boothline.fairs.invitations import Invitation

__all__ = ["Appointment", "BudgetLine", "Exhibit", "Exhibitor", "Fair", "Goal", "Invitation", "Stand"]

"""Index of this room's records."""

from boothline.accounts.company import Company
from boothline.accounts.people import HeldDuty, HeldRole, Team, User

__all__ = ["Company", "HeldDuty", "HeldRole", "Team", "User"]

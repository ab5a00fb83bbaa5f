"""Index of this room's records."""

from boothline.accounts.company import Company
from boothline.accounts.first_start import FirstStart
from boothline.accounts.password_links import PasswordLink
from boothline.accounts.people import HeldDuty, HeldRole, Team, User
from boothline.accounts.sign_ins import SignIn
from boothline.accounts.tries import WrongTry

__all__ = ["Company", "FirstStart", "HeldDuty", "HeldRole", "PasswordLink", "SignIn", "Team", "User", "WrongTry"]

"""Who does what a rule asks of a role or duty, by the rules' letters, and who stands in where nobody holds it.

S the salesperson (owner), K order clerk, M manager; duties: E engineer, Q quality, F finance, B purchasing, W warehouse, H head.
"""

from __future__ import annotations

from boothline.accounts.people import User, person_with_role
from boothline.accounts.words import DUTIES, ROLES

DUTY_OF = {"E": "engineer", "Q": "quality", "F": "finance", "B": "purchasing", "W": "warehouse", "H": "head"}
STANDS_IN = {"E": "M", "Q": "M", "H": "M", "F": "K", "B": "K", "W": "K", "K": "M", "S": "M"}
ROLE_OF = {"K": "clerk", "M": "manager"}


def person_with_duty(duty: str, *, team_id: int | None = None) -> User | None:
    """Somebody active who holds the duty; of the team, if there is one there."""
    held = User.objects.filter(is_active=True, held_duties__duty=duty).order_by("id")
    return (held.filter(team_id=team_id).first() if team_id else None) or held.first()


def managers(team_id: int | None) -> list[User]:
    """All who are M for a team: its managers, else all there are, else the administrator."""
    held = User.objects.filter(is_active=True, held_roles__role="manager").order_by("id")
    own = list(held.filter(team_id=team_id)) if team_id else []
    return own or list(held) or [user for user in [who_does("M")] if user]


def is_somebody(level: str) -> bool:
    """Whether a level of approval is a role, a duty, or the user name of somebody who may sign in."""
    return level in ROLES or level in DUTIES or User.objects.filter(username=level, is_active=True).exists()


def who_does(letter: str, *, owner: User | None = None, team_id: int | None = None) -> User | None:
    """The person of a letter. Without a manager it is the administrator."""
    if letter == "S" and owner and owner.is_active:
        return owner
    if letter in DUTY_OF:
        found = person_with_duty(DUTY_OF[letter], team_id=team_id)
    else:
        found = person_with_role(ROLE_OF[letter], team_id=team_id) if letter in ROLE_OF else None
    if found:
        return found
    if letter == "M":
        return person_with_role("admin")
    return who_does(STANDS_IN[letter], owner=owner, team_id=team_id)

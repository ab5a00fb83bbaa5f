"""Who does what a rule asks of a role or duty, by the rules' letters, and who stands in where nobody holds it.

S the salesperson (owner), K order clerk, M manager; duties: E engineer, Q quality, F finance, B purchasing, W warehouse, H head. A duty
may be held for some product families only: whose families fit the goods best does it.
"""

from __future__ import annotations

from collections.abc import Iterable

from boothline.accounts.people import HeldDuty, User, person_with_role
from boothline.accounts.words import DUTIES, ROLES

DUTY_OF = {"E": "engineer", "Q": "quality", "F": "finance", "B": "purchasing", "W": "warehouse", "H": "head"}
STANDS_IN = {"E": "M", "Q": "M", "H": "M", "F": "K", "B": "K", "W": "K", "K": "M", "S": "M"}
ROLE_OF = {"K": "clerk", "M": "manager"}


def person_with_duty(duty: str, *, team_id: int | None = None, families: Iterable[str] = ()) -> User | None:
    """Somebody active who holds the duty, best for goods of these product families; among equals of the team, if there is one there.
    Whoever holds it for other families only does not. The families are read only where somebody holds it for some."""
    held = list(HeldDuty.objects.filter(duty=duty, user__is_active=True).select_related("user").order_by("user_id"))
    goods = [family for family in families if family] if any(one.families for one in held) else []
    fits = {one: sum(_fit(one.families, family) for family in goods) if goods else int(not one.families) for one in held}
    able = [one for one in held if fits[one] or not goods]
    best = max(able, key=lambda one: (fits[one], team_id is not None and one.user.team_id == team_id), default=None)
    return best.user if best else None


def _fit(held: list[str], family: str) -> int:
    """How well a duty that is held for these families (for all, if none is named) fits one: the family, then what it is part of, then
    all; 0: not at all. Families are paths: 家具 is above 家具/餐桌."""
    while held and family and family not in held:
        family = family.rpartition("/")[0]
    return 1 if not held else 2 + family.count("/") if family else 0


def managers(team_id: int | None) -> list[User]:
    """All who are M for a team: its managers, else all there are, else the administrator."""
    held = User.objects.filter(is_active=True, held_roles__role="manager").order_by("id")
    own = list(held.filter(team_id=team_id)) if team_id else []
    return own or list(held) or [user for user in [who_does("M")] if user]


def is_somebody(level: str) -> bool:
    """Whether a level of approval is a role, a duty, or the user name of somebody who may sign in."""
    return level in ROLES or level in DUTIES or User.objects.filter(username=level, is_active=True).exists()


def who_does(letter: str, *, owner: User | None = None, team_id: int | None = None, families: Iterable[str] = ()) -> User | None:
    """The person of a letter, for goods of these product families. Without a manager it is the administrator."""
    if letter == "S" and owner and owner.is_active:
        return owner
    if letter in DUTY_OF:
        found = person_with_duty(DUTY_OF[letter], team_id=team_id, families=families)
    else:
        found = person_with_role(ROLE_OF[letter], team_id=team_id) if letter in ROLE_OF else None
    if found:
        return found
    if letter == "M":
        return person_with_role("admin")
    return who_does(STANDS_IN[letter], owner=owner, team_id=team_id)

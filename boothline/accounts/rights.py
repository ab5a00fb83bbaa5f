"""Rights are strings, declared by the room that enforces them, with the roles that hold them by default.

A scope is "all" (everything one may see), or one that a room declares with `scope` ("own": the customer is mine or I
collaborate); who has two roles may hold two of them ("own+with_order"). The page only hides buttons; the operation asks `require`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed, Words
from boothline.core.text import either, phrase

ROLE_WORDS = {
    "booth": gettext_lazy("booth staff"),
    "sales": gettext_lazy("a salesperson"),
    "clerk": gettext_lazy("an order clerk"),
    "manager": gettext_lazy("a manager"),
    "admin": gettext_lazy("an administrator"),
}

Scope = Callable[[Actor, Any], bool]
Where = Callable[[Actor], Q]


@dataclass(frozen=True)
class Right:
    """What may be done, by which role in which scope, and the rule for guests where there is one."""

    code: str
    words: Words
    roles: dict[str, str] = field(default_factory=dict)
    guests: Scope | None = None


RIGHTS: dict[str, Right] = {}
SCOPES: dict[str, Scope] = {}
_WHERE: dict[str, Where] = {}
_BY_SETTING: set[str] = set()


def declare(code: str, words: Words, *, guests: Scope | None = None, **roles: str) -> str:
    """Makes a right known: `declare("contracts.send", _("..."), sales="own", clerk="all")`. Returns the code."""
    if code in RIGHTS:
        raise ValueError(f"right {code} is declared twice")
    RIGHTS[code] = Right(code, words, roles, guests)
    return code


def scope(name: str, holds: Scope, where: Where, *, by_setting: bool = False) -> None:
    """Says what a scope means: for a record, and as a condition on customers. The room that knows declares it.

    `by_setting`: it is empty unless a rule setting opens it, so its holders are not named to somebody who asks who can.
    """
    SCOPES[name] = holds
    _WHERE[name] = where
    if by_setting:
        _BY_SETTING.add(name)


def rights_of(roles: Iterable[str]) -> dict[str, str]:
    """Every right of the roles together, each in all of their scopes."""
    held: dict[str, str] = {}
    for right in RIGHTS.values():
        scopes = {right.roles[r] for r in roles if r in right.roles}
        if scopes:
            held[right.code] = "all" if "all" in scopes else "+".join(sorted(scopes))
    return held


def may(by: Actor, code: str, record: Any = None) -> bool:
    """Whether the actor may do this (to this record, which they see already)."""
    right = RIGHTS[code]
    if by.is_trusted:
        return True
    if by.kind == "guest":
        return right.guests is not None and right.guests(by, record)
    held = by.rights.get(code)
    if held is None:
        return False
    return held == "all" or record is None or any(SCOPES[name](by, record) for name in held.split("+"))


def where(by: Actor, code: str) -> Q | None:
    """For which customers the actor may do this, as a condition; None means all that they see."""
    held = "all" if by.is_trusted else by.rights.get(code, "")
    if held == "all":
        return None
    found = Q(pk__in=[])
    for name in filter(None, held.split("+")):
        found |= _WHERE[name](by)
    return found


def require(by: Actor, code: str, record: Any = None) -> None:
    """Raises NotAllowed, saying who can, unless the actor may."""
    if may(by, code, record):
        return
    words = phrase(_("You may not: %(what)s. This is done by %(who)s."), {"what": RIGHTS[code].words, "who": who_holds(code)})
    raise NotAllowed(code, words, who=RIGHTS[code].roles)


def who_holds(code: str, scope: str = "") -> str:
    """Who has a right, or has it in this scope, in words."""
    held = [role for role, of in RIGHTS[code].roles.items() if of not in _BY_SETTING and of in (scope or of,)]
    return either(ROLE_WORDS[role] for role in held) or _("nobody by default")


declare("people.edit", gettext_lazy("edit people and roles"), admin="all")
declare("people.see", gettext_lazy("see colleagues"), booth="all", sales="all", clerk="all", manager="all", admin="all")
declare("settings.edit", gettext_lazy("change rule settings and lists"), admin="all")
declare("history.all", gettext_lazy("read everything that happened"), admin="all")
declare("company.edit", gettext_lazy("edit the company profile"), admin="all")

"""Who sees which customer. Each way is a condition; a person sees what any of their ways opens.

Higher rooms add ways that follow from their own facts (who captured them, who has a contract).
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db.models import Q

from boothline.core.actors import Actor

Way = Callable[[Actor], Q | None]
_ways: list[Way] = []


def open_way(way: Way) -> None:
    """Adds a way to see customers: a condition on Customer for this actor, or None."""
    if way not in _ways:
        _ways.append(way)


def visible(by: Actor) -> Q | None:
    """The condition for what the actor sees; None means everything."""
    if by.is_trusted or by.reach == "all":
        return None
    if by.kind == "guest":
        return Q(pk=by.customer_id)
    seen = Q(pk__in=[])
    for way in _ways:
        condition = way(by)
        if condition is not None:
            seen |= condition
    return seen


def mine(by: Actor) -> Q:
    """Whose owner I am, and with whom I collaborate. Keys, no join: each part has its index, nothing stands twice."""
    beside = apps.get_model("customers", "Collaborator").objects.filter(user_id=by.id or 0)
    return Q(owner_id=by.id) | Q(pk__in=beside.values("customer_id"))


def _of_my_team(by: Actor) -> Q | None:
    if by.reach != "team":
        return None
    return Q(owner__isnull=True) | (Q(team_id=by.team_id) if by.team_id else Q(pk__in=[]))


def sees_pool(by: Actor) -> bool:
    """Whether they see every customer without an owner; others see those that one of their own ways opens."""
    return by.is_trusted or by.reach in ("all", "team") or "sales" in by.roles


def _pool(by: Actor) -> Q | None:
    return Q(owner__isnull=True) if "sales" in by.roles else None


for _way in (mine, _of_my_team, _pool):
    open_way(_way)

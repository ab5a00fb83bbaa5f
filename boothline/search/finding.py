"""What the box finds: groups of records that rooms above hang here, each asked of what its reader may see.

    slots.hang("find", Group("order", _("Orders"), "table", "orders.see", rows, hit, "orders", order=60))

Every group is one query, whether it finds something or not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.slots import hung
from boothline.search.words import held, ways


@dataclass(frozen=True)
class Hit:
    """One record as the box shows it: its name, what it belongs to, and its page."""

    name: str
    url_name: str
    key: Any
    under: tuple[str, ...] = ()  # short facts; empty ones are left out
    type: str = ""  # of a customer: its mark stands beside the name


@dataclass(frozen=True)
class Group:
    """Records of one kind. `rows(by)`: what the actor may see, with what `hit` shows, in order; `list_name`: the page of all of them."""

    code: str
    label: Words
    icon: str
    right: str
    rows: Callable[[Actor], QuerySet[Any]]
    hit: Callable[[Any], Hit]
    list_name: str = ""
    order: int = 100


@dataclass
class Found:
    """The first hits of a group; `has_more`: the group's list shows them all."""

    group: Group
    hits: list[Hit] = field(default_factory=list)
    has_more: bool = False


def find(asked: str, by: Actor, *, most: int) -> list[Found]:
    """What one finds and may see, group by group; groups without a hit are left out."""
    if not ways(asked):
        return []
    found = []
    for group in hung("find"):
        if by.has(group.right):
            rows = list(group.rows(by).search(asked, by)[: most + 1])
            found.append(Found(group, [group.hit(row) for row in rows[:most]], len(rows) > most))
    return [one for one in found if one.hits]


def answers(text: str, asked: str) -> bool:
    """Whether kept lines have what is asked: the same rule as in the index, for what stands in no table."""
    return any(all(held(term) in text for term in way) for way in ways(asked))

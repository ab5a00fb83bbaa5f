"""Who acts. An Actor is made once at a door (a request, a command, a task) and handed on as `by`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Actor:
    """A person, a guest with a link, or the system.

    `rights` maps a right to its scopes: "all", or one or more like "own+with_order". `trusted` says that the door has already
    asked `require`: what one operation calls in another package runs under the same name, right implied.
    """

    kind: str  # user · guest · system
    id: int | None
    name: str
    latin: str = ""  # their name for readers of Latin letters, where it differs
    roles: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    rights: dict[str, str] = field(default_factory=dict, hash=False, compare=False)
    reach: str = "own"  # own · team · all
    team_id: int | None = None
    customer_id: int | None = None  # of a guest
    is_trusted: bool = False

    def trusted(self) -> Actor:
        """The same person, right implied. For calls into other packages, never for a door."""
        return replace(self, is_trusted=True)

    def has(self, right: str) -> bool:
        """Whether the right is held in any scope; for showing buttons. The operation decides."""
        return self.is_trusted or right in self.rights


SYSTEM = Actor(kind="system", id=None, name="展客通", latin="Boothline", reach="all", is_trusted=True)

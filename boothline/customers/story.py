"""What happened with a customer, one page of it, and shelf by shelf: touches, documents, changes.

Which event belongs on which shelf its own room says, by the slot "story"; a change is whatever moves a type or edits a record.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words
from boothline.core.slots import hung
from boothline.customers import events
from boothline.customers.card import Customer
from boothline.timeline.history import Event
from boothline.timeline.kinds import KINDS, EventKind, minor

PAGE = 30
SHELVES: dict[str, Words] = {"": _("All"), "touches": _("Touches"), "documents": _("Documents"), "changes": _("Changes")}
OURS = (events.TYPE_CHANGED, events.DERIVED_CHANGED, events.PINNED, events.PIN_ENDED, events.EDITED, events.CONTACT_EDITED,
        events.ASSIGNED, events.COLLABORATOR_ADDED,
    events.COLLABORATOR_REMOVED, events.MERGED, events.UNMERGED)  # fmt: skip


@dataclass(frozen=True)
class Shelved:
    """Hung into the slot "story": these kinds stand on that shelf."""

    shelf: str
    kinds: tuple[EventKind, ...]
    order: int = 100


def told(customer: Customer, shelf: str = "", before: int | None = None) -> tuple[list[Event], int | None]:
    """One page of the history, newest first, and where the earlier page begins (None: there is none)."""
    rows = Event.objects.under(customer).exclude(kind__in=minor()).order_by("-id")
    if shelf in SHELVES and shelf:
        rows = rows.filter(kind__in=kinds_of(shelf))
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def kinds_of(shelf: str) -> list[str]:
    """The codes of the kinds on a shelf."""
    codes = {kind.code for thing in hung("story") if thing.shelf == shelf for kind in thing.kinds}
    if shelf == "changes":
        codes |= {kind.code for kind in KINDS.values() if kind.moves or kind.fields} | {kind.code for kind in OURS}
    return sorted(codes)

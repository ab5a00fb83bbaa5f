"""What this room shows above every list: its views, and the choice of columns."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from boothline.accounts.rights import may
from boothline.core.actors import Actor
from boothline.views.saved import SavedView


def menu(page: Any, by: Actor) -> dict[str, Any] | None:
    """The views to choose from, and what may be done with the one that is shown."""
    look = page.asked.look
    if look is None or not by.has("views.keep"):
        return None
    view = look.view
    may_edit = isinstance(view, SavedView) and (view.person_id == by.id or (view.share != "own" and may(by, "views.share")))
    query = page.asked.query.copy()
    query["columns"] = ",".join(column.code for column in page.asked.columns)
    query["density"] = str(page.asked.density)
    query.pop("after", None)
    return {
        "look": look,
        "view": view,
        "me": by.id,
        "new": f"{reverse('view-new', args=[page.name])}?{query.urlencode()}",
        "edit": f"{reverse('view-edit', args=[view.pk])}?{query.urlencode()}" if view and may_edit else "",
        "everything": "?view=" if look.default else page.request.path,
    }


def columns(page: Any, by: Actor) -> dict[str, Any] | None:
    """All columns of the list, the chosen ones first and in their order."""
    if page.asked.look is None or not by.has("views.keep"):
        return None
    chosen = page.asked.columns
    first = chosen[0]
    rest = [column for column in page.offered() if column not in chosen]
    return {
        "first": first,
        "choices": [(column, True) for column in chosen if column is not first] + [(column, False) for column in rest],
        "density": page.asked.density,
        "back": page.address()[1:],
        "action": reverse("list-look", args=[page.name]),
    }

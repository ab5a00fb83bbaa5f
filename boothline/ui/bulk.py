"""One form for many ticked rows of a list: shows which, asks what, calls one operation, and offers to take it back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from boothline.core import presses
from boothline.core.slots import ask
from boothline.core.text import whole
from boothline.ui.kit import FormPage, list_named

LIMIT = 2000  # rows of one press
SHOWN = 12  # rows named above the form


class BulkPage(FormPage):
    """The rows come with the address: ticked ones as `row`, or `all` of what the list shows at the address `asked`.

    The form carries each row with the revision that the person saw, so that what somebody changed meanwhile is named.
    """

    template = "ui/bulk.html"
    is_about_record = False
    of: ClassVar[str] = ""  # the list
    chosen: list[Any]

    def apply(self, rows: dict[int, int], form: Any) -> Any:
        """Calls the operation with {id: revision}; returns the deed."""
        raise NotImplementedError

    def trail(self) -> list[tuple[str, str]]:
        """The list as it was."""
        made = list_named(self.of, self.request)
        asked = QueryDict(self.request.GET.get("asked", "")[:4000]).urlencode()
        return [(str(made.title), f"{reverse(self.of)}?{asked}" if asked else reverse(self.of))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, about the ticked rows."""
        made = list_named(self.of, request)
        if "all" in request.GET:
            found = made.ask_for(QueryDict(request.GET.get("asked", "")[:4000])).ordered()
        else:
            found = made.rows().filter(pk__in=_keys(request.GET.getlist("row"))).order_by("pk")
        self.chosen = list(found[: LIMIT + 1])
        if len(self.chosen) > LIMIT:
            messages.error(request, _("These are more than %(limit)s rows. Narrow the list and do it in parts.") % {"limit": f"{LIMIT:,}"})
            return redirect(self.back())
        if not self.chosen:
            messages.error(request, _("No row is ticked. Tick the rows first."))
            return redirect(self.back())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Does it; a form without rows goes back to the list."""
        self.seen_rows = _pairs(request.POST.get("chosen", ""))
        rows: QuerySet[Any] = list_named(self.of, request).rows()
        self.chosen = list(rows.filter(pk__in=self.seen_rows).order_by("pk")[:LIMIT])
        if not self.chosen:
            if presses.acted_before():  # it took them out of the list itself
                raise Http404
            messages.error(request, _("No row is ticked. Tick the rows first."))
            return redirect(self.back())
        return super().post(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        """Which rows, by name."""
        pairs = getattr(self, "seen_rows", None) or {row.pk: row.revision for row in self.chosen}
        return {
            "names": [str(row) for row in self.chosen[:SHOWN]],
            "more": max(0, len(self.chosen) - SHOWN),
            "count": len(self.chosen),
            "chosen": " ".join(f"{pk}.{revision}" for pk, revision in pairs.items()),
        }

    def save(self, form: Any) -> str:
        """Does it, and says to how many, and to which not."""
        deed = self.apply({row.pk: self.seen_rows[row.pk] for row in self.chosen}, form)
        if presses.repeats() is None:
            tell_deed(self.request, deed)
        return self.back()


def tell_deed(request: HttpRequest, deed: Any) -> None:
    """What was done, with the way back; and what not, by name."""
    if deed.done:
        messages.success(request, _("Done: %(what)s.") % {"what": deed}, extra_tags=f"deed-{deed.pk}")
    elif not deed.refused:
        messages.info(request, _("Nothing to change: it is so already."))
    if deed.refused:
        messages.error(request, _("Not changed: %(rows)s.") % {"rows": ask("named_reasons", deed.refused)})


def _keys(values: list[str]) -> list[int]:
    return [key for key in map(whole, values[: LIMIT + 1]) if key is not None]


def _pairs(text: str) -> dict[int, int]:
    found = {}
    for pair in text.split()[: LIMIT + 1]:
        pk, _dot, revision = pair.partition(".")
        key, seen = whole(pk), whole(revision, places=9)
        if key is not None and seen:
            found[key] = seen
    return found

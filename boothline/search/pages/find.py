"""The box: everything that one may see and do. A fragment for the box of the top bar; without a script, a page of results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from boothline.core.errors import Words
from boothline.core.slots import ask, hung
from boothline.core.text import whole
from boothline.search.finding import answers, find
from boothline.search.words import spellings, text_of
from boothline.ui.kit import PAGES, SIGNED_IN, ListPage, Page, fragment

IN_BOX, ON_PAGE = 5, 20  # hits of a group


@dataclass(frozen=True)
class Command:
    """Something to do or a page to go to."""

    label: Words
    url: str
    icon: str
    keys: str = ""

    def answers(self, asked: str) -> bool:
        """By its words in both languages, pinyin and initials."""
        words = []
        for language in ("zh-hans", "en"):
            with override(language):
                words.append(str(self.label))
        return answers(text_of(spellings(*words, name=True)), asked)


class Find(Page):
    """What is found, and what one may do."""

    right = SIGNED_IN
    title = _("Find or do")
    template = "search/find.html"
    nav = "find"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; for htmx only the results."""
        asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
        is_box = bool(getattr(request, "htmx", False)) and request.htmx.target == "drop"  # type: ignore[attr-defined]
        groups = [(words, icon, [c for c in made if not asked or c.answers(asked)]) for words, icon, made in self.commands()]
        context: dict[str, Any] = {
            "asked": asked,
            "is_box": is_box,
            "found": find(asked, self.by, most=IN_BOX if is_box else ON_PAGE),
            "commands": [group for group in groups if group[2]],
            "query": request.GET.urlencode() if asked else "",
        }
        if getattr(request, "htmx", False):
            return fragment(self, "results", context)
        return self.answer(**context)

    def commands(self) -> Iterator[tuple[Words, str, list[Command]]]:
        """In groups: what one may do with the customer whose page is open, new records, the pages of the menu."""
        on = whole(self.request.GET.get("on"))
        name, acts = ask("customer_acts", self.by, on, default=("", [])) if on else ("", [])
        yield name, "people", [Command(act.label, reverse(act.url_name, args=[on]), act.icon) for act in acts]
        yield (
            _("New"),
            "plus",
            [
                Command(view.create[1], reverse(view.create[0]), "plus")
                for view in PAGES.values()
                if issubclass(view, ListPage) and view.create and self.by.has(view.create[2])
            ],
        )
        yield (
            _("Go to"),
            "go",
            [
                Command(entry.label, reverse(entry.url_name), entry.icon, " ".join(entry.keys))
                for entry in hung("menu")
                if entry.is_for(self.by)
            ],
        )

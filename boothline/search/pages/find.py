"""The box: everything that one may see and do. A fragment for the box of the top bar; without a script, a page of results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from boothline.core.errors import Words
from boothline.core.slots import ask, hung
from boothline.core.text import whole
from boothline.search.finding import answers, find
from boothline.search.words import spellings, text_of
from boothline.ui.kit import PAGES, SIGNED_IN, ListPage, Page, fragment

IN_BOX, ON_PAGE = 5, 20  # hits of a group
MOST_ACTS, FIRST_ACTS = 60, 8  # of the page that is open; while nothing is typed


@dataclass(frozen=True)
class Command:
    """Something to do or a page to go to."""

    label: Words
    url: str
    icon: str
    keys: str = ""

    @property
    def names(self) -> list[Words]:
        """What it is called."""
        return [self.label]

    def answers(self, asked: str) -> bool:
        """By its words in both languages, pinyin and initials."""
        words = []
        for language in ("zh-hans", "en"):
            with override(language):
                words += [str(name) for name in self.names]
        return answers(text_of(spellings(*words, name=True)), asked)


@dataclass(frozen=True)
class PageAct(Command):
    """Something to do on the page that is open, as its button says it; the script presses that button, `n` of those that it named."""

    n: int = 0

    @property
    def names(self) -> list[Words]:
        """The button's words; the title of the page that it leads to, and the nouns of its address: approval, receipt, link."""
        try:
            found = resolve(self.url)
        except Resolver404:
            return [self.label]
        view = PAGES.get(found.url_name or "")
        titles = [view.title, getattr(view, "button", "")] if view else []
        return [self.label, (found.url_name or "").replace("-", " "), *filter(None, titles)]


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
        own = [act for act in self.own() if not asked or act.answers(asked)][: None if asked else FIRST_ACTS] if is_box else []
        said = {act.label for act in own}
        groups = [
            (words, icon, [c for c in made if (not asked or c.answers(asked)) and str(c.label) not in said])
            for words, icon, made in self.commands()
        ]
        context: dict[str, Any] = {
            "asked": asked,
            "is_box": is_box,
            "found": find(asked, self.by, most=IN_BOX if is_box else ON_PAGE),
            "own": own,
            "commands": [group for group in groups if group[2]],
            "query": request.GET.urlencode() if asked else "",
        }
        if getattr(request, "htmx", False):
            return fragment(self, "results", context)
        return self.answer(**context)

    def own(self) -> Iterator[PageAct]:
        """What one may do on the page that is open: the script names its buttons, each with the address that it leads to."""
        for n, named in enumerate(self.request.GET.getlist("act")[:MOST_ACTS]):
            address, _space, label = named.replace("\x00", "").partition(" ")
            if label:
                yield PageAct(label[:80], address, "go", n=n)

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

"""The page kit. Pages are declared, not written: List, Detail, Form, Action cover nearly all of them.

Each page names the right that opens it; one without does not start. What a person may not see is 404; what they may not
do is 403 and says who can; a stale save is 409 and shows both values. No rule lives here: a page calls one operation.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.backends.utils import csrf_input
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View
from jinja2_fragments import render_block
from markupsafe import Markup

from boothline.core import presses
from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed, Refused, Stale, Words
from boothline.core.slots import ask, hung
from boothline.core.text import whole
from boothline.ui.columns import Column, Sort

SIGNED_IN = "signed-in"
ANYBODY = "anybody"
BY_LINK = "by-link"
PAGE_SIZE = 50
COUNT_CAP = 1000

PAGES: dict[str, type[Page]] = {}


class Page(View):
    """What every page has: a right, a title, a template."""

    right: ClassVar[str] = ""
    title: ClassVar[Words] = ""
    template: ClassVar[str] = ""
    nav: ClassVar[str] = ""  # the menu entry that this page stands under
    record: Any = None

    @property
    def by(self) -> Actor:
        """Who asks."""
        return self.request.by  # type: ignore[attr-defined, no-any-return]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Asks for the right, then answers; what goes wrong becomes a page that says what next."""
        by: Actor | None = getattr(request, "by", None)
        if self.right not in (ANYBODY, BY_LINK):
            if by is None:
                return redirect_to_login(request.get_full_path())
            if self.right != SIGNED_IN and not by.has(self.right):
                who = ask("who_holds", self.right, default="")
                words = _("This page is for %(who)s.") % {"who": who}
                return failure(request, 403, _("Not your page"), words)
        try:
            with presses.pressing(*_press(request, by)):
                return super().dispatch(request, *args, **kwargs)
        except NotAllowed as refused:
            return self.not_allowed(refused)

    def not_allowed(self, refused: NotAllowed) -> HttpResponse:
        """403, and who can."""
        return failure(self.request, 403, _("Not allowed"), str(refused.words))

    def context(self) -> dict[str, Any]:
        """What the template shows besides the frame."""
        return {}

    def heading(self) -> str:
        """The page's title."""
        return str(self.title)

    def trail(self) -> list[tuple[str, str]]:
        """The way here: (words, address) from the top."""
        return []

    def answer(self, status: int = 200, **more: Any) -> HttpResponse:
        """Renders the page in the frame."""
        context = frame(self.request) | {"page": self, "heading": self.heading(), "trail": self.trail(), "nav": self.nav}
        return render(self.request, self.template, context | self.context() | more, status=status)


class _Hidden:
    """Made anew for each form of a page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __html__(self) -> Markup:
        return Markup(csrf_input(self._request)) + Markup('<input type="hidden" name="press" value="{}">').format(uuid.uuid4())


def hidden_inputs(request: HttpRequest) -> dict[str, Any]:
    """`csrf_input` of the templates: the form's token, and the id that lets one press act once (core.presses)."""
    return {"csrf_input": _Hidden(request)}


def _press(request: HttpRequest, by: Actor | None) -> tuple[str, ...]:
    """Which press this is: its id, who, where, and what stands in the form."""
    if request.method != "POST" or "press" not in request.POST:
        return ("",)
    typed = sorted((n, v) for n, vs in request.POST.lists() for v in vs if n not in ("csrfmiddlewaretoken", "press"))
    files = sorted((n, f"{f.name} {f.size}") for n, fs in request.FILES.lists() for f in fs)
    return request.POST["press"], f"{by.kind} {by.id}" if by else "", request.path, repr(typed), repr(files)


def say_done(request: HttpRequest, words: Words) -> None:
    """Says that it is done, or that it was done before and nothing happened twice."""
    first = presses.repeats()
    if first:
        at = date_format(timezone.localtime(first), "TIME_FORMAT")
        messages.info(request, _("This was saved already at %(time)s; nothing was done twice.") % {"time": at})
    elif words:
        messages.success(request, str(words))


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows: menu, person, unread notices."""
    by: Actor | None = getattr(request, "by", None)
    entries = [e for e in hung("menu") if by and (not e.right or by.has(e.right))]
    return {
        "by": by,
        "person": getattr(request, "person", None),
        "menu": entries,
        "unread": ask("unread", by, default=0) if by else 0,
        "notes": list(messages.get_messages(request)),
    }


def failure(request: HttpRequest, status: int, heading: str, words: str, *, home: str = "/") -> HttpResponse:
    """A page that says what is so and what comes next."""
    context = frame(request) | {"heading": heading, "words": words, "home": home, "trail": [], "nav": "", "page": None}
    return render(request, "ui/failure.html", context, status=status)


class ListPage(Page):
    """A list: search, filters, one of the declared orders, keyset pages. The same number of queries for 3 and 300 rows."""

    template = "ui/list.html"
    columns: ClassVar[list[Column]] = []
    sorts: ClassVar[dict[str, Sort]] = {}
    filters: ClassVar[Any] = None
    search_words: ClassVar[Words] = ""
    empty: ClassVar[Words] = ""
    create: ClassVar[tuple[str, Words, str] | None] = None  # (url name, words, right)

    def rows(self) -> QuerySet[Any]:
        """The rows that the actor may see, with what the list shows."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One page of the list; for htmx only the results."""
        context = self._results()
        if getattr(request, "htmx", False):
            context |= {"page": self, "request": request}
            engine = _jinja()
            return HttpResponse(render_block(engine, self.template, "results", context))
        return self.answer(**context)

    def _results(self) -> dict[str, Any]:
        asked = self.request.GET
        rows = self.rows()
        narrowed = self.filters(asked, queryset=rows, request=self.request) if self.filters else None
        if narrowed is not None:
            rows = narrowed.qs
        words = asked.get("q", "").replace("\x00", "").strip()[:100]
        if words and self.search_words:
            rows = rows.search(words, self.by)  # type: ignore[attr-defined]
        code = asked.get("sort", "")
        code = code if code in self.sorts else next(iter(self.sorts))
        sort = self.sorts[code]
        after = asked.get("after", "")
        page = rows.order_by(*sort.order())
        shown = list((sort.after(page, after) if after else page)[: PAGE_SIZE + 1])
        count = rows.order_by()[: COUNT_CAP + 1].count()
        more = len(shown) > PAGE_SIZE
        shown = shown[:PAGE_SIZE]
        query = asked.copy()
        query.pop("after", None)
        return {
            "rows": shown,
            "count": f"{COUNT_CAP}+" if count > COUNT_CAP else str(count),
            "next": sort.cursor(shown[-1]) if more else "",
            "first": bool(after),
            "query": query.urlencode(),
            "words": words,
            "sort": code,
            "narrowed": narrowed,
            "is_narrowed": bool(words) or any(asked.get(f) for f in (narrowed.filters if narrowed is not None else ())),
        }


class DetailPage(Page):
    """One record. `find()` begins with what the actor may see; anything else is not found."""

    key: ClassVar[str] = "pk"

    def find(self) -> QuerySet[Any]:
        """Where the record is looked for."""
        raise NotImplementedError

    def load(self) -> Any:
        """The record, or 404; what one sees without the right to do this with it is 403, before anything of it is shown."""
        value = self.kwargs["key"]
        try:
            found = self.find().get(**{self.key: value})
        except (self.find().model.DoesNotExist, ValueError, OverflowError) as missing:
            raise Http404 from missing
        if self.right not in (ANYBODY, BY_LINK, SIGNED_IN):
            ask("require", self.by, self.right, found)
        return found

    def heading(self) -> str:
        """The record's name."""
        return str(self.record)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        self.record = self.load()
        return self.answer(record=self.record)


class FormPage(DetailPage):
    """A form that calls one operation. With `find`, it is about a record; without, it makes one."""

    template = "ui/form.html"
    form: ClassVar[type[forms.Form]]
    button: ClassVar[Words] = ""
    lead: ClassVar[Words] = ""
    done: ClassVar[Words] = ""
    is_about_record: ClassVar[bool] = True
    seen: int = 0

    def find(self) -> QuerySet[Any]:
        """Where the record is looked for, if there is one."""
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def form_options(self) -> dict[str, Any]:
        """What the form needs besides its data."""
        return {}

    def save(self, form: Any) -> str:
        """Calls the operation; returns where to go."""
        raise NotImplementedError

    def revision(self) -> int:
        """The revision that the person sees; 0 for what has none."""
        return getattr(self.record, "revision", 0)

    def back(self) -> str:
        """Where *cancel* leads."""
        return self.trail()[-1][1] if self.trail() else "/"

    def heading(self) -> str:
        """The page's own title."""
        return str(self.title)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The empty form."""
        self._load()
        return self._show(self.form(initial=self.initial(), **self.form_options()), self.revision())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Saves, or shows the form again with what is wrong; nothing typed is lost."""
        self._load()
        data = request.POST.copy()
        for name in [n for n in data if n.startswith("keep_") and data[n] == "theirs"]:
            field = name.removeprefix("keep_")
            data[field] = data.get(f"theirs_{field}", "")
        self.seen = whole(data.get("revision"), places=9) or 0
        form = self.form(data, request.FILES, initial=self.initial(), **self.form_options())
        if not form.is_valid():
            return self._show(form, self.seen, status=422)
        try:
            target = self.save(form)
        except Stale as stale:
            return self._show_stale(form, stale)
        except NotAllowed:
            raise
        except Refused as refused:
            field_name = refused.field if refused.field in form.fields else None
            form.add_error(field_name, str(refused.words))
            return self._show(form, self.seen, status=422)
        say_done(request, self.done)
        return redirect(target)

    def _load(self) -> None:
        if self.is_about_record:
            self.record = self.load()

    def _show(self, form: forms.Form, revision: int, status: int = 200) -> HttpResponse:
        return self.answer(status, form=form, seen=revision, record=self.record)

    def _show_stale(self, form: forms.Form, stale: Stale) -> HttpResponse:
        self._load()
        fresh = self.form(initial=self.initial(), **self.form_options())
        rows = [
            {"name": name, "label": form.fields[name].label or name, "mine": _shown(form, name), "theirs": _shown(fresh, name),
             "theirs_value": fresh[name].value()}
            for name, _theirs, _mine in stale.fields
            if name in form.fields
        ]  # fmt: skip
        who = ask("last_change", stale.record, default=None)
        not_typed = ("keep_", "theirs_", "csrf", "revision", "press")
        kept = [(n, v) for n, values in self.request.POST.lists() for v in values if not n.startswith(not_typed)]
        context = {"form": form, "rows": rows, "kept": kept, "seen": self.revision(), "who": who, "record": self.record}
        self.template = "ui/stale.html"  # type: ignore[misc]
        return self.answer(409, **context)


def _shown(form: forms.Form, name: str) -> str:
    bound = form[name]
    value = bound.value()
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        labels = {str(k): str(v) for k, v in choices}
        values = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(v), "–") for v in values)
    return "–" if value in (None, "") else str(value)


class ActionPage(DetailPage):
    """One button: POST calls one operation and goes on; a refusal is told where the person came from."""

    done: ClassVar[Words] = ""

    def press(self) -> str:
        """Calls the operation; returns where to go."""
        raise NotImplementedError

    def back(self) -> str:
        """Where a refusal is shown."""
        return "/"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An action is pressed, never fetched; whoever comes by address goes back to its record."""
        self.record = self.load()
        return redirect(self.back())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Presses."""
        self.record = self.load()
        try:
            target = self.press()
        except NotAllowed:
            raise
        except Refused as refused:
            messages.error(request, str(refused.words))
            return redirect(self.back())
        say_done(request, self.done)
        return redirect(target)


def page(route: str, view: type[Page], name: str) -> URLPattern:
    """An address in `urls.py`. A page without a declared right does not start."""
    if not view.right:
        raise ImproperlyConfigured(f"{view.__name__} declares no right")
    PAGES[name] = view
    return path(route, view.as_view(), name=name)


def panels(slot: str, record: Model, by: Actor) -> list[dict[str, Any]]:
    """What rooms above hung into a page, with what each shows; those with nothing to say stay away."""
    found = []
    for panel in hung(slot):
        context = panel.context(record, by)
        if context is not None:
            found.append({"template": panel.template, "place": panel.place, "name": panel.name, **context})
    return found


def _jinja() -> Any:
    from django.template import engines

    return engines["jinja2"].env  # type: ignore[attr-defined]

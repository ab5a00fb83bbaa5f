"""The page kit. Pages are declared, not written: List, Detail, Form, Action cover nearly all of them.

Each page names the right that opens it; one without does not start. What a person may not see is 404; what they may not
do is 403 and says who can; a stale save is 409 and shows both values. No rule lives here: a page calls one operation.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit
from zlib import crc32

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.backends.utils import csrf_input
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View
from jinja2_fragments import render_block
from markupsafe import Markup

from boothline.core import clock, presses
from boothline.core.actors import Actor
from boothline.core.errors import Doubted, NotAllowed, Refused, Stale, Words
from boothline.core.machine import is_loopback
from boothline.core.money import figure
from boothline.core.slots import ask, hung
from boothline.core.text import listed, phrase, whole
from boothline.ui.columns import Column, Sort
from boothline.ui.keys import KEYS
from boothline.ui.sentence import Place, flat, places_of, plain, said

SIGNED_IN = "signed-in"
ANYBODY = "anybody"
BY_LINK = "by-link"
PAGE_SIZE = 50
COUNT_CAP = 1000
DENSITIES = (28, 34, 42)  # pixels of a row: tight, usual, wide
DENSITY = 34

PAGES: dict[str, type[Page]] = {}


class Page(View):
    """What every page has: a right, a title, a template."""

    right: ClassVar[str] = ""
    title: ClassVar[Words] = ""
    template: str = ""  # one that has to say something else first shows another
    lead: ClassVar[Words] = ""  # what stands under the title of a list or a form
    nav: ClassVar[str] = ""  # the menu entry that this page stands under
    name: ClassVar[str] = ""  # of its address
    record: Any = None

    @property
    def by(self) -> Actor:
        """Who asks."""
        return self.request.by  # type: ignore[attr-defined, no-any-return]

    @property
    def person(self) -> Any:
        """Who asks, as the record of a colleague."""
        return self.request.person  # type: ignore[attr-defined]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Asks for the right, then answers; what goes wrong becomes a page that says what next."""
        by: Actor | None = getattr(request, "by", None)
        if self.right not in (ANYBODY, BY_LINK):
            if by is None:
                return redirect_to_login(request.get_full_path())
            if self.right != SIGNED_IN and not by.has(self.right):
                who = ask("who_holds", self.right, default="")
                words = phrase(_("This page is for %(who)s."), {"who": who})
                return failure(request, 403, _("Not your page"), words)
        try:
            with presses.pressing(*_press(request, None if self.right == ANYBODY else by)):
                return self._pressed(request, *args, **kwargs)
        except NotAllowed as refused:
            return self.not_allowed(refused)

    def _pressed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer; a press that took away what its page is about leads back where that stood, when it comes again."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            back = presses.acted_before()
            if not back:
                raise
            say_done(request, "")
            return redirect(back)

    def not_allowed(self, refused: NotAllowed) -> HttpResponse:
        """403, and who can."""
        return failure(self.request, 403, _("Not allowed"), str(refused.words))

    def context(self) -> dict[str, Any]:
        """What the template shows besides the frame."""
        return {}

    def heading(self) -> str:
        """The page's title."""
        return str(self.title)

    def leading(self) -> Words:
        """What stands under the title of a list or a form; a page that speaks of its record says it here instead of in `lead`."""
        return self.lead

    def trail(self) -> list[tuple[str, str]]:
        """The way here: (words, address) from the top."""
        return []

    def answer(self, status: int = 200, **more: Any) -> HttpResponse:
        """Renders the page in the frame."""
        context = frame(self.request) | {"page": self, "heading": self.heading(), "trail": self.trail(), "nav": self.nav}
        return render(self.request, self.template, context | self.context() | more, status=status)


def fragment(shown: Page, block: str, context: dict[str, Any]) -> HttpResponse:
    """One block of a page's template, for htmx."""
    known = {"page": shown, "request": shown.request}
    return HttpResponse(render_block(_jinja(), shown.template, block, known | context))


class _Hidden:
    """The page's token, and an id of its own for each of its forms."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _token(self) -> Markup:
        return Markup(csrf_input(self._request))

    def __html__(self) -> str:
        return self._token + Markup(f'<input type="hidden" name="press" value="{uuid.uuid4()}">')


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
    entries = [e for e in hung("menu") if by and e.is_for(by)]
    return {
        "by": by,
        "person": getattr(request, "person", None),
        "menu": entries,
        "unread": ask("unread", by, default=0) if by else 0,
        "notes": list(messages.get_messages(request)),
        "key_list": _key_list(get_language() or "", tuple(e.url_name for e in entries)),
    }


@cache
def _key_list(language: str, names: tuple[str, ...]) -> Markup:
    """The keys and what they do: the same on every page for whoever reads this language and has this menu."""
    entries = [e for e in hung("menu") if e.url_name in names]
    return Markup(_jinja().get_template("ui/keylist.html").render(keys=KEYS, menu=entries))


def came_from(request: HttpRequest, besides: str = "/") -> str:
    """The page of ours that the person was on; another if that is not known."""
    address = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}) and urlsplit(address).path != request.path
    return address if is_ours else besides


def failure(request: HttpRequest, status: int, heading: str, words: str, *, home: str = "/") -> HttpResponse:
    """A page that says what is so and what comes next."""
    context = frame(request) | {"heading": heading, "words": words, "home": home, "trail": [], "nav": "", "page": None}
    return render(request, "ui/failure.html", context, status=status)


@dataclass
class Asked:
    """What is asked of a list: the rows that answer, not yet in order, and how they are shown."""

    query: QueryDict  # as the address has it, with what the chosen view says besides
    rows: QuerySet[Any]
    code: str
    sort: Sort
    columns: list[Column]
    density: int
    words: str
    narrowed: Any
    look: Any
    part: Place | None = None  # what a room above narrows it to, such as what one import brought

    def ordered(self) -> QuerySet[Any]:
        """The rows in the asked order."""
        return self.rows.order_by(*self.sort.order())


@dataclass(frozen=True)
class Foot:
    """The foot of a list in one currency: {code of a column: what all its rows come to}."""

    currency: str
    amounts: dict[str, Decimal]


class ListPage(Page):
    """A list: search, filters that read as a sentence, one of the declared orders, chosen columns, keyset pages.

    The same number of queries for 3 and 300 rows. Saved views, exports and bulk edits hang in from the rooms that know them.
    """

    template = "ui/list.html"
    columns: ClassVar[list[Column]] = []
    sorts: ClassVar[dict[str, Sort]] = {}
    filters: ClassVar[Any] = None
    sentence: ClassVar[Words] = gettext_lazy("Showing everything, sorted by %(sort)s.")
    under: ClassVar[str] = ""  # the look-up of a row's customer; "" where rows stand under none
    people: ClassVar[str] = ""  # the look-up of a row's contacts; "" where it leads to none
    search_words: ClassVar[Words] = ""
    empty: Words = ""
    create: ClassVar[tuple[str, Words, str] | None] = None  # (url name, words, right)
    press: ClassVar[tuple[str, Words] | None] = None  # (url name, words) of a button in each row that does one thing with it
    leads: ClassVar[tuple[str, Words, str] | None] = None  # the same, of the page on which the first row is made
    below: ClassVar[str] = ""  # a template under the rows; it shows what `under_rows` gives
    asked: Asked

    def seeks(self) -> Words:
        """What the search finds, for this reader."""
        return self.search_words

    def rows(self) -> QuerySet[Any]:
        """The rows that the actor may see, with what the list shows."""
        raise NotImplementedError

    def sums(self, asked: Asked) -> list[Foot]:
        """What all rows of all pages come to, a row a currency; rooms above add the sums of their own columns."""
        shown = {column.code for column in asked.columns if column.kind == "money"}
        found: dict[str, dict[str, Decimal]] = {}
        for summed in hung(f"sums.{self.name}") if shown else ():
            for currency, amounts in summed.of(asked.rows, shown).items():
                found.setdefault(currency, {}).update(amounts)
        return [Foot(currency, found[currency]) for currency in sorted(found)]

    def under_rows(self, asked: Asked) -> dict[str, Any]:
        """What stands under the rows besides their sums, where the list says `below`."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One page of the list; for htmx only the results."""
        context = self._results()
        htmx, clean = getattr(request, "htmx", None), self._clean()
        if htmx and not htmx.boosted and htmx.target in (None, "results"):
            shown = {"by": self.by, "person": getattr(request, "person", None), "heading": self.heading()}
            answer = fragment(self, "results", context | shown | hidden_inputs(request))
            answer["HX-Push-Url"] = clean
            return answer
        if clean != request.get_full_path() and "" in dict(request.GET.items()).values():
            return redirect(clean)
        return self.answer(**context)

    def _clean(self) -> str:
        """The address without what says nothing, as it is kept and passed on."""
        query = self._query({})
        if self.request.GET.get("after"):
            query["after"] = self.request.GET["after"]
        return self.request.path + (f"?{query.urlencode()}" if query else "")

    def offered(self) -> list[Column]:
        """All columns there are for who asks: its own, and those that rooms above hung in."""
        return [*self.columns, *(column for column in hung(f"columns.{self.name}") if not column.right or self.by.has(column.right))]

    def standard_columns(self) -> list[Column]:
        """The columns of somebody who chose none."""
        return [column for column in self.offered() if column.usual]

    def chosen_columns(self, codes: Iterable[str]) -> list[Column]:
        """Those of the codes that there are, in that order; what a row is known by always comes first."""
        known = {column.code: column for column in self.offered()}
        found = [known[code] for code in dict.fromkeys(codes) if code in known]
        if not found:
            return self.standard_columns()
        first = next((column for column in self.columns if column.link), self.columns[0])
        return [first, *(column for column in found if column is not first)]

    def ask_for(self, query: QueryDict) -> Asked:
        """What an address asks for. A view that it names, or the person's own default, says the rest."""
        look = ask("look_at_list", self.by, self.name, query, default=None)
        whole_query = query.copy()
        for name, value in (look.asked if look else {}).items():
            whole_query.setdefault(name, value)
        columns = self.chosen_columns(query.get("columns", "").split(",") if query.get("columns") else look.columns if look else ())
        density = whole(query.get("density"), places=2)
        rows = self.rows()
        narrowed = self.filters(whole_query, queryset=rows, request=self.request) if self.filters else None
        if narrowed is not None:
            rows = narrowed.qs
        rows, part = ask("part_of_list", self.by, rows, query, default=(rows, None))
        words = whole_query.get("q", "").replace("\x00", "").strip()[:100] if self.search_words else ""
        if words:
            rows = rows.search(words, self.by)
        for column in columns:
            if column.needs:
                rows = column.needs(rows, self.by)
        code = whole_query.get("sort", "")
        code = code if code in self.sorts else next(iter(self.sorts))
        return Asked(
            whole_query, rows, code, self.sorts[code], columns, density if density in DENSITIES else look.density if look else DENSITY,
            words, narrowed, look, part,
        )  # fmt: skip

    def address(self, **changed: str) -> str:
        """The address of the same list with something chosen otherwise; what says nothing is left out."""
        return f"?{self._query(changed).urlencode()}"

    def _query(self, changed: dict[str, str]) -> QueryDict:
        query = self.request.GET.copy()
        query.pop("after", None)
        look = self.asked.look
        if look and look.view:
            query.setdefault("view", str(look.view.pk))
        for name, value in changed.items():
            query[name] = value
        means = {"view"} if look and look.default else set()
        means |= set(look.asked) if look else set()  # an empty word here takes back what the view says
        for name in [name for name, value in query.items() if not value and name not in means]:
            del query[name]
        if not query and look and look.default:
            query["view"] = ""
        return query

    def says(self, query: QueryDict) -> str:
        """The sentence of an address, to be read."""
        self.asked = self.ask_for(query)
        return plain(*self._sentence(self.asked))

    def bulk_acts(self) -> list[Any]:
        """What may be done with ticked rows: at most four, hung in by the rooms that know how."""
        return [act for act in hung(f"bulk.{self.name}") if self.by.has(act.right)][:4]

    def _results(self) -> dict[str, Any]:
        self.asked = asked = self.ask_for(self.request.GET)
        after = self.request.GET.get("after", "")
        page = asked.ordered()
        shown = list((asked.sort.after(page, after) if after else page)[: PAGE_SIZE + 1])
        count = asked.rows.order_by()[: COUNT_CAP + 1].count()
        more = len(shown) > PAGE_SIZE
        shown = shown[:PAGE_SIZE]
        query = self._query({})
        parts, besides = self._sentence(asked)
        named = {part.name for part in parts if isinstance(part, Place)}
        form = asked.narrowed.form if asked.narrowed is not None else forms.Form()
        return {
            "rows": shown,
            "count": f"{COUNT_CAP}+" if count > COUNT_CAP else str(count),
            "total": count,
            "next": asked.sort.cursor(shown[-1]) if more else "",
            "first": bool(after),
            "query": query.urlencode(),
            "asked": asked,
            "words": asked.words,
            "sort": asked.code,
            "parts": parts,
            "says": plain(parts, besides),
            "besides": besides,
            "kept": [(n, v) for n in query for v in query.getlist(n) if n != "q" and (n not in form.fields or n in named)],
            "unnamed": [bound for bound in form if bound.name not in named],
            "narrowing": [place for place in (*parts, *besides) if isinstance(place, Place) and place.name in form.fields]
            if not shown
            else [],
            "is_narrowed": bool(asked.words or asked.part) or any(asked.query.get(name) for name in form.fields),
            "everything": self.request.path + ("?view=" if asked.look and asked.look.default else ""),
            "bulk": self.bulk_acts(),
            "tools": panels("list", self, self.by),
            "sums": self.sums(asked) if shown else [],
            **(self.under_rows(asked) if self.below else {}),
        }

    def _sentence(self, asked: Asked) -> tuple[list[str | Place], list[Place]]:
        def address(name: str, value: str) -> str:
            return self.address(**{name: value})

        form = asked.narrowed.form if asked.narrowed is not None else forms.Form()
        places = places_of(form, lambda name: asked.query.get(name, ""), address)
        orders = [(str(sort.label), address("sort", code), code == asked.code) for code, sort in self.sorts.items()]
        places["sort"] = Place("sort", _("Sorted"), str(asked.sort.label), orders)
        parts = said(self.sentence, places)
        besides = [place for name, place in places.items() if place not in parts and asked.query.get(name)]
        return parts, [*besides, *([asked.part] if asked.part else [])]


def list_named(name: str, request: HttpRequest) -> ListPage:
    """The list of that name, as who asks would see it; 404 for any other, and for one that is not for them."""
    found, by = PAGES.get(name), request.by  # type: ignore[attr-defined]
    if found is None or not issubclass(found, ListPage) or not by.has(found.right):
        raise Http404
    made = found()
    made.request = request
    return made


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


class LinkPage(DetailPage):
    """A fresh link for the customer, to hand over by chat: made by a press, shown once. `opens` says what it leads to."""

    title = gettext_lazy("Link for the customer")
    template = "ui/link.html"
    opens: Words = ""
    back_words: Words = ""

    def for_whom(self) -> str:
        """Whose it is, and what it is about."""
        raise NotImplementedError

    def make(self) -> str:
        """Calls the operation; its address."""
        raise NotImplementedError

    def back(self) -> str:
        """Where the link is made from."""
        return self.trail()[-1][1]

    def heading(self) -> str:
        """The page's own title."""
        return str(self.title)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Says what the button does."""
        self.record = self.load()
        return self.answer(record=self.record, address="", path="", only_here=self._is_only_here())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Makes the link and shows it; where there can be none, says so where it is asked from."""
        self.record = self.load()
        try:
            address = self.make()
        except NotAllowed:
            raise
        except Refused as refused:
            messages.error(request, str(refused.words))
            return redirect(self.back())
        return self.answer(record=self.record, address=address, path=urlsplit(address).path, only_here=self._is_only_here())

    @staticmethod
    def _is_only_here() -> bool:
        """The addresses that we hand out lead to this machine and open nowhere else."""
        return is_loopback(urlsplit(settings.BASE_URL).hostname or "")


class FormPage(DetailPage):
    """A form that calls one operation. With `find`, it is about a record; without, it makes one."""

    template = "ui/form.html"
    form: ClassVar[type[forms.Form]]
    button: ClassVar[Words] = ""
    is_risk: ClassVar[bool] = False  # its button ends something that stands
    done: Words = ""  # what is said once it is done; a page may say something else of one press
    is_about_record: ClassVar[bool] = True
    seen: int = 0
    is_sure: bool = False  # they were asked, and meant it so

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

    def hindered(self) -> Words:
        """Why it cannot be done now, whatever is typed: said in place of the form. Empty where it can."""
        return ""

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
        """The empty form, or why there is none."""
        self._load()
        why = self.hindered()
        if why:
            self.template = "ui/hindered.html"
            return self.answer(why=why, record=self.record)
        return self._show(self.form(initial=self.initial(), **self.form_options()), self.revision())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Saves, or shows the form again with what is wrong; nothing typed is lost."""
        self._load()
        presses.stands_at(self.back)
        data = request.POST.copy()
        if "edit_on" in data:
            return self._edit_on(data)
        if any(f"keep_{name}" not in data for name in data.getlist("choose")):
            asked = dict.fromkeys(
                [*data.getlist("choose"), *data.getlist("stays"), *(n.removeprefix("keep_") for n in data if n.startswith("keep_"))]
            )
            form = self.form(data, request.FILES, initial=self.initial(), **self.form_options())
            return self._show_stale(form, Stale(self.record, [(name, None, None) for name in asked], ""), is_again=True)
        for name in [n for n in data if n.startswith("keep_") and data[n] == "theirs"]:
            field = name.removeprefix("keep_")
            data.setlist(field, data.getlist(f"theirs_{field}"))
        self.seen = whole(data.get("revision"), places=9) or 0
        self.is_sure = "is_sure" in data
        form = self.form(data, request.FILES, initial=self.initial(), **self.form_options())
        if not form.is_valid():
            return self._show(form, self.seen, status=422)
        try:
            target = self._saved(form)
        except Stale as stale:
            return self._show_stale(form, stale)
        except NotAllowed:
            raise
        except Refused as refused:
            for one in (refused, *refused.also):
                form.add_error(one.field if one.field in form.fields else None, str(one.words))
            if isinstance(refused, Doubted):
                form.fields["is_sure"] = forms.BooleanField(
                    label=_("Yes, it is meant so"), required=False, help_text=_("Tick this, then press again.")
                )
            return self._show(form, self.seen, status=422)
        say_done(request, self.done)
        self._say_left_out(form)
        return redirect(target)

    def _edit_on(self, data: QueryDict) -> HttpResponse:
        """The form as it was typed, of the revision that it began with: who saves it is asked again."""
        revision, _space, was = str(data["edit_on"]).partition(" ")
        form = self.form(data, initial=self.initial(), **self.form_options())
        return self.answer(form=form, seen=whole(revision, places=9) or 0, was=was, record=self.record)

    def lost_files(self) -> list[str]:
        """The fields of files that were chosen before the form came back: a browser gives a page none of them."""
        return sorted({*self.request.FILES, *self.request.POST.getlist("lost_file")})

    def _say_left_out(self, form: forms.Form) -> None:
        """What was not kept: a file that was chosen once and not again, and what the form itself left out."""
        if left_out := getattr(form, "left_out", ""):
            messages.warning(self.request, str(left_out))
        lost = [name for name in self.request.POST.getlist("lost_file") if not self.request.FILES.get(name)]
        if lost:
            labels = [str(form.fields[name].label if name in form.fields else _("pictures and voice notes")) for name in lost]
            words = _("Saved without what was not chosen again: %(files)s.")
            messages.warning(self.request, words % {"files": listed(dict.fromkeys(labels))})

    def _load(self) -> None:
        if self.is_about_record:
            self.record = self.load()

    def _saved(self, form: forms.Form) -> str:
        """What is doubted is asked about once; a press that acted already is sure, and gets its first answer."""
        try:
            return self.save(form)
        except Doubted:
            if not presses.acted_before():
                raise
            self.is_sure = True
            return self.save(form)

    def _show(self, form: forms.Form, revision: int, status: int = 200) -> HttpResponse:
        was = self.request.POST.get("was", "") if form.is_bound else _begun(form)
        for name in form.files if form.is_bound else ():  # a browser gives a page no file that somebody chose on the page before
            if name in form.fields and name not in form.errors:
                form.add_error(name, _("Choose it again: a chosen file is not kept."))
        return self.answer(status, form=form, seen=revision, was=was, record=self.record)

    def _show_stale(self, form: forms.Form, stale: Stale, *, is_again: bool = False) -> HttpResponse:
        """Both values of each field that two changed. `is_again`: they pressed without choosing; that is said where it is missing."""
        self._load()
        fresh = self.form(initial=self.initial(), **self.form_options())
        rows: list[dict[str, Any]] = [
            {"name": name, "label": form.fields[name].label or name, "mine": _shown(form, name), "theirs": _shown(fresh, name),
             "theirs_values": _several(fresh[name].value())}
            for name, _theirs, _mine in stale.fields
            if name in form.fields
        ]  # fmt: skip
        rows = [row for row in rows if row["mine"] != row["theirs"]]  # written otherwise, and the same
        typed = self.request.POST
        was, asked, stays = _pairs(typed.get("was", "")), typed.getlist("choose"), typed.getlist("stays")
        if is_again:
            mine = [row for row in rows if row["name"] in stays]
            theirs = [row for row in rows if row["name"] not in (*asked, *stays)]
        else:
            mine = [row for row in rows if was.get(row["name"]) == _mark(row["theirs"])]  # they left it as it was
            theirs = [row for row in rows if was.get(row["name"]) == _mark(row["mine"])]
        rows = [row for row in rows if row not in mine and row not in theirs]
        who = ask("last_change", stale.record, default=None)
        chosen = {n: v for n, v in self.request.POST.items() if n.startswith("keep_")}
        not_typed = ("keep_", "theirs_", "choose", "stays", "begun", "csrf", "revision", "press", "was")
        kept = [(n, v) for n, values in self.request.POST.lists() for v in values if not n.startswith(not_typed)]
        kept += [("lost_file", name) for name in self.request.FILES]
        context = {
            "form": form, "rows": rows, "mine": mine, "theirs": theirs, "kept": kept, "seen": self.revision(), "was": _begun(fresh),
            "who": who, "record": self.record, "chosen": chosen if is_again else {}, "is_again": is_again,
            "begun": typed.get("begun") or f"{self.seen} {typed.get('was', '')}",
        }  # fmt: skip
        self.template = "ui/stale.html"
        return self.answer(409, **context)


def _begun(form: forms.Form) -> str:
    """A mark of each value that a form begins with: of two who change at once, each is asked only about what both changed."""
    return " ".join(f"{name}:{_mark(_shown(form, name))}" for name in form.fields)


def _pairs(text: str) -> dict[str, str]:
    return {name: mark for name, _colon, mark in (pair.partition(":") for pair in text.split())}


def _mark(shown: str) -> str:
    return f"{crc32(shown.encode('utf-8', 'replace')):08x}"


def _several(value: Any) -> list[Any]:
    """A value as the hidden fields that send it."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _shown(form: forms.Form, name: str) -> str:
    bound = form[name]
    value = bound.value()
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        labels = dict(flat(choices))
        values = value if isinstance(value, list) else [value]
        return listed(labels.get("" if v is None else str(v), "–") for v in values)  # nothing chosen comes back as ""
    return "–" if value in (None, "") else _typed(bound.field, value)


def _typed(field: forms.Field, value: Any) -> str:
    """A day, a moment or a figure as people write it, whether it was typed or stood there; everything else as it is."""
    try:
        known = field.to_python(value)
    except ValidationError:
        return str(value)
    if isinstance(known, datetime):
        at = timezone.localtime(known)
        return f"{clock.day_words(at.date())} {at:%H:%M}"
    return clock.day_words(known) if isinstance(known, date) else figure(known) if isinstance(known, Decimal) else str(value)


class ActionPage(DetailPage):
    """One button: POST calls one operation and goes on; a refusal is told where the person came from."""

    done: Words = ""  # what is said once it is done; a page may say something else of one press

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
        presses.stands_at(self.back)
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
    view.name = name
    return path(route, view.as_view(), name=name)


def panels(slot: str, record: Any, by: Actor) -> list[dict[str, Any]]:
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

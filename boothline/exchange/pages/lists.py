"""A list as a file: exactly the rows and columns that it shows, all pages of them. And whole kinds by the list that shows them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from boothline.core import clock, kinds
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.core.journal import Keys
from boothline.core.text import quoted, whole
from boothline.customers.card import Contact
from boothline.exchange.exports import CHUNK, EXPORTS, Listed, export_list, export_people, exportable
from boothline.exchange.jobs import Import
from boothline.exchange.kinds import OWN
from boothline.exchange.own_ids import column_of
from boothline.exchange.sheets import Record
from boothline.exchange.vcards import CARDS
from boothline.ui.columns import Column
from boothline.ui.kit import PAGES, ListPage, Page, list_named
from boothline.ui.sentence import Place

FEWEST = 3  # headings by which a list is known
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "vcard": "text/vcard; charset=utf-8",
    "vcard3": "text/vcard; charset=utf-8",
}


class ExportList(Page):
    """Writes a list into a file, row by row, then hands it over: whatever its size, it needs the same memory."""

    right = "exports.run"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Pressed only: every export is kept in the history."""
        return redirect(list_named(key, request).name)

    def post(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """The file; a refusal is told on the list."""
        made = list_named(key, request)
        try:
            return self._file(made, request.POST.get("form", "csv"))
        except NotAllowed:
            raise
        except Refused as refused:
            messages.error(request, str(refused.words))
            return redirect(f"{reverse(key)}?{request.GET.urlencode()}")

    def _file(self, made: ListPage, form: str) -> FileResponse:
        asked = made.ask_for(self.request.GET)
        sentence = lazy(lambda: made.says(self.request.GET), str)()  # the history keeps it in both languages
        raw = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
        rows = exportable(asked.ordered(), by=self.by, under=made.under)
        try:
            if form in CARDS and made.people:
                people = Contact.objects.filter(pk__in=rows.order_by().values(made.people))
                export_people(people, by=self.by, form=form, title=made.title, sentence=sentence, raw=raw)
            else:
                columns = asked.columns
                export_list(
                    rows, by=self.by, form=form, fields=_fields(columns, form),
                    cells=lambda row: [cell for column in columns for cell in column.cells(row)],
                    title=made.title, sentence=sentence, raw=raw,
                )  # fmt: skip
        except BaseException:
            raw.close()
            raise
        raw.seek(0)
        name = f"{made.title}-{clock.today():%Y-%m-%d}.{'vcf' if form in CARDS else form}"
        return FileResponse(raw, as_attachment=True, filename=name, content_type=TYPES[form])


def _fields(columns: list[Column], form: str) -> list[str]:
    """What stands above the columns; for programs their codes, the same in every language."""
    if form != "jsonl":
        return [heading for column in columns for heading in column.headings()]
    return [f"{c.code}{part}" for c in columns for part in (("", "_currency") if c.kind == "money" else ("",))]


def _request_of(by: Actor) -> HttpRequest:
    """A request that nobody sent: a list asks it who looks."""
    request = HttpRequest()
    request.by, request.person = by, None  # type: ignore[attr-defined]  # the middleware sets them so, too
    return request


def _lists(by: Actor) -> dict[str, ListPage]:
    """The first list of each kind, as the actor would see it."""
    request = _request_of(by)
    words = {model: kind for kind, model in kinds.all_kinds().items()}
    found: dict[str, ListPage] = {}
    for name, declared in PAGES.items():
        if issubclass(declared, ListPage) and by.has(declared.right):
            made = list_named(name, request)
            found.setdefault(words.get(made.rows().model, ""), made)
    found.pop("", None)
    return found


def listed_kinds(by: Actor) -> list[str]:
    """Which kinds some list shows."""
    return [kind for kind in _lists(by) if kind not in EXPORTS]


def list_of_kind(kind: str, by: Actor) -> Listed | None:
    """A kind by the list that shows it: every row, every column that the list declares."""
    made = _lists(by).get(kind)
    if made is None:
        return None
    columns = made.offered()
    rows = made.rows()
    for column in columns:
        rows = column.needs(rows, by) if column.needs else rows
    fields = ["id", *_fields(columns, "jsonl"), column_of(kind)]

    def records() -> Iterator[Record]:
        for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
            cells = [cell for column in columns for cell in column.cells(row)]
            yield dict(zip(fields, [row.pk, *cells, f"{kind}-{row.pk}"], strict=True))

    return Listed(made.title, fields, records)


def part_of_list(by: Actor, rows: QuerySet[Any], query: Any) -> tuple[QuerySet[Any], Place | None]:
    """Of any list the rows that one import brought or changed, where the address names it."""
    key = whole(query.get("import"))
    job = Import.objects.visible_to(by).filter(pk=key).first() if key else None
    if job is None:
        return rows, None
    spans = job.answer.get("brought", {}).get(kinds.word_of(rows.model), [])
    asked = Keys([(first, last) for first, last in spans]).asked("pk")
    return rows.filter(reduce(or_, asked, Q(pk__in=[]))), Place("import", _("import"), quoted(job))


def list_headed(headings: Iterable[str]) -> str:
    """The title of the list that went out with these headings, of records that do not come in; "" for every other table."""
    said = {heading.strip() for heading in headings} - {""}
    request = _request_of(SYSTEM)
    words = {model: kind for kind, model in kinds.all_kinds().items()}
    for name in (name for name, declared in PAGES.items() if issubclass(declared, ListPage)) if len(said) >= FEWEST else ():
        made = list_named(name, request)
        for language, form in (("zh-hans", "csv"), ("en", "csv"), ("en", "jsonl")):
            with translation.override(language):
                usual, offered = (set(_fields(columns, form)) for columns in (made.standard_columns(), made.offered()))
            if usual <= said <= offered and words.get(made.rows().model) not in OWN.values():
                return str(made.title)
    return ""

"""Files that come in by a page: handed in, looked through, taken in."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.text import listed, prose, whole
from boothline.exchange.contents import LOOKS
from boothline.exchange.dates import ORDERS
from boothline.exchange.field_words import OWN_ID, groups_of, kinds_for
from boothline.exchange.figures import shown
from boothline.exchange.jobs import Import, forget_columns, hand_in, map_columns, start
from boothline.exchange.kinds import KINDS as KINDS_IN
from boothline.exchange.lists import KINDS
from boothline.exchange.opportunities import Opportunity
from boothline.exchange.refused_rows import workbook_of
from boothline.exchange.rights import brings_all
from boothline.exchange.undo import Obstacle, ask_undo, plan_of, until
from boothline.fairs.editions import Fair
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import narrow
from boothline.ui.kit import ActionPage, Asked, DetailPage, FormPage, ListPage, fragment, hidden_inputs

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods,.vcf,.json,.jsonl,text/csv,text/vcard,application/json"
HOLD = [
    ("", _("as their headings say")),
    ("contact", _("people; of a fair, its visitors")),
    ("exhibitor", _("exhibitors of a fair")),
    ("customer", _("companies")),
    ("product", _("products")),
    ("user", _("colleagues")),
    ("order", _("orders")),
    ("order_line", _("order lines")),
    ("receipt", _("receipts")),
    ("tracking", _("what carriers say of shipments")),
]
SORTS = {
    "refused": _("not taken"),
    "alike": _("likely duplicates"),
    "updated": pgettext_lazy("import", "changed"),
    "new": pgettext_lazy("import", "new"),
    "same": _("as it was"),
}
GROUNDS = {
    "chosen": pgettext_lazy("column", "chosen"),
    "remembered": pgettext_lazy("column", "as last time"),
    "heading": pgettext_lazy("column", "by its heading"),
    "like": pgettext_lazy("column", "by a heading like it"),
    "content": pgettext_lazy("column", "guessed by its content"),
    "empty": pgettext_lazy("column", "empty"),
    "serial": pgettext_lazy("column", "row numbers"),
    "unknown": pgettext_lazy("column", "not known"),
}
FIRST = {"dmy": _("day first"), "mdy": _("month first"), "ymd": _("year first")}
STEPS = (_("Choose files"), pgettext_lazy("import", "Columns"), _("Check"), _("Import"))
OF_ORDERS = _("Orders with their lines, receipts, and what carriers say of shipments.")
MOST_TABLES = 20  # whose columns the page shows
MOST_FAIRS = 60  # to choose from
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_url(job: Import) -> str:
    """The import's page."""
    return reverse("import", args=[job.pk])


def _fairs(by: Actor) -> QuerySet[Fair]:
    """The newest first."""
    return Fair.objects.visible_to(by).order_by("-starts_on", "-id")


def _counts(job: Import, name: str) -> str:
    counts = job.answer.get(name, {})
    return listed([f"{KINDS[kind]} {counts[kind]:,}" for kind in KINDS if counts.get(kind)]) if counts and not job.is_at_work else ""


class ImportList(ListPage):
    """Everything that was handed in."""

    right = "imports.run"
    title = _("Imports")
    lead = _("Lists of people, companies, products, opportunities and past orders, from a spreadsheet, an address book or another program.")
    nav = "imports"
    columns = [
        Column(pgettext_lazy("import", "files"), str, "link", import_url),
        Column(_("state"), lambda job: job.get_state_display()),
        Column(_("new"), lambda job: _counts(job, "created"), name="created"),
        Column(_("changed"), lambda job: _counts(job, "updated"), name="updated"),
        Column(_("not taken"), lambda job: job.answer.get("rejected_in_all") or None, "number"),
        Column(_("fair"), lambda job: str(job.fair or ""), usual=False),
        Column(_("handed in by"), lambda job: str(job.by_user or "")),
        Column(_("handed in"), lambda job: job.made_at, "moment"),
    ]
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "oldest": Sort(_("oldest first"), "id")}
    create = ("import-new", _("Import files"), "imports.run")
    empty = _("Nothing was imported yet. A list of customers from a spreadsheet is a good beginning.")
    below = "exchange/waiting.html"

    def leading(self) -> Words:
        """What can be imported, by who asks."""
        return self.lead if brings_all(self.by) else OF_ORDERS

    def rows(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by).for_list().defer("layout", "wishes", "preview")

    def under_rows(self, asked: Asked) -> dict[str, Any]:
        """How many opportunities wait for a customer."""
        return {"waiting": Opportunity.objects.visible_to(self.by).waiting().count()}


class SeveralFiles(forms.ClearableFileInput):
    """A field for any number of files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Files, each with something in it."""

    widget = SeveralFiles(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """All of them."""
        return [super(Files, self).clean(each, initial) for each in (data or [None])]


class ImportForm(forms.Form):
    """Files, and whose visitors they are."""

    chosen = Files(
        label=pgettext_lazy("import", "files"),
        help_text=_(
            "Workbooks (xlsx, xls), csv, vCard, JSON; several at once may refer to each other. At most 20 MB a file, 100,000 rows in all."
        ),
    )
    fair = forms.ModelChoiceField(
        label=pgettext_lazy("import", "of the fair"), queryset=Fair.objects.none(), required=False,
        empty_label=_("no fair: people become contacts"),
        help_text=_("With a fair, each person becomes a capture of it, and an organisers' list becomes its exhibitors."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("what they hold"), choices=HOLD, required=False)

    def __init__(self, *args: Any, fairs: QuerySet[Fair], kinds: Container[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "fair", fairs)
        held = self.fields["kind"]
        assert isinstance(held, forms.ChoiceField)
        held.choices = [(code, words) for code, words in HOLD if not code or code in kinds]


class NewImport(FormPage):
    """Hands files in."""

    right = "imports.run"
    title = _("Import files")
    lead = _("They are looked through first. Nothing is stored before you have seen what would happen.")
    nav = "imports"
    form = ImportForm
    button = _("Check the files")
    is_about_record = False

    def trail(self) -> list[tuple[str, str]]:
        """The imports."""
        return [(str(_("Imports")), reverse("imports"))]

    def leading(self) -> Words:
        """What comes of them; for whoever may not import everything, what they may."""
        return self.lead if brings_all(self.by) else prose([OF_ORDERS, self.lead])

    def form_options(self) -> dict[str, Any]:
        """The newest fairs first, and the kinds that one may bring."""
        return {"fairs": _fairs(self.by), "kinds": [code for code, _words in kinds_for(self.by)]}

    def initial(self) -> dict[str, Any]:
        """The fair from whose page one comes."""
        return {"fair": self.request.GET.get("fair", "")}

    def save(self, form: Any) -> str:
        """Keeps the files; the worker looks them through."""
        return import_url(hand_in(form.cleaned_data["chosen"], by=self.by, **{name: form.cleaned_data[name] for name in ("fair", "kind")}))


class ImportPage(DetailPage):
    """One import: what would happen, or what happened, row by row where somebody has to look."""

    right = "imports.run"
    template = "exchange/import.html"
    nav = "imports"

    def find(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The imports."""
        return [(str(_("Imports")), reverse("imports"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; for htmx, while the worker has it, only what it says now."""
        self.record = self.load()
        htmx = getattr(request, "htmx", None)
        if htmx and not htmx.boosted:
            return fragment(self, "job", self.context() | {"record": self.record} | hidden_inputs(request))
        return self.answer(record=self.record)

    def context(self) -> dict[str, Any]:
        """Counts by kind, the rows of the chosen sort by file, and where the columns of each table go."""
        answer = self.record.answer
        created, updated, unchanged = (answer.get(name, {}) for name in ("created", "updated", "unchanged"))
        figures = answer.get("figures", {})
        counts = {"refused": answer.get("rejected_in_all", 0), **answer.get("sorts", {})}
        sorts = [(code, words, counts[code]) for code, words in SORTS.items() if counts.get(code)]
        sort = next((code for code, _words, _n in sorts if code == self.request.GET.get("rows")), sorts[0][0] if sorts else "")
        refused = [{**row, "why": row["reason"]} for row in answer.get("rejected", [])]
        rows = refused if sort == "refused" else self.record.preview.get(sort, [])
        tables = self._tables() if self.record.state == "checked" else []
        return {
            "tally": [(words, created.get(k, 0), updated.get(k, 0), unchanged.get(k, 0)) for k, words in KINDS.items()
                      if any(k in counts for counts in (created, updated, unchanged))],
            "good": self.record.rows - answer.get("rejected_in_all", 0), "counts": counts,
            "sorts": sorts, "sort": sort, "rows_of": [(file, list(found)) for file, found in groupby(rows, lambda row: row["file"])],
            "hidden": counts.get(sort, 0) - len(rows), "has_why": any(row["why"] for row in rows), "warnings": answer.get("warnings", []),
            "tables": tables, "asked": sum(table["asks"] for table in tables), "open_days": self.record.open_days,
            "asks_fair": self.record.asks_fair, "fairs": _fairs(self.by)[:MOST_FAIRS] if self.record.asks_fair else [],
            "no_kind": bool(tables) and not any(table["kind"] for table in tables),
            "figures": shown(figures), "waiting": figures.get("without_customer"),
            "steps": STEPS, "SORTS": SORTS, "FIRST": FIRST, "GROUNDS": GROUNDS, "LOOKS": LOOKS,
            "undo_until": until(self.record),
        }  # fmt: skip

    def _tables(self) -> list[dict[str, Any]]:
        """Each table with its columns, where each of them can go, and how many somebody has to look at."""
        kinds = kinds_for(self.by)
        groups = {code: groups_of(code, self.by) for code in {table["kind"] for table in self.record.layout}}
        found = []
        for n, table in enumerate(self.record.layout[:MOST_TABLES]):
            columns = [{**c, "days": _as_days(c["days"])} for c in table["columns"]]
            asks = sum(c["asks"] for c in columns) if table["kind"] else 0
            own = OWN_ID if any(c["field"] in OWN_ID for c in columns) else {}
            found.append({**table, "n": n, "columns": columns, "asks": asks, "kinds": kinds, "groups": groups[table["kind"]], "own": own})
        return found


def _as_days(days: dict[str, str]) -> dict[str, date]:
    return {order: date.fromisoformat(day) for order, day in days.items()}


class ImportColumns(ActionPage):
    """Has the files checked again, with each column where somebody put it."""

    right = "imports.run"

    def find(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by)

    def back(self) -> str:
        """Its page."""
        return import_url(self.record)

    def press(self) -> str:
        """The worker looks again."""
        found = {table["file"]: self._told(n, table) for n, table in enumerate(self.record.layout[:MOST_TABLES])}
        said = whole(self.request.POST.get("fair"))
        fair = _fairs(self.by).filter(pk=said).first() if said else None
        return import_url(map_columns(self.record, by=self.by, tables={file: told for file, told in found.items() if told}, fair=fair))

    def _told(self, n: int, table: dict[str, Any]) -> dict[str, Any]:
        """What somebody chose of one table: another kind, or of this one where the columns go."""
        said = self.request.POST
        kind = said.get(f"kind-{n}", table["kind"])
        if kind not in ("", *(code for code, _words in kinds_for(self.by))):
            return {}
        if kind != table["kind"]:
            told = {column["key"]: said.get(f"field-{n}-{place}", column["field"]) for place, column in enumerate(table["columns"])}
            moved = {c["key"]: told[c["key"]] for c in table["columns"] if told[c["key"]] != c["field"]}
            return {"kind": kind, "fields": {key: field for key, field in moved.items() if kind and field in KINDS_IN[kind].fields}}
        fields, orders = {}, {}
        for place, column in enumerate(table["columns"]):
            field, order = said.get(f"field-{n}-{place}"), said.get(f"order-{n}-{place}", "")
            if field is not None and (field != column["field"] or column["asks"]):
                fields[column["key"]] = field
            if order in ORDERS:
                orders[column["key"]] = order
            if said.get("out") == f"{n}-{place}":
                fields[column["key"]] = ""
        return {"kind": kind, "fields": fields, "orders": orders} if kind else {}


class ImportForgetting(ActionPage):
    """Forgets where the columns of a table like this one went."""

    right = "imports.run"

    def find(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by)

    def back(self) -> str:
        """Its page."""
        return import_url(self.record)

    def press(self) -> str:
        """The worker looks again, as for the first time."""
        place = whole(self.request.POST.get("table"), places=4)
        if place is None or place >= len(self.record.layout):
            return import_url(self.record)
        return import_url(forget_columns(self.record, by=self.by, file=self.record.layout[place]["file"]))


class ImportStart(ImportColumns):
    """Has it taken in; what was chosen since the check is looked at first."""

    def press(self) -> str:
        """The worker begins."""
        if self.record.state == "checked" and (
            self.request.POST.get("fair") or any(self._is_other(n, t) for n, t in enumerate(self.record.layout[:MOST_TABLES]))
        ):
            return super().press()
        return import_url(start(self.record, by=self.by))

    def _is_other(self, n: int, table: dict[str, Any]) -> bool:
        said = self.request.POST
        return said.get(f"kind-{n}", table["kind"]) != table["kind"] or any(
            said.get(f"field-{n}-{place}", column["field"]) != column["field"]
            or said.get(f"order-{n}-{place}", column["order"]) != column["order"]
            for place, column in enumerate(table["columns"])
        )


class ImportUndo(FormPage):
    """Takes it back: first what would happen, or what stands in the way."""

    right = "imports.run"
    template = "exchange/undo.html"
    title = _("Undo this import")
    nav = "imports"
    form = forms.Form
    button = _("Undo this import")
    is_risk = True

    def find(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The imports, and this one."""
        return [(str(_("Imports")), reverse("imports")), (str(self.record), import_url(self.record))]

    def leading(self) -> str:
        """Which files, and that it is for good."""
        if self.record.state == "undone":
            return _now("Undone already: %(files)s") % {"files": self.record}
        if until(self.record) is None:
            return _now("%(files)s. Nothing of it can be undone: nothing was stored, or it is too long ago.") % {"files": self.record}
        return _now("%(files)s. What it made is removed for good; numbers that were given are not given again.") % {"files": self.record}

    def context(self) -> dict[str, Any]:
        """How many of each kind, and what stands in the way, each with where it is looked at."""
        plan = plan_of(self.record)
        made, changed = plan.counts(plan.trail.made), plan.counts(plan.trail.changed)
        return {
            "tally": [(words, made.get(kind, 0), changed.get(kind, 0)) for kind, words in KINDS.items() if kind in made or kind in changed],
            "obstacles": [(one, _address_of(one)) for one in plan.obstacles],
            "may_undo": until(self.record) and not plan.obstacles,
        }

    def save(self, form: Any) -> str:
        """At once, or by the worker."""
        return import_url(ask_undo(self.record, by=self.by))


def _address_of(one: Obstacle) -> str:
    pages = {"customer": "customer", "product": "product", "user": "person", "import": "import", "fair": "fair"}
    return reverse(pages[one.kind], args=[one.key]) if one.kind in pages else ""


class RefusedRows(DetailPage):
    """The rows that were not taken, to be mended and handed in again."""

    right = "imports.run"

    def find(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A workbook: a sheet a table, the same columns and the reason."""
        self.record = self.load()
        answer = HttpResponse(workbook_of(self.record, by=self.by), content_type=WORKBOOK)
        answer["Content-Disposition"] = f'attachment; filename="import-{self.record.pk}.xlsx"'
        return answer

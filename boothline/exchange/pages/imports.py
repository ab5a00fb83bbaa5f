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

from boothline.core import kinds
from boothline.core.actors import Actor
from boothline.core.errors import Refused, Words
from boothline.core.slots import hung
from boothline.core.text import listed, prose, whole
from boothline.customers.card import Customer
from boothline.customers.duplicates import set_apart, told_of
from boothline.exchange.contents import LOOKS
from boothline.exchange.dates import ORDERS
from boothline.exchange.field_words import OWN_ID, groups_of, kinds_for
from boothline.exchange.figures import shown
from boothline.exchange.jobs import Import, discard, forget_columns, former, hand_in, judge, map_columns, read, start
from boothline.exchange.kinds import KINDS as KINDS_IN
from boothline.exchange.lists import KINDS, counted
from boothline.exchange.opportunities import Opportunity
from boothline.exchange.refused_rows import workbook_of
from boothline.exchange.rights import brings_all
from boothline.exchange.undo import Obstacle, ask_undo, plan_of, plan_of_rest, until
from boothline.fairs.editions import Fair
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import narrow
from boothline.ui.kit import PAGES, ActionPage, Asked, DetailPage, FormPage, ListPage, fragment, hidden_inputs

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods,.vcf,.json,.jsonl,text/csv,text/vcard,application/json"
HOLD = [
    ("", _("whatever their headings say")),
    ("contact", _("people; of a fair, its visitors")),
    ("exhibitor", _("exhibitors of a fair")),
    ("customer", _("companies")),
    ("product", _("products")),
    ("variant", _("product variants")),
    ("user", _("colleagues")),
    ("order", _("orders")),
    ("order_line", _("order lines")),
    ("receipt", _("receipts")),
    ("tracking", _("what carriers say of shipments")),
]
SORTS = {
    "refused": pgettext_lazy("import", "rejected"),
    "alike": _("likely duplicates"),
    "updated": pgettext_lazy("import", "updated"),
    "new": pgettext_lazy("import", "new"),
    "same": pgettext_lazy("import", "unchanged"),
}
PLANNED = SORTS | {"updated": pgettext_lazy("check", "to be updated"), "new": pgettext_lazy("check", "to be created")}
PARTS = {"created": SORTS["new"], "updated": SORTS["updated"], "unchanged": SORTS["same"], "rejected": SORTS["refused"]}
LISTS = {  # that show what came in
    "customer": "customers", "order": "orders", "product": "products", "capture": "captures", "opportunity": "opportunities",
    "intention": "intentions", "receipt": "receipts", "shipment": "shipments", "exhibitor": "exhibitors", "user": "people",
}  # fmt: skip
QUICK = 2000  # rows that are checked again at once when a column is put elsewhere
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
NAMED_HERE = 100  # records that stay, or stand in the way, with a link each
ABOVE = ("order", "contract", "customer", "product", "contact")  # to what a record without a page of its own belongs
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
    counts = job.answer.get(name, {}) if job.state == "done" else {}
    return listed(counted(kind, counts[kind]) for kind in KINDS if counts.get(kind))


class ImportList(ListPage):
    """Everything that was handed in."""

    right = "imports.run"
    title = _("Imports")
    lead = _("Lists of people, companies, products, opportunities and past orders, from a spreadsheet, an address book or another program.")
    nav = "imports"
    columns = [
        Column(pgettext_lazy("import", "files"), str, "link", import_url),
        Column(_("state"), lambda job: job.get_state_display()),
        Column(pgettext_lazy("import", "new"), lambda job: _counts(job, "created"), name="created"),
        Column(pgettext_lazy("import", "updated"), lambda job: _counts(job, "updated"), name="updated"),
        Column(pgettext_lazy("import", "rejected"), lambda job: job.answer.get("rejected_in_all") or None, "number"),
        Column(_("fair"), lambda job: str(job.fair or ""), usual=False),
        Column(_("submitted by"), lambda job: str(job.by_user or "")),
        Column(_("submitted"), lambda job: job.made_at, "moment"),
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
        if not brings_all(self.by):
            self.empty = _("Nothing was imported yet. A list of orders, receipts or tracking numbers is a good beginning.")
        return Import.objects.visible_to(self.by).for_list().defer("layout", "wishes", "preview")

    def under_rows(self, asked: Asked) -> dict[str, Any]:
        """How many opportunities wait for a customer."""
        return {"waiting": Opportunity.objects.visible_to(self.by).waiting().count()}


class SeveralFiles(forms.ClearableFileInput):
    """A field for any number of files."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Files, each with something in it."""

    widget = SeveralFiles(attrs={"accept": ACCEPTED, "data-sends": ""})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """All of them."""
        return [super(Files, self).clean(each, initial) for each in (data or [None])]


class ImportForm(forms.Form):
    """Whose visitors they are, and the files, which are sent as soon as they are chosen."""

    fair = forms.ModelChoiceField(
        label=pgettext_lazy("import", "of the fair"), queryset=Fair.objects.none(), required=False,
        empty_label=_("no fair: people become contacts"),
        help_text=_("With a fair, each person becomes a capture of it, and an organisers' list becomes its exhibitors."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("what the files contain"), choices=HOLD, required=False)
    chosen = Files(
        label=pgettext_lazy("import", "files"),
        help_text=_(
            "Workbooks (xlsx, xls), csv, vCard, JSON; several at once may refer to each other. At most 20 MB a file, 100,000 rows in all. "
            "The check begins as soon as they are chosen."
        ),
    )

    def __init__(self, *args: Any, fairs: QuerySet[Fair], kinds: Container[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "fair", fairs)
        if "contact" not in kinds:  # the people of a file are captures of a fair; orders and receipts have none
            del self.fields["fair"]
        held = self.fields["kind"]
        assert isinstance(held, forms.ChoiceField)
        held.choices = [(code, words) for code, words in HOLD if not code or code in kinds]


class NewImport(FormPage):
    """Hands files in."""

    right = "imports.run"
    title = _("Import files")
    lead = _("The files are checked first. Nothing is saved before you have seen the result and confirmed it.")
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
        return import_url(
            hand_in(form.cleaned_data["chosen"], by=self.by, fair=form.cleaned_data.get("fair"), kind=form.cleaned_data["kind"])
        )


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
        """Counts by kind, the rows of the chosen sort by file and kind, and where the columns of each table go."""
        job, answer = self.record, self.record.answer
        created, updated, unchanged = (answer.get(name, {}) for name in ("created", "updated", "unchanged"))
        stays = answer.get("stays", {})
        figures, bad = answer.get("figures", {}), answer.get("rejected_in_all", 0)
        counts = {"refused": bad, **answer.get("sorts", {})}
        sorts = [(code, words, counts[code]) for code, words in SORTS.items() if counts.get(code)]
        sort = next((code for code, _words, _n in sorts if code == self.request.GET.get("rows")), sorts[0][0] if sorts else "")
        refused = [{**row, "why": row["reason"]} for row in map(read, answer.get("rejected", []))]
        rows = refused if sort == "refused" else [read(row) for row in job.preview.get(sort, [])]
        tables = self._tables() if job.state == "checked" else []
        return {
            "tally": [(words, created.get(k, 0), updated.get(k, 0), unchanged.get(k, 0)) for k, words in KINDS.items()
                      if any(k in counts for counts in (created, updated, unchanged))],
            "good": job.rows - answer.get("bad_rows", bad), "counts": counts, "done": _done(answer),
            "sorts": sorts, "sort": sort, "rows_of": _grouped(rows), "KINDS": KINDS,
            "hidden": counts.get(sort, 0) - len(rows), "has_why": any(row["why"] for row in rows),
            "warnings": [read(row) for row in answer.get("warnings", [])],
            "tables": tables, "asked": sum(table["asks"] for table in tables), "open_days": job.open_days,
            "asks_fair": job.asks_fair, "fairs": _fairs(self.by)[:MOST_FAIRS] if job.asks_fair else [],
            "no_kind": bool(tables) and not any(table["kind"] for table in tables),
            "figures": shown(figures), "waiting": figures.get("without_customer"), "is_quick": job.rows <= QUICK,
            "steps": STEPS, "SORTS": SORTS, "FIRST": FIRST, "GROUNDS": GROUNDS, "LOOKS": LOOKS, "PARTS": PARTS,
            "WORDED": PLANNED if job.state == "checked" else SORTS,
            "undo_until": until(job), "former": former(job, by=self.by) if job.state == "checked" else None,
            "has_news": bool(created or updated),
            "stays": [(name, _address_of(Obstacle(name, "", *what), self.by)) for name, *what in stays.get("because", [])[:NAMED_HERE]],
            "stays_counts": listed(counted(kind, n) for kind, n in stays.get("counts", {}).items() if kind in KINDS),
            "judged": self._judged(rows) if sort == "alike" else {}, "see": self._lists() if job.state == "done" or stays else [],
        }  # fmt: skip

    def _judged(self, rows: list[dict[str, Any]]) -> dict[tuple[str, int], str]:
        """{(file, row): what was said of it}: before the import what somebody chose, afterwards what became of the two."""
        if self.record.state == "checked":
            said = {file: told.get("rows", {}) for file, told in self.record.wishes.items()}
            return {(row["file"], row["row"]): said.get(row["file"], {}).get(str(row["row"]), [""])[0] for row in rows}
        pairs = {(row["file"], row["row"]): (row["made"], row["other"]) for row in rows if "made" in row}
        found = told_of(pairs.values())
        return {place: found.get(pair, "") for place, pair in pairs.items()}

    def _lists(self) -> list[tuple[str, str]]:
        """(words, address) of the lists that show what came in, narrowed to it."""
        brought = self.record.answer.get("brought", {})
        may = [(kind, name) for kind, name in LISTS.items() if brought.get(kind) and self.by.has(PAGES[name].right)]
        return [(str(KINDS.get(kind) or PAGES[name].title), f"{reverse(name)}?import={self.record.pk}") for kind, name in may]

    def _tables(self) -> list[dict[str, Any]]:
        """Each table with its columns, where each of them can go, and how many somebody has to look at."""
        offered = kinds_for(self.by)
        groups = {code: groups_of(code, self.by) for code in {table["kind"] for table in self.record.layout}}
        found: list[dict[str, Any]] = []
        for n, table in enumerate(self.record.layout[:MOST_TABLES]):
            columns = [{**c, "days": _as_days(c["days"])} for c in table["columns"]]
            asks = sum(c["asks"] for c in columns) if table["kind"] else 0
            asks_fair = bool(table.get("asks_fair")) and not any(t["asks_fair"] for t in found)  # one answer is for all
            own = OWN_ID if any(c["field"] in OWN_ID for c in columns) else {}
            known = {"asks": asks, "asks_fair": asks_fair, "kinds": offered, "groups": groups[table["kind"]], "own": own}
            found.append({**table, "n": n, "columns": columns, **known})
        return found


def _done(answer: dict[str, Any]) -> str:
    """What was done, by kind."""
    new, changed = (listed(counted(kind, n) for kind in KINDS if (n := answer.get(part, {}).get(kind))) for part in ("created", "updated"))
    if new and changed:
        return _now("New: %(new)s; changed: %(changed)s") % {"new": new, "changed": changed}
    return _now("New: %(new)s") % {"new": new} if new else _now("Changed: %(changed)s") % {"changed": changed} if changed else ""


def _grouped(rows: list[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(file, kind, rows), what stands together in a file and becomes the same."""
    ordered = sorted(rows, key=lambda row: (row["file"], list(KINDS).index(row["kind"]) if row.get("kind") in KINDS else 0))
    return [(file, kind, list(found)) for (file, kind), found in groupby(ordered, lambda row: (row["file"], row.get("kind", "")))]


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
        fields, orders, alone = {}, {}, said.get("alone")
        for place, column in enumerate(table["columns"]):
            field, order = said.get(f"field-{n}-{place}"), said.get(f"order-{n}-{place}", "")
            is_looked_at = column["asks"] and alone in (None, f"field-{n}-{place}")
            if field is not None and (field != column["field"] or is_looked_at):
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


class ImportJudging(ImportForgetting):
    """Says of a row that looks like a customer on record whether it is of the same, or of somebody else."""

    def back(self) -> str:
        """The rows."""
        return f"{import_url(self.record)}?rows=alike#rows"

    def press(self) -> str:
        """Before the import it is kept for it; afterwards the two stand side by side, or are told apart."""
        said = self.request.POST
        file, row, is_same = said.get("file", ""), whole(said.get("row"), places=9) or 0, said.get("is") == "same"
        if self.record.state == "checked":
            judge(self.record, by=self.by, file=file, row=row, is_same=is_same)
            return self.back()
        found: dict[str, Any] = next((one for one in self.record.preview.get("alike", []) if (one["file"], one["row"]) == (file, row)), {})
        pair = Customer.objects.visible_to(self.by).in_bulk([found.get("made", 0), found.get("other", 0)])
        if len(pair) < 2:
            raise Refused(_now("One of the two is no longer there, or not yours to see."))
        if is_same:
            return f"{reverse('customer-merge', args=[found['other']])}?with={found['made']}"
        set_apart(pair[found["made"]], by=self.by, other=pair[found["other"]])
        return self.back()


class ImportDiscard(ImportForgetting):
    """Takes a check away that nobody needs."""

    done = _("The check is discarded.")

    def press(self) -> str:
        """With its files; on to the imports."""
        discard(self.record, by=self.by)
        return reverse("imports")


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
        """How many of each kind, and what stands in the way, each with where it is looked at; of all the rest, what would become of it."""
        plan = plan_of(self.record)
        rest = plan_of_rest(self.record) if plan.obstacles else None
        done = rest or plan
        made, changed, stays = (done.counts(rows) for rows in (done.trail.made, done.trail.changed, done.stays.made))
        found = [kind for kind in KINDS if kind in made or kind in changed or kind in stays]
        return {
            "tally": [(KINDS[kind], made.get(kind, 0), changed.get(kind, 0), stays.get(kind, 0)) for kind in found],
            "obstacles": [(one, _address_of(one, self.by)) for one in (rest.because if rest else plan.obstacles)[:NAMED_HERE]],
            "more": max(0, len(rest.because) - NAMED_HERE) if rest else 0,
            "rest": rest, "may_undo": until(self.record) and (rest or not plan.obstacles),
        }  # fmt: skip

    def save(self, form: Any) -> str:
        """At once, or by the worker."""
        return import_url(ask_undo(self.record, by=self.by, but="but" in self.request.POST))


def _address_of(one: Obstacle, by: Actor) -> str:
    """The page of what stands in the way, or of what it belongs to; "" where there is none that one may open."""
    pages = {"user": "person", "import": "import", "capture": "capture", "intention": "intention", "exhibitor": "exhibitor"}
    if one.kind in pages:
        return reverse(pages[one.kind], args=[one.key])
    model = kinds.all_kinds().get(one.kind)
    record = model._base_manager.filter(pk=one.key).first() if model else None
    while record is not None:
        word = kinds.word_of(type(record))
        group = next((group for group in hung("find") if group.code == word and by.has(group.right)), None)
        if group:
            hit = group.hit(record)
            return reverse(hit.url_name, args=[hit.key])
        record = next((above for name in ABOVE if (above := getattr(record, name, None)) is not None), None)
    return ""


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

"""Files that come in by a page: handed in, looked through, taken in."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.text import listed
from boothline.exchange.jobs import Import, hand_in, start
from boothline.exchange.lists import FIGURES, KINDS
from boothline.exchange.refused_rows import workbook_of
from boothline.fairs.editions import Fair
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import narrow
from boothline.ui.kit import ActionPage, DetailPage, FormPage, ListPage, fragment, hidden_inputs

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
    ("tracking", _("what carriers say of shipments")),
]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_url(job: Import) -> str:
    """The import's page."""
    return reverse("import", args=[job.pk])


def _counts(job: Import, name: str) -> str:
    counts = job.answer.get(name, {})
    return listed([f"{KINDS[kind]} {counts[kind]:,}" for kind in KINDS if counts.get(kind)]) if counts and not job.is_at_work else ""


class ImportList(ListPage):
    """Everything that was handed in."""

    right = "imports.run"
    title = _("Imports")
    lead = _("Lists of people, companies, products, colleagues and past orders, from a spreadsheet, an address book or another program.")
    nav = "imports"
    columns = [
        Column(pgettext_lazy("import", "files"), str, "link", import_url),
        Column(_("state"), lambda job: job.get_state_display()),
        Column(_("new"), lambda job: _counts(job, "created"), name="created"),
        Column(_("changed"), lambda job: _counts(job, "updated"), name="updated"),
        Column(_("not taken"), lambda job: job.answer.get("rejected_in_all") or None, "number"),
        Column(_("fair"), lambda job: str(job.fair or ""), usual=False),
        Column(_("handed in by"), lambda job: str(job.by_user)),
        Column(_("handed in"), lambda job: job.made_at, "moment"),
    ]
    sorts = {"newest": Sort(_("newest"), "id", descending=True), "oldest": Sort(_("oldest first"), "id")}
    create = ("import-new", _("Import files"), "imports.run")
    empty = _("Nothing was imported yet. A list of customers from a spreadsheet is a good beginning.")

    def rows(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by).for_list()


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

    def __init__(self, *args: Any, fairs: QuerySet[Fair], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "fair", fairs)


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

    def form_options(self) -> dict[str, Any]:
        """The newest fairs first."""
        return {"fairs": Fair.objects.visible_to(self.by).order_by("-starts_on", "-id")}

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
        """Counts by kind, and the rows that were not taken, by file."""
        answer = self.record.answer
        created, updated, unchanged = (answer.get(name, {}) for name in ("created", "updated", "unchanged"))
        found = answer.get("figures", {})
        return {
            "tally": [(words, created.get(k, 0), updated.get(k, 0), unchanged.get(k, 0)) for k, words in KINDS.items()
                      if any(k in counts for counts in (created, updated, unchanged))],
            "figures": [(words, Decimal(str(found[k]))) for k, words in FIGURES.items() if k in found],
            "good": self.record.rows - answer.get("rejected_in_all", 0),
            "refused": [(file, list(rows)) for file, rows in groupby(answer.get("rejected", []), lambda row: row["file"])],
            "warnings": answer.get("warnings", []),
        }  # fmt: skip


class ImportStart(ActionPage):
    """Has it taken in."""

    right = "imports.run"

    def find(self) -> QuerySet[Import]:
        """All of them."""
        return Import.objects.visible_to(self.by)

    def back(self) -> str:
        """Its page."""
        return import_url(self.record)

    def press(self) -> str:
        """The worker begins."""
        return import_url(start(self.record, by=self.by))


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

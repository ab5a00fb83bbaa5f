"""A list as a file: exactly the rows and columns that it shows, all pages of them."""

from __future__ import annotations

import tempfile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import lazy

from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.exchange.exports import export_list, exportable
from boothline.ui.kit import ListPage, Page, list_named

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson; charset=utf-8",
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
        columns = asked.columns
        if form == "jsonl":  # for programs: the codes, the same in every language
            fields = [f"{c.code}{part}" for c in columns for part in (("", "_currency") if c.kind == "money" else ("",))]
        else:
            fields = [heading for column in columns for heading in column.headings()]
        raw = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
        try:
            export_list(
                exportable(asked.ordered(), by=self.by, under=made.under), by=self.by, form=form, fields=fields,
                cells=lambda row: [cell for column in columns for cell in column.cells(row)],
                title=made.title, sentence=sentence, raw=raw,
            )  # fmt: skip
        except BaseException:
            raw.close()
            raise
        raw.seek(0)
        name = f"{made.title}-{clock.today():%Y-%m-%d}.{form}"
        return FileResponse(raw, as_attachment=True, filename=name, content_type=TYPES[form])

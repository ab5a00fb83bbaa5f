"""Declared columns and sorts of a list. A column says what it shows of a row and as which kind of cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.core.actors import Actor
from boothline.core.errors import Words
from boothline.core.text import Dated, Filled

FILLS = {
    "plum": "#F8DFED", "red": "#FBE2DF", "violet": "#EBE5F9", "green": "#DAF0E0", "blue": "#DFEAFA", "ochre": "#FAEACB", "mute": "#E9EDEC",
}  # fmt: skip  # the soft hues of the light theme, for what has no style sheet
Needs = Callable[[Any, Actor], Any]


@dataclass(frozen=True)
class Column:
    """`value(row)` is what the cell shows; `kind` picks the cell: text, link, number, money, day, moment, type, grade, state;
    `due` is a day on which something should have come.

    A column that is not `usual` is shown when a person chooses it. `needs(rows, by)` adds to the query what only this column
    shows, so that nobody pays for a column that is not there.
    """

    label: Words
    value: Callable[[Any], Any]
    kind: str = "text"
    link: Callable[[Any], str] | None = None
    usual: bool = True
    needs: Needs | None = None
    words: Callable[[Any], Any] | None = None  # of a code that the cell draws as a mark
    name: str = ""
    right: str = ""  # shown to those who hold it; "" to whoever sees the list
    order: int = 100
    fill: Callable[[Any], str] | None = None  # the colour behind a state in a workbook

    @cached_property
    def code(self) -> str:
        """What a person's choice is kept under: its name, else its English label."""
        with override(None):
            return self.name or re.sub(r"\W+", "_", str(self.label)).strip("_").lower()

    @property
    def is_figure(self) -> bool:
        """Stands at the right."""
        return self.kind in ("money", "number")

    def headings(self) -> list[str]:
        """What stands above it in a file; an amount has its currency beside it."""
        label = str(self.label)
        return [label, _("%(column)s: currency") % {"column": label}] if self.kind == "money" else [label]

    def cells(self, row: Any) -> list[Any]:
        """What stands in a file: figures as figures, days and moments in one form for every reader, codes as words."""
        value = self.value(row)
        if self.kind == "money":
            return [None, ""] if value is None else [value[0], value[1]]
        if value is None or value == "":
            return [None if self.is_figure else ""]
        if self.kind == "state":
            return [Filled(str(value[1]), self.fill(row)) if self.fill else str(value[1])]
        if self.words:
            return [str(self.words(value))]
        if isinstance(value, date):
            return [self._dated(value)]
        return [value if self.is_figure else str(value)]

    def _dated(self, value: date) -> Dated:
        at = timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value
        if not isinstance(at, datetime) or self.kind == "day":
            return Dated(f"{at:%Y-%m-%d}", at.date() if isinstance(at, datetime) else at)
        return Dated(f"{at:%Y-%m-%d %H:%M}", at)


@dataclass(frozen=True)
class Sort:
    """One order of a list by a column and the key, both in one direction. A column that may be null says so: those come last.
    `rising`: what is equal in a falling column stands in the order in which it was made, as the lines of an order do."""

    label: Words
    field: str
    descending: bool = False
    nulls: bool = False
    rising: bool = False

    def order(self) -> list[Any]:
        """What the query sorts by."""
        sign = "-" if self.descending else ""
        if self.field == "id":
            return [sign + self.field]
        by = F(self.field)
        first = (by.desc(nulls_last=True) if self.descending else by.asc(nulls_last=True)) if self.nulls else sign + self.field
        return [first, "id" if self.rising else sign + "id"]

    def cursor(self, row: Any) -> str:
        """Where a page ends, as an opaque word that only we can make."""
        value = getattr(row, self.field)
        return signing.dumps([None if value is None else str(value), row.pk], salt=self._salt)

    def after(self, rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
        """The rows behind a cursor; one that we did not make for this order changes nothing: the first page is the honest answer."""
        try:
            value, pk = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature:
            return rows
        beyond = "lt" if self.descending else "gt"
        if self.field == "id":
            return rows.filter(**{f"id__{beyond}": pk})
        none = Q(**{f"{self.field}__isnull": True})
        after = "gt" if self.rising else beyond
        if value is None:
            return rows.filter(none, **{f"id__{after}": pk})
        added = rows.query.annotations.get(self.field)  # of another record, added to the row by the list
        value = (added.output_field if added is not None else rows.model._meta.get_field(self.field)).to_python(value)
        same = Q(**{self.field: value, f"id__{after}": pk})
        further = Q(**{f"{self.field}__{beyond}": value}) | same
        return rows.filter(further | none if self.nulls else further)

    @property
    def _salt(self) -> str:
        return f"boothline.cursor.{self.field}.{self.descending}"

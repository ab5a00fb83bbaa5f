"""Declared columns and sorts of a list. A column says what it shows of a row and as which kind of cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet

from boothline.core.errors import Words


@dataclass(frozen=True)
class Column:
    """`value(row)` is what the cell shows; `kind` picks the cell: text, link, number, money, day, moment, type, state."""

    label: Words
    value: Callable[[Any], Any]
    kind: str = "text"
    link: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Sort:
    """One order of a list by a column and the key, both in one direction. The column is never null."""

    label: Words
    field: str
    descending: bool = False

    def order(self) -> list[str]:
        """What the query sorts by."""
        sign = "-" if self.descending else ""
        return [sign + self.field] if self.field == "id" else [sign + self.field, sign + "id"]

    def cursor(self, row: Any) -> str:
        """Where a page ends, as an opaque word that only we can make."""
        return signing.dumps([str(getattr(row, self.field)), row.pk], salt=self._salt)

    def after(self, rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
        """The rows behind a cursor; one that we did not make for this order changes nothing: the first page is the honest answer."""
        try:
            value, pk = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature:
            return rows
        beyond = "lt" if self.descending else "gt"
        if self.field == "id":
            return rows.filter(**{f"id__{beyond}": pk})
        value = rows.model._meta.get_field(self.field).to_python(value)
        same = Q(**{self.field: value, f"id__{beyond}": pk})
        return rows.filter(Q(**{f"{self.field}__{beyond}": value}) | same)

    @property
    def _salt(self) -> str:
        return f"boothline.cursor.{self.field}.{self.descending}"

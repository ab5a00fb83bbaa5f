"""`customer__among=ids`, `folded__among=names`: as `__in`, of any number of whole numbers or texts, which go as one parameter.

Of `__in`, Django prepares each value by itself and the database reads each as a word of the question: for some hundred customers that
costs more than their rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Lookup


class Among(Lookup):
    """The column is one of these; nothing is among none."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[int | str]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """PostgreSQL: an array."""
        column, params = self.process_lhs(compiler, connection)
        kept = self.lhs.output_field
        kind = (kept.target_field if kept.is_relation else kept).rel_db_type(connection).split("(")[0]
        return f"{column} = ANY(%s::{kind}[])", (*params, self.rhs)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """SQLite: a list in JSON."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(self.rhs))


def register() -> None:
    """Every column knows it from then on."""
    for kind in (models.Field, models.ForeignObject):
        kind.register_lookup(Among)

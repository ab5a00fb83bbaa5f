"""Did anything change, and are two answers the same?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection


def tables() -> list[Any]:
    return [m for m in apps.get_models() if m.__module__.startswith("boothline.")]


def _text(rows: list[Any]) -> str:
    """Rows as one text; the order of keys in JSON says nothing."""
    return json.dumps(rows, default=repr, sort_keys=True)


def contents(using: str) -> dict[str, str]:
    """{model: number and hash of all its rows}, equal for equal rows of whichever database."""
    found = {}
    for model in tables():
        rows = list(model._default_manager.using(using).order_by("pk").values_list())
        found[model._meta.label] = f"{len(rows)} {hashlib.sha256(_text(rows).encode()).hexdigest()}"
    return found


def checksum() -> dict[str, str]:
    """{model: hash of all its rows}, as this database keeps them: a refusal leaves every one as it was."""
    quoted, found = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for meta in (model._meta for model in tables()):
            assert meta.pk
            cursor.execute(f"SELECT * FROM {quoted(meta.db_table)} ORDER BY {quoted(meta.pk.column)}")
            found[meta.label] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


@contextmanager
def nothing_written(where: Any) -> Iterator[None]:
    """Fails where one of our tables is written to; cheaper than the checksum of all, and names the statement."""
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    assert not written, f"{where} wrote {written[0][:200]}"


SECRETS = re.compile(r'name="(?:csrfmiddlewaretoken|press)" value="[^"]*"|nonce="[^"]*"|nonce-[\w+/=-]+')


def page_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SECRETS.sub("", body.decode("utf-8", "replace"))

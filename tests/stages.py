"""What many tests begin with (the world, somebody captured, an order) is made once a round, through the operations.

Afterwards the rows and files that it left are put back, for every test of whichever process that comes there by the same steps and has
written nothing itself. The makers are those of tests/world.py, tests/estate.py and tests/story.py; a test sees no difference but the
time that it does not take.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import wraps
from pathlib import Path
from types import FunctionType
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from pytest import MonkeyPatch

from boothline.core import clock
from boothline.core.actors import Actor
from boothline.files.attachments import Attachment, storage

Tables = dict[str, list[tuple[Any, ...]]]
WRITES = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "(\w+)"')
GOOD_FOR = timedelta(minutes=15)  # what is older is made anew: its moments are those of now
SHARED = "BOOTHLINE_TEST_STAGES"  # the folder in which the processes of a round find each other's, where there are several


@dataclass
class Way:
    """How the running test came where it is."""

    at: str | None = None  # the last stage; BEGINNING, or None where the test goes its own way
    tables: Tables = field(default_factory=dict)  # every table there; none at the beginning, where all are empty
    patch: MonkeyPatch | None = None
    is_busy: bool = False  # a stage is being made or put back
    goes_back: bool = False  # it is being put back: its rows were recounted when they were made


@dataclass
class Stage:
    """What its maker answered, the tables that it changed, as they were then, and the files that it left. What follows hangs on its
    name: made anew, its rows have other keys."""

    name: str
    answer: bytes
    changed: Tables
    files: dict[str, bytes]
    made_at: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether a test could have made it just now."""
        return timedelta(0) <= timezone.now() - self.made_at < GOOD_FOR


class Unknown(Exception):
    """Something that a state may hang on has no name."""


BEGINNING = "beginning"
way = Way()
_kept: dict[tuple[Any, ...], Stage] = {}


@contextmanager
def walking(patch: MonkeyPatch | None, *, is_usual: bool) -> Iterator[None]:
    """Around one test: what it patches in the program is a part of its way. An unusual one, which changes the settings, goes its own, and
    so does whoever writes something without a maker, from there on."""

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not way.is_busy and WRITES.match(sql):
            astray()
        return execute(sql, params, many, context)

    way.at, way.tables, way.patch = (BEGINNING if is_usual else None), {}, patch
    try:
        with connection.execute_wrapper(watch):
            yield
    finally:
        way.at = None


def astray() -> None:
    """From here on the test goes its own way."""
    way.at = None


def newest(table: str) -> int | None:
    """The highest key that the stages left in a table; None where the test came another way."""
    return max((row[0] for row in way.tables[table]), default=0) if way.tables else None


def staged(make: Callable[..., Any]) -> Callable[..., Any]:
    """A maker whose state is kept."""

    @wraps(make)
    def come(*args: Any, **more: Any) -> Any:
        if way.at == BEGINNING and not way.is_busy and _is_inhabited():
            astray()  # what many tests stand on is there: this is no beginning
        if way.is_busy or way.at is None:
            return make(*args, **more)
        try:
            step = (way.at, make.__name__, _named(args), _named(more), clock.today(), get_language(), _patched())
        except Unknown:
            astray()
            return make(*args, **more)
        way.is_busy = True
        try:
            stage = _kept.get(step)
            if stage and stage.is_fresh:
                _put_back(stage.changed)
            elif (stage := _made_elsewhere(step)) and stage.is_fresh:
                _kept[step] = stage
                _take_over(stage)
            else:
                stage = _kept[step] = _make(lambda: make(*args, **more))
                _share(step, stage)
            way.at = stage.name
        finally:
            way.is_busy = False
        return pickle.loads(stage.answer)

    return come


def _make(make: Callable[[], Any]) -> Stage:
    before, began = way.tables, timezone.now()
    answer = make()
    way.tables = _everything()
    changed = {t: rows for t, rows in way.tables.items() if rows != before.get(t, [])}
    return Stage(
        uuid.uuid4().hex, pickle.dumps(answer), changed, {name: _content(name) for name in _files(changed) - _files(before)}, began
    )


def _files(tables: Tables) -> set[str]:
    """The names of the stored files, as their rows have them."""
    place = [field.column for field in Attachment._meta.concrete_fields].index("content")
    return {row[place] for row in tables.get(Attachment._meta.db_table, ())}


def _content(name: str) -> bytes:
    with storage().open(name) as file:
        return bytes(file.read())


def _shelf(step: tuple[Any, ...]) -> Path | None:
    """Where the processes of a round share what the step leads to."""
    folder = os.environ.get(SHARED)
    return Path(folder) / hashlib.sha256(repr(step).encode()).hexdigest() if folder else None


def _share(step: tuple[Any, ...], stage: Stage) -> None:
    if shelf := _shelf(step):
        written = shelf.with_suffix(f".{os.getpid()}")
        written.write_bytes(pickle.dumps(stage))
        written.replace(shelf)


def _made_elsewhere(step: tuple[Any, ...]) -> Stage | None:
    shelf = _shelf(step)
    found: Stage | None = pickle.loads(shelf.read_bytes()) if shelf and shelf.exists() else None
    return found


def _take_over(stage: Stage) -> None:
    """What another process made, and the files of it."""
    _put_back(stage.changed)
    for name, content in stage.files.items():
        path = Path(storage().path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _put_back(changed: Tables) -> None:
    before, quoted = way.tables, connection.ops.quote_name
    way.goes_back = True
    with transaction.atomic(), connection.cursor() as cursor:
        for table in changed:
            if before.get(table):
                cursor.execute(f"DELETE FROM {quoted(table)}")
        for table, rows in changed.items():
            if rows:
                cursor.executemany(f"INSERT INTO {quoted(table)} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
        if next_keys := connection.ops.sequence_reset_sql(no_style(), [m for m in _models() if m._meta.db_table in changed]):
            cursor.execute(" ".join(next_keys))  # whoever made the rows, the next keys come after theirs
    way.tables, way.goes_back = before | changed, False


def _is_inhabited() -> bool:
    """Whether there are people: without them there is nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(get_user_model()._meta.db_table)} LIMIT 1")
        return cursor.fetchone() is not None


def _models() -> list[type[models.Model]]:
    return apps.get_models(include_auto_created=True)


def _everything() -> Tables:
    quoted, found = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in _models()}):
            cursor.execute(f"SELECT * FROM {quoted(table)}")
            found[table] = [tuple(str(v) if isinstance(v, time) else v for v in row) for row in cursor.fetchall()]
    return found


def _patched() -> Any:
    """What the test changed in the program so far."""
    if way.patch is None:
        return ()
    if way.patch._setitem:
        raise Unknown("the environment")
    return tuple((str(getattr(of, "__name__", of)), name, _named(getattr(of, name))) for of, name, _was in way.patch._setattr)


def _named(value: Any) -> Any:
    """What a maker was given, so that the same is known again."""
    if isinstance(value, models.Model):
        return value._meta.label, value.pk
    if isinstance(value, Actor):
        return value.kind, value.id
    if isinstance(value, (tuple, list)):
        return tuple(map(_named, value))
    if isinstance(value, dict):
        return tuple((key, _named(of)) for key, of in sorted(value.items()))
    if value is None or isinstance(value, (str, int, Decimal, date)):
        return type(value).__name__, value
    if isinstance(value, FunctionType):
        return value.__module__, value.__qualname__
    if type(value).__module__ == "tests.world":
        return type(value).__name__
    raise Unknown(value)

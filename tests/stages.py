"""What many tests begin with (the world, somebody captured, an order) is made once a process, through the operations.

Afterwards the rows that it left are put back, for every test that comes there by the same steps and has written nothing itself. The
makers are those of tests/world.py; a test sees no difference but the time that it does not take.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import wraps
from itertools import count
from types import FunctionType
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import get_language
from pytest import MonkeyPatch

from boothline.core import clock
from boothline.core.actors import Actor

Tables = dict[str, list[tuple[Any, ...]]]
WRITES = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "(\w+)"')
GOOD_FOR = timedelta(minutes=5)  # what is older is made anew: its moments are those of now


@dataclass
class Way:
    """How the running test came where it is."""

    at: int | None = None  # the last stage; 0 at the beginning, None where the test goes its own way
    tables: Tables = field(default_factory=dict)  # every table there; none before they were looked at
    patch: MonkeyPatch | None = None
    is_busy: bool = False  # a stage is being made or put back
    goes_back: bool = False  # it is being put back: its rows were recounted when they were made


@dataclass
class Stage:
    """What its maker answered, and the tables that it changed, as they were then. What follows hangs on its number: made anew, its rows
    have other keys."""

    number: int
    answer: bytes
    changed: Tables
    made_at: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether a test could have made it just now."""
        return timedelta(0) <= timezone.now() - self.made_at < GOOD_FOR


class Unknown(Exception):
    """Something that a state may hang on has no name."""


way = Way()
_kept: dict[tuple[Any, ...], Stage] = {}
_numbers = count(1)


@contextmanager
def walking(patch: MonkeyPatch | None, *, is_usual: bool) -> Iterator[None]:
    """Around one test: what it patches in the program is a part of its way. An unusual one, which changes the settings, goes its own, and
    so does whoever writes something without a maker, from there on."""

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not way.is_busy and WRITES.match(sql):
            astray()
        return execute(sql, params, many, context)

    way.at, way.tables, way.patch = (0 if is_usual else None), {}, patch
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
            else:
                stage = _kept[step] = _make(lambda: make(*args, **more))
            way.at = stage.number
        finally:
            way.is_busy = False
        return pickle.loads(stage.answer)

    return come


def _make(make: Callable[[], Any]) -> Stage:
    before, began = way.tables or _everything(), timezone.now()
    answer = make()
    way.tables = _everything()
    return Stage(next(_numbers), pickle.dumps(answer), {t: rows for t, rows in way.tables.items() if rows != before[t]}, began)


def _put_back(changed: Tables) -> None:
    before, quoted = way.tables or _everything(), connection.ops.quote_name
    way.goes_back = True
    with connection.cursor() as cursor:
        for table in changed:
            if before[table]:
                cursor.execute(f"DELETE FROM {quoted(table)}")
        for table, rows in changed.items():
            if rows:
                cursor.executemany(f"INSERT INTO {quoted(table)} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
    way.tables, way.goes_back = before | changed, False


def _everything() -> Tables:
    quoted, found = connection.ops.quote_name, {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)}):
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

"""Work outside the request. The library (huey) is only a doorbell: what must happen stands in our own database.

`ring(ids)` wakes the worker after a commit; a lost ring is made good by the sweep that runs every few seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from huey import SqliteHuey

from boothline.core.actors import SYSTEM

log = logging.getLogger(__name__)
bell = SqliteHuey("boothline", filename=str(settings.BOOTHLINE_HOME / "tasks.sqlite3"), results=False, immediate=settings.TASKS_IMMEDIATE)

_workers: list[Callable[[list[int] | None], int]] = []
_daily: list[Callable[[], object]] = []
_first: list[Callable[[], object]] = []


def swept_by(work: Callable[[list[int] | None], int]) -> None:
    """Registers what a ring wakes: a function that takes ids (None: everything that is due) and counts what it did."""
    if work not in _workers:
        _workers.append(work)


def prepared_by(work: Callable[[], object]) -> None:
    """Registers what stands before any work (the company's time)."""
    if work not in _first:
        _first.append(work)


def daily(work: Callable[[], object]) -> None:
    """Registers what the daily task does; it records what time brings."""
    if work not in _daily:
        _daily.append(work)


def sweep(ids: list[int] | None = None) -> int:
    """Does what is due now, in this process."""
    _prepare()
    return sum(work(ids) for work in _workers)


def run_daily() -> None:
    """Records what time brings. Safe to run any number of times a day."""
    _prepare()
    for work in _daily:
        try:
            work()
        except Exception:  # one room's trouble must not stop the others
            log.exception("the daily task of %s failed", work.__module__)


def alone(act: Callable[..., Any], about: Any) -> int:
    """What time brings for one of many, done by the system; how much that was. One that fails is written down and tried again the next
    time: it must not keep the others waiting."""
    try:
        done = act(about, by=SYSTEM)
    except Exception:
        log.exception("%s failed for %s", getattr(act, "__qualname__", act), getattr(about, "pk", about))
        return 0
    return len(done) if isinstance(done, list) else int(bool(done))


def _prepare() -> None:
    for work in _first:
        work()


@bell.task()
def answer(ids: list[int]) -> None:
    """The worker's side of a ring."""
    close_old_connections()  # a database that was restarted meanwhile is connected to anew
    try:
        sweep(ids)
    finally:
        close_old_connections()


def ring(ids: list[int]) -> None:
    """Wakes the worker. A bell that cannot be reached loses nothing: the sweep finds the rows."""
    if settings.TASKS_IMMEDIATE:
        return
    try:
        answer(ids)
    except Exception:  # the bell is a courtesy; the rows are the truth
        log.warning("the bell could not be rung", exc_info=True)

"""One door per change: an operation is a plain function that runs in one transaction.

`@operation("contracts.confirm")` opens the transaction, or joins the one that runs. What is recorded meanwhile is
collected in a `Work`; when the outermost operation ends, and before it commits, the registered closers see all of it
at once (the type rule is one). `attempt()` is the only place where a refusal may be caught inside an operation.
An outermost operation that came by a form remembers its answer, and gives it again to the same press (`presses`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from boothline.core import faults, memo, presses
from boothline.core.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Work:
    """What one outermost operation has told so far, in order."""

    told: list[Any] = field(default_factory=list)


OPERATIONS: dict[str, Callable[..., Any]] = {}
_closers: list[Callable[[list[Any]], None]] = []
_work: ContextVar[Work | None] = ContextVar("work", default=None)


def operation(code: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Makes a function an operation named `code` ("room.verb")."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        for step in faults.STEPS:
            faults.declare(f"{code}/{step}")

        @wraps(body)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            outer = _work.get()
            if outer is not None:
                with transaction.atomic(savepoint=False):
                    return _run_body(code, body, *args, **kwargs)
            act = presses.next_act(code)
            try:
                result = _run_outermost(code, act, body, *args, **kwargs)
            except Exception as failed:
                first = act.first() if act else None
                if first is None:
                    if isinstance(failed, Refused) and failed.afterwards:
                        failed.afterwards()
                    raise
                return presses.answer_again(first)  # type: ignore[no-any-return]
            faults.reach(f"{code}/after-commit")
            return result

        run.operation_code = code  # type: ignore[attr-defined]
        OPERATIONS[code] = run
        return run

    return decorate


def _run_outermost(code: str, act: presses.Act | None, body: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    work = Work()
    token = _work.set(work)
    try:
        with memo.remembering(), transaction.atomic():
            result = _run_body(code, body, *args, **kwargs)
            close_now()
            if act:
                act.keep(result)
            faults.reach(f"{code}/before-commit")
    finally:
        _work.reset(token)
    return result


def _run_body(code: str, body: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    faults.reach(f"{code}/before")
    result = body(*args, **kwargs)
    faults.reach(f"{code}/after-body")
    return result


def closing(close: Callable[[list[Any]], None]) -> None:
    """Registers what must see everything that an outermost operation told, before it commits."""
    if close not in _closers:
        _closers.append(close)


def close_now() -> None:
    """Lets the closers see what was told so far; what is told later they see at the end, with all of it again."""
    work = _work.get()
    for close in _closers if work else ():
        close(work.told if work else [])


def tell(events: list[Any]) -> None:
    """Adds recorded events to the running operation. Outside of one there is nothing to close: refuse."""
    work = _work.get()
    if work is None:
        raise RuntimeError("record() was called outside an operation")
    work.told.extend(events)


@contextmanager
def attempt() -> Iterator[None]:
    """A savepoint inside an operation that also takes back what was told. Catch the refusal outside of it."""
    work = _work.get()
    if work is None:
        raise RuntimeError("attempt() was used outside an operation")
    mark = len(work.told)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del work.told[mark:]
        raise

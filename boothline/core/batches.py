"""What every batch door shares: good rows are stored, bad ones are taken out and named, never the batch.

Each try stands in `attempt()`, a savepoint that also takes back what was told. Whoever knows the bad rows raises RowFailed
with their subjects: one more try. When the database refuses without naming, known ids are looked up again (another run may
have stored the same rows meanwhile), then the batch is halved. An unreachable database fails the batch.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.utils.translation import gettext as _

from boothline.core.errors import Refused, RowFailed
from boothline.core.operations import attempt

R = TypeVar("R")
S = TypeVar("S")

log = logging.getLogger(__name__)


def store(
    waiting: dict[int, R],
    *,
    unknown: Callable[[dict[int, R]], dict[int, R]],
    insert: Callable[[dict[int, R]], S],
    stored: Callable[[S], None],
    refused: dict[int, str],
    named: Callable[[list[Any], dict[int, R]], set[int]],
) -> None:
    """Stores the rows, {place: row}, inside an operation.

    `unknown` notes the rows that are there already and returns the others; `insert` stores all it is given or raises;
    `stored` hears what a good try gave; `refused` takes the reason of each row that cannot be stored; `named` gives the
    places of the rows that a RowFailed means by its subjects.
    """

    def again(rows: dict[int, R]) -> None:
        store(rows, unknown=unknown, insert=insert, stored=stored, refused=refused, named=named)

    waiting = unknown(waiting)
    if not waiting:
        return
    try:
        with attempt():
            result = insert(waiting)
    except RowFailed as failed:
        bad = named(failed.subjects, waiting) or set(waiting)  # a rule that names nothing of this batch refuses all of it
        refused.update(dict.fromkeys(bad, str(failed.words)))
        again({i: row for i, row in waiting.items() if i not in bad})
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        left = unknown(waiting) if isinstance(error, IntegrityError) else waiting
        if len(left) < len(waiting):
            again(left)
        elif len(left) > 1:
            places = sorted(left)
            for half in (places[: len(places) // 2], places[len(places) // 2 :]):
                again({i: left[i] for i in half})
        else:
            refused[next(iter(left))] = _reason(error)
    else:
        stored(result)


def _reason(error: Exception) -> str:
    if isinstance(error, Refused):
        return str(error.words)
    number = secrets.token_hex(4)
    log.error("incident %s: a row could not be stored", number, exc_info=error)
    kind = _("The database refused it.") if isinstance(error, DatabaseError) else _("It could not be stored.")
    return kind + " " + _("Incident %(number)s: tell it to the administrator.") % {"number": number}

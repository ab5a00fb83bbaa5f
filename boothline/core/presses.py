"""One press of a button acts once, however often it arrives: pressed twice, sent again after a crash, reloaded.

Every form carries a one-time `press` id, put in beside the form's token. A page that is posted opens `pressing(...)`
with that id, who pressed, where, and what stood in the form; the same id with other content is another press. Each
outermost operation in it stores its answer under that key, in its own transaction, so that the act and the memory of it
stand or fall together. When the same press comes again, the operation fails on the unique key, or on what its first run
changed; everything of the second run is taken back, and the first answer is given instead. So the page leads where it
led the first time, and asks nothing more of forms and rules. Where the first run took the page's own record away, the
page leads back to where its record stood. Where somebody took the answer away since, that is said, and nothing is done.

Remembered are answers that are a record, a list of records, or nothing. An operation that answers with something else
(a batch, a link) must be harmless to repeat by itself; a test names them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.privacy import PLAIN, tags

KEPT_DAYS = 30  # a form older than this has no cookie any more


class Press(models.Model):
    """What one operation answered to one press: the model and the ids of its records; `back` is where its page stands."""

    key = models.CharField(max_length=64, unique=True)
    model = models.CharField(max_length=80, default="")
    ids = models.JSONField(default=list)
    is_list = models.BooleanField(default=False)
    back = models.TextField(default="")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    privacy = tags(key=PLAIN, model=PLAIN, ids=PLAIN, back=PLAIN)

    def __str__(self) -> str:
        return self.key[:8]

    def answer(self) -> Any:
        """The answer, its records as they are now; refused where none of them is left."""
        if not self.model:
            return None
        records = apps.get_model(self.model)._default_manager.in_bulk(self.ids)
        found = [records[pk] for pk in self.ids if pk in records]
        if self.ids and not found:
            words = _("This was saved at %(time)s and removed since; it was not done again. Open the page anew to do so.")
            raise Refused(words % {"time": date_format(timezone.localtime(self.made_at), "TIME_FORMAT")}, code="removed_since")
        return found if self.is_list else found[0]


@dataclass
class _Pressing:
    digest: str
    back: str = ""
    acts: int = 0
    repeats: datetime | None = None


_pressing: ContextVar[_Pressing | None] = ContextVar("pressing", default=None)


@contextmanager
def pressing(*parts: str) -> Iterator[None]:
    """What is operated inside belongs to one press; `parts` say which. An empty first part: to none."""
    joined = "\x00".join(parts)
    token = _pressing.set(_Pressing(_hashed(joined)) if parts[0] else None)
    try:
        yield
    finally:
        _pressing.reset(token)


def stands_at(back: Callable[[], str]) -> None:
    """Where the page of the running press leads when its record is gone; asked only of a press."""
    current = _pressing.get()
    if current:
        current.back = back()


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class Act:
    """One outermost operation of a press: the same key each time the same press comes. It begins with the press's own."""

    key: str
    back: str = ""

    def keep(self, answer: Any) -> None:
        """Stores the answer, inside the operation's transaction. The unique key refuses a second one."""
        records = answer if isinstance(answer, list) else [] if answer is None else [answer]
        if not all(isinstance(record, models.Model) for record in records):
            return
        label = records[0]._meta.label if records else ""
        Press.objects.create(key=self.key, model=label, ids=[r.pk for r in records], is_list=isinstance(answer, list), back=self.back)

    def first(self) -> Press | None:
        """What this act answered before; None when it never came through."""
        return Press.objects.filter(key=self.key).first()


def next_act(code: str) -> Act | None:
    """The act that an outermost operation is; None when nothing was pressed."""
    current = _pressing.get()
    if current is None:
        return None
    current.acts += 1
    return Act(current.digest + _hashed(f"{current.acts} {code}"), current.back)


def answer_again(first: Press) -> Any:
    """The first answer, for an act that came again."""
    current = _pressing.get()
    if current:
        current.repeats = first.made_at
    return first.answer()


def repeats() -> datetime | None:
    """When this press acted, if that was before; the page says so, and not that it was done now."""
    current = _pressing.get()
    return current.repeats if current else None


def acted_before() -> str:
    """Where to go when this press finds nothing because it acted before; "" where it did not."""
    current = _pressing.get()
    if current is None:
        return ""
    first = Press.objects.filter(key__gte=current.digest, key__lt=current.digest + "g").order_by("id").first()
    if first:
        current.repeats = first.made_at
    return first.back if first else ""


def forget_old() -> None:
    """Takes out what no form can repeat any more."""
    Press.objects.filter(made_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()

"""Numbers: one counter a kind, taken in the transaction, never given twice; gaps are allowed.

A company may give each kind a prefix of its own, and begin anew each year: then the number carries the year, C-27-0142.
"""

from __future__ import annotations

import re
from functools import partial

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.core import clock
from boothline.core.kinds import model_of
from boothline.core.privacy import PLAIN, tags
from boothline.core.rules import Rule, declare

SHIPPED = {
    "contract": ("C", gettext_lazy("contract")),
    "order": ("SO", gettext_lazy("order")),
    "shipment": ("SH", gettext_lazy("shipment")),
    "quotation": ("Q", gettext_lazy("quotation")),
    "problem": ("PR", gettext_lazy("problem")),
    "refund": ("RF", pgettext_lazy("solution", "refund")),
    "complaint": ("CP", gettext_lazy("complaint")),
    "purchase": ("PU", gettext_lazy("purchase")),
}


def _is_prefix(kind: str, text: str) -> bool:
    """Up to four capitals, which no other kind's numbers begin with, nor ever did: a number says what it is of."""
    others = [other for other in PREFIX if other != kind]
    taken = {said for other in others for said in (PREFIX[other].value, PREFIX[other].default)}
    if not re.fullmatch(r"[A-Z]{1,4}", text) or text in taken:
        return False
    return not any(model_of(other)._default_manager.filter(number__startswith=f"{text}-").exists() for other in others)


PREFIX: dict[str, Rule[str]] = {
    kind: declare(
        f"documents.prefix_{kind}",
        prefix,
        format_lazy(gettext_lazy("{kind}: what its numbers begin with"), kind=words),
        takes=gettext_lazy("one to four capitals that no other numbers begin with"),
        check=partial(_is_prefix, kind),
    )
    for kind, (prefix, words) in SHIPPED.items()
}
YEARLY = declare("documents.numbers_yearly", False, gettext_lazy("Numbers begin anew each year, and carry the year"))


class Counter(models.Model):
    """The last number given of a kind, or of a kind in one year."""

    kind = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)
    privacy = tags(kind=PLAIN)

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"


def take(kind: str, n: int = 1) -> list[str]:
    """The next n numbers of a kind, at least four digits each ("C-0142"; "C-27-0142" by the year). Inside an operation only."""
    year = f"-{clock.today():%y}" if YEARLY.value else ""
    Counter.objects.get_or_create(kind=kind + year)
    counter = Counter.objects.select_for_update().get(kind=kind + year)
    first = counter.last + 1
    counter.last += n
    counter.save(update_fields=["last"])
    return [f"{PREFIX[kind].value}{year}-{number:04d}" for number in range(first, first + n)]

"""Numbers: one counter a kind, taken in the transaction, never given twice; gaps are allowed."""

from __future__ import annotations

from django.db import models

from boothline.core.privacy import PLAIN, tags

PREFIX = {
    "contract": "C",
    "order": "SO",
    "shipment": "SH",
    "quotation": "Q",
    "problem": "PR",
    "refund": "RF",
    "complaint": "CP",
    "purchase": "PU",
}


class Counter(models.Model):
    """The last number given of a kind."""

    kind = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)
    privacy = tags(kind=PLAIN)

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"


def take(kind: str, n: int = 1) -> list[str]:
    """The next n numbers of a kind, at least four digits each ("C-0142"). Inside an operation only."""
    Counter.objects.get_or_create(kind=kind)
    counter = Counter.objects.select_for_update().get(kind=kind)
    first = counter.last + 1
    counter.last += n
    counter.save(update_fields=["last"])
    return [f"{PREFIX[kind]}-{number:04d}" for number in range(first, first + n)]

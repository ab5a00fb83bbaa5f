"""What each batch of an import wrote, kept so that it can be taken back: the keys of the rows that it made, and how those that it
changed stood before and after. It is noted in the batch's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction

from boothline.core.journal import Image, Journal, Keys, written
from boothline.core.kinds import all_kinds
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.exchange.runs import Run, taken_back

# what an import leaves for good: numbers that were given, its own records, and what a press answered
OUTSIDE = ("documents.Counter", "core.Press", "exchange.Import", "exchange.Footprint")


class Footprint(models.Model):
    """One batch: {table: spans of keys} that it made, {table: {key: [before, after]}} of what it changed or took away."""

    job = models.ForeignKey("exchange.Import", on_delete=models.CASCADE, related_name="footprints")
    made = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)
    privacy = tags(made=PLAIN, changed=PERSON)

    def __str__(self) -> str:
        return f"{self.job_id} {sum(len(Keys([(a, b) for a, b in spans])) for spans in self.made.values())}"


@contextmanager
def stored(run: Run) -> Iterator[None]:
    """One batch, in a transaction: of a dry run nothing stays; of another, what it wrote is noted where the run keeps that."""
    if run.is_dry:
        with taken_back():
            yield
        return
    with transaction.atomic():
        if run.keep is None:
            yield
            return
        with written(but=OUTSIDE) as journal:
            yield
        if not journal.is_empty:
            run.keep(journal)


def keep(job: int, journal: Journal) -> None:
    """Notes what a batch of this import wrote."""
    changed = {
        label: {str(key): [was, journal.after[label].get(key)] for key, was in rows.items()}
        for label, rows in journal.before.items()
        if rows
    }
    Footprint.objects.create(job_id=job, made={label: Keys.of(keys).spans for label, keys in journal.made.items() if keys}, changed=changed)


def brought(footprints: Iterable[Footprint], *, changed: bool = True) -> dict[str, Keys]:
    """{kind: keys} of the records that batches made, and of those that they changed."""
    labels = {model._meta.label: kind for kind, model in all_kinds().items()}
    found: dict[str, Keys] = {}
    for batch in footprints:
        for label in {*batch.made, *batch.changed} & labels.keys():
            keys = Keys([(first, last) for first, last in batch.made.get(label, ())])
            keys |= Keys.of(map(int, batch.changed.get(label, ()) if changed else ()))
            found[labels[label]] = found.get(labels[label], Keys()) | keys
    return found


@dataclass
class Trail:
    """All that a run wrote: what it made, and of what stood before it, how it stood and what the run left there (None: taken away)."""

    made: dict[type[models.Model], Keys] = field(default_factory=dict)
    changed: dict[type[models.Model], dict[int, tuple[Image, Image | None]]] = field(default_factory=dict)

    def has(self, model: type[models.Model], key: Any) -> bool:
        """The run made this row."""
        return model in self.made and key in self.made[model]

    def touches(self, other: Trail) -> tuple[type[models.Model], int] | None:
        """A row that this run wrote on, and that the other made or wrote on."""
        for model, rows in self.changed.items():
            for key in rows:
                if other.has(model, key) or key in other.changed.get(model, ()):
                    return model, key
        return None


def trail_of(footprints: Iterable[Footprint]) -> Trail:
    """Batches of one run, in their order, as one."""
    trail = Trail()
    for batch in footprints:
        for label, spans in batch.made.items():
            model = apps.get_model(label)
            trail.made[model] = trail.made.get(model, Keys()) | Keys([(first, last) for first, last in spans])
        for label, rows in batch.changed.items():
            model = apps.get_model(label)
            held = trail.changed.setdefault(model, {})
            for key, (before, after) in ((int(k), pair) for k, pair in rows.items()):
                if not trail.has(model, key):
                    held[key] = (held[key][0] if key in held else before, after)
    return trail

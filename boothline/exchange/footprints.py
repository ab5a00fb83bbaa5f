"""What each batch of an import wrote, kept so that it can be taken back: the keys of the rows that it made, and how those that it
changed stood before and after. It is noted in the batch's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import models, transaction

from boothline.catalogue.products import Variant
from boothline.catalogue.stock import COUNTED
from boothline.core import journal as core
from boothline.core.journal import Journal, Keys, written
from boothline.core.kinds import all_kinds
from boothline.core.privacy import PERSON, PLAIN, tags
from boothline.exchange.runs import Run, taken_back
from boothline.search.index import Entry

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


def keep(job: int, wrote: Journal) -> None:
    """Notes what a batch of this import wrote."""
    Footprint.objects.create(job_id=job, **wrote.trail.plain())


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
class Trail(core.Trail):
    """All that a run wrote. What is claimed of goods that stood before is counted anew, not put back: it changes with every order of
    anybody. `goods` says whose. So is by which SKUs a product that stood before is found (`products`)."""

    goods: set[int] = field(default_factory=set)
    products: set[int] = field(default_factory=set)

    def set_claims_aside(self) -> None:
        """Leaves out what is counted of goods; notes whose words are."""
        held = self.changed.get(Variant, {})
        for key, (before, after) in list(held.items()):
            if after is None or not set(COUNTED) & before.keys():
                continue
            self.goods.add(key)
            was, left = ({name: value for name, value in image.items() if name not in COUNTED} for image in (before, after))
            held[key] = (was, left)
            if not was:
                del held[key]
        gone = (before for before, after in self.changed.get(Entry, {}).values() if after is None)
        self.products |= {before["record_id"] for before in gone if before["kind"] == "product"}


def trail_of(footprints: Iterable[Footprint]) -> Trail:
    """Batches of one run, in their order, as one."""
    trail = Trail.read({"made": batch.made, "changed": batch.changed} for batch in footprints)
    trail.set_claims_aside()
    return trail

"""A record's id in the files that it came from, and what they said of it last.

The same row a second time changes nothing. A row that says something else than it did changes just that, unless somebody changed it
here meanwhile: then what stands here stays, and the row is named. What a file leaves empty says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from boothline.accounts.rights import require
from boothline.core import batches
from boothline.core.actors import Actor
from boothline.core.errors import Refused, RowFailed
from boothline.core.operations import attempt, operation
from boothline.core.privacy import PERSON, PLAIN, WORDS, tags
from boothline.core.text import fold, listed
from boothline.exchange import own_ids

R = TypeVar("R", bound=models.Model)
NAMED = "~"  # begins the key of a row that has no id: its folded name follows
KEY_LIMIT = 200


class Foreign(models.Model):
    """That a record is `key` in the files of `source`."""

    source = models.CharField(max_length=60, blank=True, default="")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=KEY_LIMIT)
    record_id = models.BigIntegerField()
    said = models.JSONField(default=dict)
    privacy = tags(source=PLAIN, kind=PLAIN, key=PERSON, said=WORDS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key"], name="foreign_once")]
        indexes = [models.Index(fields=["kind", "record_id"], name="foreign_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


@dataclass
class Arrival:
    """One row that makes, or changes, one record: its id there, its name, and what it says, as JSON can hold it."""

    file: str
    number: int
    key: str
    name: str
    said: dict[str, Any]


class Door(Protocol, Generic[R]):
    """What a room offers to rows of one kind."""

    kind: str

    def called(self, names: Iterable[str]) -> dict[str, list[R]]:
        """The records of these names, by the folded name."""

    def held(self, ids: Iterable[int]) -> dict[int, R]:
        """The records with these ids."""

    def stands(self, record: R) -> dict[str, Any]:
        """What a record says now, in the same words as `Arrival.said`."""

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[R]:
        """New records, in the same order."""

    def edit(self, record: R, said: dict[str, Any], by: Actor) -> None:
        """Changes what is said otherwise."""

    def words(self, name: str) -> str:
        """What a field is called."""

    def figures(self, records: Iterable[R]) -> dict[str, Any]:
        """What these records add up to, for the answer."""


@dataclass
class Brought(Generic[R]):
    """What became of each row of a batch, by its place."""

    records: dict[int, R] = field(default_factory=dict)
    created: set[int] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)
    warnings: dict[int, str] = field(default_factory=dict)


def failing(failed: RowFailed, made: Sequence[Any], arrivals: Sequence[Arrival]) -> RowFailed:
    """The same, of the rows that what failed was `made` of."""
    bad = {id(one) for one in failed.subjects}
    return RowFailed(failed.words, subjects=[arrival for one, arrival in zip(made, arrivals, strict=True) if id(one) in bad])


def key_of(own_id: str, name: str) -> str:
    """The id under which a row is known again: its own, else its name."""
    return (own_id or NAMED + fold(name))[:KEY_LIMIT]


@operation("exchange.bring")
def bring(arrivals: list[Arrival], *, door: Door[R], by: Actor, source: str) -> Brought[R]:
    """Stores one batch of rows of one kind. A bad row is taken out and named; no key stands in it twice."""
    require(by, "imports.run")
    brought: Brought[R] = Brought()
    known: dict[int, Foreign] = {}

    def unknown(waiting: dict[int, Arrival]) -> dict[int, Arrival]:
        rows = Foreign.objects.filter(source=source, kind=door.kind, key__in=[a.key for a in waiting.values()])
        kept = {row.key: row for row in rows}
        known.update({i: kept[a.key] for i, a in waiting.items() if a.key in kept})
        return {i: a for i, a in waiting.items() if a.key not in kept}

    def insert(waiting: dict[int, Arrival]) -> list[tuple[int, R, bool]]:
        return _insert(waiting, door, by, source, brought)

    def stored(tried: list[tuple[int, R, bool]]) -> None:
        for place, record, is_new in tried:
            brought.records[place] = record
            brought.created |= {place} if is_new else set()

    batches.store(
        dict(enumerate(arrivals)), unknown=unknown, insert=insert, stored=stored, refused=brought.refused,
        named=lambda subjects, waiting: {i for i, a in waiting.items() if a in subjects},
    )  # fmt: skip
    held = door.held({row.record_id for row in known.values()})
    for place, row in known.items():
        if row.record_id in held:
            _meet(place, arrivals[place], row, held[row.record_id], door, by, brought)
    return brought


def _insert(waiting: dict[int, Arrival], door: Door[R], by: Actor, source: str, brought: Brought[R]) -> list[tuple[int, R, bool]]:
    """New rows: those of a name on record join it, the others become records."""
    ours = _exported(waiting, door)
    namesakes = _free_namesakes(waiting, door, source)
    folded = getattr(door, "folded", fold)  # how names of this kind are compared
    found: list[tuple[int, R, bool]] = []
    new: list[int] = []
    for place, arrival in waiting.items():
        same = [ours[place]] if place in ours else namesakes.get(folded(arrival.name), [])
        if len(same) > 1:
            brought.refused[place] = _("Several on record are called %(name)s. Rename one of them, or give the row its id.") % {
                "name": arrival.name
            }
        elif same:
            found.append((place, same[0], False))
        else:
            new.append(place)
    made = door.add([waiting[place] for place in new], by)
    found += [(place, record, True) for place, record in zip(new, made, strict=True)]
    Foreign.objects.bulk_create(
        [Foreign(source=source, kind=door.kind, key=waiting[p].key, record_id=record.pk, said=waiting[p].said) for p, record, _n in found],
        batch_size=1000,
    )
    for place, record, is_new in found:
        if not is_new:
            _fill(place, waiting[place], {}, record, door, by, brought)
    return found


def _free_namesakes(waiting: dict[int, Arrival], door: Door[R], source: str) -> dict[str, list[R]]:
    """The records of these names, but for those that have another id of their own in the same files: those are somebody else."""
    found = door.called(a.name for a in waiting.values())
    ids = [record.pk for records in found.values() for record in records]
    rows = Foreign.objects.filter(source=source, kind=door.kind, record_id__in=ids).exclude(key__startswith=NAMED)
    taken = set(rows.values_list("record_id", flat=True))
    folded = getattr(door, "folded", fold)
    own = {folded(a.name) for a in waiting.values() if not a.key.startswith(NAMED)}
    return {name: [r for r in records if r.pk not in taken] if name in own else records for name, records in found.items()}


def _exported(waiting: dict[int, Arrival], door: Door[R]) -> dict[int, R]:
    """The records of this installation that come back under the ids that we gave them."""
    meant = own_ids.meant(door.kind, [a.key for a in waiting.values()])
    held = door.held(meant.values()) if meant else {}
    return {p: held[key] for p, a in waiting.items() if (key := meant.get(a.key)) in held}


def _meet(place: int, arrival: Arrival, row: Foreign, record: R, door: Door[R], by: Actor, brought: Brought[R]) -> None:
    """A row that was here before."""
    brought.records[place] = record
    before = row.said
    if all(before.get(name) == value for name, value in arrival.said.items()):
        return
    try:
        with attempt():
            _fill(place, arrival, before, record, door, by, brought)
            if not getattr(door, "stays", False):  # of what a file never changes, what it said first is kept
                row.said = before | arrival.said
                row.save(update_fields=["said"])
    except Refused as refused:
        brought.refused[place] = str(refused.words)


def _fill(place: int, arrival: Arrival, before: dict[str, Any], record: R, door: Door[R], by: Actor, brought: Brought[R]) -> None:
    """Changes what the row says otherwise than `before`, where nobody changed it here meanwhile."""
    stands = door.stands(record)
    news = {n: v for n, v in arrival.said.items() if before.get(n) != v and not _is_same(n, stands.get(n, ""), v)}
    free = {name: value for name, value in news.items() if stands.get(name, "") in ("", None, before.get(name))}
    if free:
        door.edit(record, free, by)
        brought.updated.add(place)
    if kept := [door.words(name) for name in news if name not in free]:
        brought.warnings[place] = _("differs from what is on record, which was not changed: %(fields)s") % {"fields": listed(kept)}


def _is_same(name: str, stands: Any, said: Any) -> bool:
    """Equal; of what a record is called, equal as names are compared."""
    return bool(stands == said or (name in ("name", "code") and fold(str(stands)) == fold(str(said))))
